"""Presence: who came to which duty, hand-over notes, links to what is on duty now, a town's option."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("town", WORD, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("duty", WORD, nullable=False),
        sa.Column("person", WORD, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("position", WORD, nullable=False),
        sa.Column("post", WORD, nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("came_at", INSTANT, nullable=True),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("minutes_late", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("said_by", WORD, nullable=False),
        sa.Column("how", WORD, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.PrimaryKeyConstraint("town", "week", "duty", "person", "step", name="pk_presence"),
        _to("presence", "person"),
        sa.CheckConstraint("action IN ('arrive', 'leave', 'miss', 'excuse', 'correct')", name="ck_presence_action"),
        sa.CheckConstraint(
            "state IN ('planned', 'present', 'late', 'left', 'no_show', 'excused')", name="ck_presence_state"
        ),
        sa.CheckConstraint("how IN ('list', 'qr', 'code', 'correction')", name="ck_presence_how"),
    )
    op.create_index("ix_presence_town_post_starts_at", "presence", ["town", "post", "starts_at"])
    op.create_index("ix_presence_town_person", "presence", ["town", "person"])
    op.create_table(
        "handover_note",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, nullable=False),
        sa.Column("post", WORD, nullable=False),
        sa.Column("text", WORD, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("said_by", WORD, nullable=False),
        sa.Column("person", WORD, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_handover_note"),
        _to("handover_note", "post"),
        _to("handover_note", "person"),
    )
    op.create_index("ix_handover_note_town_post_at", "handover_note", ["town", "post", "at"])
    op.create_table(
        "duty_link",
        sa.Column("token_hash", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_duty_link_town_town"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("area", WORD, nullable=True),
        sa.Column("post", WORD, nullable=True),
        sa.Column("name", WORD, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", WORD, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_duty_link"),
        _to("duty_link", "area"),
        _to("duty_link", "post"),
        sa.CheckConstraint("kind IN ('look', 'lead', 'screen')", name="ck_duty_link_kind"),
        sa.CheckConstraint("kind <> 'screen' OR post IS NOT NULL", name="ck_duty_link_screen"),
    )
    op.create_index("ix_duty_link_town", "duty_link", ["town"])
    op.create_table(
        "reserve_policy",
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_reserve_policy_town_town"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reserves", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("town", name="pk_reserve_policy"),
    )


def downgrade() -> None:
    for table in ("reserve_policy", "duty_link", "handover_note", "presence"):
        op.drop_table(table)


def _to(table: str, parent: str) -> sa.ForeignKeyConstraint:
    """Rows go with the person, post or area of the town that they name."""
    return sa.ForeignKeyConstraint(
        ["town", parent],
        [f"{parent}.town", f"{parent}.id"],
        name=f"fk_{table}_town_{parent}_{parent}",
        ondelete="CASCADE",
    )
