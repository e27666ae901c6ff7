"""Huey carries one message, "there is work", from the service to a worker; a lost one costs the time of a look."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import structlog
from huey import PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from redis import ConnectionPool
from redis.exceptions import RedisError

log = structlog.get_logger("jobs")
QUEUE_FILE = "queue.sqlite"
NAME = "sanban"
CONNECT_SECONDS = 2
SILENT_SECONDS = 5
"""How long a server may keep us waiting for an answer."""
TOLD_SECONDS = 60.0
"""Between two lines about a queue that does not answer."""
ERRORS = (sqlite3.Error, psycopg.Error, RedisError, OSError)
TABLES_GONE = (sqlite3.OperationalError, psycopg.errors.UndefinedTable)


def _nobody() -> None:
    """The service only sends; nobody listens there."""


class Wakeup:
    """The queue that service and worker share: a file in `folder`, or a server by `url` (redis, postgresql).

    The worker calls `listener` for each message. A server need not be there yet.
    """

    def __init__(self, folder: Path, listener: Callable[[], None] = _nobody, url: str = "") -> None:
        self.huey = _huey(folder, url)

        @self.huey.task(name="there_is_work")  # the name, with this module's, is the same on both sides
        def there_is_work() -> None:
            listener()

        self.huey.on_shutdown()(self.close)
        self._message = there_is_work

    def wake(self) -> None:
        """Say that there is work. Messages do not pile up: one that still waits says it already. Raises OSError."""
        try:
            try:
                self._send()
            except TABLES_GONE:  # the store was lost and is a new one
                self.huey.storage.initialize_schema()
                self._send()
        except ERRORS as error:
            raise OSError(f"the wake-up could not be written: {type(error).__name__}") from error

    def close(self) -> None:
        """Give back the connections of this thread and those that all threads share; a later use opens new ones."""
        self.huey.storage.close()
        if isinstance(self.huey, RedisHuey):
            self.huey.storage.pool.disconnect()

    def consumer(self) -> Consumer:
        """The worker's side, not started yet. A server need not be there; first looks find a store that is ready."""
        _hush()
        self._ready()
        return self.huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.1, max_delay=0.5, check_worker_health=False
        )

    def _ready(self) -> None:
        """Make the tables of a new store before anybody looks into it; a server that is away gets them later."""
        if isinstance(self.huey, PostgresHuey):
            with suppress(psycopg.Error):  # the consumer tells of a server that does not answer
                self.huey.storage.initialize_schema()

    def _send(self) -> None:
        if self.huey.pending_count() == 0:
            self._message()


def _huey(folder: Path, url: str) -> Any:
    kind, _, rest = url.partition("://")
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(NAME, filename=str(folder / QUEUE_FILE), results=False)
    if kind in ("redis", "rediss"):
        pool = ConnectionPool.from_url(url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=SILENT_SECONDS)
        return RedisHuey(NAME, connection_pool=pool, results=False)
    if kind.partition("+")[0] in ("postgresql", "postgres"):
        # Its tables are made by a worker that begins or with the first message: the web does not wait for the server.
        dsn = f"postgresql://{rest}"
        return PostgresHuey(NAME, dsn=dsn, results=False, create_tables=False, connect_timeout=CONNECT_SECONDS)
    raise ValueError(f"QUEUE_URL begins with {kind!r}; it must be redis://, rediss:// or postgresql://.")


class _Hushed(logging.Handler):
    """Huey tells every failed look with its trace; one line a minute with the kind of error is enough."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told = -TOLD_SECONDS

    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() - self._told < TOLD_SECONDS:
            return
        self._told = time.monotonic()
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        log.warning("queue_does_not_answer", kind=kind)


def _hush() -> None:
    logger = logging.getLogger("huey")
    logger.propagate = False
    logger.handlers = [handler for handler in logger.handlers if not isinstance(handler, _Hushed)]
    logger.addHandler(_Hushed())  # a new one: what an earlier consumer told does not silence this one
