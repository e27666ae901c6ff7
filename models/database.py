"""Connections and transactions, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""


def normalised(url: str) -> URL:
    """The URL with the driver that is installed: postgres:// and postgresql:// mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def dumps(value: Any) -> str:
    """JSON as it is stored: readable in any script, never NaN or Infinity."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Database:
    """One engine. `read` sees one snapshot; `write` may read before it writes and loses no update."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.url = normalised(url)
        self._clock = clock
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.sqlite else self._server_engine()
        self._reading: Engine
        self._writing: Engine
        if self.sqlite:
            self._reading, self._writing = self.engine, self.engine.execution_options(begin="IMMEDIATE")
        else:
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writing = self.engine

    def now(self) -> datetime:
        return self._clock().astimezone(UTC)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, all from one moment."""
        with Session(self._reading, autoflush=False) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end and rolls back on any error."""
        with Session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A writing transaction without a session, for migrations."""
        with self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    def _server_engine(self) -> Engine:
        return create_engine(self.url, json_serializer=dumps, pool_pre_ping=True, pool_size=10, max_overflow=20)

    def _sqlite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            json_serializer=dumps,
            pool_size=10,
            max_overflow=20,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """The driver's own transactions are off (isolation_level None): a reader that turns writer would fail at once,
    whatever the busy timeout, so that writers say from the start that they are writers."""
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
