"""What the store gives: frozen records around the scheduler's own types. All instants are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from scheduler.problem import (
    Area,
    Assignment,
    Contract,
    Duty,
    Person,
    Post,
    ShiftPattern,
    StaffingTemplate,
    Term,
    Vehicle,
)
from scheduler.roster import Progress
from scheduler.text import Text

T = TypeVar("T")
Thing = Person | Post | Area | Term | Contract | ShiftPattern | StaffingTemplate | Vehicle
Role = Literal[
    "platform_administrator", "town_administrator", "organiser", "point_leader", "dispatcher", "inspector"
]
"""What an account is; api/rights.py says what each may do."""
SolveKind = Literal["solve", "repair"]
SolveState = Literal["queued", "running", "finished", "failed", "stopped"]
RosterState = Literal["draft", "published", "superseded"]
RosterOrigin = Literal["solve", "edit", "repair", "copy", "amendment"]
AbsenceState = Literal["reported", "covered", "withdrawn"]

NOUNS: tuple[str, ...] = (
    "categories",
    "units",
    "qualifications",
    "positions",
    "areas",
    "contracts",
    "shift_patterns",
    "staffing_templates",
    "vehicles",
    "posts",
    "people",
)
"""The document's keys of master data, each noun after those that it refers to."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A value with the revision that a change must name."""

    value: T
    revision: int


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `page` counts from 1, `total` is over all pages."""

    items: tuple[T, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class Town:
    id: str
    name: str
    name_en: str
    zone: str


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in with a password; only an administrator of the platform has no town."""

    id: str
    login: str
    name: str
    role: Role
    town: str | None
    active: bool
    areas: frozenset[str] | None = None
    """Limited to these areas and all below them, perhaps to none; None is the whole town."""
    epoch: int = 1
    """Counts changes of password, role, areas and activity: sessions of an earlier one are over."""


@dataclass(frozen=True, slots=True)
class Week:
    """A planning window of a town; windows of one town never overlap."""

    town: str
    start: date
    days: int
    revision: int


@dataclass(frozen=True, slots=True)
class Solve:
    """One run of the optimiser, as everybody may see it; its documents are asked for separately.

    `stopped` means that somebody asked for the end: the best roster so far has become the draft when there was
    one (`roster_number`), or waits beside it (`beside`). `finished` without a roster number: a repair, a solve of
    no stored week, nothing legal was found, or the roster waits. `attempt` counts how often a worker took it up.
    """

    id: str
    town: str
    week: date | None
    kind: SolveKind
    state: SolveState
    priority: int
    seconds: int
    seed: int
    gap: float | None
    reproducible: bool
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: Progress | None
    error: Text | None
    roster_number: int | None
    stop_requested: bool
    created_by: str | None = None
    version: str | None = None
    """Of the scheduler that took it up last: with the problem, the parameters and the seed it replays the run."""
    beside: bool = False
    """Its roster waits, or will wait, beside the draft until somebody accepts it."""

    @property
    def over(self) -> bool:
        return self.state in ("finished", "failed", "stopped")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker holds after it claimed a solve; `solve.attempt` fences everything it writes."""

    solve: Solve
    problem: str
    """The frozen problem document, as JSON text."""
    absences: str | None
    """The body of ABSENCES.json of a repair."""
    incumbent: str | None
    """The best roster of an earlier attempt (or the roster to start from), as JSON text."""
    request_id: str | None = None
    """Of the request that asked for the solve."""
    displaced: str | None = None
    """The less urgent solve of the same week that had to make room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterHead:
    """One version of a week's roster without its assignments."""

    town: str
    week: date
    number: int
    state: RosterState
    origin: RosterOrigin
    based_on: int | None
    solve_id: str | None
    created_at: datetime
    created_by: str | None
    published_at: datetime | None
    published_by: str | None
    override_reason: str | None
    summary: dict[str, Any] = field(default_factory=dict)
    """The figures of the solve that made it (status, objective, bound, gap, costs, vacancies with reasons …)."""
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterVersion(RosterHead):
    assignments: tuple[Assignment, ...]
    duties: tuple[Duty, ...]
    """The duties that it staffs: the week's own for a draft, those frozen at publication for a published one."""


@dataclass(frozen=True, slots=True)
class PublishedDuty:
    """A duty that one person serves according to the published roster."""

    week: date
    number: int
    duty: Duty
    position: str
    team: tuple[Assignment, ...]
    """Everybody on this duty, the person included."""
    acknowledged_at: datetime | None
    earlier: tuple[Duty, ...] = ()
    """Those at the same post that end when this one begins."""
    relieved: tuple[Assignment, ...] = ()
    """Everybody on those."""
    later: tuple[Duty, ...] = ()
    """Those at the same post that begin when this one ends."""
    relieving: tuple[Assignment, ...] = ()
    """Everybody on those."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What published rosters say about a person."""

    duties: tuple[PublishedDuty, ...]
    """By start."""
    weeks: tuple[tuple[date, date], ...]
    """First and last day of each week that has a published roster, by date."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a page needs to call a thing; `phone` is somebody's own number, the last four are a post's."""

    name: str
    name_en: str = ""
    phone: str = ""
    directions: str = ""
    bring: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A drop-out: the person cannot serve [start, end)."""

    id: str
    town: str
    person: str
    start: datetime
    end: datetime
    reason: str
    state: AbsenceState
    reported_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person said 收到 to a published duty."""

    person: str
    duty: str
    at: datetime
