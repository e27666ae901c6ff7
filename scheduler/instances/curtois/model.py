"""What an instance of the shift scheduling of Curtois and Qu says, as dataclasses. Days count from 0, a Monday."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shift:
    """A kind of shift; `never_before` may not be worked on the day after it."""

    id: str
    minutes: int
    never_before: frozenset[str]


@dataclass(frozen=True)
class Employee:
    """Figures over the whole horizon; runs in days."""

    id: str
    max_shifts: dict[str, int]
    max_minutes: int
    min_minutes: int
    max_run: int
    min_run: int
    min_days_off: int
    max_weekends: int


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody would like to work a shift on a day, or not to; what it costs when that is not so."""

    employee: str
    day: int
    shift: str
    weight: int


@dataclass(frozen=True, slots=True)
class Need:
    """How many should work a shift, and the price of each head short and each too many; `line` is in the file."""

    heads: int
    under: int
    over: int
    line: int = 0


@dataclass(frozen=True)
class Instance:
    name: str
    days: int
    shifts: tuple[Shift, ...]
    staff: tuple[Employee, ...]
    days_off: frozenset[tuple[str, int]]
    """(employee, day) pairs on which nobody may be asked to work."""
    wanted: tuple[Request, ...]
    unwanted: tuple[Request, ...]
    cover: dict[tuple[int, str], Need]
    """(day, shift) → need; a shift that is not there is neither short nor too many."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One shift of one employee."""

    employee: str
    day: int
    shift: str


Roster = tuple[Entry, ...]
