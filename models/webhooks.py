"""Webhooks of a town: who hears of which event, and each call with what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults
from scheduler.text import Text

from . import leases, words
from .database import Database
from .errors import NotFound
from .records import Page, Stored
from .scope import same_revision, town_row
from .webhook_rows import WebhookDeliveryRow, WebhookRow

Event = Literal["roster.published", "roster.amended", "absence.reported", "vacancy.opened", "message.failed", "test"]
EVENTS: tuple[Event, ...] = tuple(event for event in get_args(Event) if event != "test")
"""What a webhook may ask for; a test goes to whom it is meant for."""
PREFIX = "whsec_"
LEASE_SECONDS = 60.0
GOOD_FOR = timedelta(days=3)
"""An event is tried for so long at the most."""
AT_ONCE = 20
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    id: str
    town: str
    name: str
    url: str
    events: tuple[str, ...]
    active: bool
    locked: bool
    """No key of this service opens its secret: it needs a new one."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    name: str
    url: str
    events: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call, as everybody of the town may see it."""

    id: str
    event: str
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None
    status: int | None
    error: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that is to be made now; `attempt` fences what is said about it."""

    id: str
    attempt: int
    url: str
    secret: str | None
    """None when no key of this service opens it."""
    body: dict[str, Any]


class Webhooks:
    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self, town: str) -> Sequence[Stored[Webhook]]:
        with self._db.read() as session:
            w = WebhookRow
            rows = session.scalars(select(w).where(w.town == town).order_by(w.created_at, w.id))
            return [Stored(self._webhook(row), row.revision) for row in rows]

    def get(self, town: str, webhook: str) -> Stored[Webhook]:
        """Raises NotFound."""
        with self._db.read() as session:
            row = _row(session, town, webhook)
            return Stored(self._webhook(row), row.revision)

    def add(self, town: str, wanted: NewWebhook) -> tuple[Stored[Webhook], str]:
        """With the secret that signs its calls. Raises NotFound (town), DocumentError (the name), NoKey."""
        _check(wanted)
        secret = _fresh()
        with self._db.write() as session:
            town_row(session, town, hold=True)
            row = WebhookRow(
                id=str(uuid4()), town=town, revision=1, name=wanted.name.strip(), url=wanted.url,
                events=list(wanted.events), secret=self._db.vault.seal(secret), active=wanted.active,
                created_at=self._db.now(),
            )  # fmt: skip
            session.add(row)
            return Stored(self._webhook(row), 1), secret

    def change(self, town: str, webhook: str, wanted: NewWebhook, revision: int) -> Stored[Webhook]:
        """Raises NotFound, Conflict, DocumentError (the name)."""
        _check(wanted)
        with self._db.write() as session:
            row = _row(session, town, webhook)
            same_revision("webhook", webhook, row.revision, revision)
            row.name, row.url, row.events, row.active = wanted.name.strip(), wanted.url, [*wanted.events], wanted.active
            row.revision += 1
            return Stored(self._webhook(row), row.revision)

    def renew(self, town: str, webhook: str, revision: int) -> tuple[Stored[Webhook], str]:
        """Another secret, from the next call on. Raises NotFound, Conflict, NoKey."""
        secret = _fresh()
        with self._db.write() as session:
            row = _row(session, town, webhook)
            same_revision("webhook", webhook, row.revision, revision)
            row.secret, row.revision = self._db.vault.seal(secret), row.revision + 1
            return Stored(self._webhook(row), row.revision), secret

    def reseal(self, town: str) -> int:
        """Seal what was sealed with an older key with the newest one; how many. Raises NoKey."""
        vault, count = self._db.vault, 0
        with self._db.write() as session:
            for row in session.scalars(select(WebhookRow).where(WebhookRow.town == town)):
                plain = None if vault.newest(row.secret) else vault.open(row.secret)
                if plain is not None:
                    row.secret, count = vault.seal(plain), count + 1
        return count

    def remove(self, town: str, webhook: str, revision: int) -> None:
        """With all its calls. Raises NotFound, Conflict."""
        with self._db.write() as session:
            row = _row(session, town, webhook)
            same_revision("webhook", webhook, row.revision, revision)
            session.delete(row)

    def emit(self, town: str, event: Event, data: Mapping[str, Any], only: str | None = None) -> int:
        """Keep an event for everybody who asked for it, in the unit of work that gave rise to it; how many they are.

        `only` is one webhook, whatever it asked for.
        """
        with self._db.write() as session:
            now, w = self._db.now(), WebhookRow
            rows = session.scalars(select(w).where(w.town == town, w.active)).all()
            heard = [row for row in rows if (row.id == only if only else event in row.events)]
            event_id = str(uuid4())
            body = {"id": event_id, "event": event, "town": town, "at": now.isoformat(), "data": dict(data)}
            session.add_all(
                WebhookDeliveryRow(
                    id=str(uuid4()), town=town, webhook=row.id, event=event, body=body, state="waiting", attempts=0,
                    due_at=now, expires_at=now + GOOD_FOR, lease_until=None, created_at=now, sent_at=None, status=None,
                    error=None,
                )
                for row in heard
            )  # fmt: skip
            return len(heard)

    def deliveries(self, town: str, webhook: str, page: int = 1, page_size: int = 50) -> Page[Delivery]:
        """The calls of a webhook, the latest first. Raises NotFound."""
        with self._db.read() as session:
            _row(session, town, webhook)
            d = WebhookDeliveryRow
            total = session.scalar(select(func.count()).select_from(d).where(d.webhook == webhook)) or 0
            wanted = select(d).where(d.webhook == webhook).order_by(d.created_at.desc(), d.id)
            rows = session.scalars(wanted.offset((page - 1) * page_size).limit(page_size))
            return Page(tuple(map(_delivery, rows)), total, page, page_size)

    # --- the sender -----------------------------------------------------------------------------------------

    def claim(self) -> Sequence[Call]:
        """Calls whose turn it is; each is this worker's for a minute."""
        now, d = self._db.now(), WebhookDeliveryRow
        with self._db.read() as session:
            if not leases.anything(session, d, now):
                return []
        with self._db.write() as session:
            leases.sweep(session, d, now)
            off = select(WebhookRow.id).where(WebhookRow.active.is_(False))
            session.execute(
                update(d).where(d.state == "waiting", d.webhook.in_(off)).values(state="expired").returning(d.id)
            )
            wanted = select(d).where(leases.is_due(d, now)).order_by(d.due_at, d.id).limit(AT_ONCE)
            rows = session.scalars(wanted.with_for_update(skip_locked=True)).all()
            leases.hold(session, rows, now, LEASE_SECONDS)
            hooks = {row.id: row for row in session.scalars(select(WebhookRow))} if rows else {}
            opened = {id_: self._db.vault.open(hooks[id_].secret) for id_ in {row.webhook for row in rows}}
            return [
                Call(id=r.id, attempt=r.attempts, url=hooks[r.webhook].url, secret=opened[r.webhook], body=r.body)
                for r in rows
            ]

    def answered(self, call: Call, status: int) -> None:
        """The other side has taken it."""
        with self._db.write() as session:
            for row in leases.mine(session, WebhookDeliveryRow, _held(call)):
                row.status = status
                leases.sent(row, self._db.now())

    def refused(self, call: Call, status: int | None, error: Text, *, lasting: bool = False) -> bool:
        """It was not taken: later again, or given up; whether it was given up."""
        with self._db.write() as session:
            rows = leases.mine(session, WebhookDeliveryRow, _held(call))
            for row in rows:
                row.status = status
            lost = [leases.again_or_failed(row, self._db.now(), error, lasting) for row in rows]
            return any(lost)

    def _webhook(self, row: WebhookRow) -> Webhook:
        return Webhook(
            id=row.id, town=row.town, name=row.name, url=row.url, events=tuple(row.events), active=row.active,
            locked=self._db.vault.open(row.secret) is None, created_at=row.created_at,
        )  # fmt: skip


def _fresh() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _held(call: Call) -> Collection[tuple[str, int]]:
    return [(call.id, call.attempt)]


def _check(wanted: NewWebhook) -> None:
    faults = Faults()
    if not wanted.name.strip():
        faults.add(("name",), "too_short", length=0, limit=1)
    words.check(faults, "name", wanted.name, LONGEST_NAME)
    faults.raise_if_any()


def _row(session: Session, town: str, webhook: str) -> WebhookRow:
    row = session.get(WebhookRow, webhook)
    if row is None or row.town != town:
        raise NotFound("webhook", webhook)
    return row


def _delivery(row: WebhookDeliveryRow) -> Delivery:
    return Delivery(
        id=row.id, event=row.event, state=row.state, attempts=row.attempts, due_at=row.due_at,
        created_at=row.created_at, sent_at=row.sent_at, status=row.status,
        error=None if row.error is None else Text(**row.error),
    )  # fmt: skip
