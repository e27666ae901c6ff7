"""Drop-outs and acknowledgements: what people say about their duties."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import words
from .database import Database
from .errors import Conflict, NotFound
from .records import Absence, AbsenceState, Acknowledgement
from .rows import AbsenceRow, AcknowledgementRow, AssignmentRow, PersonRow, RosterRow
from .scope import town_row, week_row
from .telling import Telling

MAX_REASON = 500
YEARS = range(1971, 2101)


class Absences:
    """With `telling` dispatchers and programs hear of what is reported and withdrawn, in the same transaction."""

    def __init__(self, database: Database, telling: Telling | None = None) -> None:
        self._db, self._telling = database, telling

    def report(self, town: str, person: str, start: datetime, end: datetime, reason: str, by: str) -> Absence:
        """Raises NotFound (person), DocumentError (ends before it starts, a reason that cannot be kept)."""
        faults = Faults()
        if end <= start:
            faults.add(("end",), "end_before_start")
        for name, instant in (("start", start), ("end", end)):
            if instant.year not in YEARS:
                faults.add((name,), "out_of_calendar", value=instant.isoformat())
        words.check(faults, "reason", reason, MAX_REASON)
        faults.raise_if_any()
        with self._db.together():
            made = self._kept(town, person, start, end, reason, by)
            if self._telling is not None:
                self._telling.absence_reported(made)
            return made

    def _kept(self, town: str, person: str, start: datetime, end: datetime, reason: str, by: str) -> Absence:
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if session.get(PersonRow, (town, person)) is None:
                raise NotFound("person", person)
            row = AbsenceRow(
                id=str(uuid4()), town=town, person=person, starts_at=start, ends_at=end, reason=reason,
                state="reported", reported_by=by, created_at=self._db.now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.refresh(row)
            return _absence(row)

    def get(self, town: str, absence: str) -> Absence:
        """Raises NotFound."""
        with self._db.read() as session:
            return _absence(_row(session, town, absence))

    def withdraw(self, town: str, absence: str) -> Absence:
        """The person can serve after all; a second time changes nothing. Raises NotFound."""
        with self._db.together():
            with self._db.write() as session:
                row = _row(session, town, absence, hold=True)
                again, row.state = row.state == "withdrawn", "withdrawn"
                held = _absence(row)
            if self._telling is not None and not again:
                self._telling.absence_withdrawn(held)
            return held

    def cover(self, town: str, absence: str) -> Absence:
        """Mark as covered: a published repair has dealt with it. Raises NotFound, Conflict (withdrawn)."""
        with self._db.write() as session:
            row = _row(session, town, absence, hold=True)
            if row.state == "withdrawn":
                raise Conflict("absence", absence, None)
            row.state = "covered"
            return _absence(row)

    def list(
        self,
        town: str,
        state: AbsenceState | None = None,
        person: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Absence]:
        """Those that overlap [start, end) where given, by start."""
        wanted = select(AbsenceRow).where(AbsenceRow.town == town)
        if state is not None:
            wanted = wanted.where(AbsenceRow.state == state)
        if person is not None:
            wanted = wanted.where(AbsenceRow.person == person)
        if start is not None:
            wanted = wanted.where(AbsenceRow.ends_at > start)
        if end is not None:
            wanted = wanted.where(AbsenceRow.starts_at < end)
        with self._db.read() as session:
            return [_absence(row) for row in session.scalars(wanted.order_by(AbsenceRow.starts_at, AbsenceRow.id))]


class Acknowledgements:
    def __init__(self, database: Database) -> None:
        self._db = database

    def acknowledge(self, town: str, week: date, person: str, duty: str) -> Acknowledgement:
        """Say 收到; a second time keeps the first instant. Raises NotFound (not this person's published duty)."""
        with self._db.write() as session:
            week_row(session, town, week, hold=True)
            serves = _published(town, week).where(AssignmentRow.person == person, AssignmentRow.duty == duty)
            if session.execute(serves).first() is None:
                raise NotFound("duty", duty)
            row = session.get(AcknowledgementRow, (town, week, person, duty))
            if row is None:
                row = AcknowledgementRow(town=town, week=week, person=person, duty=duty, at=self._db.now())
                session.add(row)
            return Acknowledgement(person, duty, row.at)

    def list(self, town: str, week: date) -> list[Acknowledgement]:
        """Those of a week that the published roster still holds, by person and duty."""
        k = AcknowledgementRow
        with self._db.read() as session:
            serves = {(row.person, row.duty) for row in session.execute(_published(town, week))}
            rows = session.scalars(select(k).where(k.town == town, k.week == week).order_by(k.person, k.duty))
            return [Acknowledgement(row.person, row.duty, row.at) for row in rows if (row.person, row.duty) in serves]


def _published(town: str, week: date) -> Select[str, str]:
    """(person, duty) of the published roster."""
    a, r = AssignmentRow, RosterRow
    return (
        select(a.person, a.duty)
        .join(r, (r.town == a.town) & (r.week == a.week) & (r.number == a.number))
        .where(r.town == town, r.week == week, r.state == "published")
    )


def _row(session: Session, town: str, absence: str, *, hold: bool = False) -> AbsenceRow:
    row = session.get(AbsenceRow, absence, with_for_update=True if hold else None)
    if row is None or row.town != town:
        raise NotFound("absence", absence)
    return row


def _absence(row: AbsenceRow) -> Absence:
    return Absence(
        row.id, row.town, row.person, row.starts_at, row.ends_at, row.reason, row.state,  # type: ignore[arg-type]
        row.reported_by, row.created_at,
    )  # fmt: skip
