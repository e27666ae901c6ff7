"""Who could possibly take part in a repair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..check import obstacles
from ..columns import apply_pins, groups_of, pins_of, seat_columns, slot_columns, slots_of, sort_limits
from ..entities import Assignment
from ..problem import Problem
from ..tally import Served

MOST_PEOPLE = 220
NEAR_MINUTES = 36 * 60
"""A duty farther than this from a vacated seat is never given up for it."""


@dataclass(frozen=True)
class Reach:
    people: np.ndarray
    """bool[people]: who may be moved."""
    capped: bool
    """True when somebody was left out for size: fewest is then not proven."""


def within_reach(problem: Problem, kept: tuple[Assignment, ...], lost: tuple[Assignment, ...]) -> Reach:
    """People connected to the vacated seats by chains of take-overs, nearest links first."""
    candidates = _Candidates(problem)
    served = Served.of(problem, kept)
    reached = np.zeros(len(problem.people), bool)
    for a in lost:
        reached[problem.person_index[a.person]] = True
    wanted = {problem.demand_index[problem.duty_index[a.duty], a.position] for a in lost}
    seen: set[int] = set()
    capped = False
    while wanted - seen and not capped:
        following: set[int] = set()
        for demand in sorted(wanted - seen):
            free, bound = candidates.of(demand, served)
            for person in [*free, *bound]:
                if reached.sum() >= MOST_PEOPLE:
                    capped = True
                    break
                reached[person] = True
            following |= _could_give_up(problem, served, bound, demand)
        seen |= wanted
        wanted = following
    reached[candidates.out_of_place(served)] = False
    return Reach(reached, capped)


def _could_give_up(problem: Problem, served: Served, people: list[int], demand: int) -> set[int]:
    """Demands held by these people near in time to the one they might take."""
    duty = problem.demands[demand][0]
    start, end = problem.duty_start[duty], problem.duty_end[duty]
    held: set[int] = set()
    for person in people:
        first = served.first_of_person
        for row in range(first[person], first[person + 1]):
            d = served.duties[row]
            if problem.duty_start[d] < end + NEAR_MINUTES and start < problem.duty_end[d] + NEAR_MINUTES:
                held.add(int(served.demands[row]))
    return held


class _Candidates:
    """Eligibility alone: who could hold which demand if they held nothing else."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        slot_of_duty, slots = slots_of(problem)
        everybody = np.ones(len(problem.people), bool)
        limits = sort_limits(problem, slot_of_duty, slots, everybody)
        pinned = pins_of(problem)
        self.group, groups = groups_of(problem, limits, (), everybody, False)
        self.open, _ = slot_columns(problem, limits, slot_of_duty, slots)
        self.eligible, _ = seat_columns(problem, limits, self.group, groups)
        apply_pins(problem, pinned, slot_of_duty, self.group, self.open, self.eligible)
        self.slot = slot_of_duty[problem.demand_duty]

    def out_of_place(self, served: Served) -> np.ndarray:
        """People who hold something they are not eligible for (an organiser's override): they stay as they are."""
        may = self.eligible[self.group[served.persons], served.demands]
        may &= self.open[served.persons, self.slot[served.demands]]
        return np.unique(served.persons[~may])

    def of(self, demand: int, served: Served) -> tuple[list[int], list[int]]:
        """(people who could take it at once, people whom their other duties keep from it)."""
        may = self.eligible[self.group, demand] & self.open[:, self.slot[demand]]
        duty, seat = self.problem.demands[demand]
        kept = np.zeros(len(may), bool)
        for _, limit, mask in obstacles(self.problem, served, duty, seat.position):
            if not limit.forbids and limit.each != "seat":
                kept |= mask
        return np.flatnonzero(may & ~kept).tolist(), np.flatnonzero(may & kept).tolist()
