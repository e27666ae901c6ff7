"""Rosters: drafts, publishing by one of two, and what never changes after."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import drafts
from models.errors import BrokenRules, Conflict, NotFound
from models.records import RosterVersion
from models.store import Store
from scheduler.document import DocumentError
from scheduler.problem import Assignment

from . import towns
from .towns import BROKEN, LEGAL, MONDAY, TOWN

GATE = "gate/2026-11-23/day"
ONE = [Assignment("p1", GATE, "verify")]
TWO = [Assignment("p1", GATE, "verify", pinned=True), Assignment("p2", GATE, "record")]


def draft(store: Store, assignments: list[Assignment] = ONE, **more: object) -> RosterVersion:
    return store.rosters.save_draft(TOWN, MONDAY, assignments, origin="edit", by="one", **more)  # type: ignore[arg-type]


def publish(store: Store, version: RosterVersion, **more: object) -> RosterVersion:
    more = {"by": "one", "report": LEGAL} | more
    return store.rosters.publish(TOWN, MONDAY, version.number, version.revision, **more)  # type: ignore[arg-type]


# --- drafts ---------------------------------------------------------------------------------------------


def test_a_draft_is_read_as_it_was_written(town: Store) -> None:
    written = draft(town, TWO, summary={"objective": 3}, based_on=None)
    assert (written.number, written.state, written.origin, written.created_by) == (1, "draft", "edit", "one")
    read = town.rosters.get(TOWN, MONDAY, "draft")
    assert read == written
    assert [(a.person, a.position, a.pinned) for a in read.assignments] == [
        ("p2", "record", False),
        ("p1", "verify", True),
    ]
    assert len(read.duties) == len(town.weeks.duties(TOWN, MONDAY))


def test_an_edited_draft_keeps_its_number_and_summary(town: Store) -> None:
    first = draft(town, TWO, summary={"objective": 3})
    second = draft(town, [replace(TWO[0], pinned=False), Assignment("p3", GATE, "record")], revision=first.revision)
    assert (second.number, second.revision, second.summary) == (1, 2, {"objective": 3})
    assert {(a.person, a.pinned) for a in second.assignments} == {("p1", False), ("p3", False)}


def test_the_second_of_two_editors_conflicts(town: Store) -> None:
    first = draft(town)
    draft(town, TWO, revision=first.revision)
    with pytest.raises(Conflict) as refused:
        draft(town, [], revision=first.revision)
    assert refused.value.current == 2
    assert len(town.rosters.get(TOWN, MONDAY, "draft").assignments) == 2


def test_a_first_draft_does_not_overwrite_one_that_came_meanwhile(town: Store) -> None:
    draft(town)
    with pytest.raises(Conflict):
        draft(town, TWO)
    assert draft(town, TWO, replace=True).number == 2
    assert [head.number for head in town.rosters.versions(TOWN, MONDAY)] == [2]


def test_a_draft_that_is_gone_is_not_edited(town: Store) -> None:
    held = draft(town)
    town.rosters.discard_draft(TOWN, MONDAY, held.revision)
    with pytest.raises(Conflict) as refused:
        draft(town, TWO, revision=held.revision)
    assert refused.value.current is None
    assert draft(town).number == 2, "a number is never given twice"


def test_a_draft_is_discarded_by_who_saw_it_last(town: Store) -> None:
    held = draft(town)
    with pytest.raises(Conflict):
        town.rosters.discard_draft(TOWN, MONDAY, held.revision + 1)
    town.rosters.discard_draft(TOWN, MONDAY, held.revision)
    assert town.rosters.find(TOWN, MONDAY, "draft") is None
    with pytest.raises(NotFound):
        town.rosters.discard_draft(TOWN, MONDAY, held.revision)


def test_assignments_that_cannot_be_are_refused_all_at_once(town: Store) -> None:
    wrong = [
        Assignment("none", GATE, "verify"),
        Assignment("p1", "none", "verify"),
        Assignment("p1", GATE, "cook"),
        *TWO[:1],
    ]
    with pytest.raises(DocumentError) as refused:
        draft(town, wrong)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("assignments[0].person", "unknown_reference"),
        ("assignments[1].duty", "unknown_reference"),
        ("assignments[2].position", "position_not_in_duty"),
        ("assignments[3]", "duplicate_assignment"),
    ]
    assert town.rosters.find(TOWN, MONDAY, "draft") is None


@pytest.mark.parametrize("most", [400, 1])
def test_a_name_that_is_nearly_right_is_said_however_many_are_asked_for(
    town: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(drafts, "AT_ONCE", most)
    with pytest.raises(DocumentError) as refused:
        draft(town, [Assignment("p1", GATE + "x", "verify"), Assignment("P2", GATE, "verify"), *TWO])
    near = [(fault.path, fault.text.en) for fault in refused.value.faults]
    assert [path for path, _ in near] == ["assignments[0].duty", "assignments[1].person"]
    assert GATE in near[0][1].replace(GATE + "x", "")
    with pytest.raises(DocumentError):
        draft(town, [Assignment("p\x001", GATE + "\ud800", "verify")])


def test_a_roster_belongs_to_a_week_that_exists(town: Store) -> None:
    with pytest.raises(NotFound):
        town.rosters.save_draft(TOWN, towns.NEXT, [], origin="edit")
    with pytest.raises(NotFound):
        town.rosters.get(TOWN, MONDAY, "draft")
    with pytest.raises(NotFound):
        town.rosters.get(TOWN, MONDAY, 1)


# --- publishing -----------------------------------------------------------------------------------------


def test_publishing_supersedes_what_was_published_before(town: Store) -> None:
    first = publish(town, draft(town))
    assert (first.state, first.published_by) == ("published", "one")
    assert first.published_at is not None
    assert first.published_at.tzinfo is not None
    second = publish(town, draft(town, TWO, based_on=first.number), by="two", published=first.number)
    assert [(head.number, head.state) for head in town.rosters.versions(TOWN, MONDAY)] == [
        (2, "published"),
        (1, "superseded"),
    ]
    assert town.rosters.get(TOWN, MONDAY, "published") == second
    assert town.rosters.get(TOWN, MONDAY, 1).assignments == first.assignments


def test_a_roster_that_breaks_hard_rules_needs_a_reason_that_is_kept(town: Store) -> None:
    held = draft(town)
    for reason in (None, "", "  \n"):
        with pytest.raises(BrokenRules) as refused:
            publish(town, held, report=BROKEN, override_reason=reason)
        assert refused.value.report is BROKEN
    assert town.rosters.find(TOWN, MONDAY, "published") is None
    published = publish(town, held, report=BROKEN, override_reason=" 台风，无人可换 ")
    assert published.override_reason == "台风，无人可换"


def test_a_reason_without_a_breach_is_not_kept(town: Store) -> None:
    assert publish(town, draft(town), override_reason="以防万一").override_reason is None


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b", "\ud800"])
def test_a_reason_that_cannot_be_kept_is_refused(town: Store, reason: str) -> None:
    held = draft(town)
    with pytest.raises(DocumentError) as refused:
        publish(town, held, report=BROKEN, override_reason=reason)
    assert refused.value.faults[0].path == "override_reason"


def test_a_stale_draft_is_not_published(town: Store) -> None:
    first = draft(town)
    draft(town, TWO, revision=first.revision)
    with pytest.raises(Conflict) as refused:
        publish(town, first)
    assert refused.value.current == 2


def test_a_draft_that_was_published_discarded_or_replaced_meanwhile_conflicts(town: Store) -> None:
    first = draft(town)
    publish(town, first)
    with pytest.raises(Conflict):
        publish(town, first)
    second = draft(town)
    draft(town, TWO, replace=True)
    with pytest.raises(Conflict):
        publish(town, second)
    with pytest.raises(NotFound):
        town.rosters.publish(TOWN, MONDAY, 9, 1, by="one", report=LEGAL)


def test_who_has_not_seen_the_published_version_conflicts(town: Store) -> None:
    publish(town, draft(town), published=0)
    held = draft(town, TWO)
    for seen in (0, 7):
        with pytest.raises(Conflict) as refused:
            publish(town, held, published=seen)
        assert refused.value.current == 1
    assert publish(town, held, published=1).number == 2


def test_of_two_organisers_who_publish_at_once_one_succeeds(town: Store) -> None:
    held = draft(town)
    together, outcomes = threading.Barrier(2), []

    def go(name: str) -> None:
        together.wait()
        try:
            outcomes.append(publish(town, held, by=name).published_by)
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=go, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=lambda o: o == "conflict")[1] == "conflict"
    assert town.rosters.get(TOWN, MONDAY, "published").published_by in outcomes


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assignment SET person = 'p9' WHERE number = 1",
        "DELETE FROM assignment WHERE number = 1",
        "INSERT INTO assignment SELECT town, week, 1, 'stores', person, position, pinned FROM assignment",
        "UPDATE roster SET published_by = 'somebody' WHERE number = 1",
        "UPDATE roster SET state = 'draft' WHERE number = 1",
        "UPDATE roster SET duties = '[]' WHERE number = 1",
        "DELETE FROM roster WHERE number = 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_published(town: Store, statement: str) -> None:
    before = publish(town, draft(town, TWO))
    for _ in ("published", "superseded"):
        with pytest.raises(DBAPIError, match="published rosters never change"):
            with town.database.write() as session:
                session.execute(text(statement))
        publish(town, draft(town))
    assert town.rosters.get(TOWN, MONDAY, 1).assignments == before.assignments


def test_a_published_roster_keeps_its_duties_when_the_week_goes_on(town: Store) -> None:
    published = publish(town, draft(town))
    gate = town.weeks.duty(TOWN, MONDAY, GATE)
    town.weeks.save_duty(TOWN, MONDAY, replace(gate.value, end=gate.value.end - timedelta(hours=1)), gate.revision)
    stores = town.weeks.duty(TOWN, MONDAY, "stores")
    town.weeks.remove_duty(TOWN, MONDAY, "stores", stores.revision)
    assert town.rosters.get(TOWN, MONDAY, "published") == published
    assert gate.value in published.duties


# --- what people see ------------------------------------------------------------------------------------

START, END = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)


def test_a_person_sees_published_duties_with_the_team(town: Store) -> None:
    assert town.rosters.duties_of(TOWN, "p1", START, END) == []
    publish(town, draft(town, TWO))
    draft(town, [])
    (seen,) = town.rosters.duties_of(TOWN, "p1", START, END)
    assert (seen.duty.id, seen.position, seen.number, seen.acknowledged_at) == (GATE, "verify", 1, None)
    assert {a.person for a in seen.team} == {"p1", "p2"}
    assert town.rosters.duties_of(TOWN, "p3", START, END) == []


def test_a_duty_is_seen_while_it_overlaps_the_time_asked_for(town: Store) -> None:
    publish(town, draft(town))
    (seen,) = town.rosters.duties_of(TOWN, "p1", START, END)
    begin, end = seen.duty.start, seen.duty.end
    minute = timedelta(minutes=1)
    assert town.rosters.duties_of(TOWN, "p1", begin - minute, begin) == []
    assert town.rosters.duties_of(TOWN, "p1", begin, begin + minute) == [seen]
    assert town.rosters.duties_of(TOWN, "p1", end - minute, end) == [seen]
    assert town.rosters.duties_of(TOWN, "p1", end, end + minute) == []


def test_duties_of_several_weeks_come_in_order(town: Store) -> None:
    towns.published(town)
    town.weeks.make(TOWN, towns.NEXT)
    towns.published(town, towns.NEXT)
    seen = town.rosters.duties_of(TOWN, "p1", START, END + timedelta(days=7))
    assert [d.duty.start for d in seen] == sorted(d.duty.start for d in seen)
    assert {d.week for d in seen} == {MONDAY, towns.NEXT}
