"""Signing in and out, the CSRF token, attempts that are too many."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import EAST, PASSWORD, V1, WEEK, Caller, Service, fault_paths

SESSION = f"{V1}/session"


def attempt(caller: Caller, login: str, password: str, address: str = "10.0.0.1") -> int:
    body = {"login": login, "password": password}
    answer = caller.client.post(SESSION, json=body, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def test_signing_in_tells_who_i_am_and_gives_a_token(service: Service) -> None:
    caller = service.caller()
    assert caller.get(SESSION).get_json()["code"] == "sign_in_needed"
    answer = caller.post(SESSION, {"login": "ORGANISER", "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["role"], body["actor"]["town"], body["actor"]["name"]) == ("organiser", "east", "名organiser")
    assert caller.get(SESSION).get_json()["role"] == "organiser"


def test_every_cookie_is_http_only_and_same_site_lax(service: Service) -> None:
    answer = service.caller().post(SESSION, {"login": "organiser", "password": PASSWORD})
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.split("=")[0][:13] for cookie in cookies) == ["sanban", "sanban_known_"]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session(service: Service, organiser: Caller) -> None:
    assert organiser.delete(SESSION).status_code == 204
    assert organiser.get(SESSION).status_code == 401
    assert service.caller().delete(SESSION).status_code == 204


@pytest.mark.parametrize(
    ("login", "password"), [("organiser", "wrong"), ("ghost", PASSWORD), ("organiser", PASSWORD + " "), ("é", "é")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(login: str, password: str, service: Service) -> None:
    answer = service.caller().post(SESSION, {"login": login, "password": password})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "wrong_password")


@pytest.mark.parametrize("body", [{}, {"login": "", "password": ""}, {"login": 1, "password": ["x"]}])
def test_a_sign_in_without_name_or_password_names_both(body: dict[str, Any], service: Service) -> None:
    assert set(fault_paths(service.caller().post(SESSION, body))) == {"login", "password"}


@pytest.mark.parametrize("body", [[], 7, "text", None, True])
def test_a_body_that_is_no_object_is_refused(body: Any, service: Service) -> None:
    answer = service.caller().client.post(SESSION, json=body)
    assert answer.status_code == 422
    assert answer.get_json()["faults"]


def test_an_account_that_was_switched_off_is_signed_out_at_once(service: Service, organiser: Caller) -> None:
    account = organiser.get(SESSION).get_json()["actor"]["id"]
    service.store.accounts.set_active(account, False)
    assert organiser.get(SESSION).status_code == 401
    assert organiser.get(f"{EAST}/people").status_code == 401


def test_too_many_wrong_passwords_are_slowed_down_and_lock_nobody_else_out(service: Service) -> None:
    caller = service.caller()
    assert [attempt(caller, "organiser", "wrong") for _ in range(3)] == [401] * 3
    refused = caller.client.post(
        SESSION, json={"login": "Organiser ", "password": PASSWORD}, environ_overrides={"REMOTE_ADDR": "10.0.0.1"}
    )
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["Retry-After"]) >= 1
    assert attempt(caller, "organiser", PASSWORD, "10.0.0.2") == 200
    assert attempt(caller, "other", PASSWORD, "10.0.0.1") == 200


def test_a_right_password_forgives_earlier_attempts(service: Service) -> None:
    caller = service.caller()
    for _ in range(2):
        assert [attempt(caller, "organiser", "wrong") for _ in range(2)] == [401] * 2
        assert attempt(caller, "organiser", PASSWORD) == 200


def test_an_ipv6_network_counts_as_one_caller(service: Service) -> None:
    caller = service.caller()
    for i in range(3):
        attempt(caller, "organiser", "wrong", f"2001:db8::{i}")
    assert attempt(caller, "organiser", PASSWORD, "2001:db8::ffff") == 429
    assert attempt(caller, "organiser", PASSWORD, "2001:db8:0:1::1") == 200


UNSAFE = [("POST", f"{EAST}/units"), ("PUT", f"{EAST}/units/school"), ("PATCH", f"{WEEK}/rosters/draft")]


@pytest.mark.parametrize(("method", "path"), [*UNSAFE, ("DELETE", f"{EAST}/units/school"), ("DELETE", SESSION)])
@pytest.mark.parametrize("token", [None, "", "wrong", "x.y.z"])
def test_an_unsafe_call_by_cookie_needs_the_csrf_token(
    method: str, path: str, token: str | None, organiser: Caller
) -> None:
    organiser.headers.pop("X-CSRF-Token")
    headers = {} if token is None else {"X-CSRF-Token": token}
    answer = organiser(method, path, {"id": "x", "name": "x"}, match=1, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf")
    assert organiser.get(f"{EAST}/units").get_json()["total"] == 1
    assert organiser.get(SESSION).status_code == 200


def test_another_session_s_token_is_refused(service: Service, organiser: Caller, other: Caller) -> None:
    organiser.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert organiser.post(f"{EAST}/units", {"id": "x", "name": "x"}).get_json()["code"] == "csrf"


def test_a_personal_link_needs_no_csrf_token(volunteer: Caller) -> None:
    answer = volunteer.put(f"{EAST}/people/p00/availability", {"availability": []}, match=1)
    assert answer.status_code == 200


def test_a_link_beside_a_cookie_counts_alone(service: Service, organiser: Caller) -> None:
    token = service.store.links.issue("east", "p00")
    answer = organiser.get(f"{EAST}/people", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
