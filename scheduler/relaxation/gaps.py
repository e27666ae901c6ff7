"""The open seats of a roster and, for each, who could take it if which rules gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..check import added, check, limits_by_duty, obstacles
from ..limits import Level, Limit, charge
from ..problem import Assignment, Problem
from ..roster import Vacancy
from ..rules import all_limits
from ..rules.times import past_of
from ..tally import Served, instances, totals

NEVER = ("qualification", "one_duty_at_a_time", "cover")
"""What no rule can give way to: skill, a body in two places, seats that are not there."""
LAST_RESORT = ("availability",)
RESTS = ("min_rest", "rest_after_nights")
"""Rules whose excess is a number of pairs; what matters to people is how long they rest."""
MOST_HEADS = 40
"""Vacant heads that are looked at, the most important first: a town may lack thousands."""
MOST_ENTRIES = 2
"""Nobody is asked to break more rules than this for one seat."""


@dataclass(frozen=True, slots=True)
class Head:
    """One vacant head."""

    duty: int
    position: str
    demand: int


@dataclass(frozen=True, slots=True)
class Option:
    """A person who could take a head if these entries of the rules gave; none is needed when it is empty."""

    person: int
    entries: frozenset[int]
    severity: int
    """By how much, in units that order the options of equal entries."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One instance of a limit that is exceeded, or exceeded further."""

    limit: Limit
    instance: int
    excess: int
    below: bool = False
    """True when the count is too low."""

    @property
    def person(self) -> int | None:
        return int(self.limit.persons[self.instance]) if self.limit.each == "person" else None


class Gaps:
    """A roster with vacancies. `heads` are those looked at, `vacant` how many there are."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = tuple(assignments)
        self.served = Served.of(problem, self.assignments)
        self.vacancies = [v for v in check(problem, self.assignments).vacancies if not _has_begun(problem, v)]
        self.vacant = sum(v.count for v in self.vacancies)
        self.heads = tuple(self._first_heads())

    def _first_heads(self) -> Iterator[Head]:
        left = MOST_HEADS
        for v in sorted(self.vacancies, key=lambda v: -v.priority):
            duty = self.problem.duty_index[v.duty]
            head = Head(duty, v.position, self.problem.demand_index[duty, v.position])
            yield from [head] * min(v.count, left)
            left -= min(v.count, left)

    # --- who could ------------------------------------------------------------------------------------
    @cached_property
    def options(self) -> dict[int, list[Option]]:
        """Demand → everybody worth asking for it, those first for whom the least has to give."""
        return {head.demand: list(self._options(head)) for head in dict.fromkeys(self.heads)}

    def _options(self, head: Head) -> Iterator[Option]:
        """Of those for whom the same entries give, as many as there are heads: more are never needed at once."""
        found = obstacles(self.problem, self.served, head.duty, head.position)
        rules = self.problem.rules
        numbers = sorted({number for number, _, _ in found})
        out = np.zeros((len(self.problem.people), len(numbers)), bool)
        severity = np.zeros(len(self.problem.people), np.int64)
        for number, limit, mask in found:
            out[:, numbers.index(number)] |= mask
            if rules[number].name not in RESTS:
                more = added(self.served, limit, head.duty, head.demand, Level.HARD)
                severity[limit.persons] = np.maximum(severity[limit.persons], more)
        able = out.sum(axis=1) <= MOST_ENTRIES
        able &= ~out[:, [rules[n].name in NEVER for n in numbers]].any(axis=1)
        able[self.served.persons[self.served.duties == head.duty]] = False
        tired = out[:, [rules[n].name in RESTS for n in numbers]].any(axis=1)
        if tired.any():
            severity = np.where(tired, -self.rest_around(head.duty), severity)
        taken: dict[bytes, int] = {}
        able_ones = np.flatnonzero(able)
        for person in able_ones[np.lexsort((able_ones, severity[able], out[able].sum(axis=1)))].tolist():
            key = out[person].tobytes()
            taken[key] = taken.get(key, 0) + 1
            if taken[key] <= len(self.heads):
                entries = frozenset(numbers[i] for i in np.flatnonzero(out[person]).tolist())
                yield Option(person, entries, int(severity[person]))

    def rest_around(self, duty: int, more: Iterable[tuple[int, int]] = ()) -> np.ndarray:
        """int64[people]: minutes from the duty before this one, or to the one after it, whichever is nearer.

        `more` are further (person, duty) to look at. Somebody who serves nothing near has more rest than any rule asks.
        """
        problem, past = self.problem, past_of(self.problem)
        extra = np.array(list(more), np.int64).reshape(-1, 2)
        person = np.concatenate([self.served.persons, extra[:, 0], past.person])
        mine = np.concatenate([self.served.duties, extra[:, 1]])
        start = np.concatenate([problem.duty_start[mine], past.start])
        end = np.concatenate([problem.duty_end[mine], past.end])
        gap = np.maximum(problem.duty_start[duty] - end, start - problem.duty_end[duty])
        near = gap >= 0
        rest = np.full(len(problem.people), 1 << 30, np.int64)
        np.minimum.at(rest, person[near], gap[near])
        return rest

    # --- what it would break --------------------------------------------------------------------------
    def worsened(self, new: Iterable[tuple[Head, int]]) -> dict[int, list[Breach]]:
        """Entry → the instances of its hard limits that these further (head, person) would break or worsen."""
        new = list(new)
        limits, touching = all_limits(self.problem), limits_by_duty(self.problem)
        after = Served.of(self.problem, [*self.assignments, *self.as_assignments(new)])
        found: dict[int, list[Breach]] = {}
        for i in sorted({i for head, _ in new for i in touching[head.duty]}):
            limit = limits[i]
            if not limit.hard:
                continue
            exist = instances(self.problem, limit)
            old, now = totals(self.served, limit)[exist], totals(after, limit)[exist]
            was, is_now = charge(limit.price, old, Level.HARD), charge(limit.price, now, Level.HARD)
            found.setdefault(limit.rule_index, []).extend(
                Breach(limit, int(exist[n]), int(is_now[n])) for n in np.flatnonzero(is_now > was).tolist()
            )
        return {number: breaches for number, breaches in found.items() if breaches}

    def as_assignments(self, new: Iterable[tuple[Head, int]]) -> list[Assignment]:
        problem = self.problem
        return [Assignment(problem.people[p].id, problem.duties[h.duty].id, h.position) for h, p in new]


def _has_begun(problem: Problem, vacancy: Vacancy) -> bool:
    start = int(problem.duty_start[problem.duty_index[vacancy.duty]])
    return problem.now_minute is not None and start < problem.now_minute
