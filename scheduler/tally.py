"""Counting: what a set of assignments amounts to under one limit. Shared by everything that judges a roster.

This module knows limits and assignments, no rule and no solver.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .limits import Level, Limit, charge
from .problem import Assignment, MeaningError, Problem


@dataclass(frozen=True)
class Served:
    """Assignments as arrays, sorted by person: who (`persons`), what (`duties`), in which seat (`demands`)."""

    problem: Problem
    persons: np.ndarray
    duties: np.ndarray
    demands: np.ndarray

    @classmethod
    def of(cls, problem: Problem, assignments: Iterable[Assignment]) -> Served:
        """Raises MeaningError for a person, duty or position that the problem does not know."""
        rows = []
        for a in assignments:
            person, duty = problem.person_index.get(a.person), problem.duty_index.get(a.duty)
            if person is None:
                raise MeaningError("person", "unknown_person", id=a.person)
            if duty is None:
                raise MeaningError("duty", "unknown_duty", id=a.duty)
            demand = problem.demand_index.get((duty, a.position))
            if demand is None:
                raise MeaningError("position", "unknown_position", id=a.position, duty=a.duty)
            rows.append((person, duty, demand))
        table = np.array(sorted(rows), np.int64).reshape(-1, 3)
        return cls(problem, table[:, 0], table[:, 1], table[:, 2])

    @cached_property
    def first_of_person(self) -> np.ndarray:
        """int64[people + 1]: where each person's rows begin."""
        return np.searchsorted(self.persons, np.arange(len(self.problem.people) + 1))

    def rows_of(self, persons: np.ndarray) -> np.ndarray:
        """Row numbers of a few people."""
        first = self.first_of_person
        return np.concatenate([np.arange(first[p], first[p + 1]) for p in persons]).astype(np.int64)

    def duties_of(self, person: int) -> np.ndarray:
        first = self.first_of_person
        return self.duties[first[person] : first[person + 1]]


FEW = 6
"""Below this many people it is cheaper to look at their rows than at all rows."""


def positions_mask(problem: Problem, positions: frozenset[str]) -> np.ndarray:
    """bool[demands]: which demands ask for one of these positions."""
    cache: dict[frozenset[str], np.ndarray] = problem.__dict__.setdefault("_positions_masks", {})
    if positions not in cache:
        cache[positions] = np.array([seat.position in positions for _, seat in problem.demands], bool)
    return cache[positions]


def weight_of_duty(problem: Problem, limit: Limit) -> np.ndarray:
    """int64[duties]: how much one assignment to each duty counts; 0 where the limit does not look."""
    weights = np.zeros(len(problem.duties), np.int64)
    weights[limit.duties] = 1 if limit.duty_weights is None else limit.duty_weights
    return weights


def place_of_person(problem: Problem, limit: Limit) -> np.ndarray:
    """int64[people]: position of each person within `limit.persons`, −1 for the others."""
    place = np.full(len(problem.people), -1, np.int64)
    place[limit.persons] = np.arange(len(limit.persons))
    return place


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows that a limit counts, and into which of its instances."""

    rows: np.ndarray
    instance: np.ndarray
    weight: np.ndarray
    size: int


def counted(served: Served, limit: Limit) -> Counted:
    """Which assignments count, into which instance, with which weight."""
    problem = served.problem
    everybody = len(limit.persons) == len(problem.people)
    rows = (
        served.rows_of(limit.persons)
        if limit.each in ("person", "group", "all") and len(limit.persons) <= FEW
        else np.arange(len(served.persons))
    )
    by_duty = weight_of_duty(problem, limit)
    weight = by_duty[served.duties[rows]]
    keep = weight != 0
    if limit.positions is not None:
        keep &= positions_mask(problem, limit.positions)[served.demands[rows]]
    place = None
    if not everybody or limit.each in ("person", "group") or limit.person_weights is not None:
        place = place_of_person(problem, limit)
        keep &= place[served.persons[rows]] >= 0
    rows, weight = rows[keep], weight[keep]
    if limit.person_weights is not None and place is not None:
        weight = weight * limit.person_weights[place[served.persons[rows]]]
    if limit.each == "person" and place is not None:
        return Counted(rows, place[served.persons[rows]], weight, len(limit.persons))
    if limit.each == "group" and place is not None and limit.group is not None:
        return Counted(rows, limit.group[place[served.persons[rows]]], weight, int(limit.group.max(initial=-1)) + 1)
    if limit.each == "seat":
        return Counted(rows, served.demands[rows], weight, len(problem.demands))
    if limit.each == "duty":
        return Counted(rows, served.duties[rows], weight, len(problem.duties))
    return Counted(rows, np.zeros(len(rows), np.int64), weight, 1)


def instances(problem: Problem, limit: Limit) -> np.ndarray:
    """Which instances exist: positions in `persons`, group labels, demand indices, duty indices, or the only one."""
    if limit.each == "seat":
        mine = weight_of_duty(problem, limit)[problem.demand_duty] != 0
        if limit.positions is not None:
            mine &= positions_mask(problem, limit.positions)
        return np.flatnonzero(mine)
    if limit.each == "duty":
        return limit.duties
    if limit.each == "person":
        return np.arange(len(limit.persons))
    if limit.each == "group" and limit.group is not None:
        return np.unique(limit.group)
    return np.zeros(1, np.int64)


def once_a_bucket(served: Served, limit: Limit, found: Counted) -> Counted:
    """Keep one row for each (instance, bucket), since a day worked counts once."""
    if limit.buckets is None:
        return found
    label = np.zeros(len(served.problem.duties), np.int64)
    label[limit.duties] = limit.buckets
    pair = found.instance * (int(label.max(initial=0)) + 1) + label[served.duties[found.rows]]
    _, first = np.unique(pair, return_index=True)
    return Counted(found.rows[first], found.instance[first], found.weight[first], found.size)


def totals(served: Served, limit: Limit) -> np.ndarray:
    """int64: the weighted count of every instance (indexable by `instances`), history included."""
    found = once_a_bucket(served, limit, counted(served, limit))
    count = np.zeros(found.size, np.int64)
    np.add.at(count, found.instance, found.weight)
    if limit.base is not None and limit.each == "person":
        count += limit.base
    return count


def charges(served: Served, limit: Limit, level: Level) -> np.ndarray:
    """int64: what every existing instance is charged on one level."""
    return charge(limit.price, totals(served, limit)[instances(served.problem, limit)], level)
