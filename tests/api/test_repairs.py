"""Repairs: drop-outs, alternatives, acceptance."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from scheduler import document, repair
from scheduler.solver import Options

from .conftest import EAST, WEEK, Caller, Service, fault_paths

ABSENCE = {"person": "p00", "start": "2026-03-02T00:00:00+08:00", "end": "2026-03-09T00:00:00+08:00"}
BEFORE = "2026-03-01T08:00:00+08:00"


def asked(organiser: Caller, **body: Any) -> TestResponse:
    return organiser.post(f"{WEEK}/repairs", {"now": BEFORE, "seconds": 5} | body)


@pytest.fixture
def dropped(organiser: Caller, published: TestResponse) -> str:
    """The id of a drop-out of the published week."""
    found: str = organiser.post(f"{EAST}/absences", ABSENCE).get_json()["id"]
    return found


@pytest.fixture
def repaired(service: Service, organiser: Caller, dropped: str) -> str:
    """The id of a repair that the worker has finished."""
    made = asked(organiser, absences=[dropped])
    assert made.status_code == 202, made.get_json()
    claim = service.store.queue.claim("worker", 60)
    assert claim is not None
    assert claim.absences is not None
    problem = document.load(document.loads(claim.problem))
    absent = document.absences_from_json(problem, document.loads(claim.absences))
    result = repair.repair(problem, [repair.Absence(*one) for one in absent], Options(seconds=60, seed=1))
    assert service.store.queue.finish(claim.solve.id, claim.solve.attempt, "finished", result.as_json())
    found: str = made.get_json()["id"]
    return found


def test_a_repair_is_a_solve_of_its_own_kind(service: Service, organiser: Caller, dropped: str) -> None:
    answer = asked(organiser)
    body = answer.get_json()
    assert (answer.status_code, body["kind"], body["week"]) == (202, "repair", "2026-03-02")
    assert service.woken == [True]
    found = organiser.get(f"{EAST}/repairs/{body['id']}").get_json()
    assert found["alternatives"] is None
    assert [a["person"] for a in found["absences"]] == ["p00"]
    too_early = organiser.post(f"{EAST}/repairs/{body['id']}/accept", {"alternative": 1})
    assert (too_early.status_code, too_early.get_json()["code"]) == (409, "not_ready")


def test_a_repair_needs_a_published_roster_and_dropouts(organiser: Caller, draft: TestResponse) -> None:
    assert asked(organiser).status_code == 404
    organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    nothing = asked(organiser)
    assert (nothing.status_code, nothing.get_json()["code"]) == (422, "nothing_to_do")
    assert fault_paths(asked(organiser, absences=["ghost", "phantom"])) == {
        "absences[0]": "unknown_id",
        "absences[1]": "unknown_id",
    }
    assert fault_paths(asked(organiser, absences=[])) == {"absences": "too_short"}
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 0


def test_alternatives_say_what_each_changes(organiser: Caller, repaired: str) -> None:
    found = organiser.get(f"{EAST}/repairs/{repaired}").get_json()
    alternatives = found["alternatives"]
    assert 1 <= len(alternatives) <= 3
    best = alternatives[0]
    assert not any(a["person"] == "p00" for a in best["assignments"])
    assert best["people_moved"] >= 1
    assert best["text"]["zh"]
    assert best["changes"][0]["text"]["en"]


def test_an_alternative_becomes_the_draft_and_its_publication_covers_the_dropout(
    organiser: Caller, repaired: str, dropped: str
) -> None:
    taken = organiser.post(f"{EAST}/repairs/{repaired}/accept", {"alternative": 1})
    assert (taken.status_code, taken.get_json()["state"]) == (200, "draft"), taken.get_json()
    assert (taken.get_json()["origin"], taken.get_json()["based_on"]) == ("repair", 1)
    assert organiser.get(f"{EAST}/absences/{dropped}").get_json()["state"] == "reported"
    published = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": 1}, match=taken.headers["ETag"])
    assert published.status_code == 200, published.get_json()
    assert organiser.get(f"{EAST}/absences/{dropped}").get_json()["state"] == "covered"


def test_an_alternative_is_published_at_once(organiser: Caller, repaired: str, dropped: str) -> None:
    taken = organiser.post(f"{EAST}/repairs/{repaired}/accept", {"alternative": 1, "publish": True})
    assert (taken.status_code, taken.get_json()["state"]) == (200, "published"), taken.get_json()
    assert organiser.get(f"{EAST}/absences/{dropped}").get_json()["state"] == "covered"
    again = organiser.post(f"{EAST}/repairs/{repaired}/accept", {"alternative": 1, "publish": True})
    assert again.status_code == 409


def test_a_repair_of_a_roster_that_was_replaced_meanwhile_is_a_conflict(organiser: Caller, repaired: str) -> None:
    made = organiser.post(f"{WEEK}/rosters", {"based_on": 1})
    here = organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"][-1]
    edit = organiser.patch(f"{WEEK}/rosters/draft", {"remove": [here]}, match=made.headers["ETag"])
    body = {"published": 1, "override_reason": "另有安排"}
    replaced = organiser.post(f"{WEEK}/rosters/draft/publish", body, match=edit.headers["ETag"])
    assert replaced.status_code == 200, replaced.get_json()
    assert organiser.post(f"{EAST}/repairs/{repaired}/accept", {"alternative": 1}).status_code == 409
    assert organiser.get(f"{WEEK}/rosters/draft").status_code == 404


def test_a_draft_that_exists_is_replaced_only_when_asked(organiser: Caller, repaired: str) -> None:
    organiser.post(f"{WEEK}/rosters", {"based_on": 1})
    accept = f"{EAST}/repairs/{repaired}/accept"
    assert organiser.post(accept, {"alternative": 1}).status_code == 409
    assert organiser.post(accept, {"alternative": 1, "replace_draft": True}).status_code == 200


def test_an_alternative_that_is_not_there_is_refused(organiser: Caller, repaired: str) -> None:
    accept = f"{EAST}/repairs/{repaired}/accept"
    assert fault_paths(organiser.post(accept, {"alternative": 9})) == {"alternative": "too_big"}
    assert fault_paths(organiser.post(accept, {"alternative": 0})) == {"alternative": "too_small"}
    assert fault_paths(organiser.post(accept, {})) == {"alternative": "required"}


def test_a_solve_of_a_week_is_no_repair(organiser: Caller) -> None:
    solve = organiser.post(f"{WEEK}/solves", {}).get_json()["id"]
    assert organiser.get(f"{EAST}/repairs/{solve}").status_code == 404
    assert organiser.post(f"{EAST}/repairs/{solve}/accept", {"alternative": 1}).status_code == 404


def test_a_dropout_outside_the_week_is_not_repaired(organiser: Caller, published: TestResponse) -> None:
    later = {"start": "2026-03-09T00:00:00+08:00", "end": "2026-03-10T00:00:00+08:00"}
    organiser.post(f"{EAST}/absences", ABSENCE | later)
    assert asked(organiser).get_json()["code"] == "nothing_to_do"
