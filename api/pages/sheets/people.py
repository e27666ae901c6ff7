"""Each person's week in letters (早, 中, 夜, 休), with duties, hours and nights added up; pure.

What somebody said about their time is nobody's business on a wall: a free day is 休, whatever the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.pages.shifts import Kind, kind_of
from scheduler.problem import Person

from .duties import Chosen, Source, Who, who


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person; `days` has one entry a day: the kinds of the duties that begin then."""

    who: Who
    category: str
    unit: str
    days: tuple[tuple[Kind, ...], ...]
    duties: int
    minutes: int
    nights: int


@dataclass(frozen=True, slots=True)
class PeopleSheet:
    days: tuple[date, ...]
    people: tuple[PersonLine, ...]


def build(source: Source, chosen: Chosen) -> PeopleSheet:
    """Everybody of the unit; with a post or an area those who serve there, or belong to the area."""
    problem = source.problem
    served: dict[str, list[int]] = defaultdict(list)
    for a in source.assignments:
        if (index := problem.duty_index.get(a.duty)) is not None:
            served[a.person].append(index)
    inside = None if chosen.area is None else problem.area_and_below.get(chosen.area, frozenset())

    def wanted(person: Person) -> bool:
        if chosen.unit not in (None, person.unit):
            return False
        own = served.get(person.id, ())
        if chosen.post is not None and all(problem.duties[d].post != chosen.post for d in own):
            return False
        return inside is None or person.area in inside or any(problem.duty_area[d] in inside for d in own)

    found = [p for p in problem.people if wanted(p)]
    units = {u.id: n for n, u in enumerate(problem.units)}
    found.sort(key=lambda p: units.get(p.unit or "", len(units)))
    return PeopleSheet(
        tuple(problem.date_of(i) for i in range(problem.days)),
        tuple(_line(source, p, served.get(p.id, [])) for p in found),
    )


def _line(source: Source, person: Person, served: Sequence[int]) -> PersonLine:
    problem = source.problem
    days: list[list[Kind]] = [[] for _ in range(problem.days)]
    for index in sorted(served, key=lambda d: int(problem.duty_start[d])):
        days[int(problem.duty_day[index])].append(kind_of(problem.duties[index], problem.tz))
    return PersonLine(
        who=who(source, person.id),
        category=problem.name("category", person.category, source.lang),
        unit=problem.name("unit", person.unit, source.lang),
        days=tuple(tuple(kinds) for kinds in days),
        duties=len(served),
        minutes=sum(int(problem.duty_end[d] - problem.duty_start[d]) for d in served),
        nights=sum(bool(problem.duty_night[d]) for d in served),
    )
