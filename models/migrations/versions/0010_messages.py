"""What people are told: the outbox, the channels by which it goes, quiet hours."""

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
        sa.Column("channel", WORD, nullable=True),
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
            "state IN ('waiting', 'sending', 'sent', 'on_page', 'failed', 'expired', 'withdrawn')",
            name="ck_message_state",
        ),
    )
    op.create_index("ix_message_state_due_at", "message", ["state", "due_at"])
    op.create_index("ix_message_town_created_at", "message", ["town", "created_at"])
    op.create_table(
        "channel",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_channel_town_town"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("reach", WORD, nullable=False),
        sa.Column("about", DOCUMENT, nullable=False),
        sa.Column("language", WORD, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fields", DOCUMENT, nullable=False),
        sa.Column("secrets", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
        sa.CheckConstraint(
            "kind IN ('wecom_robot', 'dingtalk_robot', 'feishu_robot', 'email', 'webhook', 'sms')",
            name="ck_channel_kind",
        ),
        sa.CheckConstraint("reach IN ('group', 'staff', 'personal')", name="ck_channel_reach"),
        sa.CheckConstraint("language IN ('zh', 'en', 'both')", name="ck_channel_language"),
    )
    op.create_table(
        "channel_pace",
        sa.Column(
            "channel",
            WORD,
            sa.ForeignKey("channel.id", name="fk_channel_pace_channel_channel", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_pace"),
    )
    op.create_table(
        "telling_policy",
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_telling_policy_town_town"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("evening_at", sa.Integer(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=True),
        sa.Column("confirm_hours", sa.Integer(), nullable=True),
        sa.Column("escalate_hours", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("town", name="pk_telling_policy"),
    )


def downgrade() -> None:
    for table in ("telling_policy", "channel_pace", "channel", "message"):
        op.drop_table(table)
