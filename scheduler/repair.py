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

import numpy as np

from .check import check
from .diff import Diff, compare
from .entities import Assignment, Availability
from .explain import reason
from .problem import Problem
from .roster import Vacancy, assignment_json
from .rules.stability import Stability
from .search.reach import Candidates, Reach, everybody, within_reach
from .search.repairing import RepairModel, Solution
from .solver import Options
from .tally import Served
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
    chosen = _alternatives(mended, away, kept, lost, options, started)
    alternatives = tuple(_described(problem, mended, lost, *c) for c in chosen)
    return RepairResult(mended, "optimal", time.monotonic() - started, alternatives)


SMALL_TOWN = 6_000
"""People × demands up to which a repair looks at everybody and everything, and so proves the fewest moves."""
MOST_AT_ONCE = 2
"""Seats that need a duty handed on; more of them are repaired one after the other."""
SHARE_OF_CHAINS = 0.7
"""Of the time; the rest is for the second alternative and for words."""
Chosen = tuple[tuple[Assignment, ...], int, bool]
"""Assignments, people moved, whether fewer are proven impossible."""


def _alternatives(
    problem: Problem,
    away: list[Absence],
    kept: tuple[Assignment, ...],
    lost: tuple[Assignment, ...],
    options: Options,
    started: float,
) -> list[Chosen]:
    """The best, the next best without all of its moves, and leaving the seats open."""
    found: list[Chosen] = []
    if lost:
        model, first, proven = _first(problem, away, kept, lost, options, started)
        if first is not None:
            found.append((first.assignments, first.moved, proven))
            if first.moved:
                model.forbid(first)
                second = model.solve(_left(options, started))
                if second is not None and second.vacancies <= first.vacancies:
                    found.append((second.assignments, second.moved, False))
    if set(kept) not in [set(f[0]) for f in found]:
        found.append((kept, 0, True))
    return found[:3]


def _first(
    problem: Problem,
    away: list[Absence],
    kept: tuple[Assignment, ...],
    lost: tuple[Assignment, ...],
    options: Options,
    started: float,
) -> tuple[RepairModel, Solution | None, bool]:
    """The smallest repair: by people who are free if they suffice, else by handing duties on."""
    candidates = Candidates(
        problem, [(problem.person_index[a.person], problem.minute(a.start), problem.minute(a.end)) for a in away]
    )
    if len(problem.people) * len(problem.demands) <= SMALL_TOWN:
        whole = RepairModel(problem, kept, lost, everybody(candidates, kept))
        best = whole.solve(_left(options, started))
        if best is not None:
            return whole, best, best.proven
    reach = within_reach(candidates, kept, lost, frozenset())
    model = RepairModel(problem, kept, lost, reach)
    direct = model.solve(_left(options, started))
    before = check(problem, [*kept, *lost]).vacancy_objective
    if direct is not None and direct.vacancies <= before:
        return model, direct, direct.proven and _fewest(direct.moved, len(lost), reach)
    still_open = _open(problem, lost, kept if direct is None else direct.assignments)
    if len(still_open) > MOST_AT_ONCE and direct is not None:
        return model, _one_by_one(candidates, kept, direct, still_open, options, started), False
    wide = RepairModel(problem, kept, lost, within_reach(candidates, kept, lost, still_open))
    chained = wide.solve(_left(options, started))
    if chained is None or (direct is not None and direct.vacancies <= chained.vacancies):
        return model, direct, False
    # One mover would have been free and found above, so two who fill every seat are fewest.
    return wide, chained, chained.vacancies <= before and chained.moved == 2


def _one_by_one(
    candidates: Candidates,
    kept: tuple[Assignment, ...],
    direct: Solution,
    still_open: frozenset[int],
    options: Options,
    started: float,
) -> Solution:
    """Many seats that need duties handed on: each in turn, the most important first, while time lasts."""
    problem, best = candidates.problem, direct
    for demand in sorted(still_open, key=lambda d: (-problem.demands[d][1].priority, d)):
        if time.monotonic() - started > options.seconds * SHARE_OF_CHAINS:
            break
        duty, seat = problem.demands[demand]
        vacated = (Assignment("", problem.duties[duty].id, seat.position),)
        reach = within_reach(candidates, best.assignments, vacated, frozenset([demand]))
        found = RepairModel(problem, best.assignments, vacated, reach).solve(_left(options, started))
        if found is not None and found.vacancies < best.vacancies:
            best = found
    moved = len({a.person for a in set(best.assignments) ^ set(kept)})
    return replace(best, moved=moved, proven=False, flows=direct.flows)


def _open(problem: Problem, lost: tuple[Assignment, ...], assignments: tuple[Assignment, ...]) -> frozenset[int]:
    """Demands of the lost seats that have fewer heads in `assignments` than they need."""
    wanted = {problem.demand_index[problem.duty_index[a.duty], a.position] for a in lost}
    heads = np.bincount(Served.of(problem, assignments).demands, minlength=len(problem.demands))
    return frozenset(d for d in wanted if heads[d] < problem.demands[d][1].min)


def _fewest(moved: int, seats: int, reach: Reach) -> bool:
    """Whether people who only take seats cannot be outdone by any repair that fills as many.

    Every seat needs somebody who takes it, and nobody can take more than `most_seats_of_one`. Handing a duty on
    moves one person more than it saves unless two takers trade, so one or two movers are fewest by themselves.
    """
    return moved <= 2 or moved <= -(-seats // max(1, reach.most_seats_of_one))


def _left(options: Options, started: float) -> float:
    return max(0.5, options.seconds - (time.monotonic() - started))


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
    served = Served.of(problem, assignments)
    vacancies = tuple(
        replace(v, reason=reason(problem, served, v)) for v in report.vacancies if (v.duty, v.position) in seats
    )
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
