"""The tables. Every row carries its town; rows never leave this package."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from .columns import Base


class TownRow(Base):
    __tablename__ = "town"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    zone: Mapped[str]
    revision: Mapped[int]
    rules: Mapped[list[Any]]
    rules_revision: Mapped[int]


class ThingRow(Base):
    """What all tables of master data share: the body is the entity's piece of the problem document."""

    __abstract__ = True

    @declared_attr
    def town(cls) -> Mapped[str]:  # noqa: N805
        return mapped_column(ForeignKey("town.id"), primary_key=True, sort_order=-1)

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    seq: Mapped[int]
    """Keeps the order in which things were added."""
    name: Mapped[str]
    find: Mapped[str]
    """Names and id in folded case, for searching."""
    body: Mapped[dict[str, Any]]


class CategoryRow(ThingRow):
    __tablename__ = "category"


class UnitRow(ThingRow):
    __tablename__ = "unit"


class QualificationRow(ThingRow):
    __tablename__ = "qualification"


class PositionRow(ThingRow):
    __tablename__ = "position"


class AreaRow(ThingRow):
    __tablename__ = "area"


class ContractRow(ThingRow):
    __tablename__ = "contract"


class ShiftPatternRow(ThingRow):
    __tablename__ = "shift_pattern"


class StaffingTemplateRow(ThingRow):
    __tablename__ = "staffing_template"


class VehicleRow(ThingRow):
    __tablename__ = "vehicle"


class PostRow(ThingRow):
    __tablename__ = "post"


class PersonRow(ThingRow):
    __tablename__ = "person"


THINGS: dict[str, type[ThingRow]] = {
    "categories": CategoryRow,
    "units": UnitRow,
    "qualifications": QualificationRow,
    "positions": PositionRow,
    "areas": AreaRow,
    "contracts": ContractRow,
    "shift_patterns": ShiftPatternRow,
    "staffing_templates": StaffingTemplateRow,
    "vehicles": VehicleRow,
    "posts": PostRow,
    "people": PersonRow,
}


class WeekRow(Base):
    __tablename__ = "week"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    start: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int]
    revision: Mapped[int]
    next_roster: Mapped[int]
    """The next version's number: the number of a discarded draft is never given again."""


class DutyRow(Base):
    __tablename__ = "duty"
    town: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    __table_args__ = (ForeignKeyConstraint(["town", "week"], ["week.town", "week.start"], ondelete="CASCADE"),)


class SolveRow(Base):
    """The truth about a run; its documents lie in `solve_paper` so that progress rewrites little."""

    __tablename__ = "solve"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(ForeignKey("town.id"))
    week: Mapped[date | None]
    kind: Mapped[str]
    state: Mapped[str]
    priority: Mapped[int]
    seconds: Mapped[int]
    seed: Mapped[int]
    gap: Mapped[float | None]
    reproducible: Mapped[bool]
    digest: Mapped[str]
    """Of kind, parameters and documents: equal requests join."""
    attempt: Mapped[int]
    failures: Mapped[int]
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    stop_requested: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    roster_number: Mapped[int | None]
    version: Mapped[str | None]
    """Of the scheduler that took it up last."""
    request_id: Mapped[str | None]
    """Of the request that asked for it: the same in the logs of service and worker."""
    beside: Mapped[bool]
    """Its roster waits beside the draft until somebody accepts it."""
    draft_seen: Mapped[str | None]
    """The draft that there was when it was asked for: NUMBER.REVISION."""
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'finished', 'failed', 'stopped')", name="state"),
        Index("ix_solve_queue", "state", "priority", "created_at"),
        Index("ix_solve_town_week", "town", "week", "created_at"),
        Index(
            "uq_solve_running",
            "town",
            "week",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )


class SolvePaperRow(Base):
    """A document of a solve, as JSON text: problem, absences, incumbent, result."""

    __tablename__ = "solve_paper"
    solve: Mapped[str] = mapped_column(ForeignKey("solve.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class RosterRow(Base):
    __tablename__ = "roster"
    town: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    origin: Mapped[str]
    based_on: Mapped[int | None]
    solve: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    override_reason: Mapped[str | None]
    summary: Mapped[dict[str, Any]]
    duties: Mapped[list[Any] | None]
    """The week's duties as they were at publication; a draft follows the week's own."""
    revision: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["town", "week"], ["week.town", "week.start"]),
        CheckConstraint("state IN ('draft', 'published', 'superseded')", name="state"),
        *(
            Index(
                f"uq_roster_{state}",
                "town",
                "week",
                unique=True,
                sqlite_where=text(where),
                postgresql_where=text(where),
            )
            for state, where in (
                ("draft", "state = 'draft' AND origin <> 'amendment'"),  # which is one for a moment: amendments.py
                ("published", "state = 'published'"),
            )
        ),
    )


class AssignmentRow(Base):
    __tablename__ = "assignment"
    town: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str]
    pinned: Mapped[bool]
    __table_args__ = (
        ForeignKeyConstraint(
            ["town", "week", "number"], ["roster.town", "roster.week", "roster.number"], ondelete="CASCADE"
        ),
        Index("ix_assignment_town_person", "town", "person"),
    )


class AccountRow(Base):
    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)
    """The login in folded case."""
    name: Mapped[str]
    password: Mapped[str]
    role: Mapped[str]
    town: Mapped[str | None] = mapped_column(ForeignKey("town.id"))
    active: Mapped[bool]
    limited: Mapped[bool]
    """To the areas of `account_area`: an account that has lost its last area sees nothing, not everything."""
    epoch: Mapped[int]
    """Goes up with password, role, areas and activity."""


class LinkRow(Base):
    __tablename__ = "link"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    person: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        Index("ix_link_town_person", "town", "person"),
    )


class AbsenceRow(Base):
    __tablename__ = "absence"
    id: Mapped[str] = mapped_column(primary_key=True)
    town: Mapped[str]
    person: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    state: Mapped[str]
    reported_by: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),
        CheckConstraint("state IN ('reported', 'covered', 'withdrawn')", name="state"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_absence_town_starts_at", "town", "starts_at"),
        Index("ix_absence_town_person_ends_at", "town", "person", "ends_at"),
    )


class AcknowledgementRow(Base):
    __tablename__ = "acknowledgement"
    town: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),)
