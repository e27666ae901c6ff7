"""The tables of what was changed by whom, and of ids that are never given again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class AuditRow(Base):
    """One change. The database refuses to change or delete a row, so nothing that must be forgotten is written here."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    at: Mapped[datetime]
    town: Mapped[str | None]
    """None for what belongs to the platform."""
    actor: Mapped[str]
    action: Mapped[str]
    noun: Mapped[str]
    thing: Mapped[str]
    person: Mapped[str | None]
    """The id of the person whom it is about."""
    changes: Mapped[dict[str, Any]]
    """Field → [before, after]."""
    reason: Mapped[str | None]
    request: Mapped[str | None]
    __table_args__ = (
        Index("ix_audit_town_at", "town", "at"),
        Index("ix_audit_town_person", "town", "person"),
        Index("ix_audit_town_thing", "town", "noun", "thing"),
        Index("ix_audit_at", "at"),
    )


class ErasedPersonRow(Base):
    """An id whose person was erased. Published rosters still name it, so that nobody else may get it."""

    __tablename__ = "erased_person"
    town: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
