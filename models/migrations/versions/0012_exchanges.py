"""Seats that people take, offer and swap among themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True)
STATES = "'requested', 'accepted', 'done', 'declined', 'refused', 'withdrawn', 'expired', 'failed'"
WAYS = "'direct', 'approval', 'off'"


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("person", WORD, nullable=False),
        sa.Column("duty", WORD, nullable=False),
        sa.Column("position", WORD, nullable=False),
        sa.Column("partner", WORD, nullable=True),
        sa.Column("partner_duty", WORD, nullable=True),
        sa.Column("partner_position", WORD, nullable=True),
        sa.Column("about", DOCUMENT, nullable=False),
        sa.Column("partner_about", DOCUMENT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("decided_by", WORD, nullable=True),
        sa.Column("reason", DOCUMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exchange"),
        _person("person"),
        _person("partner"),
        sa.CheckConstraint("kind IN ('claim', 'offer', 'swap')", name="ck_exchange_kind"),
        sa.CheckConstraint(f"state IN ({STATES})", name="ck_exchange_state"),
        sa.CheckConstraint("kind <> 'swap' OR partner_duty IS NOT NULL", name="ck_exchange_both_sides"),
    )
    op.create_index("ix_exchange_town_week_state", "exchange", ["town", "week", "state"])
    op.create_index("ix_exchange_town_person", "exchange", ["town", "person"])
    op.create_index("ix_exchange_town_partner", "exchange", ["town", "partner"])
    op.create_index("ix_exchange_state_expires_at", "exchange", ["state", "expires_at"])
    op.create_table(
        "exchange_policy",
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_exchange_policy_town_town"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, WORD, nullable=False) for name in ("claims", "offers", "swaps")),
        sa.PrimaryKeyConstraint("town", name="pk_exchange_policy"),
        *(
            sa.CheckConstraint(f"{name} IN ({WAYS})", name=f"ck_exchange_policy_{name}")
            for name in ("claims", "offers", "swaps")
        ),
    )


def _person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["town", column], ["person.town", "person.id"], ondelete="CASCADE", name=f"fk_exchange_town_{column}_person"
    )


def downgrade() -> None:
    op.drop_table("exchange_policy")
    op.drop_table("exchange")
