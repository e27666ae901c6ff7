"""The problem: a town's people, duties and rules for one planning window.

Frozen dataclasses only. Instants are aware datetimes here; `Problem` gives the same instants as integer
minutes from the window's start (elapsed time, so a clock change makes a day of 23 or 25 hours).
Shape is checked by the schema, references by `document`; here each entity checks its own meaning.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from .rules.base import Rule

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
    more than `max` is forbidden.
    """

    position: str
    min: int = 1
    ideal: int = 1
    max: int = 1
    priority: int = 3
    qualifications: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.min <= self.ideal <= self.max:
            raise MeaningError("min", "min_ideal_max_order", min=self.min, ideal=self.ideal, max=self.max)


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


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    name: str
    gearbox: str = ""


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
        if self.end <= self.start:
            raise MeaningError("end", "end_before_start")


@dataclass(frozen=True, slots=True)
class PastDuty:
    """A duty served before the window."""

    start: datetime
    end: datetime
    night: bool = False
    post: str | None = None
    position: str | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
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
        if self.end <= self.start:
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


@dataclass(frozen=True)
class Problem:
    """Everything one solve needs, and nothing that changes while it runs."""

    town: str
    town_name: str
    zone: str
    start: date
    days: int
    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    rules: tuple[Rule, ...]
    posts: tuple[Post, ...] = ()
    areas: tuple[Area, ...] = ()
    categories: tuple[Term, ...] = ()
    units: tuple[Term, ...] = ()
    qualifications: tuple[Term, ...] = ()
    positions: tuple[Term, ...] = ()
    contracts: tuple[Contract, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    baseline: tuple[Assignment, ...] = ()
    now: datetime | None = None
    """What has begun by this instant may not change; None: nothing has begun."""

    # --- time -----------------------------------------------------------------------------------------
    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def opens(self) -> datetime:
        """Local midnight of the first day."""
        return datetime.combine(self.start, time(), self.tz)

    def minute(self, instant: datetime) -> int:
        """Whole elapsed minutes from the window's start to `instant`; negative before it."""
        return int((instant.timestamp() - self.opens.timestamp()) // 60)

    def instant(self, minute: int) -> datetime:
        """The local instant `minute` elapsed minutes after the window's start."""
        return datetime.fromtimestamp(self.opens.timestamp() + 60 * minute, self.tz)

    @cached_property
    def midnights(self) -> tuple[int, ...]:
        """Minute of each local midnight, from 35 days before the window to 8 days after it."""
        first = self.start - timedelta(days=35)
        count = 35 + self.days + 8
        return tuple(
            self.minute(datetime.combine(first + timedelta(days=i), time(), self.tz)) for i in range(count + 1)
        )

    def day_of(self, minute: int) -> int:
        """Index of the local day that holds `minute`: 0 is the window's first day, negative before it."""
        return bisect_right(self.midnights, minute) - 1 - 35

    def date_of(self, day: int) -> date:
        return self.start + timedelta(days=day)

    # --- look-ups -------------------------------------------------------------------------------------
    @cached_property
    def person_index(self) -> dict[str, int]:
        return {p.id: i for i, p in enumerate(self.people)}

    @cached_property
    def duty_index(self) -> dict[str, int]:
        return {d.id: i for i, d in enumerate(self.duties)}

    @cached_property
    def contract_by_id(self) -> dict[str, Contract]:
        return {c.id: c for c in self.contracts}

    @cached_property
    def post_by_id(self) -> dict[str, Post]:
        return {p.id: p for p in self.posts}

    @cached_property
    def names(self) -> dict[tuple[str, str], Term | Area | Post | Contract]:
        """(kind, id) → the thing that carries a name, for sentences."""
        kinds = {
            "category": self.categories,
            "unit": self.units,
            "qualification": self.qualifications,
            "position": self.positions,
            "area": self.areas,
            "post": self.posts,
            "contract": self.contracts,
        }
        return {(kind, thing.id): thing for kind, things in kinds.items() for thing in things}

    def name(self, kind: str, id_: str | None, language: str = "zh") -> str:
        """The name of a thing in a language, its id when it has none."""
        thing = self.names.get((kind, id_ or ""))
        if thing is None:
            return id_ or ""
        return (thing.name_en or thing.name) if language.startswith("en") else thing.name

    @cached_property
    def area_and_below(self) -> dict[str, frozenset[str]]:
        """Each area with all areas of its subtree."""
        children: dict[str, list[str]] = {}
        for area in self.areas:
            if area.parent:
                children.setdefault(area.parent, []).append(area.id)
        below: dict[str, frozenset[str]] = {}

        def collect(id_: str) -> frozenset[str]:
            if id_ not in below:
                below[id_] = frozenset([id_]).union(*(collect(c) for c in children.get(id_, [])))
            return below[id_]

        for area in self.areas:
            collect(area.id)
        return below

    # --- arrays over duties ---------------------------------------------------------------------------
    @cached_property
    def duty_start(self) -> np.ndarray:
        """int64[duties]: start in minutes."""
        return np.array([self.minute(d.start) for d in self.duties], np.int64)

    @cached_property
    def duty_end(self) -> np.ndarray:
        """int64[duties]: end in minutes."""
        return np.array([self.minute(d.end) for d in self.duties], np.int64)

    @cached_property
    def duty_day(self) -> np.ndarray:
        """int64[duties]: index of the local day on which the duty starts."""
        return np.array([self.day_of(int(m)) for m in self.duty_start], np.int64)

    @cached_property
    def duty_night(self) -> np.ndarray:
        """bool[duties]."""
        return np.array([d.night for d in self.duties], bool)

    @cached_property
    def duty_area(self) -> tuple[str | None, ...]:
        """The area of each duty: its own, else its post's."""
        return tuple(
            d.area or (self.post_by_id[d.post].area if d.post in self.post_by_id else None) for d in self.duties
        )

    @cached_property
    def demands(self) -> tuple[tuple[int, Demand], ...]:
        """(duty index, demand) for every position of every duty, in order: the rows of cover."""
        return tuple((i, seat) for i, d in enumerate(self.duties) for seat in d.seats)

    @cached_property
    def demand_index(self) -> dict[tuple[int, str], int]:
        return {(duty, seat.position): i for i, (duty, seat) in enumerate(self.demands)}

    @cached_property
    def demand_duty(self) -> np.ndarray:
        """int64[demands]: the duty of each demand."""
        return np.array([duty for duty, _ in self.demands], np.int64)

    @cached_property
    def now_minute(self) -> int | None:
        return None if self.now is None else self.minute(self.now)
