"""Presence by JSON: who is on duty, who came, duty links, notes, reserves; who may say what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api import post_codes

from .conftest import EAST, WEEK, WEST, Caller, Service
from .towns import MONDAY

EARLY = f"bridge/{MONDAY}/early"
STARTS = datetime(2026, 3, 1, 22, tzinfo=UTC)
"""06:00 in the town."""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at(service: Service, monkeypatch: pytest.MonkeyPatch) -> Any:
    """It is a quarter of an hour before the first shift; `at.now` moves it. Sessions of the fixtures stay open."""

    class At:
        now = STARTS - HOUR / 4

    monkeypatch.setattr(service.store.database, "now", lambda: At.now)
    return At


@pytest.fixture
def person(published: TestResponse, service: Service) -> str:
    """Who stands at the bridge on Monday morning."""
    return service.store.presence.of("east", datetime(2026, 3, 2).date(), EARLY).team[0].person


def say(caller: Caller, action: str, **more: Any) -> TestResponse:
    return caller.post(f"{WEEK}/presence", {"duty": EARLY, "action": action} | more)


def test_a_leader_records_presence_and_everybody_sees_who_is_on_duty(service: Service, person: str, at: Any) -> None:
    leader, inspector = service.caller("leader"), service.caller("inspector")
    came = say(leader, "arrive", person=person)
    assert (came.status_code, came.get_json()["state"]) == (200, "present")
    at.now = STARTS + HOUR
    found = inspector.get(f"{EAST}/on-duty?post=bridge").get_json()
    assert [(d["duty"]["id"], d["team"][0]["state"]) for d in found["items"]] == [(EARLY, "present")]
    assert inspector.get(f"{EAST}/on-duty?area=village").get_json()["total"] == 2
    history = inspector.get(f"{WEEK}/presence/history?duty={EARLY}").get_json()["items"]
    assert [(e["person"], e["action"], e["how"]) for e in history] == [(person, "arrive", "list")]
    figures = inspector.get(f"{WEEK}/presence").get_json()
    assert (figures["expected"], figures["present"], figures["exceptions"]) == (2, 1, 0)
    assert say(inspector, "leave", person=person).status_code == 403


def test_what_the_table_does_not_know_is_refused_in_words(service: Service, person: str, at: Any) -> None:
    leader = service.caller("leader")
    early = say(leader, "leave", person=person)
    assert (early.status_code, early.get_json()["code"]) == (409, "illegal_presence")
    assert "已排班" in early.get_json()["messages"]["zh"]
    at.now = STARTS - 2 * HOUR
    late = say(leader, "arrive", person=person)
    assert (late.status_code, late.get_json()["code"]) == (409, "outside_presence_window")
    at.now = STARTS + HOUR
    refused = say(leader, "correct", person=person, state="present", reason="", came_at="2026-03-02T05:00:00+08:00")
    assert refused.status_code == 422
    assert say(leader, "arrive", person="p17").status_code == 404
    assert leader.get(f"{WEEK}/presence/history?duty={EARLY}").get_json()["items"] == []


def test_a_volunteer_checks_in_with_the_digits_of_the_post(service: Service, person: str, at: Any) -> None:
    me, somebody = service.volunteer(person), service.volunteer("p17")
    with service.app.app_context():
        right = post_codes.code("east", "bridge", at.now)
        elsewhere = post_codes.code("east", "market", at.now)
    wrong = say(me, "arrive", code=elsewhere)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "wrong_post_code")
    assert say(me, "arrive", code=right, person="p17").status_code == 404
    assert say(somebody, "arrive", code=right).status_code == 404
    at.now += timedelta(seconds=30)
    done = say(me, "arrive", code=f"{right[:3]} {right[3:]}")
    assert (done.status_code, done.get_json()["how"]) == (200, "code")
    at.now += timedelta(seconds=30)
    assert say(me, "leave", code=right).status_code == 422
    assert say(me, "miss", code=right).status_code in (409, 422)


def test_wrong_digits_are_counted(service: Service, person: str) -> None:
    me = service.volunteer(person)
    answers = [say(me, "arrive", code="000000").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_duty_links_are_issued_within_ones_areas_and_shown_once(service: Service, organiser: Caller) -> None:
    made = organiser.post(f"{EAST}/duty-links", {"kind": "look", "name": "县督查组", "area": "village"})
    assert made.status_code == 201
    body = made.get_json()
    assert body["path"] == f"/now/{body['token']}"
    listed = organiser.get(f"{EAST}/duty-links")
    assert body["token"] not in listed.get_data(as_text=True)
    assert [one["name"] for one in listed.get_json()["items"]] == ["县督查组"]
    limited = service.role("organiser", limited=True)
    assert limited.post(f"{EAST}/duty-links", {"kind": "look", "name": "x"}).status_code == 403
    assert limited.post(f"{EAST}/duty-links", {"kind": "screen", "name": "x", "post": "bridge"}).status_code == 201
    assert organiser.post(f"{EAST}/duty-links", {"kind": "screen", "name": "x"}).status_code == 422
    assert service.caller("leader").get(f"{EAST}/duty-links").status_code == 403
    assert service.caller("other").delete(f"{WEST}/duty-links/{body['id']}").status_code == 404
    assert organiser.delete(f"{EAST}/duty-links/{body['id']}").get_json()["open"] is False
    page = service.caller().get(body["path"], headers={"Accept": "text/html"})
    assert page.status_code == 410


def test_notes_are_left_by_leaders_and_read_by_all(service: Service, organiser: Caller) -> None:
    made = service.caller("leader").post(f"{EAST}/handover-notes", {"post": "bridge", "text": "钥匙在抽屉"})
    assert made.status_code == 201
    found = service.caller("inspector").get(f"{EAST}/handover-notes?post=bridge").get_json()["items"]
    assert [note["text"] for note in found] == ["钥匙在抽屉"]
    assert (
        service.caller("inspector").post(f"{EAST}/handover-notes", {"post": "bridge", "text": "x"}).status_code == 403
    )
    assert organiser.post(f"{EAST}/handover-notes", {"post": "none", "text": "x"}).status_code == 404


def test_reserves_are_switched_on_with_a_revision(organiser: Caller) -> None:
    held = organiser.get(f"{EAST}/reserves")
    assert held.get_json() == {"reserves": False}
    done = organiser.put(f"{EAST}/reserves", {"reserves": True}, match=held.headers["ETag"])
    assert done.get_json() == {"reserves": True}
    assert organiser.put(f"{EAST}/reserves", {"reserves": True}, match=held.headers["ETag"]).status_code == 412


def test_the_record_of_a_person_is_theirs_and_for_who_records(service: Service, person: str, at: Any) -> None:
    say(service.caller("leader"), "miss", person=person)
    at.now = STARTS + HOUR
    assert say(service.caller("leader"), "miss", person=person).status_code == 200
    at.now = STARTS + 10 * HOUR
    at_person = f"{EAST}/people/{person}/presence"
    assert service.caller("leader").get(at_person).get_json() == {"duties": 1, "no_shows": 1, "percent": 100}
    assert service.volunteer(person).get(at_person).status_code == 200
    assert service.volunteer("p17").get(at_person).status_code == 404
    assert service.caller("inspector").get(at_person).status_code == 403
