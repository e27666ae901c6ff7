"""Demo towns: deterministic by key, seed and first day; demo, tests and benchmark at once.

The people are invented. The figures follow `docs/towns.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from ..text import Text
from . import anguolu, chunjiang, ruian_fleet, ruian_grids, shouchang, xiangcheng, xiantao, xincheng, yangxi, yinhu
from .draft import ZONE
from .town import SizeError, Town

_MAKERS: dict[str, Callable[[Random, date], Town]] = {
    "shouchang": shouchang.make,
    "xincheng": xincheng.make,
    "anguolu": anguolu.make,
    "yinhu": yinhu.make,
    "chunjiang": chunjiang.make,
    "xiantao": xiantao.make,
    "ruian_fleet": ruian_fleet.make,
    "ruian_grids": ruian_grids.make,
    "xiangcheng": xiangcheng.make,
    "yangxi": yangxi.make,
}
_OF_ANY_SIZE: dict[str, Callable[[Random, date, int], Town]] = {"yinhu": yinhu.make}
KEYS: tuple[str, ...] = tuple(_MAKERS)
"""All of them."""
DEMO_KEYS: tuple[str, ...] = KEYS[:3]
"""The towns that a fresh installation loads: small enough to look around in at once."""
ABOUT: dict[str, Text] = {
    "shouchang": Text(
        "寿昌镇：28 个村口卡口和 1 个高速卡口，三班 24 小时，约 600 人。",
        "Shouchang: 28 village entrances, an expressway checkpoint, three shifts around the clock, about 600 people.",
    ),
    "xincheng": Text(
        "新城社区：26 个小区出口、服务台和每晚的电话随访，168 名下沉干部。",
        "Xincheng: 26 compound gates, a service desk and evening phone rounds, 168 seconded cadres.",
    ),
    "anguolu": Text(
        "安国路社区：13 个小区门、物资分拨和每天 60 张跑腿单，约 230 人。",
        "Anguolu: 13 compound gates, a distribution point and 60 errands a day, about 230 people.",
    ),
}
"""What each of these is, in a sentence."""


def coming_monday(today: date | None = None) -> date:
    """The next Monday after `today` (the towns' own today when None)."""
    today = today or datetime.now(ZoneInfo(ZONE)).date()
    return today + timedelta(days=7 - today.weekday())


def build(key: str, seed: int, start: date | None = None, people: int | None = None) -> Town:
    """A demo town with its witness, in its own size unless `people` says another.

    Raises KeyError for an unknown key, SizeError for a size that the town cannot have.
    """
    random, first = Random(f"{key}:{seed}"), start or coming_monday()
    if people is None:
        return _MAKERS[key](random, first)
    if key in _MAKERS and key not in _OF_ANY_SIZE:
        raise SizeError(Text(f"{key} 只有一种规模。", f"{key} has one size only."))
    return _OF_ANY_SIZE[key](random, first, people)


def make(key: str, seed: int, start: date | None = None, people: int | None = None) -> dict[str, Any]:
    """The problem document of a demo town for the week that begins on `start` (default: the coming Monday)."""
    return build(key, seed, start, people).document
