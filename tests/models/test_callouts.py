"""Call-outs and offers to teams as they are stored, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from models.callout_records import Asked, Callout, NewCallout, Pace
from models.errors import AlreadyExists, Conflict, NotFound
from models.outbox import Asked as Looked
from models.personal import Personal
from models.retention import Retention, purge
from models.store import Store
from scheduler.problem import Assignment
from scheduler.text import Text

from .. import conftest
from .towns import MONDAY, TOWN, published

GATE = "gate/2026-11-23/day"


def opened(store: Store, *people: str, **pace: int) -> Callout:
    now = store.database.now()
    new = NewCallout(
        week=MONDAY, duty=GATE, position="verify", instead="", start=now + timedelta(hours=1),
        end=now + timedelta(hours=9), until=now + timedelta(hours=2), seat=Text("东门", "East gate"),
        town_name=Text("桃花镇", "Taohua"),
        asked=[Asked(p, Assignment(p, "stores", "verify") if p == "p0" else None) for p in people], pace=Pace(**pace),
    )  # fmt: skip
    return store.callouts.open(TOWN, new, "one")


def told(store: Store) -> list[str]:
    """The last words of the keys of all messages about call-outs."""
    listed = store.outbox.page(TOWN, Looked(kind="call_out"), 1, 500).items
    return sorted(m.key.split("/", 2)[2] for m in listed)


def test_a_call_out_keeps_whom_it_asks_in_which_order(town: Store) -> None:
    made = opened(town, "p0", "p1", "p2", wave_size=2)
    assert [(a.person, a.state) for a in made.asked] == [("p0", "asked"), ("p1", "asked"), ("p2", "waiting")]
    assert made.asked[0].standby == Assignment("p0", "stores", "verify")
    assert town.callouts.get(TOWN, made.id) == made
    assert [c.id for c in town.callouts.asking(TOWN, "p1")] == [made.id]
    assert town.callouts.asking(TOWN, "p2") == []
    assert [c.id for c in town.callouts.list(TOWN, live=True)] == [made.id]
    with pytest.raises(AlreadyExists):
        opened(town, "p3")
    with pytest.raises(NotFound):
        town.callouts.get("elsewhere", made.id)


def test_nobody_to_ask_is_the_dispatchers_matter_at_once(town: Store) -> None:
    made = opened(town)
    assert made.state == "escalated"
    assert told(town) == ["escalated"]


def test_whoever_looks_and_however_often_each_is_told_once(town: Store, clock: conftest.Clock) -> None:
    made = opened(town, "p0", "p1", "p2", wave_size=1, wave_minutes=5, escalate_minutes=60)
    for _ in range(3):
        town.callouts.advance()
    assert told(town) == ["asked/p0"]
    clock.advance(minutes=5)
    threads = [threading.Thread(target=town.callouts.advance) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(town) == ["asked/p0", "asked/p1"]
    town.callouts.decline(TOWN, made.id, "p0")
    assert told(town) == ["asked/p0", "asked/p1"]  # p1 may yet answer
    after = town.callouts.decline(TOWN, made.id, "p1")
    assert (after.wave, after.of("p2") and after.of("p2").state) == (3, "asked")  # type: ignore[union-attr]
    assert town.callouts.decline(TOWN, made.id, "p2").state == "escalated"
    clock.advance(hours=3)
    town.callouts.advance()
    assert town.callouts.get(TOWN, made.id).state == "expired"
    assert told(town).count("escalated") == 1


def test_of_two_at_the_same_instant_one_has_the_seat(town: Store) -> None:
    made = opened(town, "p0", "p1")
    barrier, won, late = threading.Barrier(2), list[str](), list[str]()

    def take(person: str) -> None:
        barrier.wait()
        with town.database.together():
            held = town.callouts.hold(TOWN, made.id)
            if held.live:
                town.callouts.fill(TOWN, made.id, person, f"person:{person}")
                won.append(person)
            else:
                late.append(person)

    threads = [threading.Thread(target=take, args=(p,)) for p in ("p0", "p1")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(late)) == (1, 1)
    found = town.callouts.get(TOWN, made.id)
    assert (found.state, found.filled_by) == ("filled", won[0])
    assert told(town) == ["asked/p0", "asked/p1", "filled", f"taken/{late[0]}"]
    with pytest.raises(Conflict):
        town.callouts.withdraw(TOWN, made.id, "one")


def test_what_is_taken_back_tells_nobody(town: Store) -> None:
    made = opened(town, "p0", "p1")

    def interrupted() -> None:
        with town.database.together():
            town.callouts.fill(TOWN, made.id, "p0", "person:p0")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert town.callouts.get(TOWN, made.id).state == "open"
    assert told(town) == ["asked/p0", "asked/p1"]


def test_a_teams_offer_grows_and_its_link_ends(town: Store, clock: conftest.Clock) -> None:
    published(town)
    until = town.database.now() + timedelta(days=1)
    (first,) = town.gaps.offer(TOWN, MONDAY, ["school"], [(GATE, "verify")], until, "one")
    (again,) = town.gaps.offer(TOWN, MONDAY, ["school"], [(GATE, "verify"), (GATE, "record")], until, "one")
    assert (again.id, len(first.slots), len(again.slots)) == (first.id, 1, 2)
    with pytest.raises(NotFound):
        town.gaps.offer(TOWN, MONDAY, ["nobody"], [(GATE, "verify")], until, "one")
    (claim,) = town.gaps.claim(TOWN, first.id, (GATE, "verify"), ["p1"])
    assert [c.person for c in town.gaps.get(TOWN, first.id).claims] == ["p1"]
    assert town.gaps.give_back(TOWN, first.id, claim.id).given_back_at is not None
    with pytest.raises(NotFound):
        town.gaps.give_back(TOWN, first.id, claim.id)
    assert town.gaps.sizes(TOWN) == {"school": 9}
    clock.advance(days=2)
    with pytest.raises(Conflict):
        town.gaps.hold(TOWN, first.id)
    token = town.team_links.issue(TOWN, "school", 7)
    found = town.team_links.open(token)
    assert found is not None
    assert (found.town.id, found.unit, found.name) == (TOWN, "school", "学校")
    assert town.team_links.open(token + "x") is None
    second = town.team_links.issue(TOWN, "school", 7, renew=True)
    assert town.team_links.open(token) is None
    assert town.team_links.revoke(TOWN, "school") == 1
    assert town.team_links.open(second) is None


def test_what_is_kept_about_a_person_is_handed_out_erased_and_purged(town: Store, clock: conftest.Clock) -> None:
    made = opened(town, "p0", "p8")
    until = town.database.now() + timedelta(days=1)
    (offer,) = town.gaps.offer(TOWN, MONDAY, ["school"], [(GATE, "verify")], until, "one")
    town.gaps.claim(TOWN, offer.id, (GATE, "verify"), ["p8"])
    town.callouts.withdraw(TOWN, made.id, "one")
    dossier = Personal(town.database).dossier(TOWN, "p8", "asked for it")
    assert [c["state"] for c in dossier["callouts"]] == ["late"]
    assert [c["duty"] for c in dossier["gap_claims"]] == [GATE]
    done = Personal(town.database).erase(TOWN, "p8", "asked for it")
    assert (done.counts["callout_ask"], done.counts["gap_claim"]) == (1, 1)
    assert [a.person for a in town.callouts.get(TOWN, made.id).asked] == ["p0"]
    clock.advance(days=500)
    gone = purge(town.database, Retention())
    assert (gone["callout"], gone["gap_offer"]) == (1, 1)
    with pytest.raises(NotFound):
        town.callouts.get(TOWN, made.id)
