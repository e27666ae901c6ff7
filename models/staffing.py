"""Posts and their duties in one step: a template for many posts, and a post closed from a moment on.

Each changes what the posts are staffed by, and the duties of weeks that are there already; drafts follow their duties.
Published versions stay as they are: they hold duties of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty, Post, ShiftPattern, Staffing, StaffingTemplate

from . import references
from .database import Database
from .drafts import assignments_of, draft_row, duty_changed, duty_removed, new_draft, still_there
from .errors import NotFound
from .rows import THINGS, DutyRow, RosterRow, ThingRow, TownRow, WeekRow
from .scope import town_row, week_row
from .things import all_things
from .weeks import add_duties


@dataclass(frozen=True, slots=True)
class Choice:
    """A template and a pattern for some posts, from a local day on."""

    posts: tuple[str, ...]
    template: str
    pattern: str
    first_day: date


@dataclass(frozen=True, slots=True)
class PostPlan:
    """What becomes of one post's duties in a week."""

    post: str
    come: tuple[Duty, ...]
    go: tuple[Duty, ...]
    change: tuple[tuple[Duty, Duty], ...]
    """Before and after; the id stays."""
    freed: tuple[Assignment, ...]
    """Whose seats in the draft, or else in the published roster, are no more."""

    @property
    def seats(self) -> tuple[int, int]:
        """Least heads that come, and that go."""
        come = [*self.come, *(after for _, after in self.change)]
        go = [*self.go, *(before for before, _ in self.change)]
        return _heads(come), _heads(go)


@dataclass(frozen=True, slots=True)
class Plan:
    posts: tuple[PostPlan, ...]

    @property
    def freed(self) -> tuple[Assignment, ...]:
        return tuple(a for p in self.posts for a in p.freed)


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a post ends, week by week."""

    week: date
    go: tuple[Duty, ...]
    freed: tuple[Assignment, ...]


class PostStaffing:
    def __init__(self, database: Database) -> None:
        self._db = database

    def plan(self, town: str, start: date, choice: Choice) -> Plan:
        """What `apply` would do to the week that starts on `start`. Raises NotFound, DocumentError."""
        with self._db.read() as session:
            held, week = town_row(session, town), week_row(session, town, start)
            return _plan(session, held, week, choice, self._db.now())

    def apply(self, town: str, start: date, choice: Choice) -> Plan:
        """Staff these posts like this from the day on, and change the duties of the week that have not begun.

        Raises NotFound, DocumentError.
        """
        with self._db.write() as session:
            held, week = town_row(session, town, hold=True), week_row(session, town, start, hold=True)
            plan = _plan(session, held, week, choice, self._db.now())
            new = Staffing(choice.template, choice.pattern, first_day=choice.first_day)
            for post in plan.posts:
                _staff(session, held, post.post, lambda old: spliced(old, choice.first_day, new))
                _write(session, held, week, post)
            return plan

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
    """What holds until the day before, then `new` alone."""
    return (*ended(staffing, first_day - timedelta(days=1)), new)


def ended(staffing: Sequence[Staffing], last_day: date) -> tuple[Staffing, ...]:
    """What holds up to and with `last_day`."""
    kept = [s for s in staffing if s.first_day is None or s.first_day <= last_day]
    return tuple(replace(s, last_day=min(s.last_day or last_day, last_day)) for s in kept)


def _plan(session: Session, town: TownRow, week: WeekRow, choice: Choice, now: datetime) -> Plan:
    posts = {p.id: p for p in cast("tuple[Post, ...]", all_things(session, town, "posts"))}
    patterns = cast("tuple[ShiftPattern, ...]", all_things(session, town, "shift_patterns"))
    templates = cast("tuple[StaffingTemplate, ...]", all_things(session, town, "staffing_templates"))
    last = week.start + timedelta(days=week.days - 1)
    faults = Faults()
    for i, post in enumerate(choice.posts):
        if post not in posts:
            references.missing(faults, ("posts", i), "posts", post, posts)
    for key, noun, id_, there_are in (
        ("pattern", "shift_patterns", choice.pattern, [p.id for p in patterns]),
        ("template", "staffing_templates", choice.template, [t.id for t in templates]),
    ):
        if id_ not in there_are:
            references.missing(faults, (key,), noun, id_, there_are)
    if not week.start <= choice.first_day <= last:
        faults.add(("first_day",), "outside_window", first=week.start.isoformat(), last=last.isoformat())
    faults.raise_if_any()
    new = Staffing(choice.template, choice.pattern)
    chosen = [replace(posts[id_], staffing=(new,)) for id_ in dict.fromkeys(choice.posts)]
    days = (last - choice.first_day).days + 1
    wanted = document.expand_staffing(chosen, patterns, templates, town.zone, choice.first_day, days)
    zone = ZoneInfo(town.zone)

    def ahead(duty: Duty) -> bool:
        return duty.start >= now and duty.start.astimezone(zone).date() >= choice.first_day

    there = [d for d in _duties(session, town, week) if d.shift is not None and d.kind == "shift" and ahead(d)]
    begun = {d.id for d in _duties(session, town, week)} - {d.id for d in there}
    held = _roster(session, week)
    found = [_post_plan(p.id, [d for d in wanted if ahead(d) and d.id not in begun], there, held) for p in chosen]
    count = session.scalar(select(func.count()).where(DutyRow.town == town.id, DutyRow.week == week.start)) or 0
    total = count + sum(len(p.come) - len(p.go) for p in found)
    if total > document.MAX_DUTIES:
        faults.add(("posts",), "too_many_duties", count=total, limit=document.MAX_DUTIES)
        faults.raise_if_any()
    return Plan(tuple(found))


def _post_plan(post: str, wanted: Iterable[Duty], there: Iterable[Duty], held: Sequence[Assignment]) -> PostPlan:
    after, before = ({d.id: d for d in duties if d.post == post} for duties in (wanted, there))
    go = tuple(d for id_, d in before.items() if id_ not in after)
    change = tuple((d, after[id_]) for id_, d in before.items() if id_ in after and _differs(d, after[id_]))
    gone = {d.id for d in go}
    positions = {new.id: {s.position for s in new.seats} for _, new in change}
    return PostPlan(
        post=post,
        come=tuple(d for id_, d in after.items() if id_ not in before),
        go=go,
        change=change,
        freed=tuple(a for a in held if a.duty in gone or (a.duty in positions and a.position not in positions[a.duty])),
    )


def _differs(one: Duty, other: Duty) -> bool:
    return (one.start, one.end, one.seats, one.night) != (other.start, other.end, other.seats, other.night)


def _heads(duties: Iterable[Duty]) -> int:
    return sum(s.min for d in duties for s in d.seats)


def _write(session: Session, town: TownRow, week: WeekRow, plan: PostPlan) -> None:
    draft = draft_row(session, town.id, week.start)
    for duty in plan.go:
        session.delete(session.get_one(DutyRow, (town.id, week.start, duty.id)))
        duty_removed(session, draft, duty.id)
    for _, duty in plan.change:
        row = session.get_one(DutyRow, (town.id, week.start, duty.id))
        row.starts_at, row.ends_at, row.body = duty.start, duty.end, document.entity_to_json("duties", duty)
        row.revision += 1
        duty_changed(session, draft, duty)
    add_duties(session, town, week, plan.come)
    if plan.come and draft is not None:
        draft.revision += 1
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


def _duties(session: Session, town: TownRow, week: WeekRow) -> list[Duty]:
    bodies = session.scalars(select(DutyRow.body).where(DutyRow.town == town.id, DutyRow.week == week.start))
    return [document.entity_from_json("duties", body, town.zone) for body in bodies]


def _weeks_after(session: Session, town: TownRow, moment: datetime) -> list[WeekRow]:
    """Weeks that have not ended by then, the earliest first."""
    day = moment.astimezone(ZoneInfo(town.zone)).date()
    rows = session.scalars(select(WeekRow).where(WeekRow.town == town.id).order_by(WeekRow.start))
    return [row for row in rows if row.start + timedelta(days=row.days) > day]


def _closing(session: Session, town: TownRow, week: WeekRow, post: str, moment: datetime) -> Closing:
    go = tuple(d for d in _duties(session, town, week) if d.post == post and d.start >= moment)
    gone = {d.id for d in go}
    return Closing(week.start, go, tuple(a for a in _roster(session, week) if a.duty in gone) if go else ())


def _take_out(session: Session, week: WeekRow, go: Sequence[Duty], by: str, now: datetime) -> None:
    draft, published = draft_row(session, week.town, week.start), _published_row(session, week)
    gone = {d.id for d in go}
    if draft is None and published is not None:
        kept = still_there(session, week, (a for a in assignments_of(session, published) if a.duty not in gone))
        new_draft(session, week, kept, origin="edit", by=by, now=now, summary={}, based_on=published.number)
    for id_ in gone:
        session.delete(session.get_one(DutyRow, (week.town, week.start, id_)))
        duty_removed(session, draft, id_)
    week.revision += 1


def _roster(session: Session, week: WeekRow) -> tuple[Assignment, ...]:
    """The seats of the draft, else of the published version."""
    row = draft_row(session, week.town, week.start) or _published_row(session, week)
    return () if row is None else assignments_of(session, row)


def _published_row(session: Session, week: WeekRow) -> RosterRow | None:
    r = RosterRow
    return session.scalars(select(r).where(r.town == week.town, r.week == week.start, r.state == "published")).first()
