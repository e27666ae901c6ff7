"""The outbox: what is to be told is kept with what gave rise to it, in one transaction, and sent by the worker."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from scheduler.text import Text

from .database import Database
from .message_rows import MessageRow

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one recipient is to be told.

    `to` is `person:ID`, `role:dispatcher` (everybody of that role in the town) or `group:CHANNEL`. `key` says what it
    is about: a second message of a town with the same key is not kept. `due` is when it is told at the earliest (None:
    now), `expires` from when on it is of no use. An `emergency` is told in quiet hours, too.
    """

    key: str
    kind: Kind
    to: str
    subject: Text
    text: Text
    emergency: bool = False
    due: datetime | None = None
    expires: datetime | None = None


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
            known = set(session.scalars(select(m.key).where(m.town == town, m.key.in_(wanted))))
            fresh = [message for key, message in wanted.items() if key not in known]
            session.add_all(
                MessageRow(
                    id=str(uuid.uuid4()),
                    town=town,
                    key=message.key,
                    kind=message.kind,
                    recipient=message.to,
                    subject=message.subject.as_json(),
                    text=message.text.as_json(),
                    emergency=message.emergency,
                    state="waiting",
                    attempts=0,
                    due_at=message.due or now,
                    expires_at=message.expires,
                    lease_until=None,
                    created_at=now,
                    created_by=by,
                    sent_at=None,
                    error=None,
                )
                for message in fresh
            )
            return len(fresh)
