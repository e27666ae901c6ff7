"""What unreasonable documents get: a sentence, with the limit named, before time and memory are spent."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from scheduler.document import guide
from scheduler.document.shape import MAX_SEATS
from scheduler.document.shape_rules import MAX_WEIGHT
from scheduler.preflight import Notice, preflight
from scheduler.problem import Problem
from scheduler.rules import REGISTRY, Rule, from_json
from scheduler.rules.entry import default_of, parameters_of, types_of

from .. import factories as f
from .command import run, said, write
from .documents import all_faults, faults, small

GROUND = (f.law("one_duty_at_a_time"), f.law("cover"))


# --- too large ----------------------------------------------------------------------------------------------
def million() -> dict[str, Any]:
    """Twenty posts around the clock for three weeks, 800 heads a team: a million seats from a page of JSON."""
    body = small(days=21)
    body["staffing_templates"][0]["seats"] = [{"position": "record", "min": 800}]
    body["posts"] = [body["posts"][0] | {"id": f"p{i}"} for i in range(20)]
    return body


def test_a_million_seats_are_refused_with_the_limit_before_they_are_made() -> None:
    body = million()
    tracemalloc.start()
    (fault,) = all_faults(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (fault.path, fault.code) == ("posts", "too_many_seats")
    assert "1008000" in fault.text.en
    assert str(MAX_SEATS) in fault.text.en
    assert str(MAX_SEATS) in fault.text.zh
    assert most < 20_000_000


def test_seats_of_single_duties_count_as_well() -> None:
    body = small()
    duty = body["errand_runs"][0] | {"seats": [{"position": "run", "min": 0, "max": 1000}]}
    body["errand_runs"] = [duty | {"id": f"run{i}"} for i in range(MAX_SEATS // 1000)]
    assert faults(body) == {"duties": "too_many_seats"}
    body["posts"], body["people"][0]["history"]["recent"] = [], []
    assert faults(body) == {}


def test_the_command_line_refuses_a_million_seats(tmp_path: Path) -> None:
    done = run("solve", write(tmp_path / "p.json", million()), "--lang", "en", code=2)
    assert f"may have at most {MAX_SEATS}" in said(done)


# --- weights ------------------------------------------------------------------------------------------------
def weights() -> list[tuple[str, str]]:
    """(rule, field) of everything that is a weight."""
    return [(name, f_.name) for name, kind in REGISTRY.items() for f_ in parameters_of(kind) if "weight" in f_.name]


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_negative_weight_is_refused_at_its_field(name: str) -> None:
    entry = {"rule": name, "hard": REGISTRY[name].always_hard, "weight": -1}
    body = small(rules=[entry])
    assert faults(body)["rules[0].weight"] == "too_small"


@pytest.mark.parametrize(("name", "field"), weights())
def test_a_negative_weight_of_a_rules_own_is_refused_at_its_field(name: str, field: str) -> None:
    body = small(rules=[{"rule": name, "hard": REGISTRY[name].always_hard, field: -1}])
    assert faults(body) == {f"rules[0].{field}": "too_small"}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_no_number_of_a_rule_may_be_negative_wherever_it_stands(name: str) -> None:
    """Nor stands one inside a list, where no minimum would look at it."""
    kind = REGISTRY[name]
    for field in parameters_of(kind):
        held = types_of(kind)[field.name]
        if held is int or int in get_args(held):
            assert field.metadata["minimum"] >= 0, (name, field.name)
            assert field.metadata["maximum"] is not None, (name, field.name)
        else:
            assert not _numbers(held), (name, field.name)
            assert not _numbers(type(default_of(field))), (name, field.name)


def _numbers(kind: Any) -> bool:
    return kind in (int, float) or any(_numbers(inner) for inner in get_args(kind) if isinstance(inner, type))


def test_a_weight_beyond_the_limit_is_refused_with_the_limit() -> None:
    body = small(rules=[{"rule": "min_rest", "hard": False, "weight": MAX_WEIGHT + 1}])
    (fault,) = all_faults(body)
    assert (fault.path, fault.code) == ("rules[0].weight", "too_large")
    assert str(MAX_WEIGHT) in fault.text.en


def test_the_limits_are_in_the_documentation() -> None:
    words = guide.as_markdown()
    assert f"{MAX_SEATS:,} seats" in words
    assert f"weights of 0 to {MAX_WEIGHT:,}" in words


# --- rules that look where nothing is -----------------------------------------------------------------------
def town(*rules: Rule, people: int = 3, **more: Any) -> Problem:
    duties = [f.shift(f"{n}{d}", d, n) for d in range(3) for n in ("early", "late", "night")]
    return f.problem([f.person(f"p{i}", **more) for i in range(people)], duties, [*GROUND, *rules])


def told(problem: Problem, code: str) -> list[Notice]:
    return [n for n in preflight(problem) if n.code == code]


LOOK_BACK: list[tuple[dict[str, Any], int]] = [
    ({"rule": "min_rest", "hours": 11}, 1),
    ({"rule": "min_rest", "hours": 11, "after_night_hours": 36}, 2),
    ({"rule": "rest_after_nights", "nights": 3, "hours": 24}, 4),
    ({"rule": "max_hours", "window_days": 7}, 7),
    ({"rule": "max_nights", "max": 2, "window_days": 7}, 6),
    ({"rule": "max_nights", "max": None, "in_a_row": 3}, 3),
    ({"rule": "day_off", "min": 1, "window_days": 7}, 6),
    ({"rule": "run_length", "max": 5}, 5),
    ({"rule": "rotation", "window_days": 4}, 3),
    ({"rule": "standby_cover", "max_hours": 30}, 2),
    ({"rule": "min_max_duties", "max": 5}, 0),
    ({"rule": "min_max_duties", "max": 5, "per": "week"}, 0),
    ({"rule": "one_duty_a_day"}, 0),
    ({"rule": "cover"}, 0),
    ({"rule": "fair_share", "hard": False}, 0),
]


@pytest.mark.parametrize(("body", "days"), LOOK_BACK, ids=[f"{b['rule']}-{d}" for b, d in LOOK_BACK])
def test_how_far_a_rule_looks_back(body: dict[str, Any], days: int) -> None:
    assert from_json(body).days_back(town()) == days


def test_a_week_that_began_before_the_window_is_looked_back_into() -> None:
    from_wednesday = replace(town(), start=f.at(2, 0).date())
    assert f.law("min_max_duties", max=5, per="week").days_back(from_wednesday) == 2
    assert f.law("min_max_minutes", max=5, per="week").days_back(from_wednesday) == 2


def test_a_rule_that_looks_back_where_nobody_has_a_history_is_told_once() -> None:
    (notice,) = told(town(f.law("max_hours", id="week")), "no_history")
    assert notice.severity == "warning"
    assert notice.text.en == (
        'The rule "Most hours" "week" looks at the 7 days before the window, and none of its 3 people has a history, '
        "so they count as not having served then: add history.recent."
    )
    assert "排班期之前 7 天" in notice.text.zh
    assert "3 人都没有历史记录" in notice.text.zh


def test_one_history_is_enough_and_a_dead_rule_is_not_told_twice() -> None:
    known = town(f.law("max_hours"))
    people = (replace(known.people[0], history=f.person("x", history=(f.past(-1, 6, 8),)).history), *known.people[1:])
    assert told(replace(known, people=people), "no_history") == []
    assert told(town(f.law("max_hours", population={"tags": ["nobody"]})), "no_history") == []
    assert told(town(f.priced("min_rest", weight=0)), "no_history") == []
    of_others = f.law("max_hours", population={"people": ["p1", "p2"]})
    assert len(told(replace(known, people=people, rules=(*GROUND, of_others)), "no_history")) == 1


def test_a_population_that_matches_nobody_is_told() -> None:
    nobody = f.law("max_hours", population={"categories": ["medic"]}, id="medics")
    (notice,) = told(town(nobody), "rule_for_nobody")
    assert notice.severity == "warning"
    assert '"medics" speaks for nobody and does nothing' in notice.text.en


def test_dates_outside_the_window_are_told() -> None:
    later = f.law("max_hours", dates={"from": "2026-05-01", "to": "2026-05-07"})
    (notice,) = told(town(later), "rule_without_duties")
    assert "has dates on which no duty starts" in notice.text.en


def test_notices_reach_the_command_line(tmp_path: Path) -> None:
    body = small(rules=[{"rule": "max_hours", "population": {"people": ["p2"]}}])
    found = json.loads(run("preflight", write(tmp_path / "p.json", body), "--lang", "en").stdout)["notices"]
    assert "no_history" in {n["code"] for n in found}
