"""Amendments: a seat of a published roster handed on at once."""

from __future__ import annotations

import threading

import pytest

from models.audit import AuditFilter
from models.errors import Conflict, NotFound
from models.records import RosterVersion
from models.store import Store
from scheduler.document import DocumentError
from scheduler.problem import Assignment

from .towns import LEGAL, MONDAY, TOWN

GATE = "gate/2026-11-23/day"
HELD = Assignment("p1", GATE, "verify")
NEXT = Assignment("p3", GATE, "verify")


def publish(store: Store, *assignments: Assignment) -> RosterVersion:
    draft = store.rosters.save_draft(TOWN, MONDAY, assignments, origin="edit", by="one")
    return store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="one", report=LEGAL)


def test_a_seat_is_handed_on_in_a_new_version(town: Store) -> None:
    before = publish(town, HELD, Assignment("p2", GATE, "record"))
    head = town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [NEXT], by="person:p3")
    assert (head.state, head.origin, head.based_on, head.published_by) == ("published", "amendment", 1, "person:p3")
    after = town.rosters.get(TOWN, MONDAY, "published")
    assert (after.number, set(after.assignments)) == (2, {NEXT, Assignment("p2", GATE, "record")})
    assert after.duties == before.duties
    old = town.rosters.get(TOWN, MONDAY, 1)
    assert (old.state, set(old.assignments)) == ("superseded", {HELD, Assignment("p2", GATE, "record")})


def test_what_somebody_said_to_a_seat_goes_with_it_and_nothing_else(town: Store) -> None:
    before = publish(town, HELD, Assignment("p2", GATE, "record"))
    for person in ("p1", "p2"):
        town.acknowledgements.acknowledge(TOWN, MONDAY, person, GATE)
    town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [NEXT], by="person:p3")
    assert [said.person for said in town.acknowledgements.list(TOWN, MONDAY)] == ["p2"]


def test_a_draft_on_which_somebody_works_follows(town: Store) -> None:
    before = publish(town, HELD)
    mine = Assignment("p2", GATE, "record")
    draft = town.rosters.save_draft(TOWN, MONDAY, [HELD, mine], origin="edit", by="one", based_on=before.number)
    town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [NEXT], by="person:p3")
    followed = town.rosters.get(TOWN, MONDAY, "draft")
    assert (followed.number, set(followed.assignments), followed.based_on) == (draft.number, {NEXT, mine}, 3)
    assert followed.revision == draft.revision + 1
    published = town.rosters.publish(TOWN, MONDAY, followed.number, followed.revision, by="one", report=LEGAL)
    assert set(published.assignments) == {NEXT, mine}


def test_who_has_seen_another_version_changes_nothing(town: Store) -> None:
    before = publish(town, HELD)
    town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [NEXT], by="one")
    with pytest.raises(Conflict) as refused:
        town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [Assignment("p4", GATE, "verify")], by="one")
    assert refused.value.current == 2
    with pytest.raises(Conflict):
        town.amendments.amend(TOWN, MONDAY, 2, [HELD], [], by="one")
    with pytest.raises(DocumentError):
        town.amendments.amend(TOWN, MONDAY, 2, [], [Assignment("nobody", GATE, "verify")], by="one")
    with pytest.raises(DocumentError):
        town.amendments.amend(TOWN, MONDAY, 2, [], [Assignment("p3", GATE, "record")], by="one")
    assert set(town.rosters.get(TOWN, MONDAY, "published").assignments) == {NEXT}


def test_nothing_is_amended_where_nothing_is_published(town: Store) -> None:
    with pytest.raises(NotFound):
        town.amendments.hold(TOWN, MONDAY)
    with pytest.raises(NotFound):
        town.amendments.amend(TOWN, MONDAY, 1, [], [NEXT], by="one")


def test_of_many_who_want_one_seat_the_first_gets_it(town: Store) -> None:
    publish(town)
    got: list[str] = []

    def claim(person: str) -> None:
        with town.database.together():
            head = town.amendments.hold(TOWN, MONDAY)
            if not town.rosters.get(TOWN, MONDAY, "published").assignments:
                town.amendments.amend(TOWN, MONDAY, head.number, [], [Assignment(person, GATE, "verify")], by=person)
                got.append(person)

    threads = [threading.Thread(target=claim, args=(f"p{n}",)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = town.rosters.get(TOWN, MONDAY, "published").assignments
    assert [a.person for a in held] == got
    assert len(got) == 1


def test_the_log_tells_the_change_and_not_the_copy(town: Store) -> None:
    before = publish(town, HELD, Assignment("p2", GATE, "record"))
    town.amendments.amend(TOWN, MONDAY, before.number, [HELD], [NEXT], by="person:p3")
    entries = town.audit.all(AuditFilter(town=TOWN, noun="assignment"))
    assert [(e.action, e.person) for e in entries if e.thing.startswith("2026-11-23/2/")] == [
        ("remove", "p1"),
        ("add", "p3"),
    ]
