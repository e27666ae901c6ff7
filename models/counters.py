"""Numbers that the database counts by itself: sequences of PostgreSQL, AUTOINCREMENT of SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, inspect, text


def counters(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """The last number that each counting table has given, even when its row is gone; 0 before the first."""
    if connection.dialect.name == "sqlite":
        counting = _counting_sqlite(connection, names)
        if not counting:
            return {}
        given: dict[str, int] = {
            row.name: row.seq for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        }
        return {name: given.get(name, 0) for name in counting}
    return {
        name: connection.exec_driver_sql(
            f"SELECT last_value - (NOT is_called)::int FROM {sequence}"  # named by the database itself  # nosec B608
        ).scalar_one()
        for name, (_, sequence) in _counting_server(connection, names).items()
    }


def set_counters(connection: Connection, names: Sequence[str], given: Mapping[str, int]) -> None:
    """Go on counting after the numbers `given`, and after those that stand in the tables."""
    if connection.dialect.name == "sqlite":
        for name, column in _counting_sqlite(connection, names).items():
            last = max(given.get(name, 0), _highest(connection, name, column))
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": name, "seq": last}
            )
        return
    for name, (column, sequence) in _counting_server(connection, names).items():
        last = max(given.get(name, 0), _highest(connection, name, column))
        connection.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :last, :called)"),
            {"sequence": sequence, "last": max(last, 1), "called": last > 0},
        )


def _highest(connection: Connection, name: str, column: str) -> int:
    newest = f'SELECT coalesce(max("{column}"), 0) FROM "{name}"'  # a table of our own  # nosec B608
    found: int = connection.exec_driver_sql(newest).scalar_one()
    return found


def _counting_sqlite(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Counting tables with their counting column; other tables go on after the highest number by themselves."""
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    counting = [name for name, statement in made if name in names and "AUTOINCREMENT" in (statement or "").upper()]
    inspector = inspect(connection)
    return {name: inspector.get_pk_constraint(name)["constrained_columns"][0] for name in counting}


def _counting_server(connection: Connection, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Counting tables with their counting column and its sequence, which is quoted where it needs to be."""
    found = connection.execute(
        text(
            "SELECT table_name, column_name, "
            "pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) "
            "FROM information_schema.columns WHERE table_schema = current_schema()"
        )
    )
    return {name: (column, sequence) for name, column, sequence in found if sequence and name in names}
