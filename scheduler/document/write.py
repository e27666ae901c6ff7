"""From entities to their JSON: what equals the default is left out, sets are sorted, instants keep their offset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from ..problem import Availability, Demand, History, Holding, PastDuty, Problem, Shift, Staffing
from .rule_entries import rule_json
from .shape import FORMAT, VERSION

Body = dict[str, Any]
_PLURAL = ("categories", "units", "qualifications", "positions", "areas", "contracts", "posts", "vehicles")


def dump(problem: Problem) -> Body:
    """The document that loads as this very problem; duties are listed one by one, whatever they came from."""
    body: Body = {
        "format": FORMAT,
        "version": VERSION,
        "town": {"id": problem.town, "name": problem.town_name},
        "zone": problem.zone,
        "start": problem.start.isoformat(),
        "days": problem.days,
    }
    if problem.now is not None:
        body["now"] = problem.now.isoformat()
    for noun in (*_PLURAL, "duties", "people"):
        things = getattr(problem, noun)
        if things or noun == "people":
            body[noun] = [entity_json(thing) for thing in things]
    body["rules"] = [rule_json(rule) for rule in problem.rules]
    if problem.baseline:
        body["baseline"] = {"assignments": [entity_json(a) for a in problem.baseline]}
    return body


def entity_json(thing: Any) -> Body:
    """One entity's piece of the document."""
    return {
        _KEYS.get((type(thing), name), name): _json(value)
        for name, default in _defaults(type(thing))
        if (value := getattr(thing, name)) != default or (type(thing), name) in _ALWAYS
    }


def _seat(seat: Demand) -> Body:
    """With the heads that it asked for before anybody was activated, from which reading it takes them off again."""
    return {name: list(value) if type(value) is tuple else value for name, value in _written(seat)}


@lru_cache(maxsize=4096)
def _written(seat: Demand) -> tuple[tuple[str, Any], ...]:
    """The same few seats stand on thousands of duties; whoever gets them gets lists of their own."""
    plain = entity_json(seat.with_activated(()) if seat.activated else seat)
    body = plain | {"activated": list(seat.activated)} if seat.activated else plain
    return tuple((name, tuple(value) if type(value) is list else value) for name, value in body.items())


_KEYS: dict[tuple[type, str], str] = {(Holding, "qualification"): "id"}
_ALWAYS = {(Demand, "min"), (Demand, "ideal"), (Demand, "max")}
"""Read back by one another's values, so they are always written."""
_HELD: dict[type, tuple[tuple[str, Any], ...]] = {}


def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    """(field, default) of a dataclass; a field without default has one that nothing equals."""
    if kind not in _HELD:
        _HELD[kind] = tuple((f.name, f.default if f.default is not MISSING else MISSING) for f in fields(kind))
    return _HELD[kind]


def _json(value: Any) -> Any:
    writer = _WRITERS.get(type(value))
    return value if writer is None else writer(value)


def _clock(value: time) -> str:
    return value.isoformat("minutes")


_WRITERS: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: _clock,
    frozenset: sorted,
    tuple: lambda values: [_json(v) for v in values],
    Demand: lambda seat: _seat(seat),
    **dict.fromkeys(
        (Availability, History, Holding, PastDuty, Shift, Staffing), lambda held: entity_json(held)
    ),
}
