"""How good a roster is, in the few figures by which people compare two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import check
from .problem import Assignment, Problem

SATURDAY = 5
"""The first day of a weekend, as `date.weekday` counts."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, median and most of a figure among the people who serve at all; zeros when nobody does."""

    least: float
    median: float
    most: float

    def as_json(self) -> dict[str, float]:
        return {"least": self.least, "median": self.median, "most": self.most}


@dataclass(frozen=True, slots=True)
class Quality:
    """`costs` is by rule; `asked` are the spans that people would rather avoid or serve in, `granted` those of them
    that were kept to."""

    vacancies: int
    vacancy_objective: int
    violations: int
    objective: int
    costs: dict[str, int]
    serving: int
    hours: Spread
    nights: Spread
    weekend_duties: Spread
    asked: int
    granted: int

    def as_json(self) -> dict[str, Any]:
        plain = ("vacancies", "vacancy_objective", "violations", "objective", "costs", "serving", "asked", "granted")
        spreads = ("hours", "nights", "weekend_duties")
        return {n: getattr(self, n) for n in plain} | {n: getattr(self, n).as_json() for n in spreads}


def quality(problem: Problem, assignments: Sequence[Assignment]) -> Quality:
    """The figures of a roster whose people and seats the problem knows."""
    report = check.check(problem, assignments)
    person = np.array([problem.person_index[a.person] for a in assignments], np.int64)
    duty = np.array([problem.duty_index[a.duty] for a in assignments], np.int64)
    size, serving = len(problem.people), np.unique(person)
    weekend = np.array([problem.date_of(day).weekday() >= SATURDAY for day in range(problem.days)], bool)

    def spread(weight: np.ndarray) -> Spread:
        held = np.bincount(person, weights=weight, minlength=size)[serving]
        return Spread(float(held.min()), float(np.median(held)), float(held.max())) if len(held) else Spread(0, 0, 0)

    asked, granted = _wishes(problem, person, duty)
    return Quality(
        vacancies=sum(vacancy.count for vacancy in report.vacancies),
        vacancy_objective=report.vacancy_objective,
        violations=len(report.violations),
        objective=report.objective,
        costs=dict(report.costs),
        serving=len(serving),
        hours=spread((problem.duty_end - problem.duty_start)[duty] / 60),
        nights=spread(problem.duty_night[duty].astype(float)),
        weekend_duties=spread(weekend[problem.duty_day[duty]].astype(float)),
        asked=asked,
        granted=granted,
    )


def _wishes(problem: Problem, person: np.ndarray, duty: np.ndarray) -> tuple[int, int]:
    """How many avoid and prefer spans reach into the window, and how many of them the roster keeps to."""
    order = np.argsort(person, kind="stable")
    first = np.searchsorted(person[order], np.arange(len(problem.people) + 1))
    asked = granted = 0
    for index, who in enumerate(problem.people):
        served = duty[order[first[index] : first[index + 1]]]
        for span in who.availability:
            start, end = problem.minute(span.start), problem.minute(span.end)
            if span.status == "unavailable" or end <= 0 or problem.day_of(start) >= problem.days:
                continue
            meets = bool(np.any((problem.duty_start[served] < end) & (problem.duty_end[served] > start)))
            asked += 1
            granted += meets == (span.status == "prefer")
    return asked, granted
