"""A shift pattern's day as it is drawn: where its shifts lie, which hours nobody has, and which several have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from scheduler.problem import Shift, ShiftPattern
from scheduler.text import Text

from .shifts import EVENING_HOUR, Kind

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bar, in minutes from midnight; a shift over midnight has two. Overlapping shifts differ in lane."""

    start: int
    minutes: int
    lane: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Day:
    pieces: tuple[Piece, ...]
    lanes: int
    notes: tuple[Text, ...]
    """What is legal and yet worth a look: hours without a shift, hours with several."""


def kind_of(shift: Shift) -> Kind:
    """As the board shows its duties."""
    if shift.night:
        return "N"
    return "E" if shift.start.hour >= EVENING_HOUR else "D"


def day_of(pattern: ShiftPattern) -> Day:
    """The pattern's day, drawn from midnight to midnight."""
    pieces = tuple(_pieces(pattern))
    busy = [0] * DAY
    for piece in pieces:
        for minute in range(piece.start, piece.start + piece.minutes):
            busy[minute] += 1
    notes = [_none(*run) for run in _runs([count == 0 for count in busy])]
    notes += [_several(*run) for run in _runs([count > 1 for count in busy])]
    return Day(pieces, max(p.lane for p in pieces) + 1, tuple(notes))


def _pieces(pattern: ShiftPattern) -> Iterator[Piece]:
    """Each in the first lane in which it meets no other."""
    lanes: list[list[bool]] = []
    for shift in pattern.shifts:
        spans = _spans(shift)
        free = (i for i, lane in enumerate(lanes) if not any(any(lane[a:b]) for a, b in spans))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([False] * DAY)
        for start, end in spans:
            lanes[lane][start:end] = [True] * (end - start)
            yield Piece(start, end - start, lane, kind_of(shift))


def _spans(shift: Shift) -> list[tuple[int, int]]:
    """Minutes of the day from … to; what reaches over midnight comes in two parts."""
    start, end = _minute(shift.start), _minute(shift.end)
    if end > start:
        return [(start, end)]
    return [(a, b) for a, b in ((start, DAY), (0, end)) if b > a]


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _runs(marks: list[bool]) -> Iterator[tuple[int, int]]:
    """From … to of each run of marked minutes, round the clock; a whole day is (0, DAY)."""
    if all(marks):
        yield 0, DAY
        return
    starts = [i for i in range(DAY) if marks[i] and not marks[i - 1]]
    for start in starts:
        length = next(n for n in range(1, DAY) if not marks[(start + n) % DAY])
        yield start, start + length


def _none(start: int, end: int) -> Text:
    return Text(f"{_clock(start)}–{_clock(end)} 没有班", f"no shift {_clock(start)}–{_clock(end)}")


def _several(start: int, end: int) -> Text:
    return Text(f"{_clock(start)}–{_clock(end)} 有班次重叠", f"shifts overlap {_clock(start)}–{_clock(end)}")


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}" if minute != DAY else "24:00"
