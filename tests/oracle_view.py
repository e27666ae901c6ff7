"""What the oracle sees: the duties of the people one rule speaks for, past and planned, as plain lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scheduler.problem import Assignment, Contract, Duty, Person, Problem

HARD, VACANCY, COST = "hard", "vacancy", "cost"
Charge = tuple[str, int]
"""(level, amount): one breach of the law in its own unit, or points of an objective."""


@dataclass(frozen=True)
class Work:
    """One duty of one person, past or planned; instants are minutes of the universal clock."""

    start: int
    end: int
    day: date
    night: bool
    post: str | None
    position: str | None
    duty: Duty | None
    """None for a past duty."""
    kind: str | None = None
    """Of a past duty, if it is known."""
    past_shift: str | None = None

    @property
    def planned(self) -> bool:
        return self.duty is not None

    @property
    def run(self) -> bool:
        return self.duty is not None and self.duty.kind == "errand_run"

    @property
    def shift(self) -> str | None:
        return self.past_shift if self.duty is None else self.duty.shift

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end

    def minutes_within(self, start: int, end: int) -> int:
        return max(0, min(self.end, end) - max(self.start, start))


@dataclass(frozen=True)
class View:
    """What one rule looks at: its people, its duties, and who serves what."""

    problem: Problem
    rule: Any
    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    assignments: tuple[Assignment, ...]
    """All of the roster's, of whomever, to the rule's duties."""
    works: dict[str, list[Work]] = field(default_factory=dict)
    """Of each of the rule's people: past duties and those planned of the rule's duties, in time order."""

    def planned(self, person: Person) -> list[Work]:
        return [w for w in self.works[person.id] if w.planned]

    def past(self, person: Person) -> list[Work]:
        return [w for w in self.works[person.id] if not w.planned]

    def contract(self, person: Person) -> Contract | None:
        return next((c for c in self.problem.contracts if c.id == person.contract), None)

    def ordinary(self, excess: int) -> Iterator[Charge]:
        """A breach of a rule that is either law or has one weight."""
        if excess > 0:
            yield (HARD, excess) if self.rule.hard else (COST, excess * self.rule.weight)


def clock(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def local_day(problem: Problem, instant: datetime) -> date:
    return instant.astimezone(problem.tz).date()


def in_area(problem: Problem, area: str | None, roots: Iterable[str]) -> bool:
    """True when `area` is one of `roots` or lies below one."""
    parents = {a.id: a.parent for a in problem.areas}
    while area is not None:
        if area in roots:
            return True
        area = parents.get(area)
    return False


def matches(problem: Problem, person: Person, population: Any) -> bool:
    """Every field that is given matches by one of its values."""
    p = population
    held = {q for q in p.qualifications if person.holds(q, problem.start)}
    return (
        (not p.people or person.id in p.people)
        and (not p.categories or person.category in p.categories)
        and (not p.units or person.unit in p.units)
        and (not p.contracts or person.contract in p.contracts)
        and (not p.areas or in_area(problem, person.area, p.areas))
        and (not p.qualifications or bool(held))
        and (not p.tags or any(tag in p.tags for tag in person.tags))
    )


def area_of(problem: Problem, duty: Duty) -> str | None:
    if duty.area:
        return duty.area
    return next((p.area for p in problem.posts if p.id == duty.post), None)


def view(problem: Problem, rule: Any, assignments: tuple[Assignment, ...]) -> View:
    def of_rule(duty: Duty) -> bool:
        day = local_day(problem, duty.start)
        return (rule.first_day is None or rule.first_day <= day) and (rule.last_day is None or day <= rule.last_day)

    duties = {d.id: d for d in problem.duties if of_rule(d)}
    people = tuple(
        p for p in problem.people if matches(problem, p, rule.population) and rule.waived_by not in p.opt_ins
    )
    served = tuple(a for a in assignments if a.duty in duties)
    works: dict[str, list[Work]] = {}
    for p in people:
        works[p.id] = [
            Work(
                clock(w.start), clock(w.end), local_day(problem, w.start), w.night, w.post, w.position, None, w.kind,
                w.shift,
            )
            for w in p.history.recent
        ]  # fmt: skip
    for a in served:
        if a.person in works:
            d = duties[a.duty]
            works[a.person].append(
                Work(clock(d.start), clock(d.end), local_day(problem, d.start), d.night, d.post, a.position, d)
            )
    for mine in works.values():
        mine.sort(key=lambda w: (w.start, w.end))
    return View(problem, rule, people, tuple(duties.values()), served, works)
