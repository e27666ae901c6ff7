"""What people are told: the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_message_town_town"), nullable=False),
        sa.Column("key", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("recipient", WORD, nullable=False),
        sa.Column("subject", DOCUMENT, nullable=False),
        sa.Column("text", DOCUMENT, nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", WORD, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("error", DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("town", "key", name="uq_message_town_key"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'expired', 'withdrawn')", name="ck_message_state"
        ),
    )
    op.create_index("ix_message_state_due_at", "message", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("message")
