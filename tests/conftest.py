"""Shared fixtures: a store on a real SQLite file and on a real PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from models import accounts, database, links
from models.store import Store

from .browser.visitor import launch
from .models.towns import document
from .patience import PATIENCE
from .postgres import Server, remember, reset
from .quick import QuickHasher, quick_engine
from .thorough import examples

os.environ.setdefault("SANBAN_VAULT_KEYS", "with-this-key-the-tests-seal-what-channels-keep")
"""Processes that tests start inherit it, so that what one has sealed the others open."""

settings.register_profile("sanban", max_examples=examples(50))
settings.load_profile("sanban")


class Clock:
    """The real time, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def elapsed(self) -> float:
        """Seconds of a steady clock, with as many more."""
        return time.monotonic() + self.ahead.total_seconds()

    def advance(self, **how_much: float) -> None:
        self.ahead += timedelta(**how_much)


@pytest.fixture(scope="session", autouse=True)
def _quick_stores() -> Iterator[None]:
    """Without what only some tests are about: hashes that take a tenth of a second, statements compiled once more."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (accounts, links):
            patch.setattr(module, "PasswordHasher", QuickHasher)
        patch.setattr(database, "create_engine", quick_engine)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of this process: its driver does not bear a second one beside it."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server of our own on a free port, gone after the tests. Fails, never skips, when it cannot be had."""
    server = Server.started()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> str:
    """The address of a database with the newest tables, emptied or refilled before each test."""
    url = postgres_server.url(postgres_server.create())
    _prepare(url, filled=True)
    remember(url)
    return url


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """SQLite files with the newest tables, empty (False) and with the small town in them (True), to be copied."""
    folder = tmp_path_factory.mktemp("template")
    files = {filled: folder / f"{filled}.sqlite" for filled in (False, True)}
    for filled, file in files.items():
        _prepare(f"sqlite:///{file}", filled)
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    return files


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An own database with the newest tables, on each kind of server in turn."""
    return _own_database(request, tmp_path, filled=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An own database with the small town of `tests.models.towns`."""
    return _own_database(request, tmp_path, filled=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An own database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    """A store with the newest tables and nothing in them."""
    opened = Store(database_url, clock, clock.elapsed)
    yield opened
    opened.close()


@pytest.fixture
def town(filled_url: str, clock: Clock) -> Iterator[Store]:
    """A store with the small town of `tests.models.towns`."""
    opened = Store(filled_url, clock, clock.elapsed)
    yield opened
    opened.close()


def _prepare(url: str, filled: bool) -> None:
    store = Store(url)
    store.migrate()
    if filled:
        store.load_town(document())
    store.close()


def _own_database(request: pytest.FixtureRequest, tmp_path: Path, filled: bool) -> str:
    if request.param == "sqlite":
        file = tmp_path / "sanban.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_files")[filled], file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgres_database")
    reset(url, filled)
    return url
