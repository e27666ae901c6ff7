"""New duties in a published week: their seats are filled, the rest stays, and few people are touched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from benchmarks.district import with_new_posts
from scheduler import document
from scheduler.activation import settled
from scheduler.check import check
from scheduler.problem import Assignment, MeaningError, Problem
from scheduler.repair import Absence, RepairResult, repair
from scheduler.search import mending
from scheduler.solver import Options, solve

from .. import brute
from .. import factories as f
from ..oracle import judge
from ..patience import PATIENCE
from ..strategies import mild_rosters
from ..strategies import towns as tiny_towns
from ..thorough import examples
from .command import run
from .large_towns import small_yinhu
from .test_repair import (
    GROUND,
    duties_of,
    gone,
    is_away,
    keeps_its_word,
    published,
    split,
    touched,
    with_nobody_called,
)  # fmt: skip

wide = settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
few_examples = settings(wide, max_examples=examples(5))


def test_a_new_duty_is_filled_by_somebody_free_and_nobody_else_moves() -> None:
    town = published(f.serves("ann early0", "bao night0"))
    best = repair(town, opened=["late1"]).alternatives[0]
    assert set(town.baseline) < set(best.assignments)
    assert (best.people_moved, best.proven_fewest, best.vacancies) == (1, True, ())
    assert [a.duty for a in set(best.assignments) - set(town.baseline)] == ["late1"]


def test_duties_that_are_not_named_stay_empty() -> None:
    town = published(f.serves("ann early0"))
    assert {a.duty for a in repair(town, opened=["late1"]).alternatives[0].assignments} == {"early0", "late1"}


def test_a_duty_that_has_begun_is_not_opened() -> None:
    town = published(f.serves("ann late1"), now=f.at(0, 8))
    assert [a.assignments for a in repair(town, opened=["early0"]).alternatives] == [town.baseline]


def test_an_unknown_duty_is_refused() -> None:
    with pytest.raises(MeaningError):
        repair(published(()), opened=["nowhere"])


def test_absences_and_new_duties_are_settled_together() -> None:
    town = published(f.serves("ann early0", "bao night0"))
    absences = [gone("ann", 0, 0, 24)]
    best = repair(town, absences, opened=["late1"]).alternatives[0]
    assert {a.duty for a in best.assignments} == {"early0", "night0", "late1"}
    assert "early0" not in {duty for duty, _ in duties_of(best.assignments, "ann")}


def test_whoever_asks_to_stop_gets_the_roster_as_it_is_left() -> None:
    town = published(f.serves("ann early0", "bao night0"))
    large = replace(town, people=(*town.people, *(f.person(f"p{i}") for i in range(1_000))))
    for either in (town, large):
        result = repair(either, [gone("ann", 0, 0, 24)], should_stop=lambda: True)
        assert [(a.assignments, a.proven_fewest) for a in result.alternatives] == [(town.baseline[1:], False)]
        assert result.status == "feasible"


@pytest.mark.parametrize("few", [0, 8])
def test_one_way_to_go_on_is_told_once(few: int) -> None:
    """Ann takes all that she can; the seat beside her stays empty, and looking for a second way finds the same one."""
    duties = [f.shift("d0", 0, "early"), f.shift("d1", 1, "early", (f.seat("verify", 2),))]
    town = replace(f.problem([f.person("ann")], duties, GROUND, days=2), baseline=f.serves("ann d1"))
    result = as_a_large_town(town, [], ["d0", "d1"], few)
    keeps_its_word(town, [], result)
    assert set(result.alternatives[0].assignments) == set(f.serves("ann d0", "ann d1"))
    assert len(result.alternatives) == 2


@pytest.mark.parametrize("few", [0, 8])
def test_a_second_way_names_nobody_twice(few: int) -> None:
    """Ann and Bao may change places on the first day; on the second both serve and one more is missing."""
    team = (f.seat("verify"), f.seat("run"))
    duties = [f.shift("d0", 0, "early", team), f.shift("d1", 1, "early", (f.seat("verify", 3),))]
    baseline = f.serves("ann d1", "bao d1")
    town = replace(f.problem([f.person("ann"), f.person("bao")], duties, GROUND, days=2), baseline=baseline)
    result = as_a_large_town(town, [], ["d0", "d1"], few)
    keeps_its_word(town, [], result)
    assert {len(a.assignments) for a in result.alternatives} == {2, 4}


def test_the_command_line_reads_opened_duties_beside_absences(tmp_path: Path) -> None:
    town = published(f.serves("ann early0", "bao night0"))
    problem, asked, out = tmp_path / "problem.json", tmp_path / "asked.json", tmp_path / "out.json"
    problem.write_text(json.dumps(document.dump(town)), encoding="utf-8")
    asked.write_text(json.dumps({"open": ["late1"]}), encoding="utf-8")
    run("repair", problem, asked, "--out", out, "--seconds", 60)
    best = json.loads(out.read_text(encoding="utf-8"))["alternatives"][0]
    assert {a["duty"] for a in best["assignments"]} == {"early0", "night0", "late1"}
    asked.write_text(json.dumps({"open": ["late9"]}), encoding="utf-8")
    run("repair", problem, asked, "--out", out, code=2)


def test_the_fewest_are_counted_where_much_stays_open() -> None:
    """Six leaders lack six more on each of ten days, which weighs far more than a person; they serve the rest too."""
    lead = (f.seat("lead", 12, qualifications=("leader",), priority=5),)
    names = ("early", "late", "night")
    duties = [f.shift(f"lead{day}", day, "early", lead) for day in range(4, 14)]
    duties += [f.shift(f"{name}{day}", day, name, (f.seat("verify", 2),)) for day in range(3) for name in names]
    leaders = [f.person(f"p{i}") for i in range(6)]
    others = [f.person(f"q{i}", qualifications=()) for i in range(54)]
    town = f.problem([*others, *leaders], duties, (*GROUND, f.law("qualification")), days=14)
    result = repair(town, opened=[d.id for d in duties])
    best = result.alternatives[0]
    assert sum(v.count for v in best.vacancies) == 60
    assert best.people_moved == 6 or not best.proven_fewest


# --- a sub-district -----------------------------------------------------------------------------------------
@cache
def a_thousand_people() -> Problem:
    """A town with its roster out."""
    town = document.load(small_yinhu())
    roster = solve(town, Options(seconds=4, cores=1)).assignments
    assert roster is not None
    return replace(town, baseline=roster)


def test_a_thousand_people_take_a_new_post_and_several_absences() -> None:
    town, opened = with_new_posts(a_thousand_people(), 1)
    busy = sorted({a.person for a in town.baseline})
    absences = [Absence(p, town.instant(50 * 60), town.instant(80 * 60)) for p in busy[::200]]
    result = repair(town, absences, Options(seconds=PATIENCE), opened)
    keeps_its_word(town, absences, result)
    best, nothing_done = result.alternatives[0], result.alternatives[-1]
    assert sum(v.count for v in best.vacancies) < sum(v.count for v in nothing_done.vacancies) / 4
    kept, _ = split(town, absences)
    assert kept <= set(best.assignments) or not best.proven_fewest


def test_one_absence_in_a_thousand_people_is_mended_by_one_person_and_proven() -> None:
    town = a_thousand_people()
    duties = {d.id: d for d in town.duties}
    shifts = (a for a in town.baseline if duties[a.duty].kind == "shift")
    leader = next(a for a in shifts if duties[a.duty].start > town.instant(50 * 60))
    gone_for = [Absence(leader.person, duties[leader.duty].start, duties[leader.duty].end)]
    town = replace(town, now=town.instant(30 * 60))
    best = repair(town, gone_for, Options(seconds=PATIENCE)).alternatives[0]
    assert (best.people_moved, best.proven_fewest, best.vacancies) in [(1, True, ()), (0, True, ())]


# --- properties: the ways of large towns, on towns small enough to try everything ---------------------------
@st.composite
def empty_seats(draw: st.DrawFn) -> tuple[Problem, list[Absence], list[str]]:
    """A published week with people away and duties to be filled."""
    drawn = draw(tiny_towns(most_people=3, most_duties=4, most_days=3))
    rules = drawn.rules if any(r.name == "availability" for r in drawn.rules) else (*drawn.rules, f.law("availability"))
    town = with_nobody_called(replace(drawn, rules=rules, now=None, baseline=()))
    town = replace(town, baseline=draw(mild_rosters(town)))
    assume(judge(replace(town, rules=(*town.rules, f.priced("stability"))), town.baseline).legal)
    opened = draw(st.lists(st.sampled_from([d.id for d in town.duties]), unique=True, max_size=3))
    away = []
    if draw(st.booleans()):
        begin = town.instant(60 * draw(st.integers(0, 24 * town.days)))
        away = [Absence(draw(st.sampled_from([p.id for p in town.people])), begin, begin + timedelta(hours=24))]
    return town, away, opened


def as_a_large_town(
    town: Problem, absences: list[Absence], opened: list[str], few: int, stop_after: int | None = None
) -> RepairResult:
    """The repair by the ways of large towns; seats are few up to `few`, and after so many questions it is to stop."""
    asked = count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mending, "SMALL_TOWN", 0)
        patch.setattr(mending, "FEW_SEATS", few)
        stop = (lambda: False) if stop_after is None else (lambda: next(asked) > stop_after)
        return repair(town, absences, Options(seconds=PATIENCE), opened, stop)


def room_of(town: Problem, opened: list[str]) -> dict[tuple[str, str], int]:
    """How many heads each demand may have: those it had, and in opened duties its minimum."""
    room: dict[tuple[str, str], int] = {}
    for a in town.baseline:
        room[a.duty, a.position] = room.get((a.duty, a.position), 0) + 1
    for duty in town.duties:
        for seat in duty.seats if duty.id in opened else ():
            room[duty.id, seat.position] = max(seat.min, room.get((duty.id, seat.position), 0))
    return room


def has_room(roster: Iterable[Assignment], room: dict[tuple[str, str], int]) -> bool:
    heads = [(a.duty, a.position) for a in roster]
    return all(heads.count(h) <= room.get(h, 0) for h in heads)


def possible(
    town: Problem, mended: Problem, absences: list[Absence], kept: set[Assignment], opened: list[str]
) -> list[tuple[int, int]]:
    """(weighted vacancies, people touched) of every legal roster without absent people that has room for everybody.

    Whoever is absent serves nothing even where the town's rules exempt them from their availability.
    """
    room = room_of(town, opened)
    found = []
    for roster in brute.all_rosters(town):
        if has_room(roster, room) and not any(is_away(town, absences, a) for a in roster):
            verdict = judge(settled(mended, kept, roster), roster)
            if verdict.legal:
                found.append((verdict.vacancy_objective, touched(kept, roster)))
    return found


def counted(result: RepairResult, kept: set[Assignment]) -> tuple[int, int]:
    """(weighted vacancies, people moved) of the first alternative; who is called from standby is a head less there."""
    best = result.alternatives[0]
    then = settled(result.problem, kept, best.assignments)
    return check(then, best.assignments).vacancy_objective, best.people_moved


@wide
@given(case=empty_seats(), few=st.sampled_from([0, 8]))
def test_large_towns_are_mended_legally_and_fewest_is_claimed_only_where_it_is_true(
    case: tuple[Problem, list[Absence], list[str]], few: int
) -> None:
    town, absences, opened = case
    assume(brute.count(town) <= 400)
    result = as_a_large_town(town, absences, opened, few)
    kept, _ = split(town, absences)
    away = replace(result.problem, baseline=())
    assume(judge(away, tuple(kept)).legal)
    keeps_its_word(town, absences, result)
    assert all(has_room(a.assignments, room_of(town, opened)) for a in result.alternatives)
    best = result.alternatives[0]
    found = counted(result, kept)
    fewest = min(possible(town, away, absences, kept, opened))
    assert found >= fewest
    assert found == fewest or not best.proven_fewest


@few_examples
@given(case=empty_seats(), few=st.sampled_from([0, 8]), questions=st.integers(0, 8))
def test_whoever_stops_midway_gets_what_is_in_hand(
    case: tuple[Problem, list[Absence], list[str]], few: int, questions: int
) -> None:
    town, absences, opened = case
    result = as_a_large_town(town, absences, opened, few, questions)
    kept, _ = split(town, absences)
    assume(judge(replace(result.problem, baseline=()), tuple(kept)).legal)
    keeps_its_word(town, absences, result)
    assert all(has_room(a.assignments, room_of(town, opened)) for a in result.alternatives)


@wide
@given(case=empty_seats())
def test_a_small_town_is_always_mended_with_the_fewest(case: tuple[Problem, list[Absence], list[str]]) -> None:
    town, absences, opened = case
    assume(brute.count(town) <= 400)
    result = repair(town, absences, Options(seconds=PATIENCE), opened)
    kept, _ = split(town, absences)
    away = replace(result.problem, baseline=())
    assume(judge(away, tuple(kept)).legal)
    found, fewest = counted(result, kept), min(possible(town, away, absences, kept, opened))
    if any(town.duties[town.duty_index[a.duty]].kind == "standby" for a in kept):
        assert found == fewest or not result.alternatives[0].proven_fewest  # to call them is one way beside the others
        assert found >= fewest
    else:
        assert result.alternatives[0].proven_fewest
        assert found == fewest
