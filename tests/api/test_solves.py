"""Solves: asked for, followed, stopped, read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scheduler.roster import Progress
from scheduler.text import Text

from .conftest import EAST, V1, WEEK, Caller, Service, duties_of, fault_paths
from .towns import document, roster

PROGRESS = Progress(1.5, 120, 100.0, 0.1667, 0, 0.0, 0.0, 0, "search")


def result_of(assignments: list[dict[str, Any]]) -> dict[str, Any]:
    """A result document such as the command line writes."""
    reason = {"zh": "没有人。", "en": "Nobody."}
    vacancy = {"duty": "d", "position": "verify", "count": 1, "priority": 3, "reason": "没有人。", "reasons": reason}
    return {
        "format": "sanban-result",
        "status": "feasible",
        "seconds": 1.5,
        "objective": 120,
        "bound": 100.0,
        "gap": 0.1667,
        "vacancy_objective": 0,
        "vacancy_bound": 0.0,
        "vacancy_gap": 0.0,
        "costs": {},
        "vacancies": [vacancy],
        "assignments": assignments,
        "violations": [],
        "trace": [],
        "seed": 1,
        "version": "test",
    }


def finished(service: Service, caller: Caller, assignments: list[dict[str, Any]] | None = None) -> str:
    """The id of a week's solve that a worker has finished."""
    made = caller.post(f"{WEEK}/solves", {"seconds": 5})
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    result = result_of(roster(duties_of(caller)) if assignments is None else assignments)
    assert service.store.queue.finish(claim.solve.id, claim.solve.attempt, "finished", result)
    found: str = made.get_json()["id"]
    return found


def test_a_solve_of_a_week_is_accepted_and_the_worker_woken(service: Service, organiser: Caller) -> None:
    answer = organiser.post(f"{WEEK}/solves", {"seconds": 30, "seed": 7, "gap": 0.01, "reproducible": True})
    assert answer.status_code == 202, answer.get_json()
    body = answer.get_json()
    assert answer.headers["Location"] == f"{V1}/solves/{body['id']}"
    asked = {k: body[k] for k in ("state", "seconds", "seed", "gap", "reproducible", "kind", "joined")}
    assert asked == {
        "state": "queued",
        "seconds": 30,
        "seed": 7,
        "gap": 0.01,
        "reproducible": True,
        "kind": "solve",
        "joined": False,
    }
    assert service.woken == [True]
    assert organiser.get(answer.headers["Location"]).get_json()["week"] == "2026-03-02"


def test_an_equal_solve_is_joined_and_another_waits(organiser: Caller) -> None:
    one, same, other = (organiser.post(f"{WEEK}/solves", {"seed": s}).get_json() for s in (1, 1, 2))
    assert (same["id"], same["joined"]) == (one["id"], True)
    assert (other["id"] != one["id"], other["joined"]) == (True, False)
    listed = organiser.get(f"{EAST}/solves").get_json()
    assert {s["id"] for s in listed["items"]} == {one["id"], other["id"]}


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"seconds": 0}, {"seconds": "too_small"}),
        ({"seconds": 3601}, {"seconds": "too_big"}),
        ({"seconds": 1.5}, {"seconds": "not_an_integer"}),
        ({"seed": -1, "gap": 2}, {"seed": "too_small", "gap": "too_big"}),
        ({"gap": "x", "reproducible": "maybe"}, {"gap": "not_a_number", "reproducible": "not_a_boolean"}),
        ({"second": 5}, {"second": "unknown_field"}),
        ({"seconds": None}, {"seconds": "null"}),
    ],
)
def test_bad_options_are_all_named_and_nothing_is_queued(
    body: dict[str, Any], codes: dict[str, str], organiser: Caller
) -> None:
    answer = organiser.post(f"{WEEK}/solves", body)
    assert (answer.status_code, fault_paths(answer)) == (422, codes)
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 0


def test_a_solve_may_start_from_the_draft(service: Service, organiser: Caller) -> None:
    assert organiser.post(f"{WEEK}/solves", {"from_draft": True}).status_code == 404
    body = {"assignments": roster(duties_of(organiser))}
    organiser.put(f"{WEEK}/rosters/draft", body, headers={"If-None-Match": "*"})
    assert organiser.post(f"{WEEK}/solves", {"from_draft": True}).status_code == 202
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    assert claim.incumbent is not None
    assert len(json.loads(claim.incumbent)["assignments"]) == 42


def test_a_stateless_solve_keeps_the_document_as_it_was_sent(service: Service, organiser: Caller) -> None:
    sent = document("nowhere")
    answer = organiser.post(f"{V1}/solves?seconds=10&seed=3&gap=0.5&reproducible=true", sent)
    assert answer.status_code == 202, answer.get_json()
    body = answer.get_json()
    assert (body["town"], body["week"], body["seconds"], body["seed"]) == ("east", None, 10, 3)
    assert organiser.get(f"{answer.headers['Location']}/problem").get_json() == sent
    assert service.woken == [True]


def test_an_administrator_of_the_platform_says_whose_solve_it_is(admin: Caller) -> None:
    assert admin.post(f"{V1}/solves?town=west", document("nowhere")).get_json()["town"] == "west"
    assert admin.post(f"{V1}/solves", document("east")).get_json()["town"] == "east"
    answer = admin.post(f"{V1}/solves", document("nowhere"))
    assert fault_paths(answer) == {"query.town": "unknown_id"}


def test_an_organiser_cannot_leave_a_solve_in_another_town(organiser: Caller) -> None:
    answer = organiser.post(f"{V1}/solves?town=west", document())
    assert fault_paths(answer) == {"query.town": "unknown_id"}


def test_a_document_with_faults_is_refused_with_all_of_them(organiser: Caller) -> None:
    bad = document() | {"days": 60, "surprise": 1, "people": [{"id": "a", "name": "甲", "category": "ghost"}] * 2}
    answer = organiser.post(f"{V1}/solves?seconds=5", bad)
    assert answer.status_code == 422
    assert {"days", "surprise", "people[0].category", "people[1].id"} <= set(fault_paths(answer))
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 0


def test_a_running_solve_shows_its_progress(service: Service, organiser: Caller) -> None:
    made = organiser.post(f"{WEEK}/solves", {}).get_json()
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    service.store.queue.renew(claim.solve.id, claim.solve.attempt, 60, PROGRESS)
    found = organiser.get(f"{V1}/solves/{made['id']}").get_json()
    assert (found["state"], found["progress"]["objective"], found["progress"]["gap"]) == ("running", 120, 0.1667)


def test_a_finished_solve_leaves_a_draft_and_its_result(service: Service, organiser: Caller) -> None:
    solve = finished(service, organiser)
    found = organiser.get(f"{V1}/solves/{solve}").get_json()
    assert (found["state"], found["over"], found["roster_number"]) == ("finished", True, 1)
    assert organiser.get(f"{WEEK}/rosters/draft").get_json()["solve_id"] == solve
    result = organiser.get(f"{V1}/solves/{solve}/result").get_json()
    assert result["status"] == "feasible"
    assert len(result["assignments"]) == 42
    english = organiser.get(f"{V1}/solves/{solve}/result?lang=en").get_json()
    assert (result["vacancies"][0]["reason"], english["vacancies"][0]["reason"]) == ("没有人。", "Nobody.")


def test_a_result_is_asked_for_too_early(organiser: Caller) -> None:
    made = organiser.post(f"{WEEK}/solves", {}).get_json()
    answer = organiser.get(f"{V1}/solves/{made['id']}/result")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_ready")


def test_a_failed_solve_says_why_and_has_no_result(service: Service, organiser: Caller) -> None:
    made = organiser.post(f"{WEEK}/solves", {}).get_json()
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    service.store.queue.fail(claim.solve.id, claim.solve.attempt, Text("坏了。", "Broken."), retry=False)
    found = organiser.get(f"{V1}/solves/{made['id']}").get_json()
    assert (found["state"], found["error"]) == ("failed", {"zh": "坏了。", "en": "Broken."})
    assert organiser.get(f"{V1}/solves/{made['id']}/result").get_json()["code"] == "no_result"


def test_a_queued_solve_stops_at_once_and_a_running_one_is_asked_to(service: Service, organiser: Caller) -> None:
    queued = organiser.post(f"{WEEK}/solves", {}).get_json()["id"]
    assert organiser.post(f"{V1}/solves/{queued}/stop").get_json()["state"] == "stopped"
    running = organiser.post(f"{WEEK}/solves", {"seed": 2}).get_json()["id"]
    assert service.store.queue.claim("worker", 60) is not None
    for _ in range(2):
        answer = organiser.post(f"{V1}/solves/{running}/stop")
        assert (answer.status_code, answer.get_json()["stop_requested"]) == (200, True)


def test_stopping_a_finished_solve_is_a_conflict_and_changes_nothing(service: Service, organiser: Caller) -> None:
    solve = finished(service, organiser)
    before = organiser.get(f"{V1}/solves/{solve}").get_json()
    answer = organiser.post(f"{V1}/solves/{solve}/stop")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_finished")
    assert answer.get_json()["details"] == {"state": "finished"}
    assert organiser.get(f"{V1}/solves/{solve}").get_json() == before


def test_solves_are_listed_by_week_and_kind(service: Service, organiser: Caller) -> None:
    organiser.post(f"{WEEK}/solves", {})
    organiser.post(f"{V1}/solves", document())
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 2
    assert organiser.get(f"{EAST}/solves?week=2026-03-02").get_json()["total"] == 1
    assert organiser.get(f"{EAST}/solves?kind=repair").get_json()["total"] == 0
    assert fault_paths(organiser.get(f"{EAST}/solves?kind=x&week=y")) == {
        "query.kind": "not_one_of",
        "query.week": "not_a_date",
    }


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """(name, data) of every event of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line.startswith(("event", "data")))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_stream_tells_the_state_and_closes_for_the_browser_to_come_back(service: Service, organiser: Caller) -> None:
    made = organiser.post(f"{WEEK}/solves", {}).get_json()
    answer = organiser.get(f"{V1}/solves/{made['id']}/events")
    assert answer.mimetype == "text/event-stream"
    text = answer.get_data(as_text=True)
    assert text.startswith("retry: ")
    assert [(name, body["state"]) for name, body in events(text)] == [("progress", "queued")]


def test_a_stream_of_a_finished_solve_ends_at_once(service: Service, organiser: Caller) -> None:
    solve = finished(service, organiser)
    told = events(organiser.get(f"{V1}/solves/{solve}/events").get_data(as_text=True))
    assert [(name, body["roster_number"]) for name, body in told] == [("end", 1)]


def test_too_many_streams_are_refused_and_closed_ones_give_their_place_back(
    organiser: Caller, service: Service
) -> None:
    made = organiser.post(f"{WEEK}/solves", {}).get_json()
    path = f"{V1}/solves/{made['id']}/events"
    opened = [organiser.client.get(path, headers=organiser.headers) for _ in range(48)]
    refused = organiser.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    for stream in opened:
        stream.close()
    organiser.get(path).close()


@pytest.mark.parametrize("tail", ["", "/events", "/result", "/problem", "/stop"])
def test_an_unknown_solve_is_not_found(tail: str, organiser: Caller, admin: Caller) -> None:
    for caller in (organiser, admin):
        answer = caller("POST" if tail == "/stop" else "GET", f"{V1}/solves/ghost{tail}")
        assert answer.status_code == 404
