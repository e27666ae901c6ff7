"""Databases to copy from and to: filled, with empty tables, without tables, of both kinds, made once and copied."""

from __future__ import annotations

import shutil
import sqlite3
from itertools import count
from pathlib import Path

import psycopg

from models.store import Store
from tests.postgres import Server

from .everything import fill


class Places:
    """`full` is for reading only; the others are the test's own, under new names."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._folder, self._numbers = server, folder, count(1)
        self.file, self._empty_file = folder / "full.sqlite", folder / "blank.sqlite"
        self._full, self._empty = server.create(), server.create()
        for url in (f"sqlite:///{self.file}", server.url(self._full)):
            _migrated(url, filled=True)
        for url in (f"sqlite:///{self._empty_file}", server.url(self._empty)):
            _migrated(url, filled=False)
        for file in (self.file, self._empty_file):
            connection = sqlite3.connect(file)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def full(self, kind: str) -> str:
        """Something in every table."""
        return f"sqlite:///{self.file}" if kind == "sqlite" else self._server.url(self._full)

    def copy(self, kind: str) -> str:
        """The same, to be changed."""
        return self._like(kind, self.file, self._full)

    def blank(self, kind: str) -> str:
        """The newest tables, with nothing in them."""
        return self._like(kind, self._empty_file, self._empty)

    def bare(self, kind: str) -> str:
        """No tables at all."""
        if kind == "postgresql":
            return self._server.url(self._server.create())
        return f"sqlite:///{self._folder / f'bare{next(self._numbers)}.sqlite'}"

    def _like(self, kind: str, file: Path, database: str) -> str:
        if kind == "sqlite":
            own = self._folder / f"own{next(self._numbers)}.sqlite"
            shutil.copy(file, own)
            return f"sqlite:///{own}"
        name = f"own_{self._folder.name.replace('-', '_')}_{next(self._numbers)}"
        with psycopg.connect(self._server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')  # type: ignore[call-overload]
        return self._server.url(name)


def _migrated(url: str, filled: bool) -> None:
    store = Store(url)
    store.migrate()
    if filled:
        fill(store)
    store.close()
