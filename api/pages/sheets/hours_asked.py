"""Whose hours are asked for, and what the caller sees of them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from api.access import can, scope, store, town_or_404
from api.errors import ApiError, fault, invalid
from api.language import language
from api.schemas.exports import HoursAsked
from scheduler.problem import Person

from .hours import entries
from .ledger import Ledger

MOST_DAYS = 366


def ledger(town: str, asked: HoursAsked) -> Ledger:
    """Raises ApiError (422): the span is upside down or too long, a person, unit or category is unknown."""
    _refuse(town, asked)
    here = town_or_404(town)
    zone, now = ZoneInfo(here.zone), store().database.now()
    opens = datetime.combine(asked.start, time(), zone)
    closes = datetime.combine(asked.end + timedelta(days=1), time(), zone)
    people = {p.id: p for p in _people(town, asked)}
    with store().moment():
        over = store().presence.served(town, opens, closes, lambda duty: duty.end <= now)
        served = [one for one in over if one.person in people]
        wanted = {
            "posts": {one.duty.post for one in served if one.duty.post},
            "positions": {one.position for one in served},
            "units": {p.unit for p in people.values() if p.unit},
            "categories": {p.category for p in people.values()},
        }
        names = store().things.named(town, wanted)
    held = entries(served, people, names, zone, language(), now)
    name = (here.name_en or here.name) if language() == "en" else here.name
    return Ledger(name, asked.start, asked.end, tuple(held), now.astimezone(zone), language())


def _people(town: str, asked: HoursAsked) -> list[Person]:
    """Whom the caller sees of those who are asked for, in the order of the town's list."""
    if asked.person is not None:
        found = [cast(Person, store().things.get(town, "people", asked.person).value)]
    else:
        found = [cast(Person, person) for person in store().things.all(town, "people")]
    return [
        p
        for p in found
        if scope().sees_person(p.id) and asked.unit in (None, p.unit) and asked.category in (None, p.category)
    ]


def _refuse(town: str, asked: HoursAsked) -> None:
    faults = []
    if asked.end < asked.start:
        faults.append(fault("query.end", "end_before_start"))
    if (asked.end - asked.start).days >= MOST_DAYS:
        faults.append(fault("query.end", "span_too_long", most=MOST_DAYS))
    wanted = {"people": asked.person, "units": asked.unit, "categories": asked.category}
    known = store().things.named(town, {noun: {id_} for noun, id_ in wanted.items() if id_ is not None})
    words = {"people": "person", "units": "unit", "categories": "category"}
    faults += [
        fault(f"query.{words[noun]}", "unknown_id", id=id_)
        for noun, id_ in wanted.items()
        if id_ is not None and ((noun, id_) not in known or (noun == "people" and not scope().sees_person(id_)))
    ]
    if faults:
        raise invalid(faults)


def refuse_whole_town(asked: HoursAsked) -> None:
    """Files about everybody are for who may take them out. Raises ApiError (403)."""
    if asked.person is asked.unit is None and scope().whole and not can("export"):
        raise ApiError("whole_town")
