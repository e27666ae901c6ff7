"""The truth about a tiny problem: every roster there is, judged by the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import prod

from scheduler.problem import Assignment, Problem

from .oracle import judge
from .strategies import seats_of

Roster = tuple[Assignment, ...]


def _choices(town: Problem, person: str) -> list[Roster]:
    """Everything one person could serve without two duties at once."""
    duties = {d.id: d for d in town.duties}

    def apart(a: Assignment, b: Assignment) -> bool:
        one, two = duties[a.duty], duties[b.duty]
        return one.end <= two.start or two.end <= one.start

    seats = [a for a in seats_of(town) if a.person == person]
    sizes = range(len(town.duties) + 1)
    return [c for n in sizes for c in combinations(seats, n) if all(apart(a, b) for a, b in combinations(c, 2))]


def count(town: Problem) -> int:
    """How many rosters there are in which nobody holds two duties at once."""
    return prod(len(_choices(town, p.id)) for p in town.people)


def all_rosters(town: Problem) -> Iterator[Roster]:
    for parts in product(*(_choices(town, p.id) for p in town.people)):
        yield tuple(a for part in parts for a in part)


def optimum(town: Problem) -> tuple[int, int] | None:
    """(weighted vacancies, cost) of the best legal roster, vacancies first; None when nothing is legal."""
    verdicts = (judge(town, roster) for roster in all_rosters(town))
    return min(((v.vacancy_objective, v.objective) for v in verdicts if v.legal), default=None)
