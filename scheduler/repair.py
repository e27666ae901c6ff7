"""The smallest repair: after drop-outs or for new duties, a roster that moves the fewest people and says whom.

Lexicographic: weighted vacancies among the empty seats, then the number of people touched, then cost (with nearer
changes dearer). Only people within reach may move: those who could take an empty seat, and where nobody is free those
who could take over a duty that one of them would give up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from .calling import ways
from .check import vacancies_of
from .diff import Diff, compare
from .entities import Assignment
from .explain import reason
from .limits import Level
from .problem import Problem
from .roster import Vacancy, assignment_json
from .rules.base import all_limits, limits_of_baseline
from .rules.stability import Stability
from .search.focus import with_baseline
from .search.mending import Choice, Mender, Roster
from .solver import Options
from .tally import Served, charges
from .text import Text
from .vacating import Absence, split, vacated, with_absences

__all__ = ["Absence", "Alternative", "RepairResult", "repair"]


RepairStatus = Literal["optimal", "feasible"]
MOST_REASONS = 20
"""Of the vacancies of one alternative so many say why, the most important first: each asks the whole town."""


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
    status: RepairStatus
    """"optimal" when the first alternative is proven to touch the fewest people, else "feasible"."""
    seconds: float
    alternatives: tuple[Alternative, ...]

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "format": "sanban-repair",
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "alternatives": [a.as_json(self.problem, language) for a in self.alternatives],
        }


def repair(
    problem: Problem,
    absences: Iterable[Absence] = (),
    options: Options | None = None,
    opened: Iterable[str] = (),
    should_stop: Callable[[], bool] = lambda: False,
) -> RepairResult:
    """Up to three alternatives for the baseline of `problem` when these people are away and these duties are new.

    What has begun at `problem.now` or is pinned stays, except that an absent person's later duties are lost. In
    `opened` duties that have not begun every seat that is short of its minimum is to be filled. Stops after
    `options.seconds`, or when `should_stop` says so, with what is in hand. Raises MeaningError for an unknown duty.
    """
    options = options or Options(seconds=20)
    started = time.monotonic()
    away = list(absences)
    kept, lost = split(problem, away)
    empty = vacated(problem, lost, opened)
    mended = _with_stability(replace(with_absences(problem, away), baseline=kept))
    bare = with_baseline(mended, ())
    spans = tuple((problem.person_index[a.person], problem.minute(a.start), problem.minute(a.end)) for a in away)
    ends = started + options.seconds

    def choices(town: Problem, left: tuple[Assignment, ...]) -> list[Choice]:
        seconds = max(1.0, ends - time.monotonic())
        return Mender(town, left, empty, spans, seconds, should_stop).choices()

    told: dict[int, _Telling] = {}
    found = ways(bare, kept, empty, choices)
    for way in found:
        told.setdefault(id(way.problem), _Telling(problem, way.problem, kept, way.kept, empty))
    alternatives = tuple(told[id(way.problem)].alternative(way.choice) for way in found)
    status: RepairStatus = "optimal" if alternatives[0].proven_fewest else "feasible"
    return RepairResult(mended, status, time.monotonic() - started, alternatives)


def _with_stability(problem: Problem) -> Problem:
    """A repair always counts its changes, nearer ones dearer."""
    if any(isinstance(r, Stability) for r in problem.rules):
        return problem
    return replace(problem, rules=(*problem.rules, Stability(hard=False)))


class _Telling:
    """Choices in figures and words; the town is counted once, and of each choice what it changes."""

    def __init__(
        self, before: Problem, bare: Problem, published: Roster, kept: Roster, empty: list[int]
    ) -> None:
        """`published` is what is left of the published roster, `kept` the same without whom a choice activates."""
        self.before, self.bare, self.published = before, bare, published
        self.duties = np.unique(bare.demand_duty[empty])
        self.seats = {(bare.duties[bare.demands[d][0]].id, bare.demands[d][1].position) for d in empty}
        served = Served.of(bare, kept)
        priced = (one for one in all_limits(bare) if any(t.level is Level.PRICED for t in one.price))
        self.objective = sum(int(charges(served, one, Level.PRICED).sum()) for one in priced)

    def alternative(self, choice: Choice) -> Alternative:
        served = Served.of(self.bare, choice.assignments)
        found = [v for v in vacancies_of(self.bare, served, self.duties) if (v.duty, v.position) in self.seats]
        told = set(sorted(found, key=lambda v: -v.priority)[:MOST_REASONS])
        vacancies = tuple(replace(v, reason=reason(self.bare, served, v)) if v in told else v for v in found)
        return Alternative(
            assignments=choice.assignments,
            people_moved=choice.moved,
            proven_fewest=choice.proven,
            vacancies=vacancies,
            objective=self.objective + choice.edit.cost_change + self._stability(choice),
            difference=compare(self.before, self.before.baseline, choice.assignments),
            text=_summary(choice.moved, vacancies),
        )

    def _stability(self, choice: Choice) -> int:
        """What the change costs for being one; whoever keeps everything costs nothing."""
        people = {a.person for a in set(self.published) ^ set(choice.assignments)}
        if not people:
            return 0
        near = with_baseline(self.bare, tuple(a for a in self.published if a.person in people))
        served = Served.of(near, [a for a in choice.assignments if a.person in people])
        return sum(int(charges(served, one, Level.PRICED).sum()) for one in limits_of_baseline(near))


def _summary(moved: int, vacancies: tuple[Vacancy, ...]) -> Text:
    missing = sum(v.count for v in vacancies)
    people_en = "1 person moves" if moved == 1 else f"{moved} people move"
    if not missing:
        return Text(f"{moved} 人有变动，席位补齐", f"{people_en}, every seat is filled again")
    seats_en = "1 seat stays" if missing == 1 else f"{missing} seats stay"
    return Text(f"{moved} 人有变动，留 {missing} 个缺口", f"{people_en}, {seats_en} empty")
