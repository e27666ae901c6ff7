"""The table of docs/permissions.md, tried: every endpoint with every role, by what the application itself says."""

from __future__ import annotations

from typing import get_args

import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from api.permissions import Endpoint, endpoints
from api.rights import ACCOUNT_ROLES, RIGHTS, ROLES, Member, Right, Role, held_by, rights_of
from scheduler.text import Text

from .conftest import LIMITED, Caller, Filled, Service
from .towns import MONDAY

PLAUSIBLE = {
    "town": "east",
    "week": MONDAY,
    "start": MONDAY,
    "person": "p00",
    "which": "draft",
    "token": "no-such-link",
}
"""What stands in an address; everything else is an id that does not exist."""
CASES = [(role, False) for role in ROLES] + [(role, True) for role in LIMITED.values()]


def address(app: Flask, endpoint: Endpoint, **ids: str) -> str:
    """An address of the endpoint, filled with plausible ids."""
    rule = next(r for r in app.url_map.iter_rules(endpoint.name) if r.rule == endpoint.rule)
    with app.test_request_context():
        return url_for(endpoint.name, **{name: (PLAUSIBLE | ids).get(name, "x") for name in rule.arguments})


def call(caller: Caller, app: Flask, endpoint: Endpoint) -> TestResponse:
    """Empty-handed: whoever is let in is told what is missing, or gets what there is."""
    body = {} if endpoint.method in ("POST", "PUT", "PATCH") else None
    path = address(app, endpoint)
    return caller(endpoint.method, path, body, headers={"Accept": "application/json"})


def code(answer: TestResponse) -> str:
    """The code of an error; empty when there is none."""
    body = answer.get_json(silent=True) if answer.status_code >= 400 else None
    return str(body["code"]) if isinstance(body, dict) and "code" in body else ""


def signed_off(answer: TestResponse) -> bool:
    return (answer.status_code, code(answer)) == (401, "sign_in_needed")


def refused(answer: TestResponse) -> bool:
    return (answer.status_code, code(answer)) == (403, "not_allowed")


def test_every_endpoint_says_whom_it_lets_in(filled: Filled) -> None:
    found = endpoints(filled.app)
    assert [e.address for e in found if e.whom is None] == []
    words = {right for e in found if isinstance(e.whom, tuple) for right in e.whom}
    assert words <= set(RIGHTS)
    assert all(e.whom != () for e in found)
    assert len(found) > 130


def test_every_right_is_said_in_both_languages_and_held_by_somebody() -> None:
    assert set(RIGHTS) == set(get_args(Right))
    assert set(ROLES) == {*ACCOUNT_ROLES, "volunteer"}
    held = frozenset[Right]().union(*(said.rights for said in ROLES.values()))
    assert held == set(RIGHTS)
    texts: list[Text] = [said.text for said in (*RIGHTS.values(), *ROLES.values())]
    assert all(text.zh and text.en for text in texts)


@pytest.mark.parametrize(
    ("lesser", "greater"), [("organiser", "town_administrator"), ("town_administrator", "platform_administrator")]
)
def test_who_administers_may_do_what_an_organiser_may(lesser: Role, greater: Role) -> None:
    assert held_by(lesser) < held_by(greater)


@pytest.mark.parametrize("role", ACCOUNT_ROLES)
def test_areas_and_scopes_only_ever_take_rights_away(role: Role) -> None:
    def member(**more: object) -> Member:
        return Member("id", "name", role, "east", **more)  # type: ignore[arg-type]

    whole = rights_of(member())
    assert rights_of(member(areas=frozenset())) == {right for right in whole if not RIGHTS[right].whole}
    for right in RIGHTS:
        assert rights_of(member(only=frozenset([right]))) == whole & {right}


def test_who_has_not_signed_in_gets_the_public_pages_alone(service: Service) -> None:
    caller = service.caller()
    _, caller.headers["X-CSRF-Token"] = service.sessions["organiser"]
    tried = 0
    for endpoint in endpoints(service.app):
        answer = call(caller, service.app, endpoint)
        if endpoint.whom == "public":
            assert not signed_off(answer), endpoint.address
        elif endpoint.method == "GET" or endpoint.rule.startswith("/api/"):
            assert signed_off(answer), endpoint.address
        else:  # a form without the session that its token belongs to
            assert answer.status_code in (401, 403), endpoint.address
        tried += 1
    assert tried > 130


@pytest.mark.parametrize(("role", "limited"), CASES, ids=lambda value: str(value))
def test_every_endpoint_lets_in_whom_the_table_says(role: Role, limited: bool, service: Service) -> None:
    tried = {True: 0, False: 0}
    for endpoint in endpoints(service.app):
        if endpoint.whom == "public":
            continue
        cookies = endpoint.rule.startswith("/api/") or role != "volunteer"
        if not cookies:  # pages are for browsers; a volunteer's own pages are public and hold the link
            continue
        open_ = endpoint.open_to(role, limited=limited)
        answer = call(service.role(role, limited=limited), service.app, endpoint)
        assert not signed_off(answer), endpoint.address
        assert refused(answer) is not open_, (endpoint.address, endpoint.whom, answer.status_code, code(answer))
        assert answer.status_code < 500, endpoint.address
        tried[open_] += 1
        if open_ and endpoint.whom == ("own_account",) and endpoint.method != "GET":
            service.renew(role, limited=limited)
    assert tried[True] >= 10
    assert tried[False] > 0 or role == "platform_administrator"
