"""The problem: a town's people, duties and rules for one planning window.

Instants are aware datetimes in the entities; `Problem` gives the same instants as integer minutes from the
window's start (elapsed time, so a clock change makes a day of 23 or 25 hours).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np

from .bare import Bare
from .entities import (
    MINUTES_A_DAY,
    Area,
    Assignment,
    Availability,
    AvailabilityStatus,
    Contract,
    Demand,
    Duty,
    DutyKind,
    History,
    Holding,
    MeaningError,
    PastDuty,
    Person,
    Post,
    Shift,
    ShiftPattern,
    Staffing,
    StaffingTemplate,
    Term,
    Vehicle,
)

if TYPE_CHECKING:
    from .rules.base import Rule

__all__ = [
    "MINUTES_A_DAY",
    "Area",
    "Assignment",
    "Availability",
    "AvailabilityStatus",
    "Contract",
    "Demand",
    "Duty",
    "DutyKind",
    "History",
    "Holding",
    "MeaningError",
    "PastDuty",
    "Person",
    "Post",
    "Problem",
    "Shift",
    "ShiftPattern",
    "Staffing",
    "StaffingTemplate",
    "Term",
    "Vehicle",
]

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Problem(Bare):
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

    def once(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What others work out about a problem, made once and kept beside its own arrays under `name`."""
        held = vars(self)
        if name not in held:
            held[name] = make()
        return cast(Kept, held[name])

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
        kinds: dict[str, Iterable[Term | Area | Post | Contract]] = {
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
