"""A part of a town: the limits of a few people and seats, and the assignments that these limits count.

A repair looks at some hundred of fifty thousand people. What it needs is said for them alone: whatever else there is
cannot change, and so changes no price and no law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np

from ..entities import Assignment
from ..limits import Limit
from ..problem import Problem
from ..rules.base import all_limits, limits_of_baseline
from ..tally import of_duties, of_persons

OF_THE_BASELINE = frozenset({"_limits", "_limits_by_duty", "_limits_by_person"})
"""What a problem keeps of its limits: another baseline, other limits."""


@dataclass(frozen=True)
class Focus:
    """Some people and seats of a town."""

    problem: Problem
    """All people and duties, with the limits of some alone; the baseline is theirs alone too."""
    people: np.ndarray
    """bool[people]: whose limits these are; the others seem free to do anything."""
    counted: frozenset[str]
    """People whose assignments count wherever they are."""
    duties: frozenset[str]
    """Duties in which everybody's assignments count."""
    everything: bool
    """Some limit is about all of the town together, so that all assignments count."""

    def near(self, assignments: Iterable[Assignment]) -> list[Assignment]:
        """The assignments that the limits count."""
        if self.everything:
            return list(assignments)
        return [a for a in assignments if a.person in self.counted or a.duty in self.duties]


def focus(problem: Problem, baseline: Iterable[Assignment], people: np.ndarray, demands: np.ndarray) -> Focus:
    """What a change by these people (bool[people]) in these seats (bool[demands]) can touch.

    `problem` has no baseline, so that the limits which depend on one are said here, for these people.
    """
    if problem.baseline:
        raise ValueError("the baseline comes with the focus")
    duties = np.unique(problem.demand_duty[demands])
    counted = people.copy()
    parts: list[Limit] = []
    everything = False
    for limit in all_limits(problem):
        part = _part(limit, people, duties)
        if part is not None:
            parts.append(part)
            everything |= part.each == "all"
            if part.each == "group":
                counted[part.persons] = True
    own = {problem.people[i].id for i in np.flatnonzero(people).tolist()}
    narrowed = with_baseline(problem, tuple(a for a in baseline if a.person in own))
    narrowed.once("_limits", lambda: parts + limits_of_baseline(narrowed))
    return Focus(
        narrowed,
        people,
        frozenset(problem.people[i].id for i in np.flatnonzero(counted).tolist()),
        frozenset(problem.duties[i].id for i in duties.tolist()),
        everything,
    )


def with_baseline(problem: Problem, baseline: tuple[Assignment, ...]) -> Problem:
    """The same problem with another baseline; its arrays are kept, its limits are not."""
    other = replace(problem, baseline=baseline)
    known = {f.name for f in fields(Problem)} | OF_THE_BASELINE
    vars(other).update({name: value for name, value in vars(problem).items() if name not in known})
    return other


def _part(limit: Limit, people: np.ndarray, duties: np.ndarray) -> Limit | None:
    """The instances of a limit that these people and duties can change."""
    if limit.each == "all":
        return limit
    if limit.each in ("seat", "duty"):
        return of_duties(limit, duties)
    mine = people[limit.persons]
    if mine.all():
        return limit
    if not mine.any():
        return None
    if limit.each == "group" and limit.group is not None:
        return of_persons(limit, np.flatnonzero(np.isin(limit.group, limit.group[mine])))
    return of_persons(limit, np.flatnonzero(mine))
