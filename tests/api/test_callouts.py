"""Call-outs: waves, the first acceptance, what the others hear, and who may do what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.outbox import Asked, Posted
from models.records import RosterVersion
from models.store import Store
from scheduler.problem import Assignment

from .conftest import EAST, WEEK, Caller, Service, duties_of, fault_paths
from .towns import MONDAY, roster

SHORTLY = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
"""Monday 12:30 in the town: the late shift begins at 14:00."""
LATE = "bridge/2026-03-02/late"


class At:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = SHORTLY

    def __call__(self) -> datetime:
        return self.now

    def later(self, **how_much: float) -> None:
        self.now += timedelta(**how_much)


@pytest.fixture
def clock(service: Service) -> Iterator[At]:
    """The service at half past twelve on the week's Monday."""
    at = At()
    store = Store(str(service.store.database.url.render_as_string(hide_password=False)), at)
    service.app.extensions["sanban_store"], before = store, service.store
    service.store = store
    yield at
    store.close()
    service.store = before


def seat(service: Service, organiser: Caller, **more: Any) -> dict[str, Any]:
    """Publish a roster and name the seat of the late shift with who holds it."""
    duties = duties_of(organiser)
    made = organiser.put(f"{WEEK}/rosters/draft", {"assignments": roster(duties)}, headers={"If-None-Match": "*"})
    assert made.status_code == 201, made.get_json()
    done = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=made.headers["ETag"])
    assert done.status_code == 200, done.get_json()
    held = next(a for a in roster(duties) if a["duty"] == LATE)
    return {"week": MONDAY, "duty": LATE, "position": "verify", "instead": held["person"]} | more


def messages(service: Service) -> tuple[Posted, ...]:
    return service.store.outbox.page("east", Asked(), 1, 500).items


def told(service: Service, word: str) -> list[str]:
    """To whom messages of a kind went."""
    return [m.to for m in messages(service) if f"/{word}" in m.key]


def asked(body: dict[str, Any], state: str = "asked") -> list[str]:
    return [a["person"] for a in body["asked"] if a["state"] == state]


def test_waves_follow_each_other_and_the_dispatcher_hears_when_nobody_answers(
    service: Service, organiser: Caller, clock: At
) -> None:
    body = seat(service, organiser, wave_size=2, wave_minutes=5, escalate_minutes=8)
    made = organiser.post(f"{EAST}/callouts", body)
    assert made.status_code == 201, made.get_json()
    first = asked(made.get_json())
    assert len(first) == 2
    assert body["instead"] not in [a["person"] for a in made.get_json()["asked"]]
    assert sorted(told(service, "asked")) == sorted(f"person:{p}" for p in first)
    one = f"{EAST}/callouts/{made.get_json()['id']}"
    clock.later(minutes=4)
    assert len(asked(organiser.get(one).get_json())) == 2
    clock.later(minutes=1)
    assert service.store.callouts.advance() == 1  # as the worker does it in its round
    assert len(asked(organiser.get(one).get_json())) == 4
    assert told(service, "escalated") == []
    clock.later(minutes=3)
    assert organiser.get(one).get_json()["state"] == "escalated"
    assert told(service, "escalated") == ["role:dispatcher"]
    clock.later(minutes=2)
    assert len(asked(organiser.get(one).get_json())) == 6  # it goes on
    service.store.callouts.advance()
    assert len(told(service, "asked")) == 6
    assert all(m.emergency for m in messages(service) if m.kind == "call_out")
    clock.later(hours=3)
    assert organiser.get(one).get_json()["state"] == "expired"
    assert len(told(service, "escalated")) == 1


def test_the_first_acceptance_has_the_seat_and_the_others_hear_of_it(
    service: Service, organiser: Caller, clock: At
) -> None:
    body = seat(service, organiser, wave_size=3)
    absence = {"person": body["instead"], "start": "2026-03-02T12:00:00+08:00", "end": "2026-03-02T23:00:00+08:00"}
    assert organiser.post(f"{EAST}/absences", absence).status_code == 201
    made = organiser.post(f"{EAST}/callouts", body).get_json()
    first, second, third = asked(made)
    one = f"{EAST}/callouts/{made['id']}"
    declined = service.volunteer(third).post(f"{one}/answer", {"answer": "decline"})
    assert (declined.status_code, asked(declined.get_json(), "declined")) == (200, [third])
    won = service.volunteer(second).post(f"{one}/answer", {"answer": "accept"})
    assert (won.status_code, won.get_json()["state"]) == (200, "filled"), won.get_json()
    late = service.volunteer(first).post(f"{one}/answer", {"answer": "accept"})
    assert (late.status_code, late.get_json()["code"]) == (409, "seat_taken")
    again = service.volunteer(second).post(f"{one}/answer", {"answer": "accept"})
    assert again.status_code == 200  # a second tap is no error
    version = service.store.rosters.get("east", date(2026, 3, 2), "published")
    assert (version.number, version.origin) == (2, "amendment")
    assert [a.person for a in version.assignments if a.duty == LATE] == [second]
    assert told(service, "taken") == [f"person:{first}"]
    assert told(service, "filled") == ["role:dispatcher"]
    assert service.store.absences.list("east", "reported") == []
    said = service.store.acknowledgements.list("east", date(2026, 3, 2))
    assert [(a.person, a.duty) for a in said] == [(second, LATE)]


def test_who_may_no_longer_legally_come_is_refused_and_the_next_ones_are_asked(
    service: Service, organiser: Caller, clock: At
) -> None:
    made = organiser.post(f"{EAST}/callouts", seat(service, organiser, wave_size=1)).get_json()
    (person,) = asked(made)
    version = service.store.rosters.get("east", date(2026, 3, 2), "published")
    gone = next(a for a in version.assignments if a.duty == "market/2026-03-02/late")
    service.store.amendments.amend(
        "east", date(2026, 3, 2), 1, [gone], [Assignment(person, gone.duty, gone.position)], by="test"
    )
    refused = service.volunteer(person).post(f"{EAST}/callouts/{made['id']}/answer", {"answer": "accept"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "rules_broken")
    after = organiser.get(f"{EAST}/callouts/{made['id']}").get_json()
    assert asked(after, "unfit") == [person]
    assert len(asked(after)) == 1  # the only one of the wave is out, so that the next wave does not wait


def activated(version: RosterVersion) -> list[str]:
    return [person for duty in version.duties for seat in duty.seats for person in seat.activated]


def test_people_on_standby_come_first_and_their_standby_becomes_the_duty(
    service: Service, organiser: Caller, clock: At
) -> None:
    """Also where the law wants somebody on standby at any time: who was called from it is used, not missing."""
    got = organiser.get(f"{EAST}/rules")
    wanted = [*got.get_json()["rules"], {"rule": "standby_cover", "at_least": 1}]
    changed = service.role("town_administrator").put(f"{EAST}/rules", {"rules": wanted}, match=got.headers["ETag"])
    assert changed.status_code == 200, changed.get_json()
    on_call = {
        "id": "on-call",
        "kind": "standby",
        "start": "2026-03-02T08:00:00+08:00",
        "end": "2026-03-02T20:00:00+08:00",
        "name": "待命",
        "seats": [{"position": "verify", "min": 0, "ideal": 1, "max": 3}],
    }
    assert organiser.post(f"{WEEK}/duties", on_call).status_code == 201
    duties = duties_of(organiser)
    made = [a for a in roster([d for d in duties if d["id"] != "on-call"]) if a["person"] != "p17"]
    made.append({"person": "p17", "duty": "on-call", "position": "verify"})
    draft = organiser.put(f"{WEEK}/rosters/draft", {"assignments": made}, headers={"If-None-Match": "*"})
    organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    gone = next(a["person"] for a in made if a["duty"] == LATE)
    held, comes = ({"person": p, "duty": LATE, "position": "verify"} for p in (gone, "p17"))
    ready = {"person": "p17", "duty": "on-call", "position": "verify"}
    tried = organiser.post(f"{WEEK}/rosters/published/consequences", {"remove": [held, ready], "add": [comes]})
    assert tried.get_json()["legal"], "by hand, too"
    tried = organiser.post(f"{WEEK}/rosters/published/consequences", {"remove": [ready], "add": []})
    assert [v["rule"] for v in tried.get_json()["violations"]] == ["standby_cover"], "who merely leaves is missing"
    query = f"duty={LATE}&position=verify&instead={gone}"
    listed = organiser.get(f"{WEEK}/eligible?{query}").get_json()["items"]
    assert (listed[0]["person"], listed[0]["standby_duty"]) == ("p17", "on-call")
    assert sum(e["person"] == "p17" for e in listed) == 1
    body = {"week": MONDAY, "duty": LATE, "position": "verify", "instead": gone}
    callout = organiser.post(f"{EAST}/callouts", body).get_json()
    won = service.volunteer("p17").post(f"{EAST}/callouts/{callout['id']}/answer", {"answer": "accept"})
    assert won.status_code == 200, won.get_json()
    version = service.store.rosters.get("east", date(2026, 3, 2), "published")
    assert [a.duty for a in version.assignments if a.person == "p17"] == [LATE]
    assert activated(version) == ["p17"]
    report = organiser.get(f"{WEEK}/rosters/published/check").get_json()
    assert (report["legal"], [v["duty"] for v in report["vacancies"] if v["duty"] == "on-call"]) == (True, [])
    back = {"remove": [comes], "add": [ready, held], "based_on": 2}
    edited = organiser.patch(f"{WEEK}/rosters/draft", back, headers={"If-None-Match": "*"})
    assert (edited.status_code, edited.get_json()["consequences"]["legal"]) == (200, True), edited.get_json()
    done = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": 2}, match=edited.headers["ETag"])
    assert done.status_code == 200, done.get_json()
    assert activated(service.store.rosters.get("east", date(2026, 3, 2), "published")) == []


def test_many_at_the_same_instant_and_one_has_the_seat(service: Service, organiser: Caller, clock: At) -> None:
    made = organiser.post(f"{EAST}/callouts", seat(service, organiser, wave_size=6)).get_json()
    callers = [service.volunteer(person) for person in asked(made)]
    assert len(callers) == 6
    barrier, statuses = threading.Barrier(len(callers)), []

    def accept(caller: Caller) -> None:
        barrier.wait()
        statuses.append(caller.post(f"{EAST}/callouts/{made['id']}/answer", {"answer": "accept"}).status_code)

    threads = [threading.Thread(target=accept, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 5
    version = service.store.rosters.get("east", date(2026, 3, 2), "published")
    assert sum(a.duty == LATE for a in version.assignments) == 1
    assert version.number == 2


def test_what_cannot_be_asked_for_is_said(service: Service, organiser: Caller, clock: At) -> None:
    assert organiser.post(f"{EAST}/callouts", {"week": MONDAY, "duty": LATE, "position": "verify"}).status_code == 404
    body = seat(service, organiser)
    assert fault_paths(organiser.post(f"{EAST}/callouts", body | {"position": "cook"})) == {"position": "unknown_id"}
    assert fault_paths(organiser.post(f"{EAST}/callouts", body | {"instead": "ghost"})) == {"instead": "not_in_roster"}
    full = organiser.post(f"{EAST}/callouts", body | {"instead": ""})
    assert (full.status_code, full.get_json()["code"]) == (409, "seat_taken")
    assert organiser.post(f"{EAST}/callouts", body).status_code == 201
    assert organiser.post(f"{EAST}/callouts", body).status_code == 409
    clock.later(days=1)
    over = organiser.post(f"{EAST}/callouts", body)
    assert (over.status_code, over.get_json()["code"]) == (409, "not_there_any_more")


def test_each_sees_of_a_call_out_what_is_theirs(service: Service, organiser: Caller, clock: At) -> None:
    made = organiser.post(f"{EAST}/callouts", seat(service, organiser, wave_size=1)).get_json()
    (person,) = asked(made)
    waiting = next(a["person"] for a in made["asked"] if a["state"] == "waiting")
    one = f"{EAST}/callouts/{made['id']}"
    mine = service.volunteer(person).get(one).get_json()
    assert ([a["person"] for a in mine["asked"]], mine["instead"]) == ([person], None)
    assert service.volunteer(waiting).get(one).status_code == 404
    assert service.volunteer(waiting).post(f"{one}/answer", {"answer": "accept"}).status_code == 404
    assert service.volunteer(person).post(f"{one}/answer", {"answer": "accept", "person": waiting}).status_code == 404
    assert service.volunteer(waiting).get(f"{EAST}/callouts").get_json()["total"] == 0
    assert service.volunteer(person).get(f"{EAST}/callouts").get_json()["total"] == 1
    by_phone = service.role("dispatcher").post(f"{one}/answer", {"answer": "accept", "person": person})
    assert (by_phone.status_code, by_phone.get_json()["filled_by"]) == (200, person)
    assert service.caller("other").get(one.replace("east", "west")).status_code == 404
    ended = organiser.post(f"{one}/withdraw")
    assert ended.status_code == 409


def test_a_seat_that_the_organiser_fills_otherwise_ends_the_call_out(
    service: Service, organiser: Caller, clock: At
) -> None:
    body = seat(service, organiser, wave_size=2)
    made = organiser.post(f"{EAST}/callouts", body).get_json()
    gone = Assignment(body["instead"], LATE, "verify")
    free = [a["person"] for a in made["asked"]][-1]
    service.store.amendments.amend(
        "east", date(2026, 3, 2), 1, [gone], [Assignment(free, LATE, "verify")], by="test"
    )
    person = asked(made)[0]
    late = service.volunteer(person).post(f"{EAST}/callouts/{made['id']}/answer", {"answer": "accept"})
    assert late.status_code == 409
    assert organiser.get(f"{EAST}/callouts/{made['id']}").get_json()["state"] == "withdrawn"
    assert len(told(service, "off")) == 2
