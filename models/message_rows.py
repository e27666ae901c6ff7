"""The table of what people are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class MessageRow(Base):
    """One message to one recipient; the row is the truth, whatever happens to the process that sends it."""

    __tablename__ = "message"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    key: Mapped[str]
    """What it is about: the same is told once."""
    kind: Mapped[str]
    recipient: Mapped[str]
    channel: Mapped[str | None]
    """By which it goes; None as long as nobody has looked for one, or there is none."""
    subject: Mapped[dict[str, Any]]
    text: Mapped[dict[str, Any]]
    emergency: Mapped[bool]
    """Quiet hours do not hold it."""
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """From then on it is of no use to anybody."""
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]
    """Why it was not taken the last time, in both languages."""
    tried: Mapped[list[Any]] = mapped_column(server_default="[]")
    """The channels that have given up, with their attempts and reasons; and when somebody had it sent once more."""
    __table_args__ = (
        UniqueConstraint("town", "key", name="uq_message_town_key"),
        CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'on_page', 'failed', 'expired', 'withdrawn')", name="state"
        ),
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_town_created_at", "town", "created_at"),
    )
