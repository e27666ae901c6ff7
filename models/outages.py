"""What a database says when it is away or its disk is full, as errors of ours; bugs stay what they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from .errors import StoreFull, Unavailable

SQLITE_FULL = sqlite3.SQLITE_FULL
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes that say something about the file and nothing about the statement."""
PRIMARY = 0xFF
SERVER_FULL = "53100"
SERVER_AWAY = ("08", "40001", "40P01", "53", "55P03", "57")
"""Beginnings of SQLSTATE: connection, serialization, deadlock, resources, lock, shutdown and cancellation."""


@contextmanager
def told() -> Iterator[None]:
    """Raises StoreFull or Unavailable in place of the driver's errors that mean it."""
    try:
        yield
    except (StoreFull, Unavailable):
        raise
    except SQLAlchemyError as error:
        meant = outage(error)
        if meant is None:
            raise
        raise meant from error


def outage(error: SQLAlchemyError) -> StoreFull | Unavailable | None:
    """What an error of the driver means for who asked; None when it is a bug or a refusal."""
    if isinstance(error, NoConnectionFree):
        return Unavailable("no connection is free")
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = getattr(cause, "sqlstate", None)
    if state == SERVER_FULL:
        return StoreFull("the server's disk is full")
    if error.connection_invalidated or (state or "").startswith(SERVER_AWAY):
        return Unavailable(f"the server does not answer ({state or type(cause).__name__})")
    if state is None and isinstance(error, OperationalError | InterfaceError):
        return Unavailable("the server cannot be reached")
    return None


def _of_sqlite(cause: sqlite3.Error) -> StoreFull | Unavailable | None:
    code = getattr(cause, "sqlite_errorcode", 0) & PRIMARY
    if code == SQLITE_FULL:
        return StoreFull("the disk is full")
    return Unavailable(f"the file cannot be used ({cause.sqlite_errorname})") if code in SQLITE_AWAY else None
