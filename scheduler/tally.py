"""Counting: what a set of assignments amounts to under one limit. Shared by everything that judges a roster.

This module knows limits and assignments, no rule and no solver.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
        listed = list(assignments)
        person_of, duty_of, demand_of = problem.person_index, problem.duty_index, problem.demand_index
        try:
            persons = np.array([person_of[a.person] for a in listed], np.int64)
            duties = [duty_of[a.duty] for a in listed]
            demands = np.array([demand_of[d, a.position] for d, a in zip(duties, listed, strict=True)], np.int64)
        except KeyError:
            raise _unknown(problem, listed) from None
        order = np.lexsort((demands, persons))
        return cls(problem, persons[order], problem.demand_duty[demands[order]], demands[order])

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


def _unknown(problem: Problem, assignments: list[Assignment]) -> MeaningError:
    """What the first assignment names that the problem does not know."""
    for a in assignments:
        duty = problem.duty_index.get(a.duty)
        if a.person not in problem.person_index:
            return MeaningError("person", "unknown_person", id=a.person)
        if duty is None:
            return MeaningError("duty", "unknown_duty", id=a.duty)
        if (duty, a.position) not in problem.demand_index:
            return MeaningError("position", "unknown_position", id=a.position, duty=a.duty)
    raise AssertionError("every assignment is known")


PER_PERSON = ("persons", "person_weights", "group", "base")
PER_DUTY = ("duties", "duty_weights", "buckets")
"""A limit's arrays with one value a person, or one a duty."""
FEW = 6
"""Below this many people it is cheaper to look at their rows than at all rows."""


def positions_mask(problem: Problem, positions: frozenset[str]) -> np.ndarray:
    """bool[demands]: which demands ask for one of these positions."""
    cache: dict[frozenset[str], np.ndarray] = problem.once("_positions_masks", dict)
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


def touched_part(problem: Problem, limit: Limit, persons: np.ndarray, demands: np.ndarray) -> Limit | None:
    """The instances of a limit that an edit of these people and seats can change; None when there is none.

    A group keeps all its members, a seat or duty all its people: what they serve counts as well.
    """
    if limit.each == "all":
        return limit
    if limit.each in ("seat", "duty"):
        return of_duties(limit, problem.demand_duty[demands])
    if not len(limit.persons):
        return None
    place = np.searchsorted(limit.persons, persons)
    place = place[limit.persons.take(place, mode="clip") == persons]
    if not len(place):
        return None
    if limit.each == "group" and limit.group is not None:
        place = np.flatnonzero(np.isin(limit.group, limit.group[place]))
    return of_persons(limit, place)


def of_persons(limit: Limit, place: np.ndarray) -> Limit:
    """The limit for some of its people alone, told by their places in `limit.persons`."""
    parts = {name: value[place] for name in PER_PERSON if (value := getattr(limit, name)) is not None}
    return replace(limit, **parts)


def of_duties(limit: Limit, duties: np.ndarray) -> Limit | None:
    """The limit for some of its duties alone; None when it looks at none of them."""
    keep = np.isin(limit.duties, duties)
    if not keep.any():
        return None
    parts = {name: value[keep] for name in PER_DUTY if (value := getattr(limit, name)) is not None}
    return replace(limit, **parts)
