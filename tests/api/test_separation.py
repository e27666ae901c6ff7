"""Every address of the API says whom it lets in, and another town's things do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from .conftest import V1, Filled, Service
from .towns import MONDAY

OPEN = {"session.SessionView", "rules.Catalogue"}
VALUES = {
    "town": "east",
    "key": "x",
    "person": "p00",
    "week": MONDAY,
    "which": "draft",
    "absence": "x",
    "account": "x",
    "solve": "x",
}


def operations(app: Flask) -> list[tuple[str, str, str, Any]]:
    """(endpoint, method, rule, view method) of everything under /api/v1 that is documented."""
    found = []
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if rule.rule.startswith(V1) and hasattr(view, "view_class"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                found.append((rule.endpoint, method, rule.rule, getattr(view.view_class, method.lower())))
    return found


def path_of(app: Flask, endpoint: str, rule: str, **values: str) -> str:
    """An address of a rule, filled with plausible ids."""
    arguments = next(r.arguments for r in app.url_map.iter_rules(endpoint) if r.rule == rule)
    with app.test_request_context():
        from flask import url_for

        return url_for(endpoint, **{name: (VALUES | values)[name] for name in arguments})


def test_every_operation_says_whom_it_lets_in(filled: Filled) -> None:
    silent = [
        (endpoint, method)
        for endpoint, method, _, view in operations(filled.app)
        if endpoint not in OPEN and not getattr(view, "roles", None)
    ]
    assert silent == []
    assert len(operations(filled.app)) > 90


def test_nobody_gets_in_without_signing_in(service: Service) -> None:
    caller = service.caller()
    for endpoint, method, rule, _ in operations(service.app):
        if endpoint in OPEN:
            continue
        answer = caller(
            method, path_of(service.app, endpoint, rule), {} if method in ("POST", "PUT", "PATCH") else None
        )
        assert (answer.status_code, answer.get_json()["code"]) == (401, "sign_in_needed"), (method, rule)


@pytest.mark.parametrize("login", ["other", "volunteer of west"])
def test_another_town_s_things_do_not_exist(login: str, service: Service) -> None:
    caller = service.caller(login) if login == "other" else service.volunteer("p00", "west")
    checked = 0
    for endpoint, method, rule, _ in operations(service.app):
        if "<town>" not in rule:
            continue
        answer = caller(
            method, path_of(service.app, endpoint, rule), {} if method in ("POST", "PUT", "PATCH") else None, match=1
        )
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), (method, rule)
        checked += 1
    assert checked > 80


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
    for endpoint, method, rule, _ in operations(service.app):
        if endpoint in OPEN:
            continue
        body = {} if method in ("POST", "PUT", "PATCH") else None
        answer = caller(method, path_of(service.app, endpoint, rule), body, match=1)
        if answer.status_code != 403:
            allowed.add(f"{method} {rule.removeprefix(V1)}")
    assert allowed == {
        "GET /towns",
        "GET /towns/<town>",
        "GET /towns/<town>/people/<person>/availability",
        "PUT /towns/<town>/people/<person>/availability",
        "GET /towns/<town>/people/<person>/duties",
        "GET /towns/<town>/absences",
        "POST /towns/<town>/absences",
        "GET /towns/<town>/absences/<absence>",
        "DELETE /towns/<town>/absences/<absence>",
        "POST /towns/<town>/weeks/<day:week>/acknowledgements",
    }
