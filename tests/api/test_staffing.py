"""Posts opened, staffed and closed in one step by the API, and edits that are tried before they are made."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.staffing import is_night, parts
from scheduler.problem import Demand, StaffingTemplate

from .conftest import EAST, WEEK, Caller, Service, duties_of, fault_paths
from .towns import MONDAY

AHEAD = date.today() + timedelta(days=14 - date.today().weekday())
COMING = f"{EAST}/weeks/{AHEAD}"
ZONE = ZoneInfo("Asia/Shanghai")
TEAM = StaffingTemplate("team", "队", (Demand("verify"),))


@pytest.fixture
def coming(organiser: Caller) -> str:
    """A week that lies ahead."""
    assert organiser.post(f"{EAST}/weeks", {"start": AHEAD.isoformat()}).status_code == 201
    return COMING


def opening(**more: Any) -> dict[str, Any]:
    return {
        "name": "南渡口",
        "area": "village",
        "template": "team",
        "start": f"{AHEAD}T20:00:00+08:00",
        "end": f"{AHEAD + timedelta(days=1)}T06:00:00+08:00",
        "part_hours": 4,
    } | more


def test_a_post_is_opened_with_its_duties_in_one_call(organiser: Caller, coming: str) -> None:
    answer = organiser.post(f"{coming}/openings", opening())
    assert answer.status_code == 201, answer.get_json()
    made = answer.get_json()
    assert [d["start"][11:16] for d in made["duties"]] == ["20:00", "00:00", "04:00"]
    assert [d.get("night", False) for d in made["duties"]] == [False, True, False]
    assert organiser.get(f"{EAST}/posts/{made['post']}").get_json()["name"] == "南渡口"
    assert {d["id"] for d in made["duties"]} <= {d["id"] for d in duties_of(organiser, coming)}


def test_an_opening_that_cannot_be_stores_nothing_and_says_all(organiser: Caller, coming: str) -> None:
    before = organiser.get(f"{EAST}/posts").get_json()["total"]
    wrong = opening(template="none", area="moon", end=f"{AHEAD}T10:00:00+08:00")
    answer = organiser.post(f"{coming}/openings", wrong)
    assert fault_paths(answer).keys() == {"template", "area", "end"}
    outside = opening(
        start=f"{AHEAD + timedelta(days=9)}T20:00:00+08:00", end=f"{AHEAD + timedelta(days=10)}T06:00:00+08:00"
    )
    assert organiser.post(f"{coming}/openings", outside).status_code == 422
    assert organiser.get(f"{EAST}/posts").get_json()["total"] == before


def test_staffing_is_tried_then_applied(organiser: Caller, coming: str) -> None:
    two = {"id": "two", "name": "双人", "seats": [{"position": "verify", "min": 2, "ideal": 2, "max": 2}]}
    assert organiser.post(f"{EAST}/staffing-templates", two).status_code == 201
    body = {"posts": ["bridge", "market"], "template": "two", "pattern": "three", "first_day": AHEAD.isoformat()}
    tried = organiser.post(f"{coming}/staffing", body | {"dry_run": True}).get_json()
    (week,) = tried["weeks"]
    assert [(p["seats_come"], p["seats_go"]) for p in week["posts"]] == [(21, 0), (21, 0)]
    assert (week["week"], week["state"], week["seats_come"]) == (AHEAD.isoformat(), None, 42)
    assert {d["seats"][0].get("min", 1) for d in duties_of(organiser, coming)} == {1}
    done = organiser.post(f"{coming}/staffing", body).get_json()
    assert done == tried | {"applied": True}
    assert {d["seats"][0]["min"] for d in duties_of(organiser, coming)} == {2}
    later = AHEAD + timedelta(days=7)
    assert organiser.post(f"{EAST}/weeks", {"start": later.isoformat()}).status_code == 201
    weeks = organiser.post(f"{coming}/staffing", body | {"onwards": True}).get_json()["weeks"]
    assert [(w["week"], w["seats_come"]) for w in weeks] == [(AHEAD.isoformat(), 0), (later.isoformat(), 42)]
    assert {d["seats"][0]["min"] for d in duties_of(organiser, f"{EAST}/weeks/{later}")} == {2}
    as_they_are = {"posts": ["bridge"], "first_day": AHEAD.isoformat()}
    assert organiser.post(f"{coming}/staffing", as_they_are).get_json()["weeks"][0]["seats_come"] == 0
    half = organiser.post(f"{coming}/staffing", as_they_are | {"template": "two"})
    assert fault_paths(half) == {"pattern": "required"}


def test_a_post_is_closed_from_a_moment_on(organiser: Caller, coming: str) -> None:
    moment = f"{AHEAD + timedelta(days=2)}T00:00:00+08:00"
    tried = organiser.post(f"{coming}/closings", {"post": "bridge", "moment": moment, "dry_run": True}).get_json()
    assert len(tried["weeks"][0]["go"]) == 15
    assert organiser.post(f"{coming}/closings", {"post": "bridge", "moment": moment}).get_json()["applied"] is True
    assert sum(d.get("post") == "bridge" for d in duties_of(organiser, coming)) == 6
    late = organiser.post(f"{coming}/closings", {"post": "bridge", "moment": f"{AHEAD + timedelta(days=30)}T00:00:00Z"})
    assert fault_paths(late) == {"moment": "outside_week"}


def test_last_week_s_people_are_copied_once(organiser: Caller, published: Any, coming: str) -> None:
    answer = organiser.post(f"{coming}/copies")
    assert answer.status_code == 201
    copied = organiser.get(f"{coming}/rosters/{answer.get_json()['number']}").get_json()
    assert copied["origin"] == "copy"
    assert len(copied["assignments"]) == 42
    assert organiser.post(f"{coming}/copies").status_code == 409


def test_only_who_may_change_posts_and_duties_may_do_so(service: Service, organiser: Caller, coming: str) -> None:
    for login in ("dispatcher", "inspector", "leader"):
        assert service.caller(login).post(f"{coming}/openings", opening()).status_code == 403
    limited = service.role("organiser", limited=True)
    assert limited.post(f"{coming}/openings", opening()).status_code == 403
    assert service.caller("other").post(f"{coming}/openings", opening()).status_code == 404


# --- edits tried before they are made -------------------------------------------------------------------


def test_many_targets_are_judged_in_one_call_and_can_be_sent_as_they_are(organiser: Caller, draft: Any) -> None:
    held = organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"]
    mine = held[0]
    others = [a["duty"] for a in held[1:20]]
    body = {"person": mine["person"], "leaving": mine["duty"], "targets": [{"duty": d} for d in others]}
    items = organiser.post(f"{WEEK}/rosters/draft/targets", body).get_json()["items"]
    assert [i["duty"] for i in items] == others
    assert all(i["sentence"] for i in items)
    best = next(i for i in items if i["legal"])
    assert len(best["add"]) == 2, "both seats are taken: they change places"
    edit = {"remove": best["remove"], "add": best["add"]}
    answer = organiser.patch(f"{WEEK}/rosters/draft", edit, match=draft.headers["ETag"])
    assert answer.status_code == 200
    assert answer.get_json()["consequences"]["legal"] is True
    assert answer.get_json()["consequences"]["cost_change"] == best["cost_change"]
    back = {"remove": best["add"], "add": best["remove"]}
    assert organiser.patch(f"{WEEK}/rosters/draft", back, match=answer.headers["ETag"]).status_code == 200
    assert organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"] == held


def test_a_seat_is_handed_to_somebody_else(organiser: Caller, draft: Any) -> None:
    held = organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"]
    mine = held[0]
    seat = {"duty": mine["duty"], "position": mine["position"], "instead": mine["person"]}
    others = sorted({a["person"] for a in held} - {mine["person"]})
    body = {
        "person": mine["person"],
        "leaving": mine["duty"],
        "targets": [seat | {"person": other} for other in (*others, "ghost")],
    }
    wrong = organiser.post(f"{WEEK}/rosters/draft/targets", body)
    assert fault_paths(wrong) == {f"targets[{len(others)}].person": "unknown_id"}
    body["targets"].pop()
    items = organiser.post(f"{WEEK}/rosters/draft/targets", body).get_json()["items"]
    assert {i["legal"] for i in items} == {True, False}, "some of them rest or serve then"
    taken, best = next((other, i) for other, i in zip(others, items, strict=True) if i["legal"])
    assert (best["remove"], [a["person"] for a in best["add"]]) == ([mine], [taken])
    assert f"人员{taken}换下人员{mine['person']}" in best["does"]


def test_unknown_people_and_seats_are_named(organiser: Caller, draft: Any) -> None:
    body = {"person": "ghost", "leaving": "x", "targets": [{"duty": "y"}]}
    answer = organiser.post(f"{WEEK}/rosters/draft/targets", body)
    assert fault_paths(answer).keys() == {"person", "leaving", "targets[0].duty"}


def test_teams_have_names_and_pins(organiser: Caller, draft: Any) -> None:
    seat = organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"][0]
    organiser.patch(f"{WEEK}/rosters/draft", {"pin": [seat]}, match=draft.headers["ETag"])
    (member,) = organiser.post(f"{WEEK}/rosters/draft/teams", {"duties": [seat["duty"]]}).get_json()["items"]
    assert member == {**seat, "pinned": True, "name": f"人员{seat['person']}"}


def test_two_people_are_compared_for_a_seat(organiser: Caller, draft: Any) -> None:
    seat = organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"][0]
    query = f"duty={seat['duty']}&position=verify&leaving={seat['person']}"
    found = organiser.get(f"{WEEK}/rosters/draft/compare?{query}&one=p16&two=p17").get_json()["people"]
    assert [f["person"] for f in found] == ["p16", "p17"]
    assert all(f["minutes"] % 480 == 0 for f in found)
    wrong = organiser.get(f"{WEEK}/rosters/draft/compare?{query}&one=ghost&two=p17")
    assert fault_paths(wrong) == {"query.one": "unknown_id"}


def test_the_first_edit_of_a_published_roster_starts_a_draft(organiser: Caller, published: Any) -> None:
    seat = organiser.get(f"{WEEK}/rosters/published").get_json()["assignments"][0]
    edit = {"remove": [seat], "based_on": 1}
    assert organiser.patch(f"{WEEK}/rosters/draft", edit).status_code == 428
    stale = organiser.patch(f"{WEEK}/rosters/draft", edit | {"based_on": 7}, headers={"If-None-Match": "*"})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "published_meanwhile")
    answer = organiser.patch(f"{WEEK}/rosters/draft", edit, headers={"If-None-Match": "*"})
    assert answer.status_code == 200, answer.get_json()
    assert (answer.get_json()["roster"]["number"], answer.get_json()["roster"]["based_on"]) == (2, 1)
    again = organiser.patch(f"{WEEK}/rosters/draft", edit, headers={"If-None-Match": "*"})
    assert again.status_code == 412


def test_a_week_without_any_roster_can_be_filled_seat_by_seat(organiser: Caller) -> None:
    duty = duties_of(organiser)[0]["id"]
    body = {"person": "p01", "targets": [{"duty": duty}]}
    (item,) = organiser.post(f"{WEEK}/rosters/draft/targets", body).get_json()["items"]
    assert item["legal"] is True
    answer = organiser.patch(f"{WEEK}/rosters/draft", {"add": item["add"]}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert organiser.get(f"{WEEK}/rosters/draft").get_json()["assignments"] == item["add"]


def test_a_limited_organiser_neither_sees_nor_moves_what_lies_outside(service: Service, draft: Any) -> None:
    limited = service.role("organiser", limited=True)
    seat = limited.get(f"{WEEK}/rosters/draft").get_json()["assignments"][0]
    body = {"person": seat["person"], "targets": [{"duty": seat["duty"]}]}
    answer = limited.post(f"{WEEK}/rosters/draft/targets", body)
    assert fault_paths(answer) == {"person": "unknown_id"}, "nobody belongs to the village"


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(lambda t: t.replace(second=0, microsecond=0))


@given(instants, st.integers(1, 72 * 60), st.sampled_from((None, 4, 6, 8, 12)))
def test_the_parts_of_an_opening_follow_each_other_without_a_gap(
    start: datetime, minutes: int, hours: int | None
) -> None:
    begin = start.replace(tzinfo=ZONE)
    end = begin + timedelta(minutes=minutes)
    made = parts("p", TEAM, begin, end, hours, ZONE)
    assert (made[0].start, made[-1].end) == (begin, end)
    assert all(one.end == other.start for one, other in pairwise(made))
    assert len({d.id for d in made}) == len(made)
    assert all(hours is None or d.end - d.start <= timedelta(hours=hours) for d in made)


def test_a_night_holds_three_of_the_small_hours() -> None:
    def night(start: int, hours: float) -> bool:
        begin = datetime.fromisoformat(f"{MONDAY}T{start:02}:00").replace(tzinfo=ZONE)
        return is_night(begin, begin + timedelta(hours=hours), ZONE)

    assert [night(20, 6.9), night(20, 7), night(3, 3), night(4, 8), night(8, 12), night(8, 19)] == [
        False, True, True, False, False, True,
    ]  # fmt: skip
