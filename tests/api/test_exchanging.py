"""Seats taken, duties offered and swapped: legal at each step, nobody loses what nobody took."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest

from api import exchanging, open_seats
from api.errors import ApiError
from api.standings import Part, breaches, standing
from models.errors import NotFound
from models.exchange_kinds import ExchangePolicy
from models.outbox import Asked
from models.store import Store
from scheduler import check
from scheduler.problem import Assignment

from .conftest import Filled
from .exchange_town import FIRST, MONDAY, TOWN, Morning, in_force, problem, published, seat, serving

MINE, THEIRS = seat("p0", 0, "early"), seat("p1", 2, "early")


@pytest.fixture
def morning() -> Morning:
    return Morning()


@pytest.fixture
def quay(filled: Filled, database_url: str, morning: Morning) -> Iterator[Store]:
    with serving(filled.app, database_url, morning) as store:
        yield store


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ApiError) as error:
        call()
    return error.value.code


def policy(store: Store, **ways: str) -> None:
    held = store.exchanges.policy(TOWN)
    store.exchanges.set_policy(TOWN, ExchangePolicy(**ways), held.revision)  # type: ignore[arg-type]


def told(store: Store, to: str) -> str:
    """What somebody was told about exchanges."""
    items = store.outbox.page(TOWN, Asked()).items
    return "\n".join(m.text.zh for m in items if m.to == to and m.kind == "exchange")


def test_the_first_to_come_has_the_seat_and_hears_of_it(quay: Store) -> None:
    published(quay, MINE)
    made = exchanging.claim(TOWN, MONDAY, "p1", FIRST, "verify")
    assert (made.kind, made.state) == ("claim", "done")
    assert in_force(quay) == {MINE, seat("p1", 0, "early")}
    assert told(quay, "person:p1") == "您已补位：3月2日 早班 码头卡口（查验）。"
    assert refused(lambda: exchanging.claim(TOWN, MONDAY, "p2", FIRST, "verify")) == "seat_taken"
    assert refused(lambda: exchanging.claim(TOWN, MONDAY, "p2", FIRST, "medic")) == "not_by_the_rules"


def test_a_duty_on_offer_stays_ones_own_until_somebody_takes_it(quay: Store) -> None:
    published(quay, MINE, seat("p1", 0, "late"))
    offer = exchanging.offer(TOWN, MONDAY, "p0", FIRST)
    assert in_force(quay) == {MINE, seat("p1", 0, "late")}
    assert [s.offer and s.offer.id for s in open_seats.offered_seats(TOWN, "p2")] == [offer.id]
    assert open_seats.offered_seats(TOWN, "p1") == (), "resting for the late shift"
    assert refused(lambda: exchanging.accept(TOWN, offer.id, "p1")) == "not_by_the_rules"
    assert refused(lambda: exchanging.offer(TOWN, MONDAY, "p0", FIRST)) == "already_asked"
    done = exchanging.accept(TOWN, offer.id, "p2")
    assert (done.state, done.partner) == ("done", "p2")
    assert in_force(quay) == {seat("p2", 0, "early"), seat("p1", 0, "late")}
    assert "您不用来了" in told(quay, "person:p0")
    assert refused(lambda: exchanging.accept(TOWN, offer.id, "p3")) == "not_found"


def test_a_swap_is_asked_accepted_and_both_serve_in_the_others_place(quay: Store) -> None:
    published(quay, MINE, THEIRS)
    partners = open_seats.partners(TOWN, MONDAY, "p0", FIRST)
    assert [p.seat for p in partners] == [THEIRS]
    asked = exchanging.swap(TOWN, MONDAY, "p0", FIRST, "p1", THEIRS.duty)
    assert asked.state == "requested"
    assert in_force(quay) == {MINE, THEIRS}
    assert "人员p0 想用" in told(quay, "person:p1")
    assert refused(lambda: exchanging.accept(TOWN, asked.id, "p2")) == "not_found"
    assert exchanging.accept(TOWN, asked.id, "p1").state == "done"
    assert in_force(quay) == {seat("p1", 0, "early"), seat("p0", 2, "early")}
    assert refused(lambda: exchanging.accept(TOWN, asked.id, "p1")) == "exchange_over"


def test_what_is_declined_or_withdrawn_changes_nothing(quay: Store) -> None:
    published(quay, MINE, THEIRS)
    first = exchanging.swap(TOWN, MONDAY, "p0", FIRST, "p1", THEIRS.duty)
    assert refused(lambda: exchanging.decline(TOWN, first.id, "p0")) == "not_found"
    assert exchanging.decline(TOWN, first.id, "p1").state == "declined"
    assert "没有同意" in told(quay, "person:p0")
    second = exchanging.offer(TOWN, MONDAY, "p0", FIRST, "p2")
    assert refused(lambda: exchanging.accept(TOWN, second.id, "p3")) == "not_found"
    assert exchanging.withdraw(TOWN, second.id, "p0").state == "withdrawn"
    assert refused(lambda: exchanging.accept(TOWN, second.id, "p2")) == "exchange_over"
    assert in_force(quay) == {MINE, THEIRS}
    with pytest.raises(NotFound):
        exchanging.withdraw(TOWN, "nothing", "p0")


def test_where_the_town_wants_to_be_asked_nothing_happens_before_it_has_said_yes(quay: Store) -> None:
    policy(quay, claims="approval", offers="approval", swaps="approval")
    published(quay, MINE, THEIRS)
    claim = exchanging.claim(TOWN, MONDAY, "p3", FIRST, "verify")
    swap = exchanging.swap(TOWN, MONDAY, "p0", FIRST, "p1", THEIRS.duty)
    assert exchanging.accept(TOWN, swap.id, "p1").state == "accepted"
    assert claim.state == "accepted"
    assert in_force(quay) == {MINE, THEIRS}
    assert told(quay, "role:organiser").count("待您批准") == 2
    assert exchanging.approve(TOWN, swap.id, "li").state == "done"
    assert in_force(quay) == {seat("p1", 0, "early"), seat("p0", 2, "early")}
    refusal = exchanging.refuse(TOWN, claim.id, "li", "人够了")
    assert (refusal.state, refusal.reason and refusal.reason.zh) == ("refused", "人够了")
    assert "人够了" in told(quay, "person:p3")
    assert refused(lambda: exchanging.approve(TOWN, claim.id, "li")) == "exchange_over"


def test_what_is_no_longer_legal_when_it_is_approved_has_failed_and_says_so(quay: Store) -> None:
    policy(quay, offers="approval")
    published(quay, MINE)
    offer = exchanging.offer(TOWN, MONDAY, "p0", FIRST)
    exchanging.accept(TOWN, offer.id, "p2")
    exchanging.claim(TOWN, MONDAY, "p2", "quay/2026-03-02/late", "verify")
    failed = exchanging.approve(TOWN, offer.id, "li")
    assert failed.state == "failed"
    assert failed.reason is not None
    assert "人员" not in failed.reason.zh, "why somebody may not is nobody else's business"
    assert in_force(quay) == {MINE, seat("p2", 0, "late")}
    assert "没能换成" in told(quay, "person:p0")


def test_what_the_town_does_not_want_is_refused(quay: Store) -> None:
    policy(quay, claims="off", offers="off", swaps="off")
    published(quay, MINE, THEIRS)
    assert open_seats.open_seats(TOWN, "p2").seats == ()
    for ask in (
        lambda: exchanging.claim(TOWN, MONDAY, "p2", FIRST, "verify"),
        lambda: exchanging.offer(TOWN, MONDAY, "p0", FIRST),
        lambda: exchanging.swap(TOWN, MONDAY, "p0", FIRST, "p1", THEIRS.duty),
    ):
        assert refused(ask) == "exchanges_off"


def test_a_pinned_duty_is_the_organisers_to_give(quay: Store) -> None:
    published(quay, Assignment("p0", FIRST, "verify", pinned=True), THEIRS)
    assert refused(lambda: exchanging.offer(TOWN, MONDAY, "p0", FIRST)) == "seat_pinned"
    assert refused(lambda: exchanging.swap(TOWN, MONDAY, "p1", THEIRS.duty, "p0", FIRST)) == "seat_pinned"


def test_what_nobody_took_before_its_duty_began_expires_and_what_was_changed_elsewhere_fails(
    quay: Store, morning: Morning
) -> None:
    published(quay, MINE, THEIRS)
    swap = exchanging.swap(TOWN, MONDAY, "p1", THEIRS.duty, "p0", FIRST)
    offer = exchanging.offer(TOWN, MONDAY, "p0", FIRST)
    taken = exchanging.accept(TOWN, offer.id, "p2")
    assert taken.state == "done"
    assert quay.exchanges.get(TOWN, swap.id).state == "failed", "its seat has gone to somebody else"
    late = exchanging.offer(TOWN, MONDAY, "p1", THEIRS.duty)
    morning.advance(days=4)
    assert refused(lambda: exchanging.accept(TOWN, late.id, "p3")) == "exchange_over"
    assert quay.exchanges.settle() == 1
    assert quay.exchanges.get(TOWN, late.id).state == "expired"
    assert "仍由您值" in told(quay, "person:p1")
    assert quay.exchanges.settle() == 0


def test_only_legal_seats_are_shown_and_the_most_needed_come_first(quay: Store) -> None:
    published(quay, MINE, seat("p1", 0, "late"))
    shown = open_seats.open_seats(TOWN, "p0", 40)
    places = [(s.duty.id, s.position, s.needed) for s in shown.seats]
    assert ("quay/2026-03-02/late", "verify", False) not in places, "too little rest"
    assert all(position == "verify" for _, position, _ in places), "no medic"
    assert [needed for *_, needed in places] == sorted((needed for *_, needed in places), reverse=True)
    few = open_seats.open_seats(TOWN, "p0", 3)
    assert (few.seats, few.more) == (shown.seats[:3], True)
    exchanging.claim(TOWN, MONDAY, "p0", few.seats[0].duty.id, few.seats[0].position)
    assert few.seats[0] not in open_seats.open_seats(TOWN, "p0", 40).seats
    medic = {s.position for s in open_seats.open_seats(TOWN, "p7", 40).seats}
    assert medic == {"verify", "medic"}


# --- two weeks ----------------------------------------------------------------------------------------------
FRIDAY = date(2026, 3, 6)
"""The next week begins where the first one ends."""
LATE_THURSDAY, EARLY_FRIDAY = seat("p0", 3, "late"), seat("p1", 4, "early")


@pytest.fixture
def two_weeks(quay: Store) -> Store:
    """The last night of the first week ends as the next one begins."""
    quay.weeks.make(TOWN, FRIDAY, 4)
    published(quay, LATE_THURSDAY, seat("p2", 3, "night"), seat("p2", 0, "early"), seat("p3", 1, "early"))
    published(quay, EARLY_FRIDAY, seat("p2", 5, "late"), seat("p4", 4, "late"), seat("p3", 6, "early"), week=FRIDAY)
    return quay


class Undone(Exception):
    """Takes a change back that was made to be looked at."""


def really_legal(store: Store, parts: Sequence[Part]) -> bool:
    """Whether both weeks keep the law once the change is made, the later one with its new past."""
    found: list[bool] = []
    with contextlib.suppress(Undone), store.database.together():
        for part in parts:
            version = part.here.version
            store.amendments.amend(TOWN, version.week, version.number, part.remove, part.add, by="test")
        for week in (MONDAY, FRIDAY):
            found.append(check.check(problem(store, week), in_force(store, week)).legal)
        raise Undone
    return all(found)


def test_a_swap_of_two_weeks_is_judged_as_the_rosters_that_it_makes(two_weeks: Store, morning: Morning) -> None:
    here, there = standing(TOWN, MONDAY), standing(TOWN, FRIDAY)
    said = {True: 0, False: 0}
    for mine, theirs in itertools.product(here.version.assignments, there.version.assignments):
        if mine.person != theirs.person:
            parts = exchanging.swap_parts(here, mine, there, theirs)
            morning.advance(seconds=1)  # no two versions are published at the same instant
            legal = not breaches(parts)
            assert legal == really_legal(two_weeks, parts), (mine, theirs)
            said[legal] += 1
    assert min(said.values()) > 1, said


def test_duties_of_different_weeks_change_hands_together_or_not_at_all(two_weeks: Store) -> None:
    found = open_seats.partners(TOWN, MONDAY, "p3", "quay/2026-03-03/early", FRIDAY)
    assert EARLY_FRIDAY in [p.seat for p in found if p.week == FRIDAY]
    asked = exchanging.swap(TOWN, MONDAY, "p3", "quay/2026-03-03/early", "p1", EARLY_FRIDAY.duty, FRIDAY)
    assert (asked.state, asked.partner_week) == ("requested", FRIDAY)
    policy(two_weeks, swaps="approval")
    assert exchanging.accept(TOWN, asked.id, "p1").state == "accepted"
    assert exchanging.approve(TOWN, asked.id, "li").state == "done"
    assert seat("p1", 1, "early") in in_force(two_weeks)
    assert seat("p3", 4, "early") in in_force(two_weeks, FRIDAY)
    assert EARLY_FRIDAY not in in_force(two_weeks, FRIDAY)
    assert [v.number for v in two_weeks.rosters.versions(TOWN, FRIDAY) if v.state == "published"] == [2]
    before = in_force(two_weeks), in_force(two_weeks, FRIDAY)
    night_before = ("p2", FIRST, "p3", "quay/2026-03-06/early", FRIDAY)
    assert refused(lambda: exchanging.swap(TOWN, MONDAY, *night_before)) == "not_by_the_rules"
    assert before == (in_force(two_weeks), in_force(two_weeks, FRIDAY))


def test_what_happens_in_the_other_week_ends_the_wish(two_weeks: Store) -> None:
    asked = exchanging.swap(TOWN, MONDAY, "p3", "quay/2026-03-03/early", "p1", EARLY_FRIDAY.duty, FRIDAY)
    handed = exchanging.offer(TOWN, FRIDAY, "p1", EARLY_FRIDAY.duty, "p5")
    assert exchanging.accept(TOWN, handed.id, "p5").state == "done"
    assert two_weeks.exchanges.get(TOWN, asked.id).state == "failed"
    assert sorted(p.kind for p in two_weeks.exchanges.list(TOWN, week=FRIDAY)) == ["offer", "swap"]
