"""An instance of the competition as our problem: one duty a day and shift, one position a skill, wishes as rules.

The minimum of nurses is law there and a vacancy here; everything else has the same weight, so that our objective
plus `constant` is the cost by the competition's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ...entities import Assignment, Demand, Duty, Holding, PastDuty, Person, Term
from ...entities import Contract as Agreement
from ...entities import History as Past
from ...problem import Problem
from ...roster import Result
from ...rules import Rule
from ..rostering import CATEGORY, MINUTES_A_DAY, START, ZONE, alike, at, law, on, people, price, same_cost
from .cost import WEIGHTS, Verdict, evaluate, evaluate_weeks, total
from .model import WEEK, Carried, Entry, Instance, Roster

OLDEST_DAY = 30
"""Runs that reach further back are cut: no contract has a figure as long."""


def problem_of(instance: Instance) -> Problem:
    """The problem that has the instance's rules; S6 and S7 only if the instance ends the horizon."""
    scenario = instance.scenario
    return Problem(
        town=scenario.name,
        town_name=scenario.name,
        zone=ZONE,
        start=START,
        days=instance.days,
        people=tuple(
            Person(
                nurse.name,
                nurse.name,
                CATEGORY.id,
                contract=nurse.contract,
                qualifications=tuple(Holding(skill) for skill in nurse.skills),
                history=Past(recent=tuple(_recent(instance.history.nurses[nurse.name]))),
            )
            for nurse in scenario.nurses
        ),
        duties=tuple(_duties(instance)),
        rules=tuple(_rules(instance)),
        categories=(CATEGORY,),
        qualifications=tuple(Term(skill, skill, skill) for skill in scenario.skills),
        positions=tuple(Term(skill, skill, skill) for skill in scenario.skills),
        contracts=tuple(Agreement(contract.name, contract.name) for contract in scenario.contracts),
    )


def constant(instance: Instance) -> int:
    """The cost that no roster can change: what history alone has above the contracts' totals and weekends."""
    if not instance.ends_horizon:
        return 0
    cost = 0
    for name, contract in instance.scenario.contract_of.items():
        carried = instance.history.nurses[name]
        cost += WEIGHTS["S6"] * max(0, carried.assignments - contract.max_total)
        cost += WEIGHTS["S7"] * max(0, carried.weekends - contract.max_weekends)
    return cost


def agreed(instance: Instance, result: Result) -> Roster:
    """The roster of a result. Raises Disagreement when the competition's evaluator says another cost or law.

    A nurse short of the minimum is a vacancy of weight 1 here and the one breach of the law that may be left.
    """
    roster = roster_of(result.assignments or ())
    verdict = evaluate(instance, roster)
    same_cost(instance.scenario.name, verdict.cost, (result.objective or 0) + constant(instance))
    same_cost(instance.scenario.name, sum(verdict.hard.values()), result.vacancy_objective or 0)
    return roster


def judged(instance: Instance, roster: Roster) -> Verdict:
    """The verdict on all weeks at hand. Raises Disagreement when the sum of single weeks is another."""
    verdict = evaluate(instance, roster)
    same_cost(instance.scenario.name, verdict.cost, total(evaluate_weeks(instance, roster)).cost)
    return verdict


def roster_of(assignments: Iterable[Assignment]) -> Roster:
    """Our assignments as the competition's entries, in order."""
    found = []
    for one in assignments:
        day, shift = one.duty.split(":", 1)
        found.append(Entry(one.person, int(day), shift, one.position))
    return tuple(sorted(found))


def assignments_of(roster: Roster) -> tuple[Assignment, ...]:
    """The competition's entries as our assignments."""
    return tuple(Assignment(e.nurse, _duty_id(e.day, e.shift), e.skill) for e in roster)


def _duty_id(day: int, shift: str) -> str:
    return f"{day}:{shift}"


def _duties(instance: Instance) -> Iterator[Duty]:
    """The shift types share the day in equal parts, for the competition has no clock."""
    scenario, everybody = instance.scenario, len(instance.scenario.nurses)
    for day in range(instance.days):
        cover = instance.weeks[day // WEEK].cover
        for number, shift in enumerate(scenario.shifts):
            seats = []
            for skill in scenario.skills:
                least, ideal = cover.get((day % WEEK, shift.name, skill), (0, 0))
                seats.append(Demand(skill, least, ideal, max(everybody, ideal), 1, (skill,)))
            start, end = _hours(number, len(scenario.shifts), day)
            yield Duty(_duty_id(day, shift.name), start, end, tuple(seats), shift=shift.name, shift_name=shift.name)


def _hours(number: int, count: int, day: int) -> tuple[datetime, datetime]:
    """Start and end of one of the day's equal parts."""
    length = MINUTES_A_DAY // count
    return at(day, number * length), at(day, (number + 1) * length)


def _recent(carried: Carried) -> Iterator[PastDuty]:
    """Past duties that end in the same runs; the rest of the past does not matter."""
    if carried.last_shift is None:
        yield _past(-min(carried.off_run, OLDEST_DAY) - 1, None)
        return
    for day in range(-min(carried.work_run, OLDEST_DAY), 0):
        yield _past(day, carried.last_shift if day >= -carried.shift_run else None)


def _past(day: int, shift: str | None) -> PastDuty:
    return PastDuty(at(day, 0), at(day, 60), shift=shift)


def _rules(instance: Instance) -> Iterator[Rule]:
    scenario = instance.scenario
    yield law("cover", below_ideal_weight=WEIGHTS["S1"])
    yield law("one_duty_a_day")
    yield law("qualification")
    followers = [(s.name, *sorted(b for a, b in scenario.forbidden if a == s.name)) for s in scenario.shifts]
    pairs = [list(names) for names in followers if len(names) > 1]
    if pairs:
        yield law("forbidden_succession", pairs=pairs)
    for contract in scenario.contracts:
        who = {"contracts": [contract.name]}
        work = {"of": "duty_days", "min": contract.min_work, "max": contract.max_work}
        yield price("run_length", WEIGHTS["S2a"], population=who, **work)
        off = {"of": "days_off", "min": contract.min_off, "max": contract.max_off}
        yield price("run_length", WEIGHTS["S3"], population=who, **off)
        if contract.complete_weekends:
            yield price("weekends", WEIGHTS["S5"], population=who, complete=True)
    for shift in scenario.shifts:
        run = {"of": "shift", "shifts": [shift.name], "min": shift.min_run, "max": shift.max_run}
        yield price("run_length", WEIGHTS["S2b"], **run)
    yield from _requests(instance)
    if instance.ends_horizon:
        yield from _totals(instance)


def _requests(instance: Instance) -> Iterator[Rule]:
    """One rule for all who ask for the same; who asks for the whole day need not name its shifts as well."""
    asked: dict[tuple[int, str], set[str]] = {}
    for index, week in enumerate(instance.weeks):
        whole_days = {(r.nurse, r.day) for r in week.requests if r.shift is None}
        for r in week.requests:
            if r.shift is None or (r.nurse, r.day) not in whole_days:
                asked.setdefault((WEEK * index + r.day, r.shift or ""), set()).add(r.nurse)
    for (day, shift), names in sorted(asked.items()):
        only = {"shifts": [shift]} if shift else {}
        yield price("min_max_duties", WEIGHTS["S4"], max=0, dates=on(day), population=people(names), **only)


def _totals(instance: Instance) -> Iterator[Rule]:
    """What is left of totals and weekends after history, one rule for all who have as much left."""
    totals, weekends = {}, {}
    for name, contract in instance.scenario.contract_of.items():
        carried = instance.history.nurses[name]
        totals[name] = (
            max(0, contract.min_total - carried.assignments), max(0, contract.max_total - carried.assignments)
        )  # fmt: skip
        weekends[name] = max(0, contract.max_weekends - carried.weekends)
    for (least, most), names in alike(totals).items():
        yield price("min_max_duties", WEIGHTS["S6"], min=least, max=most, population=people(names))
    for most, names in alike(weekends).items():
        yield price("weekends", WEIGHTS["S7"], max=most, population=people(names))
