"""The table of imports that wait to be confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class ImportRow(Base):
    """A file or list as it was read, what its maker has answered, and what would be changed; nothing of it is in force.

    It names people who may not be in the town yet, so it goes when it is confirmed, discarded or a day old.
    """

    __tablename__ = "waiting_import"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    kind: Mapped[str]
    name: Mapped[str]
    """Of the file, for people to read."""
    revision: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mark: Mapped[str]
    """Of the ids, names and numbers that it was compared with."""
    source: Mapped[dict[str, Any]]
    """What was read, with what the maker chose for it."""
    answers: Mapped[dict[str, Any]]
    """What the maker has answered to what was doubtful."""
    plan: Mapped[dict[str, Any]]
    """What would be changed, and what is in its way."""
    __table_args__ = (
        CheckConstraint("kind IN ('people', 'availability', 'posts', 'signups')", name="kind"),
        Index("ix_waiting_import_expires_at", "expires_at"),
    )
