"""How often something was tried, counted in the database, so that all processes and machines count together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .database import Database
from .rows_access import AttemptRow

PURGED_AT_ONCE = 1000


class Attempts:
    """Counts in fixed windows: a window begins with the first attempt and ends by itself.

    Keys are hashes that the caller makes: the table tells neither who tried nor from where.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def hit(self, key: str, most: int, window: timedelta) -> timedelta | None:
        """Count one attempt: None while there were at most `most`, else how long until the window ends."""
        now = self._db.now()
        with self._db.write() as session:
            count, ends_at = self._counted(session, key, now, now + window)
        if count == 1:  # in a transaction of its own: who counts must not wait for who tidies up, nor the other way
            self._purge(now)
        return None if count <= most else ends_at - now

    def count(self, key: str) -> int:
        """Attempts in the window that is open, 0 when none is."""
        with self._db.read() as session:
            row = session.get(AttemptRow, key)
            return 0 if row is None or row.ends_at <= self._db.now() else row.count

    def forgive(self, keys: Iterable[str]) -> None:
        """Forget the attempts of these keys."""
        with self._db.write() as session:
            for key in sorted(set(keys)):  # in one order, so that two callers never wait for each other
                session.execute(delete(AttemptRow).where(AttemptRow.key == key))

    def _counted(self, session: Session, key: str, now: datetime, ends_at: datetime) -> tuple[int, datetime]:
        """One statement, so that no two attempts count as one."""
        insert = sqlite.insert if self._db.sqlite else postgresql.insert
        over = AttemptRow.ends_at <= now
        counted = (
            insert(AttemptRow)
            .values(key=key, count=1, ends_at=ends_at)
            .on_conflict_do_update(
                index_elements=[AttemptRow.key],
                set_={
                    "count": case((over, 1), else_=AttemptRow.count + 1),
                    "ends_at": case((over, ends_at), else_=AttemptRow.ends_at),
                },
            )
            .returning(AttemptRow.count, AttemptRow.ends_at)
        )
        count, ends = session.execute(counted).one()
        return count, ends

    def _purge(self, now: datetime) -> None:
        """Take away windows that are over, but not what another process holds."""
        over = select(AttemptRow.key).where(AttemptRow.ends_at <= now).limit(PURGED_AT_ONCE)
        with self._db.write() as session:
            gone = session.scalars(over.with_for_update(skip_locked=True)).all()
            if gone:
                session.execute(delete(AttemptRow).where(AttemptRow.key.in_(gone)))
