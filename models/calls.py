"""Calls that are carried out once, however often they are sent: their keys and, for a day, their answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .call_rows import KeptCallRow
from .database import Database
from .errors import CallFenced, CallInFlight, KeyReused

KEPT = timedelta(days=1)
PURGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what: `key` is the caller's own word, `digest` stands for address, body and rights."""

    town: str | None
    actor: str
    key: str
    endpoint: str
    digest: str

    @property
    def id(self) -> str:
        words = "\0".join((self.town or "", self.actor, self.key))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """The right to carry out a call; whoever takes it over has a higher attempt."""

    id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer of a call. `body` None: what it showed is shown once."""

    status: int
    headers: dict[str, str]
    body: str | None


class Calls:
    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, asked: Asked, hold_seconds: float) -> Held | Kept:
        """The answer when the call was carried out before, else the right to do so for some seconds.

        Raises KeyReused, CallInFlight.
        """
        try:
            with self._db.write() as session:
                return self._begin(session, asked, hold_seconds)
        except IntegrityError:
            raise CallInFlight from None  # two came at the same moment, and the other one was first

    def keep(self, held: Held, answer: Kept) -> None:
        """Keep the answer: inside the transaction of what the call has written. Raises CallFenced."""
        row = KeptCallRow
        mine = update(row).where(row.id == held.id, row.attempt == held.attempt, row.status.is_(None))
        new = mine.values(status=answer.status, headers=answer.headers, body=answer.body)
        with self._db.write() as session:
            if session.execute(new.returning(row.id)).first() is None:
                raise CallFenced

    def forget(self, held: Held) -> None:
        """The call wrote nothing: its key is free again."""
        row = KeptCallRow
        with self._db.write() as session:
            session.execute(delete(row).where(row.id == held.id, row.attempt == held.attempt, row.status.is_(None)))

    def _begin(self, session: Session, asked: Asked, hold_seconds: float) -> Held | Kept:
        now = self._db.now()
        held_until = now + timedelta(seconds=hold_seconds)
        row = session.get(KeptCallRow, asked.id, with_for_update=True)
        if row is not None and row.expires_at <= now:
            session.delete(row)
            session.flush()
            row = None
        if row is None:
            _drop_some(session, asked.id, now)
            session.add(
                KeptCallRow(
                    id=asked.id, town=asked.town, actor=asked.actor, endpoint=asked.endpoint, digest=asked.digest,
                    attempt=1, held_until=held_until, expires_at=now + KEPT, status=None, headers=None, body=None,
                )
            )  # fmt: skip
            return Held(asked.id, 1)
        if row.digest != asked.digest:
            raise KeyReused
        if row.status is not None:
            return Kept(row.status, row.headers or {}, row.body)
        if row.held_until > now:
            raise CallInFlight
        row.attempt, row.held_until = row.attempt + 1, held_until
        return Held(row.id, row.attempt)


def _drop_some(session: Session, but: str, now: object) -> None:
    """A few expired ones, so that the table stays small without anybody's care."""
    row = KeptCallRow
    old = select(row.id).where(row.expires_at <= now, row.id != but).limit(PURGED_AT_ONCE)
    found = session.scalars(old.with_for_update(skip_locked=True)).all()
    if found:
        session.execute(delete(row).where(row.id.in_(found)))
