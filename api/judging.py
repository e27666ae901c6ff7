"""Rosters judged: the checker's and explainer's findings as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma

from scheduler import activation, check, explain
from scheduler.document import Fault
from scheduler.problem import Assignment, Problem

from .errors import fault, invalid
from .language import language
from .messages import faults_of
from .schemas.rosters import WholeRosterBody
from .scope import Scope

MOST_REASONS = 300
"""A roster with more vacancies is hardly begun: saying why of each would keep a web thread busy for long."""


def report_json(problem: Problem, assignments: Sequence[Assignment], scope: Scope | None = None) -> dict[str, Any]:
    """The report of a roster, with the reason of each vacancy unless there are very many; what `scope` sees of it."""
    report = check.check(problem, assignments)
    few = len(report.vacancies) <= MOST_REASONS
    vacancies = explain.vacancies(problem, assignments) if few else report.vacancies
    body = report.as_json(language()) | {"vacancies": [v.as_json(language()) for v in vacancies], "explained": few}
    if scope is None:
        return body
    return body | {name: scope.findings(problem, body[name]) for name in ("violations", "vacancies")}


def consequences_json(
    problem: Problem,
    assignments: Sequence[Assignment],
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
    scope: Scope,
    in_force: Sequence[Assignment] = (),
) -> dict[str, Any]:
    """What one edit would break, cost and fill; breaches as far as `scope` sees them.

    Who stands by in the roster `in_force` may be activated.
    """
    found = activation.consequences(problem, assignments, remove, add, in_force)
    return {
        "legal": found.legal,
        "violations": scope.findings(problem, [v.as_json(language()) for v in found.violations]),
        "cost_change": found.cost_change,
        "vacancy_change": found.vacancy_change,
    }


def edited(
    problem: Problem,
    held_by: Sequence[Assignment],
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
    pin: Sequence[Assignment] = (),
    unpin: Sequence[Assignment] = (),
) -> list[Assignment]:
    """These assignments after an edit; raises ApiError with all faults of the edit."""
    held = {a: a.pinned for a in held_by}
    faults: list[Fault] = []
    for name, listed in (("remove", remove), ("pin", pin), ("unpin", unpin)):
        faults += [fault(f"{name}[{i}]", "not_in_roster") for i, a in enumerate(listed) if a not in held]
    left = {a: pinned for a, pinned in held.items() if a not in set(remove)}
    taken = {(a.person, a.duty) for a in left}
    for i, a in enumerate(add):
        if (a.person, a.duty) in taken:
            faults.append(fault(f"add[{i}]", "already_serves"))
        taken.add((a.person, a.duty))
    faults += unknown(problem, add, "add")
    if faults:
        raise invalid(faults)
    left |= {a: a.pinned for a in add} | dict.fromkeys(pin, True) | dict.fromkeys(unpin, False)
    return [Assignment(a.person, a.duty, a.position, pinned) for a, pinned in left.items()]


def unknown(problem: Problem, assignments: Sequence[Assignment], path: str) -> list[Fault]:
    """A fault for every person, duty or position that the problem does not know."""
    faults: list[Fault] = []
    for i, a in enumerate(assignments):
        duty = problem.duty_index.get(a.duty)
        if a.person not in problem.person_index:
            faults.append(fault(f"{path}[{i}].person", "unknown_id", id=a.person))
        if duty is None:
            faults.append(fault(f"{path}[{i}].duty", "unknown_id", id=a.duty))
        elif (duty, a.position) not in problem.demand_index:
            faults.append(fault(f"{path}[{i}].position", "unknown_id", id=a.position))
    return faults


def roster_of(body: dict[str, Any], path: str) -> tuple[list[Assignment], list[Fault]]:
    """The assignments of a roster or result document, and what is wrong with its shape."""
    if body.get("assignments") is None:
        return [], [fault(f"{path}.assignments", "required")]
    try:
        return WholeRosterBody().load({"assignments": body["assignments"]}).assignments, []
    except ma.ValidationError as error:
        return [], [Fault(*parts) for parts in faults_of({path: error.messages})]
