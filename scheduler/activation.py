"""Activation: who stands by is called to serve. The standby that they leave is used up, not missing.

An edit of a roster in force activates those whom it takes off a standby duty and puts on a duty that runs meanwhile,
as far as nobody takes their place on standby. Their seat then has a head less to find (`Demand.activated`), and whoever
of them is put back on standby is activated no longer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from . import check
from .check import Consequences
from .entities import Assignment, Duty
from .problem import Problem
from .rules.readiness import StandbyCover


def activated(
    duties: Mapping[str, Duty], remove: Iterable[Assignment], add: Iterable[Assignment]
) -> tuple[Assignment, ...]:
    """The standby seats of `remove` whose people this edit of a roster in force calls to serve."""
    come, new = list(add), dict[str, list[Duty]]()
    for a in come:
        if a.duty in duties and duties[a.duty].kind != "standby":
            new.setdefault(a.person, []).append(duties[a.duty])
    left: dict[tuple[str, str], list[Assignment]] = {}
    for a in remove:
        if a.duty in duties and duties[a.duty].kind == "standby":
            left.setdefault((a.duty, a.position), []).append(a)
    taken = Counter((a.duty, a.position) for a in come)
    found: list[Assignment] = []
    for slot, gone in left.items():
        standby = duties[slot[0]]
        called = [a for a in gone if any(meet(standby, duty) for duty in new.get(a.person, ()))]
        found += called[: max(0, len(gone) - taken[slot])]
    return tuple(found)


def meet(one: Duty, other: Duty) -> bool:
    """Whether two duties run at the same time for a while."""
    return one.start < other.end and other.start < one.end


def changed(duties: Iterable[Duty], remove: Iterable[Assignment], add: Sequence[Assignment]) -> tuple[Duty, ...]:
    """The standby duties in which an edit of a roster in force leaves others activated than before, as then."""
    by_id = {duty.id: duty for duty in duties}
    return called_from(by_id.values(), activated(by_id, remove, add), {(a.person, a.duty) for a in add})


def called_from(
    duties: Iterable[Duty], called: Iterable[Assignment], back: Collection[tuple[str, str]] = ()
) -> tuple[Duty, ...]:
    """The standby duties that change when these are activated and who is `back` (person, duty) is so no longer."""
    people: dict[tuple[str, str], list[str]] = {}
    for a in called:
        people.setdefault((a.duty, a.position), []).append(a.person)
    found = []
    for duty in duties:
        if duty.kind != "standby":
            continue
        seats = tuple(
            seat.with_activated(
                [
                    *(person for person in seat.activated if (person, duty.id) not in back),
                    *people.get((duty.id, seat.position), ()),
                ]
            )
            for seat in duty.seats
        )
        if seats != duty.seats:
            found.append(replace(duty, seats=seats))
    return tuple(found)


def since(
    duties: Sequence[Duty], known: Iterable[Duty], before: Iterable[Assignment], after: Iterable[Assignment]
) -> tuple[Duty, ...]:
    """A draft's duties when `known` are those of the roster in force: who was activated is so still, or newly."""
    called = {(duty.id, seat.position): seat.activated for duty in known for seat in duty.seats if seat.activated}
    carried = [
        replace(d, seats=tuple(s.with_activated(called.get((d.id, s.position), ())) for s in d.seats))
        if d.kind == "standby"
        else d
        for d in duties
    ]
    was, is_now = set(before), set(after)
    return replaced(carried, changed(carried, _in_order(was - is_now), _in_order(is_now - was)))


def settled(problem: Problem, before: Collection[Assignment], after: Collection[Assignment]) -> Problem:
    """The problem by which roster `after` is judged when `before` was in force until then."""
    was, is_now = set(before), set(after)
    return with_duties(problem, changed(problem.duties, _in_order(was - is_now), _in_order(is_now - was)))


def with_duties(problem: Problem, duties: Iterable[Duty]) -> Problem:
    """The problem with these duties in place of those of the same id."""
    new = tuple(duties)
    return replace(problem, duties=replaced(problem.duties, new)) if new else problem


def replaced(duties: Iterable[Duty], new: Iterable[Duty]) -> tuple[Duty, ...]:
    """These duties, but for those of `new`, which take the place of those of the same id."""
    by_id = {duty.id: duty for duty in new}
    return tuple(by_id.get(duty.id, duty) for duty in duties)


def consequences(
    problem: Problem,
    assignments: Sequence[Assignment],
    remove: Collection[Assignment],
    add: Sequence[Assignment],
    in_force: Collection[Assignment],
) -> Consequences:
    """As `check.consequences`, when `in_force` is what is published: its people on standby may be activated."""
    named = {a.duty for a in (*remove, *add)} & problem.duty_index.keys()
    duties = {id_: problem.duties[problem.duty_index[id_]] for id_ in sorted(named)}
    problem = with_duties(problem, changed(duties.values(), (), add))  # who returns to standby has a seat there again
    found = check.consequences(problem, assignments, remove, add)
    published = set(in_force)
    called = set(activated(duties, [a for a in remove if a in published], add))
    if not called:
        return found
    # Who is activated stays a head of the standby: that part is asked as if they had not left it.
    there = check.consequences(problem, assignments, [a for a in remove if a not in called], add)
    violations = (
        *(v for v in found.violations if not _of_heads(v.rule, v.person)),
        *(v for v in there.violations if _of_heads(v.rule, v.person)),
    )
    return replace(found, violations=violations, vacancy_change=there.vacancy_change)


def _in_order(assignments: Iterable[Assignment]) -> list[Assignment]:
    return sorted(assignments, key=lambda a: (a.duty, a.position, a.person))


def _of_heads(rule: str, person: str | None) -> bool:
    """Whether a breach is about how many stand by, and not about one of them."""
    return rule == StandbyCover.name and person is None
