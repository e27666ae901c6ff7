"""Who could take a seat: ranked by cost, with reasons, and what keeps the others off."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import document, substitutes
from scheduler.check import check, consequences
from scheduler.problem import Assignment, MeaningError, Post, Problem
from scheduler.towns import make

from .. import factories as f
from ..effort import effort
from ..strategies import rosters, towns
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("qualification"), f.law("availability"), f.law("cover"))


def town(*rules: object, **more: object) -> Problem:
    duties = [f.shift("early0", 0, "early", (f.seat("verify", 4),)), f.shift("night1", 1, "night")]
    people = [
        f.person("plain"),
        f.person("keen", availability=(f.away(1, 20, 12, "prefer"),), opt_ins=frozenset({"nights"})),
        f.person("loath", availability=(f.away(1, 20, 12, "avoid"),)),
        f.person("away", availability=(f.away(1, 20, 12),)),
        f.person("near", area="gate", history=(f.past(-3, 6, 8, post="bridge"), f.past(-1, 22, 8, night=True))),
        f.person("unfit", qualifications=()),
    ]
    duties[1] = f.shift("night1", 1, "night", (f.seat("verify", qualifications=("recorder",)),))
    return f.problem(people, duties, [*GROUND, f.law("max_nights", waived_by="nights"), *rules], days=2)


def rank(problem: Problem, *served: str) -> substitutes.Ranking:
    return substitutes.rank(problem, f.serves(*served), "night1", "verify")


def test_the_cheapest_comes_first_and_the_score_is_what_is_saved() -> None:
    found = rank(town(), "plain early0")
    assert [c.person for c in found.candidates] == ["keen", "near", "plain", "loath"]
    assert [c.score for c in found.candidates] == [32, 30, 30, 25]  # 30 for the head that was short of the ideal


def test_reasons_say_what_speaks_for_a_person() -> None:
    reasons = {c.person: [t.en for t in c.reasons] for c in rank(town(), "plain early0").candidates}
    assert reasons["keen"] == ["likes to serve at this time", "has volunteered for nights", "0 duties in this window"]
    assert reasons["plain"] == ["rested for 32 h before", "1 duty in this window"]
    assert reasons["near"][:2] == ["knows this post", "lives in the area"]


def test_consequences_say_what_would_be_worse() -> None:
    said = {c.person: [t.zh for t in c.consequences] for c in rank(town()).candidates}
    assert said["plain"] == ["本周第 1 个夜班"]
    assert said["loath"][0] == "本周第 1 个夜班"
    assert "希望避开" in said["loath"][1]


def test_past_nights_of_the_same_week_are_counted() -> None:
    wednesday = replace(town(), start=f.MONDAY)
    people = tuple(
        replace(p, history=f.person("x", history=(f.past(0, 0, 1, night=True),)).history) if p.id == "plain" else p
        for p in wednesday.people
    )
    said = {c.person: c.consequences[0].en for c in rank(replace(wednesday, people=people)).candidates}
    assert said["plain"] == "2nd night of the week"
    assert said["keen"] == "1st night of the week"


def test_everybody_else_is_told_the_rule_that_keeps_them_off() -> None:
    found = {e.person: (e.rule, e.text.en) for e in rank(town()).excluded}
    assert found == {
        "away": ("availability", "unavailable"),
        "unfit": ("qualification", "not qualified as 录入员"),
    }
    assert [e.person for e in rank(town()).excluded] == ["away", "unfit"]


def test_members_of_the_team_are_neither() -> None:
    found = substitutes.rank(town(), f.serves("plain early0", "near early0"), "early0", "verify")
    names = {c.person for c in found.candidates} | {e.person for e in found.excluded}
    assert names == {"keen", "loath", "away", "unfit"}


def test_no_more_than_the_limit_are_described() -> None:
    assert len(substitutes.rank(town(), (), "night1", "verify", limit=2).candidates) == 2
    assert substitutes.rank(town(), (), "night1", "verify", limit=0).candidates == []


def test_the_way_from_home_decides_between_equals() -> None:
    posts = (Post("bridge", "大桥", area="gate", latitude=29.50, longitude=119.20),
             Post("market", "集市", area="west", latitude=29.60, longitude=119.20))  # fmt: skip
    people = [f.person("far", area="west"), f.person("near", area="gate")]
    problem = replace(f.problem(people, [f.shift("early0", 0, "early")], GROUND, days=1), posts=posts)
    found = substitutes.rank(problem, (), "early0", "verify").candidates
    assert [c.person for c in found] == ["near", "far"]
    assert "about 11 km from home" in [t.en for t in found[1].reasons]


@pytest.mark.parametrize(("duty", "position"), [("nowhere", "verify"), ("night1", "lead")])
def test_a_seat_that_does_not_exist_is_refused(duty: str, position: str) -> None:
    with pytest.raises(MeaningError):
        substitutes.rank(town(), (), duty, position)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_checker_agrees_on_who_may_and_what_it_costs(data: st.DataObject) -> None:
    problem = data.draw(towns())
    roster = data.draw(rosters(problem))
    duty, seat = data.draw(st.sampled_from(problem.demands))
    id_ = problem.duties[duty].id
    found = substitutes.rank(problem, roster, id_, seat.position, limit=100)
    for candidate in found.candidates:
        effect = consequences(problem, roster, add=[Assignment(candidate.person, id_, seat.position)])
        assert effect.legal
        assert effect.cost_change == -candidate.score
    for excluded in found.excluded:
        assert not consequences(problem, roster, add=[Assignment(excluded.person, id_, seat.position)]).legal
    team = {a.person for a in roster if a.duty == id_}
    assert {c.person for c in found.candidates} | {e.person for e in found.excluded} | team == set(problem.person_index)
    scores = [c.score for c in found.candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_seat_of_shouchang_is_ranked_with_a_few_steps_a_person() -> None:
    problem = document.load(make("shouchang", 1))
    chance = Random(1)
    people = [p.id for p in problem.people]
    roster = tuple(
        Assignment(chance.choice(people), d.id, s.position)
        for d in problem.duties
        for s in d.seats
        for _ in range(s.min)
    )
    roster = tuple({(a.person, a.duty): a for a in roster}.values())
    vacancy = next(v for v in check(problem, roster).vacancies)
    with effort() as count:
        found = substitutes.rank(problem, roster, vacancy.duty, vacancy.position)
    assert count.calls < 100 * len(people), "it looks at the whole roster for each of them"
    assert found.excluded
