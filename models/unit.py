"""A unit of work: several writes of one thread as one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from .audit_capture import NOW, RecordingSession


class Unit:
    """Begins with the first write and not before, so that whoever only reads holds nobody up.

    Each write inside is a savepoint: one that is refused takes back its own changes alone.
    """

    def __init__(self, writing: Engine, now: Callable[[], datetime]) -> None:
        self._writing, self._now = writing, now
        self._connection: Connection | None = None
        self._afterwards: list[Callable[[], object]] = []
        self.written = False
        """Whether a write has ended well, so that there is something to keep."""

    @property
    def begun(self) -> bool:
        """Whether somebody has begun to write: from here on, what is read is read in this transaction."""
        return self._connection is not None

    def session(self, *, autoflush: bool = True) -> Session:
        """A session of this transaction: its commit is a savepoint's."""
        if self._connection is None:
            self._connection = self._writing.connect()
            self._connection.begin()
        return RecordingSession(
            self._connection,
            autoflush=autoflush,
            join_transaction_mode="create_savepoint",
            info={NOW: self._now},
        )

    def afterwards(self, call: Callable[[], object]) -> None:
        """Have this called once everything has been committed, and never otherwise."""
        self._afterwards.append(call)

    @contextmanager
    def part(self) -> Iterator[None]:
        """What is written inside is taken back together when it raises."""
        savepoint = None if self._connection is None else self._connection.begin_nested()
        promised, written = len(self._afterwards), self.written
        try:
            yield
        except BaseException:
            del self._afterwards[promised:]
            self.written = written
            if savepoint is None:
                self.close()
            elif savepoint.is_active:
                savepoint.rollback()
            raise
        if savepoint is not None:
            savepoint.commit()

    def commit(self) -> None:
        if self._connection is not None:
            self._connection.commit()

    def done(self) -> None:
        """Everything can be seen by others now: keep what was promised."""
        for call in self._afterwards:
            call()

    def close(self) -> None:
        """Take back what has not been committed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
