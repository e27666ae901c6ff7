"""Whole weeks of people: all near ones are found, generated ones raise the bound to the last, dives end legally."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler.check import check
from scheduler.engines.generation import Generation
from scheduler.engines.near import NearWeeks
from scheduler.problem import Problem
from scheduler.program import build
from scheduler.rules import REGISTRY
from scheduler.search.ascent import Ascent
from scheduler.search.lagrangian import Lagrangian
from scheduler.solver import Options, solve

from .. import brute
from .. import factories as f
from ..patience import PATIENCE
from ..strategies import towns
from ..thorough import examples
from .test_bounds import naive_weeks, small, some_prices

RULES = sorted(REGISTRY)
PLENTY = 5_000
seldom = settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck))


def exactly_one_seat_a_cell(lagrangian: Lagrangian, price: np.ndarray) -> None:
    """Put these prices of cells in the place of what rows and seats make of them."""

    def set_prices(_: np.ndarray, __: float) -> None:
        lagrangian._price[:] = price[lagrangian.diagrams.personal.cell]

    lagrangian._set_prices = set_prices  # type: ignore[method-assign]


@pytest.mark.parametrize("rule", RULES)
def test_the_near_weeks_are_all_legal_weeks_that_cost_little_more(rule: str) -> None:
    @seldom
    @given(town=towns(rule, most_people=2), seed=st.integers(0, 99), room=st.floats(0, 20))
    def holds(town: Problem, seed: int, room: float) -> None:
        program = small(town)
        price = some_prices(program, seed)
        lagrangian = Lagrangian(program)
        exactly_one_seat_a_cell(lagrangian, price)
        near = lagrangian.near(np.zeros(lagrangian.rows), room, PLENTY)
        assert near is not None
        d = lagrangian.diagrams
        for person in range(len(town.people)):
            weeks = naive_weeks(program, person, price)
            least = min((cost for _, cost in weeks), default=0.0)
            a, b = d.personal.first[person], d.personal.first[person + 1]
            cells = d.personal.cell[a:b]
            mine = np.flatnonzero(program.cell_person == person)
            order = [int(np.flatnonzero(mine == cell)[0]) for cell in cells.tolist()]
            expected = {
                (tuple(serves[order].tolist()), round(cost - float(price[mine] @ serves)))
                for serves, cost in weeks
                if cost <= least + room - 1e-6
            }
            of_person = near.owner == person
            found = {
                (tuple(row[: b - a].tolist()), round(charge + float(d.certain[person])))
                for row, charge in zip(near.serves[of_person], near.charge[of_person], strict=True)
            }
            border = {
                (tuple(serves[order].tolist()), round(cost - float(price[mine] @ serves)))
                for serves, cost in weeks
                if abs(cost - least - room) <= 1e-6
            }
            assert found - border == expected - border

    holds()


@settings(max_examples=examples(14), deadline=None, suppress_health_check=list(HealthCheck))
@given(town=towns(most_people=3), seed=st.integers(0, 99), most=st.sampled_from([0, 20, 60]))
def test_narrow_diagrams_hold_the_cheapest_weeks_and_only_legal_ones(town: Problem, seed: int, most: int) -> None:
    random, lagrangian = np.random.default_rng(seed), Lagrangian(build(town))
    nobody = np.zeros(0, np.int64)
    prices = random.normal(0, 10, lagrangian.rows)
    narrow = lagrangian.narrowed(prices, most)
    assert narrow.diagrams.nodes <= lagrangian.diagrams.nodes
    assert narrow.weeks(prices, nobody).cost == pytest.approx(lagrangian.weeks(prices, nobody).cost)
    elsewhere = prices + random.normal(0, 5, lagrangian.rows)
    found = narrow.weeks(elsewhere, nobody)
    serves, legal = found.serves.copy(), found.legal
    assert (found.cost >= lagrangian.weeks(elsewhere, nobody).cost - 1e-6).all()
    charged = lagrangian.weeks_of(serves, np.zeros(len(serves), np.int64))
    assert charged.charge[legal] == pytest.approx(found.charge[legal])


def test_too_many_near_weeks_are_not_told_in_part() -> None:
    town = f.problem((f.person("ann"),), tuple(f.shift(f"duty{i}", i, "early") for i in range(6)), (), days=6)
    lagrangian = Lagrangian(build(town))
    everything = lagrangian.near(np.zeros(lagrangian.rows), 1e9, 64)
    assert everything is not None
    assert len(everything.owner) == 64
    assert lagrangian.near(np.zeros(lagrangian.rows), 1e9, 63) is None


@seldom
@given(town=towns(most_people=3, most_duties=3, most_days=4), steps=st.sampled_from([0, 40]))
def test_generated_weeks_bound_as_well_as_any_prices_and_never_too_high(town: Problem, steps: int) -> None:
    assume(brute.count(town) <= 300)
    best = brute.optimum(town)
    assume(best is not None)
    assert best is not None
    lagrangian = Lagrangian(build(town))
    ascent = Ascent(lagrangian, best[0], False)
    list(ascent.climb(200))
    generation = Generation(lagrangian, best[0], 1)
    reached = list(generation.climb(steps))
    assert reached == sorted(reached)
    assert generation.bound <= best[1] + 1e-6 * max(1, best[1])
    assert generation.bound >= ascent.bound - 1e-4 * max(1.0, abs(ascent.bound))


@seldom
@given(town=towns(most_people=3, most_duties=3, most_days=4), seed=st.integers(0, 9))
def test_a_dive_ends_with_a_legal_week_of_everybody(town: Problem, seed: int) -> None:
    lagrangian = Lagrangian(build(town))
    assume(brute.count(town) <= 300)
    best = brute.optimum(town)
    assume(best is not None)
    assert best is not None
    generation = Generation(lagrangian, best[0], seed)
    list(generation.climb())
    for _ in range(2):
        weeks = generation.dive(lambda: False)
        assert weeks is not None
        assert sorted(weeks.owner.tolist()) == list(range(len(town.people)))
        roster = NearWeeks(lagrangian, best[0]).choose(weeks, 10.0).roster
        if roster is None:  # the weeks of a dive need not fit together
            continue
        report = check(town, roster)
        if not report.violations and report.vacancy_objective <= best[0]:
            assert report.objective >= generation.bound - 1e-6 * max(1.0, abs(generation.bound))
        alone = {v.rule for v in report.violations if v.person is not None}
        assert not alone & {"min_rest", "max_nights", "availability", "min_max_duties", "max_hours", "day_off"}


@seldom
@given(town=towns(most_people=3, most_duties=3, most_days=4))
def test_of_all_weeks_the_best_roster_is_chosen(town: Problem) -> None:
    assume(brute.count(town) <= 300)
    best = brute.optimum(town)
    assume(best is not None)
    assert best is not None
    lagrangian = Lagrangian(build(town))
    near = lagrangian.near(np.zeros(lagrangian.rows), 1e9, PLENTY)
    assert near is not None
    chosen = NearWeeks(lagrangian, best[0]).choose(near, 10.0)
    assert chosen.outcome == "optimal"
    assert chosen.roster is not None
    assert chosen.bound is not None
    assert chosen.bound <= best[1] + 1e-4 * max(1, best[1])


def a_fortnight(people: int = 6) -> Problem:
    """Two shifts a day for a fortnight: long enough to be rostered by whole weeks."""
    days = 14
    shifts = tuple(
        f.shift(f"{kind}{day}", day, kind, [f.seat(heads=1, ideal=2, max=2)])
        for day in range(days)
        for kind in ("early", "night")
    )
    rules = (
        f.law("one_duty_at_a_time"),
        f.law("cover"),
        f.law("min_rest"),
        f.priced("min_max_duties", weight=3, max=6, per="window"),
        f.priced("max_nights", weight=7, in_a_row=2),
    )
    return f.problem(tuple(f.person(f"person{i}") for i in range(people)), shifts, rules, days=days)


def test_a_long_horizon_is_proven_by_whole_weeks() -> None:
    town = a_fortnight()
    assert Generation.fits(Lagrangian(build(town)))
    result = solve(town, Options(seconds=PATIENCE, seed=1, cores=2))
    assert result.status == "optimal"
    assert result.assignments is not None
    assert check(town, result.assignments).objective == result.bound
