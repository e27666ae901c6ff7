"""Many empty seats at once: slot by slot, free people take them as an assignment problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..check import added, consequences, limits_by_duty, looks_at
from ..entities import Assignment
from ..limits import Level
from ..problem import Problem
from ..program import assignment
from ..rules import all_limits
from ..tally import Served
from .focus import Focus
from .reach import Terms, candidates, out_of_place

NEVER = 1 << 40
NEW_PERSON = 1 << 30
"""Whoever is touched anyway comes first."""
LATER_SEAT = 1 << 20
"""Then who could take the most seats of other slots as well, then the cheapest."""
ROUNDS = 3
"""A slot is looked at again when takers were in each other's way."""


def fill(
    near: Focus,
    terms: Terms,
    roster: tuple[Assignment, ...],
    seats: list[int],
    eligible: dict[int, np.ndarray],
    touched: np.ndarray,
    should_stop: Callable[[], bool],
) -> tuple[Assignment, ...]:
    """The roster with as many of `seats` (a demand once a head) filled as free people can take, by few people.

    `eligible` says for each demand who could hold it without any other duty (bool[people]).
    """
    problem = near.problem
    held = near.near(roster)
    stay = out_of_place(problem, terms, Served.of(problem, held), near.people)
    begins = problem.duty_start[problem.demand_duty[seats]]
    filling = _Filling(near, terms, held, near.people & ~stay, touched.copy(), _moments(problem, eligible))
    new: list[Assignment] = []
    for moment in np.unique(begins).tolist():
        here = [d for d, begin in zip(seats, begins.tolist(), strict=True) if begin == moment]
        for _ in range(ROUNDS):
            if should_stop() or not here:
                break
            taken, here = filling.one_round(here)
            new += taken
            if not taken:
                break
    return (*roster, *new)


def _moments(problem: Problem, eligible: dict[int, np.ndarray]) -> np.ndarray:
    """int64[people]: at how many moments each could take one of the seats, had they no other duty."""
    found: dict[int, np.ndarray] = {}
    for demand, may in eligible.items():
        moment = int(problem.duty_start[problem.demand_duty[demand]])
        found[moment] = found[moment] | may if moment in found else may
    return np.stack(list(found.values())).sum(axis=0).astype(np.int64)


@dataclass
class _Filling:
    """The roster as it fills up."""

    near: Focus
    terms: Terms
    held: list[Assignment]
    movable: np.ndarray
    touched: np.ndarray
    potential: np.ndarray
    refused: set[tuple[int, int]] = field(default_factory=set)
    """(person, demand) pairs that turned out to break a law together with others."""

    def one_round(self, seats: list[int]) -> tuple[list[Assignment], list[int]]:
        """(new assignments, seats still open) of seats that begin at one moment."""
        problem = self.near.problem
        served = Served.of(problem, self.held)
        costs = {demand: self._cost(served, demand) for demand in sorted(set(seats))}
        table = np.stack([costs[demand] for demand in seats])
        people = np.flatnonzero((table < NEVER).any(axis=0))
        if not len(people):
            return [], seats
        row, column = linear_sum_assignment(table[:, people])
        pairs = [
            (seats[r], int(people[c])) for r, c in zip(row.tolist(), column.tolist(), strict=True)
            if table[r, people[c]] < NEVER
        ]  # fmt: skip
        taken = self._taken(pairs)
        self.touched[[person for _, person in taken]] = True
        left = list(seats)
        for demand, _ in taken:
            left.remove(demand)
        return [assignment(problem, person, demand) for demand, person in taken], left

    def _cost(self, served: Served, demand: int) -> np.ndarray:
        """int64[people]: how dear each would be in a seat; `NEVER` for who cannot take it."""
        problem = self.near.problem
        free = candidates(problem, self.terms, served, demand)[0] & self.movable
        for person, refused in self.refused:
            if refused == demand:
                free[person] = False
        price = np.zeros(len(free), np.int64)
        duty, limits = int(problem.demand_duty[demand]), all_limits(problem)
        for i in limits_by_duty(problem)[duty]:
            if any(t.level is Level.PRICED for t in limits[i].price) and looks_at(problem, limits[i], demand):
                price[limits[i].persons] += added(served, limits[i], duty, demand, Level.PRICED)
        cost = np.clip(price, -LATER_SEAT // 4, LATER_SEAT // 4) + LATER_SEAT // 2
        cost += np.where(self.touched, 0, NEW_PERSON - LATER_SEAT * np.minimum(self.potential, 500))
        return np.where(free, cost, NEVER)

    def _taken(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those (demand, person) pairs that are legal together; the roster is longer by them."""
        problem = self.near.problem
        new = [assignment(problem, person, demand) for demand, person in pairs]
        if consequences(problem, self.held, add=new).legal:
            self.held += new
            return pairs
        taken = []
        for pair, one in zip(pairs, new, strict=True):
            if consequences(problem, self.held, add=[one]).legal:
                self.held.append(one)
                taken.append(pair)
            else:
                self.refused.add((pair[1], pair[0]))
        return taken
