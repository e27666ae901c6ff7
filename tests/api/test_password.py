"""Guessing is slow and locks nobody else out; a new password, and signing out everywhere, end sessions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from api import create_app
from models.store import Store

from .conftest import EAST, PASSWORD, SETTINGS, V1, Caller, Service, fault_paths

SESSION = f"{V1}/session"
NEW = "another battery horse"
HOME, ELSEWHERE = "10.0.0.1", "203.0.113.9"


@pytest.fixture
def guarded(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Limits that a test reaches soon: 3 of one's own, 5 by login, 8 by network."""
    for name, limit in {"SIGN_IN_LIMIT_LOGIN": "5 per hour", "SIGN_IN_LIMIT_NETWORK": "8 per hour"}.items():
        monkeypatch.setitem(service.app.config, name, limit)
    return service


def attempt(caller: Caller, login: str, password: str, address: str = HOME) -> TestResponse:
    body = {"login": login, "password": password}
    return caller.client.post(SESSION, json=body, environ_overrides={"REMOTE_ADDR": address})


def statuses(caller: Caller, login: str, password: str, addresses: list[str]) -> list[int]:
    return [attempt(caller, login, password, address).status_code for address in addresses]


def test_many_networks_that_guess_at_one_login_come_to_an_end(guarded: Service) -> None:
    attackers = [f"198.51.100.{i}" for i in range(7)]
    assert statuses(guarded.caller(), "organiser", "wrong", attackers) == [401] * 5 + [429] * 2
    refused = attempt(guarded.caller(), "organiser", PASSWORD, "198.51.100.200")
    assert refused.status_code == 429, "a guess that is right is not let in either"
    assert 0 < int(refused.headers["Retry-After"]) <= 3600


def test_who_works_there_does_not_notice(guarded: Service) -> None:
    known = guarded.caller()
    assert attempt(known, "organiser", PASSWORD).status_code == 200
    statuses(guarded.caller(), "organiser", "wrong", [f"198.51.100.{i}" for i in range(7)])
    assert attempt(guarded.caller(), "organiser", PASSWORD, ELSEWHERE).status_code == 429
    assert attempt(known, "organiser", PASSWORD, ELSEWHERE).status_code == 200, "the browser is known"
    assert attempt(guarded.caller(), "organiser", PASSWORD, HOME).status_code == 200, "the network is known"
    assert attempt(known, "other", PASSWORD, ELSEWHERE).status_code == 200, "another login was not guessed at"


def test_a_known_browser_is_counted_too_and_alone(guarded: Service) -> None:
    known = guarded.caller()
    attempt(known, "organiser", PASSWORD)
    assert statuses(known, "organiser", "wrong", [HOME] * 4) == [401] * 3 + [429]
    assert attempt(guarded.caller(), "organiser", PASSWORD, HOME).status_code == 200


def test_a_forged_or_copied_mark_of_a_browser_is_worth_nothing(guarded: Service) -> None:
    known, attacker = guarded.caller(), guarded.caller()
    answer = attempt(known, "organiser", PASSWORD)
    name, value = next(c for c in answer.headers.getlist("Set-Cookie") if "known" in c).split(";")[0].split("=", 1)
    statuses(attacker, "other", "wrong", [f"198.51.100.{i}" for i in range(5)])
    for forged in (value, value[:-1] + ("A" if value[-1] != "A" else "B"), "x", "", "W10.x.y"):
        for cookie in (name, "sanban_known_00000000"):
            attacker.client.set_cookie(cookie, forged)
        assert attempt(attacker, "other", PASSWORD, ELSEWHERE).status_code == 429


def test_one_network_that_guesses_at_many_logins_comes_to_an_end(guarded: Service) -> None:
    caller = guarded.caller()
    answers = [attempt(caller, f"nobody-{i}", "wrong", ELSEWHERE).status_code for i in range(10)]
    assert answers == [401] * 8 + [429] * 2
    assert attempt(caller, "organiser", PASSWORD, HOME).status_code == 200


def test_two_processes_count_together_and_keep_neither_login_nor_address(guarded: Service) -> None:
    second = create_app(SETTINGS | {"DATABASE_URL": str(guarded.store.database.url)})
    other = Caller(second.test_client())
    assert statuses(guarded.caller(), "organiser", "wrong", [HOME] * 2) == [401] * 2
    assert statuses(other, "organiser", "wrong", [HOME] * 2) == [401, 429]
    second.extensions["sanban_store"].close()
    with guarded.store.database.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM attempt")).all())
    assert "key" not in kept
    assert not any(word in kept for word in ("organiser", HOME, "sign-in"))


def test_an_unknown_login_and_a_wrong_password_are_refused_alike(guarded: Service) -> None:
    seen = []
    for login in ("organiser", "nobody"):
        answers = [attempt(guarded.caller(), login, "wrong") for _ in range(4)]
        seen.append([(a.status_code, a.get_json()["code"], sorted(a.headers.keys())) for a in answers])
    assert seen[0] == seen[1]


# --- one's own password ---------------------------------------------------------------------------------


@pytest.fixture
def browsers(service: Service) -> tuple[Caller, Caller]:
    """Two browsers in which the organiser is signed in."""
    return service.caller().sign_in("organiser"), service.caller("organiser")


def test_a_new_password_ends_every_other_session(browsers: tuple[Caller, Caller], service: Service) -> None:
    here, there = browsers
    answer = here.put(f"{SESSION}/password", {"old": PASSWORD, "new": NEW})
    assert answer.status_code == 200, answer.get_json()
    here.headers["X-CSRF-Token"] = answer.get_json()["csrf_token"]
    assert here.get(f"{EAST}/people").status_code == 200
    assert there.get(f"{EAST}/people").status_code == 401
    assert attempt(service.caller(), "organiser", PASSWORD).status_code == 401
    assert attempt(service.caller(), "organiser", NEW).status_code == 200


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"old": "wrong", "new": NEW}, {"old": "wrong_old_password"}),
        ({"old": PASSWORD, "new": "short"}, {"new": "too_short"}),
        ({"old": PASSWORD, "new": PASSWORD}, {"new": "same_password"}),
        ({}, {"old": "required", "new": "required"}),
    ],
)
def test_a_password_is_not_changed_without_the_old_one(
    body: dict[str, Any], faults: dict[str, str], organiser: Caller, service: Service
) -> None:
    assert fault_paths(organiser.put(f"{SESSION}/password", body)) == faults
    assert organiser.get(f"{EAST}/people").status_code == 200
    assert service.store.accounts.verify("organiser", PASSWORD) is not None


def test_a_stolen_session_cannot_guess_the_password(organiser: Caller) -> None:
    answers = [organiser.put(f"{SESSION}/password", {"old": "wrong", "new": NEW}).status_code for _ in range(4)]
    assert answers == [422] * 3 + [429]


def test_signing_out_everywhere_ends_all_sessions_and_one_sign_out_ends_one(service: Service) -> None:
    one, two = service.caller("organiser"), service.caller().sign_in("organiser")
    copied = service.caller("organiser")
    assert one.delete(SESSION).status_code == 204
    assert copied.get(SESSION).status_code == 401, "a copy of the cookie opens nothing either"
    assert two.get(SESSION).status_code == 200
    assert two.delete(f"{SESSION}/everywhere").status_code == 204
    assert two.get(SESSION).status_code == 401


def test_a_new_password_by_an_administrator_ends_the_sessions_too(service: Service, admin: Caller) -> None:
    there = service.caller("organiser")
    account = there.get(SESSION).get_json()["actor"]["id"]
    answer = admin.patch(f"{V1}/accounts/{account}", {"password": NEW})
    assert answer.status_code == 200, answer.get_json()
    assert there.get(SESSION).status_code == 401


def test_the_tables_of_the_store_hold_no_secret_of_a_sign_in(service: Service) -> None:
    caller = service.caller().sign_in("organiser")
    cookie = caller.client.get_cookie("sanban")
    assert cookie is not None
    session = service.app.session_interface.get_signing_serializer(service.app).loads(cookie.value)  # type: ignore[attr-defined]
    store: Store = service.store
    with store.database.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM open_session")).all())
    assert session["_user_id"] not in kept
