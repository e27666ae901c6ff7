"""A database with something in every table: whoever adds a table finds it filled here, or hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    select,
)
from sqlalchemy.types import TypeEngine

from models.columns import Base
from models.store import Store

from . import towns

AWKWARD = "三班 'it''s' \"q\" \\ %s :x\t\n 𠀀"
MOMENT = datetime(2026, 11, 22, 23, 59, 59, 999_999, tzinfo=UTC)
ALLOWED: dict[tuple[str, str], Any] = {
    ("absence", "state"): "reported",
    ("callout", "state"): "open",
    ("callout_ask", "state"): "asked",
    ("exchange", "kind"): "offer",
    ("exchange", "state"): "requested",
    **{("exchange_policy", name): "direct" for name in ("claims", "offers", "swaps")},
    ("message", "state"): "waiting",
    ("channel", "kind"): "email",
    ("channel", "reach"): "staff",
    ("channel", "language"): "zh",
    ("webhook_delivery", "state"): "waiting",
    ("roster", "state"): "draft",
    ("usual_week", "times"): [],
    ("message", "tried"): [],
    ("presence", "action"): "arrive",
    ("presence", "state"): "present",
    ("presence", "how"): "list",
    ("duty_link", "kind"): "look",
    ("waiting_import", "kind"): "people",
}
"""What a check constraint demands."""


def fill(store: Store) -> None:
    """A published roster, a draft, a solve that ended, and two rows in every other table."""
    towns.filled(store)
    towns.published(store)
    towns.drafted(store)
    store.solves.create(towns.TOWN, "solve", {"any": ["问题", 1.0, 1e-7]}, week=towns.MONDAY)
    with store.database.connection() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.execute(select(1).select_from(table).limit(1)).first() is None:
                _fill(connection, table)


def _fill(connection: Connection, table: Table) -> None:
    parents: dict[str, Any] = {}
    for constraint in table.foreign_key_constraints:
        row = connection.execute(select(constraint.referred_table).limit(1)).mappings().one()
        for element in constraint.elements:
            parents[element.parent.name] = row[element.column.name]
    full = {c.name: parents.get(c.name, _value(table, c.name, c.type, i)) for i, c in enumerate(table.columns)}
    connection.execute(table.insert(), full)
    free = [c for c in table.primary_key if c.name not in parents]
    if free:
        bare = {c.name: None if c.nullable else full[c.name] for c in table.columns}
        unique = [c for c in table.columns if isinstance(_plain(c.type), String) and c.name not in parents]
        changed = {c.name: f"{full[c.name]}2" for c in unique if bare[c.name] and (table.name, c.name) not in ALLOWED}
        numbers = {c.name: full[c.name] + 1 for c in free if isinstance(_plain(c.type), Integer)}
        connection.execute(table.insert(), bare | changed | numbers)


def _plain(of: TypeEngine[Any]) -> TypeEngine[Any]:
    """What lies under a type of our own."""
    return of.impl_instance if isinstance(of, TypeDecorator) else of


def _value(table: Table, column: str, of: TypeEngine[Any], place: int) -> Any:
    if (table.name, column) in ALLOWED:
        return ALLOWED[table.name, column]
    values: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
        (Boolean, True),
        (JSON, {"姓名": [1, 1.0, 0.1, None, True, AWKWARD], "b": {"z": 1, "a": 2}}),
        (DateTime, MOMENT + timedelta(hours=place)),
        (Date, date(2026, 11, 23)),
        (Float, 0.1),
        (Integer, 7),
        (LargeBinary, bytes(range(256))),
        (String, f"{table.name}.{column} {AWKWARD}"),
    )
    for python, value in values:
        if isinstance(_plain(of), python):
            return value
    raise TypeError(f"{table.name}.{column}: {of!r}")
