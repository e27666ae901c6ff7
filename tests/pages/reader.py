"""A small service in this process, and somebody with a browser without scripts who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from models.records import Role
from models.store import Store
from tests.browser import small_town
from tests.quick import quick_passwords

PASSWORD = "correct horse battery"


@contextmanager
def small_service(
    folder: Path, logins: Mapping[str, tuple[Role, str | None]], towns: tuple[str, ...] = ("east",)
) -> Iterator[Flask]:
    """Small towns and accounts (login → role and town) on a database in `folder`; "li" is called "名li"."""
    url = f"sqlite:///{folder / 'sanban.sqlite'}"
    made = create_app({"SANBAN_ENV": "test", "DATABASE_URL": url, "LOG_LEVEL": "error"})
    store = quick_passwords(made.extensions["sanban_store"])
    store.migrate()
    for town in towns:
        store.load_town(small_town.document(town))
    for login, (role, town_of) in logins.items():
        store.accounts.create(login, f"名{login}", PASSWORD, role, town_of)
    yield made
    store.close()


def store_of(app: Flask) -> Store:
    kept: Store = app.extensions["sanban_store"]
    return kept


class Reader:
    """Somebody who reads pages and fills in their forms, token and all."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.token = client, ""

    def get(self, path: str, language: str = "zh") -> TestResponse:
        answer = self.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.get_data(as_text=True))
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token} | form, headers={"Accept": "text/html"})

    def sign_in(self, login: str, password: str = PASSWORD, following: str = "") -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", login=login, password=password, next=following)


def signed_in(app: Flask, login: str) -> Reader:
    """Somebody who has signed in."""
    made = Reader(app.test_client())
    assert made.sign_in(login).status_code == 303
    return made
