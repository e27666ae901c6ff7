"""What would have to give: whom a roster lacks, and the fewest rules to relax; the checker has the last word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler.check import check
from scheduler.problem import Area, Assignment, Post, Problem
from scheduler.relaxation import contradictions, relaxations
from scheduler.relaxation.contradictions import softened
from scheduler.relaxation.gaps import MOST_HEADS, NEVER
from scheduler.roster import Relaxation
from scheduler.solver import Options, solve
from scheduler.towns import make

from .. import brute
from .. import factories as f
from ..oracle import judge
from ..patience import PATIENCE
from ..strategies import mild_rosters, seats_of, towns
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("cover"), f.law("qualification"), f.law("availability"))
RULES = {"availability": 3}
"""Where a rule of the ground stands in a problem's list."""


def week(people: Sequence[Any], duties: Sequence[Any], *rules: Any, **more: Any) -> Problem:
    return f.problem(people, duties, [*GROUND, *rules], **more)


def rules_that_give(found: Sequence[Relaxation]) -> list[list[str]]:
    return [[e.rule for e in one.entries] for one in found if one.entries]


def english(found: Sequence[Relaxation]) -> list[str]:
    return [one.text.en for one in found]


# --- whom the town lacks ------------------------------------------------------------------------------------
def test_alike_vacancies_are_counted_by_position_weekday_shift_and_area() -> None:
    nights = [f.shift(f"n{day}", day, "night", (f.seat("lead", 3),)) for day in (1, 8)]
    early = f.shift("e", 1, "early", (f.seat("verify", 1),), post="market")
    town = week([f.person("ann", qualifications=())], [*nights, early], days=9)
    town = replace(town, positions=(replace(town.positions[0], name_en="Leader"), *town.positions[1:]))
    found = relaxations(town, f.serves("ann n1 lead"))
    assert english(found)[0] == "You lack 5 leaders on Tuesday nights at 大桥卡口."
    assert found[0].text.zh == "大桥卡口周二夜班缺 5 名点长岗。"
    assert found[0].people == found[0].fills == 5
    assert found[0].entries == ()


def test_vacancies_of_several_posts_are_told_by_their_area() -> None:
    posts = tuple(Post(f"post{i}", f"点{i}", area="five") for i in range(3))
    duties = [f.shift(f"n{i}", 1, "night", (f.seat("lead"),), post=f"post{i}") for i in range(3)]
    town = replace(week([f.person("ann")], duties), posts=posts, areas=(Area("five", "五片区", name_en="area 5"),))
    town = replace(town, positions=(replace(town.positions[0], name_en="Leader"),))
    found = relaxations(town, ())
    assert english(found)[0] == "You lack 3 leaders on Tuesday night in area 5."
    assert found[0].text.zh == "片区“五片区”周二夜班缺 3 名点长岗。"


def test_the_largest_groups_are_told_and_the_others_counted() -> None:
    duties = [f.shift(f"d{day}", day, "early", (f.seat("verify", day + 1),)) for day in range(5)]
    found = relaxations(week([f.person("ann", qualifications=())], duties, days=5), ())
    assert [one.people for one in found] == [5, 4, 3, 3]
    assert found[3].text.en == "3 more heads missing elsewhere."


def test_a_full_roster_needs_nothing() -> None:
    town = week([f.person("ann")], [f.shift("e", 0, "early")])
    assert relaxations(town, f.serves("ann e")) == ()


def test_what_has_begun_is_not_lacked_any_more() -> None:
    town = week([f.person("ann")], [f.shift("e", 0, "early")], now=f.at(0, 7))
    assert relaxations(town, ()) == ()


# --- rules that could give ----------------------------------------------------------------------------------
def test_the_rest_that_is_left_is_said_and_for_how_many() -> None:
    late = [f.duty(f"late{i}", 0, 14, 8, (f.seat("verify", 1),)) for i in range(4)]
    next_ = f.duty("next", 1, 7, 8, (f.seat("lead", 4),))
    crew = [f.person(f"p{i}") for i in range(4)]
    town = week(crew, [*late, next_], f.law("min_rest", hours=11, id="rest"))
    found = relaxations(town, f.serves(*(f"p{i} late{i}" for i in range(4))))
    assert english(found)[1] == (
        "Or allow 9 h of rest (instead of 11 h) for 4 people: that fills 4 of the 4 vacant seats."
    )
    assert found[1].text.zh == "或允许 4 人班间只休息 9 小时（规定 11 小时）：4 个缺口可补 4 个。"
    (give,) = found[1].entries
    assert (give.number, give.rule, give.id, give.people, give.unit) == (4, "min_rest", "rest", 4, "duties")
    eased = replace(town, rules=(*town.rules[:4], f.law("min_rest", hours=9)))
    filled = (*f.serves(*(f"p{i} late{i}" for i in range(4))), *found[1].added)
    assert check(eased, filled).legal
    assert not check(eased, filled).vacancies
    tighter = replace(town, rules=(*town.rules[:4], f.law("min_rest", hours=10)))
    assert not check(tighter, filled).legal


def test_those_for_whom_least_has_to_give_are_asked() -> None:
    """Both are over their hours: bao by one hour, ann by five."""
    duties = [
        f.duty("a", 0, 0, 9, (f.seat("verify"),)), f.duty("b", 0, 0, 5, (f.seat("verify"),)),
        f.duty("open", 1, 8, 4, (f.seat("lead"),)),
    ]  # fmt: skip
    town = week([f.person("ann"), f.person("bao")], duties, f.law("max_hours", hours=8))
    town = replace(town, duties=tuple(duties))
    found = relaxations(town, f.serves("bao b", "ann a"))
    (one,) = [r for r in found if r.entries]
    assert [a.person for a in one.added] == ["bao"]
    assert one.excess == 60
    assert one.text.en.startswith("Or let 1 person exceed their most hours in any 7 days by at most 1 h:")


def test_the_peoples_own_word_comes_last() -> None:
    crew = [f.person("ann", availability=(f.away(0, 0, 24),)), f.person("bao")]
    duties = [f.shift("e", 0, "early"), f.shift("l", 0, "late"), f.shift("n", 0, "night")]
    town = week(crew, duties, f.law("one_duty_a_day"))
    found = relaxations(town, f.serves("bao e"))
    assert rules_that_give(found) == [["one_duty_a_day"], ["availability"]]
    assert "in spite of 'unavailable'" in found[-1].text.en


def test_skill_never_gives() -> None:
    town = week([f.person("ann", qualifications=())], [f.shift("e", 0, "early", (f.seat(qualifications=("leader",)),))])
    assert rules_that_give(relaxations(town, ())) == []


def test_one_rule_is_better_than_two() -> None:
    """With ann two rules would have to give, with bao and chen one does."""
    duties = [f.shift("e", 0, "early", (f.seat("verify", 2),)), f.shift("l", 0, "late"), f.shift("x", 0, "late")]
    crew = [f.person("ann", bound_posts=("market",)), f.person("bao"), f.person("chen")]
    town = week(crew, duties, f.law("bound_posts"), f.law("one_duty_a_day"))
    first = next(r for r in relaxations(town, f.serves("bao l", "chen x")) if r.entries)
    assert [e.rule for e in first.entries] == ["one_duty_a_day"]
    assert first.fills == first.people == 2


def test_two_rules_give_together_when_one_is_not_enough() -> None:
    crew = [f.person("ann", bound_posts=("market",)), f.person("bao")]
    duties = [f.shift("e", 0, "early", (f.seat("verify", 2),)), f.shift("l", 0, "late")]
    town = week(crew, [*duties], f.law("bound_posts"), f.law("one_duty_a_day"))
    found = relaxations(town, f.serves("bao l"))
    assert rules_that_give(found) == [["bound_posts", "one_duty_a_day"], ["bound_posts"], ["one_duty_a_day"]]
    assert [r.fills for r in found if r.entries] == [2, 1, 1]
    assert " and let " in next(r for r in found if r.entries).text.en


def test_of_very_many_vacancies_the_most_important_are_looked_at_and_the_sentence_says_so() -> None:
    important = f.shift("lead", 0, "early", (f.seat("lead", 5, priority=5),))
    others = [f.shift(f"v{day}", day, "late", (f.seat("verify", 30),)) for day in range(3)]
    crew = [f.person(f"p{i}", bound_posts=("market",)) for i in range(10)]
    town = week(crew, [*others, important], f.law("bound_posts"))
    (one,) = [r for r in relaxations(town, ()) if r.entries]
    assert f"the {MOST_HEADS} most important of 95 vacant seats" in one.text.en
    assert sum(a.duty == "lead" for a in one.added) == 5


PERSONAL = ("min_rest", "max_hours", "max_nights", "one_duty_a_day", "min_max_duties", "day_off", "bound_posts")
"""Rules about one person alone, which a further duty never mends."""
TIED = ("apart", "together", "team_mix", "rest_after_nights", "run_length", "forbidden_succession", "weekends")
"""Rules that tie people or days together, so that what is legal alone may be illegal together."""


# --- every proposal is sound --------------------------------------------------------------------------------
def is_sound(town: Problem, roster: tuple[Assignment, ...], one: Relaxation) -> None:
    """Filling as proposed breaks nothing but the named entries, and those no further than it says."""
    before, after = check(town, roster), check(town, (*roster, *one.added))
    assert len(one.added) == one.fills > 0
    assert sum(v.count for v in before.vacancies) - sum(v.count for v in after.vacancies) == one.fills
    old = {(v.rule, v.person, v.duties): v.excess for v in before.violations}
    named = {e.rule: max(g.excess for g in one.entries if g.rule == e.rule) for e in one.entries}
    for v in after.violations:
        if v.excess > old.get((v.rule, v.person, v.duties), 0) and not _was_worse(v, before.violations):
            assert v.excess <= named[v.rule], (v, one)
    numbers = {e.number for e in one.entries}
    others = replace(town, rules=tuple(r for n, r in enumerate(town.rules) if n not in numbers))
    assert sum(judge(others, (*roster, *one.added)).hard.values()) <= sum(judge(others, roster).hard.values())
    for word in (one.text.zh, one.text.en):
        assert "None" not in word
        assert "{" not in word


def _was_worse(now: Any, before: Sequence[Any]) -> bool:
    """The same breach with fewer duties in it."""
    return any(v.rule == now.rule and v.person == now.person and v.excess >= now.excess for v in before)


@settings(
    max_examples=examples(14), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.data())
def test_whatever_is_proposed_fills_as_much_and_breaks_no_more_than_it_says(data: st.DataObject) -> None:
    town = data.draw(towns(rule=data.draw(st.sampled_from([*PERSONAL, *TIED]))))
    town = replace(town, rules=tuple(r if r.always_priced else replace(r, hard=True) for r in town.rules))
    roster = data.draw(mild_rosters(town))
    for one in relaxations(town, roster):
        if one.entries:
            is_sound(town, roster, one)


# --- and the smallest there is ------------------------------------------------------------------------------
def fewest_by_brute_force(town: Problem, roster: tuple[Assignment, ...], duty: str, position: str) -> int | None:
    """The smallest number of entries that could give for one seat; None when nobody could take it whatever gives."""
    may_give = [n for n, r in enumerate(town.rules) if r.name not in (*NEVER, "availability")]
    for size in range(3):
        for chosen in combinations(may_give, size):
            kept = replace(town, rules=tuple(r for n, r in enumerate(town.rules) if n not in chosen))
            before = judge(kept, roster).hard
            for a in seats_of(town):
                if (a.duty, a.position) == (duty, position) and judge(kept, (*roster, a)).hard == before:
                    return size
    return None


@settings(
    max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.data())
def test_no_smaller_set_of_rules_would_fill_the_seat(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(PERSONAL), min_size=1, max_size=3))
    town = document.load(document.dump(data.draw(towns(rule=kinds[0]))))
    for kind in kinds[1:]:
        town = replace(town, rules=(*town.rules, *(r for r in data.draw(towns(rule=kind)).rules if r.name == kind)))
    town = replace(town, rules=tuple(r for r in town.rules if r.hard and getattr(r, "min", None) is None))
    roster = data.draw(mild_rosters(town))
    open_ = check(town, roster).vacancies
    assume(open_)
    wanted = open_[0]
    seats = tuple(
        replace(d, seats=tuple(s if (d.id, s.position) == (wanted.duty, wanted.position) else replace(s, min=0)
                               for s in d.seats))
        for d in town.duties
    )  # fmt: skip
    town = replace(town, duties=seats)
    (only,) = check(town, roster).vacancies
    assume(only.count == 1)
    proposals = [r for r in relaxations(town, roster) if r.entries and r.entries[0].rule != "availability"]
    least = fewest_by_brute_force(town, roster, only.duty, only.position)
    if least in (None, 0):
        assert proposals == []
    else:
        assert len(proposals[0].entries) == least


# --- nothing is legal ---------------------------------------------------------------------------------------
def best_of_all(town: Problem) -> tuple[Assignment, ...] | None:
    """The solver's part, by looking at every roster there is."""
    judged = ((judge(town, roster), roster) for roster in brute.all_rosters(town))
    legal = [(v.vacancy_objective, v.objective, roster) for v, roster in judged if v.legal]
    return min(legal, key=lambda item: item[:2])[2] if legal else None


def test_a_least_that_nobody_can_reach_is_named_with_what_is_missing() -> None:
    town = week([f.person("ann"), f.person("bao")], [f.shift("e", 0, "early")], f.law("min_max_duties", min=1))
    (one,) = contradictions(town, best_of_all)
    assert one.text.en == (
        "The rules contradict each other; let 1 person serve up to 1 duty fewer than the least, and a roster is legal."
    )
    assert one.text.zh == "规则互相矛盾，没有合法的班表；允许 1 人比下限最多少值 1 班，才有合法的。"
    assert rules_that_give([one]) == [["min_max_duties"]]


def test_of_two_rules_that_contradict_one_is_enough() -> None:
    duties = [f.shift("e", 0, "early"), f.shift("l", 0, "late")]
    laws = (f.law("min_max_duties", min=2, id="least"), f.law("one_duty_a_day", id="daily"))
    town = week([f.person("ann")], duties, *laws)
    (one,) = contradictions(town, best_of_all)
    assert len(one.entries) == 1


def test_two_contradictions_need_two_rules() -> None:
    duties = [f.shift("e", 0, "early"), f.shift("n", 0, "night")]
    laws = [
        f.law("min_max_duties", min=1, shifts=["late"]), f.law("min_max_duties", min=3, kinds=["shift"]),
        f.law("min_max_duties", max=2),
    ]  # fmt: skip
    late = f.duty("x", 1, 14, 8, (f.seat("verify", 0, max=1),), shift="late")
    away = f.person("ann", availability=(f.away(1, 0, 24),))
    town = week([away], [*duties, late], *laws)
    (one,) = contradictions(town, best_of_all)
    assert len(one.entries) == 2
    numbers = [e.number for e in one.entries]
    assert best_of_all(softened(town, numbers)) is not None
    for fewer in numbers:
        assert best_of_all(softened(town, [fewer])) is None


def test_the_real_solver_finds_the_contradiction_too() -> None:
    duties = [f.shift(f"{n}{d}", d, n) for d in range(2) for n in ("early", "late", "night")]
    town = week([f.person(p) for p in ("ann", "bao", "chen", "deng")], duties, f.law("min_max_duties", min=2))
    result = solve(town, Options(seconds=PATIENCE))
    assert result.status == "infeasible"
    (one,) = contradictions(town, lambda part: solve(part, Options(seconds=PATIENCE)).assignments)
    assert rules_that_give([one]) == [["min_max_duties"]]
    assert one.people in (1, 2)


@settings(
    max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.data())
def test_what_is_named_makes_something_legal_and_nothing_smaller_does(data: st.DataObject) -> None:
    town = data.draw(towns(rule="min_max_duties", most_people=2, most_duties=4, most_days=3))
    laws = tuple(replace(r, hard=True) if r.name == "min_max_duties" else r for r in town.rules)
    town = replace(town, rules=laws)
    assume(brute.count(town) < 400)
    assume(best_of_all(softened(town, ())) is None)
    found = contradictions(town, best_of_all)
    numbers = [n for n, r in enumerate(town.rules) if r.name == "min_max_duties"]
    smallest = next(
        (size for size in range(1, len(numbers) + 1) for c in combinations(numbers, size)
         if best_of_all(softened(town, c)) is not None), None,
    )  # fmt: skip
    assert [len(one.entries) for one in found] == ([] if smallest is None else [smallest])


# --- a whole sub-district -----------------------------------------------------------------------------------
def test_an_empty_demo_town_is_told_what_it_lacks() -> None:
    town = document.load(make("xincheng", 1))
    found = relaxations(town, ())
    assert sum(one.people for one in found if not one.entries) == sum(v.count for v in check(town, ()).vacancies)


def test_the_words_are_in_the_result_document() -> None:
    town = week([f.person("ann", availability=(f.away(0, 0, 24),))], [f.shift("e", 0, "early")])
    (lack, give) = relaxations(town, ())
    body = give.as_json("en")
    assert body["sentence"] == give.text.en
    assert body.keys() == {"sentence", "text", "entries", "people", "excess", "unit", "fills", "added"}
    assert body["entries"][0]["number"] == RULES["availability"]
    assert lack.as_json()["entries"] == []
