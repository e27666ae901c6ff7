"""The evaluator against the problem said naively, and the solver against both."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.routing.bound import fewest_vehicles
from scheduler.routing.evaluate import evaluate
from scheduler.routing.ground import ground
from scheduler.routing.instance import Instance, Stop
from scheduler.routing.read import parse
from scheduler.routing.solver import Options, Progress, solve

from ...patience import PATIENCE
from ...thorough import examples
from . import errands
from .errands import GOOD, instances, routes

often = settings(max_examples=examples(50), deadline=None, suppress_health_check=list(HealthCheck))
SMALL = parse("small", GOOD.encode())


@often
@given(st.data())
def test_the_evaluator_says_what_the_definition_says(data: st.DataObject) -> None:
    instance = data.draw(instances())
    plan = data.draw(routes(instance))
    used = [route for route in plan if route]
    served = sorted(n for route in used for n in route)
    once = served == sorted(s.number for s in instance.stops)
    legs = [errands.driven(instance, route) for route in used]
    worth = evaluate(instance, plan)
    assert worth.vehicles == len(used)
    assert worth.distance == pytest.approx(sum(length for _, length in legs))
    legal = once and len(used) <= instance.vehicles and all(fine for fine, _ in legs)
    assert (worth.breaches == ()) == legal


@often
@given(instances(), st.integers(0, 100))
def test_a_tiny_solve_is_the_best_of_all_plans(instance: Instance, seed: int) -> None:
    best = errands.best(instance)
    result = solve(instance, Options(seed=seed, iterations=1500))
    if best is None:
        assert result.routes is None
        assert result.status in ("infeasible", "unknown")
        return
    assert result.status == "feasible"
    assert result.routes is not None
    assert result.worth == evaluate(instance, result.routes)
    assert result.worth.breaches == ()
    assert (result.worth.vehicles, result.worth.distance) == (best[0], pytest.approx(best[1]))


@often
@given(instances(), st.integers(0, 100))
def test_no_plan_has_fewer_vehicles_than_the_bound(instance: Instance, seed: int) -> None:
    best = errands.best(instance)
    if best is not None:
        assert fewest_vehicles(ground(instance), seed) <= best[0]


def crowd(pairs: int, seed: int) -> Instance:
    """Many errands on a lattice with windows of an hour or so; every one can be run alone."""
    spot = [((7 * k * seed) % 41, (11 * k + 3 * seed) % 37) for k in range(2 * pairs)]
    stops = []
    for k, (x, y) in enumerate(spot):
        ready = 60.0 + (k // 2 * 53) % 200 + (60 if k % 2 else 0)
        load = 1 + k // 2 % 5
        stops.append(Stop(k + 1, float(x), float(y), -load if k % 2 else load, ready, ready + 70, 3.0))
    depot = Stop(0, 20.0, 18.0, 0, 0.0, 600.0, 0.0)
    numbered = tuple((k, k + 1) for k in range(1, 2 * pairs, 2))
    return Instance("crowd", pairs, 9, depot, tuple(stops), numbered)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_plan_on_the_way_is_legal_and_better_than_the_one_before(seed: int) -> None:
    instance = crowd(25, seed)
    told: list[Progress] = []
    result = solve(instance, Options(seed=seed, iterations=6000), told.append)
    assert result.worth is not None
    assert result.worth.breaches == ()
    worths = [(p.vehicles, p.distance) for p in told]
    assert worths == sorted(worths, reverse=True)
    assert worths[-1] == (result.worth.vehicles, pytest.approx(result.worth.distance))
    assert worths[-1] < worths[0]
    assert result.bound <= result.worth.vehicles


def test_equal_steps_and_seed_give_equal_routes() -> None:
    first, again = (solve(crowd(25, 5), Options(seed=7, iterations=4000)) for _ in range(2))
    assert first.routes == again.routes
    assert first.iterations == again.iterations == 4000


def test_it_stops_on_time() -> None:
    solve(crowd(5, 1), Options(iterations=10))
    began = time.perf_counter()
    solve(crowd(60, 1), Options(seconds=1.0))
    assert time.perf_counter() - began < PATIENCE


def test_it_stops_when_asked_with_the_plan_in_hand() -> None:
    result = solve(crowd(25, 1), Options(seconds=60), should_stop=lambda: True)
    assert result.status == "feasible"
    assert result.seconds < 10


def test_an_errand_that_cannot_be_run_at_all_is_proven_infeasible() -> None:
    late = parse("late", GOOD.replace("2 0 20 -4 0 90", "2 0 20 -4 0 24").encode())
    result = solve(late, Options(iterations=100))
    assert (result.status, result.routes) == ("infeasible", None)
    assert result.reason is not None
    assert "1" in result.reason.zh
    assert "2" in result.reason.en


def test_too_few_vehicles_are_proven_so_where_no_two_errands_go_together() -> None:
    narrow = GOOD.replace("3 10 1", "1 10 1").replace("0 0 0 0 0 100", "0 0 0 0 0 60")
    result = solve(parse("narrow", narrow.encode()), Options(iterations=100))
    assert (result.status, result.bound) == ("infeasible", 2)


def test_one_vehicle_runs_both_errands_when_it_has_the_time() -> None:
    result = solve(SMALL, Options(iterations=200))
    assert result.worth is not None
    assert (result.worth.vehicles, result.worth.distance) == (1, pytest.approx(50 + math.sqrt(500)))
