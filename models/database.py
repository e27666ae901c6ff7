"""Connections and transactions, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .audit_capture import NOW, RecordingSession
from .outages import told
from .unit import Unit
from .vault import Vault

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""
LOOKING = 4
"""Connections of a process for `look`."""
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=120s "
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
"""How long client and server may be silent before they count as lost to each other (seconds; `tcp_user_timeout` in
milliseconds), so that the locks of a machine that has disappeared are soon free; and how long the server lets one
statement run, or one transaction idle. Migrations take the time that they need."""


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
    """One engine. `read` sees one snapshot; `write` may read before it writes and loses no update.

    `vault` seals and opens secrets; without one, that of the environment.
    """

    def __init__(self, url: str, clock: Callable[[], datetime], vault: Vault | None = None) -> None:
        self.url = normalised(url)
        self._clock = clock
        self._own = threading.local()
        self._vault = vault
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.sqlite else self._server_engine()
        self._reading: Engine
        self._writing: Engine
        self._looking = self.engine if self.sqlite else self._looking_engine()
        self.engines = tuple({id(one): one for one in (self.engine, self._looking)}.values())
        if self.sqlite:
            self._reading, self._writing = self.engine, self.engine.execution_options(begin="IMMEDIATE")
        else:
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writing = self.engine

    def now(self) -> datetime:
        return self._clock().astimezone(UTC)

    @property
    def vault(self) -> Vault:
        """What seals and opens secrets; looked for when it is needed, for most processes never do."""
        if self._vault is None:
            self._vault = Vault.of_environment(os.environ)
        return self._vault

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, all from one moment. Raises Unavailable."""
        unit = self._unit
        joined = unit is not None and unit.begun
        shared: Session | None = getattr(self._own, "shared", None)
        if shared is not None and not joined:
            yield shared
            return
        with told():
            opened = unit.session(autoflush=False) if unit and joined else Session(self._reading, autoflush=False)
            with opened as session, session.begin():
                yield session

    @contextmanager
    def moment(self) -> Iterator[None]:
        """What this thread reads inside is of one moment, by one connection. Raises Unavailable."""
        with self.read() as session:
            before = getattr(self._own, "shared", None)
            self._own.shared = session
            try:
                yield
            finally:
                self._own.shared = before

    def look(self, statement: Executable, parameters: dict[str, Any]) -> list[Any]:
        """The rows of one statement that reads, by itself: it needs no transaction to be of one moment.

        For what hundreds a second ask: nobody asks first whether the connection still lives; on one that does not, the
        statement is said once more. What this thread has written in a unit of work is not seen. Raises Unavailable.
        """
        with told():
            try:
                return self._rows(statement, parameters)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._rows(statement, parameters)

    def _rows(self, statement: Executable, parameters: dict[str, Any]) -> list[Any]:
        with self._looking.connect() as connection:
            return list(connection.execute(statement, parameters))

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end and rolls back on any error; its changes are logged with it.

        Raises Unavailable, StoreFull.
        """
        unit = self._unit
        with told():
            opened = RecordingSession(self._writing, info={NOW: self.now}) if unit is None else unit.session()
            with opened as session, session.begin():
                yield session
            if unit is not None:
                unit.written = True

    @contextmanager
    def together(self) -> Iterator[Unit]:
        """What this thread reads and writes inside is one transaction: all of it is kept, or nothing.

        Inside another one it is a part of that, taken back alone when it raises. Raises Unavailable, StoreFull.
        """
        outer = self._unit
        if outer is not None:
            with outer.part():
                yield outer
            return
        unit = self._own.unit = Unit(self._writing, self.now)
        try:
            with told():
                yield unit
                unit.commit()
        finally:
            self._own.unit = None
            unit.close()
        unit.done()

    def afterwards(self, call: Callable[[], object]) -> None:
        """Call this when what the present transaction has written can be seen by others; at once outside of one."""
        if self._unit is None:
            call()
        else:
            self._unit.afterwards(call)

    @property
    def _unit(self) -> Unit | None:
        """The unit of work of this thread."""
        unit: Unit | None = getattr(self._own, "unit", None)
        return unit

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A writing transaction without a session, for migrations."""
        with self._writing.begin() as connection:
            if not self.sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()

    def _server_engine(self) -> Engine:
        return create_engine(
            self.url,
            json_serializer=dumps,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            connect_args=self._patience(),
        )

    def _looking_engine(self) -> Engine:
        """A few connections for `look`: each is held for a millisecond, and has the statements prepared."""
        patience = self._patience()
        if "options" in patience:
            patience["options"] = f"{patience['options']} -c default_transaction_read_only=on"
        return create_engine(
            self.url,
            json_serializer=dumps,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            pool_size=LOOKING,
            max_overflow=0,
            connect_args=patience,
        )

    def _patience(self) -> dict[str, Any]:
        return {name: value for name, value in PATIENCE.items() if name not in self.url.query}

    def _sqlite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            json_serializer=dumps,
            hide_parameters=True,
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
        "secure_delete = ON",  # what is deleted is overwritten, too
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """The driver's own transactions are off (isolation_level None): a reader that turns writer would fail at once,
    whatever the busy timeout, so that writers say from the start that they are writers."""
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
