"""Tables of presence: who came to which duty, hand-over notes, links to what is on duty now, a town's option."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class PresenceRow(Base):
    """One change of one person on one duty, with all that is true after it; rows are only ever added."""

    __tablename__ = "presence"
    town: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3 …: two changes at once cannot both be the next one."""
    position: Mapped[str]
    post: Mapped[str | None]
    starts_at: Mapped[datetime]
    """Of the duty, as it was published then."""
    ends_at: Mapped[datetime]
    action: Mapped[str]
    state: Mapped[str]
    came_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    minutes_late: Mapped[int]
    at: Mapped[datetime]
    said_by: Mapped[str]
    """An account's id, `person:ID`, or `link:ID` for a duty link."""
    how: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        CheckConstraint("action IN ('arrive', 'leave', 'miss', 'excuse', 'correct')", name="action"),
        CheckConstraint("state IN ('planned', 'present', 'late', 'left', 'no_show', 'excused')", name="state"),
        CheckConstraint("how IN ('list', 'qr', 'code', 'correction')", name="how"),
        Index("ix_presence_town_post_starts_at", "town", "post", "starts_at"),
        Index("ix_presence_town_person", "town", "person"),
    )


class HandoverNoteRow(Base):
    """What one shift leaves for the next one at a post."""

    __tablename__ = "handover_note"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    post: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    said_by: Mapped[str]
    person: Mapped[str | None]
    """The volunteer who wrote it; None for an account or a duty link."""
    __table_args__ = (
        ForeignKeyConstraint(["town", "post"], ["post.town", "post.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        Index("ix_handover_note_town_post_at", "town", "post", "at"),
    )


class DutyLinkRow(Base):
    """Opens, without an account, who is on duty now: in a town, an area with all below it, or at one post."""

    __tablename__ = "duty_link"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    kind: Mapped[str]
    """`look` reads, `lead` also records presence, `screen` shows one post's codes."""
    area: Mapped[str | None]
    post: Mapped[str | None]
    name: Mapped[str]
    """Whom it is for, in the organiser's words."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "area"], ["area.town", "area.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["town", "post"], ["post.town", "post.id"], ondelete="CASCADE"),
        CheckConstraint("kind IN ('look', 'lead', 'screen')", name="kind"),
        CheckConstraint("kind <> 'screen' OR post IS NOT NULL", name="screen"),
        Index("ix_duty_link_town", "town"),
    )


class ReservePolicyRow(Base):
    """Whether new weeks of a town get reserves for people who will not come; a town without a row has none."""

    __tablename__ = "reserve_policy"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    revision: Mapped[int]
    reserves: Mapped[bool]
