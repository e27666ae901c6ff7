"""What a volunteer's card says."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from api.pages.duty_card import FreeDays, card, days_of, map_link
from models.records import PublishedDuty
from scheduler.problem import Duty
from tests.factories import MONDAY, ZONE, at, duty, run, seat, serves, shift

SHANGHAI = ZoneInfo(ZONE)
TEAM = (seat("lead"), seat("verify", 2))


def held(of: Duty, position: str, *team: str) -> PublishedDuty:
    return PublishedDuty(MONDAY, 1, of, position, serves(*team), None)


def test_the_card_names_the_leader_to_the_others_and_says_so_to_the_leader() -> None:
    late = shift("late", 0, "late", TEAM)
    team = ("ann late lead", "bob late")
    assert card(held(late, "verify", *team), "bob", SHANGHAI).leader == "ann"
    lead = card(held(late, "lead", *team), "ann", SHANGHAI)
    assert (lead.leader, lead.leads, lead.others) == (None, True, ("bob",))


def test_the_handover_is_from_the_same_position_of_the_shift_that_ends_then() -> None:
    early, late = shift("early", 0, "early", TEAM), shift("late", 0, "late", TEAM)
    made = serves("cai early lead", "dan early", "ann late lead", "bob late")
    found = card(held(late, "verify", "ann late lead", "bob late"), "bob", SHANGHAI, (early, late), made)
    assert found.handover is not None
    assert (found.handover.people, found.handover.kind) == (("dan",), "D")


def test_the_handover_falls_back_on_whoever_leads_there() -> None:
    early, late = shift("early", 0, "early", TEAM), shift("late", 0, "late", TEAM)
    found = card(held(late, "verify", "bob late"), "bob", SHANGHAI, (early, late), serves("cai early lead"))
    assert found.handover is not None
    assert found.handover.people == ("cai",)


def test_the_card_says_who_comes_when_the_duty_ends() -> None:
    early, late = shift("early", 0, "early", TEAM), shift("late", 0, "late", TEAM)
    team, next_team = serves("cai early lead", "dan early"), serves("ann late lead", "bob late")
    served = PublishedDuty(MONDAY, 1, early, "verify", team, None, later=(late,), relieving=next_team)
    found = card(served, "dan", SHANGHAI)
    assert found.relief is not None
    assert (found.relief.people, found.relief.kind) == (("bob",), "E")
    assert card(held(late, "verify", "bob late"), "bob", SHANGHAI).relief is None


def test_a_map_is_asked_for_by_longitude_and_latitude_of_the_world() -> None:
    address = map_link("桥头卡口 & 东", 29.5, 119.2)
    assert address.startswith("https://uri.amap.com/marker?position=119.200000%2C29.500000&")
    assert "coordinate=wgs84" in address
    assert " & " not in address


def test_another_post_or_a_gap_of_a_minute_is_no_handover() -> None:
    late = shift("late", 0, "late", TEAM)
    elsewhere = shift("early", 0, "early", TEAM, post="market")
    sooner = duty("sooner", 0, 6, 7.98, TEAM)
    made = serves("cai early", "dan sooner")
    assert card(held(late, "verify", "bob late"), "bob", SHANGHAI, (elsewhere, sooner, late), made).handover is None


def test_an_errand_run_has_no_handover() -> None:
    errand = run("r", 0, 9, place="药店")
    assert card(held(errand, "run", "bob r run"), "bob", SHANGHAI, (errand,), ()).handover is None


def test_a_drop_out_counts_when_it_touches_the_duty_at_all() -> None:
    late = held(shift("late", 0, "late", TEAM), "verify", "bob late")
    touching = (at(0, 21.5), at(0, 23))
    after = (at(0, 22), at(0, 23))
    assert card(late, "bob", SHANGHAI, reported=[touching]).reported
    assert not card(late, "bob", SHANGHAI, reported=[after]).reported


def test_free_days_between_duties_are_one_entry() -> None:
    first = card(held(shift("a", 0, "early"), "verify", "bob a"), "bob", SHANGHAI)
    second = card(held(shift("b", 3, "early"), "verify", "bob b"), "bob", SHANGHAI)
    found = days_of([first, second], date(2026, 3, 2), date(2026, 3, 6))
    assert found == [
        first,
        FreeDays(date(2026, 3, 3), date(2026, 3, 4)),
        second,
        FreeDays(date(2026, 3, 6), date(2026, 3, 6)),
    ]


def test_a_duty_from_midnight_is_known_because_people_mistake_the_day() -> None:
    midnight = card(held(duty("n", 1, 0, 8, TEAM, night=True), "verify", "bob n"), "bob", SHANGHAI)
    assert midnight.from_midnight
    assert not card(held(shift("e", 1, "early"), "verify", "bob e"), "bob", SHANGHAI).from_midnight
