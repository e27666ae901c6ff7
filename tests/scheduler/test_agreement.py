"""Every registered rule, said four times: its naive twin, the checker, the program and the solver say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler import towns as whole_towns
from scheduler.check import check
from scheduler.engines import highs
from scheduler.problem import Assignment, Problem
from scheduler.program import Program, build, decode
from scheduler.rules import REGISTRY
from scheduler.search.linear import linear
from scheduler.search.local import LocalSearch
from scheduler.search.pooling import Pooling, alone, pooled

from .. import brute
from .. import factories as f
from ..oracle import TWINS, judge
from ..strategies import PARAMETERS, mild_rosters, rosters, towns
from ..thorough import examples
from ..weigh import weigh

RULES = sorted(REGISTRY)
Roster = tuple[Assignment, ...]
LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]
often = settings(max_examples=examples(12), deadline=None, suppress_health_check=LARGE)

PRESUME_ONE_DUTY = {"min_rest", "rest_after_nights", "max_nights", "apart", "together", "standby_cover"}


def overlapping(town: Problem, roster: Roster) -> bool:
    """True when somebody holds two duties at once: what the rules of PRESUME_ONE_DUTY make of it is their affair."""
    duties = {d.id: d for d in town.duties}
    pairs = ((duties[a.duty], duties[b.duty]) for a, b in combinations(roster, 2) if a.person == b.person)
    return any(a.start < b.end and b.start < a.end for a, b in pairs)


def agree(town: Problem, roster: Roster) -> None:
    """The checker and the oracle say the same of a roster."""
    report, verdict = check(town, roster), judge(town, roster)
    unsure = PRESUME_ONE_DUTY if overlapping(town, roster) else set()
    costs = {name: cost for name, cost in report.costs.items() if cost and name not in unsure}
    assert report.legal == verdict.legal
    assert {v.rule for v in report.violations} - unsure == set(verdict.hard) - unsure
    assert costs == {name: cost for name, cost in verdict.costs.items() if name not in unsure}
    assert report.objective == sum(report.costs.values())
    assert report.vacancy_objective == verdict.vacancy_objective
    assert all(v.excess > 0 and v.hard for v in report.violations)


def test_every_rule_has_a_naive_twin_and_towns_to_try_it_in() -> None:
    assert set(REGISTRY) == set(TWINS)
    assert set(REGISTRY) == set(PARAMETERS)
    assert all(kind.name == name for name, kind in REGISTRY.items())


def model_agrees(town: Problem, roster: Roster) -> None:
    """The program accepts what is legal, charges what the checker charges, and reads back as an equal roster."""
    report, program = check(town, roster), build(town)
    weight = weigh(program, roster)
    assert (weight is not None) == report.legal
    if weight is not None:
        assert (weight.vacancy, weight.cost) == (report.vacancy_objective, report.objective)
        again = check(town, decode(program, weight.cells, weight.flows))
        assert again.legal
        assert (again.vacancy_objective, again.costs) == (report.vacancy_objective, report.costs)


@pytest.mark.parametrize("name", RULES)
@often
@given(data=st.data())
def test_oracle_checker_and_program_say_the_same(name: str, data: st.DataObject) -> None:
    town = data.draw(towns(name))
    roster = data.draw(rosters(town))
    agree(town, roster)
    model_agrees(replace(town, now=None), roster)


@often
@given(data=st.data())
def test_they_agree_on_rules_in_any_company(data: st.DataObject) -> None:
    town = data.draw(towns())
    roster = data.draw(st.one_of(mild_rosters(town), rosters(town)))
    agree(town, roster)
    model_agrees(replace(town, now=None), roster)


@pytest.mark.parametrize("key", whole_towns.DEMO_KEYS)
def test_they_agree_on_a_whole_town(key: str) -> None:
    """On a roster that is filled greedily, and on one in which many people were exchanged at random."""
    town = document.load(whole_towns.make(key, 3, f.MONDAY))
    search = LocalSearch(build(town), 1)
    search.construct()
    roster = search.assignments()
    agree(town, roster)
    model_agrees(town, roster)
    chance, people = Random(key), [p.id for p in town.people]
    shuffled = tuple(replace(a, person=chance.choice(people)) if chance.random() < 0.1 else a for a in roster)
    assert not check(town, shuffled).legal
    agree(town, shuffled)


# --- mutants: the oracle notices a rule that is said wrongly --------------------------------------------------
MUTANTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("min_rest", {"hours": 11}, {"hours": 10}),
    ("min_rest", {"hours": 8, "after_night_hours": 12}, {"hours": 8}),
    ("min_rest", {"hours": 8, "run_hours": 4}, {"hours": 8}),
    ("rest_after_nights", {"nights": 2, "hours": 24}, {"nights": 2, "hours": 16}),
    ("rest_after_nights", {"nights": 2, "hours": 24}, {"nights": 3, "hours": 24}),
    ("max_hours", {"hours": 16, "window_days": 1}, {"hours": 17, "window_days": 1}),
    ("max_hours", {"hours": 24, "window_days": 2}, {"hours": 24, "window_days": 1}),
    ("max_nights", {"max": 1, "window_days": 3}, {"max": 1, "window_days": 2}),
    ("max_nights", {"max": None, "in_a_row": 1}, {"max": None, "in_a_row": 2}),
    ("day_off", {"min": 1, "window_days": 3}, {"min": 1, "window_days": 4}),
    ("min_max_duties", {"max": 1, "per": "day"}, {"max": 2, "per": "day"}),
    ("min_max_duties", {"max": 1, "per": "week"}, {"max": 1, "per": "day"}),
    ("rotation", {"max": 1, "window_days": 2}, {"max": 1, "window_days": 1}),
    ("rotation", {"max": 1, "window_days": 2}, {"max": 2, "window_days": 2}),
    ("min_max_minutes", {"max": 960}, {"max": 959}),
    ("one_duty_a_day", {}, {"dates": {"from": "2026-03-03"}}),
    ("run_length", {"max": 2}, {"max": 3}),
    ("run_length", {"min": 2}, {"min": 3}),
    ("run_length", {"min": 2}, {"min": 2, "borders_exempt": True}),
    ("run_length", {"of": "days_off", "min": 2}, {"of": "days_off", "min": 3}),
    ("run_length", {"of": "shift", "shifts": ["night"], "max": 1}, {"max": 1}),
    ("forbidden_succession", {"pairs": [["night", "late"]]}, {"pairs": [["late", "night"]]}),
    ("apart", {"households": True}, {"households": False}),
    ("apart", {"households": True, "scope": "shift"}, {"households": True, "scope": "duty"}),
]


@pytest.mark.parametrize(("name", "right", "wrong"), MUTANTS)
def test_a_rule_said_wrongly_is_noticed(name: str, right: dict[str, Any], wrong: dict[str, Any]) -> None:
    """Some roster of a small town tells the mutant's checker from the true rule's oracle."""
    town = mutant_town()
    ground = [f.law("one_duty_at_a_time"), f.law("cover")]
    true = replace(town, rules=(*ground, f.law(name, **right)))
    mutant = replace(town, rules=(*ground, f.law(name, **wrong)))
    rosters_ = [tuple(Assignment("ann", d.id, "verify") for d in held) for held in _subsets(town)]
    rosters_.append((Assignment("ann", "e0", "verify"), Assignment("bao", "e0", "verify")))
    rosters_.append((Assignment("ann", "e0", "verify"), Assignment("bao", "m0", "verify")))
    verdicts = [judge(true, r).legal for r in rosters_]
    assert any(check(mutant, r).legal != legal for r, legal in zip(rosters_, verdicts, strict=True))
    assert [check(true, r).legal for r in rosters_] == verdicts


def mutant_town() -> Problem:
    two = (f.seat("verify", 2),)
    duties = [
        f.shift("e0", 0, "early", two), f.shift("m0", 0, "early", two, post="market"), f.shift("n0", 0, "night"),
        f.duty("r1", 1, 16, 2, kind="errand_run", post=None), f.shift("n1", 1, "night"), f.duty("x2", 2, 16.5, 1),
        f.shift("l1", 1, "late"), f.shift("n2", 2, "night"), f.duty("y3", 3, 22, 1), f.duty("z0", 0, 16, 1),
    ]  # fmt: skip
    return f.problem([f.person("ann", household="h"), f.person("bao", household="h")], duties, [], days=4)


def _subsets(town: Problem) -> list[tuple[Any, ...]]:
    return [held for size in range(5) for held in combinations(town.duties, size)]


# --- optima: engines against every roster there is ------------------------------------------------------------
MOST_ROSTERS = 400
tiny = settings(max_examples=examples(8), deadline=None, suppress_health_check=[*LARGE, HealthCheck.filter_too_much])


def tiny_towns(name: str | None = None) -> st.SearchStrategy[Problem]:
    """Towns small enough to look at every roster."""
    return towns(name, most_people=3, most_duties=3, most_days=4).map(lambda t: replace(t, now=None))


def exact(town: Problem, pool: Callable[[Program], Pooling]) -> Roster | None:
    """A best roster by the exact engine, level by level; None when it proves that nothing is legal."""
    program = build(town)
    pooling = pool(program)
    linear_program = linear(program, pooling)
    first = highs.solve(linear_program, linear_program.vacancy, 30)
    if first.outcome == "infeasible":
        return None
    assert first.outcome == "optimal"
    assert first.objective is not None
    second = highs.solve(linear_program.with_ceiling(round(first.objective)), linear_program.cost, 30)
    assert second.outcome == "optimal"
    assert second.values is not None
    assert second.objective is not None
    values = np.round(second.values[linear_program.whole]).astype(np.int64)
    roster = decode(program, values[: program.cells], pooling.flows(program, values[program.cells + program.touches :]))
    report = check(town, roster)
    assert (report.vacancy_objective, report.objective) == (round(first.objective), round(second.objective))
    return roster


@pytest.mark.parametrize("name", RULES)
@tiny
@given(data=st.data(), pool=st.sampled_from([alone, pooled]))
def test_the_exact_engine_finds_the_best_of_all_rosters(
    name: str, data: st.DataObject, pool: Callable[[Program], Pooling]
) -> None:
    town = data.draw(tiny_towns(name))
    assume(brute.count(town) <= MOST_ROSTERS)
    roster = exact(town, pool)
    verdict = None if roster is None else judge(town, roster)
    assert verdict is None or verdict.legal
    found = None if verdict is None else (verdict.vacancy_objective, verdict.objective)
    assert found == brute.optimum(town)


@tiny
@given(data=st.data(), pool=st.sampled_from([alone, pooled]))
def test_what_is_pinned_or_has_begun_stays_and_the_rest_is_still_the_best(
    data: st.DataObject, pool: Callable[[Program], Pooling]
) -> None:
    town = data.draw(tiny_towns())
    assume(brute.count(town) <= MOST_ROSTERS)
    held = tuple(replace(a, pinned=data.draw(st.booleans())) for a in data.draw(mild_rosters(town)))
    now = data.draw(st.one_of(st.none(), st.integers(0, 24 * town.days).map(lambda h: town.instant(60 * h))))
    town = replace(town, baseline=held, now=now)
    begun = {d.id for d in town.duties if now is not None and d.start < now}
    fixed = {a for a in held if a.pinned or a.duty in begun}
    assume(judge(town, fixed).legal)
    allowed = [r for r in brute.all_rosters(town) if fixed == {a for a in r if a in fixed or a.duty in begun}]
    verdicts = [judge(town, r) for r in allowed]
    roster = exact(town, pool)
    assert roster is not None
    assert fixed == {a for a in roster if a in fixed or a.duty in begun}
    found = judge(town, roster)
    assert found.legal
    best = min((v.vacancy_objective, v.objective) for v in verdicts if v.legal)
    assert (found.vacancy_objective, found.objective) == best


@tiny
@given(data=st.data(), seed=st.integers(1, 99))
def test_local_search_holds_rosters_that_are_what_it_says(data: st.DataObject, seed: int) -> None:
    town = replace(data.draw(towns()), now=None)
    search = LocalSearch(build(town), seed)
    search.construct()
    search.anneal(2000, 2 * search.warmth(), 0.05)
    hard, vacancy, cost = search.levels
    report, verdict = check(town, search.assignments()), judge(town, search.assignments())
    assert (hard == 0) == report.legal == verdict.legal
    if report.legal:
        assert (vacancy, cost) == (report.vacancy_objective, report.objective)
        assert (vacancy, cost) == (verdict.vacancy_objective, verdict.objective)
