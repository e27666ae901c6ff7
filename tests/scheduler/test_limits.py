"""Limits by themselves: prices, and what a set of assignments amounts to under each kind of limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.check import check, consequences
from scheduler.columns import flat_rate, slots_of
from scheduler.limits import Each, Level, Limit, Tier, at_least, at_most, charge
from scheduler.problem import Assignment, MeaningError, Problem
from scheduler.program import build
from scheduler.tally import Served, charges, counted, instances, totals

from .. import factories as f
from ..weigh import weigh


def town() -> Problem:
    """Ann, Bao and Chen; an early and a late shift on two days, the first with a leader's seat as well."""
    first = (f.seat("lead"), f.seat("verify", 2))
    duties = [
        f.shift("a", 0, "early", first),
        f.shift("b", 0, "late"),
        f.shift("c", 1, "early"),
        f.shift("d", 1, "late"),
    ]
    return f.problem([f.person(n) for n in ("ann", "bao", "chen")], duties, [], days=2)


ONE = at_most(1, None)


def limit(each: Each, persons: list[int], duties: list[int], price: Any = ONE, **more: Any) -> Limit:
    arrays = {k: np.array(v, np.int64) if isinstance(v, list) else v for k, v in more.items()}
    return Limit("test", each, np.array(persons, np.int64), np.array(duties, np.int64), price, **arrays)


def count(limit_: Limit, *pairs: str) -> list[int]:
    """The count of every instance that exists."""
    problem = town()
    return totals(Served.of(problem, f.serves(*pairs)), limit_)[instances(problem, limit_)].tolist()


def test_no_more_than_two_is_free_up_to_two() -> None:
    counts = np.arange(5)
    assert charge(at_most(2, None), counts, Level.HARD).tolist() == [0, 0, 0, 1, 2]
    assert charge(at_most(2, 3), counts, Level.PRICED).tolist() == [0, 0, 0, 3, 6]
    assert charge(at_most(2, 3), counts, Level.HARD).tolist() == [0] * 5


def test_no_fewer_than_two_is_free_from_two_on() -> None:
    assert charge(at_least(2, None), np.arange(4), Level.HARD).tolist() == [2, 1, 0, 0]
    assert charge(at_least(2, 5), np.arange(4), Level.PRICED).tolist() == [10, 5, 0, 0]


@given(
    st.lists(
        st.builds(
            Tier,
            st.sampled_from(["over", "under"]),
            st.integers(-5, 5),
            st.integers(0, 9),
            st.sampled_from([Level.PRICED, Level.VACANCY]),
        ),
        max_size=4,
    )
)
def test_every_price_is_convex_and_never_negative(tiers: list[Tier]) -> None:
    for level in (Level.PRICED, Level.VACANCY):
        asked = charge(tuple(tiers), np.arange(-12, 13), level)
        assert (asked >= 0).all()
        assert (np.diff(asked, 2) >= 0).all()


def test_each_person_is_counted_alone_and_only_the_named_ones() -> None:
    everything = ("ann a", "ann b", "bao a", "chen c")
    assert count(limit("person", [0, 1], [0, 1]), *everything) == [2, 1]
    assert count(limit("person", [2], [0, 1]), *everything) == [0]


def test_each_seat_counts_its_heads_of_one_position() -> None:
    assert count(limit("seat", [0, 1, 2], [0]), "ann a lead", "bao a", "chen a") == [1, 2]
    only = limit("seat", [0, 1, 2], [0, 1], positions=frozenset(["verify"]))
    assert count(only, "ann a lead", "bao a", "chen b") == [1, 1]


def test_each_duty_counts_all_its_heads() -> None:
    assert count(limit("duty", [0, 2], [0, 3]), "ann a lead", "bao a", "chen a", "bao d") == [2, 0]


def test_groups_and_all_count_together() -> None:
    pairs = ("ann a", "bao b", "chen c", "chen d")
    assert count(limit("group", [0, 1, 2], [0, 1, 2, 3], group=[0, 0, 1]), *pairs) == [2, 2]
    assert count(limit("all", [0, 2], [0, 1, 2]), *pairs) == [2]


def test_weights_of_duties_and_people_multiply() -> None:
    weighed = limit("group", [0, 1], [0, 1], group=[0, 0], duty_weights=[5, 7], person_weights=[1, -2])
    assert count(weighed, "ann a", "bao b") == [5 - 14]


def test_history_is_added_to_the_person_who_brings_it() -> None:
    assert count(limit("person", [0, 1], [0], base=[4, 0]), "bao a") == [4, 1]


def test_a_day_worked_twice_is_one_day_worked() -> None:
    days = limit("person", [0, 1], [0, 1, 2, 3], buckets=[0, 0, 1, 1])
    assert count(days, "ann a", "ann b", "ann c", "bao d") == [2, 1]


def test_a_day_may_weigh_less_than_nothing_however_often_it_is_worked() -> None:
    lone = limit("person", [0, 1], [0, 1, 2, 3], at_most(0, 3), buckets=[0, 0, 1, 1], duty_weights=[1, 1, -1, -1])
    assert count(lone, "ann a", "ann b") == [1, 0]
    assert count(lone, "ann a", "ann c", "ann d", "bao d") == [0, -1]


def test_what_another_day_mends_is_not_forbidden_and_has_no_flat_rate() -> None:
    signs = {"buckets": [0, 1], "duty_weights": [1, -1]}
    assert limit("person", [0], [0, 2], at_most(0, None), buckets=[0, 1]).forbids
    assert not limit("person", [0], [0, 2], at_most(0, None), **signs).forbids
    assert flat_rate(limit("person", [0], [0, 2], at_most(0, 4), duty_weights=[1, 2])) == 4
    assert flat_rate(limit("person", [0], [0, 2], at_most(0, 4), duty_weights=[1, -1])) is None


def test_taking_a_seat_may_mend_a_breach() -> None:
    """Ann alone on the first day is a series too short; the second day ends it well, the third is another."""
    days = [f.shift(f"e{day}", day, "early", (f.seat("verify", 2),)) for day in range(4)]
    problem = f.problem([f.person("ann"), f.person("bao")], days, [f.law("run_length", min=2), f.law("cover")], days=4)
    assert not check(problem, f.serves("ann e1")).legal
    assert consequences(problem, f.serves("ann e1"), add=f.serves("ann e2")).legal
    assert check(problem, f.serves("ann e1", "ann e2")).legal
    assert not consequences(problem, f.serves("ann e0", "ann e1"), add=f.serves("bao e2")).legal


def test_duties_that_a_bucket_tells_apart_are_in_different_slots() -> None:
    """Two shift types of one interval are one slot until a rule counts the days of only one of them."""
    two = [f.shift("a", 0, "early"), f.duty("b", 0, 6, 8, shift="short"), f.shift("c", 1, "early", post="market")]
    ann = [f.person("ann")]
    assert slots_of(f.problem(ann, two, [f.law("run_length", max=1)]))[0].tolist() == [0, 0, 1]
    alone = f.law("run_length", of="shift", shifts=["early"], max=1)
    assert len(set(slots_of(f.problem(ann, two, [alone]))[0].tolist())) == 3


def test_pins_are_forgiven_only_what_nothing_can_mend() -> None:
    """A pinned day may have company on the next one; without anybody else's seat free it stands alone."""
    days = [f.shift(f"e{day}", day, "early") for day in range(4)]
    law = f.law("run_length", min=2)
    for duties, mended in ((days, True), ([days[0], days[1], days[3]], True), ([days[1], days[3]], False)):
        pin = (Assignment("ann", "e1", "verify", pinned=True),)
        program = build(f.problem([f.person("ann")], duties, [law, f.law("cover")], days=4, baseline=pin))
        pinned_alone = weigh(program, pin)
        assert (pinned_alone is None) == mended


def test_a_limit_of_zero_forbids_and_one_with_history_does_not() -> None:
    assert limit("person", [0], [0], at_most(0, None)).forbids
    assert not limit("person", [0], [0], at_most(1, None)).forbids
    assert not limit("person", [0], [0], at_most(0, 5)).forbids
    assert not limit("person", [0], [0], at_most(0, None), base=[0]).forbids


def test_charges_speak_of_one_level_at_a_time() -> None:
    price = (Tier("under", 1, 4, Level.VACANCY), Tier("under", 2, 3, Level.PRICED))
    served = Served.of(town(), f.serves("ann a"))
    both = limit("seat", [0, 1, 2], [0], price)
    assert charges(served, both, Level.VACANCY).tolist() == [4, 0]
    assert charges(served, both, Level.PRICED).tolist() == [6, 3]


def test_few_and_many_people_are_counted_alike() -> None:
    """Some are counted from their own rows, many from all rows at once."""
    people = [f.person(f"p{i:02}") for i in range(12)]
    problem = f.problem(people, [f.shift("a", 0, "early", (f.seat("verify", 12),))], [], days=1)
    served = Served.of(problem, f.serves(*(f"p{i:02} a" for i in range(0, 12, 2))))
    for persons in ([0, 1, 2], list(range(12))):
        one = totals(served, limit("person", persons, [0]))
        assert one.tolist() == [1 - p % 2 for p in persons]
        assert sorted(counted(served, limit("all", persons, [0])).rows.tolist()) == list(range((len(persons) + 1) // 2))


@pytest.mark.parametrize(
    ("pair", "code"),
    [("zoe a", "unknown_person"), ("ann z", "unknown_duty"), ("ann b lead", "unknown_position")],
)
def test_an_assignment_of_what_does_not_exist_is_named(pair: str, code: str) -> None:
    with pytest.raises(MeaningError, match=code):
        Served.of(town(), f.serves(pair))
