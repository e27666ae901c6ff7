"""The problem document: what loads, what it loads as, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler import document
from scheduler.problem import Problem
from scheduler.rules import REGISTRY
from scheduler.towns import DEMO_KEYS, make

from .. import factories as f
from ..effort import effort
from ..strategies import towns
from ..thorough import examples
from .documents import full, small
from .examples.told import SMALLEST


def test_the_example_of_the_documentation_loads() -> None:
    problem = document.load(small())
    assert (problem.town, problem.town_name, problem.zone, problem.days) == ("lucun", "芦村", "Asia/Shanghai", 7)
    assert len(problem.people) == 2
    assert len(problem.duties) == 3 * 7 + 1


def test_a_post_becomes_one_duty_a_shift_and_day() -> None:
    problem = document.load(small())
    night = problem.duties[problem.duty_index["bridge/2026-11-25/night"]]
    assert night.start.isoformat() == "2026-11-25T00:00:00+08:00"
    assert night.end.isoformat() == "2026-11-25T08:00:00+08:00"
    assert (night.post, night.shift, night.shift_name, night.night, night.kind) == (
        "bridge", "night", "夜班", True, "shift",
    )  # fmt: skip
    assert all(post.staffing == () for post in problem.posts)


def test_an_errand_run_is_a_duty_of_its_own_kind() -> None:
    run = document.load(full()).duties[-1]
    assert (run.id, run.kind, run.vehicle, run.place) == ("medicine-tuesday", "errand_run", "van", "卫生院")
    assert (run.seats[0].min, run.seats[0].ideal, run.seats[0].max) == (1, 2, 2)


def test_the_rules_that_always_hold_are_added_when_missing() -> None:
    names = [rule.name for rule in document.load(small()).rules]
    assert names == [
        "min_rest", "max_nights", "fair_share", "cover", "one_duty_at_a_time", "qualification", "availability",
    ]  # fmt: skip
    given_all = small(rules=[{"rule": "cover", "below_ideal_weight": 3}, {"rule": "availability", "avoid_weight": 9}])
    rules = {rule.name: rule for rule in document.load(given_all).rules}
    assert rules["cover"].below_ideal_weight == 3  # type: ignore[attr-defined]
    assert len(rules) == 4


def test_a_law_that_is_given_for_some_still_holds_for_all_and_no_price_is_charged_twice() -> None:
    some = {"population": {"people": ["p1"]}}
    body = small(rules=[{"rule": "availability", **some}, {"rule": "qualification", **some}])
    rules = document.load(body).rules
    assert [r.name for r in rules].count("qualification") == 2
    own, added = (r for r in rules if r.name == "availability")
    assert added.population.everybody
    assert (own.avoid_weight, added.avoid_weight, added.prefer_weight) == (5, 0, 0)  # type: ignore[attr-defined]


def test_instants_come_in_the_zone_of_the_town_whatever_their_offset() -> None:
    body = small()
    body["errand_runs"][0] |= {"start": "2026-11-24T01:30Z", "end": "2026-11-23T22:00-05:00"}
    run = document.load(body).duties[-1]
    assert (run.start.isoformat(), run.end.isoformat()) == ("2026-11-24T09:30:00+08:00", "2026-11-24T11:00:00+08:00")


def test_null_counts_as_left_out_for_optional_fields() -> None:
    body = full()
    body["people"][1] |= {"unit": None, "area": None, "contract": None, "household": None}
    body |= {"now": None, "baseline": None}
    problem = document.load(body)
    assert problem.people[1].unit is None
    assert problem.now is None
    assert problem.baseline == ()


def test_names_in_any_script_are_kept_as_they_are() -> None:
    names = ["林小满", "Ἀθηνᾶ", "مريم", "Ольга", "👩‍🚒 Zoë", "ꦗꦮ"]
    body = small()
    body["people"] = [{"id": f"号{i}", "name": name, "category": "volunteer"} for i, name in enumerate(names)]
    assert [p.name for p in document.load(document.loads(json.dumps(body))).people] == names


def test_whole_numbers_may_be_written_with_a_point() -> None:
    problem = document.load(small(days=2.0))
    assert problem.days == 2
    assert isinstance(problem.days, int)


@pytest.mark.parametrize("body", [small(), full()], ids=["small", "full"])
def test_what_is_written_reads_back_as_the_same_problem(body: dict[str, Any]) -> None:
    problem = document.load(body)
    written = document.dump(problem)
    assert document.load(document.loads(json.dumps(written))) == problem
    assert document.dump(document.load(written)) == written


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_any_problem_reads_back_as_it_was_with_the_rules_that_always_hold(problem: Problem) -> None:
    again = document.load(document.loads(json.dumps(document.dump(problem))))
    kept = again.rules[: len(problem.rules)]
    assert replace(again, rules=kept) == problem
    assert {r.name for r in again.rules} >= {"cover", "one_duty_at_a_time", "qualification", "availability"}
    assert document.load(document.dump(again)) == again


@pytest.mark.parametrize("key", DEMO_KEYS)
def test_the_demo_towns_load_and_read_back(key: str) -> None:
    problem = document.load(make(key, 1))
    assert document.load(document.dump(problem)) == problem


@pytest.mark.parametrize("noun", document.NOUNS)
def test_every_entity_goes_to_its_json_and_back(noun: str) -> None:
    for body in full()[noun]:
        entity = document.entity_from_json(noun, body, "Asia/Shanghai")
        assert document.entity_from_json(noun, document.entity_to_json(noun, entity), "Asia/Shanghai") == entity


def test_a_rule_that_is_off_is_read_like_any_other_and_says_nothing() -> None:
    body = small()
    kept = document.load(body).rules
    rest = {"rule": "min_rest", "hours": 700, "id": "long", "off": True}
    assert document.load(body | {"rules": [*body["rules"], rest]}).rules == kept
    assert rest | {"off": False} not in [document.entity_to_json("rules", rule) for rule in kept]
    with pytest.raises(document.DocumentError) as caught:
        document.load(body | {"rules": [*body["rules"], rest | {"hours": -1, "population": {"units": ["nowhere"]}}]})
    last = len(body["rules"])
    assert {f.path for f in caught.value.faults} == {f"rules[{last}].hours", f"rules[{last}].population.units[0]"}


def test_a_rule_that_always_holds_holds_with_its_defaults_when_it_is_off() -> None:
    body = small()
    body["rules"] = [{"rule": "cover", "below_ideal_weight": 77, "off": True}]
    (cover,) = [rule for rule in document.load(body).rules if rule.name == "cover"]
    assert cover.below_ideal_weight == type(cover)().below_ideal_weight != 77  # type: ignore[attr-defined]


def test_rules_go_to_their_json_and_back() -> None:
    for name, kind in REGISTRY.items():
        body = {"rule": name, "hard": not kind.always_priced, "waived_by": "long-hours", "weight": 3}
        if name == "cover":
            body.pop("waived_by")
        body |= SMALLEST.get(name, {})
        rule = document.entity_from_json("rules", body, "Asia/Shanghai")
        assert document.entity_from_json("rules", document.entity_to_json("rules", rule), "Asia/Shanghai") == rule


def test_an_entity_by_itself_tells_all_its_faults_with_paths_within_it() -> None:
    spans = [{"start": "2026-11-25T09:00+08:00", "end": "2026-11-25T08:00+08:00", "status": "maybe"}]
    with pytest.raises(document.DocumentError) as caught:
        document.entity_from_json("people", {"id": "p", "category": "c", "availability": spans, "age": 3}, "UTC")
    found = {fault.path: fault.code for fault in caught.value.faults}
    assert found == {"name": "missing_field", "age": "unknown_field", "availability[0].status": "not_an_option"}
    with pytest.raises(document.DocumentError) as caught:
        document.entity_from_json("ghosts", {}, "UTC")
    assert caught.value.faults[0].code == "unknown_noun"


def test_two_thousand_people_load_with_as_much_work_for_each_as_two_hundred() -> None:
    body = small()
    spans = [
        {"start": f"2026-11-{day}T08:00+08:00", "end": f"2026-11-{day}T18:00+08:00", "status": "avoid"}
        for day in range(23, 28)
    ]
    one, calls = body["people"][0], []
    for people in (200, 2000):
        body["people"] = [one | {"id": f"p{i}", "availability": spans} for i in range(people)]
        document.load(body)
        with effort() as count:
            assert len(document.load(body).people) == people
        calls.append(count.calls)
    assert calls[1] < 11 * calls[0]


# --- clock changes ------------------------------------------------------------------------------------------
def _berlin(day: str, **shift: str) -> tuple[Any, ...]:
    body = small(zone="Europe/Berlin", start=day, days=1, errand_runs=[])
    body["shift_patterns"][0]["shifts"] = [{"id": "s", "name": "班", **shift}]
    for person in body["people"]:
        person.pop("history", None)
    return document.load(body).duties


def _minutes(duty: Any) -> float:
    return (duty.end.timestamp() - duty.start.timestamp()) / 60


def test_a_night_is_an_hour_shorter_when_the_clock_goes_forward_and_longer_when_it_goes_back() -> None:
    assert _minutes(_berlin("2026-03-28", start="22:00", end="06:00")[0]) == 7 * 60
    assert _minutes(_berlin("2026-10-24", start="22:00", end="06:00")[0]) == 9 * 60


def test_a_boundary_that_the_clock_skips_is_taken_as_much_later() -> None:
    (duty,) = _berlin("2026-03-29", start="02:30", end="06:00")
    assert duty.start.isoformat() == "2026-03-29T03:30:00+02:00"
    assert _minutes(duty) == 150


def test_of_a_boundary_that_comes_twice_the_first_is_meant() -> None:
    (duty,) = _berlin("2026-10-25", start="02:30", end="06:00")
    assert duty.start.isoformat() == "2026-10-25T02:30:00+02:00"
    assert _minutes(duty) == 4.5 * 60


def test_a_shift_within_the_skipped_hour_makes_no_duty_that_day() -> None:
    body = small(zone="Europe/Berlin", start="2026-03-28", days=3, errand_runs=[])
    body["shift_patterns"][0]["shifts"] = [{"id": "s", "name": "班", "start": "02:00", "end": "03:00"}]
    body["people"][0].pop("history")
    found = [d.id for d in document.load(body).duties]
    assert found == ["bridge/2026-03-28/s", "bridge/2026-03-30/s"]


def test_a_duty_across_the_hour_that_comes_twice_may_end_before_it_starts_by_the_wall_clock() -> None:
    run = {
        "id": "r",
        "start": "2026-10-25T02:30+02:00",
        "end": "2026-10-25T02:15+01:00",
        "seats": [{"position": "run"}],
    }
    body = small(zone="Europe/Berlin", start="2026-10-25", days=1, posts=[], errand_runs=[run])
    body["people"][0].pop("history")
    problem = document.load(body)
    assert _minutes(problem.duties[0]) == 45
    assert document.load(document.dump(problem)).duties[0].end.astimezone(UTC) == datetime(
        2026, 10, 25, 1, 15, tzinfo=UTC
    )


def test_staffing_keeps_to_its_dates_and_shifts() -> None:
    body = small()
    body["posts"][0]["staffing"] = [
        {
            "template": "desk",
            "pattern": "three",
            "shifts": ["night"],
            "first_day": "2026-11-20",
            "last_day": "2026-11-24",
        },
        {"template": "desk", "pattern": "three", "shifts": ["early", "late"], "first_day": "2026-11-29"},
    ]
    found = [d.id for d in document.load(body).duties if d.post == "bridge"]
    assert found == [
        "bridge/2026-11-23/night", "bridge/2026-11-24/night", "bridge/2026-11-29/early", "bridge/2026-11-29/late",
    ]  # fmt: skip


def test_the_duties_of_any_window_can_be_made_without_a_problem() -> None:
    body = small()
    made = {
        noun: [document.entity_from_json(noun, b, "Asia/Shanghai") for b in body[noun]]
        for noun in ("posts", "shift_patterns", "staffing_templates")
    }
    start = date(2027, 2, 1)
    duties = document.expand_staffing(*made.values(), "Asia/Shanghai", start, 2)
    assert [d.id for d in duties][:3] == [
        "bridge/2027-02-01/early",
        "bridge/2027-02-01/late",
        "bridge/2027-02-01/night",
    ]
    assert duties[-1].start.date() == start + timedelta(days=1)


def test_factories_make_problems_that_the_document_can_say() -> None:
    town = f.problem([f.person("ann")], [f.shift("a", 0, "early")], [f.law("cover")], days=1)
    assert document.load(document.dump(town)).people == town.people
