"""The tables of webhooks: programs elsewhere that hear of what happens in a town."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class WebhookRow(Base):
    """An address that is called. The secret signs the calls, is shown once and kept sealed."""

    __tablename__ = "webhook"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    revision: Mapped[int]
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[Any]]
    secret: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class WebhookDeliveryRow(Base):
    """One event for one webhook; the row is the truth and the log at once."""

    __tablename__ = "webhook_delivery"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    webhook: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """What the other side answered the last time; None when it did not."""
    error: Mapped[dict[str, Any] | None]
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'expired')", name="state"),
        Index("ix_webhook_delivery_state_due_at", "state", "due_at"),
        Index("ix_webhook_delivery_webhook_created_at", "webhook", "created_at"),
    )
