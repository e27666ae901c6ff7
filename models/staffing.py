"""Posts and their duties in one step: a template for many posts, and a post closed from a moment on.

Each changes what the posts are staffed by, and the duties of weeks that are there already; drafts follow their duties.
Published versions stay as they are: they hold duties of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.problem import Assignment, Duty, Post, Staffing

from .database import Database
from .drafts import (
    AT_ONCE,
    assignments_of,
    draft_row,
    duty_changed,
    duty_removed,
    hand_over,
    new_draft,
    still_there,
)
from .errors import NotFound
from .rows import THINGS, DutyRow, ThingRow, TownRow, WeekRow
from .scope import town_row, week_row
from .staffing_plans import Choice, WeekPlan, duties_of, plans_of, published_row, roster_of
from .weeks import add_duties


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a post ends, week by week."""

    week: date
    go: tuple[Duty, ...]
    freed: tuple[Assignment, ...]


class PostStaffing:
    def __init__(self, database: Database) -> None:
        self._db = database

    def plan(self, town: str, start: date, choice: Choice) -> tuple[WeekPlan, ...]:
        """What `apply` would do: to the week that starts on `start`, and with `onwards` to each that is there after it.

        Raises NotFound, DocumentError.
        """
        with self._db.read() as session:
            held, week = town_row(session, town), week_row(session, town, start)
            return plans_of(session, held, week, choice, self._db.now())

    def apply(self, town: str, start: date, choice: Choice, *, by: str) -> tuple[WeekPlan, ...]:
        """Staff these posts like this from the day on, and change the duties that have not begun.

        Drafts follow; a week whose roster is published and that has no draft gets one. Raises NotFound, DocumentError.
        """
        with self._db.write() as session:
            held, week = town_row(session, town, hold=True), week_row(session, town, start, hold=True)
            plans = plans_of(session, held, week, choice, self._db.now(), hold=True)
            last = None if choice.onwards else week.start + timedelta(days=week.days - 1)
            if choice.staffing is not None:
                new = replace(choice.staffing, first_day=choice.first_day, last_day=last)
                for post in plans[0].posts:
                    _staff(session, held, post.post, lambda old: spliced(old, choice.first_day, new))
            for plan in plans:
                _write(session, held, week_row(session, town, plan.week), plan, by, self._db.now())
            return plans

    def closing(self, town: str, post: str, moment: datetime) -> tuple[Closing, ...]:
        """What `close` would end. Raises NotFound."""
        with self._db.read() as session:
            held = town_row(session, town)
            _post_row(session, town, post)
            return tuple(_closing(session, held, row, post, moment) for row in _weeks_after(session, held, moment))

    def close(self, town: str, post: str, moment: datetime, *, by: str) -> tuple[Closing, ...]:
        """Take every duty of the post that begins at `moment` or later out of its week, and staff it no longer.

        A week whose roster is published and that has no draft gets one without these duties. Raises NotFound.
        """
        with self._db.write() as session:
            held = town_row(session, town, hold=True)
            last = (moment - timedelta(minutes=1)).astimezone(ZoneInfo(held.zone)).date()
            _staff(session, held, post, lambda old: ended(old, last))
            found = []
            for week in _weeks_after(session, held, moment):
                closing = _closing(session, held, week, post, moment)
                if closing.go:
                    _take_out(session, week, closing.go, by, self._db.now())
                    found.append(closing)
            return tuple(found)


def spliced(staffing: Sequence[Staffing], first_day: date, new: Staffing) -> tuple[Staffing, ...]:
    """What holds until the day before, then `new` alone; where `new` ends, what would have held goes on."""
    after = () if new.last_day is None else begun(staffing, new.last_day + timedelta(days=1))
    return (*ended(staffing, first_day - timedelta(days=1)), new, *after)


def begun(staffing: Sequence[Staffing], first_day: date) -> tuple[Staffing, ...]:
    """What holds on and after `first_day`."""
    kept = [s for s in staffing if s.last_day is None or s.last_day >= first_day]
    return tuple(replace(s, first_day=max(s.first_day or first_day, first_day)) for s in kept)


def ended(staffing: Sequence[Staffing], last_day: date) -> tuple[Staffing, ...]:
    """What holds up to and with `last_day`."""
    kept = [s for s in staffing if s.first_day is None or s.first_day <= last_day]
    return tuple(replace(s, last_day=min(s.last_day or last_day, last_day)) for s in kept)


def _write(session: Session, town: TownRow, week: WeekRow, plan: WeekPlan, by: str, now: datetime) -> None:
    if not plan.any:
        return
    draft, published = draft_row(session, town.id, week.start), published_row(session, week)
    for post in plan.posts:
        for duty in post.go:
            session.delete(session.get_one(DutyRow, (town.id, week.start, duty.id)))
            duty_removed(session, draft, duty.id)
        for _, duty in post.change:
            row = session.get_one(DutyRow, (town.id, week.start, duty.id))
            row.starts_at, row.ends_at, row.body = duty.start, duty.end, document.entity_to_json("duties", duty)
            row.revision += 1
            duty_changed(session, draft, duty)
        add_duties(session, town, week, post.come)
    if draft is not None:
        for first in range(0, len(plan.freed), AT_ONCE):
            hand_over(session, draft, plan.freed[first : first + AT_ONCE], ())
        draft.revision += 1
    elif published is not None:
        freed = set(plan.freed)
        kept = still_there(session, week, (a for a in assignments_of(session, published) if a not in freed))
        new_draft(session, week, kept, origin="edit", by=by, now=now, summary={}, based_on=published.number)
    week.revision += 1


def _staff(
    session: Session, town: TownRow, post: str, change: Callable[[Sequence[Staffing]], tuple[Staffing, ...]]
) -> None:
    """Give a post another staffing, as `change` makes it from the one that it has."""
    row = _post_row(session, town.id, post)
    held = cast(Post, document.entity_from_json("posts", row.body, town.zone))
    row.body = document.entity_to_json("posts", replace(held, staffing=change(held.staffing)))
    row.revision += 1


def _post_row(session: Session, town: str, post: str) -> ThingRow:
    row = session.get(THINGS["posts"], (town, post))
    if row is None:
        raise NotFound("post", post)
    return row


def _weeks_after(session: Session, town: TownRow, moment: datetime) -> list[WeekRow]:
    """Weeks that have not ended by then, the earliest first."""
    day = moment.astimezone(ZoneInfo(town.zone)).date()
    rows = session.scalars(select(WeekRow).where(WeekRow.town == town.id).order_by(WeekRow.start))
    return [row for row in rows if row.start + timedelta(days=row.days) > day]


def _closing(session: Session, town: TownRow, week: WeekRow, post: str, moment: datetime) -> Closing:
    go = tuple(d for d in duties_of(session, town, week) if d.post == post and d.start >= moment)
    gone = {d.id for d in go}
    return Closing(week.start, go, tuple(a for a in roster_of(session, week) if a.duty in gone) if go else ())


def _take_out(session: Session, week: WeekRow, go: Sequence[Duty], by: str, now: datetime) -> None:
    draft, published = draft_row(session, week.town, week.start), published_row(session, week)
    gone = {d.id for d in go}
    if draft is None and published is not None:
        kept = still_there(session, week, (a for a in assignments_of(session, published) if a.duty not in gone))
        new_draft(session, week, kept, origin="edit", by=by, now=now, summary={}, based_on=published.number)
    for id_ in gone:
        session.delete(session.get_one(DutyRow, (week.town, week.start, id_)))
        duty_removed(session, draft, id_)
    week.revision += 1
