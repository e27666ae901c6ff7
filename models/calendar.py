"""Duties of a new week: from the town's staffing, or copied from the week before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty, Post, ShiftPattern, StaffingTemplate

from .drafts import assignments_of, new_draft, still_there
from .rows import DutyRow, RosterRow, TownRow, WeekRow
from .things import all_things


def templated_duties(session: Session, town: TownRow, start: date, days: int) -> tuple[Duty, ...]:
    """One duty a post, shift and day. Raises DocumentError: a post is staffed twice in a shift, too many duties."""
    posts = cast("tuple[Post, ...]", all_things(session, town, "posts"))
    patterns = cast("tuple[ShiftPattern, ...]", all_things(session, town, "shift_patterns"))
    templates = cast("tuple[StaffingTemplate, ...]", all_things(session, town, "staffing_templates"))
    duties = document.expand_staffing(posts, patterns, templates, town.zone, start, days)
    faults, seen, place = Faults(), set[str](), {post.id: i for i, post in enumerate(posts)}
    for duty in duties:
        if duty.id in seen:
            faults.add(("posts", place[str(duty.post)], "staffing"), "staffed_twice", shift=str(duty.shift))
        seen.add(duty.id)
    if len(duties) > document.MAX_DUTIES:
        faults.add(("posts",), "too_many_duties", count=len(duties), limit=document.MAX_DUTIES)
    faults.raise_if_any()
    return duties


def copied_duties(session: Session, town: TownRow, source: WeekRow, target: WeekRow) -> tuple[Duty, ...]:
    """The duties of another week at the same clock times, whole weeks of seven days later where it fits.

    A shorter target takes the first days, a longer one leaves the days beyond empty. What the copy names and no
    longer exists cannot happen: things that duties use are not removed.
    """
    shift = target.start - source.start
    zone = ZoneInfo(town.zone)
    rows = session.scalars(
        select(DutyRow).where(DutyRow.town == town.id, DutyRow.week == source.start).order_by(DutyRow.starts_at)
    )
    copied = []
    for row in rows:
        duty: Duty = document.entity_from_json("duties", row.body, town.zone)
        day = duty.start.astimezone(zone).date()
        if (day - source.start).days >= target.days:
            continue
        start, end = _later(duty.start, shift, zone), _later(duty.end, shift, zone)
        if start.timestamp() < end.timestamp():
            copied.append(replace(duty, id=copied_id(duty.id, source, target), start=start, end=end))
    return tuple(copied)


def copied_id(duty: str, source: WeekRow, target: WeekRow) -> str:
    """A duty's id in the copy: a date of the source week that it holds becomes the date in the target."""
    for i in range(source.days):
        day = (source.start + timedelta(days=i)).isoformat()
        if day in duty:
            return duty.replace(day, (target.start + timedelta(days=i)).isoformat())
    return duty


def copy_roster(session: Session, source: WeekRow, target: WeekRow, by: str | None, now: datetime) -> None:
    """The source's published roster, else its draft, as the target's draft; nothing when it has neither."""
    versions = select(RosterRow).where(
        RosterRow.town == source.town, RosterRow.week == source.start, RosterRow.state != "superseded"
    )
    held = {row.state: row for row in session.scalars(versions)}
    row = held.get("published") or held.get("draft")
    if row is None:
        return
    moved = (
        Assignment(a.person, copied_id(a.duty, source, target), a.position, a.pinned)
        for a in assignments_of(session, row)
    )
    kept = still_there(session, target, moved)
    new_draft(session, target, kept, origin="copy", by=by, now=now, summary={})


def _later(instant: datetime, shift: timedelta, zone: ZoneInfo) -> datetime:
    """The same clock time some days later; across a clock change that is another distance in hours."""
    local = instant.astimezone(zone)
    return document.local_instant(local.date() + shift, local.time(), zone)
