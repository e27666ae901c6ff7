"""Two people may swap duties of different weeks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exchange", sa.Column("partner_week", sa.Date(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM exchange WHERE partner_week IS NOT NULL")  # of one week they would mean something else
    op.drop_column("exchange", "partner_week")
