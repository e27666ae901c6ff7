"""Who could possibly take part in a repair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..check import obstacles
from ..columns import Seats, groups_of, open_pins, pins_of, slot_columns, slots_of, sort_limits
from ..entities import Assignment
from ..flows import flows_of
from ..problem import Problem
from ..tally import Served

NEAR_MINUTES = 36 * 60
"""A duty farther than this from a vacated seat is never given up for it."""
MOST_PASSING_ON = 12
"""People a vacated seat may be offered to although another duty keeps them from it."""


@dataclass(frozen=True)
class Reach:
    """Who may be moved, and in which seats."""

    people: np.ndarray
    """bool[people]."""
    demands: np.ndarray
    """bool[demands]: where heads may come and go; all other assignments stay."""
    open: np.ndarray
    """bool[people, slots]: who may serve when; absent people never do while they are away, whatever the rules say."""
    most_seats_of_one: int
    """No person could take more of the vacated seats than this, even without any other duty."""


def within_reach(
    candidates: Candidates, kept: tuple[Assignment, ...], lost: tuple[Assignment, ...], passing_on: frozenset[int]
) -> Reach:
    """People who could take a vacated seat at once; for demands in `passing_on` also those who must hand on a duty.

    A chain has two links at most: somebody takes the vacated seat, and somebody free takes theirs.
    """
    problem = candidates.problem
    served = Served.of(problem, kept)
    people, demands = np.zeros(len(problem.people), bool), np.zeros(len(problem.demands), bool)
    could = np.zeros(len(problem.people), np.int64)
    second: set[int] = set()
    for demand in sorted({problem.demand_index[problem.duty_index[a.duty], a.position] for a in lost}):
        demands[demand] = True
        free, bound = candidates.of(demand, served)
        could[[*free, *bound]] += 1
        people[free] = True
        if demand in passing_on:
            for person, given in _least_bound(problem, served, bound, demand):
                people[person] = True
                second |= given
    for demand in sorted(second):
        demands[demand] = True
        people[candidates.of(demand, served)[0]] = True
    people[candidates.out_of_place(served)] = False
    return Reach(people, demands, candidates.open, int(could.max(initial=0)))


def everybody(candidates: Candidates, kept: tuple[Assignment, ...]) -> Reach:
    """All people and all seats, for towns small enough."""
    problem = candidates.problem
    people = np.ones(len(problem.people), bool)
    people[candidates.out_of_place(Served.of(problem, kept))] = False
    return Reach(people, np.ones(len(problem.demands), bool), candidates.open, len(problem.demands))


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


class Candidates:
    """Eligibility alone: who could hold which demand if they held nothing else."""

    def __init__(self, problem: Problem, away: Iterable[tuple[int, int, int]]) -> None:
        """`away`: (person, from minute, to minute)."""
        self.problem = problem
        slot_of_duty, slots = slots_of(problem)
        everybody = np.ones(len(problem.people), bool)
        limits = sort_limits(problem, slot_of_duty, slots, everybody)
        pinned = pins_of(problem)
        self.group, groups = groups_of(problem, limits, pinned, everybody, False)
        self.open, _ = slot_columns(problem, limits, slot_of_duty, slots)
        open_pins(problem, pinned, slot_of_duty, self.open)
        self.slot = slot_of_duty[problem.demand_duty]
        seats_max = np.array([seat.max for _, seat in problem.demands], np.int64)
        seats = Seats(problem, limits, self.group, pinned)
        self.index = flows_of(seats, np.ones((groups, slots), np.int64), self.slot, seats_max)
        for person, start, end in away:
            hit = (problem.duty_start < end) & (start < problem.duty_end)
            self.open[person, np.unique(slot_of_duty[hit])] = False

    def out_of_place(self, served: Served) -> np.ndarray:
        """People who hold something they are not eligible for (an organiser's override): they stay as they are."""
        may = self.index.find(self.group[served.persons], served.demands) >= 0
        may &= self.open[served.persons, self.slot[served.demands]]
        return np.unique(served.persons[~may])

    def of(self, demand: int, served: Served) -> tuple[list[int], list[int]]:
        """(people who could take it at once, people whom their other duties keep from it)."""
        everybody = np.full(len(self.group), demand)
        may = (self.index.find(self.group, everybody) >= 0) & self.open[:, self.slot[demand]]
        duty, seat = self.problem.demands[demand]
        kept = np.zeros(len(may), bool)
        for _, limit, mask in obstacles(self.problem, served, duty, seat.position):
            if not limit.forbids and limit.each != "seat":
                kept |= mask
        return np.flatnonzero(may & ~kept).tolist(), np.flatnonzero(may & kept).tolist()
