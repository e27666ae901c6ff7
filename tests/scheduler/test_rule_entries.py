"""A rule's entry in the problem document: the way in and out, its shape, and what makes no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scheduler.rules import REGISTRY, RuleError, as_json, from_json, parameter_schema

from .examples import EXAMPLES
from .examples.told import SMALLEST, entry

RULES = sorted(REGISTRY)


def schema(name: str) -> dict[str, Any]:
    """The rule's entry as far as it is the rule's own."""
    return {"type": "object", "properties": {"rule": {"const": name}, **parameter_schema(REGISTRY[name])}}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_needs_no_more_than_its_name(name: str) -> None:
    rule = from_json(entry(name))
    assert rule == REGISTRY[name](**SMALLEST.get(name, {}))
    assert rule.hard == (not rule.always_priced)


@pytest.mark.parametrize("name", RULES)
def test_an_entry_comes_back_as_it_went_in(name: str) -> None:
    more: dict[str, Any] = {"id": "x"}
    if name != "cover":
        more |= {"population": {"units": ["a", "b"]}, "waived_by": "nights", "dates": {"from": "2026-03-02"}}
    if not REGISTRY[name].always_hard:
        more |= {"hard": False, "weight": 7}
    rule = from_json(entry(name, **more))
    assert from_json(as_json(rule)) == rule
    assert as_json(rule).items() >= more.items()
    assert from_json(json.loads(json.dumps(as_json(rule)))) == rule


def test_examples_survive_the_way_through_json() -> None:
    for examples in EXAMPLES.values():
        for example in examples:
            assert from_json(as_json(example.rule)) == example.rule


@pytest.mark.parametrize("name", RULES)
def test_the_schema_takes_what_the_rule_gives(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    judge = Draft202012Validator(schema(name))
    assert not list(judge.iter_errors(as_json(from_json(entry(name)))))
    for example in EXAMPLES[name]:
        assert not list(judge.iter_errors(as_json(example.rule)))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rule": "min_rest", "hours": -1}, "hours"),
        ({"rule": "min_rest", "hours": "11"}, "hours"),
        ({"rule": "min_rest", "run_hours": 1.5}, "run_hours"),
        ({"rule": "min_max_duties", "per": "month"}, "per"),
        ({"rule": "team_mix", "members": {"colour": ["red"]}}, "members"),
        ({"rule": "apart", "groups": [["ann", 3]]}, "groups"),
        ({"rule": "apart", "households": 1}, "households"),
        ({"rule": "one_duty_at_a_time", "hard": False}, "hard"),
        ({"rule": "fair_share", "hard": True}, "hard"),
        ({"rule": "day_off", "window_days": 0}, "window_days"),
    ],
)
def test_the_schema_refuses_what_has_another_shape(body: dict[str, Any], field: str) -> None:
    errors = list(Draft202012Validator(schema(body["rule"])).iter_errors(body))
    assert [e.path[0] for e in errors] == [field]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"rule": "no_such_rule"}, [("rule", "unknown_rule")]),
        ({"rule": "min_rest", "huors": 9}, [("huors", "unknown_field")]),
        ({"rule": "min_rest", "dates": {"from": "2026-02-30"}}, [("dates", "not_a_date")]),
        ({"rule": "min_rest", "dates": {"from": "2026-03-03", "to": "2026-03-02"}}, [("dates", "first_after_last")]),
        ({"rule": "min_rest", "weight": -1}, [("weight", "negative")]),
        ({"rule": "min_rest", "hours": -1}, [("hours", "too_small")]),
        ({"rule": "qualification", "hard": False}, [("hard", "always_hard")]),
        ({"rule": "continuity", "hard": True}, [("hard", "always_priced")]),
        ({"rule": "day_off", "min": 3, "window_days": 2}, [("min", "more_than_window_days")]),
        ({"rule": "min_max_duties", "min": 1, "per": "day"}, [("min", "no_least_per_day")]),
        ({"rule": "min_max_minutes", "min": 1, "per": "day"}, [("min", "no_least_per_day")]),
        ({"rule": "min_max_minutes", "min": 2, "max": 1}, [("min", "more_than_max")]),
        ({"rule": "run_length", "min": 4, "max": 3}, [("min", "more_than_max")]),
        ({"rule": "run_length", "of": "shift"}, [("shifts", "shifts_of_what")]),
        ({"rule": "run_length", "shifts": ["night"]}, [("shifts", "shifts_of_what")]),
        ({"rule": "forbidden_succession", "pairs": [["night"]]}, [("pairs", "shift_without_followers")]),
        ({"rule": "team_mix"}, [("at_least", "nothing_asked")]),
        ({"rule": "cover", "population": {"tags": ["a"]}}, [("population", "for_everybody")]),
        ({"rule": "min_rest", "a": 1, "dates": {"to": "x"}}, [("a", "unknown_field"), ("dates", "not_a_date")]),
        (
            {"rule": "day_off", "min": 9, "weight": -2, "hard": False},
            [("weight", "negative"), ("min", "more_than_window_days")],
        ),
    ],
)
def test_all_that_makes_no_sense_is_said_at_once(body: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(RuleError) as caught:
        from_json(body)
    assert [(e.field_name, e.code) for e in caught.value.faults] == faults
    assert (caught.value.field_name, caught.value.code) == faults[0]
