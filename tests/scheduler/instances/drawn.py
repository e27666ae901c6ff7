"""Hypothesis strategies: tiny instances of both families, and rosters that keep or break their law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from scheduler.instances.curtois import model as curtois
from scheduler.instances.inrc2 import model as inrc2

Draw = Callable[[st.SearchStrategy[Any]], Any]


def spans(draw: Draw, least: int, most: int) -> tuple[int, int]:
    low, high = sorted(draw(st.tuples(st.integers(least, most), st.integers(least, most))))
    return low, high


# --- INRC-II ----------------------------------------------------------------------------------------------
@st.composite
def scenarios(draw: Draw, weeks: int) -> inrc2.Scenario:
    skills = ("head", "care")[: draw(st.integers(1, 2))]
    kinds = ("Early", "Late", "Night")[: draw(st.integers(1, 3))]
    pairs = [(a, b) for a in kinds for b in kinds]
    names = ("Full", "Half")[: draw(st.integers(1, 2))]
    contracts = tuple(
        inrc2.Contract(
            name, *spans(draw, 0, 9), *spans(draw, 1, 5), *spans(draw, 1, 4), draw(st.integers(0, 2)),
            draw(st.booleans()),
        )
        for name in names
    )  # fmt: skip
    return inrc2.Scenario(
        name="drawn",
        weeks=weeks,
        skills=skills,
        shifts=tuple(inrc2.ShiftType(kind, *spans(draw, 1, 4)) for kind in kinds),
        forbidden=frozenset(draw(st.lists(st.sampled_from(pairs), max_size=3))),
        contracts=contracts,
        nurses=tuple(
            inrc2.Nurse(name, draw(st.sampled_from(names)), draw(st.sampled_from([skills, skills[:1], skills[-1:]])))
            for name in ("ann", "bao", "chen")[: draw(st.integers(1, 3))]
        ),
    )  # fmt: skip


@st.composite
def carried(draw: Draw, scenario: inrc2.Scenario) -> inrc2.Carried:
    totals = draw(st.integers(0, 12)), draw(st.integers(0, 3))
    if draw(st.booleans()):
        return inrc2.Carried(*totals, None, 0, 0, draw(st.integers(1, 6)))
    shift_run, work_run = spans(draw, 1, 7)
    return inrc2.Carried(*totals, draw(st.sampled_from([s.name for s in scenario.shifts])), shift_run, work_run, 0)


@st.composite
def inrc2_instances(draw: Draw, most_weeks: int = 2) -> inrc2.Instance:
    """One to three nurses for one or two weeks; sometimes the horizon goes on after them."""
    weeks = draw(st.integers(1, most_weeks))
    before = draw(st.integers(0, 1))
    scenario = draw(scenarios(before + weeks + draw(st.sampled_from([0, 0, 1]))))
    kinds = [s.name for s in scenario.shifts]
    places = [(day, kind, skill) for day in range(7) for kind in kinds for skill in scenario.skills]
    requests = st.builds(
        inrc2.Request,
        st.sampled_from([n.name for n in scenario.nurses]),
        st.integers(0, 6),
        st.sampled_from([None, *kinds]),
    )
    held = tuple(
        inrc2.Week(
            scenario.name,
            {place: spans(draw, 0, 2) for place in draw(st.lists(st.sampled_from(places), max_size=8))},
            tuple(draw(st.lists(requests, max_size=4))),
        )
        for _ in range(weeks)
    )
    history = inrc2.History(before, scenario.name, {n.name: draw(carried(scenario)) for n in scenario.nurses})
    return inrc2.Instance(scenario, history, held)


@st.composite
def inrc2_rosters(draw: Draw, instance: inrc2.Instance, twice: bool = False) -> inrc2.Roster:
    """At most one assignment of each nurse and day unless `twice`; skills and successions as they come."""
    scenario, found = instance.scenario, []
    kinds = [None, *(s.name for s in scenario.shifts)]
    for nurse in scenario.nurses:
        skills = scenario.skills if draw(st.integers(0, 3)) == 0 else nurse.skills
        days = draw(st.lists(st.sampled_from(kinds), min_size=instance.days, max_size=instance.days))
        for day, kind in enumerate(days):
            if kind:
                found.append(inrc2.Entry(nurse.name, day, kind, draw(st.sampled_from(skills))))
    if twice and found:
        again = draw(st.sampled_from(found))
        found.append(replace(again, shift=draw(st.sampled_from(kinds[1:]))))
    return tuple(dict.fromkeys(found))


# --- Curtois and Qu ---------------------------------------------------------------------------------------
@st.composite
def curtois_instances(draw: Draw) -> curtois.Instance:
    """One to three employees for one or two weeks."""
    days = 7 * draw(st.integers(1, 2))
    ids = ("D", "E", "N")[: draw(st.integers(1, 3))]
    lengths = st.sampled_from([240, 480, 720, 1440])
    shifts = tuple(
        curtois.Shift(id_, draw(lengths), frozenset(draw(st.lists(st.sampled_from(ids), max_size=2)))) for id_ in ids
    )
    who = ("a", "b", "c")[: draw(st.integers(1, 3))]
    staff = []
    for name in who:
        least, most = spans(draw, 0, 20)
        shortest, longest = spans(draw, 1, 5)
        figures = {id_: draw(st.sampled_from([0, 1, 3, 14])) for id_ in ids}
        off, weekends = draw(st.integers(1, 3)), draw(st.integers(0, 2))
        staff.append(curtois.Employee(name, figures, 240 * most, 240 * least, longest, shortest, off, weekends))
    place = st.integers(0, days - 1)
    wishes = st.lists(
        st.builds(curtois.Request, st.sampled_from(who), place, st.sampled_from(ids), st.integers(1, 3)), max_size=6
    )
    under, over = draw(st.sampled_from([(100, 1), (3, 0), (0, 2), (7, 7)]))
    return curtois.Instance(
        name="drawn",
        days=days,
        shifts=shifts,
        staff=tuple(staff),
        days_off=frozenset(draw(st.lists(st.tuples(st.sampled_from(who), place), max_size=2))),
        wanted=tuple(draw(wishes)),
        unwanted=tuple(draw(wishes)),
        cover={(d, s): curtois.Need(draw(st.integers(0, 3)), under, over) for d in range(days) for s in ids},
    )


@st.composite
def curtois_rosters(draw: Draw, instance: curtois.Instance) -> curtois.Roster:
    """At most one shift of each employee and day; everything else as it comes, often in runs."""
    ids, found = [s.id for s in instance.shifts], []
    for employee in instance.staff:
        day = 0
        while day < instance.days:
            kind, length = draw(st.sampled_from([None, *ids])), draw(st.integers(1, 4))
            last = min(day + length, instance.days)
            found += [curtois.Entry(employee.id, d, kind) for d in range(day, last) if kind]
            day = last
    return tuple(found)
