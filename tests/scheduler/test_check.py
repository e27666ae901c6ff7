"""The checker: what it finds in any roster, and what it says of one edit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.check import breaches, check, consequences, obstacles
from scheduler.problem import MeaningError, Problem

from .. import factories as f
from ..oracle import judge
from ..strategies import mild_rosters, rosters, seats_of, towns
from ..thorough import examples

some_towns = settings(max_examples=examples(35), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def small(*rules: object) -> Problem:
    duties = [
        f.shift("early", 0, "early", (f.seat("lead", priority=5), f.seat("verify", 1, ideal=2, max=2))),
        f.shift("late", 0, "late"),
        f.shift("night", 0, "night"),
    ]
    ground = (f.law("one_duty_at_a_time"), f.law("cover"))
    return f.problem([f.person(n) for n in ("ann", "bao", "chen")], duties, [*ground, *rules], days=1)


def test_an_empty_roster_is_legal_and_all_vacancies() -> None:
    report = check(small(), ())
    assert report.legal
    assert [(v.duty, v.position, v.count, v.priority) for v in report.vacancies] == [
        ("early", "lead", 1, 5), ("early", "verify", 1, 3), ("late", "verify", 1, 3), ("night", "verify", 1, 3)
    ]  # fmt: skip
    assert report.vacancy_objective == 2**4 + 3 * 2**2


def test_a_vacancy_of_the_highest_priority_weighs_as_much_as_sixteen_of_the_lowest() -> None:
    seats = (f.seat("lead", priority=5), f.seat("verify", 16, priority=1))
    town = f.problem([f.person("ann")], [f.shift("a", 0, "early", seats)], [f.law("cover")], days=1)
    assert check(town, ()).vacancy_objective == 32
    assert check(town, f.serves("ann a lead")).vacancy_objective == 16


def test_every_breach_is_listed_with_person_duties_and_excess() -> None:
    town = small(f.law("min_rest", hours=11), f.law("min_max_duties", max=1, per="window"))
    report = check(town, f.serves("ann early", "ann late", "ann night", "bao early", "chen early"))
    found = {(v.rule, v.person, v.duties, v.excess) for v in report.violations}
    assert {(who, excess) for rule, who, _, excess in found if rule == "min_rest"} <= {("ann", 1), ("ann", 2)}
    assert {d for rule, _, duties, _ in found if rule == "min_rest" for d in duties} == {"early", "late", "night"}
    assert ("min_max_duties", "ann", ("early", "late", "night"), 2) in found
    assert ("cover", None, ("early",), 1) in found
    assert not report.legal


def test_a_breach_that_several_cliques_find_is_listed_once() -> None:
    duties = [f.duty(f"d{i}", 0, 6 + i, 3, post=post) for i, post in enumerate(("bridge", "market", "tent"))]
    town = f.problem([f.person("ann")], duties, [f.law("one_duty_at_a_time"), f.law("cover")], days=1)
    listed = [v.duties for v in check(town, f.serves("ann d0", "ann d1")).violations]
    assert listed == [("d0", "d1")]


def test_every_sentence_is_there_in_both_languages() -> None:
    town = small(f.law("min_rest", hours=11), f.priced("category_order", 3, order=["cadre", "volunteer"]))
    roster = f.serves("ann early", "ann late", "bao early", "chen early")
    for violation in [*check(town, roster).violations, *breaches(town, roster)]:
        assert violation.text.zh
        assert violation.text.en
        assert violation.text.zh != violation.text.en


def test_priced_breaches_are_listed_dearest_first_and_sum_to_their_cost() -> None:
    town = small(f.priced("category_order", 3, order=["cadre", "volunteer"]), f.priced("min_rest", 7, hours=11))
    roster = f.serves("ann early", "ann late", "bao early lead", "chen night")
    found = breaches(town, roster)
    report = check(town, roster)
    assert [v.cost for v in found] == sorted((v.cost for v in found), reverse=True)
    assert sum(v.cost for v in found) == report.objective
    assert report.costs == report.costs | {"min_rest": 7, "category_order": 12}


def test_an_unknown_person_duty_or_position_is_refused() -> None:
    for pair in ("zoe early", "ann dawn", "ann late lead"):
        with pytest.raises(MeaningError):
            check(small(), f.serves(pair))


def test_the_same_roster_in_another_order_gets_the_same_report() -> None:
    roster = f.serves("ann early", "ann late", "bao early lead", "chen night")
    assert check(small(), roster) == check(small(), tuple(reversed(roster)))


@some_towns
@given(data=st.data())
def test_one_edit_is_judged_like_the_whole(data: st.DataObject) -> None:
    town = data.draw(towns())
    before = data.draw(rosters(town))
    possible = seats_of(town)
    gone = tuple(data.draw(st.lists(st.sampled_from(before), max_size=2, unique=True))) if before else ()
    fresh = [a for a in possible if a not in before]
    new = tuple(data.draw(st.lists(st.sampled_from(fresh), max_size=2, unique=True))) if fresh else ()
    after = (*(a for a in before if a not in gone), *new)
    said, old, now = consequences(town, before, gone, new), check(town, before), check(town, after)
    assert said.cost_change == now.objective - old.objective
    assert said.vacancy_change == now.vacancy_objective - old.vacancy_objective
    if old.legal:
        assert said.legal == now.legal == judge(town, after).legal
    assert {v.rule for v in said.violations} <= {v.rule for v in now.violations}


@some_towns
@given(data=st.data())
def test_somebody_is_kept_off_a_seat_exactly_when_sitting_there_is_illegal(data: st.DataObject) -> None:
    town = replace(data.draw(towns()), now=None, baseline=())
    roster = data.draw(mild_rosters(town))
    if not check(town, roster).legal:
        return
    seat = data.draw(st.sampled_from(seats_of(town)))
    if seat in roster:
        return
    found = obstacles(town, roster, town.duty_index[seat.duty], seat.position)
    kept_out = any(mask[town.person_index[seat.person]] for _, _, mask in found)
    assert kept_out == (not check(town, (*roster, seat)).legal)
    names = {limit.rule for _, limit, mask in found if mask[town.person_index[seat.person]]}
    assert names <= {town.rules[index].name for index, _, _ in found}


def test_the_report_is_plain_json_in_both_languages() -> None:
    town = small(f.law("min_rest", hours=11))
    body = check(town, f.serves("ann early", "ann late")).as_json("en")
    assert body["legal"] is False
    assert body["violations"][0]["sentence"] == body["violations"][0]["text"]["en"]
    assert [v["duty"] for v in body["vacancies"]] == ["early", "night"]
