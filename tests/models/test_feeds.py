"""Calendar feeds: keys that open one thing and end, and what each publication does to a duty's entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.errors import NotFound
from models.feed_rows import PersonFeedRow
from models.feeds import Entry, Feed, Noun
from models.store import Store
from scheduler.problem import Assignment
from tests.conftest import Clock

from .towns import LEGAL, MONDAY, TOWN

EARLY = datetime(2026, 11, 20, tzinfo=UTC)
GATE = "gate/2026-11-24/day"


def feed_of(store: Store, noun: Noun, id_: str) -> Feed:
    found = store.feeds.open(store.feeds.make(TOWN, noun, id_))
    assert found is not None
    return found


def publish(store: Store, *seats: Assignment) -> None:
    draft = store.rosters.save_draft(TOWN, MONDAY, seats, origin="edit", replace=True)
    store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="organiser", report=LEGAL)


def entries(store: Store, feed: Feed) -> dict[str, Entry]:
    return {entry.duty.id: entry for entry in store.feeds.entries(feed)}


def test_a_key_opens_its_feed_until_another_is_made_or_it_ends(town: Store) -> None:
    first = town.feeds.make(TOWN, "person", "p1")
    opened = town.feeds.open(first)
    assert opened is not None
    assert (opened.town.id, opened.noun, opened.id) == (TOWN, "person", "p1")
    second = town.feeds.make(TOWN, "person", "p1")
    assert town.feeds.open(first) is None
    assert town.feeds.open(second) == opened
    with town.database.read() as session:
        stored = session.scalars(select(PersonFeedRow.key_hash)).all()
    assert len(stored) == 1
    assert not {first, second} & {*stored}, "only a hash is stored"
    assert town.feeds.revoke(TOWN, "person", "p1")
    assert town.feeds.open(second) is None
    assert not town.feeds.revoke(TOWN, "person", "p1")
    with pytest.raises(NotFound):
        town.feeds.make(TOWN, "post", "nowhere")


def test_revoking_all_links_of_a_person_ends_their_feed_and_renewing_does_not(town: Store) -> None:
    key = town.feeds.make(TOWN, "person", "p1")
    town.links.issue(TOWN, "p1")
    town.links.issue(TOWN, "p1", renew=True)
    assert town.feeds.open(key) is not None
    town.links.revoke(TOWN, "p1")
    assert town.feeds.open(key) is None


def test_an_entry_follows_its_publications(town: Store, clock: Clock) -> None:
    clock.ahead = EARLY - datetime.now(UTC)
    feed, other = feed_of(town, "person", "p1"), feed_of(town, "person", "p2")
    publish(town, Assignment("p1", GATE, "verify"), Assignment("p2", "stores", "verify"))
    assert {id_: (e.sequence, e.cancelled) for id_, e in entries(town, feed).items()} == {GATE: (0, False)}
    publish(town, Assignment("p1", GATE, "verify"), Assignment("p3", "stores", "verify"))
    assert entries(town, feed)[GATE].sequence == 0, "what did not change keeps its sequence"
    gone = entries(town, other)["stores"]
    assert (gone.sequence, gone.cancelled) == (1, True)
    publish(town, Assignment("p1", GATE, "record"), Assignment("p2", "stores", "verify"))
    assert (entries(town, feed)[GATE].sequence, entries(town, feed)[GATE].team[0].position) == (2, "record")
    assert not entries(town, other)["stores"].cancelled
    assert entries(town, other)["stores"].sequence == 2, "it came back, and calendars have to notice"


def test_an_amendment_cancels_one_and_adds_the_other(town: Store, clock: Clock) -> None:
    clock.ahead = EARLY - datetime.now(UTC)
    publish(town, Assignment("p1", GATE, "verify"))
    before, after = feed_of(town, "person", "p1"), feed_of(town, "person", "p2")
    seen = town.rosters.get(TOWN, MONDAY, "published").number
    remove, add = [Assignment("p1", GATE, "verify")], [Assignment("p2", GATE, "verify")]
    town.amendments.amend(TOWN, MONDAY, seen, remove, add, by="x")
    assert entries(town, before)[GATE].cancelled
    assert (entries(town, after)[GATE].sequence, entries(town, after)[GATE].cancelled) == (1, False)
    post = entries(town, feed_of(town, "post", "gate"))[GATE]
    assert (post.sequence, post.cancelled, {a.person for a in post.team}) == (1, False, {"p2"})


def test_a_post_s_feed_has_all_its_duties_empty_ones_too(town: Store, clock: Clock) -> None:
    clock.ahead = EARLY - datetime.now(UTC)
    publish(town, Assignment("p1", GATE, "verify"))
    found = entries(town, feed_of(town, "post", "gate"))
    assert len(found) == 14
    assert {e.duty.post for e in found.values()} == {"gate"}
    assert [len(e.team) for e in found.values()].count(0) == 13


def test_what_is_over_or_cancelled_stays_for_thirty_days(town: Store, clock: Clock) -> None:
    clock.ahead = EARLY - datetime.now(UTC)
    feed, other = feed_of(town, "person", "p1"), feed_of(town, "person", "p2")
    publish(town, Assignment("p1", GATE, "verify"), Assignment("p2", GATE, "record"))
    publish(town, Assignment("p1", GATE, "verify"))
    clock.advance(days=29)
    assert entries(town, other)[GATE].cancelled
    clock.advance(days=2)
    assert GATE not in entries(town, other)
    assert GATE in entries(town, feed), "it ended on the 24th"
    clock.advance(days=4)
    assert entries(town, feed) == {}


def test_served_duties_are_those_that_are_over_and_say_how_they_went(town: Store, clock: Clock) -> None:
    clock.ahead = EARLY - datetime.now(UTC)
    publish(town, Assignment("p1", GATE, "verify"), Assignment("p1", "gate/2026-11-26/day", "verify"))
    whole = (EARLY - timedelta(days=300), EARLY + timedelta(days=60))
    assert town.served.of(TOWN, "p1", *whole) == []
    clock.advance(days=5)
    assert [(s.duty.id, s.state) for s in town.served.of(TOWN, "p1", *whole)] == [(GATE, "planned")]
    start = datetime(2026, 11, 24, tzinfo=UTC)
    town.absences.report(TOWN, "p1", start, start + timedelta(days=1), "", by="p1")
    assert [s.state for s in town.served.of(TOWN, "p1", *whole)] == ["excused"]
    clock.advance(days=5)
    assert town.served.of(TOWN, "p1", *whole) == town.presence.served_by(TOWN, "p1", *whole)
