"""What an instance of the Second International Nurse Rostering Competition says, as dataclasses.

Days count from 0, the Monday of the first week at hand; weeks have seven of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = len(DAYS)
SATURDAY, SUNDAY = 5, 6
ANY, NOTHING = "Any", "None"
"""The competition's words for "any shift" and "no shift"."""


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A kind of shift, with the least and the most days in a row on which it should be worked."""

    name: str
    min_run: int
    max_run: int


@dataclass(frozen=True, slots=True)
class Contract:
    """What a nurse signed: assignments over the whole horizon, runs in days, weekends over the whole horizon."""

    name: str
    min_total: int
    max_total: int
    min_work: int
    max_work: int
    min_off: int
    max_off: int
    max_weekends: int
    complete_weekends: bool


@dataclass(frozen=True, slots=True)
class Nurse:
    name: str
    contract: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """What holds in every week."""

    name: str
    weeks: int
    skills: tuple[str, ...]
    shifts: tuple[ShiftType, ...]
    forbidden: frozenset[tuple[str, str]]
    """(shift, shift of the next day) pairs that nobody may work."""
    contracts: tuple[Contract, ...]
    nurses: tuple[Nurse, ...]

    @cached_property
    def contract_of(self) -> dict[str, Contract]:
        """Nurse → contract."""
        by_name = {c.name: c for c in self.contracts}
        return {n.name: by_name[n.contract] for n in self.nurses}


@dataclass(frozen=True, slots=True)
class Carried:
    """What one nurse brings in: totals of the horizon so far, and the runs that end on the last day, in days.

    Who worked on that day has a last shift and no days off, who did not has no last shift and one at least.
    """

    assignments: int = 0
    weekends: int = 0
    last_shift: str | None = None
    shift_run: int = 0
    work_run: int = 0
    off_run: int = 1


@dataclass(frozen=True)
class History:
    """What all nurses bring into a week; `week` counts the weeks that lie behind."""

    week: int
    scenario: str
    nurses: dict[str, Carried]


@dataclass(frozen=True, slots=True)
class Request:
    """A nurse would like not to work a shift on a day of the week; shift None is any."""

    nurse: str
    day: int
    shift: str | None


@dataclass(frozen=True)
class Week:
    """What one week needs."""

    scenario: str
    cover: dict[tuple[int, str, str], tuple[int, int]]
    """(day of the week, shift, skill) → (minimum, optimum) of nurses; what is not there needs nobody."""
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class Instance:
    """A scenario, what is carried in, and the weeks to be rostered."""

    scenario: Scenario
    history: History
    weeks: tuple[Week, ...]

    @property
    def days(self) -> int:
        return WEEK * len(self.weeks)

    @property
    def ends_horizon(self) -> bool:
        """True when the last week at hand is the scenario's last: then totals and weekends are charged."""
        return self.weeks_to_come == 0

    @property
    def weeks_to_come(self) -> int:
        """How many weeks of the scenario's horizon follow those at hand."""
        return max(0, self.scenario.weeks - self.history.week - len(self.weeks))


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One assignment; `day` counts over all weeks at hand."""

    nurse: str
    day: int
    shift: str
    skill: str


Roster = tuple[Entry, ...]
