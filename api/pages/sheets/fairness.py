"""Who carries how much over some weeks: hours, nights, weekends, days in a row, requests honoured; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from scheduler.problem import Assignment, Duty, Person
from scheduler.quality import honoured

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Roster:
    """One week: its first day, how many days it has, and who serves what."""

    start: date
    days: int
    number: int
    state: str
    duties: Sequence[Duty]
    assignments: Sequence[Assignment]


@dataclass(frozen=True, slots=True)
class Fair:
    """One person over all the weeks; a duty belongs to the local day on which it starts."""

    id: str
    name: str
    unit: str
    """Ids of unit and category; empty for no unit."""
    category: str
    duties: int
    minutes: int
    nights: int
    weekends: int
    """Weekends on which the person served at all."""
    longest_run: int
    """The most days in a row with a duty."""
    asked: int
    """Requests of the person within the weeks, as scheduler.quality.honoured counts them."""
    kept: int
    """Of these, how many were honoured."""


@dataclass(frozen=True, slots=True)
class Spread:
    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Group:
    """People of one unit or category, or all of them; spreads are of those who served at all."""

    id: str
    people: int
    serving: int
    minutes: Spread
    nights: Spread
    weekends: Spread
    longest_run: int
    asked: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Stint:
    """What counts of one duty, worked out once for its whole team."""

    day: date
    start: float
    end: float
    minutes: int
    night: bool


def people_of(rosters: Sequence[Roster], people: Iterable[Person], zone: ZoneInfo) -> tuple[Fair, ...]:
    """Everybody in the order in which they are listed, also who served nothing."""
    served: dict[str, list[_Stint]] = defaultdict(list)
    for roster in rosters:
        stints = {duty.id: _stint(duty, zone) for duty in roster.duties}
        for a in roster.assignments:
            if a.duty in stints:
                served[a.person].append(stints[a.duty])
    windows = [_window(roster, zone) for roster in rosters]
    return tuple(_fair(person, served.get(person.id, []), windows) for person in people)


def group(id_: str, people: Sequence[Fair]) -> Group:
    """Some people together."""
    serving = [p for p in people if p.duties]
    return Group(
        id=id_,
        people=len(people),
        serving=len(serving),
        minutes=_spread([p.minutes for p in serving]),
        nights=_spread([p.nights for p in serving]),
        weekends=_spread([p.weekends for p in serving]),
        longest_run=max((p.longest_run for p in serving), default=0),
        asked=sum(p.asked for p in people),
        kept=sum(p.kept for p in people),
    )


def groups(people: Sequence[Fair], by: Callable[[Fair], str], order: Sequence[str]) -> tuple[Group, ...]:
    """A group of each value in the order of the town's list; what is not on it comes last."""
    held: Mapping[str, list[Fair]] = defaultdict(list)
    for person in people:
        held[by(person)].append(person)
    place = {id_: n for n, id_ in enumerate(order)}
    return tuple(group(id_, held[id_]) for id_ in sorted(held, key=lambda id_: (place.get(id_, len(place)), id_)))


def _stint(duty: Duty, zone: ZoneInfo) -> _Stint:
    start, end = duty.start.timestamp(), duty.end.timestamp()
    return _Stint(duty.start.astimezone(zone).date(), start, end, int(end - start) // 60, duty.night)


def _window(roster: Roster, zone: ZoneInfo) -> tuple[float, float]:
    opens = datetime.combine(roster.start, datetime.min.time(), zone)
    closes = datetime.combine(roster.start + timedelta(days=roster.days), datetime.min.time(), zone)
    return opens.timestamp(), closes.timestamp()


def _fair(person: Person, served: Sequence[_Stint], windows: Sequence[tuple[float, float]]) -> Fair:
    days = {stint.day for stint in served}
    asked, kept = honoured(person.availability, [(stint.start, stint.end) for stint in served], windows)
    return Fair(
        id=person.id,
        name=person.name,
        unit=person.unit or "",
        category=person.category,
        duties=len(served),
        minutes=sum(stint.minutes for stint in served),
        nights=sum(stint.night for stint in served),
        weekends=len({day - timedelta(days=day.weekday() - SATURDAY) for day in days if day.weekday() >= SATURDAY}),
        longest_run=_longest_run(days),
        asked=asked,
        kept=kept,
    )


def _longest_run(days: set[date]) -> int:
    longest = run = 0
    before: date | None = None
    for day in sorted(days):
        run = run + 1 if before is not None and (day - before).days == 1 else 1
        longest, before = max(longest, run), day
    return longest


def _spread(values: Sequence[int]) -> Spread:
    return Spread(min(values), float(median(values)), max(values)) if values else Spread(0, 0, 0)
