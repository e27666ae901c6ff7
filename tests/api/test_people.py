"""Availability, published duties, personal links, drop-outs and acknowledgements."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import TestResponse

from .conftest import EAST, V1, WEEK, Caller, Service, fault_paths

SPAN = {"start": "2026-03-03T08:00:00+08:00", "end": "2026-03-03T20:00:00+08:00", "status": "unavailable"}
ABSENCE = {"person": "p00", "start": "2026-03-03T00:00:00+08:00", "end": "2026-03-04T00:00:00+08:00", "reason": "发烧"}
P00 = f"{EAST}/people/p00"


def test_availability_is_replaced_as_a_whole(organiser: Caller, volunteer: Caller) -> None:
    before = volunteer.get(f"{P00}/availability")
    assert before.get_json() == {"availability": []}
    saved = volunteer.put(f"{P00}/availability", {"availability": [SPAN]}, match=before.headers["ETag"])
    assert saved.status_code == 200, saved.get_json()
    assert [s["status"] for s in organiser.get(P00).get_json()["availability"]] == ["unavailable"]
    assert organiser.get(P00).get_json()["name"] == "人员p00"
    assert volunteer.put(f"{P00}/availability", {"availability": []}, match=1).status_code == 412
    assert volunteer.put(f"{P00}/availability", {"availability": []}).status_code == 428


def test_faults_of_availability_are_all_named(volunteer: Caller) -> None:
    spans = [SPAN, SPAN | {"status": "perhaps"}, SPAN | {"end": "2026-03-03T08:00:00"}, "never", SPAN | {"why": "x"}]
    answer = volunteer.put(f"{P00}/availability", {"availability": spans}, match=1)
    assert answer.status_code == 422
    found = set(fault_paths(answer))
    assert {"availability[1].status", "availability[2].end", "availability[3]", "availability[4].why"} <= found
    not_a_list = volunteer.put(f"{P00}/availability", {"availability": 7, "x": 1}, match=1)
    assert fault_paths(not_a_list) == {"availability": "not_a_list", "x": "unknown_field"}


@pytest.mark.parametrize(
    "clock", ["2026-03-29T02:30:00+01:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
)
def test_instants_on_a_clock_change_are_kept_as_instants(clock: str, admin: Caller) -> None:
    admin.post(f"{V1}/towns", {"id": "paris", "name": "巴黎", "zone": "Europe/Paris"})
    admin.post(f"{V1}/towns/paris/categories", {"id": "c", "name": "c"})
    span = {"start": clock, "end": clock[:11] + "06:00:00+02:00", "status": "avoid"}
    person = {"id": "p", "name": "p", "category": "c", "availability": [span]}
    answer = admin.post(f"{V1}/towns/paris/people", person)
    assert answer.status_code == 201, answer.get_json()


def test_a_person_sees_what_they_serve(volunteer: Caller, published: TestResponse) -> None:
    query = "start=2026-03-02T00:00:00%2B08:00&end=2026-03-09T00:00:00%2B08:00"
    found = volunteer.get(f"{P00}/duties?{query}").get_json()["items"]
    assert len(found) == 3
    assert all({a["person"] for a in d["team"]} == {"p00"} for d in found)
    assert all(d["acknowledged_at"] is None for d in found)
    assert volunteer.get(f"{P00}/duties?start=x").status_code == 422
    backwards = "start=2026-03-09T00:00:00Z&end=2026-03-02T00:00:00Z"
    assert fault_paths(volunteer.get(f"{P00}/duties?{backwards}")) == {"query.end": "end_before_start"}


def test_a_volunteer_sees_nobody_else(volunteer: Caller) -> None:
    query = "start=2026-03-02T00:00:00Z&end=2026-03-09T00:00:00Z"
    assert volunteer.get(f"{EAST}/people/p01/duties?{query}").status_code == 404
    assert volunteer.get(f"{EAST}/people/p01/availability").status_code == 404
    assert volunteer.get(f"{EAST}/people").status_code == 403
    assert volunteer.get(P00).status_code == 403


def test_a_link_opens_until_it_is_revoked(service: Service, organiser: Caller) -> None:
    made = organiser.post(f"{P00}/links", {"days": 3})
    assert made.status_code == 201
    body = made.get_json()
    assert body["path"] == f"/v/{body['token']}"
    caller = service.caller(Authorization=f"Bearer {body['token']}")
    assert caller.get(f"{V1}/session").get_json()["actor"] == {"id": "person:p00", "name": "人员p00", "town": "east"}
    assert organiser.delete(f"{P00}/links").get_json() == {"revoked": 1}
    refused = caller.get(f"{V1}/session")
    assert (refused.status_code, refused.get_json()["code"]) == (401, "bad_link")
    assert organiser.post(f"{EAST}/people/ghost/links").status_code == 404
    assert organiser.delete(f"{EAST}/people/ghost/links").status_code == 404
    assert fault_paths(organiser.post(f"{P00}/links", {"days": 0})) == {"days": "too_small"}


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer é", "x"])
def test_a_token_that_is_none_is_refused(header: str, service: Service) -> None:
    answer = service.caller(Authorization=header).get(f"{V1}/session")
    code = "bad_link" if header.startswith("Bearer") else "bad_token"
    assert (answer.status_code, answer.get_json()["code"]) == (401, code)


def test_a_dropout_is_reported_listed_and_withdrawn(organiser: Caller, volunteer: Caller) -> None:
    made = volunteer.post(f"{EAST}/absences", ABSENCE)
    assert made.status_code == 201, made.get_json()
    where = made.headers["Location"]
    assert made.get_json()["reported_by"] == "person:p00"
    assert organiser.get(f"{EAST}/absences?state=reported&person=p00").get_json()["total"] == 1
    assert organiser.get(f"{EAST}/absences?start=2026-03-04T00:00:00Z").get_json()["total"] == 0
    assert volunteer.delete(where).get_json()["state"] == "withdrawn"
    assert organiser.get(where).get_json()["state"] == "withdrawn"
    assert organiser.get(f"{EAST}/absences?state=reported").get_json()["total"] == 0
    assert organiser.get(f"{EAST}/absences/ghost").status_code == 404


def test_a_volunteer_speaks_only_for_themselves(organiser: Caller, volunteer: Caller, service: Service) -> None:
    assert volunteer.post(f"{EAST}/absences", ABSENCE | {"person": "p01"}).status_code == 404
    where = organiser.post(f"{EAST}/absences", ABSENCE | {"person": "p01"}).headers["Location"]
    assert volunteer.get(where).status_code == 404
    assert volunteer.delete(where).status_code == 404
    assert volunteer.get(f"{EAST}/absences").get_json()["total"] == 0
    assert volunteer.get(f"{EAST}/absences?person=p01").status_code == 404
    assert service.volunteer("p01").get(where).status_code == 200


def test_all_faults_of_a_dropout_come_at_once(organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/absences", {"start": "today", "end": "2026-03-04T00:00:00", "reason": "x" * 501})
    assert fault_paths(answer) == {
        "person": "required",
        "start": "not_an_instant",
        "end": "not_an_instant",
        "reason": "too_long",
    }
    backwards = organiser.post(f"{EAST}/absences", ABSENCE | {"end": ABSENCE["start"]})
    assert fault_paths(backwards) == {"end": "end_before_start"}
    assert organiser.post(f"{EAST}/absences", ABSENCE | {"person": "ghost"}).status_code in (404, 422)
    assert organiser.get(f"{EAST}/absences").get_json()["total"] == 0


@pytest.mark.parametrize("reason", [r"a\u0000b", r"\ud800", r"\u001b[2J"])
def test_a_text_that_cannot_be_stored_is_refused(reason: str, organiser: Caller) -> None:
    raw = json.dumps(ABSENCE).replace(json.dumps(ABSENCE["reason"]), f'"{reason}"')
    answer = organiser.client.post(
        f"{EAST}/absences", data=raw, content_type="application/json", headers=organiser.headers
    )
    assert answer.status_code in (400, 422)
    assert len(answer.get_json()["faults"]) == 1


def test_a_duty_is_acknowledged_once(organiser: Caller, volunteer: Caller, published: TestResponse) -> None:
    mine = next(a for a in organiser.get(f"{WEEK}/rosters/1").get_json()["assignments"] if a["person"] == "p00")
    said = volunteer.post(f"{WEEK}/acknowledgements", {"duty": mine["duty"]})
    assert said.status_code == 200, said.get_json()
    assert volunteer.post(f"{WEEK}/acknowledgements", {"duty": mine["duty"]}).get_json() == said.get_json()
    listed = organiser.get(f"{WEEK}/acknowledgements").get_json()
    assert listed["items"] == [said.get_json()]
    assert volunteer.post(f"{WEEK}/acknowledgements", {"duty": "ghost"}).status_code == 404
    assert volunteer.post(f"{WEEK}/acknowledgements", {"duty": mine["duty"], "person": "p01"}).status_code == 404
    assert fault_paths(organiser.post(f"{WEEK}/acknowledgements", {"duty": mine["duty"]})) == {"person": "required"}
    assert organiser.get(f"{EAST}/weeks/2027-01-04/acknowledgements").status_code == 404
