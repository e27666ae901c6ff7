"""What is sent to others, as a table keeps it: due, claimed for a time, sent, tried again, given up.

At least once: a worker that dies between sending and saying so leaves a lease that runs out, and it is sent again.
Whoever receives can tell by its key or id. Every write after a claim is fenced by the attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from scheduler.text import Text

from .message_rows import MessageRow
from .webhook_rows import WebhookDeliveryRow

Leased = TypeVar("Leased", MessageRow, WebhookDeliveryRow)
PAUSES_MINUTES = (1, 5, 30, 120, 360)
"""Between the attempts; after the last one it is given up."""


def is_due(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """Waits, may go now, and is of use still."""
    live = or_(table.expires_at.is_(None), table.expires_at > now)
    return (table.state == "waiting") & (table.due_at <= now) & live


def sweep(session: Session, table: type[Leased], now: datetime) -> int:
    """What a dead worker held waits again, and what is of no use any more says so; how many rows."""
    late = update(table).where(table.state == "sending", table.lease_until <= now)
    back = session.execute(late.values(state="waiting", lease_until=None).returning(table.id)).all()
    old = update(table).where(table.state == "waiting", table.expires_at <= now)
    return len(back) + len(session.execute(old.values(state="expired").returning(table.id)).all())


def anything(session: Session, table: type[Leased], now: datetime) -> bool:
    """Whether there is anything for `sweep` or a claim: what a look without a write can tell."""
    late = (table.state == "sending") & (table.lease_until <= now)
    old = (table.state == "waiting") & (table.expires_at <= now)
    return session.execute(select(1).where(or_(late, old, is_due(table, now))).limit(1)).first() is not None


def hold(session: Session, rows: Iterable[Leased], now: datetime, seconds: float) -> None:
    """Mark rows, which the transaction holds already, as being sent."""
    for row in rows:
        row.state, row.attempts = "sending", row.attempts + 1
        row.lease_until = now + timedelta(seconds=seconds)
    session.flush()


def mine(session: Session, table: type[Leased], held: Collection[tuple[str, int]]) -> list[Leased]:
    """The rows of (id, attempt) that this attempt holds still."""
    ids = [id_ for id_, _ in held]
    rows = session.scalars(select(table).where(table.id.in_(ids), table.state == "sending").with_for_update())
    wanted = dict(held)
    return [row for row in rows if wanted[row.id] == row.attempts]


def sent(row: Any, now: datetime) -> None:
    row.state, row.sent_at, row.lease_until, row.error = "sent", now, None, None


def again_or_failed(row: Any, now: datetime, error: Text, lasting: bool) -> bool:
    """Later, or given up when pauses have run out or trying again cannot help; whether it was given up."""
    row.error, row.lease_until = error.as_json(), None
    if lasting or row.attempts > len(PAUSES_MINUTES):
        row.state = "failed"
        return True
    row.state, row.due_at = "waiting", now + timedelta(minutes=PAUSES_MINUTES[row.attempts - 1])
    return False
