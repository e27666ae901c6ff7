"""What is known about the presence of people on published duties, gathered, and how somebody stands by it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.problem import Assignment, Duty

from .presence_rows import PresenceRow
from .presence_states import CAME, KEPT_FOR, OVERDUE_AFTER, SAID, How, State
from .records import RosterVersion
from .rows import AbsenceRow, AcknowledgementRow

AT_ONCE = 500
"""Duties that are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to one published duty. Instants are aware; minutes count from the duty's start."""

    person: str
    position: str
    state: State
    since: datetime | None = None
    """When that was said; None when nobody said it."""
    came_at: datetime | None = None
    left_at: datetime | None = None
    minutes_late: int = 0
    by: str = ""
    how: How | None = None
    reason: str = ""
    overdue: bool = False
    """Half an hour after the start, and not here yet."""
    counted: bool = False
    """A no-show by the rule: nobody said it."""
    moved: bool = False
    """Came, and is no longer on the published roster."""


@dataclass(frozen=True, slots=True)
class DutyPresence:
    """A published duty with everybody on it, in the roster's order."""

    week: date
    number: int
    duty: Duty
    team: tuple[Standing, ...]


@dataclass
class Facts:
    """What was said about some duties: the last row of each person, 收到, drop-outs, and where presence is kept."""

    last: dict[tuple[date, str, str], PresenceRow] = field(default_factory=dict)
    confirmed: dict[tuple[date, str, str], datetime] = field(default_factory=dict)
    away: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    posts: dict[str | None, list[datetime]] = field(default_factory=dict)
    """Post → starts of duties at which somebody was looked for, in order."""
    duties: set[tuple[date, str]] = field(default_factory=set)
    """Duties without a post at which somebody was looked for."""

    def kept(self, week: date, duty: Duty) -> bool:
        """Whether silence about this duty says something: presence is kept there."""
        if duty.post is None:
            return (week, duty.id) in self.duties
        starts = self.posts.get(duty.post, [])
        place = bisect_left(starts, duty.start - KEPT_FOR)
        return place < len(starts) and starts[place] <= duty.start

    def away_during(self, person: str, duty: Duty) -> bool:
        return any(start < duty.end and duty.start < end for start, end in self.away.get(person, ()))


def gather(session: Session, town: str, duties: Iterable[tuple[date, Duty]]) -> Facts:
    """Everything that is known about these duties."""
    wanted = list(duties)
    found = Facts()
    if not wanted:
        return found
    by_week: dict[date, list[str]] = defaultdict(list)
    for week, duty in wanted:
        by_week[week].append(duty.id)
    p, k = PresenceRow, AcknowledgementRow
    for week, ids in _in_pieces(by_week):
        rows = select(p).where(p.town == town, p.week == week, p.duty.in_(ids)).order_by(p.step)
        for row in session.scalars(rows):
            found.last[row.week, row.duty, row.person] = row
        said = select(k.duty, k.person, k.at).where(k.town == town, k.week == week, k.duty.in_(ids))
        found.confirmed |= {(week, duty_id, person): at for duty_id, person, at in session.execute(said)}
    opens, closes = min(d.start for _, d in wanted), max(d.end for _, d in wanted)
    _add_absences(session, town, opens, closes, found)
    _add_posts(session, town, [duty for _, duty in wanted], opens, closes, found)
    return found


def _in_pieces(by_week: dict[date, list[str]]) -> Iterator[tuple[date, list[str]]]:
    for week, ids in by_week.items():
        for first in range(0, len(ids), AT_ONCE):
            yield week, ids[first : first + AT_ONCE]


def _add_absences(session: Session, town: str, opens: datetime, closes: datetime, found: Facts) -> None:
    a = AbsenceRow
    away = select(a.person, a.starts_at, a.ends_at).where(
        a.town == town, a.state != "withdrawn", a.ends_at > opens, a.starts_at < closes
    )
    for person, start, end in session.execute(away):
        found.away.setdefault(person, []).append((start, end))


def _add_posts(
    session: Session, town: str, duties: Sequence[Duty], opens: datetime, closes: datetime, found: Facts
) -> None:
    """At the posts of these duties, and on those without a post: asked apart, so that an index serves each."""
    p = PresenceRow
    posts = sorted({duty.post for duty in duties if duty.post is not None})
    lone = [duty.id for duty in duties if duty.post is None]
    near = select(p.post, p.week, p.duty, p.starts_at).where(
        p.town == town, p.state.in_(sorted(SAID)), p.starts_at >= opens - KEPT_FOR, p.starts_at <= closes
    )
    starts: dict[str | None, set[datetime]] = defaultdict(set)
    for first in range(0, len(posts), AT_ONCE):
        there = near.where(p.post.in_(posts[first : first + AT_ONCE])).distinct()
        for post, _week, _duty, start in session.execute(there):
            starts[post].add(start)
    for first in range(0, len(lone), AT_ONCE):
        bare = near.where(p.post.is_(None), p.duty.in_(lone[first : first + AT_ONCE])).distinct()
        found.duties |= {(week, duty) for _post, week, duty, _start in session.execute(bare)}
    found.posts = {post: sorted(at) for post, at in starts.items()}


def stand(facts: Facts, week: date, duty: Duty, seat: Assignment, now: datetime) -> Standing:
    """How somebody stands now: what was said last, else what follows from drop-outs, 收到 and the clock."""
    key = (week, duty.id, seat.person)
    last = facts.last.get(key)
    if last is not None and last.state != "planned":
        return _as_said(last, seat.position)
    if facts.away_during(seat.person, duty):
        return Standing(seat.person, seat.position, "excused")
    at = facts.confirmed.get(key)
    plan: State = "planned" if at is None else "confirmed"
    by = "" if at is None else f"person:{seat.person}"
    if now >= duty.end and facts.kept(week, duty):
        return Standing(seat.person, seat.position, "no_show", counted=True)
    overdue = duty.start + OVERDUE_AFTER <= now < duty.end and facts.kept(week, duty)
    return Standing(seat.person, seat.position, plan, since=at, by=by, overdue=overdue)


def _as_said(row: PresenceRow, position: str, *, moved: bool = False) -> Standing:
    return Standing(
        row.person,
        position,
        cast(State, row.state),
        since=row.at,
        came_at=row.came_at,
        left_at=row.left_at,
        minutes_late=row.minutes_late,
        by=row.said_by,
        how=cast(How, row.how),
        reason=row.reason,
        moved=moved,
    )


def teams(facts: Facts, version: RosterVersion, duties: Sequence[Duty], now: datetime) -> list[DutyPresence]:
    """Everybody on some duties of a published roster, and who came although they were moved away since."""
    week = version.week
    wanted = {d.id for d in duties}
    seats: dict[str, list[Assignment]] = {id_: [] for id_ in wanted}
    for a in version.assignments:
        if a.duty in wanted:
            seats[a.duty].append(a)
    strays: dict[str, list[Standing]] = defaultdict(list)
    for (of, duty_id, person), row in facts.last.items():
        if of == week and row.state in CAME and duty_id in wanted and all(a.person != person for a in seats[duty_id]):
            strays[duty_id].append(_as_said(row, row.position, moved=True))
    return [
        DutyPresence(
            week, version.number, d, (*(stand(facts, week, d, a, now) for a in seats[d.id]), *strays.get(d.id, ()))
        )
        for d in duties
    ]
