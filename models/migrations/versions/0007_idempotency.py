"""Answers kept by idempotency key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_call",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, nullable=True),
        sa.Column("actor", WORD, nullable=False),
        sa.Column("endpoint", WORD, nullable=False),
        sa.Column("digest", WORD, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("held_until", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_kept_call"),
    )
    op.create_index("ix_kept_call_expires_at", "kept_call", ["expires_at"])


def downgrade() -> None:
    op.drop_table("kept_call")
