"""How good a roster is, in the few figures by which people compare two of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from . import check
from .problem import Assignment, Availability, Problem

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
    """`costs` is by rule; `asked` are the requests of people, `granted` those that were honoured: see `honoured`."""

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

    asked, granted = _requests(problem, person, duty)
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


def honoured(
    said: Iterable[Availability], served: Sequence[tuple[float, float]], windows: Sequence[tuple[float, float]]
) -> tuple[int, int]:
    """How many requests one person has within some windows, and how many of them were honoured.

    A request is a span that they would rather avoid (honoured when they serve nothing in it) or like to serve in
    (honoured when they do); what they cannot is law and no request. `served` and `windows` are half-open spans in
    seconds since the epoch.
    """
    asked = granted = 0
    for span in said:
        start, end = span.start.timestamp(), span.end.timestamp()
        if span.status == "unavailable" or not _meets(start, end, windows):
            continue
        asked += 1
        granted += _meets(start, end, served) == (span.status == "prefer")
    return asked, granted


def _meets(start: float, end: float, spans: Sequence[tuple[float, float]]) -> bool:
    return any(opens < end and closes > start for opens, closes in spans)


def _requests(problem: Problem, person: np.ndarray, duty: np.ndarray) -> tuple[int, int]:
    """`honoured` of everybody within the problem's window."""
    order = np.argsort(person, kind="stable")
    first = np.searchsorted(person[order], np.arange(len(problem.people) + 1))
    days = (problem.start, problem.start + timedelta(days=problem.days))
    opens, closes = (datetime.combine(day, time(), problem.tz).timestamp() for day in days)
    asked = granted = 0
    for index, who in enumerate(problem.people):
        if not who.availability:
            continue
        own = (problem.duties[i] for i in duty[order[first[index] : first[index + 1]]])
        served = [(d.start.timestamp(), d.end.timestamp()) for d in own]
        of_them = honoured(who.availability, served, [(opens, closes)])
        asked, granted = asked + of_them[0], granted + of_them[1]
    return asked, granted
