"""An instance of Curtois and Qu as our problem: one duty a day and shift, and a rule for all who share a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ...entities import Assignment, Demand, Duty, Person, Term
from ...problem import Problem
from ...roster import Result
from ...rules import Rule
from ..pages import Faults
from ..rostering import CATEGORY, MINUTES_A_DAY, START, ZONE, alike, at, law, on, people, price, same_cost
from .cost import Verdict, evaluate
from .model import Entry, Instance, Roster

POSITION = Term("post", "岗位", "post")


def problem_of(instance: Instance) -> Problem:
    """The problem that has the instance's rules.

    Raises DocumentError for what our cover cannot say: prices that differ within the file, shifts without a need.
    """
    under, over = _cover_prices(instance)
    return Problem(
        town=instance.name,
        town_name=instance.name,
        zone=ZONE,
        start=START,
        days=instance.days,
        people=tuple(Person(e.id, e.id, CATEGORY.id) for e in instance.staff),
        duties=tuple(_duties(instance)),
        rules=(
            law("cover", below_ideal_weight=under, above_ideal_weight=over),
            law("one_duty_a_day"),
            *_working_rules(instance),
            *_requests(instance),
        ),
        categories=(CATEGORY,),
        positions=(POSITION,),
    )


def _cover_prices(instance: Instance) -> tuple[int, int]:
    """(short, too many): the one pair of prices of the whole file."""
    faults, needs = Faults(), list(instance.cover.values())
    for day in range(instance.days):
        for shift in instance.shifts:
            if (day, shift.id) not in instance.cover:
                faults.add(instance.name, None, "shift_without_need", day=day, shift=shift.id)
    faults.raise_if_any()
    first = needs[0]
    for need in needs:
        if (need.under, need.over) != (first.under, first.over):
            faults.add(
                instance.name, need.line, "one_price_for_all", under=need.under, over=need.over,
                first=first.line, first_under=first.under, first_over=first.over,
            )  # fmt: skip
    faults.raise_if_any()
    return first.under, first.over


def agreed(instance: Instance, result: Result) -> tuple[Roster, Verdict]:
    """The roster of a result, and its verdict. Raises Disagreement when the instance's evaluator says another."""
    roster = roster_of(result.assignments or ())
    verdict = evaluate(instance, roster)
    same_cost(instance.name, verdict.cost, result.objective or 0)
    same_cost(instance.name, sum(verdict.hard.values()), 0)
    return roster, verdict


def roster_of(assignments: Iterable[Assignment]) -> Roster:
    """Our assignments as entries, in order."""
    found = []
    for one in assignments:
        day, shift = one.duty.split(":", 1)
        found.append(Entry(one.person, int(day), shift))
    return tuple(sorted(found))


def assignments_of(roster: Roster) -> tuple[Assignment, ...]:
    """Entries as our assignments."""
    return tuple(Assignment(e.employee, f"{e.day}:{e.shift}", POSITION.id) for e in roster)


def _duties(instance: Instance) -> Iterator[Duty]:
    """Shifts are as long as they say and within their day; when they begin does not matter."""
    everybody = len(instance.staff)
    for day in range(instance.days):
        for number, shift in enumerate(instance.shifts):
            heads = instance.cover[day, shift.id].heads
            start = min(number, MINUTES_A_DAY - shift.minutes)
            yield Duty(
                f"{day}:{shift.id}", at(day, start), at(day, start + shift.minutes),
                (Demand(POSITION.id, 0, heads, max(everybody, heads), 1),), shift=shift.id, shift_name=shift.id,
            )  # fmt: skip


def _working_rules(instance: Instance) -> Iterator[Rule]:
    staff = instance.staff
    never = [[s.id, *sorted(s.never_before)] for s in instance.shifts if s.never_before]
    if never:
        yield law("forbidden_succession", pairs=never)
    for shift in instance.shifts:
        for most, names in alike({e.id: e.max_shifts[shift.id] for e in staff}).items():
            if most < instance.days:
                yield law("min_max_duties", max=most, shifts=[shift.id], population=people(names))
    for (least, most), names in alike({e.id: (e.min_minutes, e.max_minutes) for e in staff}).items():
        yield law("min_max_minutes", min=least, max=most, population=people(names))
    for (least, most), names in alike({e.id: (e.min_run, e.max_run) for e in staff}).items():
        run: dict[str, Any] = {"of": "duty_days", "min": least, "max": most, "borders_exempt": True}
        yield law("run_length", population=people(names), **run)
    for least, names in alike({e.id: e.min_days_off for e in staff}).items():
        yield law("run_length", of="days_off", min=least, borders_exempt=True, population=people(names))
    for most, names in alike({e.id: e.max_weekends for e in staff}).items():
        yield law("weekends", max=most, population=people(names))
    free: dict[int, list[str]] = {}
    for name, day in instance.days_off:
        free.setdefault(day, []).append(name)
    for day, names in sorted(free.items()):
        yield law("min_max_duties", max=0, dates=on(day), population=people(names))


def _requests(instance: Instance) -> Iterator[Rule]:
    """One rule for all who ask for the same at the same weight; who asks twice asks with both weights."""
    for requests, figure in ((instance.wanted, {"min": 1}), (instance.unwanted, {"max": 0})):
        weights: Counter[tuple[str, int, str]] = Counter()
        for request in requests:
            weights[request.employee, request.day, request.shift] += request.weight
        asking: dict[tuple[int, str, int], list[str]] = {}
        for (name, day, shift), weight in weights.items():
            asking.setdefault((day, shift, weight), []).append(name)
        for (day, shift, weight), names in sorted(asking.items()):
            said = {"shifts": [shift], "dates": on(day), "population": people(names), **figure}
            yield price("min_max_duties", weight, **said)
