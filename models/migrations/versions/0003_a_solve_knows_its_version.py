"""A solve knows the version that ran it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("solve", sa.Column("version", WORD, nullable=True))


def downgrade() -> None:
    op.drop_column("solve", "version")
