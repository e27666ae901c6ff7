"""Law at a price while cooling: what the strict walk cannot reach becomes legal, and nothing is hidden."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.check import check
from scheduler.problem import Problem
from scheduler.program import build
from scheduler.search.local import LocalSearch
from scheduler.solver import Options, solve

from .. import factories as f
from ..strategies import towns
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("cover"))
SERIES = (
    f.law("run_length", of="duty_days", min=3, max=4, borders_exempt=True),
    f.law("run_length", of="days_off", min=2, borders_exempt=True),
    f.law("min_max_minutes", min=6 * 480, per="horizon"),
)


def series(people: int = 4, days: int = 14) -> Problem:
    """A fortnight of one shift in which everybody serves series of three or four days, at least six days in all."""
    ideal = f.seat("guide", 0, ideal=2, max=people)
    duties = [f.shift(f"e{day}", day, "early", (ideal,)) for day in range(days)]
    return f.problem([f.person(f"p{i}") for i in range(people)], duties, [*GROUND, *SERIES], days=days)


def strict_hard(search: LocalSearch) -> int:
    """Units of law that the roster in hand breaks, by the strict tables."""
    table = search.land.table[search.land.row_table + search.state.row_count]
    return int((table // search.units.hard).sum())


def test_law_is_for_sale_only_where_a_minimum_about_one_person_is_law() -> None:
    assert LocalSearch(build(series()), 1).law.offered
    priced = [f.priced("run_length", 5, of="duty_days", min=3), f.law("min_rest", hours=11)]
    duties = [f.shift(f"e{day}", day, "early") for day in range(5)]
    town = f.problem([f.person("ann"), f.person("bao")], duties, [*GROUND, *priced], days=5)
    assert not LocalSearch(build(town), 1).law.offered


def test_a_missing_duty_of_eight_hours_is_one_unit_of_law() -> None:
    duties = [f.shift(f"e{day}", day, "early") for day in range(7)]
    rules = [*GROUND, f.law("min_max_minutes", min=5 * 480, per="horizon")]
    search = LocalSearch(build(f.problem([f.person("ann")], duties, rules, days=7)), 1)
    assert search.levels[0] == 5


def test_what_is_bought_never_makes_a_roster_the_best() -> None:
    search = LocalSearch(build(series()), 1)
    search.construct()
    for part in np.linspace(0.0, 1.0, 12).tolist():
        if not search.law.sell(part, search.state):
            search.back_to_best()
        search.anneal(3_000, 2 * search.dear(), search.dear())
        search.chain(3, 1.0)
        assert search.units.split(search.objective)[0] == strict_hard(search)
        assert search.best_objective <= search.objective
    assert not search.law.open


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns(), st.integers(1, 9))
def test_the_best_is_what_the_checker_says_whichever_table_the_walk_took(town: Problem, seed: int) -> None:
    search = LocalSearch(build(town), seed)
    search.construct()
    for part in (0.0, 0.5, 0.9, 1.0):
        if not search.law.sell(part, search.state):
            search.back_to_best()
        search.anneal(400, 2 * search.warmth(), 0.1 * search.warmth())
    hard, vacancy, cost = search.levels
    here = search.objective
    search.restart_from(search.state.holder.copy())
    assert search.objective == here
    if hard == 0:
        report = check(town, search.assignments())
        assert (vacancy, cost) == (report.vacancy_objective, report.objective)


def behind_a_wall() -> Problem:
    """Somebody has to serve at all, and then four days in a row: fewer than four are worse than none."""
    duties = [f.shift(f"e{day}", day, "early", (f.seat("guide", 0, ideal=1, max=1),)) for day in (3, 4, 5, 6)]
    rules = [
        f.law("run_length", of="duty_days", min=4, borders_exempt=True),
        f.law("min_max_minutes", min=480, per="horizon"),
    ]
    return f.problem([f.person("ann")], duties, [*GROUND, *rules], days=10)


def reached(sold: bool, seeds: range, stretches: bool = True) -> int:
    """With how many of these seeds the same number of moves comes to a legal roster."""
    legal = 0
    for seed in seeds:
        search = LocalSearch(build(behind_a_wall()), seed)
        search.stretch_share = search.stretch_share if stretches else 0.0
        for part in np.linspace(0.0, 1.0, 20).tolist():
            if sold and not search.law.sell(part, search.state):
                search.back_to_best()
            search.anneal(2_000, *(2 * [0.6 * search.dear() * 0.1**part]))
        legal += search.levels[0] == 0
    return legal


def test_a_law_that_the_strict_walk_cannot_meet_is_met_at_a_price() -> None:
    assert reached(False, range(1, 9), stretches=False) == 0
    assert reached(True, range(1, 9), stretches=False) == 8


def test_a_stretch_of_days_in_one_move_meets_it_as_well() -> None:
    assert reached(False, range(1, 9)) == 8


def test_a_reproducible_solve_that_sells_law_gives_the_same_roster_twice() -> None:
    once, twice = (solve(series(), Options(seconds=1, seed=3, reproducible=True)) for _ in range(2))
    assert once.assignments is not None
    assert once.assignments == twice.assignments
