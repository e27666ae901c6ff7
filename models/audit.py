"""The log of changes as it is read: by town, filtered, page by page or as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from .audit_rows import AuditRow
from .database import Database
from .records import Page
from .things import FAR

AT_ONCE = 1000
"""Entries of one look into the table while all are read."""
ACTIONS = ("add", "change", "remove", "reveal", "export", "erase")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who, when, what, from what to what, why. Names are shortened, numbers masked, secrets hidden."""

    id: int
    at: datetime
    town: str | None
    actor: str
    """An account's id, `person:ID`, `system` (commands, the worker) or `anonymous`."""
    action: str
    noun: str
    thing: str
    person: str | None
    changes: dict[str, Any]
    """Field → [before, after]."""
    reason: str | None
    request: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries: those for which everything holds that is given; `start` ≤ at < `end`."""

    town: str | None = None
    """None is every town and the platform."""
    person: str | None = None
    actor: str | None = None
    noun: str | None = None
    thing: str | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class AuditLog:
    """Nothing is written here: writing sessions do that (`audit_capture`)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, wanted: AuditFilter, page: int = 1, page_size: int = 50) -> Page[AuditEntry]:
        """The latest first."""
        chosen = _chosen(wanted)
        with self._db.read() as session:
            total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
            ordered = chosen.order_by(AuditRow.id.desc()).limit(page_size).offset(min((page - 1) * page_size, FAR))
            return Page(tuple(_entry(row) for row in session.scalars(ordered)), total, page, page_size)

    def all(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Everything, the earliest first, read piece by piece."""
        last = 0
        while True:
            with self._db.read() as session:
                ordered = _chosen(wanted).where(AuditRow.id > last).order_by(AuditRow.id).limit(AT_ONCE)
                found = [_entry(row) for row in session.scalars(ordered)]
            yield from found
            if len(found) < AT_ONCE:
                return
            last = found[-1].id

    def nouns(self, town: str | None) -> list[str]:
        """The nouns of which there are entries."""
        wanted = select(AuditRow.noun).distinct().order_by(AuditRow.noun)
        with self._db.read() as session:
            return list(session.scalars(wanted if town is None else wanted.where(AuditRow.town == town)))


def _chosen(wanted: AuditFilter) -> Select[AuditRow]:
    chosen = select(AuditRow)
    for name in ("town", "person", "actor", "noun", "thing", "action"):
        value = getattr(wanted, name)
        if value is not None:
            chosen = chosen.where(getattr(AuditRow, name) == value)
    if wanted.start is not None:
        chosen = chosen.where(AuditRow.at >= wanted.start)
    if wanted.end is not None:
        chosen = chosen.where(AuditRow.at < wanted.end)
    return chosen


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        row.id, row.at, row.town, row.actor, row.action, row.noun, row.thing, row.person, row.changes, row.reason,
        row.request,
    )  # fmt: skip
