"""The smallest repair: after drop-outs, a roster that moves the fewest people and says whom.

Lexicographic: weighted vacancies among the vacated seats, then the number of people touched, then cost (with
nearer changes dearer). Only people within reach may move: those who could take a vacated seat, those who could
take over a duty that one of them would give up, and so on until nobody new is reached or the cap is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .check import check
from .diff import Diff, compare
from .entities import Assignment, Availability
from .explain import vacancies as explained
from .problem import Problem
from .roster import Vacancy, assignment_json
from .rules.stability import Stability
from .search.reach import Reach, within_reach
from .search.repairing import RepairModel
from .solver import Options
from .text import Text


@dataclass(frozen=True, slots=True)
class Absence:
    """A person cannot serve in a half-open interval."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Alternative:
    """One way to go on."""

    assignments: tuple[Assignment, ...]
    people_moved: int
    """People whose duties change, beyond the duties that absent people lose."""
    proven_fewest: bool
    vacancies: tuple[Vacancy, ...]
    objective: int
    difference: Diff
    text: Text

    def as_json(self, problem: Problem, language: str = "zh") -> dict[str, Any]:
        return {
            "people_moved": self.people_moved,
            "proven_fewest": self.proven_fewest,
            "vacancies": [v.as_json(language) for v in self.vacancies],
            "objective": self.objective,
            "assignments": [assignment_json(a) for a in self.assignments],
            "changes": self.difference.as_json(problem)["changes"],
            "text": self.text.as_json(),
        }


@dataclass(frozen=True)
class RepairResult:
    """Up to three alternatives, best first; the last may leave the seats open."""

    problem: Problem
    status: str
    seconds: float
    alternatives: tuple[Alternative, ...]

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "format": "sanban-repair",
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "alternatives": [a.as_json(self.problem, language) for a in self.alternatives],
        }


def repair(problem: Problem, absences: Iterable[Absence], options: Options | None = None) -> RepairResult:
    """Up to three alternatives for the baseline of `problem` when these people are away.

    What has begun at `problem.now` or is pinned stays, except that an absent person's later duties are lost.
    """
    options = options or Options(seconds=20)
    started = time.monotonic()
    away = list(absences)
    mended = _with_absences(problem, away)
    kept, lost = _split(mended, away)
    mended = _with_stability(replace(mended, baseline=kept))
    reach = within_reach(mended, kept, lost)
    chosen = _alternatives(mended, kept, lost, reach, options, started)
    alternatives = tuple(_described(problem, mended, lost, *c) for c in chosen)
    return RepairResult(mended, "optimal", time.monotonic() - started, alternatives)


def _alternatives(
    problem: Problem,
    kept: tuple[Assignment, ...],
    lost: tuple[Assignment, ...],
    reach: Reach,
    options: Options,
    started: float,
) -> list[tuple[tuple[Assignment, ...], int, bool]]:
    """(assignments, people moved, proven fewest): the best, the next best without its moves, and leaving it open."""
    found: list[tuple[tuple[Assignment, ...], int, bool]] = []
    if lost:
        model = RepairModel(problem, kept, lost, reach)
        for _ in range(2):
            left = max(0.5, options.seconds - (time.monotonic() - started))
            solution = model.solve(left)
            if solution is None:
                break
            if set(solution.assignments) not in [set(f[0]) for f in found]:
                found.append((solution.assignments, solution.moved, solution.proven and not reach.capped))
            model.forbid(solution)
    if set(kept) not in [set(f[0]) for f in found]:
        found.append((kept, 0, True))
    return found[:3]


def _with_absences(problem: Problem, absences: list[Absence]) -> Problem:
    """The problem in which absent people are unavailable; spans they gave before are cut where they overlap.

    A duty of theirs that has begun is served to its end: the absence does not count while it lasts.
    """
    duties = {d.id: d for d in problem.duties if problem.now is not None and d.start < problem.now}
    begun: dict[str, list[tuple[datetime, datetime]]] = {}
    for a in problem.baseline:
        if a.duty in duties:
            begun.setdefault(a.person, []).append((duties[a.duty].start, duties[a.duty].end))
    people = []
    for person in problem.people:
        mine = _merged([(a.start, a.end) for a in absences if a.person == person.id])
        if mine:
            spans = [s for old in person.availability for s in _cut(old, mine)]
            away = [Availability(start, end, "unavailable") for start, end in mine]
            spans += [s for absence in away for s in _cut(absence, begun.get(person.id, []))]
            person = replace(person, availability=tuple(sorted(spans, key=lambda s: s.start)))
        people.append(person)
    return replace(problem, people=tuple(people))


def _merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(span: Availability, away: list[tuple[datetime, datetime]]) -> list[Availability]:
    """What is left of a span outside the absences."""
    pieces = [(span.start, span.end)]
    for start, end in away:
        pieces = [piece for a, b in pieces for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return [Availability(a, b, span.status) for a, b in pieces]


def _split(problem: Problem, absences: list[Absence]) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """The baseline, split into what is kept and what absent people lose; what has begun is kept."""
    lost = []
    for a in problem.baseline:
        duty = problem.duties[problem.duty_index[a.duty]]
        begun = problem.now is not None and duty.start < problem.now
        hit = any(x.person == a.person and x.start < duty.end and duty.start < x.end for x in absences)
        if hit and not begun:
            lost.append(a)
    gone = set(lost)
    return tuple(a for a in problem.baseline if a not in gone), tuple(lost)


def _with_stability(problem: Problem) -> Problem:
    """A repair always counts its changes, nearer ones dearer."""
    if any(isinstance(r, Stability) for r in problem.rules):
        return problem
    return replace(problem, rules=(*problem.rules, Stability(hard=False)))


def _described(
    before: Problem,
    problem: Problem,
    lost: tuple[Assignment, ...],
    assignments: tuple[Assignment, ...],
    moved: int,
    proven: bool,
) -> Alternative:
    report = check(problem, assignments)
    seats = {(a.duty, a.position) for a in lost}
    vacancies = tuple(v for v in explained(problem, assignments) if (v.duty, v.position) in seats)
    return Alternative(
        assignments=assignments,
        people_moved=moved,
        proven_fewest=proven,
        vacancies=vacancies,
        objective=report.objective,
        difference=compare(problem, before.baseline, assignments),
        text=_summary(moved, vacancies),
    )


def _summary(moved: int, vacancies: tuple[Vacancy, ...]) -> Text:
    missing = sum(v.count for v in vacancies)
    people_en = "1 person moves" if moved == 1 else f"{moved} people move"
    if not missing:
        return Text(f"{moved} 人有变动，席位补齐", f"{people_en}, every seat is filled again")
    seats_en = "1 seat stays" if missing == 1 else f"{missing} seats stay"
    return Text(f"{moved} 人有变动，留 {missing} 个缺口", f"{people_en}, {seats_en} empty")
