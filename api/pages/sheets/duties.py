"""Duty sheets as plain values: of a post, of the duties without a post, of a unit's people; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from api.language import Language
from api.pages.areas import posts_in_order
from api.pages.shifts import Kind, kind_of, leads, person_name, place_name
from scheduler.problem import Assignment, Demand, Duty, Problem
from scheduler.text import Text

from . import words

Which = Literal["post", "other", "unit"]
Names = Mapping[str, str]
"""Person → what a sheet calls them, where that is not their name."""


@dataclass(frozen=True, slots=True)
class Who:
    id: str
    name: str
    phone: str = ""
    """As far as it may be shown; empty when none is."""


@dataclass(frozen=True, slots=True)
class Seats:
    """The people in one position of one duty, and how many heads it lacks."""

    position: str
    name: str
    leading: bool
    people: tuple[Who, ...] = ()
    vacant: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One duty; times are local."""

    duty: str
    day: date
    kind: Kind
    shift: str
    start: datetime
    end: datetime
    place: str
    detail: str
    """What else there is to know: from where to where, which vehicle."""
    seats: tuple[Seats, ...]
    leader: str = ""
    """Who leads the team of which a unit's sheet shows a part."""

    @property
    def vacant(self) -> int:
        return sum(s.vacant for s in self.seats)


@dataclass(frozen=True, slots=True)
class DutySheet:
    """The duties of one post (or unit) in one week, by start."""

    which: Which
    key: str
    """The id of the post or unit; empty for what has none."""
    name: str
    area: str
    lines: tuple[Line, ...]
    vacancies: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is asked for; None is everything."""

    post: str | None = None
    area: str | None = None
    unit: str | None = None
    day: date | None = None

    @property
    def everything(self) -> bool:
        return self.post is None and self.area is None and self.unit is None


@dataclass(frozen=True, slots=True)
class Source:
    """What sheets are made of: a roster, how people are shown in it, and why seats are empty, where that is known."""

    problem: Problem
    assignments: Sequence[Assignment]
    lang: Language
    phones: Mapping[str, str]
    reasons: Mapping[tuple[str, str], Text]
    """(duty, position) → why nobody fills it."""
    names: Names


def by_post(source: Source, chosen: Chosen) -> list[DutySheet]:
    """A sheet of each post in the order of the areas, and one of the duties without a post; all in `chosen`."""
    problem, lang = source.problem, source.lang
    teams = teams_of(source.assignments)
    lines: dict[str | None, list[Line]] = defaultdict(list)
    for duty in duties_in(problem, chosen):
        team = teams.get(duty.id, [])
        if chosen.unit is None or any(unit_of(problem, a.person) == chosen.unit for a in team):
            lines[duty.post].append(line_of(source, duty, team))
    sheets = []
    for post in posts_in_order(problem):
        if post.id in lines:
            area = problem.name("area", post.area, lang)
            sheets.append(_sheet("post", post.id, problem.name("post", post.id, lang), area, lines.pop(post.id)))
    for key in sorted(key for key in lines if key is not None):  # posts that are gone by now
        sheets.append(_sheet("post", key, key, "", lines.pop(key)))
    if lines:
        sheets.append(_sheet("other", "", words.OTHER.in_language(lang), "", lines[None]))
    return sheets


def by_unit(source: Source, chosen: Chosen) -> list[DutySheet]:
    """A sheet of each unit with the duties of its people, in the order of the town's list; who has none comes last."""
    problem, lang = source.problem, source.lang
    teams = teams_of(source.assignments)
    lines: dict[str, list[Line]] = defaultdict(list)
    for duty in duties_in(problem, chosen):
        team = teams.get(duty.id, [])
        lead = {s.position for s in duty.seats if leads(s)}
        first = next((name_of(source, a.person) for a in team if a.position in lead), "")
        for unit in dict.fromkeys(unit_of(problem, a.person) for a in team):
            if chosen.unit in (None, unit):
                own = [a for a in team if unit_of(problem, a.person) == unit]
                lines[unit].append(line_of(source, duty, own, whole=False, leader=first))
    order = {u.id: n for n, u in enumerate(problem.units)}
    return [
        _sheet(
            "unit",
            unit,
            problem.name("unit", unit, lang) if unit else words.NO_UNIT.in_language(lang),
            "",
            lines[unit],
        )
        for unit in sorted(lines, key=lambda u: (not u, order.get(u, len(order)), u))
    ]


def vacancies_in(source: Source, chosen: Chosen) -> int:
    """How many heads the chosen duties lack, whoever serves there."""
    teams = teams_of(source.assignments)
    found = 0
    for duty in duties_in(source.problem, chosen):
        held = Counter(a.position for a in teams.get(duty.id, ()))
        found += sum(max(0, seat.min - held[seat.position]) for seat in duty.seats)
    return found


def duties_in(problem: Problem, chosen: Chosen) -> Iterable[Duty]:
    """By start: those at the post, in the area or below it, on the day."""
    inside = None if chosen.area is None else problem.area_and_below.get(chosen.area, frozenset())
    wanted = [
        i
        for i, duty in enumerate(problem.duties)
        if chosen.post in (None, duty.post)
        and (inside is None or problem.duty_area[i] in inside)
        and (chosen.day is None or problem.date_of(int(problem.duty_day[i])) == chosen.day)
    ]
    return (problem.duties[i] for i in sorted(wanted, key=lambda i: (problem.duty_start[i], problem.duty_end[i], i)))


def line_of(source: Source, duty: Duty, team: Sequence[Assignment], *, whole: bool = True, leader: str = "") -> Line:
    """`whole` shows all seats with what they lack, else only those in which the team sits: an empty one is nobody's."""
    problem, lang = source.problem, source.lang
    start, end = duty.start.astimezone(problem.tz), duty.end.astimezone(problem.tz)
    kind = kind_of(duty, problem.tz)
    seats = _seats(source, duty, team)
    vehicle = next((v.name for v in problem.vehicles if v.id == duty.vehicle), "")
    named = duty.shift_name if lang == "zh" else ""
    return Line(
        duty=duty.id,
        day=start.date(),
        kind=kind,
        shift=(named if duty.post else duty.name) or words.SHIFTS[kind].in_language(lang),
        start=start,
        end=end,
        place=place_name(problem, duty, lang),
        detail=" ".join(part for part in ("" if duty.post else duty.place, vehicle) if part),
        seats=seats if whole else tuple(replace(s, vacant=0, reason="") for s in seats if s.people),
        leader=leader,
    )


def _seats(source: Source, duty: Duty, team: Sequence[Assignment]) -> tuple[Seats, ...]:
    problem, held = source.problem, Counter(a.position for a in team)
    demands = list(duty.seats)
    demands += [Demand(p, 0, 0, 0) for p in dict.fromkeys(held) if duty.seat(p) is None]  # changed since it was made
    found = []
    for demand in sorted(demands, key=lambda d: not leads(d)):
        lacks = max(0, demand.min - held[demand.position])
        reason = source.reasons.get((duty.id, demand.position)) if lacks else None
        found.append(
            Seats(
                demand.position,
                problem.name("position", demand.position, source.lang),
                leads(demand),
                tuple(who(source, a.person) for a in team if a.position == demand.position),
                lacks,
                reason.in_language(source.lang) if reason else "",
            )
        )
    return tuple(found)


def who(source: Source, person: str) -> Who:
    return Who(person, name_of(source, person), source.phones.get(person, ""))


def name_of(source: Source, person: str) -> str:
    return source.names.get(person) or person_name(source.problem, person)


def unit_of(problem: Problem, person: str) -> str:
    """The unit of somebody; empty when there is none, or when they have gone."""
    index = problem.person_index.get(person)
    return (problem.people[index].unit or "") if index is not None else ""


def teams_of(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    """The team of each duty that has anybody."""
    teams: dict[str, list[Assignment]] = defaultdict(list)
    for a in assignments:
        teams[a.duty].append(a)
    return dict(teams)


def people_in(sheets: Iterable[DutySheet]) -> Collection[str]:
    """The ids of everybody who stands on these sheets."""
    return {p.id for sheet in sheets for line in sheet.lines for seats in line.seats for p in seats.people}


def _sheet(which: Which, key: str, name: str, area: str, lines: Sequence[Line]) -> DutySheet:
    return DutySheet(which, key, name, area, tuple(lines), sum(line.vacant for line in lines))
