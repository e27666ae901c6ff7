"""Every vacancy has a reason, and the counts in it add up."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import explain
from scheduler.check import check, consequences
from scheduler.explain import MAX_CLAUSES, outlook
from scheduler.problem import Assignment, Holding, Problem
from scheduler.tally import Served

from .. import factories as f
from ..strategies import rosters, towns
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("qualification"), f.law("availability"), f.law("cover"))


def recorders(*rules: object) -> Problem:
    """One seat for a recorder on the late shift of the second day, and seven who might hold it."""
    seat = (f.seat("verify", qualifications=("recorder",)),)
    duties = [
        f.shift("night0", 0, "night", (f.seat("verify", 3),)),
        f.shift("late1", 1, "late", seat, post="market"),
        f.shift("late1b", 1, "late", post="tent"),
    ]
    people = [
        *(f.person(f"away{i}", availability=(f.away(1, 12, 4),)) for i in range(2)),
        *(f.person(f"tired{i}") for i in range(3)),
        f.person("busy"),
        f.person("bound", bound_posts=("bridge",)),
        f.person("other", qualifications=()),
    ]
    return f.problem(people, duties, [*GROUND, f.law("min_rest", hours=11), *rules], days=2)


SERVED = f.serves("tired0 night0", "tired1 night0", "tired2 night0", "busy late1b")


def test_a_vacancy_says_who_could_hold_it_and_what_keeps_each_of_them_off() -> None:
    (vacancy,) = explain.vacancies(recorders(f.law("bound_posts")), SERVED)
    assert vacancy.reason is not None
    assert vacancy.reason.zh == (
        "具备录入员资质的 7 人中：3 人刚下 2 日夜班需休息，2 人已请假/没空，1 人包干在别处，1 人同一时间在帐篷值勤。"
    )
    assert vacancy.reason.en == (
        "7 qualified as 录入员: 3 resting after the night of the 2nd, 2 unavailable, 1 bound to other posts, "
        "1 on duty at 帐篷 at the time."
    )


def test_whoever_could_still_take_it_is_counted_too() -> None:
    (vacancy,) = explain.vacancies(recorders(), SERVED)
    assert vacancy.reason is not None
    assert vacancy.reason.zh.endswith("，1 人仍可安排。")
    assert vacancy.reason.en.endswith(", 1 could still take it.")


def test_a_seat_without_demands_counts_those_who_may_serve_there() -> None:
    town = recorders(f.law("bound_posts"))
    vacancy = explain.vacancies(town, f.serves("bound night0"))
    reasons = {v.duty: v.reason for v in vacancy}
    assert reasons["late1b"] is not None
    assert reasons["late1b"].zh.startswith("可在此值勤的 7 人中：")
    assert reasons["night0"] is not None
    assert "1 人已在本班" in reasons["night0"].zh


def test_nobody_qualified_is_said_in_so_many_words() -> None:
    town = recorders()
    until = Holding("recorder", valid_until=f.MONDAY)
    people = tuple(replace(p, qualifications=(until,) if p.qualifications else ()) for p in town.people)
    (vacancy,) = explain.vacancies(replace(town, people=people), SERVED)
    assert vacancy.reason is not None
    assert vacancy.reason.en == "Nobody is qualified as 录入员 on that day."


def test_nobody_allowed_there_is_said_in_so_many_words() -> None:
    town = f.problem(
        [f.person("ann", bound_posts=("market",))], [f.shift("a", 0, "early")], [*GROUND, f.law("bound_posts")], days=1
    )
    (vacancy,) = explain.vacancies(town, ())
    assert vacancy.reason is not None
    assert vacancy.reason.en == "Nobody may serve here."


def test_a_duty_that_has_begun_says_so() -> None:
    town = replace(recorders(), now=f.at(1, 15))
    reasons = {v.duty: v.reason for v in explain.vacancies(town, ())}
    assert reasons["late1"] is not None
    assert reasons["late1"].en == "The duty has begun and is no longer changed."


def test_several_places_are_told_as_elsewhere() -> None:
    duties = [f.shift(post, 0, "early", post=post) for post in ("bridge", "market", "tent")]
    town = f.problem([f.person("ann"), f.person("bao")], duties, GROUND, days=1)
    (vacancy,) = explain.vacancies(town, f.serves("ann market", "bao tent"))
    assert vacancy.reason is not None
    assert vacancy.reason.en == "2 people who may serve here: 2 on duty elsewhere at the time."


def test_many_grounds_are_summed_up_with_the_titles_of_their_rules() -> None:
    days = range(MAX_CLAUSES + 3)
    duties = [f.shift(f"d{i}", i, "early", (f.seat("verify", 1),)) for i in days]
    people = [f.person(f"p{i}", history=(f.past(-1 - i, 6, 8),)) for i in days]
    town = f.problem([f.person("x"), *people], duties, [*GROUND, f.law("min_rest", hours=720)], days=len(days))
    served = tuple(Assignment(f"p{i}", f"d{i}", "verify") for i in days if i)
    (vacancy,) = [v for v in explain.vacancies(town, served) if v.duty == "d0"]
    assert vacancy.reason is not None
    assert vacancy.reason.en.count(",") >= MAX_CLAUSES
    assert "more kept off by" in vacancy.reason.en
    assert vacancy.reason.en.endswith("1 could still take it.")


some_towns = settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@some_towns
@given(st.data())
def test_counts_add_up_and_free_means_free(data: st.DataObject) -> None:
    town = data.draw(towns())
    roster = data.draw(rosters(town))
    served = Served.of(town, roster)
    for vacancy in check(town, roster).vacancies:
        duty = town.duty_index[vacancy.duty]
        found = outlook(town, served, duty, vacancy.position)
        assert sum(g.count for g in found.grounds) + len(found.free) == len(found.candidates)
        legal = {i for i in range(len(town.people)) if _legal(town, roster, i, vacancy.duty, vacancy.position)}
        team = set(served.persons[served.duties == duty].tolist())
        assert set(found.free.tolist()) == legal - team


@some_towns
@given(st.data())
def test_the_numbers_in_the_sentence_add_up_too(data: st.DataObject) -> None:
    town = data.draw(towns())
    for vacancy in explain.vacancies(town, data.draw(rosters(town))):
        assert vacancy.reason is not None
        zh = vacancy.reason.zh
        total = re.search(r" (\d+) 人中：", zh)
        if total is not None:
            clauses = re.findall(r"(?:：|，)(\d+) 人", zh)
            assert sum(map(int, clauses)) == int(total[1]), zh


def test_a_law_of_the_day_that_is_broken_already_keeps_nobody_off_the_same_day() -> None:
    """Every day must be free: who serves on the first against it breaks nothing more there, but would on the second."""
    duties = [f.shift("early0", 0, "early"), f.shift("late0", 0, "late"), f.shift("late1", 1, "late")]
    laws = [*GROUND, f.law("day_off", min=1, window_days=1)]
    town = f.problem([f.person("ann"), f.person("bao")], duties, laws, days=2)
    roster = f.serves("ann early0")
    served = Served.of(town, roster)
    for duty, free in (("late0", [0]), ("late1", [])):
        assert outlook(town, served, town.duty_index[duty], "verify").free.tolist() == free
        assert [i for i in range(2) if _legal(town, roster, i, duty, "verify")] == free


def _legal(town: Problem, roster: tuple[Assignment, ...], person: int, duty: str, position: str) -> bool:
    new = Assignment(town.people[person].id, duty, position)
    return consequences(town, roster, add=[new]).legal
