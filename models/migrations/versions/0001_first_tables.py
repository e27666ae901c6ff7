"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
THINGS = (
    "category",
    "unit",
    "qualification",
    "position",
    "area",
    "contract",
    "shift_pattern",
    "staffing_template",
    "vehicle",
    "post",
    "person",
)


def word(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, WORD, nullable=null)


def whole(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def day(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def instant(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=null)


def document(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=null)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def points(table: str, columns: list[str], at: str, to: list[str], gone: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key; `gone` says what happens when its target is deleted."""
    name = f"fk_{table}_{'_'.join(columns)}_{at}"
    return sa.ForeignKeyConstraint(columns, [f"{at}.{column}" for column in to], name=name, ondelete=gone)


def one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def only_one(table: str, state: str, *columns: str) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(
        f"uq_{table}_{state}", table, list(columns), unique=True, sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    _towns_and_things()
    _weeks_and_rosters()
    _solves()
    _people_say()


def _towns_and_things() -> None:
    op.create_table(
        "town", word("id"), word("name"), word("name_en"), word("zone"), whole("revision"), document("rules"),
        whole("rules_revision"), key("town", "id"),
    )  # fmt: skip
    for thing in THINGS:
        op.create_table(
            thing, word("town"), word("id"), whole("revision"), whole("seq"), word("name"), word("find"),
            document("body"), points(thing, ["town"], "town", ["id"]), key(thing, "town", "id"),
        )  # fmt: skip
    op.create_table(
        "account", word("id"), word("login"), word("login_key"), word("name"), word("password"), word("role"),
        word("town", null=True), flag("active"), points("account", ["town"], "town", ["id"]), key("account", "id"),
        sa.UniqueConstraint("login_key", name="uq_account_login_key"),
    )  # fmt: skip


def _weeks_and_rosters() -> None:
    week = (["town", "week"], "week", ["town", "start"])
    op.create_table(
        "week", word("town"), day("start"), whole("days"), whole("revision"), whole("next_roster"),
        points("week", ["town"], "town", ["id"]), key("week", "town", "start"),
    )  # fmt: skip
    op.create_table(
        "duty", word("town"), day("week"), word("id"), whole("revision"), instant("starts_at"), instant("ends_at"),
        document("body"), points("duty", *week, gone="CASCADE"), key("duty", "town", "week", "id"),
    )  # fmt: skip
    op.create_table(
        "roster", word("town"), day("week"), whole("number"), word("state"), word("origin"),
        whole("based_on", null=True), word("solve", null=True), instant("created_at"), word("created_by", null=True),
        instant("published_at", null=True), word("published_by", null=True), word("override_reason", null=True),
        document("summary"), document("duties", null=True), whole("revision"), points("roster", *week),
        one_of("roster", "state", "draft", "published", "superseded"), key("roster", "town", "week", "number"),
    )  # fmt: skip
    only_one("roster", "draft", "town", "week")
    only_one("roster", "published", "town", "week")
    version = ["town", "week", "number"]
    op.create_table(
        "assignment", word("town"), day("week"), whole("number"), word("duty"), word("person"), word("position"),
        flag("pinned"), points("assignment", version, "roster", version, gone="CASCADE"),
        key("assignment", "town", "week", "number", "duty", "person"),
    )  # fmt: skip
    op.create_index("ix_assignment_town_person", "assignment", ["town", "person"])


def _solves() -> None:
    op.create_table(
        "solve", word("id"), word("town"), day("week", null=True), word("kind"), word("state"), whole("priority"),
        whole("seconds"), whole("seed"), sa.Column("gap", sa.Double(), nullable=True), flag("reproducible"),
        word("digest"), whole("attempt"), whole("failures"), word("worker", null=True),
        instant("lease_until", null=True), flag("stop_requested"), instant("created_at"),
        word("created_by", null=True), instant("started_at", null=True), instant("finished_at", null=True),
        document("progress", null=True), document("error", null=True), whole("roster_number", null=True),
        one_of("solve", "state", "queued", "running", "finished", "failed", "stopped"),
        points("solve", ["town"], "town", ["id"]), key("solve", "id"),
    )  # fmt: skip
    op.create_index("ix_solve_queue", "solve", ["state", "priority", "created_at"])
    op.create_index("ix_solve_town_week", "solve", ["town", "week", "created_at"])
    only_one("solve", "running", "town", "week", "kind")
    op.create_table(
        "solve_paper", word("solve"), word("name"), sa.Column("body", sa.Text(), nullable=False),
        points("solve_paper", ["solve"], "solve", ["id"], gone="CASCADE"), key("solve_paper", "solve", "name"),
    )  # fmt: skip


def _people_say() -> None:
    person = (["town", "person"], "person", ["town", "id"])
    op.create_table(
        "link", word("token_hash"), word("town"), word("person"), instant("created_at"), instant("expires_at"),
        instant("revoked_at", null=True), points("link", *person, gone="CASCADE"), key("link", "token_hash"),
    )  # fmt: skip
    op.create_index("ix_link_town_person", "link", ["town", "person"])
    op.create_table(
        "absence", word("id"), word("town"), word("person"), instant("starts_at"), instant("ends_at"), word("reason"),
        word("state"), word("reported_by"), instant("created_at"),
        one_of("absence", "state", "reported", "covered", "withdrawn"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_order")),
        points("absence", *person, gone="CASCADE"), key("absence", "id"),
    )  # fmt: skip
    op.create_index("ix_absence_town_starts_at", "absence", ["town", "starts_at"])
    op.create_table(
        "acknowledgement", word("town"), day("week"), word("person"), word("duty"), instant("at"),
        points("acknowledgement", *person, gone="CASCADE"), key("acknowledgement", "town", "week", "person", "duty"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("acknowledgement", "absence", "link", "solve_paper", "solve", "assignment", "roster", "duty", "week"):
        op.drop_table(table)
    op.drop_table("account")
    for thing in reversed(THINGS):
        op.drop_table(thing)
    op.drop_table("town")
