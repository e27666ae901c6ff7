"""A template for many posts, a post that is closed, last week's people: what becomes of duties and drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import AlreadyExists, NotFound
from models.staffing import ended, spliced
from models.staffing_plans import Choice
from models.store import Store
from scheduler import document
from scheduler.document import DocumentError
from scheduler.problem import Assignment, Demand, Duty, Post, Shift, ShiftPattern, Staffing, StaffingTemplate, Term
from tests.conftest import Clock

from .towns import MONDAY, NEXT, TOWN, ZONE, drafted, published

TUESDAY = MONDAY + timedelta(days=1)
TEAM = StaffingTemplate("pair", "两人", (Demand("verify", 2, 2, 2),))


@pytest.fixture(autouse=True)
def before_the_week(clock: Clock) -> None:
    clock.ahead = datetime(2026, 11, 20, tzinfo=ZoneInfo(ZONE)) - datetime.now(ZoneInfo(ZONE))


@pytest.fixture
def pair(town: Store) -> Store:
    """The town with another template."""
    town.things.add(TOWN, "staffing_templates", TEAM)
    return town


def duties(store: Store, week: date = MONDAY) -> dict[str, Duty]:
    return {held.value.id: held.value for held in store.weeks.duties(TOWN, week)}


def choice(*posts: str, first_day: date = TUESDAY, onwards: bool = False) -> Choice:
    return Choice(posts or ("bridge",), "pair", "two", first_day, onwards)


def test_a_plan_says_what_comes_and_goes_and_changes_nothing(pair: Store) -> None:
    drafted(pair)
    before = duties(pair)
    (week,) = pair.staffing.plan(TOWN, MONDAY, choice())
    (plan,) = week.posts
    assert {d.id.split("/")[2] for d in plan.come} == {"night"}
    assert (len(plan.come), len(plan.change), plan.go) == (6, 6, ())
    assert plan.seats == week.seats == (18, 6), "two heads in six new duties; a verifier for the recorder in six"
    assert {a.position for a in plan.freed} == {"record"}
    assert duties(pair) == before


def test_applying_it_changes_the_post_its_duties_and_the_draft(pair: Store) -> None:
    draft = drafted(pair)
    (plan,) = pair.staffing.apply(TOWN, MONDAY, choice(), by="organiser")
    now = duties(pair)
    assert now[f"bridge/{MONDAY}/day"].seat("record") is not None, "the day before stays"
    assert now[f"bridge/{TUESDAY}/day"].seats == TEAM.seats
    assert f"bridge/{TUESDAY}/night" in now
    assert f"bridge/{MONDAY}/night" not in now
    after = pair.rosters.get(TOWN, MONDAY, "draft")
    assert after.revision > draft.revision
    assert set(draft.assignments) - set(after.assignments) == set(plan.freed)
    made = pair.weeks.make(TOWN, NEXT)
    assert shifts(pair, made.start) == {"day": {"verify", "record"}}, "this week alone was meant"
    assert not pair.staffing.plan(TOWN, MONDAY, choice())[0].any, "the second time nothing is left to do"


def shifts(store: Store, week: date) -> dict[str | None, set[str]]:
    """The bridge's shifts with their positions."""
    return {d.shift: {s.position for s in d.seats} for d in duties(store, week).values() if d.post == "bridge"}


def test_from_then_on_every_later_week_follows_and_published_ones_get_a_draft(pair: Store) -> None:
    drafted(pair)
    after = NEXT + timedelta(days=7)
    pair.weeks.make(TOWN, NEXT)
    version = published(pair, NEXT)
    pair.weeks.make(TOWN, after)
    said = pair.staffing.plan(TOWN, MONDAY, choice(onwards=True))
    assert [(plan.week, plan.state, plan.seats) for plan in said] == [
        (MONDAY, "draft", (18, 6)), (NEXT, "published", (21, 7)), (after, None, (21, 7)),
    ]  # fmt: skip
    assert pair.staffing.apply(TOWN, MONDAY, choice(onwards=True), by="organiser") == said
    draft = pair.rosters.get(TOWN, NEXT, "draft")
    assert (draft.based_on, draft.created_by) == (version.number, "organiser")
    assert set(version.assignments) - set(draft.assignments) == set(said[1].freed)
    assert pair.rosters.get(TOWN, NEXT, "published") == version
    assert pair.rosters.find(TOWN, after, "draft") is None
    made = pair.weeks.make(TOWN, after + timedelta(days=7)).start
    assert shifts(pair, NEXT) == shifts(pair, after) == shifts(pair, made) == {"day": {"verify"}, "night": {"verify"}}


def test_of_too_many_in_a_seat_the_pinned_stay(pair: Store) -> None:
    pair.staffing.apply(TOWN, MONDAY, choice(first_day=MONDAY), by="organiser")
    duty = f"bridge/{MONDAY}/day"
    team = [Assignment("p1", duty, "verify"), Assignment("p2", duty, "verify", pinned=True)]
    pair.rosters.save_draft(TOWN, MONDAY, team, origin="edit", by="organiser")
    pair.things.add(TOWN, "staffing_templates", StaffingTemplate("single", "一人", (Demand("verify"),)))
    one = Choice(("bridge",), "single", "two", MONDAY)
    (plan,) = pair.staffing.apply(TOWN, MONDAY, one, by="organiser")
    assert (plan.freed, plan.seats) == ((team[0],), (0, 14))
    assert pair.rosters.get(TOWN, MONDAY, "draft").assignments == (team[1],)


def test_duties_that_have_begun_stay_as_they_are(pair: Store, clock: Clock) -> None:
    clock.advance(days=4, hours=12)
    (plan,) = pair.staffing.apply(TOWN, MONDAY, choice(first_day=TUESDAY), by="organiser")
    assert f"bridge/{TUESDAY}/day" not in {after.id for _, after in plan.posts[0].change}
    assert duties(pair)[f"bridge/{TUESDAY}/day"].seat("record") is not None


def test_posts_that_stay_staffed_as_they_are_follow_their_changed_template(pair: Store) -> None:
    pair.weeks.make(TOWN, NEXT)
    drafted(pair)
    held: Any = pair.things.get(TOWN, "staffing_templates", "team")
    staffed = pair.things.get(TOWN, "posts", "bridge")
    as_they_are = Choice(("bridge",), None, None, TUESDAY, onwards=True)
    assert not any(plan.any for plan in pair.staffing.plan(TOWN, MONDAY, as_they_are))
    pair.things.add(TOWN, "positions", Term("extra", "加派"))
    more = replace(held.value, seats=(*held.value.seats, Demand("extra", 2, 2, 2)))
    pair.things.change(TOWN, "staffing_templates", more, held.revision)
    said = pair.staffing.plan(TOWN, MONDAY, as_they_are)
    assert [(plan.week, plan.seats) for plan in said] == [(MONDAY, (12, 0)), (NEXT, (14, 0))]
    assert pair.staffing.apply(TOWN, MONDAY, as_they_are, by="organiser") == said
    assert shifts(pair, NEXT) == {"day": {"verify", "record", "extra"}}
    assert duties(pair)[f"bridge/{MONDAY}/day"].seat("extra") is None, "the day before stays"
    assert pair.things.get(TOWN, "posts", "bridge") == staffed


def test_everything_wrong_with_a_choice_is_said_at_once(pair: Store) -> None:
    with pytest.raises(DocumentError) as refused:
        pair.staffing.apply(TOWN, MONDAY, Choice(("moon",), "none", "never", NEXT), by="organiser")
    assert {f.path for f in refused.value.faults} == {"posts[0]", "template", "pattern", "first_day"}


def test_a_closed_post_has_no_duties_any_more_in_any_week(town: Store) -> None:
    town.weeks.make(TOWN, NEXT)
    version = published(town)
    noon = datetime.combine(TUESDAY, datetime.min.time(), ZoneInfo(ZONE)) + timedelta(hours=12)
    said = town.staffing.closing(TOWN, "gate", noon)
    done = town.staffing.close(TOWN, "gate", noon, by="organiser")
    assert [(c.week, len(c.go)) for c in done] == [(MONDAY, 11), (NEXT, 14)]
    assert done == tuple(c for c in said if c.go)
    left = [d for d in duties(town).values() if d.post == "gate"]
    assert max(d.start for d in left) < noon
    draft = town.rosters.get(TOWN, MONDAY, "draft")
    assert draft.based_on == version.number
    assert set(version.assignments) - set(draft.assignments) == set(done[0].freed)
    assert town.rosters.get(TOWN, MONDAY, "published").assignments == version.assignments
    later = town.weeks.make(TOWN, NEXT + timedelta(days=7))
    assert all(d.post != "gate" for d in duties(town, later.start).values())
    with pytest.raises(NotFound):
        town.staffing.close(TOWN, "moon", noon, by="organiser")


def test_last_week_s_people_become_the_draft_of_a_week_that_is_there(town: Store) -> None:
    version = published(town)
    town.weeks.make(TOWN, NEXT)
    number = town.weeks.copy_people(TOWN, NEXT, by="organiser")
    copy = town.rosters.get(TOWN, NEXT, "draft")
    assert (copy.number, copy.origin) == (number, "copy")
    seats = {(a.person, a.duty.replace("-23/", "-30/"), a.position) for a in version.assignments if "-23/" in a.duty}
    assert seats <= {(a.person, a.duty, a.position) for a in copy.assignments}
    with pytest.raises(AlreadyExists):
        town.weeks.copy_people(TOWN, NEXT, by="organiser")
    with pytest.raises(NotFound):
        town.weeks.copy_people(TOWN, MONDAY - timedelta(days=7), by="organiser")


days = st.integers(0, 20).map(lambda i: MONDAY + timedelta(days=i))
staffings = st.lists(
    st.builds(
        lambda first, length: Staffing(
            "old", "two", first_day=first, last_day=first and first + timedelta(days=length)
        ),
        st.none() | days,
        st.integers(0, 9),
    ),
    max_size=3,
).map(tuple)
PATTERN = ShiftPattern(
    "two", "两班", (Shift("day", "白班", datetime(1, 1, 1, 8).time(), datetime(1, 1, 1, 20).time()),)
)
TEMPLATES = (StaffingTemplate("old", "旧", (Demand("verify"),)), StaffingTemplate("new", "新", (Demand("record"),)))


def by_day(staffing: tuple[Staffing, ...]) -> dict[date, list[str]]:
    """Position of each duty that a staffing makes in three weeks, day by day."""
    made = document.expand_staffing([Post("p", "点", staffing=staffing)], [PATTERN], TEMPLATES, ZONE, MONDAY, 21)
    found: dict[date, list[str]] = {MONDAY + timedelta(days=i): [] for i in range(21)}
    for duty in made:
        found[duty.start.date()].append(duty.seats[0].position)
    return found


@given(staffings, days, st.none() | st.integers(0, 9))
def test_what_a_post_is_staffed_by_changes_on_the_day_and_not_before(
    old: tuple[Staffing, ...], day: date, length: int | None
) -> None:
    last = None if length is None else day + timedelta(days=length)
    before, after = by_day(old), by_day(spliced(old, day, Staffing("new", "two", first_day=day, last_day=last)))
    inside = [d for d in before if day <= d <= (last or d)]
    assert after == {d: ["record"] if d in inside else found for d, found in before.items()}
    closed = by_day(ended(old, day))
    assert closed == {d: found if d <= day else [] for d, found in before.items()}
