"""A tiny town for tests: a few posts, three shifts, an errand run, people with all that people can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.problem import (
    Area,
    Assignment,
    Availability,
    Contract,
    Demand,
    Duty,
    DutyKind,
    History,
    Holding,
    PastDuty,
    Person,
    Post,
    Problem,
    Term,
    Vehicle,
)
from scheduler.rules import Rule, from_json

ZONE = "Asia/Shanghai"
MONDAY = date(2026, 3, 2)

AREAS = (
    Area("town", "镇", latitude=29.45, longitude=119.2),
    Area("east", "东村", parent="town"),
    Area("gate", "东门", parent="east"),
    Area("west", "西村"),
)
POSTS = (
    Post("bridge", "大桥卡口", area="gate", latitude=29.5, longitude=119.2, unit="bureau"),
    Post("market", "集市卡口", area="west", latitude=29.52, longitude=119.2, unit="school"),
    Post("tent", "帐篷"),
)
"""From the middle of the town 5,560 m to the bridge and 7,784 m to the market; the tent is not on the map."""
VEHICLES = (
    Vehicle("van", "小货车", "manual", "van", ("leader",)),
    Vehicle("cart", "三轮车", type="cart", driver_qualifications=("recorder", "leader")),
)
CATEGORIES = (Term("volunteer", "志愿者"), Term("cadre", "干部"), Term("medic", "医务"))
UNITS = (Term("school", "学校"), Term("bureau", "局"))
QUALIFICATIONS = (Term("leader", "点长"), Term("recorder", "录入员"))
POSITIONS = (Term("lead", "点长岗"), Term("verify", "查验"), Term("run", "跑腿"))
CONTRACTS = (
    Contract("full", "全勤"),
    Contract("half", "半勤", share_percent=50, max_nights=1, max_duties=2),
    Contract("short", "短时", share_percent=80, max_hours_24h=8, max_hours_7d=20),
)
OPT_INS = ("nights_welcome", "long_hours")
TAGS = ("first_timer",)

SHIFTS: dict[str, tuple[tuple[str, time, time, bool], ...]] = {
    "rolling": (
        ("early", time(6), time(14), False),
        ("late", time(14), time(22), False),
        ("night", time(22), time(6), True),
    ),
    "midnight": (
        ("night", time(0), time(8), True),
        ("early", time(8), time(16), False),
        ("late", time(16), time(0), False),
    ),
}
"""(name, start, end, night); an end at or before the start is on the next day."""


def at(day: int, hours: float, start: date = MONDAY, zone: str = ZONE) -> datetime:
    """The instant `hours` after local midnight by the wall clock, `day` days after `start`."""
    wall = datetime.combine(start, time()) + timedelta(days=day, hours=hours)
    return wall.replace(tzinfo=ZoneInfo(zone))


def seat(position: str = "verify", heads: int = 1, **more: Any) -> Demand:
    """A seat that wants exactly `heads` unless `min`, `ideal` or `max` say otherwise."""
    return Demand(position, **{"min": heads, "ideal": heads, "max": heads} | more)


def duty(
    id_: str,
    day: int,
    starts: float,
    hours: float,
    seats: Sequence[Demand] = (Demand("verify"),),
    *,
    start: date = MONDAY,
    zone: str = ZONE,
    kind: DutyKind = "shift",
    post: str | None = "bridge",
    **more: Any,
) -> Duty:
    """A duty on the `day`-th day of the window, from `starts` o'clock for so many hours of elapsed time."""
    begin = at(day, starts, start, zone)
    end = datetime.fromtimestamp(begin.timestamp() + hours * 3600, ZoneInfo(zone))
    return Duty(id_, begin, end, tuple(seats), kind=kind, post=post, **more)


def shift(id_: str, day: int, name: str, seats: Sequence[Demand] = (Demand("verify"),), **more: Any) -> Duty:
    """One of the three shifts of the rolling pattern: early 6–14, late 14–22, night 22–6."""
    starts = {"early": 6, "late": 14, "night": 22}[name]
    return duty(id_, day, starts, 8, seats, night=name == "night", shift=name, **more)


def run(id_: str, day: int, starts: float, hours: float = 2, **more: Any) -> Duty:
    """An errand run: two hours unless said otherwise, one runner, no post."""
    return duty(id_, day, starts, hours, (Demand("run"),), kind="errand_run", post=None, **more)


def past(day: int, starts: float, hours: float, night: bool = False, post: str | None = None, **more: Any) -> PastDuty:
    """A past duty; `day` is negative: −1 is the day before the window."""
    begin = at(day, starts, more.pop("start", MONDAY))
    return PastDuty(begin, begin + timedelta(hours=hours), night, post, **more)


def person(id_: str, category: str = "volunteer", **more: Any) -> Person:
    """Somebody who holds every qualification unless `qualifications` says otherwise."""
    more.setdefault("qualifications", tuple(Holding(q.id) for q in QUALIFICATIONS))
    if isinstance(more.get("history"), tuple):
        recent: tuple[PastDuty, ...] = more.pop("history")
        more["history"] = History(recent, len(recent), sum(p.night for p in recent))
    return Person(id_, f"人员{id_}", category, **more)


def away(day: int, starts: float, hours: float, status: str = "unavailable") -> Availability:
    begin = at(day, starts)
    return Availability(begin, begin + timedelta(hours=hours), status)  # type: ignore[arg-type]


def problem(
    people: Iterable[Person], duties: Iterable[Duty], rules: Iterable[Any], days: int = 3, **more: Any
) -> Problem:
    """A problem of the tiny town."""
    more = {"start": MONDAY, "zone": ZONE, "vehicles": VEHICLES} | more
    return Problem(
        town="tiny",
        town_name="小镇",
        days=days,
        people=tuple(people),
        duties=tuple(duties),
        rules=tuple(rules),
        posts=POSTS,
        areas=AREAS,
        categories=CATEGORIES,
        units=UNITS,
        qualifications=QUALIFICATIONS,
        positions=POSITIONS,
        contracts=CONTRACTS,
        **more,
    )


def rule(body: dict[str, Any]) -> Rule:
    """The rule that an entry of the document describes."""
    return from_json(body)


def law(name: str, **parameters: Any) -> Rule:
    """A hard rule."""
    return rule({"rule": name, "hard": True, **parameters})


def priced(name: str, weight: int = 1, **parameters: Any) -> Rule:
    """A priced rule."""
    return rule({"rule": name, "hard": False, "weight": weight, **parameters})


def serves(*pairs: str) -> tuple[Assignment, ...]:
    """Assignments from words like "ann d1" or "ann d1 lead"; the position is "verify" unless it is said."""
    found = []
    for pair in pairs:
        who, what, *position = pair.split()
        found.append(Assignment(who, what, position[0] if position else "verify"))
    return tuple(found)
