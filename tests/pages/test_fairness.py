"""Fairness against a naive count of the same rosters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.sheets.fairness import Roster, group, groups, people_of
from scheduler.problem import Assignment
from tests.factories import MONDAY, ZONE, at, away, person, serves, shift

SHANGHAI = ZoneInfo(ZONE)
NAMES = ("early", "late", "night")


def roster(made: tuple[Assignment, ...], week: int = 0) -> Roster:
    """A week of one post; duties are called like "0early" by their day."""
    start = MONDAY + timedelta(days=7 * week)
    duties = [shift(f"{day}{name}", day, name, start=start) for day in range(7) for name in NAMES]
    return Roster(start, 7, 1, "published", duties, made)


def test_hours_nights_weekends_and_runs_go_over_the_border_of_weeks() -> None:
    first = roster(serves("ann 5early", "ann 6night", "bob 0late"))
    second = roster(serves("ann 0early", "ann 1early", "ann 3early"), 1)
    ann, bob = people_of([first, second], [person("ann"), person("bob")], SHANGHAI)
    assert (ann.duties, ann.minutes, ann.nights, ann.weekends, ann.longest_run) == (5, 2400, 1, 1, 4)
    assert (bob.duties, bob.minutes, bob.nights, bob.weekends, bob.longest_run) == (1, 480, 0, 0, 1)


def test_requests_are_kept_by_serving_when_somebody_likes_to_and_not_when_they_do_not() -> None:
    likes = person("ann", availability=(away(0, 6, 8, "prefer"), away(1, 6, 8, "prefer")))
    rather_not = person("bob", availability=(away(0, 22, 8, "avoid"), away(2, 0, 24, "avoid"), away(4, 0, 24)))
    elsewhere = person("cai", availability=(away(9, 0, 24),))
    made = roster(serves("ann 0early", "bob 0late", "bob 2early"))
    found = people_of([made], [likes, rather_not, elsewhere], SHANGHAI)
    assert [(p.kept, p.asked) for p in found] == [(1, 2), (1, 2), (0, 0)]


def test_a_group_tells_of_those_who_serve_and_counts_the_others() -> None:
    made = roster(serves("ann 0early", "bob 0early", "bob 1early", "bob 2night"))
    people = people_of([made], [person("ann", "cadre"), person("bob"), person("cai")], SHANGHAI)
    whole = group("", people)
    assert (whole.people, whole.serving, whole.longest_run) == (3, 2, 3)
    assert (whole.minutes.least, whole.minutes.median, whole.minutes.most) == (480, 960, 1440)
    by_category = groups(people, lambda p: p.category, ["cadre", "volunteer"])
    assert [(g.id, g.people, g.minutes.most) for g in by_category] == [("cadre", 1, 480), ("volunteer", 2, 1440)]
    assert group("", ()).minutes.most == 0


Served = st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 6), st.sampled_from(NAMES)), max_size=30)
Spans = st.lists(
    st.tuples(st.integers(-9, 15), st.integers(0, 23), st.sampled_from(["avoid", "prefer", "unavailable"])), max_size=4
)


@given(st.lists(Served, min_size=1, max_size=3), Spans)
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_counting_on_one_s_fingers(
    weeks: list[set[tuple[str, int, str]]], spans: list[tuple[int, int, str]]
) -> None:
    rosters = [roster(serves(*(f"{who} {day}{name}" for who, day, name in sorted(week))), i)
               for i, week in enumerate(weeks)]  # fmt: skip
    said = tuple(away(day, hour, 10, status) for day, hour, status in spans)
    found = people_of(rosters, [person("a", availability=said), person("b"), person("c")], SHANGHAI)
    for one in found:
        own = [(MONDAY + timedelta(days=7 * i + day), name) for i, week in enumerate(weeks) for who, day, name in week
               if who == one.id]  # fmt: skip
        days = {day for day, _ in own}
        assert one.minutes == 480 * len(own)
        assert one.nights == sum(name == "night" for _, name in own)
        assert one.weekends == len({day.isocalendar()[:2] for day in days if day.isoweekday() > 5})
        assert one.longest_run == longest(days)
    touched = [(at_(day, name), at_(day, name) + timedelta(hours=8)) for i, week in enumerate(weeks)
               for who, d, name in week if who == "a" for day in [MONDAY + timedelta(days=7 * i + d)]]  # fmt: skip
    closes = at(7 * len(weeks), 0)
    asked = [s for s in said if s.status != "unavailable" and s.start < closes and s.end > at(0, 0)]
    kept = [
        any(span.start < end and start < span.end for start, end in touched) == (span.status == "prefer")
        for span in asked
    ]
    assert (found[0].kept, found[0].asked) == (sum(kept), len(asked))


def at_(day: date, name: str) -> datetime:
    return at(0, {"early": 6, "late": 14, "night": 22}[name], day)


def longest(days: set[date]) -> int:
    return max((next(n for n in range(1, 99) if day + timedelta(days=n) not in days) for day in days), default=0)
