"""Small towns cut out of large ones: whole documents, about what is left and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.cuts import cut, evenly, restrict
from scheduler import document, towns
from scheduler.program import build
from tests import factories as f

PARENTS = {"shouchang": None, "xincheng": None, "anguolu": None, "yinhu": 1000, "yangxi": None}
"""Bound to areas, bound to nothing, with errand runs, of a chosen size, with deputies."""


@pytest.mark.parametrize("key", PARENTS)
def test_a_cut_town_is_a_whole_document_of_so_many_people(key: str) -> None:
    whole = towns.make(key, 1, f.MONDAY, PARENTS[key])
    problem, parent = document.load(cut(whole, 60)), document.load(whole)
    assert len(problem.people) == 60
    assert {p.id for p in problem.people} <= {p.id for p in parent.people}
    assert {d.id for d in problem.duties} <= {d.id for d in parent.duties}
    heads, all_heads = (sum(seat.min for _, seat in p.demands) for p in (problem, parent))
    assert 0.6 < (heads / 60) / (all_heads / len(parent.people)) < 2
    assert set(build(problem).cell_person.tolist()) == set(range(60)), "somebody can serve nowhere"


def test_other_posts_make_another_town() -> None:
    whole = towns.make("shouchang", 1, f.MONDAY)
    one, other = (cut(whole, 60, first_post=first) for first in (0, 10))
    assert {p["id"] for p in one["posts"]} != {p["id"] for p in other["posts"]}
    assert len(document.load(other).people) == 60


def test_of_every_kind_of_people_about_the_same_part_stays() -> None:
    whole = towns.make("xincheng", 1, f.MONDAY)
    kept = cut(whole, 84)["people"]
    for category in {p["category"] for p in whole["people"]}:
        before = sum(p["category"] == category for p in whole["people"])
        assert abs(sum(p["category"] == category for p in kept) - before / 2) <= 1


def test_more_people_than_there_are_cannot_be_had() -> None:
    with pytest.raises(ValueError, match="168 people may serve, 169 are wanted"):
        cut(towns.make("xincheng", 1, f.MONDAY), 169)


def rules_left(*rules: dict[str, Any]) -> list[dict[str, Any]]:
    """What stays of some rules where only ann, bao and the bridge stay."""
    town = {"people": [], "posts": [], "rules": list(rules)}
    kept: list[dict[str, Any]] = restrict(town, {"ann", "bao"}, {"bridge"})["rules"]
    return kept


def test_rules_speak_of_those_who_are_left() -> None:
    assert rules_left({"rule": "apart", "groups": [["ann", "bao", "chen"], ["ann", "deng"]]}) == [
        {"rule": "apart", "groups": [["ann", "bao"]]}
    ]
    assert rules_left({"rule": "team_mix", "posts": ["market", "bridge"]}) == [
        {"rule": "team_mix", "posts": ["bridge"]}
    ]
    assert rules_left({"rule": "day_off", "population": {"people": ["ann", "chen"], "tags": ["new"]}}) == [
        {"rule": "day_off", "population": {"people": ["ann"], "tags": ["new"]}}
    ]


def test_a_rule_about_what_is_gone_goes_rather_than_speak_of_everybody() -> None:
    assert rules_left({"rule": "apart", "groups": [["ann", "chen"]]}) == []
    assert rules_left({"rule": "team_mix", "posts": ["market"]}) == []
    assert rules_left({"rule": "day_off", "population": {"people": ["chen"]}}) == []
    assert rules_left({"rule": "apart", "groups": [["chen", "deng"]], "households": True}) == [
        {"rule": "apart", "groups": [], "households": True}
    ]


def test_work_of_no_post_shrinks_with_the_people() -> None:
    whole = towns.make("anguolu", 1, f.MONDAY)
    kept = cut(whole, 60)
    assert len(kept["errand_runs"]) == round(60 / 229 * 147)


def test_a_published_roster_keeps_what_is_still_there() -> None:
    whole = towns.make("xincheng", 1, f.MONDAY)
    duty = document.load(whole).duties[0]
    people = [p["id"] for p in whole["people"]]
    published = [{"person": p, "duty": duty.id, "position": duty.seats[0].position} for p in people[:2]]
    whole |= {"baseline": {"assignments": published}}
    assert restrict(whole, set(people[:1]), {duty.post or ""})["baseline"] == {"assignments": published[:1]}
    assert restrict(whole, set(people), set())["baseline"] == {"assignments": []}


@pytest.mark.parametrize("most", [0, 1, 3, 7, 10, 12])
def test_evenly_takes_as_many_as_it_can_in_their_order(most: int) -> None:
    found = evenly(range(10), most)
    assert len(found) == min(most, 10)
    assert found == sorted(set(found))


def test_evenly_leaves_equal_gaps() -> None:
    assert evenly(range(9), 3) == [1, 4, 7]
