"""Master data: one table a noun, taken and given as the scheduler's own entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document.faults import Faults, Path

from . import references
from .audit_rows import ErasedPersonRow
from .database import Database
from .errors import AlreadyExists, InUse, NotFound
from .records import NOUNS, Named, Page, Stored, Thing
from .rows import THINGS, ThingRow, TownRow
from .scope import same_revision, town_row
from .usage import SINGULAR, counted, named_by, refuse_lost_shifts, users_of

FAR = 10**9
"""Beyond the end of every list."""


class Things:
    """`noun` is one of `records.NOUNS`; references are checked at the border, both ways."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(
        self,
        town: str,
        noun: str,
        page: int = 1,
        page_size: int = 50,
        search: str = "",
        only: frozenset[str] | None = None,
    ) -> Page[Stored[Thing]]:
        """By name, then id; `search` is a part of the name or id, in any case of letters; `only` these ids."""
        table = table_of(noun)
        with self._db.read() as session:
            zone = town_row(session, town).zone
            wanted = select(table).where(table.town == town)
            if only is not None:
                wanted = wanted.where(table.id.in_(sorted(only)))
            if search:
                wanted = wanted.where(table.find.contains(search.casefold(), autoescape=True))
            total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
            ordered = wanted.order_by(table.name, table.id).limit(page_size).offset(min((page - 1) * page_size, FAR))
            items = tuple(Stored(_value(noun, row, zone), row.revision) for row in session.scalars(ordered))
            return Page(items, total, page, page_size)

    def all(self, town: str, noun: str) -> tuple[Thing, ...]:
        """Everything of a noun, in the order in which it was added."""
        with self._db.read() as session:
            return all_things(session, town_row(session, town), noun)

    def people_of(self, town: str, areas: frozenset[str], posts: frozenset[str]) -> frozenset[str]:
        """The ids of people whose area is one of these, or who are bound to one of these areas or posts."""
        with self._db.read() as session:
            return frozenset(
                body["id"]
                for body in bodies(session, town, "people")
                if body.get("area") in areas
                or not areas.isdisjoint(body.get("bound_areas", ()))
                or not posts.isdisjoint(body.get("bound_posts", ()))
            )

    def get(self, town: str, noun: str, id_: str) -> Stored[Thing]:
        """Raises NotFound."""
        with self._db.read() as session:
            zone = town_row(session, town).zone
            row = _row(session, town, noun, id_)
            return Stored(_value(noun, row, zone), row.revision)

    def named(self, town: str, wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], Named]:
        """What these ids of these nouns are called, in one query; without those that are gone."""
        asked = {f"{noun}_ids": sorted(ids) for noun, ids in wanted.items() if ids}
        if not asked:
            return {}
        statement = _names(tuple(noun for noun, ids in wanted.items() if ids))
        with self._db.read() as session:
            rows = session.execute(statement, asked | {"town_id": town})
            return {
                (noun, id_): Named(name, name_en or "", phone or "", directions or "", bring or "", north, east)
                for noun, id_, name, name_en, phone, directions, bring, north, east in rows
            }

    def counted(self, town: str, noun: str, only: Mapping[str, frozenset[str] | None]) -> dict[str, Counter[str]]:
        """Id → by how many things of which noun, and by how many "rules", it is named.

        `only` has the ids that count of a noun's things, None for all; weeks are not looked at.
        """
        with self._db.read() as session:
            return counted(session, town_row(session, town), noun, only)

    def users(self, town: str, noun: str, id_: str) -> list[tuple[str, str]]:
        """(noun in the singular, id) of every thing and rule that names it; weeks are not looked at."""
        with self._db.read() as session:
            return named_by(session, town_row(session, town), noun, id_)

    def add(self, town: str, noun: str, value: Thing) -> Stored[Thing]:
        """Raises AlreadyExists, DocumentError (unknown references)."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            body = document.entity_to_json(noun, value)
            if value.id in taken_ids(session, town, noun):
                raise AlreadyExists(SINGULAR[noun], value.id)
            _check(session, town, noun, [body], one=True)
            insert(session, town, noun, [body])
            return Stored(value, 1)

    def add_many(self, town: str, noun: str, values: Sequence[Thing]) -> list[Stored[Thing]]:
        """All or nothing; values may refer to each other. Raises as `add` does, with paths like [3].unit."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            taken = taken_ids(session, town, noun)
            for value in values:
                if value.id in taken:
                    raise AlreadyExists(SINGULAR[noun], value.id)
                taken.add(value.id)
            bodies = [document.entity_to_json(noun, value) for value in values]
            _check(session, town, noun, bodies, one=False)
            insert(session, town, noun, bodies)
            return [Stored(value, 1) for value in values]

    def change(self, town: str, noun: str, value: Thing, revision: int) -> Stored[Thing]:
        """Replace the thing of that id.

        Raises NotFound, Conflict, DocumentError (unknown references), InUse (a shift that leaves its pattern).
        """
        with self._db.write() as session:
            town_row(session, town, hold=True)
            row = _row(session, town, noun, value.id)
            same_revision(SINGULAR[noun], value.id, row.revision, revision)
            body = document.entity_to_json(noun, value)
            _check(session, town, noun, [body], one=True)
            if noun == "shift_patterns":
                refuse_lost_shifts(session, town, row.body, body)
            row.body, row.name, row.find = body, body["name"], find_text(body)
            row.revision += 1
            return Stored(value, row.revision)

    def remove(self, town: str, noun: str, id_: str, revision: int) -> None:
        """Raises NotFound, Conflict, InUse."""
        with self._db.write() as session:
            held = town_row(session, town, hold=True)
            row = _row(session, town, noun, id_)
            same_revision(SINGULAR[noun], id_, row.revision, revision)
            users = users_of(session, held, noun, id_)
            if users:
                raise InUse(SINGULAR[noun], id_, tuple(users[:10]), len(users))
            session.delete(row)


def table_of(noun: str) -> type[ThingRow]:
    if noun not in THINGS:
        raise NotFound("noun", noun)
    return THINGS[noun]


def all_things(session: Session, town: TownRow, noun: str) -> tuple[Thing, ...]:
    table = table_of(noun)
    rows = session.scalars(select(table).where(table.town == town.id).order_by(table.seq))
    return tuple(_value(noun, row, town.zone) for row in rows)


def bodies(session: Session, town: str, noun: str) -> list[dict[str, Any]]:
    """The documents of a noun in the order in which they were added."""
    table = table_of(noun)
    return list(session.scalars(select(table.body).where(table.town == town).order_by(table.seq)))


def ids(session: Session, town: str, noun: str) -> set[str]:
    table = table_of(noun)
    return set(session.scalars(select(table.id).where(table.town == town)))


def taken_ids(session: Session, town: str, noun: str) -> set[str]:
    """Ids that nothing new may get: those in use, and of people also those of the erased, whom rosters still name."""
    gone = select(ErasedPersonRow.person).where(ErasedPersonRow.town == town)
    return ids(session, town, noun) | (set(session.scalars(gone)) if noun == "people" else set())


def insert(session: Session, town: str, noun: str, new: Iterable[dict[str, Any]]) -> None:
    """New rows behind those there are, without any check."""
    table = table_of(noun)
    last = session.scalar(select(func.max(table.seq)).where(table.town == town)) or 0
    session.add_all(
        table(town=town, id=body["id"], revision=1, seq=seq, name=body["name"], find=find_text(body), body=body)
        for seq, body in enumerate(new, last + 1)
    )
    session.flush()


def known(session: Session, town: str) -> dict[str, set[str]]:
    """The ids of every noun."""
    return {noun: ids(session, town, noun) for noun in NOUNS}


@cache
def _names(nouns: tuple[str, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """Made once: hundreds a second ask for it at a change of shift."""
    return union_all(*(_names_of(noun) for noun in nouns))


def _names_of(noun: str) -> Select[*tuple[Any, ...]]:
    table = table_of(noun)
    texts = (table.body[name].as_string() for name in ("name_en", "phone", "directions", "bring"))
    place = (table.body[name].as_float() for name in ("latitude", "longitude"))
    wanted = select(literal(noun), table.id, table.name, *texts, *place)
    ids: BindParameter[str] = bindparam(f"{noun}_ids", expanding=True)
    return wanted.where(table.town == bindparam("town_id"), table.id.in_(ids))


def _row(session: Session, town: str, noun: str, id_: str) -> ThingRow:
    row = session.get(table_of(noun), (town, id_))
    if row is None:
        raise NotFound(SINGULAR[noun], id_)
    return row


def _value(noun: str, row: ThingRow, zone: str) -> Thing:
    return document.entity_from_json(noun, row.body, zone)


def find_text(body: dict[str, Any]) -> str:
    return "\n".join((body["name"], body.get("name_en", ""), body["id"])).casefold()


def _check(session: Session, town: str, noun: str, new: list[dict[str, Any]], *, one: bool) -> None:
    faults, held = Faults(), known(session, town)
    held[noun] |= {body["id"] for body in new}
    for i, body in enumerate(new):
        at: Path = () if one else (i,)
        references.check(faults, noun, body, at, held)
        if noun == "posts":
            _check_shifts(session, town, body, at, faults)
    if noun == "areas":
        _check_tree(session, town, new, one, faults)
    faults.raise_if_any()


def _check_shifts(session: Session, town: str, post: dict[str, Any], at: Path, faults: Faults) -> None:
    """The shifts that a post's staffing picks belong to its pattern."""
    for i, staffing in enumerate(post.get("staffing", ())):
        pattern = session.get(THINGS["shift_patterns"], (town, staffing["pattern"]))
        if pattern is None:
            continue
        there = {shift["id"] for shift in pattern.body["shifts"]}
        for k, shift in enumerate(staffing.get("shifts", ())):
            if shift not in there:
                path = (*at, "staffing", i, "shifts", k)
                faults.add(path, "unknown_shift", id=shift, pattern=staffing["pattern"])


def _check_tree(session: Session, town: str, new: list[dict[str, Any]], one: bool, faults: Faults) -> None:
    """Nobody is above themselves."""
    parents = {body["id"]: body.get("parent") for body in (*bodies(session, town, "areas"), *new)}
    for i, body in enumerate(new):
        seen, above = {body["id"]}, body.get("parent")
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above is not None:
            at: Path = () if one else (i,)
            faults.add((*at, "parent"), "area_cycle", id=body["id"])
