"""Everything that is stored, table by table, as plain values: how a whole copy is made, and proven to be the same.

The tables are read as the database has them, not as the code means them, so that a copy loses nothing; which tables
there are says the code. A checksum is made from values in one plain form and does not know on which kind of database
they lie, nor in which order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    cast,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from scheduler.text import Text as Sentence

from . import store  # noqa: F401 - with the store every table is known
from .columns import Base, Instant, Json
from .counters import counters, set_counters

MOST_ROWS, ROOM = 1000, 16_000_000
"""What is on its way at a time, in rows and in characters: one problem document may have megabytes."""
_MODULUS = 1 << 256
KINDS: dict[str, TypeEngine[Any]] = {
    "flag": Boolean(),
    "document": Json,
    "instant": Instant(),
    "day": Date(),
    "number": Double(),
    "whole": Integer(),
    "bytes": LargeBinary(),
    "text": String(),
}
_MEANT_BY: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "flag"),
    (JSON, "document"),
    (DateTime, "instant"),
    (Date, "day"),
    (Float, "number"),
    (Integer, "whole"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


class TransferError(Exception):
    """A copy that cannot be made as things are; `text` says what and where, to stand within a sentence."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Sentence(zh, en)


class NotTheSame(TransferError):
    """A copy that is not what it was made from; `proof` says in which tables."""

    def __init__(self, proof: Sequence[Line]) -> None:
        wrong = [line.table for line in proof if not line.same]
        super().__init__("、".join(wrong), ", ".join(wrong))
        self.proof = tuple(proof)


@dataclass(frozen=True)
class Shape:
    """A table: its columns with the kind of each, and the names of its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    def same_as(self, other: Shape) -> bool:
        """Whether the columns are the same, in whatever order."""
        return sorted(self.columns) == sorted(other.columns)


@dataclass
class Tally:
    """How many rows, and the sum of their digests: the same in every order."""

    rows: int = 0
    total: int = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row in plain form."""
        said = json.dumps(row, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(said.encode()).digest())) % _MODULUS

    @property
    def checksum(self) -> str:
        return f"{self.total:064x}"


@dataclass(frozen=True)
class Line:
    """One table of a proof: what was given, and what was found afterwards."""

    table: str
    rows: int
    checksum: str
    found_rows: int
    found_checksum: str

    @property
    def same(self) -> bool:
        return (self.rows, self.checksum) == (self.found_rows, self.found_checksum)


class Source(Protocol):
    """Where a copy comes from: a database or a backup."""

    @property
    def shapes(self) -> Sequence[Shape]:
        """Every table, each after those that it points to."""

    @property
    def counters(self) -> Mapping[str, int]:
        """The last number that each counting table has given."""

    def rows(self, shape: Shape) -> Iterator[list[dict[str, Any]]]:
        """All rows of a table in plain form, batch by batch."""


@dataclass
class Live:
    """The tables of a database, seen through one transaction; all that the code knows, unless `names` says less."""

    connection: Connection
    names: Iterable[str] = frozenset(Base.metadata.tables)
    shapes: Sequence[Shape] = field(init=False)
    counters: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.shapes = shapes(self.connection, set(self.names))
        self.counters = counters(self.connection, [shape.name for shape in self.shapes])

    def rows(self, shape: Shape) -> Iterator[list[dict[str, Any]]]:
        statement = select(*_typed(shape)).select_from(table(shape.name)).order_by(*(column(key) for key in shape.key))
        at_once = max(1, min(MOST_ROWS, ROOM // (1 + self._widest(shape))))
        found = self.connection.execute(statement, execution_options={"yield_per": at_once})
        for part in found.partitions():
            yield [
                {name: plain(value, kind) for (name, kind), value in zip(shape.columns, row, strict=True)}
                for row in part
            ]

    def _widest(self, shape: Shape) -> int:
        """How many characters a row has at most."""
        wide = [name for name, kind in shape.columns if kind in ("text", "document", "bytes")]
        if not wide:
            return 0
        lengths = select(*(func.max(func.length(cast(column(name), Text))) for name in wide))
        return sum(length or 0 for length in self.connection.execute(lengths.select_from(table(shape.name))).one())


def shapes(connection: Connection, names: set[str]) -> tuple[Shape, ...]:
    """The named tables as the database has them, each after those that it points to. Raises TransferError."""
    inspector = inspect(connection)
    ordered = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name is not None]
    missing = names - set(ordered)
    if missing:
        raise TransferError(f"缺少表 {'、'.join(sorted(missing))}", f"there is no table {', '.join(sorted(missing))}")
    return tuple(
        Shape(
            name,
            tuple((str(c["name"]), _kind(name, str(c["name"]), c["type"])) for c in inspector.get_columns(name)),
            tuple(inspector.get_pk_constraint(name)["constrained_columns"]),
        )
        for name in ordered
        if name in names
    )


def plain(value: Any, kind: str) -> Any:
    """A stored value as JSON can say it, one way for each value."""
    if value is None or kind in ("text", "whole", "flag", "document"):
        return value
    if kind == "instant":
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if kind == "day":
        return value.isoformat()
    if kind == "bytes":
        return value.hex()
    return float(value) + 0.0  # there is one zero


def stored(value: Any, kind: str) -> Any:
    """The way back from `plain`."""
    if value is None:
        return None
    if kind == "instant":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "bytes":
        return bytes.fromhex(value)
    return value


def tally(source: Source, shape: Shape) -> Tally:
    """Counts and sums a whole table."""
    found = Tally()
    for batch in source.rows(shape):
        for row in batch:
            found.add(row)
    return found


def survey(source: Source) -> tuple[tuple[str, Tally], ...]:
    """Every table with its rows and its checksum."""
    return tuple((shape.name, tally(source, shape)) for shape in source.shapes)


def filled(connection: Connection, names: Iterable[str]) -> list[str]:
    """Which of the tables hold anything."""
    return [name for name in names if connection.execute(select(1).select_from(table(name)).limit(1)).first()]


def hold(connection: Connection, names: Iterable[str]) -> None:
    """Nobody else writes into these tables until the transaction ends. SQLite has one writer anyhow."""
    if connection.dialect.name != "sqlite":
        listed = ", ".join(f'"{name}"' for name in names)
        connection.exec_driver_sql(f"LOCK TABLE {listed} IN SHARE ROW EXCLUSIVE MODE")


def carry(source: Source, target: Connection) -> tuple[Line, ...]:
    """Put all rows of the source into the empty tables of the target, read them again, and compare.

    The target's transaction is the caller's: whatever is raised must end it without a commit. Raises TransferError
    when the tables are not the same ones, NotTheSame when what was found is not what was given.
    """
    there = {shape.name: shape for shape in shapes(target, {shape.name for shape in source.shapes})}
    for shape in source.shapes:
        if not shape.same_as(there[shape.name]):
            raise TransferError(f"表 {shape.name} 的列不同", f"the columns of {shape.name} are others")
    given = {}
    with _unguarded(target, list(there)):
        for shape in source.shapes:
            given[shape.name] = _copy(source, shape, target)
    set_counters(target, list(there), source.counters)
    found = dict(survey(Live(target, tuple(there))))
    proof = tuple(
        Line(name, of.rows, of.checksum, found[name].rows, found[name].checksum) for name, of in given.items()
    )
    if not all(line.same for line in proof):
        raise NotTheSame(proof)
    return proof


def _copy(source: Source, shape: Shape, target: Connection) -> Tally:
    given = Tally()
    statement = insert(table(shape.name, *_typed(shape)))
    for batch in source.rows(shape):
        for row in batch:
            given.add(row)
        target.execute(statement, [_stored(shape, row) for row in batch])
    return given


def _stored(shape: Shape, row: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {name: stored(row[name], kind) for name, kind in shape.columns}
    except (TypeError, ValueError) as error:
        raise TransferError(
            f"表 {shape.name} 中有读不懂的值", f"{shape.name} has a value that means nothing"
        ) from error


def _typed(shape: Shape) -> list[Any]:
    return [column(name, KINDS[kind]) for name, kind in shape.columns]


def _kind(where: str, name: str, of: TypeEngine[Any]) -> str:
    for python, kind in _MEANT_BY:
        if isinstance(of, python):
            return kind
    raise TransferError(f"{where}.{name} 的类型 {of!r} 无法照搬", f"no copy knows the type {of!r} of {where}.{name}")


@contextmanager
def _unguarded(connection: Connection, names: Sequence[str]) -> Iterator[None]:
    """The triggers rest: they guard against changes (a published roster takes no more), and a copy changes nothing.

    All in the transaction that puts them back: when it fails, they have never been away.
    """
    if connection.dialect.name == "sqlite":
        guards = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in guards:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, statement in guards:
            connection.exec_driver_sql(statement)
        return
    for name in names:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
    yield
    for name in names:
        connection.exec_driver_sql(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
