"""solve(): statuses, both levels, stopping, starting warm, and the same roster twice."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler import document, towns
from scheduler.check import check
from scheduler.problem import Assignment, Problem
from scheduler.roster import Progress, Result, relative_gap
from scheduler.solver import Options, solve

from .. import brute
from .. import factories as f
from ..oracle import judge
from ..patience import PATIENCE
from ..strategies import towns as tiny_towns
from ..thorough import examples

PEOPLE = ("ann", "bao", "chen", "deng")
GROUND = (f.law("one_duty_at_a_time"), f.law("cover"))


def week(*rules: object, people: tuple[str, ...] = PEOPLE, days: int = 2) -> Problem:
    """Three shifts a day at one post, one verifier each."""
    duties = [f.shift(f"{name}{day}", day, name) for day in range(days) for name in ("early", "late", "night")]
    return f.problem([f.person(p) for p in people], duties, [*GROUND, *rules], days=days)


@cache
def xincheng() -> Problem:
    return document.load(towns.make("xincheng", 1))


def quickly(problem: Problem, seconds: float = PATIENCE, **options: object) -> Result:
    """What is small is over long before its time."""
    return solve(problem, Options(seconds=seconds, **options))  # type: ignore[arg-type]


def is_honest(problem: Problem, result: Result) -> None:
    """The result says what checker and oracle say of its roster, and no more than was proven."""
    assert result.assignments is not None
    report, verdict = check(problem, result.assignments), judge(problem, result.assignments)
    assert report.legal
    assert verdict.legal
    assert (result.objective, result.vacancy_objective) == (report.objective, report.vacancy_objective)
    assert (result.objective, result.vacancy_objective) == (verdict.objective, verdict.vacancy_objective)
    assert sum(result.costs.values()) == result.objective
    assert result.bound is None or result.bound <= report.objective
    assert result.vacancy_bound is None or result.vacancy_bound <= report.vacancy_objective
    if result.status == "optimal":
        assert (result.gap, result.vacancy_gap) == (0, 0)
    short = {(v.duty, v.position): v.count for v in result.vacancies}
    assert short == {(v.duty, v.position): v.count for v in report.vacancies}
    assert all(v.reason is not None and v.reason.zh and v.reason.en for v in result.vacancies)


def test_a_gap_is_a_part_of_the_cost_and_a_roster_that_costs_nothing_has_one_too() -> None:
    assert relative_gap(200, 150) == 0.25
    assert relative_gap(0, -3) == 3
    assert (relative_gap(0, 0), relative_gap(7, 8)) == (0, 0)
    assert (relative_gap(None, 3), relative_gap(3, None)) == (None, None)


# --- statuses ---------------------------------------------------------------------------------------------
def test_a_small_week_is_solved_and_proven() -> None:
    problem = week(f.law("min_rest", hours=11), f.priced("fair_share", 1))
    result = quickly(problem)
    assert result.status == "optimal"
    assert result.vacancies == ()
    assert result.objective == 2 * (1 + 3) + 2 * 1
    is_honest(problem, result)


def test_rules_that_nobody_can_keep_are_infeasible_and_no_roster_comes_out() -> None:
    result = quickly(week(f.law("min_max_duties", min=2, per="window"), days=2))
    assert result.status == "infeasible"
    assert result.assignments is None
    assert result.objective is None
    assert result.as_json()["assignments"] is None


def test_a_vacancy_never_fails_a_solve() -> None:
    away = tuple(f.away(0, 0, 24 * 3) for _ in range(1))
    people = [f.person(p, availability=away) for p in PEOPLE]
    problem = replace(week(f.law("availability")), people=tuple(people))
    result = quickly(problem)
    assert result.status == "optimal"
    assert result.assignments == ()
    assert sum(v.count for v in result.vacancies) == 6
    is_honest(problem, result)


def test_nobody_but_one_person_is_a_roster_too() -> None:
    problem = week(f.law("min_rest", hours=11), people=("ann",))
    result = quickly(problem)
    assert result.status == "optimal"
    assert result.assignments is not None
    assert len(result.assignments) == 2
    is_honest(problem, result)


def test_a_window_of_one_day_is_solved() -> None:
    problem = week(f.law("min_rest", hours=11), f.law("day_off"), f.priced("fair_share", 2), days=1)
    result = quickly(problem)
    assert result.status == "optimal"
    assert result.vacancy_objective == 0
    is_honest(problem, result)


def test_everything_pinned_comes_back_as_it_was() -> None:
    held = tuple(replace(a, pinned=True) for a in f.serves("ann early0", "ann late0", "bao night0", "chen early1"))
    empty = replace(week(f.law("min_rest", hours=11)), baseline=held)
    for problem in (empty, replace(empty, now=f.at(1, 0))):
        result = quickly(problem)
        assert result.assignments is not None
        assert set(held) <= set(result.assignments)
        assert {a for a in result.assignments if a.pinned} == set(held)


def test_what_has_begun_takes_nobody_new_and_gives_nobody_up() -> None:
    held = f.serves("ann early0", "bao late1")
    problem = replace(week(), baseline=held, now=f.at(0, 15))
    result = quickly(problem)
    assert result.assignments is not None
    begun = {(a.person, a.duty) for a in result.assignments if a.duty in ("early0", "late0")}
    assert begun == {("ann", "early0")}
    assert {(v.duty, v.count) for v in result.vacancies} == {("late0", 1)}


# --- the two levels ---------------------------------------------------------------------------------------
def test_no_price_is_high_enough_to_leave_a_seat_empty() -> None:
    problem = week(f.priced("category_order", 1_000_000, order=["cadre", "volunteer"]))
    result = quickly(problem)
    assert result.vacancies == ()
    assert result.objective == 6_000_000
    assert result.status == "optimal"


def test_the_price_of_vacancies_cannot_hide_a_poor_roster() -> None:
    """The gap is that of the prices alone, however dear the seats are that nobody can fill."""
    wanted = f.seat("lead", 40, priority=5, qualifications=("recorder",))
    impossible = f.shift("guard", 0, "early", (wanted,), post="tent")
    wishes = (f.priced("fair_share", 1), f.priced("category_order", 2, order=["cadre", "volunteer"]))
    problem = replace(
        week(), rules=(*GROUND[:1], f.law("cover", below_ideal_weight=0), f.law("qualification"), *wishes)
    )
    people = tuple(replace(p, qualifications=()) for p in problem.people)
    problem = replace(problem, duties=(*problem.duties, impossible), people=people)
    result = quickly(problem)
    assert result.vacancy_objective == 40 * 16 == result.vacancy_bound
    assert result.objective == result.bound == 10 + 6 * 2
    assert (result.gap, result.vacancy_gap) == (0, 0)
    worse = check(problem, on_one_pair_of_shoulders(problem))
    assert worse.vacancy_objective == result.vacancy_objective
    assert worse.objective > result.objective


def on_one_pair_of_shoulders(problem: Problem) -> tuple[Assignment, ...]:
    return tuple(Assignment("ann", d.id, "verify") for d in problem.duties if d.post == "bridge")


def test_a_seat_of_high_priority_is_filled_before_several_of_low_priority() -> None:
    seats = (f.seat("lead", priority=5), f.seat("verify", 2, priority=1))
    problem = f.problem([f.person("ann")], [f.shift("a", 0, "early", seats)], GROUND, days=1)
    result = quickly(problem)
    assert result.assignments == (Assignment("ann", "a", "lead"),)


# --- time, stopping, telling ------------------------------------------------------------------------------
def test_time_is_kept() -> None:
    problem = xincheng()
    quickly(problem, 0.5)
    started = time.monotonic()
    result = quickly(problem, 2)
    assert time.monotonic() - started < PATIENCE
    assert result.status in ("feasible", "optimal")
    is_honest(problem, result)


def test_a_stop_at_any_moment_gives_a_legal_roster_at_once() -> None:
    problem = xincheng()
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    result = solve(problem, Options(seconds=600), should_stop=stop.is_set)
    timer.cancel()
    assert result.seconds < PATIENCE
    is_honest(problem, result)


def test_a_stop_before_the_start_still_gives_a_legal_roster() -> None:
    result = solve(xincheng(), Options(seconds=60), should_stop=lambda: True)
    assert result.status in ("feasible", "optimal")
    is_honest(xincheng(), result)


def test_progress_never_gets_worse_and_ends_where_the_result_does() -> None:
    heard: list[Progress] = []
    incumbents: list[tuple[Assignment, ...]] = []
    result = solve(xincheng(), Options(seconds=2), heard.append, on_incumbent=incumbents.append)
    levels = [(p.vacancy_objective, p.objective) for p in heard if p.objective is not None]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == (result.vacancy_objective, result.objective)
    assert [p.seconds for p in heard] == sorted(p.seconds for p in heard)
    assert heard == list(result.trace)
    assert incumbents
    assert all(check(xincheng(), roster).legal for roster in (incumbents[0], incumbents[-1]))


def test_results_are_plain_json_without_infinities() -> None:
    for problem in (week(), week(f.law("min_max_duties", min=9, per="window"))):
        body = json.loads(json.dumps(quickly(problem).as_json("en"), allow_nan=False))
        assert body["format"] == "sanban-result"
        assert set(body) >= {
            "status", "seconds", "objective", "bound", "gap", "vacancy_objective", "vacancy_bound", "vacancy_gap",
            "costs", "vacancies", "assignments", "violations", "seed", "version",
        }  # fmt: skip


def test_a_solve_stops_at_the_gap_it_was_asked_for() -> None:
    result = solve(xincheng(), Options(seconds=600, gap=0.9))
    assert result.gap is not None
    assert result.gap <= 0.9
    assert result.vacancy_gap == 0
    assert result.seconds < PATIENCE


def children() -> set[str]:
    """Living processes that this one has started."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(status.parent.name)
    return found


def test_no_process_is_left_behind() -> None:
    before = children()
    quickly(xincheng(), 1)
    assert children() <= before


# --- again, and from something ----------------------------------------------------------------------------
def test_the_same_seed_gives_the_same_roster_in_reproducible_mode() -> None:
    first, second = (quickly(xincheng(), 2, seed=7, reproducible=True) for _ in range(2))
    assert first.assignments == second.assignments
    assert (first.objective, first.vacancy_objective) == (second.objective, second.vacancy_objective)
    assert (first.bound, first.vacancy_bound) == (second.bound, second.vacancy_bound)


def test_a_warm_start_is_never_lost() -> None:
    problem = xincheng()
    good = quickly(problem, 2)
    again = solve(problem, Options(seconds=30, start=good.assignments), should_stop=lambda: True)
    assert again.vacancy_objective is not None
    assert (again.vacancy_objective, again.objective) <= (good.vacancy_objective, good.objective)


def test_a_start_that_breaks_rules_does_no_harm() -> None:
    problem = week(f.law("min_rest", hours=11))
    bad = f.serves("ann early0", "ann late0", "ann night0", "zoe early0", "ann nowhere", "bao early0 lead")
    result = quickly(problem, start=bad)
    assert result.status == "optimal"
    is_honest(problem, result)


# --- against all rosters ----------------------------------------------------------------------------------
few = settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(problem=tiny_towns(most_people=3, most_duties=3, most_days=4))
def test_a_tiny_solve_equals_the_best_of_all_rosters(problem: Problem) -> None:
    problem = replace(problem, now=None)
    assume(brute.count(problem) <= 400)
    best = brute.optimum(problem)
    result = quickly(problem)
    if best is None:
        assert result.status == "infeasible"
        return
    assert result.status == "optimal"
    assert (result.vacancy_objective, result.objective) == best
    is_honest(problem, result)


@few
@given(problem=tiny_towns(), seed=st.integers(1, 9))
def test_no_solve_returns_what_the_rules_refuse(problem: Problem, seed: int) -> None:
    problem = replace(problem, now=None)
    result = quickly(problem, 3, seed=seed)
    assert result.status != "unknown"
    if result.assignments is not None:
        is_honest(problem, result)
