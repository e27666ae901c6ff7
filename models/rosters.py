"""Rosters: draft → published → superseded. Published versions never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, defer
from sqlalchemy.sql.base import ExecutableOption

from scheduler import activation, document
from scheduler.document import MAX_DAYS
from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty
from scheduler.roster import Report

from . import words
from .audit_entries import Names
from .database import Database
from .drafts import MAX_NUMBER, assignments_of, change_draft, check_assignments, draft_row, new_draft, version_row
from .errors import BrokenRules, Conflict, NotFound
from .published import InForce, Published, Said, in_force, over_the_border, read
from .records import Ahead, PublishedDuty, RosterHead, RosterOrigin, RosterVersion
from .rows import AcknowledgementRow, DutyRow, RosterRow
from .scope import days_from, same_revision, town_row, week_row

Which = int | Literal["draft", "published"]
MAX_REASON = 500
HEAD = defer(RosterRow.duties)
"""What is known of a version without reading the duties that were frozen with it."""


class Rosters:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._published = Published(database)

    def versions(self, town: str, week: date) -> list[RosterHead]:
        """All versions of a week, the latest first. Raises NotFound (week)."""
        with self._db.read() as session:
            week_row(session, town, week)
            wanted = select(RosterRow).where(RosterRow.town == town, RosterRow.week == week).options(HEAD)
            return [RosterHead(**fields_of(row)) for row in session.scalars(wanted.order_by(RosterRow.number.desc()))]

    def begun(self, town: str) -> bool:
        """Whether the town has had any roster yet, in whatever state."""
        with self._db.read() as session:
            return session.scalar(select(RosterRow.number).where(RosterRow.town == town).limit(1)) is not None

    def get(self, town: str, week: date, which: Which) -> RosterVersion:
        """A version by number, or the week's draft or published one. Raises NotFound."""
        found = self.find(town, week, which)
        if found is None:
            raise NotFound("roster", which)
        return found

    def find(self, town: str, week: date, which: Which) -> RosterVersion | None:
        """As `get`, and None when there is no such version."""
        with self._db.read() as session:
            row = _find(session, town, week, which, HEAD)
            return None if row is None else self._version(session, row)

    def save_draft(
        self,
        town: str,
        week: date,
        assignments: Sequence[Assignment],
        *,
        origin: RosterOrigin,
        by: str | None = None,
        based_on: int | None = None,
        revision: int | None = None,
        replace: bool = False,
        summary: dict[str, Any] | None = None,
        solve_id: str | None = None,
    ) -> RosterVersion:
        """Write the week's draft.

        With `revision` the draft of that revision is changed in place and keeps its number. With `replace` a new
        version takes the place of whatever draft there is. With neither there must be no draft yet.
        `summary` None keeps the summary of a draft that is changed in place.
        Raises NotFound (week), Conflict, DocumentError (unknown people, duties or positions; the same twice).
        """
        with self._db.write() as session:
            held = week_row(session, town, week, hold=True)
            draft = draft_row(session, town, week)
            if revision is not None and (draft is None or draft.revision != revision):
                raise Conflict("roster", "draft", draft.revision if draft else None)
            if revision is None and draft is not None and not replace:
                raise Conflict("roster", "draft", draft.revision)
            check_assignments(session, held, assignments)
            if revision is None or draft is None:
                draft = new_draft(
                    session, held, assignments, origin=origin, by=by, now=self._db.now(), summary=summary or {},
                    based_on=based_on, solve_id=solve_id,
                )  # fmt: skip
            else:
                change_draft(session, draft, assignments)
                draft.summary = draft.summary if summary is None else summary
                draft.revision += 1
            session.flush()
            return self._version(session, draft)

    def discard_draft(self, town: str, week: date, revision: int) -> None:
        """Raises NotFound, Conflict."""
        with self._db.write() as session:
            week_row(session, town, week, hold=True)
            draft = draft_row(session, town, week)
            if draft is None:
                raise NotFound("roster", "draft")
            same_revision("roster", "draft", draft.revision, revision)
            session.delete(draft)

    def publish(
        self,
        town: str,
        week: date,
        number: int,
        revision: int,
        *,
        by: str,
        report: Report,
        published: int | None = None,
        override_reason: str | None = None,
    ) -> RosterVersion:
        """Publish the draft; the version published before becomes superseded, its duties are frozen with it.

        `report` is the check of exactly this draft. `published` is the number of the published version that the
        organiser has seen, 0 when there was none; None does not ask. The reason is kept when rules are broken.
        Raises NotFound, Conflict (stale draft, or somebody published meanwhile), BrokenRules (hard violations and
        no reason), DocumentError (a reason that cannot be kept).
        """
        reason = _checked_reason(override_reason)
        with self._db.write() as session:
            held = week_row(session, town, week, hold=True)
            draft = version_row(session, town, week, number)
            if draft is None and not 0 < number < held.next_roster:
                raise NotFound("roster", number)
            if draft is None or draft.state != "draft" or draft.revision != revision:
                raise Conflict("roster", number, draft.revision if draft else None)
            before = _find(session, town, week, "published")
            if published is not None and published != (before.number if before else 0):
                raise Conflict("roster", "published", before.number if before else None)
            if report.violations and reason is None:
                raise BrokenRules(report)
            draft.duties = self._frozen(session, draft)
            if before is not None:
                before.state, before.revision = "superseded", before.revision + 1
                session.flush()
            draft.state, draft.revision = "published", draft.revision + 1
            draft.published_at, draft.published_by = self._db.now(), by
            short = Names.of(session)  # what can never be changed again names nobody
            draft.override_reason = None if reason is None or not report.violations else short.short(town, reason)
            draft.summary = short.sentences(town, draft.summary)
            session.flush()
            if before is not None:
                _forget_changed(session, before, draft)
            return self._version(session, draft, keep=False)  # it may yet be taken back

    def _frozen(self, session: Session, draft: RosterRow) -> list[dict[str, Any]]:
        """The week's duties as they go into a version: as they are written, but for who is activated."""
        called = {
            duty.id: document.entity_to_json("duties", duty)
            for duty in self._version(session, draft).duties
            if any(seat.activated for seat in duty.seats)
        }
        return [called.get(body["id"], body) for body in _week_duties(session, draft.town, draft.week)]

    def duties_of(self, town: str, person: str, start: datetime, end: datetime) -> list[PublishedDuty]:
        """What a person serves according to published rosters, overlapping [start, end), by start."""
        return list(self.ahead(town, person, start, end).duties)

    def ahead(self, town: str, person: str, start: datetime, end: datetime) -> Ahead:
        """The same, and for which days there is a published roster. Raises NotFound (town)."""
        with self._db.read() as session:
            near = (days_from(start.date(), -MAX_DAYS - 8), days_from(end.date(), 1))
            found = in_force(session, town, person, *near)
            if not found:
                town_row(session, town)
            return self.ahead_in(found, person, start, end, session)

    def ahead_in(
        self,
        found: Mapping[InForce, Said],
        person: str,
        start: datetime,
        end: datetime,
        session: Session | None = None,
    ) -> Ahead:
        """The same by the versions that are in force, by week; what is not kept of them is read."""
        running = {v: self._published.get(v, session) for v in found if not self._published.over(v, start)}
        duties = [one for v, roster in running.items() for one in roster.served(v, person, found[v], start, end)]
        begins = min((one.duty.start for one in duties), default=start)
        near = [  # who was relieved when the first of these duties began may belong to a week that is over by now
            running.get(v) or self._published.get(v, session) for v in found if not self._published.over(v, begins)
        ]
        duties = [over_the_border(one, near) for one in duties]
        days = tuple((v.week, days_from(v.week, v.days - 1)) for v in found)
        return Ahead(tuple(sorted(duties, key=lambda one: (one.duty.start.timestamp(), one.duty.id))), days)

    def _version(self, session: Session, row: RosterRow, *, keep: bool = True) -> RosterVersion:
        """A version with all that belongs to it; a published one is read once and kept."""
        zone = town_row(session, row.town).zone
        if row.state == "draft":
            bodies, held = _week_duties(session, row.town, row.week), assignments_of(session, row)
            duties = tuple(document.entity_from_json("duties", body, zone) for body in bodies)
            if any(duty.kind == "standby" for duty in duties):
                duties = self._with_activated(session, row, duties, held)
            return RosterVersion(**fields_of(row), assignments=held, duties=duties)
        days = week_row(session, row.town, row.week).days
        version = InForce(row.town, row.week, row.number, row.published_at, zone, days)
        roster = self._published.get(version, session) if keep else read(session, version)
        return RosterVersion(**fields_of(row), assignments=roster.assignments, duties=roster.duties)

    def _with_activated(
        self, session: Session, draft: RosterRow, duties: tuple[Duty, ...], held: tuple[Assignment, ...]
    ) -> tuple[Duty, ...]:
        """A draft's duties with those whom the published roster has called from standby, or this draft would."""
        row = _find(session, draft.town, draft.week, "published", HEAD)
        if row is None:
            return duties
        before = self._version(session, row)
        return activation.since(duties, before.duties, before.assignments, held)


def fields_of(row: RosterRow) -> dict[str, Any]:
    same = (
        "town", "week", "number", "state", "origin", "based_on", "created_at", "created_by",
        "published_at", "published_by", "override_reason", "summary", "revision",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {"solve_id": row.solve}


def _find(session: Session, town: str, week: date, which: Which, *options: ExecutableOption) -> RosterRow | None:
    if isinstance(which, int):
        wanted = select(RosterRow).where(RosterRow.number == (which if 0 < which < MAX_NUMBER else 0))
    else:
        wanted = select(RosterRow).where(RosterRow.state == which)
    return session.scalars(wanted.where(RosterRow.town == town, RosterRow.week == week).options(*options)).first()


def _week_duties(session: Session, town: str, week: date) -> list[dict[str, Any]]:
    wanted = select(DutyRow.body).where(DutyRow.town == town, DutyRow.week == week)
    return list(session.scalars(wanted.order_by(DutyRow.starts_at, DutyRow.id)))


def _checked_reason(reason: str | None) -> str | None:
    """The reason without spaces around it, None when nothing remains."""
    if reason is None or not reason.strip():
        return None
    faults = Faults()
    words.check(faults, "override_reason", reason.strip(), MAX_REASON)
    faults.raise_if_any()
    return reason.strip()


def _forget_changed(session: Session, before: RosterRow, after: RosterRow) -> None:
    """Who said 收到 to a duty that is now at another time or in another position has not yet said it to this one."""
    kept = _promises(session, before) & _promises(session, after)
    same = {(person, duty) for person, duty, *_ in kept}
    k = AcknowledgementRow
    for row in session.scalars(select(k).where(k.town == after.town, k.week == after.week)):
        if (row.person, row.duty) not in same:
            session.delete(row)


def _promises(session: Session, row: RosterRow) -> set[tuple[str, ...]]:
    times = {body["id"]: (body["start"], body["end"]) for body in row.duties or ()}
    return {(a.person, a.duty, a.position, *times[a.duty]) for a in assignments_of(session, row)}
