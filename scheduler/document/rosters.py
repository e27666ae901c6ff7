"""What is read beside a problem: rosters (a result document or bare assignments), absences and opened duties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..problem import Assignment, Problem
from .faults import Faults, Path
from .read import Reader
from .verdict import iter_entries, judge


def roster_from_json(problem: Problem, body: Any) -> tuple[Assignment, ...]:
    """The assignments of `{"assignments": […]}`, such as a result document, all of them known to the problem.

    Raises `DocumentError`; also for a result that holds no roster. Whether rules are kept is for `check` to say.
    """
    faults = Faults()
    entries = _entries(body, "assignments", faults)
    held: dict[tuple[str, str], Assignment] = {}
    for i, entry in iter_entries({"assignments": entries}, "assignments"):
        path: Path = ("assignments", i)
        if judge("assignment", entry, path, faults):
            one = Assignment(entry["person"], entry["duty"], entry["position"], entry.get("pinned", False))
            _known(problem, one, path, faults)
            if (one.person, one.duty) in held:
                faults.add(path, "duplicate_assignment", person=one.person, duty=one.duty)
            held.setdefault((one.person, one.duty), one)
    faults.raise_if_any()
    return tuple(held.values())


def absences_from_json(problem: Problem, body: Any) -> list[tuple[str, datetime, datetime]]:
    """(person, start, end) of `{"absences": […]}`; raises `DocumentError`.

    The list may be missing or empty where `open` names duties.
    """
    if isinstance(body, dict) and body.get("open") and not body.get("absences"):
        return []
    faults = Faults()
    reader = Reader(problem.zone, faults)
    held = []
    for i, entry in enumerate(_entries(body, "absences", faults)):
        path: Path = ("absences", i)
        if judge("absence", entry, path, faults):
            if entry["person"] not in problem.person_index:
                faults.add((*path, "person"), "not_in_problem", id=entry["person"])
            held.append((entry["person"], *reader.interval(entry, path)))
    if not held and not faults:
        faults.add(("absences",), "too_few", count=0, limit=1)
    faults.raise_if_any()
    return held


def opened_from_json(problem: Problem, body: Any) -> list[str]:
    """The duties of `{"open": ["…"]}` whose empty seats a repair is to fill; raises `DocumentError`."""
    faults = Faults()
    entries = body.get("open", []) if isinstance(body, dict) else []
    if not isinstance(entries, list):
        judge("assignments", entries, ("open",), faults)
        entries = []
    for i, entry in enumerate(entries):
        if not isinstance(entry, str) or entry not in problem.duty_index:
            faults.add(("open", i), "not_in_problem", id=entry)
    faults.raise_if_any()
    return list(entries)


def _entries(body: Any, field: str, faults: Faults) -> list[Any]:
    if not isinstance(body, dict) or field not in body:
        faults.add((field,), "missing_field", field=field)
        return []
    entries = body[field]
    if entries is None:
        faults.add((field,), "no_roster")
        return []
    if not isinstance(entries, list):
        judge("assignments", entries, (field,), faults)
        return []
    return entries


def _known(problem: Problem, one: Assignment, path: Path, faults: Faults) -> None:
    if one.person not in problem.person_index:
        faults.add((*path, "person"), "not_in_problem", id=one.person)
    index = problem.duty_index.get(one.duty)
    if index is None:
        faults.add((*path, "duty"), "not_in_problem", id=one.duty)
    elif problem.duties[index].seat(one.position) is None:
        faults.add((*path, "position"), "position_not_in_duty", duty=one.duty, position=one.position)
