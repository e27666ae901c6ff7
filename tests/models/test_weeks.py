"""Weeks, their duties, and what their problem document says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.errors import AlreadyExists, Conflict, InUse, NotFound
from models.records import Week
from models.store import Store
from scheduler import document
from scheduler.document import DocumentError
from scheduler.problem import Assignment, Demand, Duty, Person, Problem

from . import towns
from .towns import MONDAY, NEXT, TOWN

SHANGHAI = ZoneInfo(towns.ZONE)


def local(day: date, hour: int, minute: int = 0, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def duty(id_: str, day: date = MONDAY, **more: object) -> Duty:
    return Duty(id_, local(day, 9), local(day, 12), (Demand("verify"),), **more)  # type: ignore[arg-type]


def problem(store: Store, week: date, **more: object) -> Problem:
    return document.load(store.weeks.problem_document(TOWN, week, **more))  # type: ignore[arg-type]


def person_of(held: Problem, id_: str) -> Person:
    return held.people[held.person_index[id_]]


# --- making ---------------------------------------------------------------------------------------------


def test_a_week_is_made_from_templates(town: Store) -> None:
    assert town.weeks.make(TOWN, NEXT) == Week(TOWN, NEXT, 7, 1)
    duties = [stored.value for stored in town.weeks.duties(TOWN, NEXT)]
    assert len(duties) == 7 * 3
    assert duties[0].id == "bridge/2026-11-30/day"
    assert duties[0].start == local(NEXT, 8)
    assert [week.start for week in town.weeks.list(TOWN)] == [NEXT, MONDAY]


def test_an_empty_week_waits_for_its_duties(town: Store) -> None:
    town.weeks.make(TOWN, NEXT, 3, "empty")
    assert town.weeks.duties(TOWN, NEXT) == ()


@pytest.mark.parametrize("days_off", [-6, 0, 6])
def test_weeks_of_a_town_do_not_overlap(town: Store, days_off: int) -> None:
    with pytest.raises(AlreadyExists) as refused:
        town.weeks.make(TOWN, MONDAY + timedelta(days=days_off))
    assert refused.value.id == MONDAY.isoformat()


@pytest.mark.parametrize("days", [-1, 0, 36, 60])
def test_a_week_has_one_to_thirty_five_days(town: Store, days: int) -> None:
    with pytest.raises(DocumentError) as refused:
        town.weeks.make(TOWN, NEXT, days)
    assert refused.value.faults[0].path == "days"


def test_the_week_of_a_day_is_found_up_to_its_last(town: Store) -> None:
    sunday = MONDAY + timedelta(days=6)
    assert town.weeks.on(TOWN, sunday) == town.weeks.get(TOWN, MONDAY)
    assert town.weeks.on(TOWN, NEXT) is None
    assert town.weeks.on(TOWN, MONDAY - timedelta(days=1)) is None


def test_a_copied_week_has_the_same_duties_a_week_later(town: Store) -> None:
    town.weeks.save_duty(TOWN, MONDAY, duty("extra", MONDAY + timedelta(days=2)))
    town.weeks.make(TOWN, NEXT, source="previous")
    before = {stored.value.id: stored.value for stored in town.weeks.duties(TOWN, MONDAY)}
    after = {stored.value.id: stored.value for stored in town.weeks.duties(TOWN, NEXT)}
    assert len(after) == len(before)
    assert after["extra"].start == before["extra"].start + timedelta(days=7)
    night = after["gate/2026-12-02/night"]
    assert replace(before["gate/2026-11-25/night"], id=night.id, start=night.start, end=night.end) == night
    assert night.start == local(date(2026, 12, 2), 20)


def test_a_copied_week_can_bring_its_roster(town: Store) -> None:
    published = towns.published(town)
    town.weeks.make(TOWN, NEXT, source="previous", with_roster=True, by="organiser")
    draft = town.rosters.get(TOWN, NEXT, "draft")
    assert (draft.origin, draft.created_by, len(draft.assignments)) == ("copy", "organiser", len(published.assignments))
    assert Assignment("p0", "bridge/2026-11-30/day", "verify") in draft.assignments


def test_there_must_be_a_week_to_copy(town: Store) -> None:
    with pytest.raises(NotFound):
        town.weeks.make(TOWN, MONDAY - timedelta(days=14), source="previous")
    assert len(town.weeks.list(TOWN)) == 1


def test_a_copy_across_a_clock_change_keeps_the_clock_times(store: Store) -> None:
    body = towns.document("berlin", "Europe/Berlin", date(2026, 3, 23))
    body["people"][0].pop("history")
    body["duties"][0] |= {"start": "2026-03-23T09:00+01:00", "end": "2026-03-23T12:00+01:00"}
    store.load_town(body)
    store.weeks.make("berlin", date(2026, 3, 30), source="previous")
    berlin = ZoneInfo("Europe/Berlin")
    copies = {stored.value.id: stored.value for stored in store.weeks.duties("berlin", date(2026, 3, 30))}
    assert copies["stores"].start == local(date(2026, 3, 30), 9, zone=berlin)
    saturday = {s.value.id: s.value for s in store.weeks.duties("berlin", date(2026, 3, 23))}["gate/2026-03-28/night"]
    assert saturday.end.timestamp() - saturday.start.timestamp() == 11 * 3600
    later = copies["gate/2026-04-04/night"]
    assert later.end.timestamp() - later.start.timestamp() == 12 * 3600


# --- duties ---------------------------------------------------------------------------------------------


def test_a_duty_is_added_changed_and_removed(town: Store) -> None:
    added = town.weeks.save_duty(TOWN, MONDAY, duty("extra"))
    assert added.revision == 1
    longer = replace(added.value, end=local(MONDAY, 13))
    assert town.weeks.save_duty(TOWN, MONDAY, longer, added.revision).revision == 2
    assert town.weeks.duty(TOWN, MONDAY, "extra").value == longer
    with pytest.raises(Conflict):
        town.weeks.save_duty(TOWN, MONDAY, longer, 1)
    with pytest.raises(AlreadyExists):
        town.weeks.save_duty(TOWN, MONDAY, longer)
    with pytest.raises(Conflict):
        town.weeks.remove_duty(TOWN, MONDAY, "extra", 1)
    town.weeks.remove_duty(TOWN, MONDAY, "extra", 2)
    with pytest.raises(NotFound):
        town.weeks.duty(TOWN, MONDAY, "extra")


def test_a_duty_starts_inside_its_week_by_the_town_s_clock(town: Store) -> None:
    sunday_night = Duty("late", local(NEXT, 0) - timedelta(minutes=1), local(NEXT, 6), (Demand("verify"),))
    assert town.weeks.save_duty(TOWN, MONDAY, sunday_night).revision == 1
    for outside in (duty("after", NEXT), duty("before", MONDAY - timedelta(days=1))):
        with pytest.raises(DocumentError) as refused:
            town.weeks.save_duty(TOWN, MONDAY, outside)
        assert [(fault.path, fault.code) for fault in refused.value.faults] == [("start", "outside_window")]


def test_a_duty_names_only_what_exists(town: Store) -> None:
    wrong = replace(duty("extra"), post="none", seats=(Demand("none", qualifications=("none",)),))
    with pytest.raises(DocumentError) as refused:
        town.weeks.save_duty(TOWN, MONDAY, wrong)
    assert [f.path for f in refused.value.faults] == ["post", "seats[0].position", "seats[0].qualifications[0]"]


def test_the_draft_follows_its_duties(town: Store) -> None:
    draft = towns.drafted(town)
    stores = town.weeks.duty(TOWN, MONDAY, "stores")
    town.weeks.remove_duty(TOWN, MONDAY, "stores", stores.revision)
    gate = town.weeks.duty(TOWN, MONDAY, "gate/2026-11-23/day")
    only_record = replace(gate.value, seats=tuple(s for s in gate.value.seats if s.position == "record"))
    town.weeks.save_duty(TOWN, MONDAY, only_record, gate.revision)
    after = town.rosters.get(TOWN, MONDAY, "draft")
    assert len(after.assignments) == len(draft.assignments) - 2
    assert after.revision > draft.revision


def test_a_week_goes_with_its_draft_but_not_once_it_was_published(town: Store) -> None:
    towns.drafted(town)
    week = town.weeks.get(TOWN, MONDAY)
    with pytest.raises(Conflict):
        town.weeks.remove(TOWN, MONDAY, week.revision + 1)
    town.weeks.remove(TOWN, MONDAY, week.revision)
    with pytest.raises(NotFound):
        town.weeks.get(TOWN, MONDAY)
    town.weeks.make(TOWN, MONDAY)
    towns.published(town)
    with pytest.raises(InUse):
        town.weeks.remove(TOWN, MONDAY, 1)


# --- the problem document -------------------------------------------------------------------------------


def test_a_baseline_and_the_present_go_into_the_document(town: Store) -> None:
    pinned = [Assignment("p1", "gate/2026-11-23/day", "verify", pinned=True)]
    draft = town.rosters.save_draft(TOWN, MONDAY, pinned, origin="edit")
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    held = problem(town, MONDAY, now=now, baseline=draft.number)
    assert held.now == now
    assert [(a.person, a.pinned) for a in held.baseline] == [("p1", True)]
    with pytest.raises(NotFound):
        town.weeks.problem_document(TOWN, MONDAY, baseline=7)


def test_without_published_weeks_the_stored_history_counts(town: Store) -> None:
    assert person_of(problem(town, MONDAY), "p0").history.duties == 3
    town.weeks.make(TOWN, NEXT)
    assert person_of(problem(town, NEXT), "p0").history.duties == 3


def test_a_week_before_the_stored_history_is_still_a_valid_problem(town: Store) -> None:
    earlier = MONDAY - timedelta(days=7)
    town.weeks.make(TOWN, earlier)
    assert person_of(problem(town, earlier), "p0").history.recent == ()


def test_published_weeks_make_the_history(town: Store) -> None:
    published = towns.published(town)
    town.weeks.make(TOWN, NEXT)
    history = person_of(problem(town, NEXT), "p4").history
    served = {a.duty for a in published.assignments if a.person == "p4"}
    duties = [d for d in published.duties if d.id in served]
    assert [past.start for past in history.recent] == sorted(d.start for d in duties)
    assert {(past.start, past.shift) for past in history.recent} == {(d.start, d.shift) for d in duties}
    assert any(d.shift for d in duties)
    assert history.duties == len(duties)
    assert history.nights == sum(d.night for d in duties)
    assert history.minutes == sum(int((d.end - d.start).total_seconds()) // 60 for d in duties)
    assert history.weekends == any(d.start.weekday() >= 5 for d in duties)


def test_a_stored_duty_before_the_published_weeks_still_counts(town: Store) -> None:
    towns.published(town)
    town.weeks.make(TOWN, NEXT)
    history = person_of(problem(town, NEXT), "p0").history
    assert history.recent[0].start == local(date(2026, 11, 22), 8)
    assert history.recent[0].post == "gate"


def test_single_duties_reach_back_two_weeks_and_totals_four(town: Store) -> None:
    towns.published(town)
    for weeks in range(1, 6):
        town.weeks.make(TOWN, MONDAY + timedelta(weeks=weeks))
    after = {weeks: person_of(problem(town, MONDAY + timedelta(weeks=weeks)), "p4").history for weeks in range(1, 6)}
    assert after[1].duties == after[2].duties == after[4].duties > 0
    assert len(after[2].recent) == after[2].duties
    assert (after[3].recent, after[4].recent) == ((), ())
    assert after[5].duties == 0


def test_a_draft_makes_no_history(town: Store) -> None:
    towns.drafted(town)
    town.weeks.make(TOWN, NEXT)
    assert person_of(problem(town, NEXT), "p4").history.duties == 0


def test_absences_make_people_unavailable_and_win_over_what_was_said(town: Store) -> None:
    wish = {"start": "2026-11-23T08:00+08:00", "end": "2026-11-24T08:00+08:00", "status": "prefer"}
    body = towns.person(1, availability=[wish])
    town.things.change(TOWN, "people", document.entity_from_json("people", body, towns.ZONE), 1)
    for start, end in ((12, 14), (13, 16), (16, 17)):
        town.absences.report(TOWN, "p1", local(MONDAY, start), local(MONDAY, end), "", "p1")
    gone = town.absences.report(TOWN, "p1", local(MONDAY, 20), local(MONDAY, 22), "", "p1")
    town.absences.withdraw(TOWN, gone.id)
    spans = person_of(problem(town, MONDAY), "p1").availability
    assert [(s.start, s.end, s.status) for s in spans] == [
        (local(MONDAY, 8), local(MONDAY, 12), "prefer"),
        (local(MONDAY, 12), local(MONDAY, 17), "unavailable"),
        (local(MONDAY, 17), local(date(2026, 11, 24), 8), "prefer"),
    ]


def test_an_absence_to_the_second_covers_its_whole_minutes(town: Store) -> None:
    start = local(MONDAY, 12).replace(second=30)
    town.absences.report(TOWN, "p2", start, start + timedelta(minutes=1), "", "p2")
    (span,) = person_of(problem(town, MONDAY), "p2").availability
    assert (span.start, span.end) == (local(MONDAY, 12), local(MONDAY, 12, 2))
