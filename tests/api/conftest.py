"""A service on a real SQLite database with two towns, and somebody of every role."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from api.rights import Role
from models.records import Role as AccountRole
from models.store import Store
from tests.quick import quick_passwords

from .towns import MONDAY, document, roster

PASSWORD = "correct horse battery"
V1 = "/api/v1"
EAST, WEST = f"{V1}/towns/east", f"{V1}/towns/west"
WEEK = f"{EAST}/weeks/{MONDAY}"
SETTINGS: dict[str, Any] = {
    "SANBAN_ENV": "test",
    "SECRET_KEY": "the same in every application of the tests",
    "DATABASE_URL": "sqlite:///artefacts/never-opened.sqlite",
    "STREAM_SECONDS": 1,
    "SIGN_IN_LIMIT": "3 per minute",
    "SANBAN_LOG_LEVEL": "error",
}
ACCOUNTS: dict[str, tuple[AccountRole, str | None]] = {
    "organiser": ("organiser", "east"),
    "other": ("organiser", "west"),
    "other-admin": ("town_administrator", "west"),
    "town-admin": ("town_administrator", "east"),
    "admin": ("platform_administrator", None),
    "leader": ("point_leader", "east"),
    "dispatcher": ("dispatcher", "east"),
    "inspector": ("inspector", "east"),
}
LIMITED: dict[str, AccountRole] = {
    f"{role} of village": role for role in ("organiser", "point_leader", "dispatcher", "inspector")
}
"""Accounts of east that are limited to its one area."""
LOGIN_OF = {role: login for login, (role, town) in ACCOUNTS.items() if town != "west"}


class Caller:
    """A client that sends the CSRF token of its session, and If-Match when told a revision."""

    def __init__(self, client: FlaskClient, headers: dict[str, str] | None = None) -> None:
        self.client, self.headers = client, dict(headers or {})

    def sign_in(self, login: str) -> Caller:
        answer = self.client.post(f"{V1}/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.headers["X-CSRF-Token"] = answer.get_json()["csrf_token"]
        return self

    def __call__(
        self, method: str, path: str, json: Any = None, *, match: Any = None, headers: dict[str, str] | None = None
    ) -> TestResponse:
        sent = self.headers | (headers or {})
        if match is not None:
            sent["If-Match"] = match if isinstance(match, str) else f'"{match}"'
        return self.client.open(path, method=method, headers=sent, **({} if json is None else {"json": json}))

    def get(self, path: str, **more: Any) -> TestResponse:
        return self("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self("POST", path, {} if json is None else json, **more)

    def put(self, path: str, json: Any, **more: Any) -> TestResponse:
        return self("PUT", path, json, **more)

    def patch(self, path: str, json: Any, **more: Any) -> TestResponse:
        return self("PATCH", path, json, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self("DELETE", path, **more)


def session_of(caller: Caller) -> tuple[str, str]:
    """The session cookie of a caller and its CSRF token."""
    cookie = caller.client.get_cookie("sanban")
    assert cookie is not None
    return cookie.value, caller.headers["X-CSRF-Token"]


@dataclass
class Service:
    """The application, its store, and callers."""

    app: Flask
    store: Store
    woken: list[bool]
    sessions: dict[str, tuple[str, str]]

    def caller(self, login: str | None = None, **headers: str) -> Caller:
        made = Caller(self.app.test_client(), headers)
        if login is not None:
            cookie, made.headers["X-CSRF-Token"] = self.sessions[login]
            made.client.set_cookie("sanban", cookie)
        return made

    def role(self, role: Role, *, limited: bool = False) -> Caller:
        """Somebody of this role in east; `limited` to its one area."""
        if role == "volunteer":
            return self.volunteer()
        return self.caller(f"{role} of village" if limited else LOGIN_OF[role])

    def renew(self, role: Role, *, limited: bool = False) -> None:
        """Sign in again: the last call may have ended the session."""
        assert role != "volunteer"
        login = f"{role} of village" if limited else LOGIN_OF[role]
        self.sessions[login] = session_of(self.caller().sign_in(login))

    def volunteer(self, person: str = "p00", town: str = "east") -> Caller:
        token = self.store.links.issue(town, person)
        return self.caller(Authorization=f"Bearer {token}")


@dataclass
class Filled:
    """A database with two towns, an application for it, and a signed-in session of every role."""

    path: Path
    app: Flask
    sessions: dict[str, tuple[str, str]]
    """Login → session cookie and CSRF token: signing in is slow on purpose, so it is done once."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    path = tmp_path_factory.mktemp("filled") / "filled.sqlite"
    app = create_app(SETTINGS | {"DATABASE_URL": f"sqlite:///{path}"})
    store: Store = quick_passwords(app.extensions["sanban_store"])
    store.migrate()
    store.load_town(document())
    store.load_town(document("west", "西镇"))
    sessions = {}
    for login, (role, town) in ACCOUNTS.items():
        store.accounts.create(login, f"名{login}", PASSWORD, role, town)
    for login, role in LIMITED.items():
        store.accounts.create(login, f"名{login}", PASSWORD, role, "east", ["village"])
    for login in (*ACCOUNTS, *LIMITED):
        sessions[login] = session_of(Caller(app.test_client()).sign_in(login))
    store.close()
    return Filled(path, app, sessions)


@pytest.fixture
def service(filled: Filled, tmp_path: Path) -> Iterator[Service]:
    """The service on a fresh copy of the filled database."""
    for file in filled.path.parent.glob("filled.sqlite*"):
        shutil.copy(file, tmp_path / file.name)
    woken: list[bool] = []
    store = quick_passwords(Store(f"sqlite:///{tmp_path / 'filled.sqlite'}"))
    filled.app.extensions["sanban_store"] = store
    filled.app.config["WAKE"] = lambda: woken.append(True)
    yield Service(filled.app, store, woken, dict(filled.sessions))
    store.close()


@pytest.fixture
def organiser(service: Service) -> Caller:
    return service.caller("organiser")


@pytest.fixture
def other(service: Service) -> Caller:
    return service.caller("other")


@pytest.fixture
def admin(service: Service) -> Caller:
    return service.caller("admin")


@pytest.fixture
def volunteer(service: Service) -> Caller:
    return service.volunteer()


def duties_of(caller: Caller, week: str = WEEK) -> list[Any]:
    """All duties of a week."""
    return caller.get(f"{week}/duties?page_size=500").get_json()["items"]


@pytest.fixture
def draft(organiser: Caller) -> TestResponse:
    """The answer to the making of a legal draft."""
    body = {"assignments": roster(duties_of(organiser))}
    answer = organiser.put(f"{WEEK}/rosters/draft", body, headers={"If-None-Match": "*"})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer


@pytest.fixture
def published(organiser: Caller, draft: TestResponse) -> TestResponse:
    """The answer to its publication."""
    answer = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


def fault_paths(answer: TestResponse) -> dict[str, str]:
    """Path → code of every fault of an error."""
    return {f["path"]: f["code"] for f in answer.get_json()["faults"]}
