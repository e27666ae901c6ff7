"""Tables of seats that people take, offer and swap among themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class ExchangeRow(Base):
    """One person's wish about one seat of a published week, and what has become of it."""

    __tablename__ = "exchange"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    week: Mapped[date]
    person: Mapped[str]
    """Who asks."""
    duty: Mapped[str]
    position: Mapped[str]
    """The seat that they give away; of a claim the one that they want."""
    partner: Mapped[str | None]
    """Who is asked, or has taken the offer."""
    partner_week: Mapped[date | None]
    """Of the colleague's duty, when it is another week than that of who asks."""
    partner_duty: Mapped[str | None]
    partner_position: Mapped[str | None]
    about: Mapped[dict[str, Any]]
    """The seat in words, in both languages: it is told when the week is long gone, too."""
    partner_about: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """When the first of its duties begins."""
    ended_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[dict[str, Any] | None]
    """Why it was refused or failed, in both languages."""
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["town", "partner"], ["person.town", "person.id"], ondelete="CASCADE"),
        CheckConstraint("kind IN ('claim', 'offer', 'swap')", name="kind"),
        CheckConstraint(
            "state IN ('requested', 'accepted', 'done', 'declined', 'refused', 'withdrawn', 'expired', 'failed')",
            name="state",
        ),
        CheckConstraint("kind <> 'swap' OR partner_duty IS NOT NULL", name="both_sides"),
        Index("ix_exchange_town_week_state", "town", "week", "state"),
        Index("ix_exchange_town_person", "town", "person"),
        Index("ix_exchange_town_partner", "town", "partner"),
        Index("ix_exchange_state_expires_at", "state", "expires_at"),
    )


class ExchangePolicyRow(Base):
    """What a town's people may settle among themselves; a town without a row has the default."""

    __tablename__ = "exchange_policy"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    revision: Mapped[int]
    claims: Mapped[str]
    offers: Mapped[str]
    swaps: Mapped[str]
    __table_args__ = (
        CheckConstraint("claims IN ('direct', 'approval', 'off')", name="claims"),
        CheckConstraint("offers IN ('direct', 'approval', 'off')", name="offers"),
        CheckConstraint("swaps IN ('direct', 'approval', 'off')", name="swaps"),
    )
