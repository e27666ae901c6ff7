"""Who could possibly take part in a repair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..check import limits_by_duty, looks_at, obstacles
from ..problem import Problem
from ..rules import all_limits
from ..tally import Served, counted, of_persons

NEAR_MINUTES = 36 * 60
"""A duty farther than this from a vacated seat is never given up for it."""
MOST_PASSING_ON = 12
"""People a vacated seat may be offered to although another duty keeps them from it."""


@dataclass(frozen=True)
class Terms:
    """What holds for a repair whatever the rules say: absent people serve nothing, pinned assignments stay."""

    away: tuple[tuple[int, int, int], ...] = ()
    """(person, from minute, to minute)."""
    pinned: tuple[tuple[int, int], ...] = ()
    """(person, demand), those that have begun included."""

    def hits(self, problem: Problem, persons: np.ndarray, duties: np.ndarray) -> np.ndarray:
        """Elementwise: whether the person is away during the duty."""
        hit = np.zeros(len(persons), bool)
        for person, start, end in self.away:
            hit |= (persons == person) & (problem.duty_start[duties] < end) & (start < problem.duty_end[duties])
        return hit

    def at(self, problem: Problem, duty: int) -> list[int]:
        """People who are away during a duty."""
        return [p for p, start, end in self.away if problem.duty_start[duty] < end and start < problem.duty_end[duty]]


@dataclass(frozen=True)
class Reach:
    """Who may be moved, and in which seats."""

    people: np.ndarray
    """bool[people]."""
    demands: np.ndarray
    """bool[demands]: where heads may come and go; all other assignments stay."""
    terms: Terms


def eligible(problem: Problem, terms: Terms, demand: int) -> np.ndarray:
    """bool[people]: who could hold a seat if they held nothing else; nobody joins a duty that has begun."""
    duty = problem.demands[demand][0]
    may = np.ones(len(problem.people), bool)
    if problem.now_minute is not None and problem.duty_start[duty] < problem.now_minute:
        return ~may
    limits = all_limits(problem)
    for i in limits_by_duty(problem)[duty]:
        if limits[i].forbids and looks_at(problem, limits[i], demand):
            may[limits[i].persons] = False
    may[terms.at(problem, duty)] = False
    return may


def candidates(problem: Problem, terms: Terms, served: Served, demand: int) -> tuple[np.ndarray, np.ndarray]:
    """(people who could take a seat at once, people whom their other duties keep from it), as bool[people]."""
    may = eligible(problem, terms, demand)
    duty, seat = problem.demands[demand]
    same_time = (problem.duty_start == problem.duty_start[duty]) & (problem.duty_end == problem.duty_end[duty])
    kept = np.zeros(len(may), bool)
    kept[served.persons[same_time[served.duties]]] = True
    for _, limit, mask in obstacles(problem, served, duty, seat.position):
        if not limit.forbids and limit.each != "seat":
            kept |= mask
    return may & ~kept, may & kept


def within_reach(
    problem: Problem,
    terms: Terms,
    served: Served,
    seats: Iterable[int],
    passing_on: frozenset[int],
    among: np.ndarray | None = None,
) -> Reach:
    """People who could take one of these seats at once; for those in `passing_on` also who must hand on a duty.

    A chain has two links at most: somebody takes the seat, and somebody free takes theirs.
    """
    people, demands = np.zeros(len(problem.people), bool), np.zeros(len(problem.demands), bool)
    second: set[int] = set()
    for demand in sorted(set(seats)):
        demands[demand] = True
        free, bound = candidates(problem, terms, served, demand)
        people |= free
        if demand in passing_on:
            for person, given in _least_bound(problem, served, np.flatnonzero(bound).tolist(), demand):
                people[person] = True
                second |= given
    for demand in sorted(second):
        demands[demand] = True
        people |= candidates(problem, terms, served, demand)[0]
    if among is not None:
        people &= among
    return Reach(people & ~out_of_place(problem, terms, served, people), demands, terms)


def everybody(problem: Problem, terms: Terms, served: Served) -> Reach:
    """All people and all seats, for towns small enough."""
    people = np.ones(len(problem.people), bool)
    stay = out_of_place(problem, terms, served, people)
    return Reach(~stay, np.ones(len(problem.demands), bool), terms)


def out_of_place(problem: Problem, terms: Terms, served: Served, people: np.ndarray) -> np.ndarray:
    """bool[people]: those of `people` who hold something they are not eligible for: they stay as they are.

    An organiser has overridden a law, or somebody is away while a duty that has begun goes on.
    """
    stay = np.zeros(len(people), bool)
    rows = np.flatnonzero(people[served.persons])
    mine = Served(problem, served.persons[rows], served.duties[rows], served.demands[rows])
    hits = terms.hits(problem, mine.persons, mine.duties)
    stay[mine.persons[hits]] = True
    pinned = [p * len(problem.demands) + d for p, d in terms.pinned]
    free = ~np.isin(mine.persons * len(problem.demands) + mine.demands, pinned)
    mine = Served(problem, mine.persons[free], mine.duties[free], mine.demands[free])
    for limit in all_limits(problem):
        if limit.forbids:
            bound = np.flatnonzero(people[limit.persons])
            if len(bound):
                part = of_persons(limit, bound)
                stay[part.persons[np.unique(counted(mine, part).instance)]] = True
    return stay


def _least_bound(problem: Problem, served: Served, people: list[int], demand: int) -> list[tuple[int, set[int]]]:
    """The people with the fewest duties near in time to a demand, and the demands they hold there."""
    duty = problem.demands[demand][0]
    start, end = problem.duty_start[duty], problem.duty_end[duty]
    first = served.first_of_person
    held: list[tuple[int, set[int]]] = []
    for person in people:
        rows = np.arange(first[person], first[person + 1])
        duties = served.duties[rows]
        near = (problem.duty_start[duties] < end + NEAR_MINUTES) & (start < problem.duty_end[duties] + NEAR_MINUTES)
        if near.any():
            held.append((person, set(served.demands[rows[near]].tolist())))
    held.sort(key=lambda h: (len(h[1]), h[0]))
    return held[:MOST_PASSING_ON]

