"""The outbox: what is to be told is kept with what gave rise to it, in one transaction, and sent by the worker."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, cast, get_args

from sqlalchemy import ColumnElement, Table, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scheduler.text import Text

from .channel_order import heads, line
from .channel_rows import ChannelRow
from .database import Database
from .errors import Conflict, NotFound
from .message_rows import MessageRow
from .records import Page

T = TypeVar("T")
Kind = Literal[
    "roster_published",
    "roster_changed",
    "reminder",
    "confirmation_wanted",
    "call_out",
    "seat_open",
    "exchange",
    "absence",
    "digest",
]
"""Why somebody is told something; a town may switch kinds off."""
MESSAGE_KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["waiting", "sending", "sent", "on_page", "failed", "expired", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
"""`on_page`: no channel leads there; whom it is for sees it on their own page, staff in the outbox."""
EVERY_GROUP = "group:all"
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one recipient is to be told.

    `to` is `person:ID`, `role:dispatcher` (everybody of that role in the town), `group:CHANNEL` or `group:all` (every
    group that takes such messages); `test:CHANNEL:ADDRESS` tries a channel out. `key` says what it is about: a second
    message of a town with the same key is not kept. `due` is when it is told at the earliest (None: now), `expires`
    from when on it is of no use. An `emergency` is told in quiet hours, too.
    """

    key: str
    kind: Kind
    to: str
    subject: Text
    text: Text
    emergency: bool = False
    due: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A channel that has given up on a message; or, without an error, that somebody had it sent once more."""

    channel: str | None
    name: str
    attempts: int
    at: datetime
    error: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message as it lies in the outbox."""

    id: str
    town: str
    key: str
    kind: Kind
    to: str
    channel: str | None
    subject: Text
    text: Text
    emergency: bool
    state: State
    attempts: int
    due_at: datetime
    expires_at: datetime | None
    created_at: datetime
    created_by: str | None
    sent_at: datetime | None
    error: Text | None
    tried: tuple[Tried, ...]
    """The channels that it went by before the present one, the first first."""

    @property
    def attempts_here(self) -> int:
        """Attempts by the present channel."""
        return self.attempts - sum(one.attempts for one in self.tried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which messages are looked for; `people` are those whose messages may be seen (None: everybody's, groups' too)."""

    state: str | None = None
    kind: str | None = None
    person: str | None = None
    key: str | None = None
    people: frozenset[str] | None = None


class Outbox:
    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, town: str, messages: Iterable[Message], by: str | None = None) -> int:
        """Keep messages to be sent; how many are new. In a unit of work they are kept with all else or not at all."""
        wanted = {message.key: message for message in messages}
        if not wanted:
            return 0
        with self._db.write() as session:
            m, now = MessageRow, self._db.now()
            known = {
                key
                for some in _by_hundreds(list(wanted))
                for key in session.scalars(select(m.key).where(m.town == town, m.key.in_(some)))
            }
            fresh = [message for key, message in wanted.items() if key not in known]
            channels = session.scalars(select(ChannelRow).where(ChannelRow.town == town)).all()
            rows = [
                _row(town, message, key, channel, now, by)
                for message in fresh
                for key, channel in _ways(message, channels)
            ]
            return sum(self._insert(session, some) for some in _by_hundreds(rows))

    def _insert(self, session: Session, rows: list[dict[str, Any]]) -> int:
        """What somebody else has put there a moment ago stays as it is."""
        table = cast(Table, MessageRow.__table__)
        insert = sqlite.insert(table) if self._db.sqlite else postgresql.insert(table)
        kept = insert.values(rows).on_conflict_do_nothing(index_elements=["town", "key"]).returning(table.c.id)
        return len(session.connection().execute(kept).all())

    def page(self, town: str, asked: Asked, page: int = 1, page_size: int = 50) -> Page[Posted]:
        """The latest first."""
        m, where = MessageRow, _where(town, asked)
        with self._db.read() as session:
            total = session.scalar(select(func.count()).select_from(m).where(*where)) or 0
            wanted = select(m).where(*where).order_by(m.created_at.desc(), m.due_at.desc(), m.id)
            rows = session.scalars(wanted.offset((page - 1) * page_size).limit(page_size))
            return Page(tuple(map(posted, rows)), total, page, page_size)

    def counts(self, town: str, asked: Asked) -> dict[str, int]:
        """State → how many; the state that is looked for does not matter."""
        m = MessageRow
        where = _where(town, Asked(kind=asked.kind, person=asked.person, people=asked.people))
        with self._db.read() as session:
            rows = session.execute(select(m.state, func.count()).where(*where).group_by(m.state)).all()
            return {row[0]: row[1] for row in rows}

    def get(self, town: str, message: str) -> Posted:
        """Raises NotFound."""
        with self._db.read() as session:
            return posted(_found(session, town, message))

    def retry(self, town: str, message: str) -> Posted:
        """Try again, from the first channel on: now, or when it was due if that is still to come.

        Raises NotFound, Conflict (it waits, was told, or is of no use any more).
        """
        with self._db.write() as session:
            row = _found(session, town, message, hold=True)
            now = self._db.now()
            if row.state not in ("failed", "on_page", "withdrawn") or (row.expires_at and row.expires_at <= now):
                raise Conflict("message", message, None)
            if row.attempts:
                row.tried = [*row.tried, tried(posted(row), "", now, None)]
            row.channel = self._first(session, row)
            row.due_at = max(row.due_at, now) if row.state == "withdrawn" else now
            row.state, row.error = "waiting", None
            return posted(row)

    def _first(self, session: Session, row: MessageRow) -> str | None:
        """By which channel it goes first; of a person's message it is looked for when it is sent."""
        if row.recipient.startswith("person:"):
            return None
        channels = session.scalars(select(ChannelRow).where(ChannelRow.town == row.town)).all()
        return next((c.id for c in line(channels, row.channel) if c.active), row.channel)

    def withdraw(self, town: str, message: str) -> Posted:
        """It is not told after all. Raises NotFound, Conflict (it is on its way, or was told)."""
        with self._db.write() as session:
            row = _found(session, town, message, hold=True)
            if row.state not in ("waiting", "failed"):
                raise Conflict("message", message, None)
            row.state = "withdrawn"
            return posted(row)

    def withdraw_others(self, town: str, labels: Collection[str], keys: Collection[str]) -> int:
        """Withdraw what waits with a key LABEL/… and is not among the keys: what it was about has changed."""
        m = MessageRow
        with self._db.write() as session:
            planned = or_(*(m.key.startswith(f"{label}/", autoescape=True) for label in labels))
            wanted = select(m.id, m.key).where(m.town == town, m.state == "waiting", planned)
            stale = [id_ for id_, key in session.execute(wanted) if key.partition("@")[0] not in keys]
            gone = update(m).where(m.id.in_(stale), m.state == "waiting").values(state="withdrawn")
            return len(session.execute(gone.returning(m.id)).all()) if stale else 0


def tried(message: Posted, name: str, at: datetime, error: Text | None) -> dict[str, Any]:
    """An entry of a message's history: the channel that it went by so far, with the attempts made there."""
    return {
        "channel": message.channel, "name": name, "attempts": message.attempts_here, "at": at.isoformat(),
        "error": None if error is None else error.as_json(),
    }  # fmt: skip


def posted(row: MessageRow) -> Posted:
    """A row as it may leave this package."""
    return Posted(
        id=row.id, town=row.town, key=row.key, kind=row.kind, to=row.recipient, channel=row.channel,  # type: ignore[arg-type]
        subject=Text(**row.subject), text=Text(**row.text), emergency=row.emergency, state=row.state,  # type: ignore[arg-type]
        attempts=row.attempts, due_at=row.due_at, expires_at=row.expires_at, created_at=row.created_at,
        created_by=row.created_by, sent_at=row.sent_at, error=None if row.error is None else Text(**row.error),
        tried=tuple(map(_tried, row.tried)),
    )  # fmt: skip


def _tried(entry: dict[str, Any]) -> Tried:
    error, at = entry["error"], datetime.fromisoformat(entry["at"])
    return Tried(
        channel=entry["channel"], name=entry["name"], attempts=entry["attempts"], at=at,
        error=None if error is None else Text(**error),
    )  # fmt: skip


def _by_hundreds(listed: list[T]) -> Iterator[list[T]]:
    return (listed[i : i + ROWS_AT_ONCE] for i in range(0, len(listed), ROWS_AT_ONCE))


def _ways(message: Message, channels: Collection[ChannelRow]) -> list[tuple[str, str | None]]:
    """(key, channel) of each row of a message: one for each channel that reaches its group or its staff.

    A person's channel is looked for when it is sent: their address may be another one by then.
    """
    noun, _, which = message.to.partition(":")
    if noun == "person":
        return [(message.key, None)]
    if noun == "test":
        return [(message.key, which.partition(":")[0])]
    if noun == "group" and message.to != EVERY_GROUP:
        return [(message.key, next((c.id for c in line(list(channels), which) if c.active), which))]
    found = [c.id for c in heads(list(channels), "staff" if noun == "role" else "group", message.kind)]
    if not found:
        return [(message.key, None)]
    return [(message.key, found[0]), *((f"{message.key}@{channel}", channel) for channel in found[1:])]


def _row(town: str, message: Message, key: str, channel: str | None, now: datetime, by: str | None) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "town": town,
        "key": key,
        "kind": message.kind,
        "recipient": message.to,
        "channel": channel,
        "subject": message.subject.as_json(),
        "text": message.text.as_json(),
        "emergency": message.emergency,
        "state": "waiting",
        "attempts": 0,
        "due_at": message.due or now,
        "expires_at": message.expires,
        "lease_until": None,
        "created_at": now,
        "created_by": by,
        "sent_at": None,
        "error": None,
        "tried": [],
    }


def _where(town: str, asked: Asked) -> list[ColumnElement[bool]]:
    m, where = MessageRow, [MessageRow.town == town]
    if asked.state:
        where.append(m.state == asked.state)
    if asked.kind:
        where.append(m.kind == asked.kind)
    if asked.key:
        where.append(m.key == asked.key)
    if asked.person:
        where.append(m.recipient == f"person:{asked.person}")
    if asked.people is not None:
        where.append(m.recipient.in_([f"person:{person}" for person in sorted(asked.people)]))
    return where


def _found(session: Session, town: str, message: str, *, hold: bool = False) -> MessageRow:
    row = session.get(MessageRow, message, with_for_update=True if hold else None)
    if row is None or row.town != town:
        raise NotFound("message", message)
    return row
