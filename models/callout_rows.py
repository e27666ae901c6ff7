"""The tables of call-outs, and of gaps that are offered to teams."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class CalloutRow(Base):
    """One seat for which people are asked, one wave after the other, until the first one takes it."""

    __tablename__ = "callout"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    week: Mapped[date]
    duty: Mapped[str]
    position: Mapped[str]
    instead: Mapped[str]
    """Who still holds the seat and cannot come; empty when nobody holds it."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    until: Mapped[datetime]
    """From then on nobody is asked, and nobody can accept."""
    state: Mapped[str]
    wave_size: Mapped[int]
    wave_minutes: Mapped[int]
    escalate_minutes: Mapped[int]
    wave: Mapped[int]
    """How many waves have been asked."""
    wave_at: Mapped[datetime | None]
    """When the last one was."""
    next_at: Mapped[datetime]
    """When there is something to do at the latest: another wave, the dispatcher, the end."""
    said: Mapped[dict[str, Any]]
    """The seat and the town in words."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    escalated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    filled_by: Mapped[str | None]
    """The person who took the seat."""
    __table_args__ = (
        ForeignKeyConstraint(["town", "week"], ["week.town", "week.start"], ondelete="CASCADE"),
        CheckConstraint("state IN ('open', 'escalated', 'filled', 'withdrawn', 'expired')", name="state"),
        CheckConstraint("wave_size > 0 AND wave_minutes > 0 AND escalate_minutes > 0", name="figures"),
        Index("ix_callout_state_next_at", "state", "next_at"),
        Index("ix_callout_town_opened_at", "town", "opened_at"),
        Index(
            "uq_callout_live",
            "town",
            "week",
            "duty",
            "position",
            "instead",
            unique=True,
            sqlite_where=text("state IN ('open', 'escalated')"),
            postgresql_where=text("state IN ('open', 'escalated')"),
        ),
    )


class CalloutAskRow(Base):
    """One person who may take the seat; the row goes with the person."""

    __tablename__ = "callout_ask"
    callout: Mapped[str] = mapped_column(ForeignKey("callout.id", ondelete="CASCADE"), primary_key=True)
    town: Mapped[str]
    person: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int]
    """In which order they are asked, from 0."""
    state: Mapped[str]
    standby_duty: Mapped[str | None]
    """The standby duty that becomes this one when they accept."""
    standby_position: Mapped[str | None]
    wave: Mapped[int | None]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        CheckConstraint("state IN ('waiting', 'asked', 'accepted', 'declined', 'late', 'unfit')", name="state"),
        Index("ix_callout_ask_town_person", "town", "person"),
    )


class GapOfferRow(Base):
    """Vacant seats of a week that one team may fill with its own people until a deadline."""

    __tablename__ = "gap_offer"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    week: Mapped[date]
    unit: Mapped[str]
    until: Mapped[datetime]
    """Until then seats are claimed and given back."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "week"], ["week.town", "week.start"], ondelete="CASCADE"),
        ForeignKeyConstraint(["town", "unit"], ["unit.town", "unit.id"], ondelete="CASCADE"),
        Index("ix_gap_offer_town_week", "town", "week"),
        Index("ix_gap_offer_town_unit", "town", "unit"),
    )


class GapSlotRow(Base):
    """A seat that an offer names."""

    __tablename__ = "gap_slot"
    offer: Mapped[str] = mapped_column(ForeignKey("gap_offer.id", ondelete="CASCADE"), primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)


class GapClaimRow(Base):
    """Somebody whom a team's captain put on an offered seat."""

    __tablename__ = "gap_claim"
    id: Mapped[str] = mapped_column(primary_key=True)
    offer: Mapped[str] = mapped_column(ForeignKey("gap_offer.id", ondelete="CASCADE"), index=True)
    town: Mapped[str]
    duty: Mapped[str]
    position: Mapped[str]
    person: Mapped[str]
    claimed_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        Index("ix_gap_claim_town_person", "town", "person"),
    )


class TeamLinkRow(Base):
    """What opens a team's page; only the hash of its token is kept."""

    __tablename__ = "team_link"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    unit: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "unit"], ["unit.town", "unit.id"], ondelete="CASCADE"),
        Index("ix_team_link_town_unit", "town", "unit"),
    )
