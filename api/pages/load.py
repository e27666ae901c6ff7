"""The load of each person: who serves what on which day, against what they may; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from api.comparing import limits
from scheduler.problem import Assignment, Person, Problem

from .filters import Wanted
from .shifts import Kind, kind_of, place_name

Order = Literal["name", "hours", "nights", "duties"]
ORDERS: tuple[Order, ...] = ("name", "hours", "nights", "duties")


@dataclass(frozen=True, slots=True)
class Mark:
    """One duty in a person's row."""

    duty: str
    position_id: str
    kind: Kind
    start: datetime
    end: datetime
    place: str
    position: str


@dataclass(frozen=True, slots=True)
class Day:
    marks: tuple[Mark, ...]
    away: bool
    """The person said that they cannot serve for a part of this day."""
    changed: bool
    """There is a published roster, and this day differs from it."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: str
    name: str
    category: str
    unit: str
    days: tuple[Day, ...]
    duties: int
    nights: int
    minutes: int
    max_minutes: int | None
    max_nights: int | None
    earlier_duties: int
    """Served before the window, as far as history tells."""
    earlier_nights: int

    @property
    def over(self) -> bool:
        """More than is allowed within the window alone."""
        return (self.max_minutes is not None and self.minutes > self.max_minutes) or (
            self.max_nights is not None and self.nights > self.max_nights
        )


@dataclass(frozen=True, slots=True)
class Load:
    days: tuple[date, ...]
    people: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


def build(
    problem: Problem,
    assignments: Sequence[Assignment],
    lang: str,
    *,
    search: str = "",
    category: str = "",
    wanted: Wanted | None = None,
    order: Order = "name",
    page: int = 1,
    page_size: int = 100,
    published: Sequence[Assignment] | None = None,
) -> Load:
    """One page of the people that match, in the given order (the fullest first).

    `published`: the roster in force, where a draft of another is shown.
    """
    served = _by_person(assignments)
    before = None if published is None else _by_person(published)
    wanted = wanted or Wanted(category=category)
    name = search.strip().casefold()
    people = [
        p
        for p in problem.people
        if (not name or name in p.name.casefold() or name in p.id.casefold())
        and wanted.fits(p)
        and _there(problem, p, served.get(p.id, ()), wanted, lang)
    ]
    weight = {p.id: _weight(problem, served.get(p.id, []), order) for p in people}
    people.sort(key=lambda p: -weight[p.id])
    pages = max(1, -(-len(people) // page_size))
    page = min(max(page, 1), pages)
    chosen = people[(page - 1) * page_size : page * page_size]
    return Load(
        days=tuple(problem.date_of(i) for i in range(problem.days)),
        people=tuple(
            _row(problem, p, served.get(p.id, []), None if before is None else before.get(p.id, []), lang)
            for p in chosen
        ),
        total=len(people),
        page=page,
        pages=pages,
    )


def _by_person(assignments: Sequence[Assignment]) -> dict[str, list[Assignment]]:
    served: dict[str, list[Assignment]] = defaultdict(list)
    for a in assignments:
        served[a.person].append(a)
    return served


def _there(problem: Problem, person: Person, served: Sequence[Assignment], wanted: Wanted, lang: str) -> bool:
    """Whether a person serves at a post that is looked for, and lives or serves in the area."""
    duties = [problem.duty_index[a.duty] for a in served]
    if wanted.post and not any(
        wanted.names(place_name(problem, problem.duties[d], lang), problem.duties[d].post) for d in duties
    ):
        return False
    if not wanted.area:
        return True
    below = problem.area_and_below.get(wanted.area, frozenset([wanted.area]))
    return person.area in below or any(problem.duty_area[d] in below for d in duties)


def _weight(problem: Problem, served: Sequence[Assignment], order: Order) -> int:
    duties = [problem.duty_index[a.duty] for a in served]
    if order == "duties":
        return len(duties)
    if order == "nights":
        return sum(bool(problem.duty_night[d]) for d in duties)
    if order == "hours":
        return _minutes(problem, duties)
    return 0


def _minutes(problem: Problem, duties: Sequence[int]) -> int:
    return sum(int(problem.duty_end[d] - problem.duty_start[d]) for d in duties)


def _row(
    problem: Problem, person: Person, served: Sequence[Assignment], before: Sequence[Assignment] | None, lang: str
) -> PersonRow:
    duties = [problem.duty_index[a.duty] for a in served]
    most, nights = limits(problem, person)
    return PersonRow(
        id=person.id,
        name=person.name,
        category=problem.name("category", person.category, lang),
        unit=problem.name("unit", person.unit, lang),
        days=_days(problem, person, served, before, lang),
        duties=len(duties),
        nights=sum(bool(problem.duty_night[d]) for d in duties),
        minutes=_minutes(problem, duties),
        max_minutes=most,
        max_nights=nights,
        earlier_duties=person.history.duties,
        earlier_nights=person.history.nights,
    )


def _days(
    problem: Problem, person: Person, served: Sequence[Assignment], before: Sequence[Assignment] | None, lang: str
) -> tuple[Day, ...]:
    marks: list[list[Mark]] = [[] for _ in range(problem.days)]
    for a in served:
        index = problem.duty_index[a.duty]
        duty = problem.duties[index]
        marks[int(problem.duty_day[index])].append(
            Mark(
                duty.id,
                a.position,
                kind_of(duty, problem.tz),
                duty.start.astimezone(problem.tz),
                duty.end.astimezone(problem.tz),
                place_name(problem, duty, lang),
                problem.name("position", a.position, lang),
            )
        )
    away = _away(problem, person)
    changed = set() if before is None else _differing(problem, served, before)
    ordered = (tuple(sorted(m, key=lambda mark: mark.start)) for m in marks)
    return tuple(Day(m, i in away, i in changed) for i, m in enumerate(ordered))


def _differing(problem: Problem, served: Sequence[Assignment], before: Sequence[Assignment]) -> set[int]:
    """Days on which a person serves otherwise than before."""
    now, then = ({(a.duty, a.position) for a in each} for each in (served, before))
    return {int(problem.duty_day[problem.duty_index[duty]]) for duty, _ in now ^ then}


def _away(problem: Problem, person: Person) -> set[int]:
    """Days on which the person is unavailable for any part."""
    days: set[int] = set()
    for span in person.availability:
        if span.status == "unavailable":
            first, last = problem.day_of(problem.minute(span.start)), problem.day_of(problem.minute(span.end) - 1)
            days.update(range(max(first, 0), min(last, problem.days - 1) + 1))
    return days
