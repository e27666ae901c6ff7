"""Proposals: two rosters side by side, one is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import EAST, V1, WEEK, Caller, Service, duties_of
from .test_solves import finished, result_of
from .towns import roster


def waiting(service: Service, caller: Caller) -> str:
    """The id of a finished solve whose roster waits."""
    made = caller.post(f"{WEEK}/solves", {"seconds": 5, "beside": True})
    assert made.get_json()["beside"] is True
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    result = result_of(roster(duties_of(caller)))
    assert service.store.queue.finish(claim.solve.id, claim.solve.attempt, "finished", result)
    found: str = made.get_json()["id"]
    return found


def proposals(caller: Caller) -> dict[str, Any]:
    answer = caller.get(f"{WEEK}/proposals")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json()
    return body


def test_a_waiting_roster_is_compared_with_the_draft_and_accepted(service: Service, organiser: Caller) -> None:
    finished(service, organiser, [])
    solve = waiting(service, organiser)
    found = proposals(organiser)
    (item,) = found["items"]
    assert (item["solve"]["id"], item["solve"]["roster_number"]) == (solve, None)
    assert item["quality"]["vacancies"] < found["draft"]["quality"]["vacancies"]
    assert item["people_changed"] == item["quality"]["serving"] > 0
    seen = {"number": found["draft"]["number"], "revision": found["draft"]["revision"]}
    stale = organiser.post(f"{V1}/solves/{solve}/accept", {"draft": seen | {"revision": 99}})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "conflict")
    taken = organiser.post(f"{V1}/solves/{solve}/accept", {"draft": seen})
    assert taken.status_code == 201
    assert taken.get_json()["number"] == seen["number"] + 1
    assert organiser.get(taken.headers["Location"]).get_json()["solve_id"] == solve
    assert proposals(organiser)["items"] == []


def test_where_there_is_no_draft_it_is_accepted_for_none(service: Service, organiser: Caller) -> None:
    solve = waiting(service, organiser)
    found = proposals(organiser)
    assert (found["draft"], found["items"][0]["people_changed"]) == (None, None)
    assert organiser.post(f"{V1}/solves/{solve}/accept", {"draft": None}).status_code == 201


def test_a_dismissed_one_is_gone(service: Service, organiser: Caller) -> None:
    solve = waiting(service, organiser)
    assert organiser.post(f"{V1}/solves/{solve}/dismiss").status_code == 204
    assert proposals(organiser)["items"] == []
    assert organiser.post(f"{V1}/solves/{solve}/accept", {}).status_code == 404


@pytest.mark.parametrize("what", ["accept", "dismiss"])
def test_a_solve_that_waits_for_nobody_is_not_found(service: Service, organiser: Caller, what: str) -> None:
    solve = finished(service, organiser)
    body = {} if what == "accept" else None
    assert organiser.post(f"{V1}/solves/{solve}/{what}", body).status_code == 404
    assert organiser.get(f"{EAST}/weeks/2026-11-30/proposals").status_code == 404
