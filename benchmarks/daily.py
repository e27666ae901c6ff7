"""What an organiser waits for in a day's work: checks, repairs, substitutes; called as pages and worker call them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import median
from typing import Any, TypeVar

from scheduler import document
from scheduler.check import check
from scheduler.problem import Assignment, Problem
from scheduler.repair import Absence, repair
from scheduler.solver import Options
from scheduler.substitutes import rank

Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    started = time.perf_counter()
    value = work()
    return time.perf_counter() - started, value


def spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(median(seconds), 3), "worst": round(max(seconds), 3), "trials": len(seconds)}


def measure(problem_document: dict[str, Any], result: dict[str, Any], seed: int, trials: int) -> dict[str, Any]:
    """Check, repairs of one and of ten absences, substitutes for one seat; each with fresh draws."""
    problem = document.load(problem_document)
    roster = tuple(Assignment(a["person"], a["duty"], a["position"]) for a in result["assignments"])
    first, report = timed(lambda: check(problem, roster))
    assert report.legal, report.violations[:3]
    again = [timed(lambda: check(problem, roster))[0] for _ in range(trials)]
    chance = Random(seed)
    return {
        "check_first_seconds": round(first, 3),
        "check_seconds": spread(again),
        "repair_1": repairs(problem_document, roster, 1, chance, trials),
        "repair_10": repairs(problem_document, roster, 10, chance, trials),
        "substitutes_seconds": substitutes(problem, roster, chance, 4 * trials),
    }


def repairs(
    problem_document: dict[str, Any], roster: tuple[Assignment, ...], several: int, chance: Random, trials: int
) -> dict[str, Any]:
    """People who serve on the third day or later drop out from the third day on for two days."""
    seconds, moved, proven = [], [], 0
    for _ in range(trials):
        problem = _published(document.load(problem_document), roster)
        opens, closes = problem.instant(48 * 60), problem.instant(96 * 60)
        duties = {d.id: d for d in problem.duties}
        busy = sorted({a.person for a in roster if opens <= duties[a.duty].start < closes})
        absences = [Absence(person, opens, closes) for person in chance.sample(busy, min(several, len(busy)))]
        took, mended = timed(lambda p=problem, a=absences: repair(p, a, Options(seconds=20)))  # type: ignore[misc]
        seconds.append(took)
        moved.append(mended.alternatives[0].people_moved)
        proven += mended.alternatives[0].proven_fewest
    return {"seconds": spread(seconds), "people_moved": moved, "proven_fewest": proven}


def _published(problem: Problem, roster: tuple[Assignment, ...]) -> Problem:
    """The roster is out and the second day has begun."""
    return replace(problem, baseline=roster, now=problem.instant(30 * 60))


def substitutes(problem: Problem, roster: tuple[Assignment, ...], chance: Random, trials: int) -> dict[str, float]:
    """Somebody for one seat that has just come free."""
    seconds = []
    for gone in chance.sample(roster, min(trials, len(roster))):
        rest = tuple(a for a in roster if a != gone)
        seconds.append(timed(lambda r=rest, g=gone: rank(problem, r, g.duty, g.position))[0])  # type: ignore[misc]
    return spread(seconds)
