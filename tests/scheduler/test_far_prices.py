"""Prices of 10⁹ beside prices of 1: the search caps the dearest where 64 bits are too few, and costs stay exact."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler.check import check
from scheduler.document.shape_rules import MAX_WEIGHT
from scheduler.problem import Problem
from scheduler.program import build
from scheduler.search.landscape import ROOM, cost_in_full
from scheduler.search.local import LocalSearch
from scheduler.solver import Options, solve
from scheduler.towns import make

from ..strategies import mild_rosters, towns
from ..thorough import examples
from ..weigh import weigh


@cache
def shouchang(alone: bool) -> Problem:
    """The demo town with weights of 10⁹: of one priced rule alone, or of all."""
    body = make("shouchang", 1)
    priced = [r for r in body["rules"] if r.get("hard") is False]
    for entry in priced[:1] if alone else priced:
        entry["weight"] = MAX_WEIGHT
    return document.load(body)


def test_a_weight_of_a_thousand_million_is_accepted() -> None:
    assert MAX_WEIGHT == 10**9


@pytest.mark.parametrize("alone", [True, False])
def test_a_town_with_high_prices_is_searched_as_the_checker_counts(alone: bool) -> None:
    search = LocalSearch(build(shouchang(alone)), 1)
    search.construct()
    before = search.levels
    for _ in range(6):
        search.anneal(20_000, search.warmth(), 0.1 * search.warmth())
        report = check(shouchang(alone), search.assignments())
        assert search.levels == (0, report.vacancy_objective, report.objective)
    assert search.levels[:2] <= before[:2]
    assert int(abs(search.land.table).max()) < ROOM


def test_the_cap_is_far_above_what_a_move_of_the_other_rules_can_save() -> None:
    dearest = LocalSearch(build(shouchang(True)), 1).units.dearest
    assert dearest is not None
    assert dearest > 10_000


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_costs_are_counted_in_full_as_the_program_weighs_them(data: st.DataObject) -> None:
    town = data.draw(towns())
    program, roster = build(town), data.draw(mild_rosters(town))
    weighed = weigh(program, roster)
    assume(weighed is not None)
    assert weighed is not None
    demands = np.array([town.demand_index[town.duty_index[a.duty], a.position] for a in roster], np.int64)
    persons = np.array([town.person_index[a.person] for a in roster], np.int64)
    assert cost_in_full(program, demands, persons) == weighed.cost


def test_a_town_with_one_price_far_above_the_others_is_solved_without_a_contradiction() -> None:
    result = solve(shouchang(True), Options(seconds=6))
    assert result.assignments is not None
    assert check(shouchang(True), result.assignments).objective == result.objective
    assert result.bound is None or result.bound <= result.objective
