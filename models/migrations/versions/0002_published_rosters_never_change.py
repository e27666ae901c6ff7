"""Published rosters never change: the database itself refuses."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = "published rosters never change"
SAME = (
    "town", "week", "number", "origin", "based_on", "solve", "created_at", "created_by",
    "published_at", "published_by", "override_reason",
)  # fmt: skip
"""What stays when a published version becomes superseded; JSON columns are compared as text below."""


def _kept(old: str, new: str, same: str) -> str:
    plain = [f"{old}.{column} {same} {new}.{column}" for column in SAME]
    documents = [f"CAST({old}.{c} AS TEXT) {same} CAST({new}.{c} AS TEXT)" for c in ("summary", "duties")]
    return " AND ".join(plain + documents)


def _state(row: str) -> str:
    same = f"r.town = {row}.town AND r.week = {row}.week AND r.number = {row}.number"
    return f"(SELECT state FROM roster r WHERE {same})"  # "OLD" or "NEW"  # nosec B608


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
    allowed = f"OLD.state = 'published' AND NEW.state = 'superseded' AND {_kept('OLD', 'NEW', 'IS')}"
    op.execute(
        f"CREATE TRIGGER roster_update BEFORE UPDATE ON roster WHEN OLD.state <> 'draft' AND NOT ({allowed}) {refuse}"
    )
    op.execute(f"CREATE TRIGGER roster_delete BEFORE DELETE ON roster WHEN OLD.state <> 'draft' {refuse}")
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER assignment_{verb.lower()} BEFORE {verb} ON assignment "
            f"WHEN {_state(row)} <> 'draft' {refuse}"
        )


def _upgrade_postgresql() -> None:
    allowed = f"OLD.state = 'published' AND NEW.state = 'superseded' AND {_kept('OLD', 'NEW', 'IS NOT DISTINCT FROM')}"
    op.execute(
        f"""CREATE FUNCTION roster_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.state <> 'draft' THEN RAISE EXCEPTION '{FROZEN}'; END IF;
                RETURN OLD;
            END IF;
            IF OLD.state <> 'draft' AND NOT ({allowed}) THEN RAISE EXCEPTION '{FROZEN}'; END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        f"""CREATE FUNCTION assignment_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF {_state("NEW")} <> 'draft' THEN RAISE EXCEPTION '{FROZEN}'; END IF;
                RETURN NEW;
            END IF;
            IF {_state("OLD")} <> 'draft' THEN RAISE EXCEPTION '{FROZEN}'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER roster_frozen BEFORE UPDATE OR DELETE ON roster FOR EACH ROW EXECUTE FUNCTION roster_frozen()"
    )
    op.execute(
        "CREATE TRIGGER assignment_frozen BEFORE INSERT OR UPDATE OR DELETE ON assignment "
        "FOR EACH ROW EXECUTE FUNCTION assignment_frozen()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("roster_update", "roster_delete", "assignment_insert", "assignment_update", "assignment_delete"):
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in ("roster", "assignment"):
        op.execute(f"DROP TRIGGER {table}_frozen ON {table}")
        op.execute(f"DROP FUNCTION {table}_frozen()")
