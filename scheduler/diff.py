"""What changes between two rosters, person by person, in data and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import describe
from .problem import Assignment, Problem
from .roster import assignment_json
from .text import Text


@dataclass(frozen=True, slots=True)
class Change:
    """What one person gains and loses; a new position in the same duty is both."""

    person: str
    gained: tuple[Assignment, ...]
    lost: tuple[Assignment, ...]

    def text(self, problem: Problem) -> Text:
        """One sentence: "王伟 由 … 改为 …" / "Wang Wei moves from … to …"."""
        name = describe.person(problem, self.person)
        lost = [describe.seat(problem, a.duty, a.position) for a in self.lost]
        gained = [describe.seat(problem, a.duty, a.position) for a in self.gained]
        if lost and gained:
            return Text(
                f"{name} 由 {_zh(lost)} 改为 {_zh(gained)}。", f"{name} moves from {_en(lost)} to {_en(gained)}."
            )
        if lost:
            return Text(f"{name} 不再值 {_zh(lost)}。", f"{name} no longer serves {_en(lost)}.")
        return Text(f"{name} 加值 {_zh(gained)}。", f"{name} additionally serves {_en(gained)}.")

    def as_json(self, problem: Problem) -> dict[str, Any]:
        return {
            "person": self.person,
            "gained": [assignment_json(a) for a in self.gained],
            "lost": [assignment_json(a) for a in self.lost],
            "text": self.text(problem).as_json(),
        }


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes, in the order of the problem's people."""

    changes: tuple[Change, ...]

    @property
    def people(self) -> int:
        """How many people serve differently."""
        return len(self.changes)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def as_json(self, problem: Problem) -> dict[str, Any]:
        return {"people": self.people, "changes": [c.as_json(problem) for c in self.changes]}


def compare(problem: Problem, before: Iterable[Assignment], after: Iterable[Assignment]) -> Diff:
    """Who gains and who loses which seats from `before` to `after`; pins make no difference.

    People and duties that the problem no longer knows are reported by their ids, after all others.
    """
    old, new = set(before), set(after)
    by_person: dict[str, tuple[list[Assignment], list[Assignment]]] = {}
    for assignment in new - old:
        by_person.setdefault(assignment.person, ([], []))[0].append(assignment)
    for assignment in old - new:
        by_person.setdefault(assignment.person, ([], []))[1].append(assignment)
    last = len(problem.people)
    order = sorted(by_person, key=lambda id_: (problem.person_index.get(id_, last), id_))
    return Diff(tuple(Change(id_, *(_in_time(problem, held) for held in by_person[id_])) for id_ in order))


def _in_time(problem: Problem, assignments: list[Assignment]) -> tuple[Assignment, ...]:
    def when(a: Assignment) -> tuple[int, str, str]:
        index = problem.duty_index.get(a.duty)
        return (1 << 60 if index is None else int(problem.duty_start[index]), a.duty, a.position)

    return tuple(sorted(assignments, key=when))


def _zh(texts: list[Text]) -> str:
    return "、".join(t.zh for t in texts)


def _en(texts: list[Text]) -> str:
    return " and ".join(t.en for t in texts)
