"""The things a town is made of: frozen dataclasses that check their own meaning and know nothing of each other.

Instants are aware datetimes, dates are local to the town, shifts are wall-clock times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Literal

AvailabilityStatus = Literal["unavailable", "avoid", "prefer"]
DutyKind = Literal["shift", "errand_run", "standby", "task", "block"]
MINUTES_A_DAY = 24 * 60


class MeaningError(ValueError):
    """An entity that has the right shape and the wrong meaning; `field` names the culprit."""

    def __init__(self, field_name: str, code: str, **details: object) -> None:
        super().__init__(f"{field_name}: {code}")
        self.field_name, self.code, self.details = field_name, code, details


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the town's own vocabulary: a category, unit, qualification or position."""

    id: str
    name: str
    name_en: str = ""

    def label(self, language: str) -> str:
        return (self.name_en or self.name) if language.startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class Area:
    """Node of the town's tree of areas."""

    id: str
    name: str
    name_en: str = ""
    parent: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    """The middle of it, from which its people set out; without it the middle of its posts."""


@dataclass(frozen=True, slots=True)
class Contract:
    """Named bundle of personal limits; a limit that is None leaves the rule's own figure in force."""

    id: str
    name: str
    name_en: str = ""
    max_hours_24h: int | None = None
    max_hours_7d: int | None = None
    max_nights: int | None = None
    max_duties: int | None = None
    share_percent: int = 100
    """How much of a full share of load this person offered; 50 is half of it."""

    def __post_init__(self) -> None:
        if self.share_percent < 1:
            raise MeaningError("share_percent", "not_positive")


@dataclass(frozen=True, slots=True)
class Shift:
    """One part of a pattern's day, in wall-clock time; an end at or before the start is on the next day."""

    id: str
    name: str
    start: time
    end: time
    night: bool = False
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    id: str
    name: str
    shifts: tuple[Shift, ...]
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one duty (or one template) asks of one position: heads and qualifications.

    Fewer than `min` heads is a vacancy, priced by `priority` (1 low … 5 high); fewer than `ideal` costs;
    more than `max` is forbidden. Of standby these are the heads that are left to find beside those activated.
    """

    position: str
    min: int = 1
    ideal: int = 1
    max: int = 1
    priority: int = 3
    qualifications: tuple[str, ...] = ()
    activated: tuple[str, ...] = ()
    """Of a standby duty: people who were called from this seat to serve elsewhere."""
    asked: tuple[int, int, int] | None = None
    """min, ideal and max before anybody was activated; None while nobody is."""

    def __post_init__(self) -> None:
        if not 0 <= self.min <= self.ideal <= self.max:
            raise MeaningError("min", "min_ideal_max_order", min=self.min, ideal=self.ideal, max=self.max)

    def with_activated(self, people: Iterable[str]) -> Demand:
        """The same seat when exactly these people have been called from it: each of them is a head less to find."""
        called = tuple(dict.fromkeys(people))
        asked = self.asked or (self.min, self.ideal, self.max)
        low, ideal, top = (max(0, heads - len(called)) for heads in asked)
        return replace(self, min=low, ideal=ideal, max=top, activated=called, asked=asked if called else None)


@dataclass(frozen=True, slots=True)
class StaffingTemplate:
    """The seats of one team."""

    id: str
    name: str
    seats: tuple[Demand, ...]
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Staffing:
    """A post is staffed by this template in each of these shifts (all of the pattern when empty)."""

    template: str
    pattern: str
    shifts: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    name: str
    area: str | None = None
    type: str = "checkpoint"
    colour: str = ""
    latitude: float | None = None
    longitude: float | None = None
    staffing: tuple[Staffing, ...] = ()
    name_en: str = ""
    unit: str | None = None
    """The unit that it belongs to, for inspections from outside."""
    directions: str = ""
    """Address and how to get there, for those who serve here."""
    bring: str = ""
    """What to bring."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    name: str
    gearbox: str = ""
    type: str = ""
    driver_qualifications: tuple[str, ...] = ()
    """What its driver must hold, such as the licence for its gearbox."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A qualification that a person holds, with both ends of its validity inclusive."""

    qualification: str
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Availability:
    """What a person said about a half-open interval."""

    start: datetime
    end: datetime
    status: AvailabilityStatus

    def __post_init__(self) -> None:
        if self.end.timestamp() <= self.start.timestamp():  # the wall clock may run back
            raise MeaningError("end", "end_before_start")


@dataclass(frozen=True, slots=True)
class PastDuty:
    """A duty served before the window."""

    start: datetime
    end: datetime
    night: bool = False
    post: str | None = None
    position: str | None = None
    kind: DutyKind | None = None
    shift: str | None = None

    def __post_init__(self) -> None:
        if self.end.timestamp() <= self.start.timestamp():  # the wall clock may run back
            raise MeaningError("end", "end_before_start")


@dataclass(frozen=True, slots=True)
class History:
    """What a person carries in: single recent duties (for rest and series) and earlier totals (for fairness).

    Totals include the recent duties.
    """

    recent: tuple[PastDuty, ...] = ()
    duties: int = 0
    nights: int = 0
    weekends: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    category: str
    unit: str | None = None
    area: str | None = None
    contract: str | None = None
    household: str | None = None
    phone: str = ""
    email: str = ""
    qualifications: tuple[Holding, ...] = ()
    availability: tuple[Availability, ...] = ()
    opt_ins: frozenset[str] = frozenset()
    bound_posts: tuple[str, ...] = ()
    bound_areas: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    history: History = History()

    def holds(self, qualification: str, day: date) -> bool:
        return any(h.qualification == qualification and h.valid_on(day) for h in self.qualifications)


@dataclass(frozen=True, slots=True)
class Duty:
    """One occurrence to be staffed: post or errand run × half-open interval."""

    id: str
    start: datetime
    end: datetime
    seats: tuple[Demand, ...]
    kind: DutyKind = "shift"
    post: str | None = None
    area: str | None = None
    shift: str | None = None
    shift_name: str = ""
    night: bool = False
    name: str = ""
    place: str = ""
    vehicle: str | None = None

    def __post_init__(self) -> None:
        if self.end.timestamp() <= self.start.timestamp():  # the wall clock may run back
            raise MeaningError("end", "end_before_start")

    def seat(self, position: str) -> Demand | None:
        return next((s for s in self.seats if s.position == position), None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person serves a duty in a position."""

    person: str
    duty: str
    position: str
    pinned: bool = field(default=False, compare=False)
