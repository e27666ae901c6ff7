"""The key figures of a roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.problem import Assignment, Problem


@dataclass(frozen=True, slots=True)
class Figures:
    """The pairs are (most, least) among the people who serve at all, and 0, 0 when nobody does."""

    vacancies: int
    unconfirmed: int | None
    """Published duties that somebody has still to confirm; None while nothing is published."""
    serving: int
    people: int
    duties: tuple[int, int]
    nights: tuple[int, int]
    night_people: int


def figures(
    problem: Problem,
    assignments: Sequence[Assignment],
    vacancies: int,
    published: Sequence[Assignment] | None,
    acknowledged: Collection[tuple[str, str]],
    now: datetime | None,
) -> Figures:
    """The figures of `assignments`; who has confirmed is asked of the published roster."""
    night = {d.id for d in problem.duties if d.night}
    duties = Counter(a.person for a in assignments)
    nights = Counter(a.person for a in assignments if a.duty in night)
    return Figures(
        vacancies=vacancies,
        unconfirmed=None if published is None else unconfirmed(problem, published, acknowledged, now),
        serving=len(duties),
        people=len(problem.people),
        duties=(max(duties.values(), default=0), min(duties.values(), default=0)),
        nights=(max(nights.values(), default=0), min(nights.values(), default=0)),
        night_people=len(nights),
    )


def unconfirmed(
    problem: Problem,
    published: Sequence[Assignment],
    acknowledged: Collection[tuple[str, str]],
    now: datetime | None,
) -> int:
    """Published assignments whose duty has not begun and whose person has not said 收到."""
    said = set(acknowledged)
    ahead = {d.id for d in problem.duties if now is None or d.start > now}
    return sum(a.duty in ahead and (a.person, a.duty) not in said for a in published)
