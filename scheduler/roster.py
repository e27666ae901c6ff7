"""What comes out: vacancies, violations, reports and results. No solver and no rule lives here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from .problem import Assignment
from .text import Text

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Ending = Literal["proven", "gap", "time", "request", "memory"]
"""Why a solve is over."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Seats of one position of one duty that nobody fills; `reason` is None until `explain` has said why."""

    duty: str
    position: str
    count: int
    priority: int
    reason: Text | None = None

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        body: dict[str, Any] = {
            "duty": self.duty,
            "position": self.position,
            "count": self.count,
            "priority": self.priority,
        }
        if self.reason is not None:
            body |= {"reason": self.reason.in_language(language), "reasons": self.reason.as_json()}
        return body


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule: by whom, on which duties, by how much."""

    rule: str
    person: str | None
    duties: tuple[str, ...]
    excess: int
    unit: str
    hard: bool
    text: Text
    cost: int = 0
    """What it adds to the objective; 0 for a hard rule."""

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "rule": self.rule,
            "person": self.person,
            "duties": list(self.duties),
            "excess": self.excess,
            "unit": self.unit,
            "hard": self.hard,
            "cost": self.cost,
            "sentence": self.text.in_language(language),
            "text": self.text.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Give:
    """How far one rule's entry has to give: for how many people, and by how much at most for one of them."""

    number: int
    """Which of the problem's rules."""
    rule: str
    id: str
    people: int
    excess: int
    unit: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One way to a roster with fewer vacancies, or to a legal one: more people, or rules that give a little.

    Without `entries` it says whom the town lacks, and `people` are needed. Otherwise `people` are those for whom a
    rule gives, `excess` in `unit` is the most by which the first entry does, and `added` would fill `fills` seats.
    """

    text: Text
    entries: tuple[Give, ...]
    people: int
    fills: int
    added: tuple[Assignment, ...] = ()

    @property
    def excess(self) -> int:
        return self.entries[0].excess if self.entries else 0

    @property
    def unit(self) -> str:
        return self.entries[0].unit if self.entries else "heads"

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "sentence": self.text.in_language(language),
            "text": self.text.as_json(),
            "entries": [e.as_json() for e in self.entries],
            "people": self.people,
            "excess": self.excess,
            "unit": self.unit,
            "fills": self.fills,
            "added": [assignment_json(a) for a in self.added],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found: breaches of hard rules, costs by rule, vacancies."""

    violations: tuple[Violation, ...]
    """Hard breaches only; `check.breaches` lists the priced ones."""
    costs: dict[str, int]
    objective: int
    """All priced rules: the second level."""
    vacancy_objective: int
    """Heads short of the minimum, weighted by priority: the first level."""
    vacancies: tuple[Vacancy, ...]

    @property
    def legal(self) -> bool:
        return not self.violations

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "legal": self.legal,
            "objective": self.objective,
            "vacancy_objective": self.vacancy_objective,
            "costs": self.costs,
            "violations": [v.as_json(language) for v in self.violations],
            "vacancies": [v.as_json(language) for v in self.vacancies],
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running solve stands; a bound or gap is None until one is proven."""

    seconds: float
    objective: int | None
    bound: float | None
    gap: float | None
    vacancy_objective: int | None
    vacancy_bound: float | None
    vacancy_gap: float | None
    vacancies: int | None
    phase: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def relative_gap(objective: float | None, bound: float | None) -> float | None:
    """(objective − bound) / objective, 0 when they meet, None while either is missing.

    A roster may cost nothing while the bound has not come up to 0 yet; costs are whole, so that gap is in units of 1.
    """
    if objective is None or bound is None:
        return None
    if objective <= bound:
        return 0.0
    return (objective - bound) / max(1.0, abs(objective))


@dataclass(frozen=True, slots=True)
class Result:
    """One finished solve."""

    status: Status
    seconds: float
    seed: int
    version: str
    objective: int | None = None
    bound: float | None = None
    vacancy_objective: int | None = None
    vacancy_bound: float | None = None
    costs: dict[str, int] = field(default_factory=dict)
    vacancies: tuple[Vacancy, ...] = ()
    assignments: tuple[Assignment, ...] | None = None
    """None when nothing legal was found; never an empty stand-in."""
    violations: tuple[Violation, ...] = ()
    trace: tuple[Progress, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    """What would fill the vacancies or, when nothing is legal, make something so."""
    ended: Ending = "time"

    @property
    def gap(self) -> float | None:
        return relative_gap(self.objective, self.bound)

    @property
    def vacancy_gap(self) -> float | None:
        return relative_gap(self.vacancy_objective, self.vacancy_bound)

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "format": "sanban-result",
            "status": self.status,
            "ended": self.ended,
            "seconds": round(self.seconds, 3),
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "vacancy_objective": self.vacancy_objective,
            "vacancy_bound": self.vacancy_bound,
            "vacancy_gap": self.vacancy_gap,
            "costs": self.costs,
            "vacancies": [v.as_json(language) for v in self.vacancies],
            "assignments": None if self.assignments is None else [assignment_json(a) for a in self.assignments],
            "violations": [v.as_json(language) for v in self.violations],
            "relaxations": [r.as_json(language) for r in self.relaxations],
            "trace": [p.as_json() for p in self.trace],
            "seed": self.seed,
            "version": self.version,
        }


def assignment_json(assignment: Assignment) -> dict[str, Any]:
    body: dict[str, Any] = {
        "person": assignment.person,
        "duty": assignment.duty,
        "position": assignment.position,
    }
    if assignment.pinned:
        body["pinned"] = True
    return body
