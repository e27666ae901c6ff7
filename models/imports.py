"""Imports: what a file or list would change, kept until its maker confirms it, and then done as one transaction.

Nothing is in force before that. What it was compared with is looked at again under the town's lock: when it has
changed meanwhile, nothing is written and the maker is told to compare again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Literal

from sqlalchemy import Text, cast, delete, select
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import references
from .database import Database, dumps
from .errors import Conflict, NotFound
from .import_rows import ImportRow
from .records import NOUNS
from .rows import THINGS, AssignmentRow, DutyRow, RosterRow, ThingRow, TownRow
from .scope import same_revision, town_row
from .things import bodies, find_text, insert, known, table_of, taken_ids

Kind = Literal["people", "availability", "posts", "signups"]
KEPT = timedelta(days=1)
MOST_OF_ONE = 5
"""Imports that one account may have waiting in a town; an older one makes room."""
MATCHED = ("people", "posts")
"""The nouns whose things an import changes or takes away."""
WHOLE = ("shift_patterns", "staffing_templates")
"""The nouns of which more than the name was looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing's new document. `before` is the digest of the one that it replaces (None: the thing is new), `body`
    None takes the thing away."""

    noun: str
    id: str
    before: str | None
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A town's master data at one moment: noun → documents, in the order in which they were added."""

    mark: str
    zone: str
    things: Mapping[str, Sequence[dict[str, Any]]]
    taken: frozenset[str]
    """Ids that no new person may get."""
    used: Mapping[str, frozenset[str]]
    """Noun (people, posts) → ids of what rosters, weeks, rules and other things name."""
    rules: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Import:
    """One that waits."""

    id: str
    town: str
    kind: Kind
    name: str
    revision: int
    created_by: str
    created_at: datetime
    expires_at: datetime
    mark: str
    source: dict[str, Any]
    answers: dict[str, Any]
    plan: dict[str, Any]


class Imports:
    """An import belongs to who made it: nobody else sees it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def snapshot(self, town: str) -> Snapshot:
        """What an import is compared with. Raises NotFound."""
        with self._db.read() as session:
            row = town_row(session, town)
            things = {noun: bodies(session, town, noun) for noun in NOUNS}
            used = {noun: frozenset(_used(session, row, noun)) for noun in MATCHED}
            taken = frozenset(taken_ids(session, town, "people"))
            return Snapshot(_mark(session, town), row.zone, things, taken, used, row.rules)

    def keep(
        self, town: str, kind: Kind, name: str, by: str, mark: str, source: dict[str, Any], plan: dict[str, Any]
    ) -> Import:
        """Keep a new one for a day."""
        now, m = self._db.now(), ImportRow
        with self._db.write() as session:
            session.execute(delete(m).where(m.expires_at <= now))
            mine = select(m.id).where(m.town == town, m.created_by == by).order_by(m.created_at.desc(), m.id)
            older = session.scalars(mine.offset(MOST_OF_ONE - 1)).all()
            if older:
                session.execute(delete(m).where(m.id.in_(older)))
            row = ImportRow(
                id=str(uuid.uuid4()), town=town, kind=kind, name=name, revision=1, created_by=by, created_at=now,
                expires_at=now + KEPT, mark=mark, source=source, answers={}, plan=plan,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _import(row)

    def get(self, town: str, id_: str, by: str) -> Import:
        """Raises NotFound: it never was, is somebody else's, was confirmed or discarded, or its day is over."""
        with self._db.read() as session:
            return _import(self._row(session, town, id_, by))

    def waiting(self, town: str, by: str) -> list[Import]:
        """Those of one maker, the latest first."""
        m = ImportRow
        wanted = select(m).where(m.town == town, m.created_by == by, m.expires_at > self._db.now())
        with self._db.read() as session:
            return [_import(row) for row in session.scalars(wanted.order_by(m.created_at.desc(), m.id))]

    def compared_again(
        self,
        held: Import,
        mark: str,
        plan: dict[str, Any],
        answers: dict[str, Any] | None = None,
        source: dict[str, Any] | None = None,
    ) -> Import:
        """The same import with a plan of this moment. Raises NotFound, Conflict (its maker answered meanwhile)."""
        with self._db.write() as session:
            row = self._row(session, held.town, held.id, held.created_by, hold=True)
            same_revision("import", held.id, row.revision, held.revision)
            row.mark, row.plan, row.revision = mark, plan, row.revision + 1
            row.answers = held.answers if answers is None else answers
            row.source = held.source if source is None else source
            session.flush()
            return _import(row)

    def discard(self, town: str, id_: str, by: str) -> None:
        """Raises NotFound."""
        with self._db.write() as session:
            session.delete(self._row(session, town, id_, by, hold=True))

    def confirm(self, held: Import, changes: Iterable[Change]) -> None:
        """Do all of it, in one transaction, and forget the import.

        Raises NotFound, Conflict (what it was compared with has changed), DocumentError (a reference is gone).
        """
        with self._db.write() as session:
            town = town_row(session, held.town, hold=True)
            row = self._row(session, held.town, held.id, held.created_by, hold=True)
            same_revision("import", held.id, row.revision, held.revision)
            if _mark(session, held.town) != row.mark:
                raise Conflict("import", held.id, row.revision)
            by_noun: dict[str, list[Change]] = {}
            for change in changes:
                by_noun.setdefault(change.noun, []).append(change)
            for noun in NOUNS:
                if noun in by_noun:
                    _apply(session, town, noun, by_noun[noun], held)
            session.delete(row)

    def _row(self, session: Session, town: str, id_: str, by: str, *, hold: bool = False) -> ImportRow:
        row = session.get(ImportRow, id_, with_for_update=True if hold else None)
        if row is None or row.town != town or row.created_by != by or row.expires_at <= self._db.now():
            raise NotFound("import", id_)
        return row


def digest(body: Mapping[str, Any]) -> str:
    """Equal for equal documents."""
    return blake2b(dumps(_sorted(body)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(entry) for entry in value] if isinstance(value, list) else value


def _apply(session: Session, town: TownRow, noun: str, changes: Sequence[Change], held: Import) -> None:
    table, faults, there = table_of(noun), Faults(), known(session, town.id)
    there[noun] |= {change.id for change in changes if change.body is not None}
    for i, change in enumerate(changes):
        if change.body is not None:
            references.check(faults, noun, change.body, (i,), there)
    faults.raise_if_any()
    old = [change for change in changes if change.before is not None]
    rows = {row.id: row for row in _rows(session, table, town.id, [change.id for change in old])}
    for change in old:
        row = rows.get(change.id)
        if row is None or digest(row.body) != change.before:
            raise Conflict("import", held.id, held.revision)
    gone = {change.id for change in old if change.body is None}
    if gone and gone & _used(session, town, noun):
        raise Conflict("import", held.id, held.revision)
    for change in old:
        row = rows[change.id]
        if change.body is None:
            session.delete(row)
        else:
            row.body, row.name, row.find = change.body, change.body["name"], find_text(change.body)
            row.revision += 1
    taken = taken_ids(session, town.id, noun)
    new = [change.body for change in changes if change.before is None and change.body is not None]
    if any(body["id"] in taken for body in new):
        raise Conflict("import", held.id, held.revision)
    insert(session, town.id, noun, new)


def _rows(session: Session, table: type[ThingRow], town: str, ids: Sequence[str]) -> list[ThingRow]:
    """All of a noun's rows when many are wanted: a list of thousands of ids is no shorter way."""
    wanted = select(table).where(table.town == town)
    return list(session.scalars(wanted.where(table.id.in_(ids)) if len(ids) < 200 else wanted))


def _mark(session: Session, town: str) -> str:
    """Of what tells things apart: whoever is added, removed, renamed or gets another number changes it."""
    made = blake2b(digest_size=16)
    for noun in NOUNS:
        table = THINGS[noun]
        more = cast(table.body, Text) if noun in WHOLE else table.body["phone"].as_string()
        wanted = select(table.id, table.name, table.seq, more).where(table.town == town).order_by(table.seq, table.id)
        made.update(f"\x1e{noun}".encode())
        for row in session.execute(wanted):
            made.update("\x1f".join(map(str, row)).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def _used(session: Session, town: TownRow, noun: str) -> set[str]:
    """The ids of a noun that something names: other things, duties, rules, rosters that are not superseded."""
    found = {id_ for rule in town.rules for target, id_ in references.named_by_rule(rule) if target == noun}
    for user, fields in references.FIELDS.items():
        if any(target == noun for _, target in fields):
            wanted = (
                session.scalars(select(DutyRow.body).where(DutyRow.town == town.id))
                if user == "duties"
                else bodies(session, town.id, user)
            )
            found |= {id_ for body in wanted for _, target, id_ in references.named(user, body) if target == noun}
    if noun == "people":
        a, r = AssignmentRow, RosterRow
        live = select(a.person).join(r, (r.town == a.town) & (r.week == a.week) & (r.number == a.number))
        found |= set(session.scalars(live.where(a.town == town.id, r.state != "superseded").distinct()))
    return found


def _import(row: ImportRow) -> Import:
    kind: Any = row.kind
    return Import(
        row.id, row.town, kind, row.name, row.revision, row.created_by, row.created_at, row.expires_at, row.mark,
        row.source, row.answers, row.plan,
    )  # fmt: skip
