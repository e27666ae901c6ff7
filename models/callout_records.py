"""What is known of a call-out: its seat, its state, whom it asks and what they said; see callouts.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from scheduler.problem import Assignment
from scheduler.text import Text

State = Literal["open", "escalated", "filled", "withdrawn", "expired"]
Answer = Literal["waiting", "asked", "accepted", "declined", "late", "unfit"]
STATES: tuple[State, ...] = get_args(State)
LIVE: tuple[State, ...] = ("open", "escalated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How people are asked: so many at a time, so many minutes later the next ones, then the dispatcher."""

    wave_size: int = 5
    wave_minutes: int = 5
    escalate_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who may take the seat, in the order of asking."""

    person: str
    standby: Assignment | None = None
    """The standby duty that becomes this one: from its activation on it is duty, and rest is owed after it."""
    state: Answer = "waiting"
    wave: int | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    id: str
    town: str
    week: date
    duty: str
    position: str
    instead: str
    """Who holds the seat in the published roster and cannot come; empty when nobody does."""
    start: datetime
    end: datetime
    until: datetime
    """From then on nobody is asked, and nobody can accept."""
    state: State
    pace: Pace
    wave: int
    wave_at: datetime | None
    next_at: datetime
    seat: Text
    """When, where and as what, in words."""
    opened_at: datetime
    opened_by: str
    escalated_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    filled_by: str | None
    asked: tuple[Asked, ...]

    @property
    def live(self) -> bool:
        """Whether somebody may still accept."""
        return self.state in LIVE

    def of(self, person: str) -> Asked | None:
        """What became of asking this person."""
        return next((a for a in self.asked if a.person == person), None)

    @property
    def removed(self) -> list[Assignment]:
        """What makes way in the roster, beside a standby duty."""
        return [Assignment(self.instead, self.duty, self.position)] if self.instead else []


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCallout:
    """What is asked for: a seat of the published roster, and who may take it, the first to be asked first."""

    week: date
    duty: str
    position: str
    instead: str
    start: datetime
    end: datetime
    until: datetime
    seat: Text
    town_name: Text
    asked: Sequence[Asked]
    pace: Pace = Pace()
