"""Gaps offered to teams: partial claims, returns, legality, links, and two teams at one seat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.publishing import same_people
from models.audit import AuditFilter
from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment, Term

from ..thorough import examples
from .conftest import EAST, V1, WEEK, Caller, Service, duties_of, fault_paths
from .towns import roster

DAY = date(2026, 3, 2)
SUNDAY = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
SEAT = ("bridge/2026-03-04/early", "verify")
SLOT = {"duty": SEAT[0], "position": SEAT[1]}
UNTIL = "2026-03-03T20:00:00+08:00"
TEAMS = {"red": ("p00", "p01", "p11"), "blue": ("p03", "p04", "p05")}
"""Free on Wednesday, all but p11, who comes from the night before."""


class At:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = SUNDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(service: Service) -> Iterator[At]:
    """The service on the Sunday before the week, with two teams of three people."""
    at = At()
    store = Store(str(service.store.database.url.render_as_string(hide_password=False)), at)
    service.app.extensions["sanban_store"], before = store, service.store
    service.store = store
    for unit, people in TEAMS.items():
        store.things.add("east", "units", Term(unit, f"{unit}队"))
        for person in people:
            held = store.things.get("east", "people", person)
            store.things.change("east", "people", _in(held.value, unit), held.revision)
    yield at
    store.close()
    service.store = before


def _in(person: Any, unit: str) -> Any:
    return replace(person, unit=unit)


def needing(organiser: Caller, heads: int) -> None:
    """Let the early shift of Wednesday at the bridge ask for so many, and publish with nobody there."""
    address = f"{WEEK}/duties/{SEAT[0]}"
    got = organiser.get(address)
    body = got.get_json()
    body["seats"] = [{"position": "verify", "min": heads, "ideal": heads, "max": heads}]
    assert organiser.put(address, body, match=got.headers["ETag"]).status_code == 200
    made = [a for a in roster(duties_of(organiser)) if a["duty"] != SEAT[0]]
    draft = organiser.put(f"{WEEK}/rosters/draft", {"assignments": made}, headers={"If-None-Match": "*"})
    assert draft.status_code == 201
    done = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    assert done.status_code == 200, done.get_json()


def link(organiser: Caller, unit: str) -> str:
    made = organiser.post(f"{EAST}/units/{unit}/links", {"days": 7})
    assert made.status_code == 201
    found: str = made.get_json()["token"]
    return f"{V1}/teams/{found}"


def offer(organiser: Caller, *units: str, **more: Any) -> dict[str, Any]:
    made = organiser.post(f"{WEEK}/gaps/offers", {"units": list(units), "slots": [SLOT], "until": UNTIL} | more)
    assert made.status_code == 201, made.get_json()
    return {one["unit"]: one["id"] for one in made.get_json()["items"]}


def claims(offer_id: str, *people: str) -> dict[str, Any]:
    return SLOT | {"offer": offer_id, "people": list(people)}


def able(caller: Caller, team: str, offer_id: str) -> list[str]:
    """Who of a team may take the seat by the rules."""
    query = f"offer={offer_id}&duty={SEAT[0]}&position={SEAT[1]}"
    listed = caller.get(f"{team}/choices?{query}").get_json()["items"]
    return [c["person"] for c in listed if c["legal"]]


def on_seat(service: Service) -> list[str]:
    version = service.store.rosters.get("east", DAY, "published")
    return [a.person for a in version.assignments if (a.duty, a.position) == SEAT]


def test_two_of_five_are_claimed_and_one_is_given_back(service: Service, organiser: Caller, clock: At) -> None:
    needing(organiser, 5)
    (gap,) = organiser.get(f"{WEEK}/gaps").get_json()["items"]
    assert (gap["short"], gap["needed"]) == (5, 5)
    offers, captain = offer(organiser, "red"), service.caller()
    red = link(organiser, "red")
    fit = able(captain, red, offers["red"])
    assert len(fit) >= 2
    made = captain.post(f"{red}/claims", claims(offers["red"], *fit[:2]))
    assert made.status_code == 201, made.get_json()
    assert sorted(on_seat(service)) == sorted(fit[:2])
    (gap,) = organiser.get(f"{WEEK}/gaps").get_json()["items"]
    assert gap["short"] == 3
    shown = captain.get(red).get_json()["offers"][0]
    assert sorted(c["person"] for c in shown["claims"]) == sorted(fit[:2])
    first = made.get_json()["items"][0]
    returned = captain.delete(f"{red}/offers/{offers['red']}/claims/{first['id']}")
    assert returned.status_code == 204
    assert on_seat(service) == [p for p in fit[:2] if p != first["person"]]
    assert captain.delete(f"{red}/offers/{offers['red']}/claims/{first['id']}").status_code == 404
    log = service.store.audit.page(_all(), 1, 50).items
    assert "team:red" in {entry.actor for entry in log if entry.noun == "gap_claim"}


def _all() -> Any:
    return AuditFilter(town="east")


def test_nobody_claims_against_the_rules_with_others_people_or_too_many(
    service: Service, organiser: Caller, clock: At
) -> None:
    needing(organiser, 2)
    offers, captain = offer(organiser, "red"), service.caller()
    red = link(organiser, "red")
    fit = able(captain, red, offers["red"])
    assert fit == ["p00", "p01"]
    foreign = captain.post(f"{red}/claims", claims(offers["red"], "p03", "p00"))
    assert fault_paths(foreign) == {"people[0]": "unknown_id"}
    broken = captain.post(f"{red}/claims", claims(offers["red"], "p00", "p11"))
    assert (broken.status_code, broken.get_json()["code"]) == (422, "rules_broken")
    assert on_seat(service) == []
    service.store.amendments.amend("east", DAY, 1, [], [Assignment("p03", *SEAT)], by="test")
    many = captain.post(f"{red}/claims", claims(offers["red"], *fit[:2]))
    assert (many.status_code, many.get_json()["code"], many.get_json()["details"]) == (409, "seat_taken", {"open": 1})
    assert on_seat(service) == ["p03"]


def test_after_the_deadline_and_after_closing_nothing_moves(service: Service, organiser: Caller, clock: At) -> None:
    needing(organiser, 3)
    offers, captain = offer(organiser, "red", "blue"), service.caller()
    red, blue = link(organiser, "red"), link(organiser, "blue")
    made = captain.post(f"{red}/claims", claims(offers["red"], able(captain, red, offers["red"])[0])).get_json()
    assert organiser.post(f"{EAST}/gap-offers/{offers['blue']}/close").get_json()["open"] is False
    closed = captain.post(f"{blue}/claims", claims(offers["blue"], "p03"))
    assert closed.status_code == 404  # a closed offer is gone from the team's page
    clock.now += timedelta(days=2, hours=12)
    late = captain.post(f"{red}/claims", claims(offers["red"], "p01"))
    assert (late.status_code, late.get_json()["code"]) == (409, "offer_over")
    back = captain.delete(f"{red}/offers/{offers['red']}/claims/{made['items'][0]['id']}")
    assert (back.status_code, back.get_json()["code"]) == (409, "offer_over")
    assert len(on_seat(service)) == 1


def test_two_teams_at_one_seat_never_both_get_it(service: Service, organiser: Caller, clock: At) -> None:
    needing(organiser, 1)
    offers = offer(organiser, "red", "blue")
    links = {unit: link(organiser, unit) for unit in TEAMS}
    best = {unit: able(service.caller(), links[unit], offers[unit])[0] for unit in TEAMS}
    for _ in range(12):
        barrier, got = threading.Barrier(2), dict[str, Any]()

        def claim(unit: str, barrier: threading.Barrier = barrier, got: dict[str, Any] = got) -> None:
            caller = service.caller()
            barrier.wait()
            got[unit] = caller.post(f"{links[unit]}/claims", claims(offers[unit], best[unit]))

        threads = [threading.Thread(target=claim, args=(unit,)) for unit in TEAMS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status_code for answer in got.values()) == [201, 409]
        winner = next(unit for unit, answer in got.items() if answer.status_code == 201)
        assert on_seat(service) == [best[winner]]
        made = got[winner].get_json()["items"][0]["id"]
        back = service.caller().delete(f"{links[winner]}/offers/{offers[winner]}/claims/{made}")
        assert back.status_code == 204


def test_what_cannot_be_offered_is_said_all_at_once(service: Service, organiser: Caller, clock: At) -> None:
    body = {"units": ["red"], "slots": [SLOT], "until": UNTIL}
    early = organiser.post(f"{WEEK}/gaps/offers", body)
    assert (early.status_code, early.get_json()["code"]) == (409, "not_published")
    needing(organiser, 1)
    wrong = {
        "units": ["red", "green"],
        "slots": [SLOT, {"duty": "market/2026-03-02/early", "position": "verify"}],
        "until": "2026-02-28T20:00:00+08:00",
    }
    found = fault_paths(organiser.post(f"{WEEK}/gaps/offers", wrong))
    assert found == {"units[1]": "unknown_id", "slots[1]": "no_gap", "until": "in_the_past"}
    assert organiser.get(f"{WEEK}/gaps").get_json()["offers"] == []
    first, again = offer(organiser, "red"), offer(organiser, "red", until="2026-03-03T21:00:00+08:00")
    assert first == again


def test_a_teams_link_opens_nothing_else_and_ends_when_it_is_revoked(
    service: Service, organiser: Caller, clock: At
) -> None:
    needing(organiser, 1)
    offers = offer(organiser, "red")
    red, blue = link(organiser, "red"), link(organiser, "blue")
    captain = service.caller()
    assert captain.get(blue).get_json()["offers"] == []
    stolen = captain.post(f"{blue}/claims", claims(offers["red"], "p03"))
    assert stolen.status_code == 404
    token = red.rsplit("/", 1)[1]
    assert service.caller(Authorization=f"Bearer {token}").get(f"{EAST}/people").status_code == 401
    assert service.caller("other").get(f"{V1}/towns/west/units/red/links").status_code == 404
    listed = organiser.get(f"{EAST}/units/red/links").get_json()["items"]
    assert [one["open"] for one in listed] == [True]
    assert token not in str(listed)
    assert organiser.delete(f"{EAST}/units/red/links").get_json() == {"revoked": 1}
    gone = captain.get(red)
    assert (gone.status_code, gone.get_json()["code"]) == (410, "gone")
    clock.now += timedelta(days=8)
    assert captain.get(blue).status_code == 410


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whoever_is_claimed_in_whatever_order_the_roster_stays_legal_and_never_too_full(
    data: st.DataObject, service: Service, organiser: Caller, clock: At
) -> None:
    """Each step is a claim or a return; refused ones leave everything as it was."""
    if service.store.rosters.find("east", DAY, "published") is None:
        needing(organiser, 3)
    offers = offer(organiser, *TEAMS)
    links = {unit: _known_link(service, organiser, unit) for unit in TEAMS}
    captain = service.caller()
    problem = document.load(service.store.weeks.problem_document("east", DAY))
    for _ in range(data.draw(st.integers(1, 4))):
        unit = data.draw(st.sampled_from(sorted(TEAMS)))
        people = data.draw(st.lists(st.sampled_from(TEAMS[unit]), min_size=1, max_size=3, unique=True))
        before = service.store.rosters.get("east", DAY, "published").assignments
        if data.draw(st.booleans()):
            answer = captain.post(f"{links[unit]}/claims", claims(offers[unit], *people))
        else:
            mine = captain.get(links[unit]).get_json()["offers"][0]["claims"]
            which = mine[0]["id"] if mine else "none"
            answer = captain.delete(f"{links[unit]}/offers/{offers[unit]}/claims/{which}")
        after = service.store.rosters.get("east", DAY, "published").assignments
        assert answer.status_code in (201, 204, 404, 409, 422)
        assert same_people(before, after) == (answer.status_code > 299)
        assert check.check(problem, after).legal
        assert len(on_seat(service)) <= 3


_links: dict[tuple[int, str], str] = {}


def _known_link(service: Service, organiser: Caller, unit: str) -> str:
    """One link for all examples."""
    key = (id(service), unit)
    if key not in _links:
        _links[key] = link(organiser, unit)
    return _links[key]
