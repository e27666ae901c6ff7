"""Why this one and not that one: what is known about somebody for one seat, side by side with others; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler import check
from scheduler.problem import Assignment, Duty, Person, Problem
from scheduler.text import Text
from scheduler.travel import kilometres_from_home

REST_WORTH_SAYING = 72 * 60


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification that the seat demands, and whether the person holds it on the day."""

    qualification: str
    held: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One person held against one seat; minutes and counts without the duty in question, limits None where none."""

    person: str
    legal: bool
    breaches: tuple[Text, ...]
    """The hard rules that would be broken."""
    rest_before: int | None
    """Minutes since the last duty; None when it is more than three days ago."""
    rest_after: int | None
    minutes: int
    max_minutes: int | None
    duties: int
    nights: int
    max_nights: int | None
    kilometres: float | None
    qualifications: tuple[Held, ...]
    said: str
    """What the person said about the time: unavailable, avoid, prefer or nothing ("")."""
    knows_post: bool
    bound: bool
    cost_change: int
    """Of all priced rules, were they to take it: the smaller the better."""
    vacancy_change: int


def compare(
    problem: Problem,
    assignments: Sequence[Assignment],
    seat: tuple[str, str],
    leaving: str | None,
    people: Iterable[str],
) -> tuple[Facts, ...]:
    """The facts of each person for the seat (duty, position), were `leaving` to give it up. All ids must be known."""
    return tuple(_facts(problem, assignments, *seat, leaving, p) for p in people)


def _facts(
    problem: Problem, assignments: Sequence[Assignment], duty: str, position: str, leaving: str | None, person: str
) -> Facts:
    index = problem.duty_index[duty]
    who, what = problem.people[problem.person_index[person]], problem.duties[index]
    mine = [a for a in assignments if a.person == person and a.duty != duty]
    gone = [a for a in assignments if a.duty == duty and a.person in (leaving, person)]
    found = check.consequences(problem, assignments, gone, [Assignment(person, duty, position)])
    demand = what.seat(position)
    day = problem.date_of(int(problem.duty_day[index]))
    served = [problem.duty_index[a.duty] for a in mine]
    before, after = rest(problem, who, what, served)
    most, nights = limits(problem, who)
    return Facts(
        person=person,
        legal=found.legal,
        breaches=tuple(dict.fromkeys(v.text for v in found.violations)),
        rest_before=before,
        rest_after=after,
        minutes=sum(int(problem.duty_end[d] - problem.duty_start[d]) for d in served),
        max_minutes=most,
        duties=len(served),
        nights=sum(bool(problem.duty_night[d]) for d in served),
        max_nights=nights,
        kilometres=kilometres_from_home(problem, who.area, what.post),
        qualifications=tuple(Held(q, who.holds(q, day)) for q in (demand.qualifications if demand else ())),
        said=_said(who, what),
        knows_post=what.post is not None and any(p.post == what.post for p in who.history.recent),
        bound=what.post is not None and what.post in who.bound_posts,
        cost_change=found.cost_change,
        vacancy_change=found.vacancy_change,
    )


def rest(problem: Problem, person: Person, duty: Duty, served: Sequence[int]) -> tuple[int | None, int | None]:
    """Minutes between the duty and the person's last one before and next one after; 0 when they overlap."""
    start, end = problem.minute(duty.start), problem.minute(duty.end)
    spans = [(int(problem.duty_start[d]), int(problem.duty_end[d])) for d in served]
    spans += [(problem.minute(p.start), problem.minute(p.end)) for p in person.history.recent]
    before = min((max(0, start - e) for s, e in spans if s <= start), default=REST_WORTH_SAYING + 1)
    after = min((max(0, s - end) for s, _ in spans if s > start), default=REST_WORTH_SAYING + 1)
    return before if before <= REST_WORTH_SAYING else None, after if after <= REST_WORTH_SAYING else None


def limits(problem: Problem, person: Person) -> tuple[int | None, int | None]:
    """The most minutes and nights of the window: by contract, else by the town's hard rule for everybody."""
    contract = problem.contract_by_id.get(person.contract or "")
    hours = (contract.max_hours_7d if contract else None) or figure(problem, "max_hours", "hours")
    nights = contract.max_nights if contract else None
    return (
        None if hours is None else 60 * hours,
        figure(problem, "max_nights", "max") if nights is None else nights,
    )


def figure(problem: Problem, rule: str, field: str) -> int | None:
    """A figure of the town's hard rule for everybody, None where there is no such rule."""
    for r in problem.rules:
        if type(r).name == rule and r.hard and r.population.everybody and r.waived_by is None:
            value = getattr(r, field, None)
            if isinstance(value, int):
                return value
    return None


def _said(person: Person, duty: Duty) -> str:
    """The gravest that the person said about any part of the duty."""
    met = {a.status for a in person.availability if a.start < duty.end and duty.start < a.end}
    return next((status for status in ("unavailable", "avoid", "prefer") if status in met), "")
