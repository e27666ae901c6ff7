"""The tables of how a town tells people: its channels, how fast each may be used, and its quiet hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class ChannelRow(Base):
    """One way to tell people. Secrets are kept sealed (`vault.py`), and never shown, logged or handed out."""

    __tablename__ = "channel"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    revision: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    reach: Mapped[str]
    about: Mapped[list[Any]]
    """The kinds of message that go this way."""
    language: Mapped[str]
    active: Mapped[bool]
    rank: Mapped[int] = mapped_column(server_default="0")
    """Whose turn it is; of equals the older one's."""
    instead_of: Mapped[str | None]
    """The channel for which it stands in: it hears only what that one could not take."""
    fields: Mapped[dict[str, Any]]
    secrets: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "kind IN ('wecom_robot', 'dingtalk_robot', 'feishu_robot', 'email', 'webhook', 'sms')", name="kind"
        ),
        CheckConstraint("reach IN ('group', 'staff', 'personal')", name="reach"),
        CheckConstraint("language IN ('zh', 'en', 'both')", name="language"),
    )


class ChannelPaceRow(Base):
    """How often a channel was used in the minute that began at `since`, by all workers together."""

    __tablename__ = "channel_pace"
    channel: Mapped[str] = mapped_column(ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
    used: Mapped[int]


class TellingPolicyRow(Base):
    """A town's quiet hours and reminders; clock times are minutes of the day. None switches a reminder off."""

    __tablename__ = "telling_policy"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    revision: Mapped[int]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    evening_at: Mapped[int | None]
    before_minutes: Mapped[int | None]
    confirm_hours: Mapped[int | None]
    escalate_hours: Mapped[int | None]
