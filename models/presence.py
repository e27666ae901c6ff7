"""Presence: who is on duty, who came, how late, who did not; every change with who, when and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.document import MAX_DAYS, DocumentError, Fault
from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty
from scheduler.text import Text

from . import presence_figures, words
from .database import Database
from .errors import NotFound, StoreError
from .presence_facts import DutyPresence, Standing, gather, stand, teams
from .presence_figures import Figures, Rate, Served
from .presence_rows import PresenceRow
from .presence_states import CAME, CHANGES, EARLY, Action, How, State, Whose, arrived
from .records import RosterVersion
from .rosters import Rosters
from .rows import AcknowledgementRow, RosterRow
from .scope import days_from, week_row

MAX_REASON = 500
RATE_WEEKS = 8
CAME_WHEN = Text(
    "到岗时间应在开始前 60 分钟至结束之间，且不晚于现在。",
    "The arrival must lie between 60 minutes before the start and the end, and not in the future.",
)
LEFT_WHEN = Text(
    "离岗时间应不早于到岗时间，且不晚于现在。", "The departure must not be before the arrival, nor in the future."
)


class PresenceRefused(StoreError):
    """A change that the table of states does not know; `code` is illegal_change or outside_window."""

    def __init__(self, code: str, action: Action, state: State) -> None:
        super().__init__(f"{action} from {state}: {code}")
        self.code, self.action, self.state = code, action, state


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says about a person on a duty. Only a correction names a state and instants."""

    person: str
    action: Action
    by: str
    whose: Whose
    how: How = "list"
    reason: str = ""
    state: State | None = None
    came_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of a person on a duty; `action` None is 收到."""

    action: Action | None
    state: State
    at: datetime
    by: str
    how: How | None
    reason: str
    minutes_late: int
    came_at: datetime | None
    left_at: datetime | None


class Presence:
    def __init__(self, database: Database, rosters: Rosters) -> None:
        self._db, self._rosters = database, rosters

    def during(
        self, town: str, start: datetime, end: datetime, wanted: Callable[[Duty], bool] = lambda _: True
    ) -> list[DutyPresence]:
        """Published duties that overlap [start, end) with how everybody stands now, by start. Raises NotFound."""
        with self._db.moment(), self._db.read() as session:
            found: list[tuple[RosterVersion, list[Duty]]] = []
            for week in _weeks(session, town, start, end):
                version = self._rosters.find(town, week, "published")
                if version is not None:
                    near = (d for d in version.duties if d.start < end and d.end > start)
                    found.append((version, [d for d in near if wanted(d)]))
            facts = gather(session, town, ((v.week, d) for v, duties in found for d in duties))
            now = self._db.now()
            made = [one for version, duties in found for one in teams(facts, version, duties, now)]
        return sorted(made, key=lambda one: (one.duty.start, one.duty.id))

    def of(self, town: str, week: date, duty: str) -> DutyPresence:
        """One duty of the published roster. Raises NotFound."""
        with self._db.moment(), self._db.read() as session:
            version = self._rosters.get(town, week, "published")
            held = next((d for d in version.duties if d.id == duty), None)
            if held is None:
                raise NotFound("duty", duty)
            facts = gather(session, town, [(week, held)])
            return teams(facts, version, [held], self._db.now())[0]

    def record(self, town: str, week: date, duty: str, said: Said) -> Standing:
        """Write down a change, after which this is how the person stands; the same check-in twice changes nothing.

        Raises NotFound (no such published duty, or not theirs), PresenceRefused (the table of states does not allow
        it, or not now), DocumentError (the reason or the instants).
        """
        now, change = self._db.now(), CHANGES[said.action]
        reason = _checked_reason(said.reason, needed=change.needs_reason)
        with self._db.together(), self._db.write() as session:
            week_row(session, town, week, hold=True)  # no new version meanwhile, and one change after the other
            version = self._rosters.get(town, week, "published")
            held, seat = _seat(session, version, duty, said.person)
            facts = gather(session, town, [(week, held)])
            before = stand(facts, week, held, seat, now)
            if said.action in ("arrive", "leave") and before.state in change.to:
                return before
            _refuse_illegal(said, before, held, now)
            state, came, left, minutes = _after(said, before, held, now)
            last = facts.last.get((week, duty, said.person))
            row = PresenceRow(
                town=town, week=week, duty=duty, person=said.person, step=1 if last is None else last.step + 1,
                position=seat.position, post=held.post, starts_at=held.start, ends_at=held.end, action=said.action,
                state=state, came_at=came, left_at=left, minutes_late=minutes, at=now, said_by=said.by,
                how="correction" if said.action == "correct" else said.how, reason=reason,
            )  # fmt: skip
            session.add(row)
            session.flush()
            facts = gather(session, town, [(week, held)])
            return stand(facts, week, held, seat, now)

    def history(self, town: str, week: date, duty: str, person: str | None = None) -> dict[str, tuple[Entry, ...]]:
        """Person → everything that was said about them on a duty, the first first."""
        p, k = PresenceRow, AcknowledgementRow
        rows = select(p).where(p.town == town, p.week == week, p.duty == duty)
        said = select(k).where(k.town == town, k.week == week, k.duty == duty)
        if person is not None:
            rows, said = rows.where(p.person == person), said.where(k.person == person)
        found: dict[str, list[Entry]] = {}
        with self._db.read() as session:
            for held in session.scalars(said):
                entry = Entry(None, "confirmed", held.at, f"person:{held.person}", None, "", 0, None, None)
                found.setdefault(held.person, []).append(entry)
            for row in session.scalars(rows.order_by(p.step)):
                found.setdefault(row.person, []).append(_entry(row))
        return {who: tuple(sorted(entries, key=lambda e: e.at)) for who, entries in found.items()}

    def figures(self, town: str, week: date, wanted: Callable[[Duty], bool] = lambda _: True) -> Figures:
        """How many of a week's published roster should be there now, are, are missing; nothing published: zeros."""
        with self._db.moment(), self._db.read() as session:
            version = self._rosters.find(town, week, "published")
            if version is None:
                return Figures()
            now = self._db.now()
            begun = [d for d in version.duties if d.start <= now and wanted(d)]
            found = teams(gather(session, town, ((week, d) for d in begun)), version, begun, now)
        return presence_figures.figures(found, now)

    def served(
        self, town: str, start: datetime, end: datetime, wanted: Callable[[Duty], bool] = lambda _: True
    ) -> list[Served]:
        """Everybody on every published duty that starts in [start, end): how it went, and from when to when."""
        found = self.during(town, start, end, wanted)
        return [one for held in found if start <= held.duty.start < end for one in presence_figures.served(held)]

    def served_by(self, town: str, person: str, start: datetime, end: datetime) -> list[Served]:
        """The same of one person."""
        with self._db.moment(), self._db.read() as session:
            own = [h for h in self._rosters.duties_of(town, person, start, end) if start <= h.duty.start]
            facts, now = gather(session, town, ((h.week, h.duty) for h in own)), self._db.now()
            return [
                presence_figures.one_served(h.week, h.duty, stand(facts, h.week, h.duty, seat, now))
                for h in own
                for seat in (Assignment(person, h.duty.id, h.position),)
            ]

    def rate(self, town: str, person: str) -> Rate:
        """How often somebody did not come to their duties of the last eight weeks that are over."""
        now = self._db.now()
        past = self.served_by(town, person, now - timedelta(weeks=RATE_WEEKS), now)
        return presence_figures.rates(one for one in past if one.duty.end <= now).get(person, Rate())

    def rates(self, town: str) -> dict[str, Rate]:
        """The same of everybody who had a duty at which presence was kept. In a large town this takes seconds."""
        now = self._db.now()
        past = self.served(town, now - timedelta(weeks=RATE_WEEKS), now)
        return presence_figures.rates(one for one in past if one.duty.end <= now)


def _weeks(session: Session, town: str, start: datetime, end: datetime) -> Sequence[date]:
    """Weeks with a published roster whose duties may overlap [start, end)."""
    first, last = days_from(start.date(), -MAX_DAYS - 8), days_from(end.date(), 1)
    r = RosterRow
    wanted = select(r.week).where(r.town == town, r.state == "published", r.week.between(first, last))
    return list(session.scalars(wanted.order_by(r.week)))


def _seat(session: Session, version: RosterVersion, duty: str, person: str) -> tuple[Duty, Assignment]:
    """The duty and the person's seat on it, or that which they had when they came. Raises NotFound."""
    held = next((d for d in version.duties if d.id == duty), None)
    if held is None:
        raise NotFound("duty", duty)
    seat = next((a for a in version.assignments if a.duty == duty and a.person == person), None)
    if seat is not None:
        return held, seat
    p = PresenceRow
    came = select(p).where(p.town == version.town, p.week == version.week, p.duty == duty, p.person == person)
    last = session.scalars(came.order_by(p.step.desc()).limit(1)).first()
    if last is None or last.state not in CAME:
        raise NotFound("person", person)
    return held, Assignment(person, duty, last.position)


def _refuse_illegal(said: Said, before: Standing, duty: Duty, now: datetime) -> None:
    change = CHANGES[said.action]
    if said.whose not in change.by or before.state not in change.froms:
        raise PresenceRefused("illegal_change", said.action, before.state)
    if said.action == "correct" and said.state not in change.to:
        raise PresenceRefused("illegal_change", said.action, before.state)
    if not change.in_time(duty, now):
        raise PresenceRefused("outside_window", said.action, before.state)


def _after(
    said: Said, before: Standing, duty: Duty, now: datetime
) -> tuple[State, datetime | None, datetime | None, int]:
    """State, arrival, departure and minutes of lateness after the change."""
    match said.action:
        case "arrive":
            state, minutes = arrived(duty.start, now)
            return state, now, None, minutes
        case "leave":
            return "left", before.came_at, now, before.minutes_late
        case "miss":
            return "no_show", None, None, 0
        case "excuse":
            return "excused", None, None, 0
    return _corrected(said, duty, now)


def _corrected(said: Said, duty: Duty, now: datetime) -> tuple[State, datetime | None, datetime | None, int]:
    """What a correction says: whether late or not follows from when they came. Raises DocumentError."""
    wanted = cast(State, said.state)
    if wanted not in CAME:
        return wanted, None, None, 0
    came = said.came_at or min(duty.start, now)
    left = (said.left_at or min(duty.end, now)) if wanted == "left" else None
    faults = []
    if not duty.start - EARLY <= came <= min(duty.end, now):
        faults.append(Fault("came_at", "not_then", CAME_WHEN))
    if left is not None and not came <= left <= now:
        faults.append(Fault("left_at", "not_then", LEFT_WHEN))
    if faults:
        raise DocumentError(faults)
    state, minutes = arrived(duty.start, came)
    return ("left" if wanted == "left" else state), came, left, minutes


def _checked_reason(reason: str, *, needed: bool) -> str:
    faults, text = Faults(), reason.strip()
    if needed and not text:
        faults.add(("reason",), "too_short", length=0, limit=1)
    words.check(faults, "reason", text, MAX_REASON)
    faults.raise_if_any()
    return text


def _entry(row: PresenceRow) -> Entry:
    return Entry(
        cast(Action, row.action),
        cast(State, row.state),
        row.at,
        row.said_by,
        cast(How, row.how),
        row.reason,
        row.minutes_late,
        row.came_at,
        row.left_at,
    )
