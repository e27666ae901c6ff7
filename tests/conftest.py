"""Shared fixtures: a store on a real SQLite file and on a real PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.store import Store

from .postgres import Server, emptied


class Clock:
    """The real time, and as much later as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **how_much: float) -> None:
        self.ahead += timedelta(**how_much)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server of our own on a free port, gone after the tests. Fails, never skips, when it cannot be had."""
    server = Server.started()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Server) -> str:
    """The address of a database with the newest tables, to be emptied before each test."""
    url = postgres_server.url(postgres_server.create())
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest tables, to be copied for each test."""
    file = tmp_path_factory.mktemp("template") / "sanban.sqlite"
    _migrate(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An own database with the newest tables, on each kind of server in turn."""
    if request.param == "sqlite":
        file = tmp_path / "sanban.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    url: str = request.getfixturevalue("postgres_database")
    emptied(url)
    yield url


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
    opened = Store(database_url, clock)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()
