"""Demo towns: deterministic by key, seed and first day; demo, tests and benchmark at once.

The people are invented. The figures follow `docs/towns.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from . import anguolu, shouchang, xincheng
from .draft import ZONE
from .town import Town

_MAKERS: dict[str, Callable[[Random, date], Town]] = {
    "shouchang": shouchang.make,
    "xincheng": xincheng.make,
    "anguolu": anguolu.make,
}
KEYS: tuple[str, ...] = tuple(_MAKERS)


def coming_monday(today: date | None = None) -> date:
    """The next Monday after `today` (the towns' own today when None)."""
    today = today or datetime.now(ZoneInfo(ZONE)).date()
    return today + timedelta(days=7 - today.weekday())


def build(key: str, seed: int, start: date | None = None) -> Town:
    """A demo town with its witness; raises KeyError for an unknown key."""
    return _MAKERS[key](Random(f"{key}:{seed}"), start or coming_monday())


def make(key: str, seed: int, start: date | None = None) -> dict[str, Any]:
    """The problem document of a demo town for the week that begins on `start` (default: the coming Monday)."""
    return build(key, seed, start).document
