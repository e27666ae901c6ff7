"""From posts, shift patterns and staffing templates to the duties of a window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..problem import Duty, Post, Shift, ShiftPattern, Staffing, StaffingTemplate


def local_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which the wall clock of `zone` shows `clock` on `day`.

    A time that the clock skips is taken as much later as is skipped (02:30 becomes 03:30); of a time that
    comes twice the first is meant.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


def interval(day: date, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of a shift that belongs to `day`; an end at or before the start is on the next day."""
    end_day = day + timedelta(days=1) if shift.end <= shift.start else day
    return local_instant(day, shift.start, zone), local_instant(end_day, shift.end, zone)


def staffed_days(staffing: Staffing, start: date, days: int) -> range:
    """Indices of the window's days on which the staffing holds."""
    first = 0 if staffing.first_day is None else max(0, (staffing.first_day - start).days)
    last = days - 1 if staffing.last_day is None else min(days - 1, (staffing.last_day - start).days)
    return range(first, last + 1)


def staffed_shifts(staffing: Staffing, pattern: ShiftPattern) -> list[Shift]:
    return [s for s in pattern.shifts if not staffing.shifts or s.id in staffing.shifts]


def expand_staffing(
    posts: Iterable[Post],
    patterns: Iterable[ShiftPattern],
    templates: Iterable[StaffingTemplate],
    zone: str,
    start: date,
    days: int,
) -> tuple[Duty, ...]:
    """One duty a post, shift and day, called POST/2026-11-23/SHIFT; references must have been checked.

    On a clock change the boundaries stay where the wall clock shows them, so a duty may be an hour longer or
    shorter; a shift that falls into the skipped hour altogether makes no duty that day.
    """
    pattern_by_id = {p.id: p for p in patterns}
    template_by_id = {t.id: t for t in templates}
    held = ZoneInfo(zone)
    duties: list[Duty] = []
    for post in posts:
        for staffing in post.staffing:
            shifts = staffed_shifts(staffing, pattern_by_id[staffing.pattern])
            template = template_by_id[staffing.template]
            duties.extend(_of_post(post, template, shifts, staffed_days(staffing, start, days), start, held))
    return tuple(duties)


def _of_post(
    post: Post, template: StaffingTemplate, shifts: list[Shift], days: range, start: date, zone: ZoneInfo
) -> Iterator[Duty]:
    for index in days:
        day = start + timedelta(days=index)
        for shift in shifts:
            begin, end = interval(day, shift, zone)
            if begin.timestamp() < end.timestamp():
                yield Duty(
                    id=f"{post.id}/{day.isoformat()}/{shift.id}",
                    start=begin,
                    end=end,
                    seats=template.seats,
                    post=post.id,
                    shift=shift.id,
                    shift_name=shift.name,
                    night=shift.night,
                )
