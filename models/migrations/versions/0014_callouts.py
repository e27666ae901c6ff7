"""Call-outs, gaps that are offered to teams, and the links of teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('open', 'escalated')")
SEAT = ("town", "week", "duty", "position", "instead")


def word(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, WORD, nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null)


def instant(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=null)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def of(table: str, columns: list[str], referred: str, ids: list[str]) -> sa.ForeignKeyConstraint:
    """A row that goes with the one that it refers to."""
    name = f"fk_{table}_{'_'.join(columns)}_{referred}"
    return sa.ForeignKeyConstraint(columns, [f"{referred}.{i}" for i in ids], name=name, ondelete="CASCADE")


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _callouts()
    _gaps()


def _callouts() -> None:
    op.create_table(
        "callout", word("id"), word("town"), sa.Column("week", sa.Date(), nullable=False), word("duty"),
        word("position"), word("instead"), instant("starts_at"), instant("ends_at"), instant("until"), word("state"),
        whole("wave_size"), whole("wave_minutes"), whole("escalate_minutes"), whole("wave"),
        instant("wave_at", null=True), instant("next_at"),
        sa.Column("said", sa.JSON(none_as_null=True), nullable=False), instant("opened_at"), word("opened_by"),
        instant("escalated_at", null=True), instant("closed_at", null=True), word("closed_by", null=True),
        word("filled_by", null=True), key("callout", "id"), of("callout", ["town", "week"], "week", ["town", "start"]),
        check("callout", "state", "state IN ('open', 'escalated', 'filled', 'withdrawn', 'expired')"),
        check("callout", "figures", "wave_size > 0 AND wave_minutes > 0 AND escalate_minutes > 0"),
    )  # fmt: skip
    op.create_index("ix_callout_state_next_at", "callout", ["state", "next_at"])
    op.create_index("ix_callout_town_opened_at", "callout", ["town", "opened_at"])
    op.create_index("uq_callout_live", "callout", [*SEAT], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_table(
        "callout_ask", word("callout"), word("town"), word("person"), whole("rank"), word("state"),
        word("standby_duty", null=True), word("standby_position", null=True), whole("wave", null=True),
        instant("asked_at", null=True), instant("answered_at", null=True), key("callout_ask", "callout", "person"),
        of("callout_ask", ["callout"], "callout", ["id"]),
        of("callout_ask", ["town", "person"], "person", ["town", "id"]),
        check("callout_ask", "state", "state IN ('waiting', 'asked', 'accepted', 'declined', 'late', 'unfit')"),
    )  # fmt: skip
    op.create_index("ix_callout_ask_town_person", "callout_ask", ["town", "person"])


def _gaps() -> None:
    op.create_table(
        "gap_offer", word("id"), word("town"), sa.Column("week", sa.Date(), nullable=False), word("unit"),
        instant("until"), instant("created_at"), word("created_by"), instant("closed_at", null=True),
        word("closed_by", null=True), key("gap_offer", "id"),
        of("gap_offer", ["town", "week"], "week", ["town", "start"]),
        of("gap_offer", ["town", "unit"], "unit", ["town", "id"]),
    )  # fmt: skip
    op.create_index("ix_gap_offer_town_week", "gap_offer", ["town", "week"])
    op.create_index("ix_gap_offer_town_unit", "gap_offer", ["town", "unit"])
    op.create_table(
        "gap_slot", word("offer"), word("duty"), word("position"), key("gap_slot", "offer", "duty", "position"),
        of("gap_slot", ["offer"], "gap_offer", ["id"]),
    )  # fmt: skip
    op.create_table(
        "gap_claim", word("id"), word("offer"), word("town"), word("duty"), word("position"), word("person"),
        instant("claimed_at"), instant("given_back_at", null=True), key("gap_claim", "id"),
        of("gap_claim", ["offer"], "gap_offer", ["id"]),
        of("gap_claim", ["town", "person"], "person", ["town", "id"]),
    )  # fmt: skip
    op.create_index("ix_gap_claim_offer", "gap_claim", ["offer"])
    op.create_index("ix_gap_claim_town_person", "gap_claim", ["town", "person"])
    op.create_table(
        "team_link", word("token_hash"), word("town"), word("unit"), instant("created_at"), instant("expires_at"),
        instant("revoked_at", null=True), key("team_link", "token_hash"),
        of("team_link", ["town", "unit"], "unit", ["town", "id"]),
    )  # fmt: skip
    op.create_index("ix_team_link_town_unit", "team_link", ["town", "unit"])


def downgrade() -> None:
    for table in ("team_link", "gap_claim", "gap_slot", "gap_offer", "callout_ask", "callout"):
        op.drop_table(table)
