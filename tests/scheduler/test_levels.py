"""The three levels of the objective in one 64-bit number: they never mix, whatever the weights and the vacancies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler.check import check
from scheduler.program import build
from scheduler.search.landscape import HARD_OVER_VACANCY, ROOM, VACANCY_UNIT, landscape
from scheduler.search.local import LocalSearch
from scheduler.solver import Options, solve
from scheduler.towns import make

from .. import brute
from .. import factories as f
from ..strategies import mild_rosters, towns
from ..thorough import examples
from ..weigh import weigh

GROUND = (f.law("one_duty_at_a_time"), f.law("cover"))
HIGH = 10**9


def test_an_ordinary_town_keeps_its_usual_units() -> None:
    _, units = landscape(build(document.load(make("xincheng", 1))))
    assert units[:2] == (VACANCY_UNIT, VACANCY_UNIT * HARD_OVER_VACANCY)


def test_very_many_vacancies_are_not_taken_for_broken_laws() -> None:
    """20,000 missing heads of the highest priority are more than the usual unit of the law has room for."""
    duties = [f.shift(f"e{day}", day, "early", (f.seat("verify", 1000, priority=5),)) for day in range(20)]
    town = f.problem([f.person("ann")], duties, GROUND, days=20)
    search = LocalSearch(build(town), 1)
    assert search.levels == (0, 320_000, check(town, ()).objective)
    assert search.levels[1] > HARD_OVER_VACANCY
    search.construct()
    report = check(town, search.assignments())
    assert search.levels == (0, report.vacancy_objective, report.objective)


def test_the_highest_weights_that_a_document_may_have_keep_to_their_level_in_a_whole_town() -> None:
    body = make("shouchang", 1)
    for entry in body["rules"]:
        if entry.get("hard") is False:
            entry["weight"] = 1_000_000
        if entry["rule"] == "cover":
            entry["below_ideal_weight"] = 1_000_000
    town = document.load(body)
    search = LocalSearch(build(town), 1)
    search.construct()
    for _ in range(3):
        search.anneal(20_000, search.warmth(), 0.1 * search.warmth())
        report = check(town, search.assignments())
        assert search.levels == (0, report.vacancy_objective, report.objective)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_level_reaches_into_the_next_whatever_the_weights(data: st.DataObject) -> None:
    town = data.draw(towns())
    weights = st.sampled_from([1, 7, 10**3, 10**6, HIGH])
    town = replace(town, rules=tuple(r if r.hard else replace(r, weight=data.draw(weights)) for r in town.rules))
    program, roster = build(town), data.draw(mild_rosters(town))
    assume(weigh(program, roster) is not None)
    search = LocalSearch(program, 1)
    search.begin_with(roster)
    assert int(abs(search.land.table).max(initial=0)) < ROOM
    if search.levels[0] == 0:
        report = check(town, search.assignments())
        assert search.levels == (0, report.vacancy_objective, report.objective)


def test_a_tiny_town_with_prices_of_a_thousand_million_is_solved_to_the_unit() -> None:
    duties = [f.shift(f"{name}{day}", day, name) for day in range(2) for name in ("early", "late", "night")]
    rules = (f.priced("min_rest", HIGH, hours=11), f.priced("max_nights", 1, max=0), f.priced("day_off", HIGH))
    town = f.problem([f.person("ann"), f.person("bao")], duties, [*GROUND, *rules], days=2)
    result = solve(town, Options(seconds=3))
    assert (result.vacancy_objective, result.objective) == brute.optimum(town)
