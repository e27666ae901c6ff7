"""The panel beside the board: one duty with its seats, and for one seat who could take it and who not; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.comparing import limits
from scheduler import check, explain, substitutes
from scheduler.problem import Assignment, Duty, Person, Problem
from scheduler.rules import REGISTRY
from scheduler.text import Text

from .board import by_duty, covers_of
from .shifts import Kind, kind_of, leading_seat, person_name, place_name, team_in_order

CANDIDATES = 8
NAMES_A_RULE = 5
FOUND = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody serves in the window, and the most that they may; None where there is no such limit."""

    minutes: int
    max_minutes: int | None
    nights: int
    max_nights: int | None

    @property
    def over(self) -> bool:
        return (self.max_minutes is not None and self.minutes > self.max_minutes) or (
            self.max_nights is not None and self.nights > self.max_nights
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a seat."""

    person: str
    name: str
    category: str
    pinned: bool
    acknowledged: bool
    absent: bool
    """Has said that they cannot come."""
    load: Load


@dataclass(frozen=True, slots=True)
class Line:
    """One position of the duty with the people on its seats."""

    position: str
    label: str
    qualifications: tuple[str, ...]
    min: int
    ideal: int
    max: int
    short: int
    priority: int
    holders: tuple[Holder, ...]

    @property
    def room(self) -> bool:
        return len(self.holders) < self.max


@dataclass(frozen=True, slots=True)
class Candidate:
    person: str
    name: str
    category: str
    load: Load
    """Without the seat in question."""
    reasons: tuple[Text, ...]
    consequences: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """People whom one rule keeps off."""

    title: Text
    people: tuple[tuple[str, str, Text], ...]
    """The first few: id, name and clause."""
    count: int
    common: Text | None
    """The clause when it is one and the same for all of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one named person may take the seat."""

    person: str
    name: str
    category: str
    legal: bool
    reasons: tuple[Text, ...]
    cost_change: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What the panel says about one seat: of a position, and perhaps of the person who is to be replaced."""

    line: Line
    replaced: Holder | None
    reason: Text | None
    """Why the seat is vacant."""
    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    search: str
    found: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    duty: str
    kind: Kind
    start: datetime
    end: datetime
    place: str
    area: str
    name: str
    lines: tuple[Line, ...]
    handover_from: tuple[str, Kind] | None
    leader: str
    choice: Choice | None


def panel(
    problem: Problem,
    assignments: Sequence[Assignment],
    duty: Duty,
    lang: str,
    acknowledged: Collection[tuple[str, str]] = (),
    absent: Collection[tuple[str, str]] = (),
) -> Panel:
    """The panel of a duty without a chosen seat; `acknowledged` and `absent` hold (person, duty)."""
    teams = by_duty(assignments)
    team = team_in_order(duty, teams.get(duty.id, ()), problem)
    covers = covers_of(duty, team)
    loads = loads_of(problem, assignments, {a.person for a in team})

    def holder(a: Assignment) -> Holder:
        key, name, category = (a.person, a.duty), person_name(problem, a.person), _category(problem, a.person, lang)
        return Holder(a.person, name, category, a.pinned, key in acknowledged, key in absent, loads[a.person])

    lines = tuple(
        Line(
            position=seat.position,
            label=problem.name("position", seat.position, lang),
            qualifications=tuple(problem.name("qualification", q, lang) for q in seat.qualifications),
            min=seat.min,
            ideal=seat.ideal,
            max=seat.max,
            short=covers[seat.position].short,
            priority=seat.priority,
            holders=tuple(holder(a) for a in team if a.position == seat.position),
        )
        for seat in duty.seats
    )
    index = problem.duty_index[duty.id]
    return Panel(
        duty=duty.id,
        kind=kind_of(duty, problem.tz),
        start=duty.start.astimezone(problem.tz),
        end=duty.end.astimezone(problem.tz),
        place=place_name(problem, duty, lang),
        area=problem.name("area", problem.duty_area[index], lang),
        name=duty.place if not duty.post and duty.place != duty.name else "",
        lines=lines,
        handover_from=_handover(problem, duty, teams),
        leader=person_name(problem, team[0].person) if team else "",
        choice=None,
    )


def with_choice(
    shown: Panel,
    problem: Problem,
    assignments: Sequence[Assignment],
    position: str,
    person: str | None,
    search: str,
    lang: str,
) -> Panel:
    """The panel with one seat chosen: ranked candidates, who is out and why, and a verdict on those searched for."""
    line = next((line for line in shown.lines if line.position == position), None)
    if line is None:
        return shown
    replaced = next((h for h in line.holders if h.person == person), None)
    if replaced is None and not line.room:
        return shown
    leaving = [a for a in assignments if (a.person, a.duty) == (person, shown.duty)] if replaced else []
    rest = [a for a in assignments if a not in leaving]
    ranking = substitutes.rank(problem, rest, shown.duty, position, limit=CANDIDATES)
    gone = {person} if replaced else set()
    reason = None
    if line.short:
        found = (v for v in explain.vacancies(problem, assignments) if (v.duty, v.position) == (shown.duty, position))
        reason = next((v.reason for v in found), None)
    loads = loads_of(problem, rest, {c.person for c in ranking.candidates})
    choice = Choice(
        line=line,
        replaced=replaced,
        reason=reason,
        candidates=tuple(
            Candidate(
                c.person,
                person_name(problem, c.person),
                _category(problem, c.person, lang),
                loads[c.person],
                tuple(c.reasons),
                tuple(c.consequences),
            )
            for c in ranking.candidates
            if c.person not in gone
        ),
        excluded=_grouped(problem, ranking.excluded),
        search=search,
        found=_verdicts(problem, assignments, leaving, shown.duty, position, search, lang),
    )
    return replace(shown, choice=choice)


def _category(problem: Problem, person: str, lang: str) -> str:
    index = problem.person_index.get(person)
    return "" if index is None else problem.name("category", problem.people[index].category, lang)


def loads_of(problem: Problem, assignments: Sequence[Assignment], people: Collection[str]) -> dict[str, Load]:
    """What these people serve in all, against their limits."""
    minutes, nights = Counter[str](), Counter[str]()
    for a in assignments:
        if a.person in people:
            d = problem.duty_index[a.duty]
            minutes[a.person] += int(problem.duty_end[d] - problem.duty_start[d])
            nights[a.person] += bool(problem.duty_night[d])
    found = {}
    for person in people:
        index = problem.person_index.get(person)
        most = (None, None) if index is None else limits(problem, problem.people[index])
        found[person] = Load(minutes[person], most[0], nights[person], most[1])
    return found


def _handover(problem: Problem, duty: Duty, teams: dict[str, list[Assignment]]) -> tuple[str, Kind] | None:
    """Who leads at the post until this duty begins."""
    if duty.post is None:
        return None
    for earlier in problem.duties:
        if earlier.post == duty.post and earlier.end == duty.start and teams.get(earlier.id):
            lead = leading_seat(earlier)
            team = team_in_order(earlier, teams[earlier.id], problem)
            if lead is not None:
                return person_name(problem, team[0].person), kind_of(earlier, problem.tz)
    return None


def _grouped(problem: Problem, excluded: Sequence[substitutes.Excluded]) -> tuple[Excluded, ...]:
    """By rule, in the order of the ranking: those who come nearest to being possible first."""
    by_rule: dict[str, list[substitutes.Excluded]] = defaultdict(list)
    for e in excluded:
        by_rule[e.rule].append(e)
    return tuple(
        Excluded(
            title=REGISTRY[rule].title,
            people=tuple((e.person, person_name(problem, e.person), e.text) for e in out[:NAMES_A_RULE]),
            count=len(out),
            common=out[0].text if len({e.text for e in out}) == 1 else None,
        )
        for rule, out in by_rule.items()
    )


def _verdicts(
    problem: Problem,
    assignments: Sequence[Assignment],
    leaving: Sequence[Assignment],
    duty: str,
    position: str,
    search: str,
    lang: str,
) -> tuple[Verdict, ...]:
    """What the rules say about each person found, were they put on the seat."""
    wanted = search.strip().casefold()
    if not wanted:
        return ()
    on_it = {a.person for a in assignments if a.duty == duty}
    matching = [p for p in problem.people if p.id not in on_it and _matches(p, wanted)][:FOUND]
    verdicts = []
    for p in matching:
        result = check.consequences(problem, assignments, leaving, [Assignment(p.id, duty, position)])
        texts = tuple(dict.fromkeys(v.text for v in result.violations))
        category = _category(problem, p.id, lang)
        verdicts.append(Verdict(p.id, p.name, category, result.legal, texts, result.cost_change))
    return tuple(verdicts)


def _matches(person: Person, wanted: str) -> bool:
    return wanted in person.name.casefold() or wanted == person.id.casefold()
