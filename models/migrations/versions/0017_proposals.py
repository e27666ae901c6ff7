"""A solve's roster may wait beside the draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("solve", sa.Column("beside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("solve", sa.Column("draft_seen", WORD, nullable=True))


def downgrade() -> None:
    op.drop_column("solve", "draft_seen")
    op.drop_column("solve", "beside")
