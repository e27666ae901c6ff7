"""Accounts that are limited to areas: what they see and may touch, tried over the service on two villages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.rights import Member
from api.scope import Scope, scope_of
from models.records import Role
from models.store import Store
from scheduler.document import load
from scheduler.problem import Area, Duty, Person, Post

from ..thorough import examples
from .conftest import EAST, PASSWORD, V1, WEEK, Caller, Service, duties_of
from .towns import MONDAY, document, person

AREAS = ("town", "north", "grid", "south")
HERE, THERE = "bridge", "market"
"""The post in the north's grid, and the one in the south."""


def villages() -> dict[str, Any]:
    """The small town with a tree of areas: the bridge lies in a grid of the north, the market in the south.

    p00 to p05 live in the north, p06 to p11 in the south; p12 is bound to the bridge; nobody knows of the others.
    """
    made = document()
    parents = {"north": "town", "grid": "north", "south": "town"}
    made["areas"] = [{"id": a, "name": a} | ({"parent": parents[a]} if a in parents else {}) for a in AREAS]
    for post, area in zip(made["posts"], ("grid", "south"), strict=True):
        post["area"] = area
    made["people"] = [person(f"p{i:02d}", area="north" if i < 6 else "south") for i in range(12)]
    made["people"] += [person("p12", bound_posts=[HERE])] + [person(f"p{i}") for i in range(13, 18)]
    made["town"]["id"] = "villages"
    return made


BASE = f"{V1}/towns/villages"
OF_WEEK = f"{BASE}/weeks/{MONDAY}"
NORTH = {*(f"p{i:02d}" for i in range(6)), "p12"}


class Villages:
    """The town with an account of any role, limited to any areas."""

    def __init__(self, service: Service) -> None:
        self.service, self.store = service, service.store
        self.store.load_town(villages())

    def caller(self, role: Role, *areas: str) -> Caller:
        login = f"{role} {len(self.store.accounts.list())}"
        self.store.accounts.create(login, login, PASSWORD, role, "villages", areas or None)
        return self.service.caller().sign_in(login)

    def publish(self, seats: dict[str, str]) -> None:
        """A published roster with these people on these duties."""
        organiser = self.caller("organiser")
        wanted = [{"person": p, "duty": d, "position": "verify"} for d, p in seats.items()]
        draft = organiser.put(f"{OF_WEEK}/rosters/draft", {"assignments": wanted}, headers={"If-None-Match": "*"})
        body = {"published": None, "override_reason": None}
        done = organiser.post(f"{OF_WEEK}/rosters/draft/publish", body, match=draft.headers["ETag"])
        assert done.status_code == 200, done.get_json()

    def duties(self, post: str) -> list[str]:
        found = duties_of(self.caller("organiser"), OF_WEEK)
        return [d["id"] for d in sorted(found, key=lambda d: d["start"]) if d["post"] == post]


@pytest.fixture
def town(service: Service) -> Villages:
    return Villages(service)


def ids(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.get_json()
    return {item["id"] for item in answer.get_json()["items"]}


def test_posts_areas_people_and_duties_are_those_of_the_area_and_below(town: Villages) -> None:
    leader = town.caller("point_leader", "north")
    assert ids(leader.get(f"{BASE}/posts")) == {HERE}
    assert ids(leader.get(f"{BASE}/areas")) == {"north", "grid"}
    assert ids(leader.get(f"{BASE}/people?page_size=100")) == NORTH
    assert leader.get(f"{BASE}/people?page_size=100").get_json()["total"] == len(NORTH)
    assert ids(leader.get(f"{OF_WEEK}/duties?page_size=500")) == set(town.duties(HERE))
    assert ids(leader.get(f"{BASE}/positions")) == {"verify"}
    for path in ("posts/market", "areas/south", "people/p06", "people/p13", "people/p06/duties?start=a"):
        assert leader.get(f"{BASE}/{path}").status_code == 404, path
    outside = town.duties(THERE)[0]
    assert leader.get(f"{OF_WEEK}/duties/{outside}").status_code == 404
    for path in ("posts/bridge", "areas/grid", "people/p12", f"weeks/{MONDAY}/duties/{town.duties(HERE)[0]}"):
        assert leader.get(f"{BASE}/{path}").status_code == 200, path


def test_an_account_that_lost_its_last_area_sees_nothing(town: Villages) -> None:
    leader = town.caller("point_leader", "south")
    organiser = town.caller("organiser")
    body = villages()["posts"][1] | {"area": "north"}
    assert organiser.put(f"{BASE}/posts/market", body, match=1).status_code == 200
    for i in range(6, 12):
        changed = organiser.put(f"{BASE}/people/p{i:02d}", person(f"p{i:02d}", area="town"), match=1)
        assert changed.status_code == 200, changed.get_json()
    assert organiser.delete(f"{BASE}/areas/south", match=1).status_code == 204
    assert ids(leader.get(f"{BASE}/people")) == set()
    assert ids(leader.get(f"{BASE}/posts")) == set()


def test_a_roster_shows_the_teams_here_and_what_people_of_here_do_elsewhere(town: Villages) -> None:
    here, there = town.duties(HERE), town.duties(THERE)
    town.publish({here[0]: "p00", here[4]: "p06", there[8]: "p01", there[12]: "p07"})
    leader = town.caller("point_leader", "north")
    found = leader.get(f"{OF_WEEK}/rosters/published").get_json()
    assert {(a["person"], a["duty"]) for a in found["assignments"]} == {
        ("p00", here[0]),
        ("p06", here[4]),
        ("p01", there[8]),
    }
    assert {d["id"] for d in found["duties"]} == {*here, there[8]}
    report = leader.get(f"{OF_WEEK}/rosters/published/check").get_json()
    assert {v["duty"] for v in report["vacancies"]} == set(here) - {here[0], here[4]}
    board = leader.client.get(f"/towns/villages/weeks/{MONDAY}").get_data(as_text=True)
    assert "bridge卡口" in board
    assert "人员p06" in board
    for hidden in ("market卡口", "人员p07", "人员p01", "south"):
        assert hidden not in board, hidden
    people = leader.client.get(f"/towns/villages/weeks/{MONDAY}?view=people").get_data(as_text=True)
    assert "人员p01" in people
    assert "人员p07" not in people
    panel = f"/towns/villages/weeks/{MONDAY}/seat?duty="
    assert leader.client.get(panel + here[0]).status_code == 200
    assert leader.client.get(panel + there[0]).status_code == 404


def test_presence_and_drop_outs_are_recorded_for_people_of_here_and_for_guests_while_they_serve(
    town: Villages,
) -> None:
    here, there = town.duties(HERE), town.duties(THERE)
    town.publish({here[0]: "p06", there[12]: "p07"})
    leader = town.caller("point_leader", "north")
    day, whole = ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"), ("2026-03-01T00:00:00Z", "2026-03-09T00:00:00Z")

    def report(person_id: str, span: tuple[str, str]) -> int:
        return leader.post(f"{BASE}/absences", {"person": person_id, "start": span[0], "end": span[1]}).status_code

    assert report("p00", day) == 201
    assert report("p06", whole) == 201
    assert report("p06", ("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")) == 404
    assert report("p07", whole) == 404
    organiser = town.caller("organiser")
    body = {"person": "p07", "start": whole[0], "end": whole[1]}
    hidden = organiser.post(f"{BASE}/absences", body).get_json()["id"]
    assert len(ids(leader.get(f"{BASE}/absences"))) == 2
    assert leader.get(f"{BASE}/absences/{hidden}").status_code == 404
    assert leader.delete(f"{BASE}/absences/{hidden}").status_code == 404
    said = f"{OF_WEEK}/acknowledgements"
    assert leader.post(said, {"person": "p06", "duty": here[0]}).status_code == 200
    assert leader.post(said, {"person": "p07", "duty": there[12]}).status_code == 404
    assert organiser.post(said, {"person": "p07", "duty": there[12]}).status_code == 200
    assert [a["person"] for a in leader.get(said).get_json()["items"]] == ["p06"]


def test_people_stay_where_their_organiser_can_see_them(town: Villages) -> None:
    organiser = town.caller("organiser", "north")
    new = person("new", area="north")
    assert organiser.post(f"{BASE}/people", new).status_code == 201
    for area in ("south", "town"):
        refused = organiser.post(f"{BASE}/people", person("other", area=area))
        assert (refused.status_code, refused.get_json()["code"]) == (403, "outside_areas")
    assert organiser.put(f"{BASE}/people/new", new | {"area": "south"}, match=1).status_code == 403
    assert organiser.put(f"{BASE}/people/p06", person("p06", area="north"), match=1).status_code == 404
    assert organiser.delete(f"{BASE}/people/p06", match=1).status_code == 404
    assert organiser.post(f"{BASE}/people/p06/links", {}).status_code == 404
    assert organiser.post(f"{BASE}/people/p00/links", {}).status_code == 201
    assert organiser.post(f"{BASE}/posts", {"id": "x", "name": "x", "area": "north"}).status_code == 403


def test_seats_here_are_filled_with_people_of_here(town: Villages) -> None:
    here, there = town.duties(HERE), town.duties(THERE)
    whole = town.caller("organiser")
    seats = [{"person": "p06", "duty": here[0], "position": "verify"}]
    made = whole.put(f"{OF_WEEK}/rosters/draft", {"assignments": seats}, headers={"If-None-Match": "*"})
    organiser = town.caller("organiser", "north")

    def edit(match: Any, **body: Any) -> Any:
        return organiser.patch(f"{OF_WEEK}/rosters/draft", body, match=match)

    def seat(who: str, duty: str) -> list[dict[str, str]]:
        return [{"person": who, "duty": duty, "position": "verify"}]

    tag = made.headers["ETag"]
    assert edit(tag, add=seat("p00", there[5])).status_code == 403
    assert edit(tag, add=seat("p07", here[5])).status_code == 403
    done = edit(tag, add=seat("p00", here[5]), remove=seats)
    assert done.status_code == 200, done.get_json()
    ranking = organiser.get(f"{OF_WEEK}/rosters/draft/substitutes?duty={here[9]}&position=verify&limit=50").get_json()
    assert {c["person"] for c in ranking["candidates"]} <= NORTH
    assert ranking["candidates"]
    asked = f"{OF_WEEK}/rosters/draft/substitutes?duty={there[9]}&position=verify"
    assert organiser.get(asked).status_code == 422
    assert organiser.delete(f"{OF_WEEK}/duties/{there[9]}", match=1).status_code == 404
    assert organiser.delete(f"{OF_WEEK}/rosters/draft", match=done.headers["ETag"]).status_code == 403


def test_a_repair_is_the_matter_of_those_who_look_after_all_its_drop_outs(town: Villages) -> None:
    here, there = town.duties(HERE), town.duties(THERE)
    town.publish({here[0]: "p00", there[12]: "p07"})
    whole, north = town.caller("dispatcher"), town.caller("dispatcher", "north")
    span = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-09T00:00:00Z"}
    absences = {p: whole.post(f"{BASE}/absences", {"person": p} | span).get_json()["id"] for p in ("p00", "p07")}
    asked = north.post(f"{OF_WEEK}/repairs", {"absences": list(absences.values())})
    assert asked.status_code == 422
    own = north.post(f"{OF_WEEK}/repairs", {}).get_json()["id"]
    assert [a["person"] for a in north.get(f"{BASE}/repairs/{own}").get_json()["absences"]] == ["p00"]
    both = whole.post(f"{OF_WEEK}/repairs", {}).get_json()["id"]
    assert north.get(f"{BASE}/repairs/{both}").status_code == 404
    choice = {"alternative": 1, "publish": True}
    assert north.post(f"{BASE}/repairs/{both}/accept", choice).status_code == 404
    assert whole.get(f"{BASE}/repairs/{both}").status_code == 200


def test_only_alternatives_inside_are_shown_and_taken(town: Villages) -> None:
    scope = Scope(town.store, "villages", frozenset(["north"]))
    loaded = load(town.store.weeks.problem_document("villages", date.fromisoformat(MONDAY)))
    here, there = town.duties(HERE), town.duties(THERE)

    def moved(who: str, duty: str) -> dict[str, Any]:
        return {"person": who, "gained": [{"person": who, "duty": duty}], "lost": []}

    assert scope.alternative(loaded, [moved("p00", here[0])])
    assert not scope.alternative(loaded, [moved("p00", here[0]), moved("p06", here[1])])
    assert not scope.alternative(loaded, [moved("p00", there[0])])
    assert Scope(town.store, "villages").alternative(loaded, [moved("p06", there[0])])


def test_a_dispatcher_needs_the_right_to_override(town: Villages) -> None:
    dispatcher, organiser = town.caller("dispatcher"), town.caller("organiser")
    town.publish({town.duties(HERE)[0]: "p00"})
    span = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-09T00:00:00Z"}
    dispatcher.post(f"{BASE}/absences", {"person": "p00"} | span)
    repair = dispatcher.post(f"{OF_WEEK}/repairs", {}).get_json()["id"]
    choice = {"alternative": 1, "publish": True, "override_reason": "because"}
    accept = f"{BASE}/repairs/{repair}/accept"
    assert dispatcher.post(accept, choice).get_json()["code"] == "not_allowed"
    assert organiser.post(accept, choice).get_json()["code"] == "not_ready"
    assert dispatcher.post(accept, {"alternative": 1}).get_json()["code"] == "not_ready"
    solve = organiser.post(f"{OF_WEEK}/solves", {}).get_json()["id"]
    assert dispatcher.post(f"{V1}/solves/{solve}/stop").status_code == 403
    assert dispatcher.post(f"{V1}/solves/{repair}/stop").status_code == 200


def test_another_town_has_no_areas_for_an_account_of_this_one(service: Service) -> None:
    """An area is named by its town: the village of west is not the village of east."""
    leader = service.caller("point_leader of village")
    assert ids(leader.get(f"{EAST}/posts")) == {"bridge", "market"}
    assert leader.get(f"{V1}/towns/west/posts").status_code == 404
    assert leader.get(f"{WEEK}/duties").status_code == 200


# --- whatever the tree is like ----------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Area], frozenset[str]]:
    """Areas whose parents come before them, and some of them as limits."""
    count = draw(st.integers(1, 8))
    areas = [
        Area(f"a{i}", f"a{i}", parent=f"a{draw(st.integers(0, i - 1))}" if i and draw(st.booleans()) else None)
        for i in range(count)
    ]
    return areas, frozenset(draw(st.sets(st.sampled_from([a.id for a in areas]))))


class Held:
    """Master data in memory, as far as a scope asks for it."""

    def __init__(self, areas: list[Area]) -> None:
        self.areas = tuple(areas)
        self.posts = tuple(Post(f"at {a.id}", a.id, area=a.id) for a in areas)

    @property
    def things(self) -> Held:
        return self

    def all(self, _town: str, noun: str) -> tuple[Any, ...]:
        return {"areas": self.areas, "posts": self.posts}[noun]


def above(areas: list[Area], area: str) -> set[str]:
    """An area and everything over it, naively."""
    parents = {a.id: a.parent for a in areas}
    found, at = set(), area
    while at is not None:
        found.add(at)
        at = parents[at]
    return found


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees())
def test_something_is_inside_exactly_when_an_area_of_the_account_is_above_it(
    tree: tuple[list[Area], frozenset[str]],
) -> None:
    areas, limits = tree
    store: Any = Held(areas)
    scope = scope_of(store, Member("id", "name", "point_leader", "t", limits), "t")
    for area in areas:
        inside = bool(above(areas, area.id) & limits)
        assert (area.id in scope.inside) is inside
        assert scope.sees("posts", Post("p", "p", area=area.id)) is inside
        assert scope.sees("people", Person("p", "p", "c", bound_posts=(f"at {area.id}",))) is inside
        assert scope.sees("people", Person("p", "p", "c", bound_areas=(area.id,))) is inside
        assert scope.sees_duty(duty_at(area.id, None)) is inside
        assert scope.sees_duty(duty_at(None, f"at {area.id}")) is inside
    assert not scope.sees("posts", Post("p", "p"))
    assert not scope.sees_duty(duty_at(None, None))


def duty_at(area: str | None, post: str | None) -> Duty:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    return Duty("d", start, start + timedelta(hours=8), (), area=area, post=post)


def test_the_whole_town_is_not_even_asked_for_its_areas() -> None:
    store: Any = None
    scope = scope_of(store, Member("id", "name", "organiser", "t"), "t")
    assert scope.whole
    assert scope.sees_person("anybody")
    assert scope.only("people") is None


def test_people_of_areas_are_found_alike_by_the_store_and_by_the_scope(town: Villages) -> None:
    kept: Store = town.store
    for limits in (["north"], ["south"], ["town"], ["grid"], []):
        scope = Scope(kept, "villages", frozenset(limits))
        people = kept.things.all("villages", "people")
        assert scope.people == {p.id for p in people if scope.sees("people", p)}, limits
