"""The grid on which people say when they can serve: which shifts stand over its columns, what its cells show; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from models.said_times import ANSWERS, Answer, UsualTime, expanded, span, status_in, strongest
from scheduler.problem import Person, Post, Shift, ShiftPattern

from .shifts import EVENING_HOUR, Kind

DAYS = 14
ANY_ZONE = ZoneInfo("UTC")
"""The usual week has clock times, which mean the same in each zone without a change of clocks."""
Shown = Literal["yes", "prefer", "avoid", "unavailable", "absent", "over"]
Interval = tuple[datetime, datetime]
ROUND_THE_CLOCK = (
    Shift("day", "", time(8), time(16)),
    Shift("evening", "", time(16), time()),
    Shift("night", "", time(), time(8), night=True),
)
"""For towns without shift patterns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One shift of the day."""

    kind: Kind
    name: str
    """The town's own name of the shift, where several are of one kind; empty otherwise."""
    start: time
    end: time

    @property
    def times(self) -> str:
        """08–16, 22–06, 08:30–17."""
        return f"{_short(self.start)}–{_short(self.end, last=True)}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What was said about one shift of one day or weekday, and what a tap makes of it."""

    key: str
    """Names the cell in the form: d|2026-11-24|22:00|06:00, w|1|22:00|06:00."""
    column: Column
    shown: Shown
    next: Answer
    usual: bool = False
    """It stands so because of the usual week."""
    duty: bool = False
    """There is a published duty of this person."""

    @property
    def tappable(self) -> bool:
        return self.shown not in ("absent", "over")


@dataclass(frozen=True, slots=True)
class Row:
    """A day (or, with `day` any such day, a weekday) with its shifts."""

    day: date
    cells: tuple[Cell, ...]


def columns(patterns: Sequence[ShiftPattern], posts: Sequence[Post]) -> tuple[Column, ...]:
    """The shifts of the pattern by which most posts are staffed, by start."""
    used = Counter(staffing.pattern for post in posts for staffing in post.staffing)
    best = max(patterns, key=lambda p: used[p.id], default=None)
    shifts = sorted(best.shifts if best else ROUND_THE_CLOCK, key=lambda s: (s.night, s.start))
    kinds = Counter(_kind(s) for s in shifts)
    return tuple(Column(_kind(s), s.name if kinds[_kind(s)] > 1 else "", s.start, s.end) for s in shifts)


def days(
    over: Sequence[Column],
    person: Person,
    usual: Sequence[UsualTime],
    absences: Sequence[Interval],
    duties: Sequence[Interval],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Row, ...]:
    """The coming fortnight, today first."""
    today = now.astimezone(zone).date()
    weekly = expanded(usual, today - timedelta(days=1), DAYS + 2, zone)
    said = strongest([*person.availability, *weekly])
    own = strongest(person.availability)

    def cell(day: date, column: Column) -> Cell:
        start, end = span(day, column.start, column.end, zone)
        status = status_in(said, start, end) or "yes"
        shown: Shown = "over" if end <= now else "absent" if _meets(absences, start, end) else status
        by_week = status_in(own, start, end) != status and status != "yes"
        key = f"d|{day.isoformat()}|{_clock(column)}"
        return Cell(key, column, shown, after(shown), by_week, any(_is_on(d, start, end) for d in duties))

    dates = (today + timedelta(days=i) for i in range(DAYS))
    return tuple(Row(day, tuple(cell(day, column) for column in over)) for day in dates)


def week(over: Sequence[Column], usual: Sequence[UsualTime], monday: date) -> tuple[Row, ...]:
    """The usual week; its days are those from a Monday on."""

    said = expanded([replace(u, exceptions=frozenset()) for u in usual], monday - timedelta(days=1), 9, ANY_ZONE)

    def cell(weekday: int, column: Column) -> Cell:
        times = span(monday + timedelta(days=weekday), column.start, column.end, ANY_ZONE)
        shown: Shown = status_in(said, *times) or "yes"
        return Cell(f"w|{weekday}|{_clock(column)}", column, shown, after(shown))

    return tuple(Row(monday + timedelta(days=i), tuple(cell(i, column) for column in over)) for i in range(7))


def after(shown: Shown) -> Answer:
    """What a tap makes of it: yes, rather not, no, and yes again."""
    answer: Answer = "avoid" if shown == "avoid" else "unavailable" if shown == "unavailable" else "yes"
    return ANSWERS[(ANSWERS.index(answer) + 1) % len(ANSWERS)]


def _meets(intervals: Sequence[Interval], start: datetime, end: datetime) -> bool:
    return any(begin < end and start < stop for begin, stop in intervals)


def _is_on(duty: Interval, start: datetime, end: datetime) -> bool:
    """Whether a duty is mostly in a shift: where shifts overlap for a handover it stands in one of them."""
    common = min(duty[1], end) - max(duty[0], start)
    return 2 * common >= min(duty[1] - duty[0], end - start)


def _kind(shift: Shift) -> Kind:
    if shift.night:
        return "N"
    return "E" if shift.start.hour >= EVENING_HOUR else "D"


def _clock(column: Column) -> str:
    return f"{column.start:%H:%M}|{column.end:%H:%M}"


def _short(value: time, *, last: bool = False) -> str:
    if last and value == time():
        return "24"
    return f"{value:%H}" if value.minute == 0 else f"{value:%H:%M}"
