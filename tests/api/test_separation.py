"""Another town's things do not exist: every address with another town's name, and with another town's ids."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, url_for

from api.permissions import Endpoint, endpoints

from .conftest import PASSWORD, V1, Caller, Service
from .far import Far, made_far
from .towns import MONDAY

OPEN = {"session.SessionView", "rules.Catalogue"}
VALUES = {
    "town": "east",
    "week": MONDAY,
    "start": MONDAY,
    "person": "p00",
    "which": "draft",
}


def operations(app: Flask, under: str = "/") -> list[Endpoint]:
    """Everything below an address that does not let in just anybody."""
    return [e for e in endpoints(app) if e.rule.startswith(under) and e.whom != "public"]


def path_of(app: Flask, endpoint: Endpoint, **values: str) -> str:
    """An address of a rule, filled with plausible ids."""
    arguments = next(r.arguments for r in app.url_map.iter_rules(endpoint.name) if r.rule == endpoint.rule)
    with app.test_request_context():
        return url_for(endpoint.name, **{name: (VALUES | values).get(name, "x") for name in arguments})


def call(caller: Caller, path: str, endpoint: Endpoint) -> Any:
    body = {} if endpoint.method in ("POST", "PUT", "PATCH") else None
    return caller(endpoint.method, path, body, match=1, headers={"Accept": "application/json"})


def test_nobody_gets_in_without_signing_in(service: Service) -> None:
    caller = service.caller()
    found = operations(service.app, V1)
    assert len(found) > 90
    for endpoint in found:
        answer = call(caller, path_of(service.app, endpoint), endpoint)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_needed"), endpoint.address


@pytest.mark.parametrize("login", ["other", "other-admin", "volunteer of west"])
def test_another_town_s_things_do_not_exist(login: str, service: Service) -> None:
    pages = not login.startswith("volunteer")  # whose pages are those of the link
    caller = service.caller(login) if pages else service.volunteer("p00", "west")
    checked = 0
    for endpoint in operations(service.app, "/" if pages else V1):
        if "<town>" not in endpoint.rule:
            continue
        answer = call(caller, path_of(service.app, endpoint), endpoint)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), endpoint.address
        checked += 1
    assert checked > (120 if pages else 80)


# --- ids of another town, in the own one ------------------------------------------------------------------

@pytest.fixture
def far(service: Service) -> Far:
    return made_far(service)


def test_ids_of_another_town_lead_nowhere_and_nothing_of_it_is_shown_or_changed(service: Service, far: Far) -> None:
    """By the two who may do most in their town; what an address asks besides may be refused before it is looked for."""
    before, checked = far.rows(), 0
    assert sum(map(len, before.values())) > 100
    for endpoint in operations(service.app):
        arguments = next(r.arguments for r in service.app.url_map.iter_rules(endpoint.name) if r.rule == endpoint.rule)
        if not arguments - {"town"}:
            continue
        assert arguments <= {*far.ids, "town", "key"}, f"{endpoint.address}: say what stands there in `far`"
        noun = "duties" if endpoint.name.startswith("weeks.") else endpoint.name.partition(".")[0]
        ids = far.ids | {"town": "west"} | ({"key": far.keys[noun]} if "key" in arguments else {})
        path = path_of(service.app, endpoint, **ids) + QUERIES.get(endpoint.name, "")
        answer = call(service.caller("other-admin"), path, endpoint)
        text = answer.get_data(as_text=True)
        wanted = (UNMADE.get(endpoint.name, 404),) if endpoint.method == "GET" else (404, 409, 412, 422, 428)
        if endpoint.whom == ("own_matters",):  # of volunteers alone, whoever's
            wanted = (403,)
        assert answer.status_code in wanted, (endpoint.address, answer.status_code)
        assert "far " not in text, endpoint.address
        checked += 1
    assert checked > 90
    assert far.rows() == before


QUERIES = {
    "pages.edit_basic": "?id=far-verify",
    "pages.remove_basic": "?id=far-verify",
    "person.Duties": "?start=2026-03-09T00:00:00Z&end=2026-03-14T00:00:00Z",
    "own.Hours": "?start=2026-03-09T00:00:00Z&end=2026-03-14T00:00:00Z",
    "rosters.Substitutes": "?duty=x&position=y",
    "callouts.EligiblePeople": "?duty=x&position=y",
    "moves.Compared": "?duty=x&position=y&one=x&two=y",
    "rosters.Difference": "?before=published&after=draft",
    "presence.History": "?duty=x",
}
"""What some addresses need besides, so that nothing else is wrong."""
UNMADE = dict.fromkeys(
    ("pages.week", "pages.new_channel", "pages.board_keys", "pages.basics_of", "pages.new_basic"), 200
)
"""Endpoint → its answer: what nobody has made yet can be made, and help is the same for all."""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "absences", {"person": "far-p00", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}),
        ("POST", "people", {"id": "new", "name": "新", "category": "far-volunteer"}),
        ("POST", "people", {"id": "new", "name": "新", "category": "volunteer", "area": "far-village"}),
        ("PUT", "people/p00", {"id": "p00", "name": "新", "category": "volunteer", "bound_posts": ["far-bridge"]}),
        ("POST", "posts", {"id": "new", "name": "新", "area": "far-village"}),
        ("PUT", "rules", {"rules": [{"rule": "min_rest", "population": {"people": ["far-p00"]}}]}),
        ("POST", f"weeks/{MONDAY}/repairs", {"absences": ["far"]}),
        ("POST", f"weeks/{MONDAY}/rosters", {"based_on": 1}),
        ("POST", f"weeks/{MONDAY}/acknowledgements", {"person": "far-p00", "duty": "far"}),
        (
            "PUT",
            f"weeks/{MONDAY}/rosters/draft",
            {"assignments": [{"person": "far-p00", "duty": "x", "position": "y"}]},
        ),
    ],
)
def test_ids_of_another_town_in_a_body_are_unknown(
    method: str, path: str, body: dict[str, Any], service: Service, far: Far
) -> None:
    before = far.rows()
    body = json.loads(json.dumps(body).replace('"far"', f'"{far.ids["absence"]}"'))
    first = {"If-None-Match": "*"} if path.endswith("draft") else {"If-Match": '"1"'}
    answer = service.caller("other-admin")(method, f"{V1}/towns/west/{path}", body, headers=first)
    assert answer.status_code in (404, 422), answer.get_json()
    assert "far " not in answer.get_data(as_text=True)
    assert far.rows() == before


def test_accounts_are_given_neither_towns_nor_areas_of_others(service: Service, far: Far) -> None:
    caller = service.caller("other-admin")
    new = {"login": "n", "name": "n", "password": PASSWORD, "role": "organiser"}
    for town, areas in (("far", None), ("far", ["far-village"]), ("west", ["far-village"])):
        answer = caller.post(f"{V1}/accounts", new | {"town": town, "areas": areas})
        assert answer.status_code == 422
    assert far.store.accounts.list("far")[0].login == "far"
    assert len(far.store.accounts.list("far")) == 1


def test_an_unknown_town_and_another_town_are_told_alike(service: Service) -> None:
    caller = service.caller("other")
    answers = [caller.get(f"{V1}/towns/{town}/people").get_json() for town in ("east", "nowhere")]
    for answer in answers:
        answer.pop("request_id")
    assert answers[0] == answers[1]


def test_another_town_s_solves_do_not_exist(service: Service) -> None:
    east, west = service.caller("organiser"), service.caller("other")
    solve = east.post(f"{V1}/towns/east/weeks/{MONDAY}/solves", {}).get_json()["id"]
    for method, tail in (("GET", ""), ("GET", "/events"), ("GET", "/result"), ("GET", "/problem"), ("POST", "/stop")):
        assert west(method, f"{V1}/solves/{solve}{tail}").status_code == 404, tail
    assert east.get(f"{V1}/solves/{solve}").get_json()["stop_requested"] is False
    assert service.caller("admin").get(f"{V1}/solves/{solve}").status_code == 200


def test_an_absence_of_another_town_does_not_exist(service: Service) -> None:
    east, west = service.caller("organiser"), service.caller("other")
    span = {"person": "p00", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
    absence = east.post(f"{V1}/towns/east/absences", span).get_json()["id"]
    assert west.get(f"{V1}/towns/west/absences/{absence}").status_code == 404
    assert west.delete(f"{V1}/towns/west/absences/{absence}").status_code == 404


def test_a_volunteer_is_let_into_their_own_matters_only(service: Service) -> None:
    caller = service.volunteer()
    allowed = set()
    for endpoint in operations(service.app, V1):
        if call(caller, path_of(service.app, endpoint), endpoint).status_code != 403:
            allowed.add(endpoint.address.replace(V1, ""))
    assert allowed == {
        "GET /session",
        "GET /towns",
        "GET /towns/<town>",
        "GET /towns/<town>/people/<person>/availability",
        "PUT /towns/<town>/people/<person>/availability",
        "GET /towns/<town>/people/<person>/duties",
        "GET /towns/<town>/people/<person>/usual-week",
        "PUT /towns/<town>/people/<person>/usual-week",
        "GET /towns/<town>/people/<person>/hours",
        "GET /towns/<town>/people/<person>/feed",
        "POST /towns/<town>/people/<person>/feed",
        "DELETE /towns/<town>/people/<person>/feed",
        "GET /towns/<town>/people/<person>/presence",
        "POST /towns/<town>/weeks/<day:week>/presence",
        "GET /towns/<town>/exchange-policy",
        "GET /towns/<town>/people/<person>/exchanges",
        "POST /towns/<town>/people/<person>/exchanges",
        "POST /towns/<town>/people/<person>/exchanges/<exchange>/accept",
        "POST /towns/<town>/people/<person>/exchanges/<exchange>/decline",
        "POST /towns/<town>/people/<person>/exchanges/<exchange>/withdraw",
        "GET /towns/<town>/people/<person>/open-seats",
        "GET /towns/<town>/people/<person>/swaps",
        "GET /towns/<town>/callouts",
        "GET /towns/<town>/callouts/<callout>",
        "POST /towns/<town>/callouts/<callout>/answer",
        "GET /towns/<town>/absences",
        "POST /towns/<town>/absences",
        "GET /towns/<town>/absences/<absence>",
        "DELETE /towns/<town>/absences/<absence>",
        "POST /towns/<town>/weeks/<day:week>/acknowledgements",
    }
