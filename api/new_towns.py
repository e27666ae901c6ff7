"""How a town comes to be: empty, with the usual basics, as an example to try out, or from a problem document.

Nothing that is there already is touched: a town of the same id is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from models.errors import AlreadyExists
from models.records import Stored, Town
from scheduler import document, towns
from scheduler.problem import Problem
from scheduler.towns import basics
from scheduler.towns.draft import ZONE

from .access import store
from .errors import fault, invalid
from .numbers import refuse_masked

RESERVED = frozenset({"new", "import"})
"""What stands in addresses where a town's id may stand."""
LONGEST_ID = 60
SEED = 1
"""Of the examples: those that a trial installation loads too."""


def known_zone(zone: str) -> None:
    """Refuses a time zone that does not exist. Raises ApiError (422)."""
    if zone not in available_timezones():
        raise invalid([fault("zone", "unknown_zone")])


def add(town: Town, *, with_basics: bool = False) -> Stored[Town]:
    """Add a town without people and posts; with the usual basics or with nothing at all.

    Raises AlreadyExists, ApiError (422: no such zone, an id that stands for something else).
    """
    known_zone(town.zone)
    if town.id in RESERVED:
        raise invalid([fault("id", "bad_id")])
    with store().database.together():
        held = store().towns.add(town)
        if with_basics:
            named = {"id": town.id, "name": town.name} | ({"name_en": town.name_en} if town.name_en else {})
            body = basics.document(named, town.zone, coming_monday(town.zone))
            store().load_town(body, week=False, nobody_yet=True)
        return held


def add_example(key: str) -> Town:
    """Add a demo town with its people, posts and the coming week. Raises KeyError, AlreadyExists."""
    if any(town.id == key for town in store().towns.list()):  # before half a second is spent on making it
        raise AlreadyExists("town", key)
    return add_document(towns.make(key, SEED, coming_monday(ZONE)))


def add_document(body: Any) -> Town:
    """Add the town that a problem document describes, with its week.

    Raises DocumentError (all its faults), ApiError (422: masked numbers), AlreadyExists (a town of its id).
    """
    if isinstance(body, dict):
        refuse_masked(body)
    town = town_of(document.load(body), body)
    with store().database.together():
        store().towns.add(town)
        return store().load_town(body)


def town_of(problem: Problem, body: dict[str, Any]) -> Town:
    """The town as a document names it."""
    return Town(problem.town, problem.town_name, body["town"].get("name_en") or "", problem.zone)


def free_id(name_en: str) -> str:
    """An id that no town has: the English name as an address can hold it, else town, town-2 …"""
    taken = {town.id for town in store().towns.list()} | RESERVED
    plain = unicodedata.normalize("NFKD", name_en).encode("ascii", "ignore").decode().casefold()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_ID - 5].strip("-") or "town"
    return next(id_ for id_ in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if id_ not in taken)


def coming_monday(zone: str) -> date:
    """The first day of the next week in a zone, by the service's clock."""
    now: datetime = store().database.now()
    return towns.coming_monday(now.astimezone(ZoneInfo(zone)).date())
