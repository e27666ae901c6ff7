"""What all rules share: their words and their limits."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from scheduler.check import check, obstacles
from scheduler.explain import counted_duties
from scheduler.problem import Duty, History, Holding, Person, Problem
from scheduler.rules import (
    REGISTRY,
    Population,
    Rule,
    all_limits,
    as_markdown,
    catalogue,
    from_json,
    parameter_schema,
)
from scheduler.rules.times import cliques, without_contained
from scheduler.tally import Served
from scheduler.text import Text

from .. import factories as f
from .examples.told import entry

RULES = sorted(REGISTRY)


# --- words -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", RULES)
def test_the_sentence_names_parameters_only_and_exists_in_both_languages(name: str) -> None:
    rule = REGISTRY[name]
    said, known = rule.template(), set(parameter_schema(rule)) | {"weight"}
    for sentence, stop in ((said.zh, "。"), (said.en, ".")):
        assert sentence.endswith(stop)
        assert {key for _, key, _, _ in string.Formatter().parse(sentence) if key} <= known
    full = from_json(entry(name)).sentence()
    assert "{" not in full.zh + full.en
    assert bool(rule.more().zh) == bool(rule.more().en)
    assert rule.title.zh != rule.title.en


def test_a_sentence_carries_its_figures() -> None:
    rule = f.law("min_rest", hours=10, after_night_hours=12)
    assert rule.sentence() == Text(
        "一班结束到下一班开始，至少休息 10 小时；夜班之后 12 小时。",
        "At least 10 h of rest between the end of one duty and the start of the next; after a night 12 h.",
    )


def test_the_catalogue_says_everything_about_every_rule() -> None:
    held = {rule["name"]: rule for rule in json.loads(json.dumps(catalogue(), allow_nan=False))}
    assert list(held) == list(REGISTRY)
    rest = held["min_rest"]
    assert (rest["hard_possible"], rest["priced_possible"]) == (True, True)
    assert [(p["name"], p["default"], p["unit"]) for p in rest["parameters"]] == [
        ("hours", 11, "hours"), ("after_night_hours", None, "hours"), ("run_hours", None, "hours")
    ]  # fmt: skip
    for rule in held.values():
        for parameter in rule["parameters"]:
            assert parameter["meaning"]["zh"]
            assert parameter["meaning"]["en"]


def test_the_page_has_a_section_for_every_rule_and_a_row_for_every_parameter() -> None:
    page = as_markdown()
    for name, rule in REGISTRY.items():
        assert f"## `{name}`" in page
        assert all(f"| `{p}` |" in page for p in parameter_schema(rule) if p != "hard")


WEEK = date(2026, 11, 23)
GATE: dict[str, Any] = {"start": WEEK, "post": "bridge"}


def in_november(people: tuple[Person, ...], duties: tuple[Duty, ...], *rules: Rule) -> Problem:
    return f.problem(people, duties, rules, days=7, start=WEEK)


def test_a_breach_is_told_with_name_duty_and_amount() -> None:
    night = f.shift("night", 2, "night", shift_name="夜班", **GATE)
    late = f.shift("late", 3, "late", shift_name="中班", **GATE)
    someone = replace(f.person("ann"), name="沈佳宁")
    town = in_november((someone,), (night, late), f.law("min_rest"))
    (violation,) = check(town, f.serves("ann night", "ann late")).violations
    assert violation.text == Text(
        "沈佳宁 在 11月25日 夜班 大桥卡口 后只休息 8 小时就上 11月26日 中班 大桥卡口，需要 11 小时",
        "沈佳宁 rests only 8 h between the night of 25 Nov at 大桥卡口 and 26 Nov 14:00–22:00 at 大桥卡口, needs 11 h",
    )


def clause(town: Problem, *roster: str) -> Text:
    """Why the person of the roster's last assignment cannot take it."""
    *held, tried = f.serves(*roster)
    duty, person = town.duty_index[tried.duty], town.person_index[tried.person]
    served = Served.of(town, held)
    found = [(r, limit) for r, limit, mask in obstacles(town, held, duty, tried.position) if mask[person]]
    rule_index, limit = found[0]
    looks = np.zeros(len(town.duties), bool)
    looks[limit.duties] = True
    return town.rules[rule_index].why_out(town, limit, person, counted_duties(served, limit, looks, person, duty))


NIGHT_25, LATE_26 = f.shift("night", 2, "night", **GATE), f.shift("late", 3, "late", **GATE)
EARLY_23, RUN_23 = f.shift("early", 0, "early", **GATE), f.run("r", 0, 8, start=WEEK)
LED_23 = f.shift("led", 0, "early", (f.seat("lead", qualifications=("leader",)),), **GATE)
EVE = History((f.past(-1, 22, 8, night=True, start=WEEK),))
CLAUSES: list[tuple[Rule, tuple[Duty, ...], tuple[str, ...], dict[str, Any], str, str]] = [
    (
        f.law("min_rest"), (NIGHT_25, LATE_26), ("ann night", "ann late"), {},
        "刚下 25 日夜班需休息", "resting after the night of the 25th",
    ),
    (
        f.law("min_rest"), (NIGHT_25, LATE_26), ("ann late", "ann night"), {},
        "26 日另有一班，间隔不足", "on duty again too soon, on the 26th",
    ),
    (
        f.law("min_rest"), (EARLY_23,), ("ann early",), {"history": EVE},
        "刚下 22 日夜班需休息", "resting after the night of the 22nd",
    ),
    (
        f.law("one_duty_at_a_time"), (EARLY_23, RUN_23), ("ann early", "ann r run"), {},
        "同一时间在大桥卡口值勤", "on duty at 大桥卡口 at the time",
    ),
    (
        f.law("one_duty_at_a_time"), (EARLY_23, RUN_23), ("ann r run", "ann early"), {},
        "同一时间在跑腿", "on an errand run at the time",
    ),
    (
        f.law("max_hours", hours=8), (NIGHT_25, LATE_26), ("ann night", "ann late"), {},
        "本周已满 8 小时", "at their weekly limit of 8 h",
    ),
    (
        f.law("max_nights", max=1), (NIGHT_25, f.shift("n0", 0, "night", **GATE)), ("ann n0", "ann night"), {},
        "7 天内夜班已满 1 个", "at their limit of 1 night in 7 days",
    ),
    (
        f.law("qualification"), (LED_23,), ("ann led lead",),
        {"qualifications": (Holding("leader", None, date(2026, 11, 20)),)},
        "点长资质已于 11-20 到期", "点长 qualification expired on 11-20",
    ),
    (
        f.law("qualification"), (LED_23,), ("ann led lead",), {"qualifications": ()},
        "没有点长资质", "not qualified as 点长",
    ),
    (
        f.law("bound_posts"), (EARLY_23,), ("ann early",), {"bound_posts": ("market",)},
        "包干在别处", "bound to other posts",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "duties", "roster", "traits", "zh", "en"), CLAUSES)
def test_the_clause_says_why_somebody_is_out(
    rule: Rule, duties: tuple[Duty, ...], roster: tuple[str, ...], traits: dict[str, Any], zh: str, en: str
) -> None:
    assert clause(in_november((f.person("ann", **traits),), duties, rule), *roster) == Text(zh, en)


SPEAKING: dict[str, dict[str, Any]] = {
    "day_off": {"window_days": 2},
    "rest_after_nights": {"nights": 2},
    "min_max_duties": {"max": 3},
    "min_max_minutes": {"max": 1500},
    "run_length": {"min": 2, "max": 2},
    "forbidden_succession": {"pairs": [["night", "early"]]},
    "weekends": {"max": 0, "complete": True},
    "deputies": {"groups": [["p0", "p1"]]},
    "inspector_independence": {"positions": ["verify"]},
    "vehicle": {"positions": ["run"]},
}
"""What makes a rule say something in the small town below."""


# --- limits ----------------------------------------------------------------------------------------------------
def crowd(size: int, *rules: Rule) -> Problem:
    """People of a few kinds, more or fewer of each."""
    past = (f.past(-1, 14, 8, post="bridge"), f.past(-2, 22, 8, night=True))
    kinds: list[dict[str, Any]] = [
        {"contract": "half", "availability": (f.away(0, 14, 8), f.away(1, 6, 8, "avoid"), f.away(2, 6, 8, "prefer"))},
        {"history": past, "unit": "school", "qualifications": (Holding("leader", None, f.MONDAY),)},
        {"category": "cadre", "bound_posts": ("bridge",), "unit": "bureau", "area": "town"},
    ]
    people = [f.person(f"p{i}", **kinds[i % 3], household=f"h{i // 2}") for i in range(size)]
    seats = (f.seat("lead", qualifications=("leader",)), f.seat("verify", 2))
    duties = [
        f.shift(f"{post}{name}{day}", day, name, seats, post=post)
        for post in ("bridge", "market") for day in (0, 1, 2, 5, 6) for name in ("early", "late", "night")
    ]  # fmt: skip
    duties += [f.run("r", 1, 9, vehicle="van"), f.duty("s", 1, 9, 2, kind="standby")]
    return f.problem(people, duties, rules, days=7)


@pytest.mark.parametrize("name", [n for n in RULES if n not in ("together", "stability")])
def test_a_limit_speaks_for_many_people_at_once(name: str) -> None:
    rules = [from_json(entry(name, **SPEAKING.get(name, {})))]
    if not REGISTRY[name].always_hard:
        rules.append(from_json(entry(name, hard=False, **SPEAKING.get(name, {}))))
    few, many = all_limits(crowd(6, *rules)), all_limits(crowd(60, *rules))
    assert few
    assert len(few) == len(many)


def test_every_limit_is_well_formed_and_knows_its_rule() -> None:
    rules = [from_json(entry(name, **SPEAKING.get(name, {}))) for name in RULES]
    town = replace(crowd(12, *rules), baseline=f.serves("p0 bridgeearly0", "p1 bridgelate0 lead", "p2 bridgeearly0"))
    limits = all_limits(town)
    assert limits is all_limits(town)
    assert {town.rules[limit.rule_index].name for limit in limits} == set(RULES) - {"together"}
    for limit in limits:
        assert town.rules[limit.rule_index].name == limit.rule
        for indices, size in ((limit.persons, len(town.people)), (limit.duties, len(town.duties))):
            assert indices.dtype == np.int64
            assert (np.diff(indices) > 0).all()
            assert ((indices >= 0) & (indices < size)).all()
        for aligned, to in (
            (limit.duty_weights, limit.duties), (limit.buckets, limit.duties), (limit.base, limit.persons),
            (limit.person_weights, limit.persons), (limit.group, limit.persons),
        ):  # fmt: skip
            assert aligned is None or aligned.shape == to.shape
        assert all(tier.weight > 0 for tier in limit.price)
    assert {limit.rule for limit in limits if limit.hard} & {n for n in RULES if REGISTRY[n].always_priced} == set()


def test_eight_hours_apart_three_shifts_are_one_clique_each() -> None:
    """Eleven hours of rest over three shifts: any three shifts in a row hold one duty."""
    town = crowd(3, f.law("min_rest", hours=11))
    rest = [limit for limit in all_limits(town) if not limit.about and len(limit.persons) == 3]
    shifts = [limit for limit in rest if all(town.duties[d].kind == "shift" for d in limit.duties.tolist())]
    assert all(len({town.duties[d].start for d in limit.duties.tolist()}) <= 3 for limit in shifts)
    assert sum(len({town.duties[d].start for d in limit.duties.tolist()}) == 3 for limit in shifts) >= 5


def test_a_population_asks_for_every_field_and_any_value_of_it() -> None:
    town = crowd(6)
    school, halves = Population(units=frozenset(["school", "x"])), Population(contracts=frozenset(["half"]))
    assert school.indices(town).tolist() == [1, 4]
    assert halves.indices(town).tolist() == [0, 3]
    both = replace(school, contracts=halves.contracts)
    assert both.indices(town).tolist() == []
    assert Population().indices(town).tolist() == list(range(6))


def test_a_populations_area_includes_those_below() -> None:
    people = [f.person("ann", area="gate"), f.person("bao", area="west"), f.person("chen")]
    town = f.problem(people, [], [])
    assert Population(areas=frozenset(["town"])).indices(town).tolist() == [0]


def test_cliques_are_the_largest_sets_that_share_a_moment() -> None:
    start, end = np.array([0, 2, 4, 4, 9]), np.array([4, 6, 5, 8, 10])
    assert [c.tolist() for c in cliques(start, end)] == [[0, 1], [1, 2, 3], [4]]
    sets = [np.array(s) for s in ([1], [1, 2], [2, 1], [3])]
    assert [s.tolist() for s in without_contained(sets)] == [[1, 2], [3]]
