"""What people say about their time: spans and usual weeks against a naive telling of every minute, and as stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Conflict
from models.said_times import (
    ANSWERS,
    STRENGTH,
    UsualTime,
    answered,
    excepted,
    expanded,
    read,
    replaced,
    span,
    status_in,
    strongest,
    with_usual,
    written,
)
from models.store import Store
from scheduler import document
from scheduler.problem import Availability
from tests.conftest import Clock
from tests.thorough import examples

from .towns import MONDAY, TOWN

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ORIGIN = datetime(2026, 11, 23, tzinfo=UTC)
HOURS = 30
NIGHT = (time(20), time(8))


def at(hour: int) -> datetime:
    return ORIGIN + timedelta(hours=hour)


SPANS = st.lists(
    st.builds(
        lambda first, length, status: Availability(at(first), at(first + length), status),
        st.integers(0, HOURS),
        st.integers(1, 12),
        st.sampled_from(sorted(STRENGTH)),
    ),
    max_size=8,
)
USUAL = st.lists(
    st.builds(
        UsualTime,
        st.integers(0, 6),
        st.times(),
        st.times(),
        st.sampled_from(ANSWERS),
        st.frozensets(st.dates(date(2026, 11, 20), date(2026, 12, 5)), max_size=3),
    ),
    max_size=6,
    unique_by=lambda u: (u.weekday, u.start, u.end),
)


def hour_by_hour(spans: list[Availability]) -> list[str | None]:
    """The strongest status of each hour, found by looking at every span."""
    return [
        max((s.status for s in spans if s.start <= at(h) < s.end), key=STRENGTH.__getitem__, default=None)
        for h in range(HOURS + 13)
    ]


@given(SPANS)
def test_the_strongest_word_counts_and_spans_never_overlap(spans: list[Availability]) -> None:
    made = strongest(spans)
    assert hour_by_hour(made) == hour_by_hour(spans)
    assert all(one.end <= two.start for one, two in pairwise(made))
    assert all((one.end, one.status) != (two.start, two.status) for one, two in pairwise(made))


@given(SPANS, st.integers(0, HOURS), st.integers(1, 12), st.sampled_from(ANSWERS))
def test_an_answer_is_all_that_is_said_of_its_hours_and_changes_no_other(
    spans: list[Availability], first: int, length: int, answer: Any
) -> None:
    before, after = (
        hour_by_hour(strongest(spans)),
        hour_by_hour(replaced(strongest(spans), at(first), at(first + length), answer)),
    )
    said = None if answer == "yes" else answer
    assert after == [said if first <= h < first + length else before[h] for h in range(len(before))]


@given(SPANS, st.integers(0, HOURS), st.integers(1, 12))
def test_the_status_of_an_interval_is_the_strongest_of_its_hours(
    spans: list[Availability], first: int, length: int
) -> None:
    hours = [status for status in hour_by_hour(spans)[first : first + length] if status]
    assert status_in(spans, at(first), at(first + length)) == max(hours, key=STRENGTH.__getitem__, default=None)


@given(USUAL, st.dates(date(2026, 10, 1), date(2027, 4, 30)), st.sampled_from([SHANGHAI, BERLIN]))
def test_a_usual_week_holds_on_its_weekdays_and_not_on_exceptions(
    usual: list[UsualTime], first: date, zone: ZoneInfo
) -> None:
    found = expanded(usual, first, 9, zone)
    wanted = []
    for i in range(9):
        day = first + timedelta(days=i)
        for said in usual:
            if said.answer != "yes" and said.weekday == day.weekday() and day not in said.exceptions:
                start, end = span(day, said.start, said.end, zone)
                if start.timestamp() < end.timestamp():
                    wanted.append((start, end, said.answer))
    assert sorted((s.start, s.end, s.status) for s in found) == sorted(wanted)


@given(USUAL)
def test_what_is_stored_is_read_back_without_what_says_nothing(usual: list[UsualTime]) -> None:
    exact = [UsualTime(u.weekday, u.start.replace(second=0, microsecond=0), u.end.replace(second=0, microsecond=0),
                       u.answer, u.exceptions) for u in usual]  # fmt: skip
    kept = {u for u in exact if u.answer != "yes" or u.exceptions}
    assert set(read(written(exact))) == kept


@given(SPANS, USUAL)
def test_a_document_s_availability_stays_valid_with_any_usual_week(
    spans: list[Availability], usual: list[UsualTime]
) -> None:
    given_ = [{"start": s.start.isoformat(), "end": s.end.isoformat(), "status": s.status} for s in strongest(spans)]
    made = with_usual(given_, written(usual), date(2026, 11, 22), 9, SHANGHAI)
    body = {"id": "p", "name": "某人", "category": "volunteer", "availability": made}
    read_back = document.entity_from_json("people", body, "Asia/Shanghai")
    assert len(read_back.availability) == len(made)


def spans_of(store: Store, person: str) -> list[tuple[str, str, str]]:
    """A person's spans in the week's problem document."""
    people = store.weeks.problem_document(TOWN, MONDAY)["people"]
    body = next(p for p in people if p["id"] == person)
    return [(s["start"][:16], s["end"][:16], s["status"]) for s in body.get("availability", ())]


def test_every_tuesday_night_no_is_in_every_week_s_problem_and_one_date_may_differ(town: Store, clock: Clock) -> None:
    clock.ahead = datetime(2026, 11, 20, tzinfo=UTC) - datetime.now(UTC)
    town.usual_times.answer_usual(TOWN, "p1", 1, *NIGHT, "unavailable")
    assert spans_of(town, "p1") == [("2026-11-24T20:00", "2026-11-25T08:00", "unavailable")]
    assert spans_of(town, "p2") == []
    town.usual_times.answer(TOWN, "p1", date(2026, 11, 24), *NIGHT, "yes")
    assert spans_of(town, "p1") == []
    town.usual_times.answer(TOWN, "p1", date(2026, 11, 24), *NIGHT, "avoid")
    assert spans_of(town, "p1") == [("2026-11-24T20:00", "2026-11-25T08:00", "avoid")]
    assert town.usual_times.get(TOWN, "p1").value[0].exceptions == {date(2026, 11, 24)}
    town.usual_times.answer_usual(TOWN, "p1", 1, *NIGHT, "yes")
    town.usual_times.answer_usual(TOWN, "p1", 1, *NIGHT, "unavailable")
    assert spans_of(town, "p1") == [("2026-11-24T20:00", "2026-11-25T08:00", "avoid")], "the date's own answer stays"


def test_the_mark_of_a_problem_knows_usual_weeks(town: Store) -> None:
    mark, _ = town.weeks.problem_unless_known(TOWN, MONDAY, lambda _: False)
    town.usual_times.answer_usual(TOWN, "p1", 1, *NIGHT, "unavailable")
    after, _ = town.weeks.problem_unless_known(TOWN, MONDAY, lambda _: False)
    assert mark != after


def test_a_usual_week_is_replaced_by_revision_and_keeps_exceptions(town: Store, clock: Clock) -> None:
    clock.ahead = datetime(2026, 11, 20, tzinfo=UTC) - datetime.now(UTC)
    one = UsualTime(1, *NIGHT, "unavailable")
    assert town.usual_times.set(TOWN, "p1", [one], 0).revision == 1
    town.usual_times.answer(TOWN, "p1", date(2026, 11, 24), *NIGHT, "yes")
    held = town.usual_times.get(TOWN, "p1")
    with pytest.raises(Conflict) as stale:
        town.usual_times.set(TOWN, "p1", [], held.revision - 1)
    assert stale.value.current == held.revision
    again = town.usual_times.set(TOWN, "p1", [UsualTime(1, *NIGHT, "avoid")], held.revision)
    assert again.value == (UsualTime(1, *NIGHT, "avoid", frozenset({date(2026, 11, 24)})),)
    clock.advance(days=30)
    town.usual_times.answer_usual(TOWN, "p1", 2, *NIGHT, "avoid")
    assert all(not u.exceptions for u in town.usual_times.get(TOWN, "p1").value), "days that are over are forgotten"


def test_nights_are_welcome_until_they_are_not(town: Store) -> None:
    assert "nights_welcome" in town.usual_times.welcome(TOWN, "p1", "nights_welcome", True).opt_ins
    held = town.things.get(TOWN, "people", "p1")
    assert "nights_welcome" in held.value.opt_ins  # type: ignore[union-attr]
    town.usual_times.welcome(TOWN, "p1", "nights_welcome", True)
    assert town.things.get(TOWN, "people", "p1").revision == held.revision, "saying it again changes nothing"
    assert not town.usual_times.welcome(TOWN, "p1", "nights_welcome", False).opt_ins


@settings(max_examples=examples(40), deadline=None)
@given(USUAL, st.integers(0, 6), st.times(), st.times(), st.sampled_from(ANSWERS))
def test_an_answer_about_every_week_is_all_that_is_said_of_its_hours_and_changes_no_other(
    usual: list[UsualTime], weekday: int, start: time, end: time, answer: Any
) -> None:
    plain = [replace(u, start=whole(u.start), end=whole(u.end), exceptions=frozenset()) for u in usual]
    start, end = whole(start), whole(end)
    asked = expanded([UsualTime(weekday, start, end, "avoid")], ANY_MONDAY - timedelta(days=7), 21, ZoneInfo("UTC"))
    before, after = (by_hour(held) for held in (plain, answered(plain, weekday, start, end, answer)))
    said = None if answer == "yes" else answer
    for hour, (was, is_) in enumerate(zip(before, after, strict=True)):
        moment = datetime.combine(ANY_MONDAY, time(), UTC) + timedelta(hours=hour)
        assert is_ == (said if any(s.start <= moment < s.end for s in asked) else was)


@given(USUAL, SPANS, st.dates(date(2026, 11, 20), date(2026, 12, 5)), st.times(), st.times())
def test_excepting_an_interval_changes_nothing_of_what_is_said(
    usual: list[UsualTime], spans: list[Availability], day: date, start: time, end: time
) -> None:
    begins, ends = span(day, start, end, SHANGHAI)
    kept, on_dates = excepted(usual, begins, ends, SHANGHAI)
    first, days = date(2026, 11, 15), 30
    before = strongest([*spans, *expanded(usual, first, days, SHANGHAI)])
    after = strongest([*spans, *on_dates, *expanded(kept, first, days, SHANGHAI)])
    assert [(s.start, s.end, s.status) for s in before] == [(s.start, s.end, s.status) for s in after]
    assert status_in(expanded(kept, first, days, SHANGHAI), begins, ends) is None


ANY_MONDAY = date(2026, 11, 23)


def whole(clock: time) -> time:
    return clock.replace(minute=0, second=0, microsecond=0)


def by_hour(usual: list[UsualTime]) -> list[str | None]:
    """The status of each hour of a week in which every week is as usual."""
    spans = expanded(usual, ANY_MONDAY - timedelta(days=8), 24, ZoneInfo("UTC"))
    begin = datetime.combine(ANY_MONDAY, time(), UTC)
    hours = (begin + timedelta(hours=h) for h in range(7 * 24))
    return [status_in(spans, hour, hour + timedelta(hours=1)) for hour in hours]
