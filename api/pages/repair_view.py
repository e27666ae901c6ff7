"""The alternatives of a repair as a person reads them: seats that change hands, loads that change, messages; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler import activation, check
from scheduler.problem import Assignment, Problem
from scheduler.roster import Report, Violation
from scheduler.text import Text

from .shifts import Kind, kind_of, person_name, place_name


@dataclass(frozen=True, slots=True)
class Place:
    """A seat in words: when, where, in which position."""

    duty: str
    kind: Kind
    start: datetime
    end: datetime
    place: str
    position: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A seat that changes hands; nobody takes it when `after` is empty."""

    place: Place
    before: str
    after: str
    activated: bool = False
    """Who leaves it is called from standby: the seat is used, not empty."""


@dataclass(frozen=True, slots=True)
class Nights:
    """Somebody whose nights of the window become more."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Message:
    """What one affected person will be told, word for word."""

    name: str
    """Empty for a group's digest."""
    text: Text


Telling = Callable[[Sequence[Assignment]], tuple[Message, ...]]


@dataclass(frozen=True, slots=True)
class Alternative:
    number: int
    """From 1, the best first."""
    people_moved: int
    proven_fewest: bool
    handed: tuple[Handed, ...]
    open_seats: int
    """Seats below their minimum that the published roster had filled."""
    reasons: tuple[Text, ...]
    """Why seats stay empty."""
    violations: tuple[Violation, ...]
    nights: tuple[Nights, ...]
    messages: tuple[Message, ...]


def alternatives(
    problem: Problem,
    baseline: Sequence[Assignment],
    listed: Sequence[Mapping[str, Any]],
    absent: Collection[str],
    lang: str,
    told: Telling = lambda _: (),
) -> tuple[Alternative, ...]:
    """Read the alternatives of a repair's result; `told` says what adopting one would tell whom."""
    if not listed:
        return ()
    before = _short(check.check(problem, baseline))
    return tuple(
        _alternative(problem, baseline, before, n, body, absent, lang, told) for n, body in enumerate(listed, 1)
    )


def _alternative(
    problem: Problem,
    baseline: Sequence[Assignment],
    before: Counter[tuple[str, str]],
    number: int,
    body: Mapping[str, Any],
    absent: Collection[str],
    lang: str,
    told: Telling,
) -> Alternative:
    after = [Assignment(a["person"], a["duty"], a["position"]) for a in body["assignments"]]
    gone, new = set(baseline) - set(after), set(after) - set(baseline)
    report = check.check(activation.settled(problem, baseline, after), after)
    reasons = [Text(v["reasons"]["zh"], v["reasons"]["en"]) for v in body["vacancies"] if "reasons" in v]
    moved = sorted({a.person for a in gone | new} - set(absent), key=lambda p: problem.person_index.get(p, 0))
    return Alternative(
        number=number,
        people_moved=body["people_moved"],
        proven_fewest=body["proven_fewest"],
        handed=_handed(problem, gone, new, lang),
        open_seats=(_short(report) - before).total(),
        reasons=tuple(dict.fromkeys(reasons)),
        violations=report.violations,
        nights=_nights(problem, baseline, after, moved),
        messages=told(after),
    )


def _short(report: Report) -> Counter[tuple[str, str]]:
    """Heads short of the minimum, by seat."""
    return Counter({(v.duty, v.position): v.count for v in report.vacancies})


def place(problem: Problem, a: Assignment, lang: str) -> Place:
    duty = problem.duties[problem.duty_index[a.duty]]
    return Place(
        duty.id,
        kind_of(duty, problem.tz),
        duty.start.astimezone(problem.tz),
        duty.end.astimezone(problem.tz),
        place_name(problem, duty, lang),
        problem.name("position", a.position, lang),
    )


def _handed(
    problem: Problem, gone: Collection[Assignment], new: Collection[Assignment], lang: str
) -> tuple[Handed, ...]:
    """Pairs who leaves a seat with who takes it; what is left over was open before or stays open."""
    seats = {(a.duty, a.position): a for a in _in_time(problem, {*gone, *new})}
    duties = {a.duty: problem.duties[problem.duty_index[a.duty]] for a in seats.values()}
    called = activation.activated(duties, _in_time(problem, gone), _in_time(problem, new))
    found = []
    for (duty, position), example in seats.items():
        leaving = [person_name(problem, a.person) for a in gone if (a.duty, a.position) == (duty, position)]
        coming = [person_name(problem, a.person) for a in new if (a.duty, a.position) == (duty, position)]
        used = {person_name(problem, a.person) for a in called if (a.duty, a.position) == (duty, position)}
        for i in range(max(len(leaving), len(coming))):
            before = leaving[i] if i < len(leaving) else ""
            after = coming[i] if i < len(coming) else ""
            found.append(Handed(place(problem, example, lang), before, after, not after and before in used))
    return tuple(found)


def _in_time(problem: Problem, some: Collection[Assignment]) -> list[Assignment]:
    known = [a for a in some if a.duty in problem.duty_index]
    return sorted(known, key=lambda a: (problem.duty_start[problem.duty_index[a.duty]], a.duty, a.position, a.person))


def _nights(
    problem: Problem, before: Sequence[Assignment], after: Sequence[Assignment], people: Sequence[str]
) -> tuple[Nights, ...]:
    night = {d.id for d in problem.duties if d.night}
    was = Counter(a.person for a in before if a.duty in night)
    now = Counter(a.person for a in after if a.duty in night)
    return tuple(Nights(person_name(problem, p), was[p], now[p]) for p in people if now[p] > was[p])
