"""Who uses a thing: other things, rules, duties of weeks, rosters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from . import references
from .errors import InUse
from .rows import THINGS, AssignmentRow, DutyRow, RosterRow, TownRow

SINGULAR: dict[str, str] = {noun: table.__tablename__ for noun, table in THINGS.items()} | {"duties": "duty"}
"""Noun of the document → word for one of them."""


def users_of(session: Session, town: TownRow, noun: str, id_: str) -> list[tuple[str, str]]:
    """(noun in the singular, id) of everything that names the thing."""
    return [*_things(session, town, noun, id_), *_rules(town, noun, id_), *_weeks(session, town.id, noun, id_)]


def named_by(session: Session, town: TownRow, noun: str, id_: str) -> list[tuple[str, str]]:
    """The same without the duties and rosters of weeks: what a town says of itself, apart from what it has planned."""
    return [*_things(session, town, noun, id_), *_rules(town, noun, id_)]


def counted(
    session: Session, town: TownRow, noun: str, only: Mapping[str, frozenset[str] | None]
) -> dict[str, Counter[str]]:
    """Id → by how many of which noun ("rules" too) a thing is named; `only` says which of a noun's things count."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for user, table in THINGS.items():
        if any(target == noun for _, target in references.FIELDS.get(user, ())):
            seen = only.get(user)
            for body in session.scalars(select(table.body).where(table.town == town.id)):
                if seen is None or body["id"] in seen:
                    for id_ in {named for _, target, named in references.named(user, body) if target == noun}:
                        found[id_][user] += 1
    for rule in town.rules:
        for id_ in {named for target, named in references.named_by_rule(rule) if target == noun}:
            found[id_]["rules"] += 1
    return found


def refuse_lost_shifts(session: Session, town: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """A shift that a post's staffing picks cannot leave its pattern. Raises InUse."""
    lost = {shift["id"] for shift in before["shifts"]} - {shift["id"] for shift in after["shifts"]}
    if not lost:
        return
    table = THINGS["posts"]
    for shift in sorted(lost):
        users = [
            ("post", body["id"])
            for body in session.scalars(select(table.body).where(table.town == town).order_by(table.seq))
            for staffing in body.get("staffing", ())
            if staffing["pattern"] == after["id"] and shift in staffing.get("shifts", ())
        ]
        if users:
            raise InUse("shift", shift, tuple(users[:10]), len(users))


def _things(session: Session, town: TownRow, noun: str, id_: str) -> Iterator[tuple[str, str]]:
    for user, table in THINGS.items():
        if not any(target == noun for _, target in references.FIELDS.get(user, ())):
            continue
        for body in session.scalars(select(table.body).where(table.town == town.id).order_by(table.seq)):
            if _names(user, body, noun, id_):
                yield SINGULAR[user], body["id"]


def _rules(town: TownRow, noun: str, id_: str) -> Iterator[tuple[str, str]]:
    for rule in town.rules:
        if (noun, id_) in references.named_by_rule(rule):
            yield "rule", rule.get("id") or rule["rule"]


def _weeks(session: Session, town: str, noun: str, id_: str) -> Iterator[tuple[str, str]]:
    if noun == "people":
        live = (
            select(AssignmentRow.week)
            .join(
                RosterRow,
                (RosterRow.town == AssignmentRow.town)
                & (RosterRow.week == AssignmentRow.week)
                & (RosterRow.number == AssignmentRow.number),
            )
            .where(AssignmentRow.town == town, AssignmentRow.person == id_, RosterRow.state != "superseded")
        )
        found = session.scalars(live.distinct().order_by(AssignmentRow.week))
        yield from (("roster", week.isoformat()) for week in found)
    if any(target == noun for _, target in references.FIELDS["duties"]):
        for body in session.scalars(select(DutyRow.body).where(DutyRow.town == town).order_by(DutyRow.week)):
            if _names("duties", body, noun, id_):
                yield "duty", body["id"]


def _names(user: str, body: dict[str, Any], noun: str, id_: str) -> bool:
    return any(target == noun and named == id_ for _, target, named in references.named(user, body))
