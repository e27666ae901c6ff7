"""When somebody can serve, as they said it: spans of certain dates, and what holds every week; pure.

Availability is about intervals: of two shifts that overlap, who cannot serve the one cannot serve the other. Where
several things were said about one moment the strongest counts: unavailable, then avoid, then prefer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from scheduler import document
from scheduler.problem import Availability, AvailabilityStatus

Answer = Literal["yes", "avoid", "unavailable"]
ANSWERS: tuple[Answer, ...] = ("yes", "avoid", "unavailable")
"""In the order in which a tap goes from one to the next."""
DAY_MINUTES, WEEK_MINUTES = 24 * 60, 7 * 24 * 60
STRENGTH: dict[str, int] = {"prefer": 1, "avoid": 2, "unavailable": 3}


@dataclass(frozen=True, slots=True)
class UsualTime:
    """What somebody says about the same clock times of one weekday, every week."""

    weekday: int
    """0 is Monday; an end at or before the start is on the next day."""
    start: time
    end: time
    answer: Answer
    exceptions: frozenset[date] = frozenset()
    """Dates for which the person said something of its own: there this says nothing."""

    def is_about(self, weekday: int, start: time, end: time) -> bool:
        return (self.weekday, self.start, self.end) == (weekday, start, end)


def span(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of clock times that belong to a day."""
    last = day + timedelta(days=1) if end <= start else day
    return document.local_instant(day, start, zone), document.local_instant(last, end, zone)


def expanded(usual: Iterable[UsualTime], first: date, days: int, zone: ZoneInfo) -> list[Availability]:
    """The spans of a usual week on so many days, which may overlap."""
    spans = []
    for said in usual:
        for i in range((said.weekday - first.weekday()) % 7, days, 7):
            day = first + timedelta(days=i)
            start, end = span(day, said.start, said.end, zone)
            if said.answer != "yes" and day not in said.exceptions and start.timestamp() < end.timestamp():
                spans.append(Availability(start, end, said.answer))
    return spans


def answered(usual: Iterable[UsualTime], weekday: int, start: time, end: time, answer: Answer) -> list[UsualTime]:
    """The usual week with this and nothing else said about some clock times of a weekday; their exceptions stay."""
    said = UsualTime(weekday, start, end, answer)
    opens, closes = _minutes(said)
    made: list[UsualTime] = []
    for u in usual:
        if u.is_about(weekday, start, end):
            said = replace(said, exceptions=u.exceptions)
        else:
            made += _outside(u, opens, closes)
    return [*made, said]


def excepted(
    usual: Iterable[UsualTime], start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[list[UsualTime], list[Availability]]:
    """The usual week without the days on which it speaks of an interval, and what it says on those as spans."""
    kept, spans = list[UsualTime](), list[Availability]()
    first = start.astimezone(zone).date() - timedelta(days=1)
    days = (end.astimezone(zone).date() - first).days + 1
    for u in usual:
        on = {s.start.astimezone(zone).date(): s for s in expanded([u], first, days, zone)}
        met = {day: s for day, s in on.items() if s.start < end and start < s.end}
        kept.append(replace(u, exceptions=u.exceptions | met.keys()))
        spans += met.values()
    return kept, spans


def _outside(u: UsualTime, opens: int, closes: int) -> list[UsualTime]:
    """What remains of a usual time outside some minutes of the week."""
    start, end = _minutes(u)
    for begin, stop in ((opens + turn, closes + turn) for turn in (-WEEK_MINUTES, 0, WEEK_MINUTES)):
        if begin < end and start < stop:
            pieces = [(start, min(begin, end)), (max(stop, start), end)]
            return [_piece(u, first, last) for first, last in pieces if first < last]
    return [u]


def _piece(u: UsualTime, start: int, end: int) -> UsualTime:
    later = timedelta(days=start // DAY_MINUTES - u.weekday)
    exceptions = frozenset(day + later for day in u.exceptions)
    return UsualTime(start // DAY_MINUTES % 7, _clock(start), _clock(end), u.answer, exceptions)


def _minutes(u: UsualTime) -> tuple[int, int]:
    """From when to when, in minutes of the week; the end may lie in the next one."""
    start, end = (u.weekday * DAY_MINUTES + clock.hour * 60 + clock.minute for clock in (u.start, u.end))
    return start, end + (DAY_MINUTES if u.end <= u.start else 0)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def strongest(spans: Iterable[Availability]) -> list[Availability]:
    """Spans that do not overlap, by start: at each moment the strongest of what was said about it."""
    given = [(s.start.astimezone(UTC), s.end.astimezone(UTC), s.status) for s in spans]
    edges = sorted({edge for start, end, _ in given for edge in (start, end)})
    made: list[Availability] = []
    for start, end in pairwise(edges):
        said = [status for begin, stop, status in given if begin <= start and end <= stop]
        if said:
            status = max(said, key=STRENGTH.__getitem__)
            last = made[-1] if made else None
            if last and (last.end, last.status) == (start, status):
                made[-1] = replace(last, end=end)
            else:
                made.append(Availability(start, end, status))
    return made


def status_in(spans: Iterable[Availability], start: datetime, end: datetime) -> AvailabilityStatus | None:
    """The strongest that was said about any part of an interval; None when nothing was."""
    there = [s.status for s in spans if s.start < end and start < s.end]
    return max(there, key=STRENGTH.__getitem__, default=None)


def replaced(spans: Sequence[Availability], start: datetime, end: datetime, answer: Answer) -> list[Availability]:
    """The spans with this and nothing else said about an interval."""
    kept = []
    for s in spans:
        if s.start < start and start < s.end:
            kept.append(replace(s, end=start))
        if s.start < end and end < s.end:
            kept.append(replace(s, start=end))
        if s.end <= start or end <= s.start:
            kept.append(s)
    if answer != "yes":
        kept.append(Availability(start, end, answer))
    return strongest(kept)


def with_usual(
    availability: Iterable[dict[str, Any]], times: Sequence[Any], first: date, days: int, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """A person's availability, as documents have it, with their usual week on so many days."""
    spans = [Availability(_instant(s["start"]), _instant(s["end"]), s["status"]) for s in availability]
    spans += expanded(read(times), first, days, zone)
    return [
        {"start": _written(s.start, zone), "end": _written(s.end, zone), "status": s.status} for s in strongest(spans)
    ]


def read(times: Sequence[Any]) -> tuple[UsualTime, ...]:
    """From what is stored."""
    return tuple(
        UsualTime(
            said["weekday"],
            time.fromisoformat(said["start"]),
            time.fromisoformat(said["end"]),
            cast(Answer, said["answer"]),
            frozenset(map(date.fromisoformat, said["except"])),
        )
        for said in times
    )


def written(usual: Iterable[UsualTime]) -> list[dict[str, Any]]:
    """As it is stored; what says nothing is left out."""
    return [
        {
            "weekday": said.weekday,
            "start": said.start.isoformat("minutes"),
            "end": said.end.isoformat("minutes"),
            "answer": said.answer,
            "except": sorted(day.isoformat() for day in said.exceptions),
        }
        for said in sorted(usual, key=lambda said: (said.weekday, said.start, said.end))
        if said.answer != "yes" or said.exceptions
    ]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


def _written(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(timespec="minutes")
