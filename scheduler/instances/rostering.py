"""What both families share on the way to our problem: the calendar, the words, the check of one cost by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ..problem import Term
from ..rules import Rule, from_json

ZONE = "UTC"
"""Instances know no clock changes."""
START = date(2026, 1, 5)
"""A Monday, as every instance wants; which one does not matter."""
CATEGORY = Term("staff", "人员", "staff")
MINUTES_A_DAY = 24 * 60

Key = TypeVar("Key")


class Disagreement(RuntimeError):
    """A bug: the instance's own evaluator and our rules say different things of one roster."""


def at(day: int, minute: int) -> datetime:
    """The instant so many minutes after the midnight with which a day of the horizon begins."""
    return datetime(START.year, START.month, START.day, tzinfo=ZoneInfo(ZONE)) + timedelta(days=day, minutes=minute)


def law(rule: str, **parameters: Any) -> Rule:
    """A hard rule, as an entry of the problem document says it."""
    return from_json({"rule": rule, "hard": True, **parameters})


def price(rule: str, weight: int, **parameters: Any) -> Rule:
    """A priced rule."""
    return from_json({"rule": rule, "hard": False, "weight": weight, **parameters})


def people(ids: Iterable[str]) -> dict[str, list[str]]:
    """The population of these people."""
    return {"people": sorted(ids)}


def on(day: int) -> dict[str, str]:
    """The dates of one day of the horizon."""
    written = (START + timedelta(days=day)).isoformat()
    return {"from": written, "to": written}


def alike(keys: Mapping[str, Key]) -> dict[Key, list[str]]:
    """Who shares a figure, so that one rule speaks for all of them."""
    groups: dict[Key, list[str]] = {}
    for name, key in keys.items():
        groups.setdefault(key, []).append(name)
    return groups


def same_cost(name: str, theirs: int, ours: int) -> None:
    """Raises Disagreement when the two figures for one roster of an instance differ."""
    if theirs != ours:
        raise Disagreement(f"{name}: the instance's own rules say {theirs}, ours say {ours}")
