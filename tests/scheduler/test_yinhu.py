"""银湖: ten thousand people bound to posts, of any size at constant density."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from scheduler import document, towns
from scheduler.towns.yinhu import MOST_PEOPLE

from .command import run, said
from .large_towns import MONDAY, built, least_seats, loaded, posts, small_yinhu


def test_yinhu_has_113_checkpoints_1000_cadres_and_10000_volunteers_who_are_bound_to_posts() -> None:
    people = built("yinhu").document["people"]
    assert len(posts("yinhu", "checkpoint")) == 113
    assert Counter(p["category"] for p in people) == {"cadre": 1_000, "volunteer": 10_000}
    assert {len(p["bound_posts"]) for p in people if p["category"] == "volunteer"} == {1, 2}


def test_yinhu_binds_cadres_to_a_group_of_posts_or_to_a_work_group() -> None:
    doc = built("yinhu").document
    cluster = {a["id"]: a.get("parent") for a in doc["areas"]}
    size = Counter(cluster[p["area"]] for p in posts("yinhu", "checkpoint"))
    assert set(size.values()) == {4, 5}
    groups = {p["id"] for p in posts("yinhu", "work_group")}
    for cadre in (p for p in doc["people"] if p["category"] == "cadre"):
        assert set(cadre.get("bound_areas", ())) <= set(size)
        assert set(cadre.get("bound_posts", ())) <= groups
        assert len(cadre.get("bound_areas", ())) + len(cadre.get("bound_posts", ())) == 1


def test_yinhu_needs_12000_to_14000_seats_a_week_in_three_shifts() -> None:
    problem = loaded("yinhu")
    assert 12_000 <= least_seats(problem) <= 14_000
    shifts = Counter(d.post for d in problem.duties if d.kind == "shift")
    assert len(shifts) == 113
    assert set(shifts.values()) == {3 * 7}


def test_yinhu_has_17_work_groups_on_call_around_the_clock() -> None:
    problem = loaded("yinhu")
    calls = defaultdict(list)
    for duty in problem.duties:
        if duty.kind == "standby":
            calls[duty.post].append((duty.start, duty.end))
    assert len(calls) == 17
    for times in calls.values():
        assert len(times) == 14
        assert all(before[1] == after[0] for before, after in pairwise(sorted(times)))


def test_yinhus_volunteers_share_a_handful_of_contracts_and_many_are_alike() -> None:
    people = [p for p in built("yinhu").document["people"] if p["category"] == "volunteer"]
    assert len({p["contract"] for p in people}) <= 3
    weeks = Counter(json.dumps(p.get("availability", [])) for p in people)
    assert sum(count for _, count in weeks.most_common(6)) > 0.8 * len(people)
    alike = Counter(
        json.dumps([p.get(key) for key in ("contract", "bound_posts", "qualifications", "availability", "opt_ins")])
        for p in people
    )
    assert sum(count for count in alike.values() if count > 2) > 0.6 * len(people)


def test_yinhu_has_as_full_a_rule_set_as_shouchang() -> None:
    rules = {r["rule"] for r in small_yinhu()["rules"]}
    assert rules >= {r["rule"] for r in towns.make("shouchang", 1, MONDAY)["rules"]}


@pytest.mark.parametrize("people", [1_000, 3_300])
def test_yinhu_grows_at_constant_density(people: int) -> None:
    doc = small_yinhu(people=people)
    checkpoints = sum(p["type"] == "checkpoint" for p in doc["posts"])
    assert len(doc["people"]) == people
    assert abs(checkpoints / people - 113 / 11_000) < 0.5 / people
    seats = least_seats(document.load(doc))
    assert 1.05 < seats / people < 1.3


def test_yinhu_may_have_as_many_people_as_a_document_may_have() -> None:
    assert MOST_PEOPLE == 50_000 <= document.MAX_PEOPLE


@pytest.mark.parametrize(("key", "people"), [("yinhu", 999), ("yinhu", 50_001), ("yangxi", 500), ("anguolu", 229)])
def test_a_size_that_a_town_cannot_have_is_refused(key: str, people: int) -> None:
    with pytest.raises(towns.SizeError) as caught:
        towns.make(key, 1, MONDAY, people)
    assert caught.value.text.zh
    assert caught.value.text.en


def test_the_command_line_says_which_sizes_there_are() -> None:
    done = run("town", "yinhu", "--people", 999, "--lang", "en", code=2)
    assert "--people: Yinhu has 1,000 to 50,000 people." in said(done)
    assert "--people：yangxi 只有一种规模。" in said(run("town", "yangxi", "--people", 500, code=2))
