"""Another site's forms: nothing that changes something works without the token of the session."""

from __future__ import annotations

import pytest

from api.security import csrf
from tests.api.conftest import PASSWORD, V1, Caller, Service
from tests.api.towns import MONDAY

from .walking import Page, address, rules, unsafe

SIGN_IN = {f"{V1}/session"}
HTML = {"Accept": "text/html"}


def is_free(service: Service, endpoint: str) -> bool:
    """Views that say themselves that they need no token."""
    view = service.app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}" in csrf._exempt_views


def test_only_addresses_that_hold_a_secret_need_no_token(service: Service) -> None:
    free = {rule.rule for rule in rules(service.app, api=False) if is_free(service, rule.endpoint)}
    assert {rule for rule in free if "<token>" not in rule} == set()


@pytest.mark.parametrize("token", [None, "", "x", "another's"])
def test_every_unsafe_page_needs_the_token(token: str | None, service: Service) -> None:
    caller = service.caller("admin")
    sent = {} if token is None else {"csrf_token": token}
    if token == "another's":
        sent["csrf_token"] = service.caller("other").headers["X-CSRF-Token"]
    checked = 0
    for rule, method in unsafe(service.app, api=False):
        if is_free(service, rule.endpoint):
            continue
        answer = caller.client.open(address(service.app, rule), method=method, data=sent, headers=HTML)
        assert answer.status_code == 403, (method, rule.rule, answer.status_code)
        checked += 1
    assert checked >= 10


@pytest.mark.parametrize("token", [None, "x"])
def test_every_unsafe_call_by_cookie_needs_the_token(token: str | None, service: Service) -> None:
    caller = service.caller("admin")
    headers = {"If-Match": '"1"'} | ({} if token is None else {"X-CSRF-Token": token})
    checked = 0
    for rule, method in unsafe(service.app, api=True):
        path = address(service.app, rule)
        if path in SIGN_IN and method == "POST":
            continue
        answer = caller.client.open(path, method=method, json={}, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf"), (method, rule.rule)
        checked += 1
    assert checked > 60


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_form_of_another_site_cannot_sign_anybody_in(kind: str, service: Service) -> None:
    body = f'{{"login": "organiser", "password": "{PASSWORD}", "x": "="}}'
    answer = service.caller().client.post(f"{V1}/session", data=body, content_type=kind)
    assert answer.status_code == 415
    assert "Set-Cookie" not in answer.headers


def test_every_form_carries_the_token_and_stays_here(organiser: Caller, service: Service) -> None:
    seen = 0
    for rule in rules(service.app, api=False):
        if "GET" not in (rule.methods or set()) or "<token>" in rule.rule:
            continue
        answer = organiser.client.get(address(service.app, rule), headers=HTML)
        if answer.mimetype != "text/html" or answer.status_code >= 500:
            continue
        for form in Page(answer.get_data(as_text=True)).forms:
            assert form.action.startswith("/") or form.action == "" or form.action.startswith("?"), form
            assert not form.action.startswith("//"), form
            if form.method == "post":
                assert form.fields.get("csrf_token"), (rule.rule, form)
                seen += 1
    assert seen >= 5


def test_a_page_is_never_shown_inside_another(organiser: Caller) -> None:
    answer = organiser.client.get(f"/towns/east/weeks/{MONDAY}", headers=HTML)
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def test_no_answer_lets_another_site_read(organiser: Caller) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for path in (f"{V1}/session", f"{V1}/towns", "/"):
        for method in ("GET", "OPTIONS"):
            answer = organiser.client.open(path, method=method, headers=headers)
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
