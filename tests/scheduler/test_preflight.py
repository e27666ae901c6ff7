"""What cannot work is said before solving, in the town's own figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler.check import check
from scheduler.preflight import Notice, preflight
from scheduler.preflight.shortages import Supply
from scheduler.preflight.workforce import Workforce
from scheduler.problem import Assignment, Contract, Holding, Post, Problem, Vehicle
from scheduler.towns import DEMO_KEYS, make

from .. import factories as f
from ..effort import effort
from ..strategies import mild_rosters, towns
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("qualification"), f.law("availability"), f.law("cover"))
WEEK = [
    f.shift(f"{name}{day}", day, name, (f.seat("verify", 5),))
    for day in range(7)
    for name in ("early", "late", "night")
]


def codes(problem: Problem) -> list[str]:
    return [n.code for n in preflight(problem)]


def one(problem: Problem, code: str) -> Notice:
    (notice,) = [n for n in preflight(problem) if n.code == code]
    return notice


def crew(count: int, **more: Any) -> list[Any]:
    return [f.person(f"p{i}", **more) for i in range(count)]


def week(people: list[Any], *rules: Any, **more: Any) -> Problem:
    return f.problem(people, WEEK, [*GROUND, *rules], days=7, **more)


# --- shortages ----------------------------------------------------------------------------------------------
def test_a_handful_cannot_hold_a_post_around_the_clock() -> None:
    laws = (f.law("min_rest", hours=11), f.law("max_hours", hours=48), f.law("bound_posts"))
    town = week([*crew(4, bound_posts=("bridge",)), f.person("x", bound_posts=("market",))], *laws)
    found = [n.text for n in preflight(town) if n.code == "too_few_people" and "大桥" in n.text.zh]
    assert found[0].zh == (
        "点位“大桥卡口”守不住：21 班、每班 5 人，共需 105 人次；能在此值勤的 4 人每人最多 6 班，合计 24 人次，"
        "至少还缺 81 人次（共需约 18 人）。"
    )
    assert found[0].en.startswith(
        'The post "大桥卡口" cannot be held: 21 duties at 5 each need 105 turns; the 4 people who may serve there can '
        "take at most 6 each and 24 in all, 81 too few"
    )


def test_many_short_posts_are_told_in_one_sentence() -> None:
    posts = tuple(Post(f"post{i}", f"点{i}") for i in range(10))
    duties = [replace(d, id=f"{d.id}@{p.id}", post=p.id) for p in posts for d in WEEK]
    people = [f.person(f"{p.id}-{i}", bound_posts=(p.id,)) for n, p in enumerate(posts) for i in range(3 + n % 2)]
    laws = [*GROUND, f.law("min_rest", hours=11), f.law("max_hours"), f.law("bound_posts")]
    town = replace(f.problem(people, duties, laws, days=7), posts=posts)
    (text,) = [n.text for n in preflight(town) if n.code == "too_few_people" and n.text.en.startswith("10 posts")]
    assert text.en.startswith(
        "10 posts of 3.5 people on average cannot be held: 21 duties a post at 5 each need 105 turns"
    )
    assert "点0、点1、点2等" in text.zh


def test_enough_people_to_the_last_turn_are_enough() -> None:
    laws = (f.law("min_max_duties", max=5),)
    assert "too_few_people" not in codes(week(crew(21), *laws))
    assert "too_few_people" in codes(week(crew(20), *laws))


@pytest.mark.parametrize(
    ("law", "most"),
    [
        (f.law("min_max_duties", max=3), 3),
        (f.law("min_max_duties", max=2, per="week"), 2),
        (f.law("min_max_duties", max=1, per="day"), 7),
        (f.law("max_hours", hours=24), 3),
        (f.law("max_hours", hours=8, window_days=1), 7),
        (f.law("max_nights", max=0), 14),
        (f.law("min_rest", hours=16), 7),
        (f.law("min_rest", hours=8, after_night_hours=16), 11),
        (f.law("min_rest", hours=8), 11),
    ],
)
def test_each_law_bounds_how_often_a_person_can_serve(law: Any, most: int) -> None:
    town = week(crew(1), law)
    force = Workforce(town)
    assert Supply.of(force, list(range(len(town.demands)))).each == most


def test_a_contract_bounds_it_too() -> None:
    town = week([f.person("p", contract="half")], f.law("min_max_duties", max=5))
    assert Supply.of(Workforce(town), list(range(21))).each == 2


def test_laws_of_some_dates_or_for_others_bound_nothing() -> None:
    some = f.law("min_max_duties", max=1, dates={"from": "2026-03-02", "to": "2026-03-03"})
    others = f.law("min_max_duties", max=1, population={"categories": ["cadre"]})
    assert Supply.of(Workforce(week(crew(1), some, others)), list(range(21))).each == 21


def test_a_qualification_that_nobody_holds_is_an_error() -> None:
    duties = [f.shift("a", 0, "early", (f.seat("verify", qualifications=("recorder",)),))]
    town = f.problem([f.person("ann", qualifications=())], duties, GROUND, days=1)
    assert codes(town) == ["qualification_unheld"]
    expired = f.person("ann", qualifications=(Holding("recorder", valid_until=f.MONDAY),))
    later = [f.shift("a", 1, "early", (f.seat("verify", qualifications=("recorder",)),))]
    assert codes(f.problem([expired], later, GROUND, days=2)) == ["qualification_expires"]
    assert codes(f.problem([expired], duties, GROUND, days=1)) == []


def test_a_seat_that_too_few_people_fit_is_an_error() -> None:
    duties = [f.shift("a", 0, "early", (f.seat("verify", 2),))]
    people = [f.person("ann"), f.person("bao", availability=(f.away(0, 13, 2),))]
    text = one(f.problem(people, duties, GROUND, days=1), "seat_without_people").text
    assert "需要 2 人，资质、包干和时间都合适的只有 1 人" in text.zh


def test_more_heads_at_once_than_people_is_an_error() -> None:
    duties = [f.shift(p, 0, "early", (f.seat("verify", 2),), post=p) for p in ("bridge", "market")]
    town = f.problem(crew(3), duties, GROUND, days=1)
    assert "2 Mar 06:00 with 4 needed and 3 free" in one(town, "too_few_at_once").text.en
    assert "too_few_at_once" not in codes(f.problem(crew(4), duties, GROUND, days=1))


# --- rules --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (f.law("min_rest", population={"categories": ["medic"]}), "rule_for_nobody"),
        (f.law("min_rest", waived_by="long_hours"), "rule_for_nobody"),
        (f.law("min_rest", dates={"from": "2027-01-01"}), "rule_without_duties"),
        (f.law("min_max_duties", max=1, posts=["tent"]), "rule_without_duties"),
        (f.law("min_max_duties", max=1, kinds=["standby"]), "rule_without_duties"),
        (f.law("min_max_duties", max=9, shifts=["dawn"]), "rule_without_duties"),
        (f.priced("min_rest", weight=0), "rule_without_weight"),
        (f.law("team_mix", at_least=1, members={"categories": ["medic"]}), "members_do_not_exist"),
    ],
)
def test_a_rule_that_says_nothing_is_told(rule: Any, code: str) -> None:
    people = crew(30, opt_ins=frozenset({"long_hours"}))
    notice = one(week(people, rule), code)
    assert rule.title.zh in notice.text.zh
    assert notice.severity == ("error" if code == "members_do_not_exist" else "warning")


def test_a_named_rule_is_told_by_its_name_and_another_by_its_place() -> None:
    text = one(week(crew(30), f.priced("min_rest", weight=0, id="soft-rest")), "rule_without_weight").text
    assert text.en.startswith('The rule "Minimum rest" "soft-rest" costs 0')
    assert "(number 5)" in one(week(crew(30), f.priced("min_rest", weight=0)), "rule_without_weight").text.en


def test_a_least_above_the_most_is_a_contradiction_for_those_whom_both_bind() -> None:
    least, most = f.law("min_max_duties", min=4), f.law("min_max_duties", max=3)
    assert "least_above_most" in codes(week(crew(30), least, most))
    assert "least_above_most" in codes(week(crew(30), f.law("min_max_duties", min=4, max=3)))
    others = f.law("min_max_duties", max=3, population={"categories": ["cadre"]})
    assert "least_above_most" not in codes(week(crew(30), least, others))
    assert "least_above_most" not in codes(week(crew(30), least, f.law("min_max_duties", max=3, per="week")))


def test_a_contract_below_the_least_is_a_contradiction() -> None:
    people = [*crew(30), f.person("half", contract="half")]
    town = week(people, f.law("min_max_duties", min=3, max=7))
    assert "涉及 1 人" in one(town, "least_above_most").text.zh


def test_a_least_that_somebody_cannot_reach_makes_every_roster_illegal() -> None:
    people = [*crew(30), f.person("ill", availability=(f.away(0, 0, 7 * 24),))]
    text = one(week(people, f.law("min_max_duties", min=1)), "least_out_of_reach").text
    assert "1 people cannot reach (人员ill)" in text.en


def test_together_and_apart_is_a_contradiction() -> None:
    together = f.law("together", groups=[["p0", "p1", "p2"]])
    assert "together_and_apart" in codes(week(crew(30), together, f.law("apart", groups=[["p1", "p2"]])))
    assert "together_and_apart" not in codes(week(crew(30), together, f.law("apart", groups=[["p2", "p3"]])))
    home = [replace(p, household="h") for p in crew(2)]
    text = one(week([*home, *crew(30)[2:]], together, f.law("apart")), "together_and_apart").text
    assert "人员p0和人员p1" in text.zh


def test_pins_that_break_a_law_are_told() -> None:
    pins = tuple(replace(a, pinned=True) for a in f.serves("p0 early0", "p0 late0"))
    town = week(crew(30), f.law("min_rest"), f.law("min_max_duties", min=1), baseline=pins)
    assert "人员p0" in one(town, "pins_break_a_rule").text.zh
    loose = tuple(replace(a, pinned=False) for a in pins)
    assert "pins_break_a_rule" not in codes(replace(town, baseline=loose))


def test_a_vehicle_in_two_places_at_once_is_told() -> None:
    runs = [f.run("r1", 0, 9, vehicle="van"), f.run("r2", 0, 10.5, vehicle="van"), f.run("r3", 0, 13, vehicle="van")]
    town = f.problem(crew(3), runs, GROUND, days=1, vehicles=(Vehicle("van", "小货车"),))
    text = one(town, "vehicle_twice").text
    assert "小货车" in text.zh
    assert "in 1 place(s)" in text.en


def test_a_drivers_seat_without_a_vehicle_is_told() -> None:
    runs = [f.run("r1", 0, 9, vehicle="van"), f.run("r2", 0, 12)]
    town = f.problem(crew(3), runs, [*GROUND, f.law("vehicle", positions=["run"])], days=1)
    assert "1 dut(ies)" in one(town, "driver_without_vehicle").text.en
    assert "driver_without_vehicle" not in codes(replace(town, duties=town.duties[:1]))


def test_standby_with_too_few_seats_or_with_a_gap_is_told() -> None:
    duties = [f.duty(f"s{i}", 0, starts, 4, kind="standby") for i, starts in enumerate((8, 11, 16))]
    town = f.problem(crew(3), duties, [*GROUND, f.law("standby_cover", at_least=2)], days=1)
    assert one(town, "standby_seats_too_few").severity == "error"
    assert "first 1 at 2026-03-02 08:00" in one(town, "standby_seats_too_few").text.en
    assert "first from 2026-03-02 15:00 to 2026-03-02 16:00" in one(town, "standby_gap").text.en
    enough = replace(town, duties=tuple(duties[:2]), rules=(*GROUND, f.priced("standby_cover", at_least=1)))
    assert {"standby_seats_too_few", "standby_gap"}.isdisjoint(codes(enough))


def test_deputies_who_are_both_away_are_told() -> None:
    away = [f.person(name, availability=(f.away(1, 0, 24),)) for name in ("ann", "bao")]
    law = f.law("deputies", groups=[["ann", "bao"]])
    town = week([*away, *crew(40)], law)
    assert "人员ann、人员bao 3月3日 都没空" in one(town, "deputies_away").text.zh
    assert "deputies_away" not in codes(replace(town, rules=(*GROUND, f.priced("deputies", groups=[["ann", "bao"]]))))


# --- all in all ---------------------------------------------------------------------------------------------
def test_a_sound_town_has_nothing_to_be_told() -> None:
    people = crew(40, history=(f.past(-1, 6, 8),))
    assert preflight(week(people, f.law("min_rest"), f.law("max_hours"), f.law("max_nights"))) == []


def test_errors_come_before_warnings_and_both_speak_two_languages() -> None:
    found = preflight(week(crew(4), f.priced("min_rest", weight=0)))
    assert [n.severity for n in found] == sorted(n.severity for n in found)
    assert {n.severity for n in found} == {"error", "warning"}
    for notice in found:
        body = notice.as_json("en")
        assert body["sentence"] == notice.text.en
        assert notice.text.zh.endswith("。")
        assert notice.text.en.endswith(".")


@pytest.mark.parametrize("key", DEMO_KEYS)
def test_the_demo_towns_can_be_staffed_and_are_looked_at_with_little_work(key: str) -> None:
    problem = document.load(make(key, 1))
    with effort() as count:
        found = preflight(problem)
    assert count.calls < 1000 * (len(problem.people) + len(problem.duties)), "not each person at each duty"
    assert {n.code for n in found} <= {"seat_without_people"}


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_legal_roster_serves_more_than_the_bounds(data: st.DataObject) -> None:
    town = document.load(document.dump(data.draw(towns())))  # with the rules that always hold
    roster = data.draw(mild_rosters(town))
    report = check(town, roster)
    if report.violations:
        return
    demands = list(range(len(town.demands)))
    most = Supply.of(Workforce(town), demands).most
    served = {p.id: 0 for p in town.people}
    for a in roster:
        served[a.person] += 1
    for i, person in enumerate(town.people):
        assert served[person.id] <= most[i]
    errors = {n.code for n in preflight(town) if n.severity == "error"}
    if errors & {"qualification_unheld", "seat_without_people", "too_few_people", "too_few_at_once"}:
        assert report.vacancies


def test_a_contract_without_a_figure_leaves_the_law_in_force() -> None:
    town = week([f.person("p", contract="plain")], f.law("max_hours", hours=16))
    town = replace(town, contracts=(Contract("plain", "普通"),))
    assert Supply.of(Workforce(town), list(range(21))).each == 2


def test_an_assignment_is_a_seat_of_the_problem() -> None:
    town = week(crew(30), baseline=(Assignment("p0", "early0", "verify"),))
    assert preflight(town) == []
