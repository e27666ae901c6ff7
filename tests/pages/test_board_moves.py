"""What happens when somebody is dropped on a seat, and what the rules say of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.comparing import compare
from api.judging import edited
from api.landing import Drop, Landing, judged, landing
from api.moves import teams_of
from scheduler import check
from scheduler.problem import Assignment, Problem
from tests.factories import law, person, problem, seat, serves, shift

TEAM = (seat("lead", 1, priority=4, qualifications=("leader",)), seat("verify", min=1, ideal=2, max=2))
PEOPLE = ("ann", "bob", "cai", "dan", "eve")
DUTIES = ("early", "late", "night")


def town() -> Problem:
    duties = [shift("early", 0, "early", TEAM), shift("late", 0, "late", TEAM), shift("night", 1, "night", TEAM)]
    rules = [law("cover"), law("qualification"), law("min_rest", hours=11), law("one_duty_at_a_time")]
    unfit = person("eve", qualifications=())
    return problem([*(person(p) for p in PEOPLE[:-1]), unfit], duties, rules)


def dropped(made: tuple[Assignment, ...], drop: Drop) -> Landing:
    return landing(town(), teams_of(made), drop)


def test_a_free_seat_of_the_same_position_is_taken_and_the_old_one_left() -> None:
    made = serves("ann early lead", "bob early")
    found = dropped(made, Drop("bob", "early", "late"))
    assert (found.remove, found.add) == ((made[1],), (Assignment("bob", "late", "verify"),))
    assert found.instead is None


def test_where_there_is_no_room_two_people_change_places() -> None:
    made = serves("ann early lead", "bob late lead")
    found = dropped(made, Drop("ann", "early", "late"))
    assert set(found.remove) == set(made)
    assert set(found.add) == {Assignment("ann", "late", "lead"), Assignment("bob", "early", "lead")}


def test_somebody_from_outside_sends_nobody_elsewhere() -> None:
    made = serves("bob late lead")
    found = dropped(made, Drop("ann", None, "late", "lead"))
    assert (found.remove, found.add) == (made, (Assignment("ann", "late", "lead"),))


def test_who_is_not_qualified_gets_the_seat_that_asks_for_nothing() -> None:
    assert dropped((), Drop("eve", None, "late")).position == "verify"
    assert dropped((), Drop("ann", None, "late")).position == "lead"


def test_who_is_locked_neither_moves_nor_makes_room() -> None:
    held = replace(serves("ann early lead")[0], pinned=True)
    assert not dropped((held,), Drop("ann", "early", "late")).possible
    refused = dropped((held,), Drop("bob", None, "early", "lead"))
    assert not refused.possible
    assert "人员ann" in refused.text.zh


def test_a_drop_where_somebody_sits_already_changes_nothing() -> None:
    made = serves("ann early lead")
    assert not dropped(made, Drop("ann", "early", "early")).possible
    assert not dropped(made, Drop("ann", None, "early")).possible


def test_within_a_team_two_people_change_positions() -> None:
    made = serves("ann early lead", "bob early")
    found = dropped(made, Drop("bob", "early", "early", "lead", "ann"))
    assert set(found.add) == {Assignment("bob", "early", "lead"), Assignment("ann", "early", "verify")}


rosters = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DUTIES), st.sampled_from(("lead", "verify")), st.booleans()),
    unique_by=lambda a: a[:2],
    max_size=8,
).map(lambda made: tuple(Assignment(*a) for a in made))
PROBLEM = town()


@given(rosters, st.sampled_from(PEOPLE), st.sampled_from((None, *DUTIES)), st.sampled_from(DUTIES))
def test_every_landing_can_be_carried_out_and_taken_back(
    made: tuple[Assignment, ...], who: str, leaving: str | None, duty: str
) -> None:
    """Whoever drops anybody anywhere gets what PATCH takes; the opposite edit brings the roster back, pins and all."""
    found = judged(PROBLEM, made, teams_of(made), Drop(who, leaving, duty))
    remove, add = list(found.landing.remove), list(found.landing.add)
    if not found.landing.possible:
        assert (remove, add, found.legal) == ([], [], False)
        return
    after = edited(PROBLEM, made, remove, add)
    assert len({(a.person, a.duty) for a in after}) == len(after)
    assert {a for a in made if a.pinned} <= set(after), "who is locked stays"
    back = edited(PROBLEM, after, add, remove)
    assert {(a, a.pinned) for a in back} == {(a, a.pinned) for a in made}
    before, now = check.check(PROBLEM, made), check.check(PROBLEM, after)
    worse = {(v.rule, v.person) for v in now.violations} - {(v.rule, v.person) for v in before.violations}
    assert not (found.legal and worse), "what is called legal breaks nothing new"


def test_two_people_are_compared_by_what_the_rules_and_the_roster_say() -> None:
    made = serves("ann early", "bob night")
    ann, eve = compare(PROBLEM, made, ("late", "lead"), None, ("ann", "eve"))
    assert (ann.rest_before, ann.rest_after, ann.minutes, ann.duties) == (0, None, 480, 1)
    assert not ann.legal
    assert not eve.legal
    assert [h.held for h in ann.qualifications] == [True]
    assert [h.held for h in eve.qualifications] == [False]
    assert (eve.rest_before, eve.minutes) == (None, 0)


@given(rosters, st.sampled_from(PEOPLE), st.sampled_from(DUTIES), st.sampled_from(("lead", "verify")))
def test_the_comparison_agrees_with_the_checker(
    made: tuple[Assignment, ...], who: str, duty: str, position: str
) -> None:
    (found,) = compare(PROBLEM, made, (duty, position), None, (who,))
    gone = [a for a in made if (a.person, a.duty) == (who, duty)]
    said = check.consequences(PROBLEM, made, gone, [Assignment(who, duty, position)])
    assert (found.legal, found.cost_change) == (said.legal, said.cost_change)
    rest = [a for a in made if a.person == who and a.duty != duty]
    assert found.duties == len(rest)
    assert found.minutes == 480 * len(rest)
