"""A result document for a roster whose solver had to be ended before it could write one."""

from __future__ import annotations

import json
from typing import Any

from models.records import Claim
from scheduler import __version__, document
from scheduler.check import check
from scheduler.explain import vacancies
from scheduler.roster import Progress, Result


def judged(claim: Claim, roster: str, progress: Progress | None) -> dict[str, Any]:
    """The roster (JSON text) with its figures; bounds are those that the solver had last told."""
    problem = document.load(json.loads(claim.problem))
    assignments = document.roster_from_json(problem, json.loads(roster))
    report = check(problem, assignments)
    return Result(
        status="feasible",
        seconds=0.0 if progress is None else progress.seconds,
        seed=claim.solve.seed,
        version=__version__,
        objective=report.objective,
        bound=None if progress is None else progress.bound,
        vacancy_objective=report.vacancy_objective,
        vacancy_bound=None if progress is None else progress.vacancy_bound,
        costs=report.costs,
        vacancies=tuple(vacancies(problem, assignments)),
        assignments=assignments,
        violations=report.violations,
    ).as_json()
