"""What contradicts itself: rules against rules, pins against laws, one vehicle in two places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np

from .. import describe
from ..limits import Level, Limit, charge
from ..problem import MeaningError, Problem
from ..rules import all_limits, words
from ..rules.counts import MinMaxDuties
from ..rules.team import Apart, Together
from ..tally import Served, counted, instances, totals
from ..text import Text
from .dead import named
from .notice import Notice, error, some
from .workforce import Workforce, filters

Pair = tuple[str, str]


def contradictions(force: Workforce) -> Iterator[Notice]:
    """All contradictions of a problem."""
    problem = force.problem
    yield from _least_above_most(problem)
    yield from _out_of_reach(force)
    yield from _together_and_apart(problem)
    yield from _pins(problem)
    yield from _vehicles(problem)


# --- counts -------------------------------------------------------------------------------------------------
def _counting(problem: Problem) -> list[tuple[int, MinMaxDuties]]:
    return [(i, r) for i, r in enumerate(problem.rules) if isinstance(r, MinMaxDuties) and r.hard]


def _least_above_most(problem: Problem) -> Iterator[Notice]:
    """One law asks for more duties than another allows, for the same people and the same duties."""
    rules = _counting(problem)
    for i, one in rules:
        for j, other in rules:
            if one.min is None or other.max is None or _scope(one) != _scope(other):
                continue
            own = "max_duties" if other.per == "window" and not filters(other) else ""
            bound = one.persons(problem)
            torn = [p for most, persons in other.by_figure(problem, own, other.max) if one.min > most for p in persons]
            people = np.intersect1d(bound, np.array(torn, np.int64))
            if len(people):
                yield _torn(named(one, i), named(other, j), one.min, len(people))


def _scope(rule: MinMaxDuties) -> tuple[object, ...]:
    return (rule.per, rule.kinds, rule.posts, rule.positions, rule.shifts, rule.first_day, rule.last_day)


def _torn(one: Text, other: Text, least: int, people: int) -> Notice:
    return error(
        "least_above_most",
        f"{one.zh}要求至少 {least} 班，而{other.zh}或值勤约定的上限更低，涉及 {people} 人：请改其一。",
        f"{one.en} asks for at least {least} duties, and {other.en[0].lower()}{other.en[1:]} or a contract allows "
        f"fewer, for {people} people: change one of them.",
    )


def _out_of_reach(force: Workforce) -> Iterator[Notice]:
    """A law asks people for more duties in the window than they can serve."""
    problem = force.problem
    for number, rule in _counting(problem):
        if rule.min is None or rule.per != "window" or filters(rule) or rule.first_day or rule.last_day:
            continue
        can = np.zeros((force.size, len(force.start)), bool)
        for demand, (duty, _) in enumerate(problem.demands):
            can[force.fit(demand), force.slot_of[duty]] = True
        most, bound = force.most(np.arange(force.size), can), rule.persons(problem)
        short = bound[most[bound] < rule.min]
        if len(short):
            label, names = named(rule, number), some([words.person(problem, int(p)) for p in short])
            yield error(
                "least_out_of_reach",
                f"{label.zh}要求至少 {rule.min} 班，但有 {len(short)} 人达不到（{names.zh}），不会有合法的班表。",
                f"{label.en} asks for at least {rule.min} duties, which {len(short)} people cannot reach "
                f"({names.en}): no roster can be legal.",
            )


# --- pairs --------------------------------------------------------------------------------------------------
def _together_and_apart(problem: Problem) -> Iterator[Notice]:
    """Laws that bind the same two people together and keep them apart."""
    joined = _pairs_joined(problem)
    kept_apart = _pairs_apart(problem)
    both = sorted(set(joined) & set(kept_apart))
    if both:
        names = [
            Text(
                "和".join(describe.person(problem, i) for i in p), " and ".join(describe.person(problem, i) for i in p)
            )
            for p in both
        ]
        said = some(names)
        yield error(
            "together_and_apart",
            f"有 {len(both)} 对人既要求同班又要求分开，只能都不排班：{said.zh}。请去掉其中一条规则。",
            f"{len(both)} pair(s) must serve together and apart, so that they can serve nothing: {said.en}. "
            f"Remove one of the rules.",
        )


def _pairs_joined(problem: Problem) -> Iterator[Pair]:
    for rule in problem.rules:
        if isinstance(rule, Together) and rule.hard:
            yield from (_pair(a, b) for group in rule.groups for a, b in pairwise(group))


def _pairs_apart(problem: Problem) -> Iterator[Pair]:
    for rule in problem.rules:
        if isinstance(rule, Apart) and rule.hard:
            bound = {problem.people[i].id for i in rule.persons(problem).tolist()}
            homes: dict[str, list[str]] = {}
            for person in problem.people if rule.households else ():
                if person.household is not None:
                    homes.setdefault(person.household, []).append(person.id)
            for group in (*rule.groups, *homes.values()):
                yield from (_pair(a, b) for a, b in combinations([p for p in group if p in bound], 2))


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


# --- pins ---------------------------------------------------------------------------------------------------
def _pins(problem: Problem) -> Iterator[Notice]:
    """Pinned assignments that break a law by themselves, whatever else is on the roster."""
    pinned = [a for a in problem.baseline if a.pinned]
    if not pinned:
        return
    try:
        served = Served.of(problem, pinned)
    except MeaningError:
        return  # the loader has told it
    seen: set[tuple[str, Text]] = set()
    for limit in all_limits(problem):
        for text in _pinned_breaches(served, limit):
            if (limit.rule, text) not in seen:
                seen.add((limit.rule, text))
                yield error(
                    "pins_break_a_rule",
                    f"固定的派班违反规则：{text.zh}。请取消固定或改规则。",
                    f"Pinned assignments break a rule: {text.en}. Unpin them or change the rule.",
                )


def _pinned_breaches(served: Served, limit: Limit) -> Iterator[Text]:
    """Breaches that further assignments cannot mend: only counts that are too high, and never come down."""
    if not limit.hard or limit.weighs_less:
        return
    over = tuple(t for t in limit.price if t.level is Level.HARD and t.side == "over")
    count, exist = totals(served, limit), instances(served.problem, limit)
    wrong = exist[charge(over, count[exist], Level.HARD) > 0]
    if not len(wrong):
        return
    rule, found = served.problem.rules[limit.rule_index], counted(served, limit)
    for instance in wrong.tolist():
        rows = found.rows[found.instance == instance]
        duties = sorted(set(served.duties[rows].tolist()), key=lambda d: (served.problem.duty_start[d], d))
        if duties:
            person = int(limit.persons[instance]) if limit.each == "person" else None
            excess = int(charge(over, count[instance : instance + 1], Level.HARD)[0])
            yield rule.breach(served.problem, limit, person, duties, excess, over[0])


# --- vehicles -----------------------------------------------------------------------------------------------
def _vehicles(problem: Problem) -> Iterator[Notice]:
    """One vehicle in two duties at a time."""
    by_vehicle: dict[str, list[int]] = {}
    for i, duty in enumerate(problem.duties):
        if duty.vehicle is not None:
            by_vehicle.setdefault(duty.vehicle, []).append(i)
    names = {v.id: v.name for v in problem.vehicles}
    for vehicle, duties in sorted(by_vehicle.items()):
        order = sorted(duties, key=lambda d: (problem.duty_start[d], d))
        clashes = [(a, b) for a, b in pairwise(order) if problem.duty_start[b] < problem.duty_end[a]]
        if clashes:
            one, two = (words.duty(problem, d) for d in clashes[0])
            name = names.get(vehicle, vehicle)
            yield error(
                "vehicle_twice",
                f"车辆“{name}”同一时间用于两项勤务（{len(clashes)} 处），例如 {one.zh} 和 {two.zh}：请换车或改时间。",
                f'The vehicle "{name}" is booked twice at a time in {len(clashes)} place(s), for example {one.en} and '
                f"{two.en}: take another vehicle or time.",
            )
