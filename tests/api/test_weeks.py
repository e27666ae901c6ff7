"""Weeks, duties, pre-flight, and the problem document of a week."""

from __future__ import annotations

import pytest

from scheduler import document as documents

from .conftest import EAST, WEEK, Caller, Service, duties_of, fault_paths
from .towns import MONDAY

NEXT = "2026-03-09"
RUN = {
    "id": "run-1",
    "kind": "errand_run",
    "start": "2026-03-03T09:00+08:00",
    "end": "2026-03-03T11:00+08:00",
    "name": "送药",
    "place": "卫生所",
    "seats": [{"position": "verify"}],
}


def test_a_week_is_made_from_templates(organiser: Caller) -> None:
    made = organiser.post(f"{EAST}/weeks", {"start": NEXT})
    assert made.status_code == 201
    assert made.get_json() == {"start": NEXT, "days": 7, "revision": 1}
    assert len(duties_of(organiser, made.headers["Location"])) == 2 * 3 * 7


def test_a_week_is_copied_from_the_one_before_with_its_roster(organiser: Caller, draft: object) -> None:
    organiser.post(f"{WEEK}/duties", RUN)
    made = organiser.post(f"{EAST}/weeks", {"start": NEXT, "source": "previous", "with_roster": True})
    assert made.status_code == 201, made.get_json()
    copied = duties_of(organiser, made.headers["Location"])
    assert len(copied) == 2 * 3 * 7 + 1
    assert [d["start"][:10] for d in copied if d.get("name") == "送药"] == ["2026-03-10"]
    roster = organiser.get(f"{made.headers['Location']}/rosters/draft").get_json()
    assert roster["origin"] == "copy"
    assert len(roster["assignments"]) == 2 * 3 * 7


def test_an_empty_week_has_no_duties(organiser: Caller) -> None:
    made = organiser.post(f"{EAST}/weeks", {"start": NEXT, "source": "empty"})
    assert duties_of(organiser, made.headers["Location"]) == []


@pytest.mark.parametrize("days", [0, -1, 60, 36, "7", 7.0, True, None])
def test_a_horizon_that_cannot_be_is_refused(days: object, organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/weeks", {"start": NEXT, "days": days})
    assert (answer.status_code, set(fault_paths(answer))) == (422, {"days"})
    assert organiser.get(f"{EAST}/weeks").get_json()["total"] == 1


def test_all_faults_of_a_new_week_come_at_once(organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/weeks", {"start": "2026-02-30", "days": 0, "source": "thin air", "colour": 1})
    assert fault_paths(answer) == {
        "start": "not_a_date",
        "days": "too_small",
        "source": "not_one_of",
        "colour": "unknown_field",
    }


@pytest.mark.parametrize("start", [MONDAY, "2026-03-05", "2026-02-28"])
def test_overlapping_weeks_are_refused(start: str, organiser: Caller) -> None:
    assert organiser.post(f"{EAST}/weeks", {"start": start}).status_code == 409


def test_a_roster_is_copied_only_from_the_week_before(organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/weeks", {"start": NEXT, "with_roster": True})
    assert fault_paths(answer) == {"with_roster": "needs_previous"}


def test_a_week_that_was_never_published_is_removed(organiser: Caller) -> None:
    assert organiser.delete(WEEK).status_code == 428
    assert organiser.delete(WEEK, match=9).status_code == 412
    assert organiser.delete(WEEK, match=1).status_code == 204
    assert organiser.get(WEEK).status_code == 404


def test_a_published_week_stays(organiser: Caller, published: object) -> None:
    revision = organiser.get(WEEK).headers["ETag"]
    assert organiser.delete(WEEK, match=revision).status_code == 409


@pytest.mark.parametrize("week", ["2026-02-30", "2026-3-2", "tomorrow", "1969-12-31", "2026-03-03"])
def test_a_week_that_is_not_there_is_not_found(week: str, organiser: Caller) -> None:
    assert organiser.get(f"{EAST}/weeks/{week}").status_code == 404


def test_duties_can_be_listed_by_date_and_post(organiser: Caller) -> None:
    found = organiser.get(f"{WEEK}/duties?date=2026-03-04&post=bridge").get_json()
    assert found["total"] == 3
    assert {d["post"] for d in found["items"]} == {"bridge"}
    assert set(found["revisions"]) == {d["id"] for d in found["items"]}


def test_a_duty_is_added_changed_and_taken_out(organiser: Caller) -> None:
    added = organiser.post(f"{WEEK}/duties", RUN)
    assert added.status_code == 201, added.get_json()
    where = added.headers["Location"]
    changed = organiser.put(where, RUN | {"place": "新卫生所"}, match=added.headers["ETag"])
    assert (changed.status_code, changed.get_json()["place"]) == (200, "新卫生所")
    assert organiser.put(where, RUN, match=added.headers["ETag"]).status_code == 412
    assert organiser.delete(where).status_code == 428
    assert organiser.delete(where, match=changed.headers["ETag"]).status_code == 204
    assert organiser.get(where).status_code == 404


def test_a_duty_made_from_a_template_is_found_at_its_address(organiser: Caller) -> None:
    duty = duties_of(organiser)[0]
    assert "/" in duty["id"]
    assert organiser.get(f"{WEEK}/duties/{duty['id']}").get_json() == duty


def test_a_duty_with_faults_is_refused_with_all_of_them(organiser: Caller) -> None:
    bad = RUN | {"end": "2026-03-03T08:00+08:00", "seats": [{"position": "verify", "min": 3, "ideal": 1, "max": 2}]}
    assert {"end", "seats[0].min"} <= set(fault_paths(organiser.post(f"{WEEK}/duties", bad)))
    unknown = RUN | {"post": "ghost", "seats": [{"position": "ghost"}]}
    assert set(fault_paths(organiser.post(f"{WEEK}/duties", unknown))) == {"post", "seats[0].position"}
    outside = RUN | {"start": "2026-04-03T09:00+08:00", "end": "2026-04-03T11:00+08:00"}
    assert set(fault_paths(organiser.post(f"{WEEK}/duties", outside))) == {"start"}
    assert len(duties_of(organiser)) == 42


def test_preflight_speaks_in_both_languages(organiser: Caller, service: Service) -> None:
    for i in range(4, 18):
        key = f"p{i:02d}"
        assert organiser.delete(f"{EAST}/people/{key}", match=1).status_code == 204
    organiser.put(
        f"{EAST}/rules",
        {"rules": [{"rule": "max_hours", "hours": 16, "window_days": 7}]},
        match=organiser.get(f"{EAST}/rules").headers["ETag"],
    )
    answer = organiser.get(f"{WEEK}/preflight")
    assert answer.status_code == 200
    notices = answer.get_json()["notices"]
    assert any(n["severity"] == "error" for n in notices), notices
    assert all(n["text"]["zh"] and n["text"]["en"] for n in notices)


def test_the_problem_document_of_a_week_loads(organiser: Caller) -> None:
    problem = documents.load(organiser.get(f"{WEEK}/problem").get_json())
    assert (len(problem.people), len(problem.duties)) == (18, 42)


def test_a_town_without_people_says_so_and_nothing_is_queued(admin: Caller) -> None:
    admin.post("/api/v1/towns", {"id": "empty", "name": "空镇"})
    admin.post("/api/v1/towns/empty/weeks", {"start": MONDAY, "source": "empty"})
    week = f"/api/v1/towns/empty/weeks/{MONDAY}"
    notices = admin.get(f"{week}/preflight").get_json()["notices"]
    assert [(n["code"], n["severity"]) for n in notices] == [("no_people", "error"), ("no_duties", "error")]
    answer = admin.post(f"{week}/solves", {})
    assert answer.status_code == 422
    assert "no_people" in fault_paths(answer).values()
    assert admin.get("/api/v1/towns/empty/solves").get_json()["total"] == 0
