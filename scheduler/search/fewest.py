"""Why no repair touches fewer people: by counting who could take how many of the empty seats.

Every seat that must be filled needs somebody who takes it, whoever else hands duties on for it. So at least as many
people are touched as it takes to cover the seats when all may drop whatever else they serve. Sorted in time, one
person's seats form a chain whose neighbours somebody could hold together; the fewest chains that cover all seats are
the seats less the largest matching of each with a next one.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from ..check import added, limits_by_duty, looks_at
from ..limits import Level, Limit
from ..problem import Problem
from ..rules import all_limits
from ..tally import Served

MOST_PAIRS = 1_000
"""Pairs of seats looked at; with more of them nothing is claimed."""


def fewest_people(problem: Problem, seats: list[int], eligible: dict[int, np.ndarray]) -> int:
    """A bound from below on the people who are touched when all of `seats` (a demand once a head) are filled.

    `eligible` says for each of these demands who could hold it (bool[people]). The bound holds for the laws of
    `problem`, which may be those of a part of the town as long as it holds everybody who is eligible.
    """
    order = sorted(seats, key=lambda d: (problem.duty_start[problem.demand_duty[d]], d))
    if len(order) * (len(order) - 1) // 2 > MOST_PAIRS:
        return 1
    limits = {d: _hard_limits(problem, d) for d in set(order)}
    together: dict[tuple[int, int], bool] = {}
    row: list[int] = []
    column: list[int] = []
    for i, one in enumerate(order):
        for j in range(i + 1, len(order)):
            pair = (one, order[j])
            if pair not in together:
                together[pair] = _one_could(problem, *pair, limits, eligible)
            if together[pair]:
                row.append(i)
                column.append(j)
    size = (len(order), len(order))
    next_one = maximum_bipartite_matching(sparse.csr_matrix((np.ones(len(row), bool), (row, column)), shape=size))
    return len(order) - int((next_one >= 0).sum())


def _hard_limits(problem: Problem, demand: int) -> dict[int, Limit]:
    """Laws about single people that count this seat and never less for more."""
    limits = all_limits(problem)
    return {
        i: limits[i]
        for i in limits_by_duty(problem)[int(problem.demand_duty[demand])]
        if limits[i].each == "person"
        and limits[i].hard
        and not limits[i].weighs_less
        and looks_at(problem, limits[i], demand)
    }


def _one_could(
    problem: Problem, one: int, other: int, limits: dict[int, dict[int, Limit]], eligible: dict[int, np.ndarray]
) -> bool:
    """Whether the laws let anybody hold both seats, had they nothing else to serve."""
    duties = (int(problem.demand_duty[one]), int(problem.demand_duty[other]))
    if duties[0] == duties[1]:
        return False
    both = eligible[one] & eligible[other]
    for number in limits[one].keys() & limits[other].keys():
        if not both.any():
            return False
        limit = limits[one][number]
        places = np.searchsorted(limit.duties, duties)
        weight = np.ones(2, np.int64) if limit.duty_weights is None else limit.duty_weights[places]
        once = limit.buckets is not None and limit.buckets[places[0]] == limit.buckets[places[1]]
        count = np.full(len(limit.persons), weight[0] if once else weight.sum(), np.int64)
        if limit.person_weights is not None:
            count = count * limit.person_weights
        if limit.base is not None:
            count = count + limit.base
        most = min((t.at for t in limit.price if t.level is Level.HARD and t.side == "over"), default=None)
        if most is not None:
            both[limit.persons[count > most]] = False
    return bool(both.any())


def somebody_alone(problem: Problem, kept: Served, seats: list[int], eligible: dict[int, np.ndarray]) -> bool:
    """Whether one person might take all of `seats` with nobody else touched.

    They keep what they serve in `kept`, which leaves out whatever they could drop without a vacancy. Says True when in
    doubt: only laws about single people are asked.
    """
    if len({int(problem.demand_duty[d]) for d in seats}) < len(seats):
        return False
    could = np.logical_and.reduce([eligible[d] for d in seats])
    served = kept
    for demand in seats:
        if not could.any():
            return False
        duty = int(problem.demand_duty[demand])
        for limit in _hard_limits(problem, demand).values():
            could[limit.persons[added(served, limit, duty, demand, Level.HARD) > 0]] = False
        people = np.flatnonzero(could)
        persons = np.concatenate([served.persons, people])
        demands = np.concatenate([served.demands, np.full(len(people), demand)])
        order = np.lexsort((demands, persons))
        served = Served(problem, persons[order], problem.demand_duty[demands[order]], demands[order])
    return bool(could.any())
