"""The towns of one scenario each: reported figures, one legal roster, and what the pre-flight check says of them.

Each is made once for all tests; none is solved.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scheduler import document, towns
from scheduler.check import check
from scheduler.preflight import preflight

from .command import run
from .large_towns import MONDAY, built, loaded, posts, small_yinhu, witness

KEYS = [key for key in towns.KEYS if key not in towns.DEMO_KEYS]
STAFFED = [key for key in KEYS if key != "xiantao"]


def hour(instant: str) -> tuple[int, int]:
    at = datetime.fromisoformat(instant)
    return at.hour, at.minute


# --- all of them ----------------------------------------------------------------------------------------
def test_there_are_ten_towns_and_only_the_small_ones_are_loaded_by_a_fresh_installation() -> None:
    assert len(towns.KEYS) == 10
    assert towns.DEMO_KEYS == ("shouchang", "xincheng", "anguolu")


@pytest.mark.parametrize("key", ["chunjiang", "ruian_fleet", "xiangcheng", "yangxi"])
def test_the_same_seed_gives_the_same_document_and_another_seed_other_people(key: str) -> None:
    again, other = towns.make(key, 1, MONDAY), towns.make(key, 2, MONDAY)
    assert json.dumps(again, ensure_ascii=False) == json.dumps(built(key).document, ensure_ascii=False)
    assert [p["name"] for p in other["people"]] != [p["name"] for p in again["people"]]


def test_the_same_seed_gives_the_same_document_in_another_process(tmp_path: Path) -> None:
    """Sets of words are iterated in another order there."""
    out = tmp_path / "yinhu.json"
    run("town", "yinhu", "--start", MONDAY.isoformat(), "--people", 1_000, "--out", out)
    assert json.loads(out.read_bytes()) == small_yinhu()
    assert small_yinhu(seed=2) != small_yinhu()


@pytest.mark.parametrize("key", KEYS)
def test_a_town_can_be_staffed_within_the_law_as_far_as_it_can_be_staffed_at_all(key: str) -> None:
    problem, town = loaded(key), built(key)
    report = check(problem, witness(problem, town))
    assert [v.text.en for v in report.violations] == []
    post_of = {duty.id: duty.post for duty in problem.duties}
    vacant = Counter(post_of[v.duty] for v in report.vacancies for _ in range(v.count))
    assert vacant == Counter(post for post, _, _ in town.unfillable)


@pytest.mark.parametrize("key", STAFFED)
def test_no_seat_stays_empty_where_the_town_has_people_enough(key: str) -> None:
    assert built(key).unfillable == ()


@pytest.mark.parametrize("key", KEYS)
def test_names_and_numbers_are_unique_and_numbers_belong_to_nobody(key: str) -> None:
    people = built(key).document["people"]
    assert len({p["name"] for p in people}) == len({p["phone"] for p in people}) == len(people)
    assert all(p["phone"].startswith("154") and len(p["phone"]) == 11 for p in people)


@pytest.mark.parametrize("key", KEYS)
def test_the_week_before_was_rested(key: str) -> None:
    for person in built(key).document["people"]:
        past = person["history"]["recent"]
        times = [(datetime.fromisoformat(r["start"]), datetime.fromisoformat(r["end"])) for r in past]
        least = timedelta(hours=1 if key == "ruian_fleet" else 11)
        assert all(after[0] - before[1] >= least for before, after in pairwise(times)), person["id"]
        assert person["history"]["duties"] >= len(past)


@pytest.mark.parametrize("key", ["yinhu", "chunjiang", "ruian_fleet", "xiangcheng", "yangxi"])
def test_the_preflight_check_has_nothing_to_say_of_a_town_that_can_be_staffed(key: str) -> None:
    problem = document.load(small_yinhu()) if key == "yinhu" else loaded(key)
    assert preflight(problem) == []


# --- 春江 -----------------------------------------------------------------------------------------------
def test_chunjiang_has_29_checkpoints_388_places_on_13_routes_and_2000_people() -> None:
    doc = built("chunjiang").document
    assert len(doc["people"]) == 2_000
    assert len(posts("chunjiang", "checkpoint")) == 29 + 1  # and the truck inspection
    assert len(posts("chunjiang", "key_place")) == 388
    assert len(posts("chunjiang", "route")) == 13
    assert len(posts("chunjiang", "desk")) == len(posts("chunjiang", "command")) == 1


def test_each_key_place_lies_on_one_route_which_is_walked_and_reported_every_day() -> None:
    problem = loaded("chunjiang")
    route_of = {p["area"]: p["id"] for p in posts("chunjiang", "route")}
    places = Counter(route_of[p["area"]] for p in posts("chunjiang", "key_place"))
    assert set(places) == set(route_of.values())
    assert set(places.values()) <= {29, 30}
    walked = defaultdict(set)
    for duty, day in zip(problem.duties, problem.duty_day.tolist(), strict=True):
        if duty.post in places and duty.seat("inspector") and duty.seat("reporter"):
            walked[duty.post].add(day)
    assert walked == {route: set(range(7)) for route in places}


def test_the_truck_post_opens_overnight_and_every_truck_has_one_escort() -> None:
    problem = loaded("chunjiang")
    duties = [(d, int(day)) for d, day in zip(problem.duties, problem.duty_day, strict=True) if d.post == "truck-post"]
    inspections = [(d, day) for d, day in duties if d.kind == "shift"]
    assert {day for _, day in inspections} == {2, 3, 4, 5, 6}
    assert all(d.night for d, _ in inspections)
    escorts = [d for d, _ in duties if d.kind == "errand_run"]
    assert len(escorts) > 50
    assert {(s.position, s.min, s.max) for d in escorts for s in d.seats} == {("escort", 1, 1)}
    open_ = [(d.start, d.end) for d, _ in inspections]
    assert all(any(start <= d.start and d.end <= end for start, end in open_) for d in escorts)


# --- 仙桃 -----------------------------------------------------------------------------------------------
def test_xiantao_sends_1100_cadres_to_40_communities_over_days() -> None:
    doc = built("xiantao").document
    cadres = [p for p in doc["people"] if p["category"] == "cadre"]
    assert len(cadres) >= 1_100
    assert len({a for p in cadres for a in p["bound_areas"]}) == 40
    opens = datetime.fromisoformat(f"{MONDAY}T00:00:00+08:00").isoformat()
    arrivals = Counter(s["end"] for p in cadres for s in p.get("availability", ()) if s["start"] == opens
                       and s["status"] == "unavailable" and hour(s["end"]) == (12, 0))  # fmt: skip
    assert len(arrivals) == 4
    assert 0.3 < 1 - arrivals.total() / len(cadres) < 0.45
    assert all(p["history"]["recent"] == [] for p in cadres)


def test_xiantao_has_165_village_teams_of_3_7_people() -> None:
    teams = Counter(
        p["bound_posts"][0] for p in built("xiantao").document["people"] if p["contract"] == "village"
    )  # fmt: skip
    assert len(teams) == 165
    assert teams.total() == 603
    assert set(teams.values()) == {3, 4}


def test_xiantaos_villages_are_refused_before_solving_and_nothing_else_is() -> None:
    [notice] = preflight(loaded("xiantao"))
    assert (notice.severity, notice.code) == ("error", "too_few_people")
    assert "165 posts of 3.7 people" in notice.text.en
    assert "165 个点位平均只有 3.7 人" in notice.text.zh


def test_in_xiantao_only_villages_have_empty_seats() -> None:
    vacant = Counter(post for post, _, _ in built("xiantao").unfillable)
    assert len(vacant) == 165
    assert all(post.startswith("village-") for post in vacant)
    teams = Counter(p["bound_posts"][0] for p in built("xiantao").document["people"] if p["contract"] == "village")
    assert all(vacant[village] >= 42 - 6 * members for village, members in teams.items())


# --- 瑞安 -----------------------------------------------------------------------------------------------
def test_the_fleet_has_25_vehicles_and_32_drivers_who_know_manual_gearboxes() -> None:
    doc = built("ruian_fleet").document
    assert len(doc["vehicles"]) == 25
    drivers = [p for p in doc["people"] if p["contract"] == "driver"]
    assert len(drivers) == 32
    assert all({"id": "manual_gearbox"} in p["qualifications"] for p in drivers)
    assert {r["rule"] for r in doc["rules"]} >= {"vehicle", "standby_cover", "distance"}


def test_the_fleet_stands_by_around_the_clock_under_one_dispatch() -> None:
    problem = loaded("ruian_fleet")
    ready = [d for d in problem.duties if d.kind == "standby" and d.vehicle]
    for half in range(14):
        moment = datetime.fromisoformat(f"{MONDAY}T08:00:00+08:00") + timedelta(hours=12 * half)
        assert len({d.vehicle for d in ready if d.start <= moment < d.end}) == (5 if half % 2 else 9)
    desk = sorted((d.start, d.end) for d in problem.duties if d.post == "dispatch-centre")
    assert len(desk) == 21
    assert all(before[1] == after[0] for before, after in pairwise(desk))


def test_no_vehicle_of_the_fleet_is_in_two_places() -> None:
    used = defaultdict(list)
    for duty in loaded("ruian_fleet").duties:
        if duty.vehicle:
            used[duty.vehicle].append((duty.start, duty.end))
    assert len(used) == 25
    for times in used.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(times)))


def test_the_rescue_team_stands_by_from_7_to_22_in_crews_of_two_within_15_km() -> None:
    doc, problem = built("ruian_fleet").document, loaded("ruian_fleet")
    hours = defaultdict(list)
    for duty, start, end in zip(problem.duties, problem.duty_start.tolist(), problem.duty_end.tolist(), strict=True):
        if duty.seat("rescuer"):
            assert duty.kind == "standby"
            assert duty.seats[0].min == duty.seats[0].max == 2
            hours[duty.post].append((start, end))
    for times in hours.values():
        halves = sorted(times)
        assert [start % 1440 for start, _ in halves[::2]] == [7 * 60] * 7
        assert [end % 1440 for _, end in halves[1::2]] == [22 * 60] * 7
        assert all(early[1] == late[0] for early, late in zip(halves[::2], halves[1::2], strict=True))
    assert any(r["rule"] == "distance" and r["hard"] and r["km"] == 15 for r in doc["rules"])


def test_each_of_1004_grids_has_somebody_responsible_every_day() -> None:
    doc, problem = built("ruian_grids").document, loaded("ruian_grids")
    assert len(doc["people"]) == 6_000
    asked = Counter(d.post for d in problem.duties if (s := d.seat("responsible")) and s.min == s.max == 1)
    assert len(asked) == 1_004
    assert set(asked.values()) == {7}


def test_head_and_vice_head_of_each_grid_stand_in_for_one_another() -> None:
    doc = built("ruian_grids").document
    [pairs] = [r["groups"] for r in doc["rules"] if r["rule"] == "deputies"]
    home = {p["id"]: p.get("bound_posts", [None])[0] for p in doc["people"]}
    assert len({home[head] for head, _ in pairs}) == 1_004
    assert all(home[head] == home[vice] for head, vice in pairs)


# --- 相城 -----------------------------------------------------------------------------------------------
def test_xiangcheng_has_102_special_teams_with_687_people() -> None:
    teams = Counter(p["unit"] for p in built("xiangcheng").document["people"] if p["contract"] == "team")
    assert len(teams) == 102
    assert teams.total() == 687


def test_xiangchengs_teams_fill_gaps_by_time_slot() -> None:
    problem = loaded("xiangcheng")
    gaps = [d for d in problem.duties if d.kind == "task"]
    assert {d.end - d.start for d in gaps} == {timedelta(hours=4)}
    assert {s.position for d in gaps for s in d.seats} == {"gap_filler"}
    assert {s.min for d in gaps for s in d.seats} == {1, 2, 3}


def test_a_mediator_who_goes_for_an_hour_is_never_of_a_stations_minimum() -> None:
    doc, problem = built("xiangcheng").document, loaded("xiangcheng")
    hours = [d for d in problem.duties if d.seat("mediator")]
    assert len(hours) == 90
    assert {d.end - d.start for d in hours} == {timedelta(hours=1)}
    mediators = [p for p in doc["people"] if {"id": "mediator"} in p.get("qualifications", [])]
    assert len(mediators) == 204
    assert all({"id": "leader"} not in p["qualifications"] for p in mediators)
    least = [s for d in problem.duties if d.kind == "shift" for s in d.seats if s.min]
    assert all(s.qualifications == ("leader",) for s in least)


# --- 洋溪 -----------------------------------------------------------------------------------------------
def test_yangxi_has_15_compound_grids_with_four_named_roles_and_deputies_each() -> None:
    doc = built("yangxi").document
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for person in doc["people"]:
        if person["contract"] == "named":
            [role] = person["qualifications"]
            named[person["area"]][role["id"]] += 1
    assert len(named) == 15
    assert all(len(roles) == 4 and set(roles.values()) == {2} for roles in named.values())
    [pairs] = [r["groups"] for r in doc["rules"] if r["rule"] == "deputies"]
    assert len(pairs) == 60


def test_yangxis_colours_say_what_a_post_is() -> None:
    kinds = defaultdict(set)
    for post in built("yangxi").document["posts"]:
        kinds[post["colour"]].add(post["type"])
    assert kinds["red"] == {"goods"}
    assert kinds["yellow"] == {"checkpoint"}
    assert kinds["green"] == {"testing"}
    assert kinds["white"] == {"lane"}


def test_yangxis_second_exit_is_held_around_the_clock_by_volunteers_of_eight_sources() -> None:
    doc, problem = built("yangxi").document, loaded("yangxi")
    sources = Counter(p["unit"] for p in doc["people"] if p.get("bound_posts") == ["post-exit"])
    assert len(sources) == 8
    assert sources.total() >= 100
    times = sorted((d.start, d.end) for d in problem.duties if d.post == "post-exit")
    assert times[-1][1] - times[0][0] == timedelta(days=7)
    assert all(before[1] == after[0] for before, after in pairwise(times))
