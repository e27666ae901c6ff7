"""hand_on: seats of a published roster that change hands at once, judged again at the last moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from api.amending import hand_on
from api.errors import ApiError
from models.errors import BrokenRules
from models.outbox import Asked
from models.store import Store
from scheduler.problem import Assignment
from tests.models.towns import LEGAL

from .conftest import Filled
from .exchange_town import FIRST, MONDAY, TOWN, Morning, in_force, problem, published, seat, serving

TRIES = {"postgresql": 200, "sqlite": 20}
"""SQLite lets one writer in at a time anyhow."""
PAIRS = (("p0", "p1"), ("p2", "p4"))


@pytest.fixture
def morning() -> Morning:
    return Morning()


@pytest.fixture
def quay(filled: Filled, database_url: str, morning: Morning) -> Iterator[Store]:
    """The small town on each kind of database, served by the application."""
    with serving(filled.app, database_url, morning) as store:
        yield store


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ApiError) as error:
        call()
    return error.value.code


def test_a_seat_is_handed_on_and_both_are_told(quay: Store) -> None:
    published(quay, seat("p0", 0, "early"), seat("p1", 0, "late"))
    head = hand_on(TOWN, MONDAY, [seat("p0", 0, "early")], [seat("p2", 0, "early")], by="li")
    assert (head.number, head.origin, head.published_by) == (2, "amendment", "li")
    assert in_force(quay) == {seat("p2", 0, "early"), seat("p1", 0, "late")}
    told = {m.to: m.text.zh for m in quay.outbox.page(TOWN, Asked()).items if m.kind == "roster_changed"}
    assert set(told) == {"person:p0", "person:p2"}
    assert told["person:p2"].endswith("人员p2 加值 3月2日 早班 码头卡口（查验）。")


def test_what_breaks_a_rule_is_refused_and_nothing_is_told(quay: Store) -> None:
    published(quay, seat("p0", 0, "early"))
    with pytest.raises(BrokenRules) as broken:
        hand_on(TOWN, MONDAY, [], [seat("p0", 0, "late")], by="li")
    assert {v.rule for v in broken.value.report.violations} == {"min_rest"}
    with pytest.raises(BrokenRules):
        hand_on(TOWN, MONDAY, [], [seat("p1", 0, "early", "medic")], by="li")
    assert in_force(quay) == {seat("p0", 0, "early")}
    assert quay.outbox.page(TOWN, Asked()).total == 0


def test_what_was_broken_before_does_not_stand_in_the_way(quay: Store) -> None:
    rested, tired = seat("p0", 0, "early"), seat("p0", 0, "late")
    draft = quay.rosters.save_draft(TOWN, MONDAY, [rested, tired], origin="edit", by="one")
    quay.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="one", report=LEGAL)
    hand_on(TOWN, MONDAY, [], [seat("p1", 2, "early")], by="li")
    assert in_force(quay) == {rested, tired, seat("p1", 2, "early")}


def test_a_full_seat_somebody_gone_and_a_duty_that_has_begun_are_refused(quay: Store, morning: Morning) -> None:
    assert refused(lambda: hand_on(TOWN, MONDAY, [], [seat("p0", 0, "early")], by="li")) == "not_there_any_more"
    published(quay, seat("p0", 0, "early"), seat("p1", 0, "early"))
    assert refused(lambda: hand_on(TOWN, MONDAY, [], [seat("p2", 0, "early")], by="li")) == "seat_taken"
    assert refused(lambda: hand_on(TOWN, MONDAY, [], [seat("p0", 0, "early", "medic")], by="li")) == "seat_taken"
    assert (
        refused(lambda: hand_on(TOWN, MONDAY, [seat("p3", 0, "early")], [seat("p2", 0, "early")], by="li"))
        == "not_there_any_more"
    )
    nowhere = Assignment("p2", "elsewhere", "verify")
    assert refused(lambda: hand_on(TOWN, MONDAY, [], [nowhere], by="li")) == "not_there_any_more"
    morning.advance(hours=20)  # 08:00 on Monday: the early shift has run for two hours
    swap = ([seat("p0", 0, "early")], [seat("p2", 0, "early")])
    assert refused(lambda: hand_on(TOWN, MONDAY, *swap, by="li")) == "not_there_any_more"
    hand_on(TOWN, MONDAY, *swap, by="li", running=True)
    assert in_force(quay) == {seat("p2", 0, "early"), seat("p1", 0, "early")}


def test_a_rest_that_only_the_next_week_needs_is_kept(quay: Store) -> None:
    """Sunday's night duty and Monday's early one are in different weeks: each alone is legal."""
    published(quay)
    later = MONDAY + timedelta(days=4)
    quay.weeks.make(TOWN, later, 4, source="templates")
    early = Assignment("p0", "quay/2026-03-06/early", "verify")
    draft = quay.rosters.save_draft(TOWN, later, [early], origin="edit", by="one")
    quay.rosters.publish(TOWN, later, draft.number, draft.revision, by="one", report=LEGAL)
    with pytest.raises(BrokenRules) as broken:
        hand_on(TOWN, MONDAY, [], [seat("p0", 3, "night")], by="li")
    assert [v.rule for v in broken.value.report.violations] == ["min_rest"]
    hand_on(TOWN, MONDAY, [], [seat("p1", 3, "night")], by="li")
    assert in_force(quay) == {seat("p1", 3, "night")}


def test_of_two_at_the_same_instant_never_both_take_a_seat(filled: Filled, quay: Store) -> None:
    """A free seat first, then again and again one that somebody gives away; both come at the same moment."""
    published(quay, seat("p3", 0, "early"))
    others, holder, known = in_force(quay), list[Assignment](), problem(quay)
    for number in range(TRIES["sqlite" if quay.database.sqlite else "postgresql"]):
        start, won, lost = threading.Barrier(2), list[Assignment](), list[str]()

        def take(
            mine: Assignment,
            start: threading.Barrier = start,
            gone: Sequence[Assignment] = tuple(holder),
            won: list[Assignment] = won,
            lost: list[str] = lost,
        ) -> None:
            with filled.app.app_context():
                start.wait()
                try:
                    hand_on(TOWN, MONDAY, gone, [mine], by=mine.person, tell=False, problem=known)
                except ApiError as error:
                    lost.append(error.code)
                else:
                    won.append(mine)

        two = [Assignment(person, FIRST, "verify") for person in PAIRS[number % 2]]
        pair = [threading.Thread(target=take, args=(mine,)) for mine in two]
        for one in pair:
            one.start()
        for one in pair:
            one.join()
        assert (len(won), lost) == (1, ["not_there_any_more" if holder else "seat_taken"])
        assert in_force(quay) == others | set(won)
        holder = won
