"""What people say of a time, put over what they said before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.document import local_instant
from scheduler.problem import AvailabilityStatus

from .town import Body
from .values import key

ALL_DAY = frozenset({"全天", "整天", "一天", "allday", "day", "wholeday"})
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Said:
    """A half-open interval and what is said of it; None is available, with no wish."""

    start: datetime
    end: datetime
    status: AvailabilityStatus | None
    row: int = 0
    exact: bool = True
    """Of a shift or of hours: it counts more than what is said of a whole day, into which a night shift may reach."""


def over(held: Sequence[Body], said: Iterable[Said], zone: ZoneInfo) -> list[Body]:
    """The spans of a person's document after these were said: what is new takes the place of what it overlaps.

    A span that says the same already, and covers the new one, stays as it is, so that saying it again changes nothing.
    """
    spans = [(_instant(s["start"]), _instant(s["end"]), s["status"]) for s in held]
    for one in sorted(said, key=lambda s: s.exact):
        start, end = one.start.astimezone(UTC), one.end.astimezone(UTC)
        if any(s <= start and end <= e and status == one.status for s, e, status in spans):
            continue
        left: list[tuple[datetime, datetime, str]] = []
        for s, e, status in spans:
            left += [(s, min(e, start), status)] if s < start else []
            left += [(max(s, end), e, status)] if e > end else []
        spans = left + ([(start, end, one.status)] if one.status else [])
    spans.sort()
    return [
        {"start": s.astimezone(zone).isoformat(), "end": e.astimezone(zone).isoformat(), "status": status}
        for s, e, status in spans
    ]


def contradiction(said: Sequence[Said]) -> tuple[Said, Said] | None:
    """Two of the same kind that overlap and differ, the later one second; None when there are none."""
    ordered = sorted(said, key=lambda s: (s.start.timestamp(), s.end.timestamp(), s.row))
    open_: list[Said] = []
    for one in ordered:
        open_ = [o for o in open_ if o.end.timestamp() > one.start.timestamp()]
        other = next((o for o in open_ if o.status != one.status and o.exact == one.exact), None)
        if other is not None:
            return (other, one) if other.row <= one.row else (one, other)
        open_.append(one)
    return None


def whole_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return local_instant(day, time(), zone), local_instant(day + timedelta(days=1), time(), zone)


def of_clock(day: date, start: time, end: time | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From one time of day to another; an end that is not after the start is on the next day, None is its midnight."""
    last = day + timedelta(days=1) if end is None or end <= start else day
    return local_instant(day, start, zone), local_instant(last, end or time(), zone)


def of_shift(day: date, shift: Body, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A shift of a pattern; it belongs to the day on which it starts."""
    return of_clock(day, time.fromisoformat(shift["start"]), time.fromisoformat(shift["end"]), zone)


def shift_called(patterns: Iterable[Body], text: str) -> list[Body]:
    """The shifts with this name or id, each clock time once."""
    found: dict[tuple[str, str], Body] = {}
    for pattern in patterns:
        for shift in pattern["shifts"]:
            if key(text) in {key(shift["id"]), key(shift["name"]), key(str(shift.get("name_en") or shift["id"]))}:
                found.setdefault((shift["start"], shift["end"]), shift)
    return list(found.values())


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written.upper()).astimezone(UTC)
