"""tidy(): seats exchanged among people for whom it makes no difference to any rule, and what gets better by it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import document, matching
from scheduler import towns as whole_towns
from scheduler.check import check
from scheduler.matching import Measure, measure, tidy
from scheduler.problem import Assignment, Duty, Person, Problem
from scheduler.program import Program, build
from scheduler.search.local import LocalSearch
from scheduler.travel import kilometres, kilometres_from_home

from .. import factories as f
from ..strategies import histories, towns, wild_rosters
from ..thorough import examples

GROUND = (f.law("one_duty_at_a_time"), f.law("cover"))
Roster = tuple[Assignment, ...]
often = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))


def arranged(problem: Problem, *pairs: str) -> set[str]:
    """What tidy makes of a roster, in words."""
    return {f"{a.person} {a.duty} {a.position}" for a in tidy(build(problem), f.serves(*pairs))}


def at_two_posts(day: int, name: str = "early", **more: Any) -> tuple[Duty, Duty]:
    """One slot: one verifier at the bridge, one at the market."""
    return (
        f.shift(f"bridge{day}", day, name, **more),
        f.shift(f"market{day}", day, name, post="market", **more),
    )


# --- in words ---------------------------------------------------------------------------------------------
def test_each_goes_on_at_the_post_of_the_last_duty() -> None:
    ann = f.person("ann", history=(f.past(-1, 6, 8, post="market"),))
    bao = f.person("bao", history=(f.past(-1, 6, 8, post="bridge"),))
    town = f.problem([ann, bao], at_two_posts(0), GROUND)
    assert arranged(town, "ann bridge0", "bao market0") == {"ann market0 verify", "bao bridge0 verify"}


def test_of_several_past_duties_the_last_one_counts_in_whatever_order_they_are_written() -> None:
    ann = f.person("ann", history=(f.past(-1, 6, 8, post="market"), f.past(-3, 6, 8, post="bridge")))
    town = f.problem([ann, f.person("bao")], at_two_posts(0), GROUND)
    assert arranged(town, "ann bridge0", "bao market0") == {"ann market0 verify", "bao bridge0 verify"}


def test_the_duty_after_counts_as_much_as_the_one_before() -> None:
    duties = (*at_two_posts(0), f.shift("later", 1, "early"), f.shift("evening", 1, "late", post="market"))
    town = f.problem([f.person("ann"), f.person("bao")], duties, GROUND)
    found = arranged(town, "ann market0", "bao bridge0", "ann later", "bao evening")
    assert found == {"ann bridge0 verify", "bao market0 verify", "ann later verify", "bao evening verify"}


def test_a_post_kept_on_one_day_is_kept_on_the_days_around_it() -> None:
    ann = f.person("ann", history=(f.past(-1, 6, 8, post="market"),))
    duties = [duty for day in range(3) for duty in at_two_posts(day)]
    town = f.problem([ann, f.person("bao")], duties, GROUND)
    crossed = ("ann bridge0", "bao market0", "ann market1", "bao bridge1", "ann bridge2", "bao market2")
    assert {a for a in arranged(town, *crossed) if "ann" in a} == {f"ann market{day} verify" for day in range(3)}


def test_who_is_new_serves_near_home() -> None:
    """From the east the bridge is near, from the west the market."""
    town = f.problem([f.person("ann", area="gate"), f.person("bao", area="west")], at_two_posts(0), GROUND)
    assert arranged(town, "ann market0", "bao bridge0") == {"ann bridge0 verify", "bao market0 verify"}


def test_a_familiar_post_weighs_more_than_any_way() -> None:
    ann = f.person("ann", area="gate", history=(f.past(-1, 6, 8, post="market"),))
    bao = f.person("bao", area="west", history=(f.past(-1, 6, 8, post="bridge"),))
    town = f.problem([ann, bao], at_two_posts(0), GROUND)
    assert arranged(town, "ann bridge0", "bao market0") == {"ann market0 verify", "bao bridge0 verify"}


def test_who_verified_last_time_leads_this_time() -> None:
    ann = f.person("ann", history=(f.past(-1, 6, 8, post="bridge", position="verify"),))
    bao = f.person("bao", history=(f.past(-1, 6, 8, post="bridge", position="lead"),))
    town = f.problem([ann, bao], [f.shift("d", 0, "early", (f.seat("lead"), f.seat("verify")))], GROUND)
    assert arranged(town, "ann d verify", "bao d lead") == {"ann d lead", "bao d verify"}


def test_a_near_post_weighs_more_than_another_position() -> None:
    past = (f.past(-1, 6, 8, position="lead"),)
    duties = (f.shift("b", 0, "early", (f.seat("lead"),)), f.shift("m", 0, "early", post="market"))
    people = [f.person("ann", area="gate", history=past), f.person("bao", area="west")]
    assert arranged(f.problem(people, duties, GROUND), "ann m", "bao b lead") == {"ann b lead", "bao m verify"}


def test_a_published_seat_stays_whatever_else_would_be_nicer() -> None:
    ann = f.person("ann", area="west", history=(f.past(-1, 6, 8, post="market"),))
    published = f.serves("ann bridge0")
    town = f.problem([ann, f.person("bao", area="gate")], at_two_posts(0), GROUND, baseline=published)
    assert arranged(town, "ann bridge0", "bao market0") == {"ann bridge0 verify", "bao market0 verify"}
    assert arranged(town, "ann market0", "bao bridge0") == {"ann bridge0 verify", "bao market0 verify"}


def test_who_is_pinned_stays_and_the_others_arrange_themselves() -> None:
    people = [f.person(name, area=area) for name, area in (("ann", "west"), ("bao", "west"), ("chen", "gate"))]
    duties = (*at_two_posts(0), f.shift("more", 0, "early"))
    pinned = tuple(replace(a, pinned=True) for a in f.serves("ann bridge0"))
    town = f.problem(people, duties, GROUND, baseline=pinned)
    found = arranged(town, "ann bridge0", "bao more", "chen market0")
    assert found == {"ann bridge0 verify", "bao market0 verify", "chen more verify"}


def test_a_published_seat_stays_even_among_seats_that_are_alike() -> None:
    duties = (f.shift("one", 0, "early"), f.shift("other", 0, "early"))
    town = f.problem([f.person("ann"), f.person("bao")], duties, GROUND, baseline=f.serves("ann one"))
    assert arranged(town, "ann other", "bao one") == {"ann one verify", "bao other verify"}


def test_a_single_metre_weighs_more_than_any_change_of_position() -> None:
    near = [replace(f.POSTS[0], latitude=29.45), replace(f.POSTS[1], latitude=29.450009)]
    ann = f.person("ann", area="town", history=(f.past(-1, 6, 8, position="lead"),))
    bao = f.person("bao", history=(f.past(-1, 6, 8, position="verify"),))
    duties = (f.shift("b", 0, "early", (f.seat("lead"),)), f.shift("m", 0, "early", post="market"))
    town = replace(f.problem([ann, bao], duties, GROUND), posts=tuple(near))
    assert arranged(town, "ann m", "bao b lead") == {"ann b lead", "bao m verify"}


def test_what_has_begun_stays_even_when_it_was_never_published() -> None:
    people = [f.person("ann", area="gate"), f.person("bao", area="west")]
    town = f.problem(people, at_two_posts(0), GROUND)
    roster = f.serves("ann market0", "bao bridge0")
    assert tidy(build(replace(town, now=f.at(0, 7))), roster) == roster
    assert tidy(build(replace(town, now=f.at(0, 5))), roster) != roster


def test_people_whom_a_rule_tells_apart_exchange_nothing() -> None:
    """A price on distance makes the way the search's business, and so is this exchange."""
    people = [f.person("ann", area="gate"), f.person("bao", area="west")]
    town = f.problem(people, at_two_posts(0), (*GROUND, f.priced("distance", 1, km=1)))
    assert arranged(town, "ann market0", "bao bridge0") == {"ann market0 verify", "bao bridge0 verify"}


def test_who_has_two_duties_at_once_is_left_alone() -> None:
    town = f.problem([f.person("ann", area="west"), f.person("bao", area="west")], at_two_posts(0), GROUND[1:])
    roster = f.serves("ann bridge0", "ann market0", "bao bridge0")
    assert tidy(build(town), roster) == roster


def test_nobody_serving_is_a_roster_too() -> None:
    program = build(f.problem([f.person("ann")], at_two_posts(0), GROUND))
    assert tidy(program, ()) == ()
    assert measure(program, ()) == Measure(0, 0, 0, 0)


def test_who_says_stop_at_once_gets_back_what_came() -> None:
    town = f.problem([f.person("ann", area="gate"), f.person("bao", area="west")], at_two_posts(0), GROUND)
    roster = f.serves("ann market0", "bao bridge0")
    assert tidy(build(town), roster, should_stop=lambda: True) == roster
    assert tidy(build(town), roster) != roster


# --- against everything there is ----------------------------------------------------------------------------
@often
@given(data=st.data())
def test_one_slot_is_arranged_as_well_as_it_can_be(data: st.DataObject) -> None:
    """Every way to seat four people of one slot, the duties on both sides given."""
    names = ("ann", "bao", "chen", "deng")
    posts = [post.id for post in f.POSTS]
    seats = (f.seat("lead"), f.seat("verify"))
    duties = [f.shift(f"{post}{day}", day, "early", seats, post=post) for post in posts for day in range(3)]
    all_seats = [(post, s.position) for post in posts for s in seats]
    area = st.sampled_from([None, "town", "gate", "west"])
    people = [f.person(name, area=data.draw(area), history=data.draw(histories(f.MONDAY, f.ZONE))) for name in names]
    town = f.problem(people, duties, GROUND)
    fixed = [
        Assignment(name, f"{post}{day}", position, pinned=True)
        for day in (0, 2)
        for name, (post, position) in zip(names, data.draw(st.permutations(all_seats)))
    ]
    taken = data.draw(st.permutations(all_seats))[: len(names)]
    program, judge = build(town), _Naive(town)
    ways = [
        (*fixed, *(Assignment(name, f"{post}1", position) for name, (post, position) in zip(order, taken)))
        for order in permutations(names)
    ]
    nodes = matching._nodes
    with pytest.MonkeyPatch.context() as patch:  # only the middle slot may be arranged
        patch.setattr(matching, "_nodes", lambda seating: _only(nodes(seating), program, town.duty_index["bridge1"]))
        found = tidy(program, ways[0])
    assert judge.measure(program, found) == min(judge.measure(program, way) for way in ways)


def _only(nodes: matching._Nodes, program: Program, duty: int) -> matching._Nodes:
    """The nodes of one duty's slot."""
    keep = nodes.slot == program.slot_of_duty[duty]
    size = np.diff(nodes.first)
    return matching._Nodes(nodes.place[np.repeat(keep, size)], np.append(0, np.cumsum(size[keep])), nodes.slot[keep])


class _Naive:
    """The measure a second time, from its sentences."""

    def __init__(self, town: Problem) -> None:
        self.town = town
        self.duties = {d.id: d for d in town.duties}

    def measure(self, program: Program, roster: Roster) -> Measure:
        changes = metres = repeated = 0
        slot = program.slot_of_duty
        when = {d.id: (d.start.timestamp(), d.end.timestamp(), slot[i]) for i, d in enumerate(self.town.duties)}
        place = {(d, s.position): i for i, (d, s) in enumerate(self.town.demands)}
        for person in self.town.people:
            mine = [a for a in roster if a.person == person.id]
            mine.sort(key=lambda a: (*when[a.duty], place[self.town.duty_index[a.duty], a.position]))
            served = [(self.duties[a.duty].post, a.position) for a in mine]
            metres += sum(self._metres(person, post) for post, _ in served)
            past = sorted(person.history.recent, key=lambda w: (w.start.timestamp(), w.end.timestamp()))
            for (post, position), (next_post, next_position) in pairwise(
                [(w.post, w.position) for w in past[-1:]] + served
            ):
                changes += post is None or post != next_post
                repeated += position == next_position
        gone = {(b.person, b.duty, b.position) for b in self.town.baseline}
        gone -= {(a.person, a.duty, a.position) for a in roster}
        return Measure(len(gone), changes, metres, repeated)

    def _metres(self, person: Person, post: str | None) -> int:
        way = kilometres_from_home(self.town, person.area, post)
        return 0 if way is None else round(1000 * way)


# --- on any town ----------------------------------------------------------------------------------------------
@st.composite
def alike_towns(draw: Any) -> Problem:
    """A tiny town in which everybody has doubles, who differ in their past and perhaps in their home."""
    town = draw(towns(most_people=3))
    doubles = [
        replace(
            person, id=f"{person.id}{n}", household=None, history=draw(histories(town.start, town.zone)),
            area=draw(st.sampled_from([person.area, "gate", "west"])),
        )
        for person in town.people
        for n in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    more = tuple(
        Assignment(p.id, b.duty, b.position) for b in town.baseline[:2] for p in doubles[:1] if p.id[:-1] != b.person
    )
    return replace(town, people=(*town.people, *doubles), baseline=(*town.baseline, *more))


@st.composite
def some_rosters(draw: Any, town: Problem) -> Roster:
    """A legal roster filled greedily, or anything at all."""
    if draw(st.integers(0, 3)) == 0:
        return draw(wild_rosters(town))
    search = LocalSearch(build(town), 1)
    search.construct()
    return search.assignments()


@often
@given(data=st.data())
def test_nothing_that_a_rule_counts_is_changed_and_nothing_gets_worse(data: st.DataObject) -> None:
    town = data.draw(alike_towns())
    roster = data.draw(some_rosters(town))
    is_only_tidied(town, roster)


def is_only_tidied(town: Problem, roster: Roster) -> tuple[Measure, Measure]:
    """Holds a tidied roster against what came in; gives both measures."""
    program = build(town)
    found = tidy(program, roster)
    before, after = check(town, roster), check(town, found)
    assert (after.costs, after.vacancy_objective, after.vacancies) == (
        before.costs, before.vacancy_objective, before.vacancies,
    )  # fmt: skip
    assert sorted((v.rule, v.person or "", v.excess) for v in after.violations) == sorted(
        (v.rule, v.person or "", v.excess) for v in before.violations
    )
    assert [(a.duty, a.position, a.pinned) for a in found] == [(a.duty, a.position, a.pinned) for a in roster]
    assert slots(program, found) == slots(program, roster)
    was, now = measure(program, roster), measure(program, found)
    assert now < was or set(found) == set(roster)
    assert tidy(program, roster) == found
    assert tidy(program, found) == found
    return was, now


def slots(program: Program, roster: Roster) -> dict[str, list[int]]:
    """In which slots each person serves."""
    index = program.problem.duty_index
    served = sorted((a.person, int(program.slot_of_duty[index[a.duty]])) for a in roster)
    return {person: [slot for _, slot in mine] for person, mine in groupby(served, key=lambda pair: pair[0])}


@often
@given(data=st.data())
def test_the_measure_is_what_its_sentences_say(data: st.DataObject) -> None:
    town = data.draw(alike_towns())
    roster = tuple(dict.fromkeys(data.draw(some_rosters(town))))
    program = build(town)
    assert measure(program, roster) == _Naive(town).measure(program, roster)


def test_a_large_group_is_arranged_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LARGEST_NODE", 3)
    people = [f.person(f"p{n}", area=("gate", "west")[n % 2]) for n in range(8)]
    duties = [f.shift(f"{p}{n}", 0, "early", post=p) for n in range(4) for p in ("bridge", "market")]
    crossed = [f"p{n} {('market', 'bridge')[n % 2]}{n // 2}" for n in range(8)]
    was, now = is_only_tidied(f.problem(people, duties, GROUND), f.serves(*crossed))
    assert now.metres < was.metres


@cache
def shouchang() -> Problem:
    return document.load(whole_towns.make("shouchang", 1, f.MONDAY))


def test_in_a_whole_town_many_people_get_another_position() -> None:
    search = LocalSearch(build(shouchang()), 1)
    search.construct()
    was, now = is_only_tidied(shouchang(), search.assignments())
    assert now.positions_repeated < 0.9 * was.positions_repeated


def test_the_ways_of_the_examples_are_as_they_say() -> None:
    """The bridge is in the gate's area and the market in the west, some kilometres apart."""
    bridge, market = ((p.latitude or 0.0, p.longitude or 0.0) for p in f.POSTS[:2])
    assert kilometres(bridge, market) > 2
    town = f.problem([], at_two_posts(0), GROUND)
    assert kilometres_from_home(town, "gate", "bridge") == 0
    assert kilometres_from_home(town, "west", "market") == 0
