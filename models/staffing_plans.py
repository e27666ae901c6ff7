"""A template for some posts: what would come, go and change, week by week; nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty, Post, ShiftPattern, Staffing, StaffingTemplate

from . import references
from .drafts import assignments_of, draft_row
from .rows import DutyRow, RosterRow, TownRow, WeekRow
from .scope import week_row
from .things import all_things

Expand = Callable[[date, int], tuple[Duty, ...]]
"""First day and how many → the duties that the chosen posts then have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A template and a pattern for some posts, from a local day on.

    With neither the posts stay staffed as they are, and their duties are made anew: for templates and patterns that
    have changed since.
    """

    posts: tuple[str, ...]
    template: str | None
    pattern: str | None
    first_day: date
    onwards: bool = False
    """From then on: later weeks too, those that are there and those that will be made. Else this week alone."""

    @property
    def staffing(self) -> Staffing | None:
        """What the posts get; None when they keep what they have."""
        if self.template is None or self.pattern is None:
            return None
        return Staffing(self.template, self.pattern)


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
        """Least heads that come, and that go; in a duty that changes, position by position."""
        come, go = _heads(self.come).total(), _heads(self.go).total()
        for before, after in self.change:
            come += (_heads([after]) - _heads([before])).total()
            go += (_heads([before]) - _heads([after])).total()
        return come, go

    @property
    def any(self) -> bool:
        return bool(self.come or self.go or self.change)


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """What becomes of one week."""

    week: date
    days: int
    state: Literal["draft", "published"] | None
    """What the week has: a draft that follows, only a published roster, of which a draft is begun, or neither."""
    posts: tuple[PostPlan, ...]

    @property
    def freed(self) -> tuple[Assignment, ...]:
        return tuple(a for p in self.posts for a in p.freed)

    @property
    def seats(self) -> tuple[int, int]:
        """Least heads that come, and that go."""
        return sum(p.seats[0] for p in self.posts), sum(p.seats[1] for p in self.posts)

    @property
    def any(self) -> bool:
        return any(p.any for p in self.posts)


def plans_of(
    session: Session, town: TownRow, week: WeekRow, choice: Choice, now: datetime, *, hold: bool = False
) -> tuple[WeekPlan, ...]:
    """The plan of the week, and `onwards` of every later one, by date; `hold` keeps them from other writers."""
    wanted = _chosen(session, town, week, choice)
    weeks = [week]
    if choice.onwards:
        later = select(WeekRow.start).where(WeekRow.town == town.id, WeekRow.start > week.start)
        starts = session.scalars(later.order_by(WeekRow.start)).all()
        weeks += [week_row(session, town.id, start, hold=hold) for start in starts]
    return tuple(_plan(session, town, each, choice, wanted, now) for each in weeks)


def _chosen(session: Session, town: TownRow, week: WeekRow, choice: Choice) -> Expand:
    """The duties that the choice makes. Raises DocumentError with everything that is wrong with it."""
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
        if id_ is not None and id_ not in there_are:
            references.missing(faults, (key,), noun, id_, there_are)
    if not week.start <= choice.first_day <= last:
        faults.add(("first_day",), "outside_window", first=week.start.isoformat(), last=last.isoformat())
    faults.raise_if_any()
    chosen = [posts[id_] for id_ in dict.fromkeys(choice.posts)]
    if (new := choice.staffing) is not None:
        chosen = [replace(post, staffing=(new,)) for post in chosen]
    return lambda first, days: document.expand_staffing(chosen, patterns, templates, town.zone, first, days)


def _plan(session: Session, town: TownRow, week: WeekRow, choice: Choice, expand: Expand, now: datetime) -> WeekPlan:
    zone, first = ZoneInfo(town.zone), max(choice.first_day, week.start)
    wanted = expand(first, week.days - (first - week.start).days)

    def ahead(duty: Duty) -> bool:
        return duty.start >= now and duty.start.astimezone(zone).date() >= first

    duties = duties_of(session, town, week)
    there = [d for d in duties if d.shift is not None and d.kind == "shift" and ahead(d)]
    others = {d.id for d in duties} - {d.id for d in there}
    held = roster_of(session, week)
    made = [d for d in wanted if ahead(d) and d.id not in others]
    found = tuple(_post_plan(post, made, there, held) for post in dict.fromkeys(choice.posts))
    total = len(duties) + sum(len(p.come) - len(p.go) for p in found)
    if total > document.MAX_DUTIES:
        faults = Faults()
        faults.add(("posts",), "too_many_duties", count=total, limit=document.MAX_DUTIES)
        faults.raise_if_any()
    return WeekPlan(week.start, week.days, _state(session, week), found)


def _state(session: Session, week: WeekRow) -> Literal["draft", "published"] | None:
    if draft_row(session, week.town, week.start) is not None:
        return "draft"
    return None if published_row(session, week) is None else "published"


def _post_plan(post: str, wanted: Iterable[Duty], there: Iterable[Duty], held: Sequence[Assignment]) -> PostPlan:
    after, before = ({d.id: d for d in duties if d.post == post} for duties in (wanted, there))
    go = tuple(d for id_, d in before.items() if id_ not in after)
    change = tuple((d, after[id_]) for id_, d in before.items() if id_ in after and _differs(d, after[id_]))
    return PostPlan(
        post=post,
        come=tuple(d for id_, d in after.items() if id_ not in before),
        go=go,
        change=change,
        freed=_freed({d.id for d in go}, {new.id: new for _, new in change}, held),
    )


def _freed(gone: Set[str], changed: Mapping[str, Duty], held: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """Whoever sits in a duty that goes, or on a seat that a changed one no longer has; who is pinned stays longest."""
    room = Counter({(id_, s.position): s.max for id_, duty in changed.items() for s in duty.seats})
    stays = set[Assignment]()
    for a in sorted(held, key=lambda a: not a.pinned):
        if a.duty in changed and room[a.duty, a.position] > 0:
            room[a.duty, a.position] -= 1
            stays.add(a)
    return tuple(a for a in held if a.duty in gone or (a.duty in changed and a not in stays))


def _differs(one: Duty, other: Duty) -> bool:
    return (one.start, one.end, one.seats, one.night) != (other.start, other.end, other.seats, other.night)


def _heads(duties: Iterable[Duty]) -> Counter[str]:
    """Position → least heads."""
    found: Counter[str] = Counter()
    for duty in duties:
        found.update({s.position: s.min for s in duty.seats})
    return found


def duties_of(session: Session, town: TownRow, week: WeekRow) -> list[Duty]:
    bodies = session.scalars(select(DutyRow.body).where(DutyRow.town == town.id, DutyRow.week == week.start))
    return [document.entity_from_json("duties", body, town.zone) for body in bodies]


def roster_of(session: Session, week: WeekRow) -> tuple[Assignment, ...]:
    """The seats of the draft, else of the published version."""
    row = draft_row(session, week.town, week.start) or published_row(session, week)
    return () if row is None else assignments_of(session, row)


def published_row(session: Session, week: WeekRow) -> RosterRow | None:
    r = RosterRow
    return session.scalars(select(r).where(r.town == week.town, r.week == week.start, r.state == "published")).first()
