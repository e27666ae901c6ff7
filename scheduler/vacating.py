"""What a repair begins with: who is away, which seats are empty now, and what stays of the published roster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .entities import Assignment, Availability
from .problem import MeaningError, Problem

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Absence:
    """A person cannot serve in a half-open interval."""

    person: str
    start: datetime
    end: datetime


def split(problem: Problem, absences: list[Absence]) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """The baseline, split into what is kept and what absent people lose; what has begun is kept."""
    of: dict[str, list[Absence]] = {}
    for absence in absences:
        of.setdefault(absence.person, []).append(absence)
    lost = []
    for a in problem.baseline:
        if a.person in of:
            duty = problem.duties[problem.duty_index[a.duty]]
            begun = problem.now is not None and duty.start < problem.now
            if not begun and any(x.start < duty.end and duty.start < x.end for x in of[a.person]):
                lost.append(a)
    gone = set(lost)
    return tuple(a for a in problem.baseline if a not in gone), tuple(lost)


def vacated(problem: Problem, lost: Iterable[Assignment], opened: Iterable[str]) -> list[int]:
    """The demands with empty seats, each once for every head that it may gain.

    These are the seats that absent people lose, and in `opened` duties that have not begun whatever is short of the
    minimum. Raises MeaningError for a duty that the problem does not know.
    """
    demands = [problem.demand_index[problem.duty_index[a.duty], a.position] for a in lost]
    heads: dict[int, int] = {}
    for a in problem.baseline:
        demand = problem.demand_index[problem.duty_index[a.duty], a.position]
        heads[demand] = heads.get(demand, 0) + 1
    for name in dict.fromkeys(opened):
        index = problem.duty_index.get(name)
        if index is None:
            raise MeaningError("open", "unknown_duty", id=name)
        begun = problem.now is not None and problem.duties[index].start < problem.now
        for seat in () if begun else problem.duties[index].seats:
            demand = problem.demand_index[index, seat.position]
            demands += [demand] * (seat.min - heads.get(demand, 0))
    return sorted(demands)


def with_absences(problem: Problem, absences: list[Absence]) -> Problem:
    """The problem in which absent people are unavailable; spans they gave before are cut where they overlap.

    A duty of theirs that has begun is served to its end: the absence does not count while it lasts.
    """
    mine: dict[str, list[Span]] = {}
    for a in absences:
        mine.setdefault(a.person, []).append((a.start, a.end))
    begun: dict[str, list[Span]] = {}
    for held in problem.baseline:
        duty = problem.duties[problem.duty_index[held.duty]]
        if held.person in mine and problem.now is not None and duty.start < problem.now:
            begun.setdefault(held.person, []).append((duty.start, duty.end))
    people = list(problem.people)
    for name, spans in mine.items():
        index = problem.person_index[name]
        away = _merged(spans)
        left = [s for old in people[index].availability for s in _cut(old, away)]
        left += [
            s
            for start, end in away
            for s in _cut(Availability(start, end, "unavailable"), begun.get(name, []))
        ]
        people[index] = replace(people[index], availability=tuple(sorted(left, key=lambda s: s.start)))
    return replace(problem, people=tuple(people))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(span: Availability, away: list[Span]) -> list[Availability]:
    """What is left of a span outside the absences."""
    pieces = [(span.start, span.end)]
    for start, end in away:
        pieces = [piece for a, b in pieces for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]]
    return [Availability(a, b, span.status) for a, b in pieces]
