"""Webhooks: addresses that are called, and each call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_webhook_town_town"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("url", WORD, nullable=False),
        sa.Column("events", DOCUMENT, nullable=False),
        sa.Column("secret", WORD, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_webhook_delivery_town_town"), nullable=False),
        sa.Column(
            "webhook",
            WORD,
            sa.ForeignKey("webhook.id", name="fk_webhook_delivery_webhook_webhook", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("event", WORD, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'expired')", name="ck_webhook_delivery_state"
        ),
    )
    op.create_index("ix_webhook_delivery_state_due_at", "webhook_delivery", ["state", "due_at"])
    op.create_index("ix_webhook_delivery_webhook_created_at", "webhook_delivery", ["webhook", "created_at"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
