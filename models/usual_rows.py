"""The table of what people say about every week."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class UsualWeekRow(Base):
    """One person's weekly pattern, with the dates for which they said something else."""

    __tablename__ = "usual_week"
    town: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    times: Mapped[list[Any]]
    """{"weekday", "start", "end", "answer", "except": [date …]}; see `said_times.UsualTime`."""
    __table_args__ = (ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),)
