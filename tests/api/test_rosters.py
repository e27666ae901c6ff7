"""Rosters: versions, edits, publication, checks, differences, substitutes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from .conftest import EAST, WEEK, Caller, Service, duties_of, fault_paths
from .towns import roster

DRAFT = f"{WEEK}/rosters/draft"


def first(caller: Caller) -> dict[str, Any]:
    """The first assignment of the draft."""
    found: dict[str, Any] = caller.get(DRAFT).get_json()["assignments"][0]
    return {k: v for k, v in found.items() if k != "pinned"}


def test_a_draft_is_made_once_by_hand(organiser: Caller, draft: TestResponse) -> None:
    assert draft.get_json()["state"] == "draft"
    body = {"assignments": roster(duties_of(organiser))}
    assert organiser.put(DRAFT, body).status_code == 428
    assert organiser.put(DRAFT, body, headers={"If-None-Match": "*"}).status_code == 412


def test_a_draft_is_replaced_as_a_whole(organiser: Caller, draft: TestResponse) -> None:
    fewer = {"assignments": roster(duties_of(organiser))[:10]}
    answer = organiser.put(DRAFT, fewer, match=draft.headers["ETag"])
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["number"] == draft.get_json()["number"]
    assert len(organiser.get(DRAFT).get_json()["assignments"]) == 10


def test_a_draft_that_names_what_does_not_exist_is_refused_with_all_paths(organiser: Caller) -> None:
    duty = duties_of(organiser)[0]["id"]
    body = {
        "assignments": [
            {"person": "ghost", "duty": duty, "position": "verify"},
            {"person": "p01", "duty": "ghost", "position": "verify"},
            {"person": "p02", "duty": duty, "position": "ghost"},
        ]
    }
    answer = organiser.put(DRAFT, body, headers={"If-None-Match": "*"})
    assert answer.status_code == 422
    assert set(fault_paths(answer)) == {
        "assignments[0].person",
        "assignments[1].duty",
        "assignments[2].position",
    }
    assert organiser.get(DRAFT).status_code == 404


def test_faults_beyond_a_thousand_are_counted_and_not_listed(organiser: Caller) -> None:
    body = {"assignments": [{"person": 7, "duty": "d", "position": "p"}] * 3000}
    answer = organiser.put(DRAFT, body, headers={"If-None-Match": "*"}).get_json()
    assert len(answer["faults"]) == 1000
    assert "3000" in answer["message"]


def test_an_edit_tells_what_it_breaks_costs_and_fills(organiser: Caller, draft: TestResponse) -> None:
    gone = first(organiser)
    answer = organiser.patch(DRAFT, {"remove": [gone]}, match=draft.headers["ETag"])
    assert answer.status_code == 200, answer.get_json()
    found = answer.get_json()
    assert found["consequences"]["legal"]
    assert found["consequences"]["vacancy_change"] > 0
    assert answer.headers["ETag"] == f'"{found["roster"]["revision"]}"'
    back = organiser.patch(DRAFT, {"add": [gone]}, match=answer.headers["ETag"])
    assert back.get_json()["consequences"]["vacancy_change"] < 0


def test_an_edit_that_breaks_a_rule_is_told_and_kept_for_publication_to_refuse(
    organiser: Caller, draft: TestResponse
) -> None:
    duties = sorted(duties_of(organiser), key=lambda d: (d["start"], d["id"]))
    taken = {"person": "p01", "duty": duties[1]["id"], "position": "verify"}
    twice = {"person": "p00", "duty": duties[1]["id"], "position": "verify"}
    answer = organiser.patch(DRAFT, {"remove": [taken], "add": [twice]}, match=draft.headers["ETag"])
    violations = answer.get_json()["consequences"]["violations"]
    assert {v["person"] for v in violations} == {"p00"}
    refused = organiser.post(f"{DRAFT}/publish", {"published": None}, match=answer.headers["ETag"])
    assert (refused.status_code, refused.get_json()["code"]) == (422, "rules_broken")
    assert refused.get_json()["details"]["violations"]
    assert organiser.get(f"{WEEK}/rosters/published").status_code == 404
    reasoned = {"published": None, "override_reason": "无人可派"}
    forced = organiser.post(f"{DRAFT}/publish", reasoned, match=answer.headers["ETag"])
    assert (forced.status_code, forced.get_json()["override_reason"]) == (200, "无人可派")


def test_all_faults_of_an_edit_come_at_once(organiser: Caller, draft: TestResponse) -> None:
    here = first(organiser)
    body = {
        "remove": [here | {"person": "p17"}],
        "add": [here, {"person": "ghost", "duty": "ghost", "position": "x"}],
        "pin": [here | {"person": "p16"}],
    }
    answer = organiser.patch(DRAFT, body, match=draft.headers["ETag"])
    assert set(fault_paths(answer)) == {"remove[0]", "add[0]", "add[1].person", "add[1].duty", "pin[0]"}
    assert organiser.get(DRAFT).headers["ETag"] == draft.headers["ETag"]


def test_an_assignment_is_pinned_and_unpinned(organiser: Caller, draft: TestResponse) -> None:
    here = first(organiser)
    pinned = organiser.patch(DRAFT, {"pin": [here]}, match=draft.headers["ETag"])
    assert [a for a in organiser.get(DRAFT).get_json()["assignments"] if a.get("pinned")] == [here | {"pinned": True}]
    organiser.patch(DRAFT, {"unpin": [here]}, match=pinned.headers["ETag"])
    assert not [a for a in organiser.get(DRAFT).get_json()["assignments"] if a.get("pinned")]


def test_an_edit_of_a_stale_draft_changes_nothing(organiser: Caller, draft: TestResponse) -> None:
    gone = first(organiser)
    organiser.patch(DRAFT, {"remove": [gone]}, match=draft.headers["ETag"])
    late = organiser.patch(DRAFT, {"pin": []}, match=draft.headers["ETag"])
    assert late.status_code == 412
    assert late.get_json()["details"]["revision"] == int(late.headers["ETag"].strip('"'))
    assert organiser.patch(DRAFT, {}).status_code == 428


def test_publishing_freezes_a_version(organiser: Caller, published: TestResponse) -> None:
    body = published.get_json()
    assert (body["state"], body["number"], body["override_reason"]) == ("published", 1, None)
    assert body["published_by"]
    assert organiser.get(DRAFT).status_code == 404
    assert organiser.get(f"{WEEK}/rosters/1").get_json()["state"] == "published"
    assert organiser.patch(DRAFT, {}, match=1).status_code == 404


def test_of_two_organisers_who_publish_the_second_gets_a_conflict(
    service: Service, organiser: Caller, draft: TestResponse
) -> None:
    second = service.caller("town-admin")
    body, tag = {"published": None}, draft.headers["ETag"]
    answers = [caller.post(f"{DRAFT}/publish", body, match=tag) for caller in (organiser, second)]
    assert answers[0].status_code == 200
    assert (answers[1].status_code, answers[1].get_json()["code"]) == (409, "published_meanwhile")
    assert answers[1].get_json()["details"] == {"published": 1}
    assert organiser.get(f"{WEEK}/rosters").get_json()["total"] == 1


def at_once(service: Service, login: str, calls: int, send: Callable[[Caller, int], TestResponse]) -> list[int]:
    """The status of so many calls made at the same moment."""
    callers = [service.caller(login) for _ in range(calls)]
    together = Barrier(calls)

    def one(i: int) -> int:
        together.wait()
        return send(callers[i], i).status_code

    with ThreadPoolExecutor(calls) as pool:
        return sorted(pool.map(one, range(calls)))


def test_of_many_who_publish_at_the_same_moment_one_does(service: Service, draft: TestResponse) -> None:
    tag = draft.headers["ETag"]
    found = at_once(service, "organiser", 6, lambda c, _: c.post(f"{DRAFT}/publish", {"published": None}, match=tag))
    assert found[0] == 200
    assert set(found[1:]) <= {409, 412}


def test_of_many_who_edit_at_the_same_moment_one_does(service: Service, draft: TestResponse) -> None:
    here = first(service.caller("organiser"))
    tag = draft.headers["ETag"]
    found = at_once(service, "organiser", 6, lambda c, _: c.patch(DRAFT, {"pin": [here]}, match=tag))
    assert found == [200] + [412] * 5


def test_of_many_who_add_the_same_thing_at_the_same_moment_one_does(service: Service) -> None:
    found = at_once(service, "organiser", 6, lambda c, i: c.post(f"{EAST}/units", {"id": "new", "name": f"名{i}"}))
    assert found == [201] + [409] * 5


def test_who_has_not_seen_the_published_version_may_not_replace_it(organiser: Caller, published: TestResponse) -> None:
    again = organiser.post(f"{WEEK}/rosters", {"based_on": 1})
    assert again.status_code == 201, again.get_json()
    unseen = organiser.post(f"{DRAFT}/publish", {"published": None}, match=again.headers["ETag"])
    assert unseen.status_code in (409, 412)
    seen = organiser.post(f"{DRAFT}/publish", {"published": 1}, match=again.headers["ETag"])
    assert (seen.status_code, seen.get_json()["number"]) == (200, 2)
    states = {h["number"]: h["state"] for h in organiser.get(f"{WEEK}/rosters").get_json()["items"]}
    assert states == {1: "superseded", 2: "published"}


def test_publishing_wants_a_revision_and_what_was_seen(organiser: Caller, draft: TestResponse) -> None:
    assert organiser.post(f"{DRAFT}/publish", {"published": None}).status_code == 428
    answer = organiser.post(f"{DRAFT}/publish", {}, match=draft.headers["ETag"])
    assert fault_paths(answer) == {"published": "required"}
    assert organiser.post(f"{DRAFT}/publish", {"published": None}, match=99).status_code == 412


def test_a_draft_is_discarded(organiser: Caller, draft: TestResponse) -> None:
    assert organiser.delete(DRAFT).status_code == 428
    assert organiser.delete(DRAFT, match=99).status_code == 412
    assert organiser.delete(DRAFT, match=draft.headers["ETag"]).status_code == 204
    assert organiser.get(DRAFT).status_code == 404


def test_a_draft_from_an_earlier_version_starts_equal(organiser: Caller, published: TestResponse) -> None:
    organiser.post(f"{WEEK}/rosters", {"based_on": 1})
    found = organiser.get(f"{WEEK}/diff").get_json()
    assert found == {"people": 0, "changes": []}
    assert organiser.post(f"{WEEK}/rosters", {"based_on": 1}).status_code == 409
    assert organiser.post(f"{WEEK}/rosters", {"based_on": 9}).status_code == 404


def test_a_difference_says_who_gains_and_loses_what(organiser: Caller, published: TestResponse) -> None:
    made = organiser.post(f"{WEEK}/rosters", {"based_on": 1})
    here = first(organiser)
    edit = {"remove": [here], "add": [here | {"person": "p17"}]}
    organiser.patch(DRAFT, edit, match=made.headers["ETag"])
    found = organiser.get(f"{WEEK}/diff?before=1&after=draft").get_json()
    assert found["people"] == 2
    assert {c["person"] for c in found["changes"]} == {"p00", "p17"}
    assert all(c["text"]["zh"] and c["text"]["en"] for c in found["changes"])


@pytest.mark.parametrize("which", ["7", "dratf", "-1", "1.0", "9999999999999"])
def test_a_version_that_is_not_there_is_not_found(which: str, organiser: Caller, draft: TestResponse) -> None:
    assert organiser.get(f"{WEEK}/rosters/{which}").status_code == 404
    assert organiser.get(f"{WEEK}/diff?before=draft&after={which}").status_code == 404


def test_a_legal_roster_checks_clean(organiser: Caller, draft: TestResponse) -> None:
    report = organiser.get(f"{DRAFT}/check").get_json()
    assert (report["legal"], report["violations"], report["vacancies"]) == (True, [], [])


def test_a_check_says_why_a_seat_is_vacant_in_the_language_asked_for(organiser: Caller, draft: TestResponse) -> None:
    organiser.patch(DRAFT, {"remove": [first(organiser)]}, match=draft.headers["ETag"])
    zh, en = (organiser.get(f"{DRAFT}/check?lang={lang}").get_json()["vacancies"][0] for lang in ("zh", "en"))
    assert zh["reason"] == zh["reasons"]["zh"]
    assert en["reason"] == en["reasons"]["en"] != zh["reason"]


def test_consequences_of_a_trial_store_nothing(organiser: Caller, draft: TestResponse) -> None:
    answer = organiser.post(f"{DRAFT}/consequences", {"remove": [first(organiser)]})
    assert answer.get_json()["vacancy_change"] > 0
    assert organiser.get(DRAFT).headers["ETag"] == draft.headers["ETag"]


def test_substitutes_are_ranked_and_the_others_are_said_to_be_out(organiser: Caller, draft: TestResponse) -> None:
    here = first(organiser)
    query = f"duty={here['duty']}&position=verify&leaving={here['person']}&limit=3"
    found = organiser.get(f"{DRAFT}/substitutes?{query}").get_json()
    assert len(found["candidates"]) == 3
    scores = [c["score"] for c in found["candidates"]]
    assert scores == sorted(scores, reverse=True)
    assert all(c["name"] for c in found["candidates"])
    assert all(e["text"]["zh"] and e["rule"] for e in found["excluded"])
    assert "p01" in {e["person"] for e in found["excluded"]}  # serves the other post at the same hours


def test_substitutes_for_an_unknown_seat_are_refused(organiser: Caller, draft: TestResponse) -> None:
    here = first(organiser)
    unknown_duty = organiser.get(f"{DRAFT}/substitutes?duty=ghost&position=verify")
    assert fault_paths(unknown_duty) == {"query.duty": "unknown_id"}
    unknown_position = organiser.get(f"{DRAFT}/substitutes?duty={here['duty']}&position=ghost")
    assert fault_paths(unknown_position) == {"query.position": "unknown_id"}
    nothing = organiser.get(f"{DRAFT}/substitutes")
    assert fault_paths(nothing) == {"query.duty": "required", "query.position": "required"}
