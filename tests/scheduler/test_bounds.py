"""Bounds that are proven: diagrams hold every legal week at its price, and no prices put a bound above a roster."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler.limits import Level, charge
from scheduler.problem import Problem
from scheduler.program import Program, build
from scheduler.rules import REGISTRY
from scheduler.search import diagrams as narrow
from scheduler.search.ascent import Ascent
from scheduler.search.diagrams import Diagrams, compile_diagrams, personal_rows
from scheduler.search.lagrangian import Lagrangian
from scheduler.search.weeks import NO_WAY, cheapest_weeks, marginal_weeks

from .. import brute
from .. import factories as f
from ..strategies import rosters, towns
from ..thorough import examples
from ..weigh import weigh

RULES = sorted(REGISTRY)
MOST_CELLS = 9
often = settings(max_examples=examples(6), deadline=None, suppress_health_check=list(HealthCheck))
TINY = float(np.finfo(float).eps) * 1e6


def naive_charge(program: Program, person: int, serves: np.ndarray) -> float | None:
    """What the rows about one person alone charge for one week of theirs, row by row; None when it is illegal."""
    cells = np.zeros(program.cells, np.int64)
    cells[program.cell_person == person] = serves
    touches = [cells[program.touch_cell[a:b]].max() for a, b in zip(program.touch_first, program.touch_first[1:])]
    value = np.concatenate([cells, np.array(touches, np.int64), np.zeros(program.flows, np.int64)])
    owner = np.concatenate([program.cell_person, program.cell_person[program.touch_cell[program.touch_first[:-1]]]])
    total = 0.0
    for row in np.flatnonzero(personal_rows(program)).tolist():
        entries = slice(program.row_first[row], program.row_first[row + 1])
        column = program.entry_column[entries]
        if owner[column[0]] != person:
            continue
        count = np.array([program.row_base[row] + program.entry_weight[entries] @ value[column]])
        price = program.prices[program.row_price[row]]
        if charge(price, count, Level.HARD)[0]:
            return None
        total += int(charge(price, count, Level.PRICED)[0])
    return total


def cheapest(diagrams: Diagrams, price: np.ndarray) -> tuple[float, np.ndarray]:
    """(cost of everybody's cheapest week, the cells served) under prices of the program's cells."""
    d = diagrams
    serves = np.zeros(len(price), np.uint8)
    cost, charge = np.zeros(len(d.certain)), np.zeros(len(d.certain))
    cheapest_weeks(
        d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, price[d.personal.cell], 1.0,
        d.values, serves, cost, charge,
    )  # fmt: skip
    return float(cost.sum() + d.certain.sum()), d.personal.cell[serves == 1]


def naive_weeks(program: Program, person: int, price: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Every legal week of a person with its cost under prices of the cells."""
    mine = np.flatnonzero(program.cell_person == person)
    weeks = []
    for choice in product((0, 1), repeat=len(mine)):
        serves = np.array(choice, np.int64)
        charged = naive_charge(program, person, serves)
        if charged is not None:
            weeks.append((serves, charged + float(price[mine] @ serves)))
    return weeks


def small(town: Problem) -> Program:
    loose = tuple(replace(a, pinned=False) for a in town.baseline)
    program = build(replace(town, baseline=loose, now=None))
    assume(program.cells > 0)
    assume(np.bincount(program.cell_person).max() <= MOST_CELLS)
    return program


def some_prices(program: Program, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-9, 5, program.cells).astype(float)


@pytest.mark.parametrize("rule", RULES)
def test_a_diagram_finds_the_cheapest_legal_week(rule: str) -> None:
    @often
    @given(town=towns(rule, most_people=2), seed=st.integers(0, 99))
    def holds(town: Problem, seed: int) -> None:
        program = small(town)
        price = some_prices(program, seed)
        diagrams = compile_diagrams(program)
        assert diagrams.exact
        weeks = [naive_weeks(program, person, price) for person in range(len(town.people))]
        cost, _ = cheapest(diagrams, price)
        if not all(weeks):
            assert cost >= NO_WAY / 2
        else:
            assert cost == pytest.approx(sum(min(c for _, c in mine) for mine in weeks))

    holds()


@often
@given(town=towns(most_people=2), seed=st.integers(0, 99))
def test_detours_are_the_cheapest_weeks_with_and_without_each_cell(town: Problem, seed: int) -> None:
    program = small(town)
    price = some_prices(program, seed)
    d = compile_diagrams(program)
    without, with_it = np.zeros(program.cells), np.zeros(program.cells)
    marginal_weeks(
        d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, price[d.personal.cell],
        d.values, d.values, without, with_it,
    )  # fmt: skip
    for person in range(len(town.people)):
        mine = np.flatnonzero(program.cell_person == person)
        weeks = naive_weeks(program, person, price)
        for i, cell in enumerate(mine.tolist()):
            position = int(np.flatnonzero(d.personal.cell == cell)[0])
            for wanted, found in ((0, without[position]), (1, with_it[position])):
                best = min((c for s, c in weeks if s[i] == wanted), default=NO_WAY)
                assert found >= NO_WAY / 2 if best >= NO_WAY else found + d.certain[person] == pytest.approx(best)


@often
@given(town=towns(most_people=3), seed=st.integers(0, 99), most=st.integers(1, 6))
def test_a_narrow_diagram_only_ever_allows_more(town: Problem, seed: int, most: int) -> None:
    program = small(town)
    price = some_prices(program, seed)
    exact, _ = cheapest(compile_diagrams(program), price)
    before = narrow.MOST_NODES
    narrow.MOST_NODES = most
    try:
        diagrams = compile_diagrams(program)
    finally:
        narrow.MOST_NODES = before
    assert np.bincount(diagrams.layer, minlength=1).max() <= most * len(town.people)
    assert cheapest(diagrams, price)[0] <= exact + TINY * max(1.0, abs(exact))


@pytest.mark.parametrize("rule", RULES)
def test_no_prices_put_the_bound_above_a_legal_roster(rule: str) -> None:
    @often
    @given(data=st.data(), town=towns(rule), seed=st.integers(0, 999))
    def holds(data: st.DataObject, town: Problem, seed: int) -> None:
        program = build(town)
        weight = weigh(program, data.draw(rosters(town)))
        assume(weight is not None)
        assert weight is not None
        lagrangian = Lagrangian(program)
        random = np.random.default_rng(seed)
        prices = random.normal(0, random.choice([1.0, 10.0, 200.0]), lagrangian.rows)
        ceiling = weight.vacancy + int(random.integers(0, 3))
        cost = lagrangian.at(prices, float(random.exponential(50)), ceiling).bound
        vacancy = lagrangian.at(prices, 0.0, 0.0, vacancies_only=True).bound
        assert cost <= weight.cost + 1e-6 * max(1.0, np.abs(prices).sum())
        assert vacancy <= weight.vacancy + 1e-6 * max(1.0, np.abs(prices).sum())

    holds()


@often
@given(data=st.data(), town=towns(), seed=st.integers(0, 999))
def test_what_others_and_the_past_bring_in_earns_nothing(data: st.DataObject, town: Problem, seed: int) -> None:
    """Rows over many people that do not begin at 0: some people are fixed, the others free."""
    roster = data.draw(rosters(town))
    random = np.random.default_rng(seed)
    free = random.random(len(town.people)) < 0.5
    mine = tuple(a for a in roster if free[town.person_index[a.person]])
    program = build(replace(town, now=None), free, tuple(a for a in roster if a not in mine))
    weight = weigh(program, mine)
    assume(weight is not None)
    assert weight is not None
    lagrangian = Lagrangian(program)
    prices = random.normal(0, 30.0, lagrangian.rows)
    assert lagrangian.at(prices, 50.0, weight.vacancy).bound <= weight.cost + 1e-6 * max(1.0, np.abs(prices).sum())


@often
@given(town=towns(most_people=3, most_duties=3, most_days=4))
def test_climbing_never_passes_the_best_roster(town: Problem) -> None:
    town = replace(town, now=None)
    assume(brute.count(town) <= 300)
    best = brute.optimum(town)
    lagrangian = Lagrangian(build(town))
    vacancies = Ascent(lagrangian, 0.0, True)
    reached = list(vacancies.climb(60))
    if best is None:
        return
    assert reached == sorted(reached)
    assert vacancies.bound <= best[0] + 1e-6
    cost = Ascent(lagrangian, best[0], False)
    reached = list(cost.climb(60))
    assert reached == sorted(reached)
    assert cost.bound <= best[1] + 1e-6


def test_a_person_without_a_legal_week_is_proof_that_there_is_no_roster() -> None:
    town = f.problem(
        (f.person("ann"),), (f.shift("early0", 0, "early"),), (f.law("min_max_duties", min=2, per="window"),), days=1
    )
    ascent = Ascent(Lagrangian(build(town)), 0.0, True)
    assert list(ascent.climb(5)) == []
    assert ascent.impossible


def test_the_climb_reaches_what_a_scarce_seat_costs() -> None:
    """Two duties at once and one person for both: one weighted vacancy is certain, and the bound says so."""
    town = f.problem(
        (f.person("ann"), f.person("bao")),
        tuple(f.shift(f"duty{i}", 0, "early") for i in range(3)),
        (f.law("one_duty_at_a_time"), f.law("cover")),
        days=1,
    )
    ascent = Ascent(Lagrangian(build(town)), 0.0, True)
    list(ascent.climb(200))
    best = brute.optimum(town)
    assert best is not None
    assert np.ceil(ascent.bound - 1e-4) == best[0]
