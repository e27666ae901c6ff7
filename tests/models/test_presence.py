"""Who came to a published duty: states, their history, and what follows when nobody says anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import NotFound
from models.presence import PresenceRefused, Said
from models.presence_figures import Rate
from models.presence_states import CHANGES, Action, State, arrived, offered
from models.store import Store
from scheduler.document import DocumentError
from scheduler.problem import Assignment

from ..thorough import examples
from .towns import LEGAL, MONDAY, TOWN

GATE = "gate/2026-11-23/day"
NIGHT = "gate/2026-11-23/night"
STORES = "stores"
EIGHT = datetime(2026, 11, 23, 0, tzinfo=UTC)
"""08:00 in the town: the day shift begins, which ends at 20:00."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEAM = [Assignment("p1", GATE, "verify"), Assignment("p2", GATE, "record")]


class At:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = EIGHT - HOUR

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at() -> At:
    return At()


@pytest.fixture
def town(filled_url: str, at: At) -> Iterator[Store]:
    store = Store(filled_url, at)
    publish(store, TEAM)
    yield store
    store.close()


def publish(store: Store, assignments: list[Assignment]) -> None:
    draft = store.rosters.save_draft(TOWN, MONDAY, assignments, origin="edit", replace=True)
    store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="one", report=LEGAL)


def say(store: Store, action: Action, person: str = "p1", duty: str = GATE, **more: Any) -> Any:
    said = Said(person=person, action=action, **({"by": "leader-1", "whose": "leader"} | more))
    return store.presence.record(TOWN, MONDAY, duty, said)


def refusal(store: Store, action: Action, **more: Any) -> str | None:
    """Why it is not written down; None when it is."""
    try:
        say(store, action, **more)
    except PresenceRefused as error:
        return error.code
    except DocumentError as error:
        return error.faults[0].code
    return None


def state(store: Store, person: str = "p1", duty: str = GATE) -> State:
    return next(one.state for one in store.presence.of(TOWN, MONDAY, duty).team if one.person == person)


def test_a_person_confirms_comes_and_leaves_and_every_change_is_kept(town: Store, at: At) -> None:
    assert state(town) == "planned"
    town.acknowledgements.acknowledge(TOWN, MONDAY, "p1", GATE)
    assert state(town) == "confirmed"
    at.now = EIGHT - 10 * MINUTE
    came = say(town, "arrive", by="person:p1", whose="person", how="qr")
    assert (came.state, came.minutes_late, came.came_at, came.by) == ("present", 0, at.now, "person:p1")
    at.now = EIGHT + 12 * HOUR
    assert say(town, "leave").state == "left"
    entries = town.presence.history(TOWN, MONDAY, GATE)["p1"]
    assert [(e.action, e.state, e.by, e.how) for e in entries] == [
        (None, "confirmed", "person:p1", None),
        ("arrive", "present", "person:p1", "qr"),
        ("leave", "left", "leader-1", "list"),
    ]
    assert entries[-1].came_at == EIGHT - 10 * MINUTE


@pytest.mark.parametrize(("minutes", "expected"), [(-60, 0), (0, 0), (5, 0), (5.1, 5), (6, 6), (95.9, 95), (720, 720)])
def test_lateness_is_whole_minutes_after_the_start_beyond_five(minutes: float, expected: int) -> None:
    assert arrived(EIGHT, EIGHT + minutes * MINUTE) == ("late" if expected else "present", expected)


def test_nobody_checks_in_outside_the_window(town: Store, at: At) -> None:
    for minutes in (-61, 721):
        at.now = EIGHT + minutes * MINUTE
        assert refusal(town, "arrive") == "outside_window"
    assert town.presence.history(TOWN, MONDAY, GATE) == {}


def test_the_same_check_in_twice_changes_nothing(town: Store, at: At) -> None:
    first = say(town, "arrive", how="qr")
    at.now += HOUR
    assert say(town, "arrive") == first
    assert len(town.presence.history(TOWN, MONDAY, GATE)["p1"]) == 1


def test_silence_is_a_no_show_only_where_presence_is_kept(town: Store, at: At) -> None:
    at.now = EIGHT + 31 * MINUTE
    assert [one.overdue for one in town.presence.of(TOWN, MONDAY, GATE).team] == [False, False]
    at.now = EIGHT + 13 * HOUR
    assert state(town) == "planned"  # nobody looked
    at.now = EIGHT + HOUR
    say(town, "arrive")
    found = {one.person: one for one in town.presence.of(TOWN, MONDAY, GATE).team}
    assert (found["p2"].state, found["p2"].overdue) == ("planned", True)
    assert town.presence.figures(TOWN, MONDAY).exceptions == 1
    at.now = EIGHT + 12 * HOUR
    one = next(one for one in town.presence.of(TOWN, MONDAY, GATE).team if one.person == "p2")
    assert (one.state, one.counted, one.overdue) == ("no_show", True, False)
    assert town.presence.figures(TOWN, MONDAY).no_shows == 1


def test_a_post_that_keeps_presence_misses_its_only_guard(town: Store, at: At) -> None:
    publish(town, [*TEAM, Assignment("p3", NIGHT, "verify"), Assignment("p4", "bridge/2026-11-24/day", "verify")])
    say(town, "arrive")
    at.now = EIGHT + 25 * HOUR
    assert state(town, "p3", NIGHT) == "no_show"
    assert state(town, "p4", "bridge/2026-11-24/day") == "planned"  # at the bridge nobody has ever looked


def test_who_reported_a_drop_out_is_excused_and_may_come_all_the_same(town: Store, at: At) -> None:
    absence = town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "发烧", "person:p1")
    assert state(town) == "excused"
    town.absences.withdraw(TOWN, absence.id)
    assert state(town) == "planned"
    town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "发烧", "person:p1")
    at.now = EIGHT
    assert say(town, "arrive", by="person:p1", whose="person").state == "present"


def test_a_new_version_cancels_what_was_planned_and_keeps_who_came(town: Store, at: At) -> None:
    say(town, "arrive")
    publish(town, [Assignment("p3", GATE, "verify")])
    team = town.presence.of(TOWN, MONDAY, GATE).team
    assert [(one.person, one.state, one.moved) for one in team] == [("p3", "planned", False), ("p1", "present", True)]
    with pytest.raises(NotFound):
        say(town, "arrive", "p2")
    at.now = EIGHT + HOUR
    assert say(town, "leave").state == "left"  # who came may leave


def test_only_a_leader_says_that_somebody_did_not_come_and_an_excuse_has_a_reason(town: Store, at: At) -> None:
    at.now = EIGHT + HOUR
    with pytest.raises(PresenceRefused):
        say(town, "miss", by="person:p1", whose="person")
    assert say(town, "miss").state == "no_show"
    with pytest.raises(DocumentError) as refused:
        say(town, "excuse", reason="  ")
    assert [fault.path for fault in refused.value.faults] == ["reason"]
    assert say(town, "excuse", reason="家里有急事").state == "excused"


def test_a_correction_has_a_reason_and_instants_that_can_be(town: Store, at: At) -> None:
    at.now = EIGHT + 30 * HOUR
    came = EIGHT + 20 * MINUTE
    done = say(town, "correct", state="left", came_at=came, left_at=EIGHT + 11 * HOUR, reason="签到表补记")
    assert (done.state, done.minutes_late, done.came_at) == ("left", 20, came)
    for wrong in ({"came_at": EIGHT - 2 * HOUR}, {"came_at": EIGHT + 13 * HOUR}, {"left_at": EIGHT - HOUR}):
        with pytest.raises(DocumentError):
            say(town, "correct", state="left", reason="x", **wrong)
    assert say(town, "correct", state="planned", reason="记错了人").state == "no_show"  # the rule speaks again
    with pytest.raises(DocumentError):
        say(town, "correct", state="present")


def test_hours_count_from_the_start_or_the_arrival_to_the_end_or_the_departure(town: Store, at: At) -> None:
    at.now = EIGHT + 30 * MINUTE
    say(town, "arrive")
    at.now = EIGHT + 2 * HOUR
    say(town, "leave")
    at.now = EIGHT + 20 * HOUR
    by_person = {one.person: one for one in town.presence.served(TOWN, EIGHT, EIGHT + 24 * HOUR) if one.duty.id == GATE}
    assert (by_person["p1"].minutes, by_person["p1"].state, by_person["p1"].said_to_leave) == (90, "left", True)
    assert (by_person["p2"].start, by_person["p2"].state) == (None, "no_show")
    assert town.presence.served_by(TOWN, "p1", EIGHT, EIGHT + HOUR) == [by_person["p1"]]


def test_how_often_somebody_does_not_come(town: Store, at: At) -> None:
    publish(town, [*TEAM, Assignment("p1", NIGHT, "verify"), Assignment("p2", "bridge/2026-11-24/day", "verify")])
    say(town, "arrive")
    at.now = EIGHT + 48 * HOUR
    assert town.presence.rates(TOWN) == {"p1": Rate(2, 1), "p2": Rate(1, 1)}
    assert town.presence.rate(TOWN, "p1").percent == 50
    assert town.presence.rate(TOWN, "p5") == Rate()


# --- anything anybody may say, in any order --------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(get_args(Action)),
        st.sampled_from(("person", "leader")),
        st.integers(0, 400),
        st.sampled_from((None, *get_args(State))),
    ),
    min_size=1,
    max_size=6,
)


@given(steps=STEPS)
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_only_the_table_s_changes_happen_and_history_only_grows(
    town: Store, at: At, steps: list[tuple[Action, Any, int, State | None]]
) -> None:
    at.now = EIGHT - 2 * HOUR
    with town.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM presence")
    kept: tuple[Any, ...] = ()
    for action, whose, minutes, wanted in steps:
        at.now += minutes * MINUTE
        duty = town.presence.of(TOWN, MONDAY, GATE).duty
        before, change = state(town), CHANGES[action]
        legal = before in change.froms and whose in change.by and (action != "correct" or wanted in change.to)
        refused = refusal(town, action, whose=whose, state=wanted, reason="x")
        if refused in ("outside_window", "illegal_change"):
            assert not (legal and change.in_time(duty, at.now))
            assert refused == ("outside_window" if legal else "illegal_change")
            assert action not in offered(before, whose, duty, at.now)
        if refused == "not_then":
            assert action == "correct"
        after = state(town)
        entries = town.presence.history(TOWN, MONDAY, GATE).get("p1", ())
        assert entries[: len(kept)] == kept
        assert len(entries) - len(kept) in (0, 1)
        assert refused is None or (after, len(entries)) == (before, len(kept))
        if len(entries) > len(kept):
            assert entries[-1].state in change.to
        kept = entries
