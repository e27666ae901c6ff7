"""Published rosters as they are looked up by person and duty. They never change, so that the last ones may be kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import blake2b

from sqlalchemy import Select, Text, bindparam, select
from sqlalchemy import cast as type_as
from sqlalchemy.orm import Session, defer

from scheduler import document
from scheduler.document.read import MAX_DUTY_HOURS
from scheduler.problem import Assignment, Duty

from .database import Database
from .drafts import assignments_of
from .kept import Kept
from .records import PublishedDuty
from .rows import AcknowledgementRow, RosterRow, TownRow, WeekRow
from .scope import days_from

Handover = tuple[tuple[Duty, ...], tuple[Assignment, ...]]
Said = dict[str, datetime]
"""Duty → when somebody said 收到 to it."""
KEPT = 60_000
"""Duties and seats of all rosters that one process keeps: some forty megabytes."""
ENDS_KEPT = 10_000
"""Versions of which a process knows when they are over, so that those of past weeks are not read for nothing."""
LONGEST_DAYS = MAX_DUTY_HOURS // 24 + 2
"""A week's last duty may end so many days after the week, in any zone."""
NEVER, EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class InForce:
    """Which version of a week is published: enough to know all of it again, for the database refuses any change."""

    town: str
    week: date
    number: int
    published_at: datetime | None
    zone: str
    days: int


class PublishedRoster:
    """One version: who serves what, who is on a duty, whom a duty takes over from."""

    def __init__(self, duties: tuple[Duty, ...], assignments: tuple[Assignment, ...], mark: bytes = b"") -> None:
        self.duties, self.assignments, self.mark = duties, assignments, mark
        self._duties = {duty.id: duty for duty in duties}
        self._ending: dict[tuple[str | None, datetime], list[Duty]] = {}
        self._starting: dict[tuple[str | None, datetime], list[Duty]] = {}
        for duty in self._duties.values():
            self._ending.setdefault((duty.post, duty.end), []).append(duty)
            self._starting.setdefault((duty.post, duty.start), []).append(duty)
        self._teams: dict[str, list[Assignment]] = {}
        self._seats: dict[str, dict[str, str]] = {}
        for a in assignments:
            self._teams.setdefault(a.duty, []).append(a)
            self._seats.setdefault(a.person, {})[a.duty] = a.position
        self.weight = len(self._duties) + sum(map(len, self._teams.values()))
        self.ends = max((duty.end for duty in duties), default=NEVER)

    def served(
        self, version: InForce, person: str, said: Said, start: datetime = NEVER, end: datetime = EVER
    ) -> list[PublishedDuty]:
        """The duties of somebody that overlap [start, end); `said` is when they said 收到."""
        found = []
        for id_, position in self._seats.get(person, {}).items():
            duty = self._duties.get(id_)
            if duty is None or duty.end <= start or duty.start >= end:
                continue
            team = tuple(self._teams[id_])
            earlier, relieved = self.before(duty)
            later, relieving = self.after(duty)
            found.append(
                PublishedDuty(
                    version.week, version.number, duty, position, team, said.get(id_), earlier, relieved, later,
                    relieving,
                )
            )  # fmt: skip
        return found

    def before(self, duty: Duty) -> Handover:
        """The duties at the same post that end when this one begins, and everybody on them."""
        return self._handover(self._ending.get((duty.post, duty.start), ()) if duty.post else ())

    def after(self, duty: Duty) -> Handover:
        """The duties at the same post that begin when this one ends, and everybody on them."""
        return self._handover(self._starting.get((duty.post, duty.end), ()) if duty.post else ())

    def _handover(self, duties: Iterable[Duty]) -> Handover:
        held = tuple(duties)
        return held, tuple(a for duty in held for a in self._teams.get(duty.id, ()))


def over_the_border(held: PublishedDuty, rosters: Sequence[PublishedRoster]) -> PublishedDuty:
    """With the handovers of a week's first and last hours, which the weeks beside it know."""
    if held.earlier and held.later:
        return held
    earlier, relieved = _first(((held.earlier, held.relieved), *(r.before(held.duty) for r in rosters)))
    later, relieving = _first(((held.later, held.relieving), *(r.after(held.duty) for r in rosters)))
    return replace(held, earlier=earlier, relieved=relieved, later=later, relieving=relieving)


def _first(found: Iterable[Handover]) -> Handover:
    return next((one for one in found if one[0]), ((), ()))


class Published:
    """The rosters that were asked for last, up to a weight; one for each database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.kept: Kept[InForce, PublishedRoster] = Kept(lambda roster: roster.weight, KEPT)
        self._ends: Kept[InForce, datetime] = Kept(lambda _: 1, ENDS_KEPT)

    def get(self, version: InForce, session: Session | None = None) -> PublishedRoster:
        """Read once, even when hundreds ask for it in the same moment; in this session, or a transaction of its own."""
        found = self.kept.get(version, lambda: self._read(version, session))
        if self._ends.find(version) is None:
            self._ends.keep(version, found.ends)
        return found

    def _read(self, version: InForce, session: Session | None) -> PublishedRoster:
        same = version.town, version.week, version.zone
        before = self.kept.first(lambda kept: (kept.town, kept.week, kept.zone) == same)
        if session is not None:
            return read(session, version, before)
        with self._db.read() as own:
            return read(own, version, before)

    def over(self, version: InForce, at: datetime) -> bool:
        """Whether all duties of a version have ended before then, as far as can be said without reading it (again)."""
        ends = self._ends.find(version)
        if ends is not None:
            return ends < at
        return days_from(version.week, version.days + LONGEST_DAYS) < at.date()


def in_force(session: Session, town: str, person: str, first: date, last: date) -> dict[InForce, Said]:
    """The published versions of the weeks that start between two dates, by week, each with the duties to which the
    person said 收到, and when."""
    found: dict[InForce, Said] = {}
    asked = {"town_id": town, "person_id": person, "first": first, "last": last}
    for of, week, number, published_at, zone, days, duty, at in session.execute(IN_FORCE, asked):
        said = found.setdefault(InForce(of, week, number, published_at, zone, days), {})
        if duty is not None:
            said[duty] = at
    return found


def _in_force() -> Select[str, date, int, datetime | None, str, int, str, datetime]:
    r, w, t, k = RosterRow, WeekRow, TownRow, AcknowledgementRow
    return (
        select(r.town, r.week, r.number, r.published_at, t.zone, w.days, k.duty, k.at)
        .join(w, (w.town == r.town) & (w.start == r.week))
        .join(t, t.id == r.town)
        .outerjoin(k, (k.town == r.town) & (k.week == r.week) & (k.person == bindparam("person_id")))
        .where(r.town == bindparam("town_id"), r.state == "published")
        .where(r.week.between(bindparam("first"), bindparam("last")))
        .order_by(r.week)
    )


IN_FORCE = _in_force()
"""Made once: hundreds a second ask for it."""


def read(session: Session, version: InForce, before: PublishedRoster | None = None) -> PublishedRoster:
    """From the database; a seat that changes hands leaves the duties as they were `before`, so that they are not
    understood anew."""
    key = (version.town, version.week, version.number)
    row = session.get_one(RosterRow, key, options=[defer(RosterRow.duties)])
    r = RosterRow
    frozen = select(type_as(r.duties, Text)).where(r.town == row.town, r.week == row.week, r.number == row.number)
    text = session.execute(frozen).scalar_one() or "[]"
    mark = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()
    if before is not None and before.mark == mark:
        duties = before.duties
    else:
        duties = tuple(document.entity_from_json("duties", body, version.zone) for body in json.loads(text))
    return PublishedRoster(duties, assignments_of(session, row), mark)
