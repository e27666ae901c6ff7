"""One person's data: the number shown to who needs it, everything handed out, everything erased."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import words
from .audit import AuditFilter, AuditLog
from .audit_capture import note_that
from .audit_context import because
from .database import Database, dumps
from .erasure import Erased, erase
from .errors import NotFound
from .rows import AbsenceRow, AcknowledgementRow, AssignmentRow, LinkRow, PersonRow, RosterRow, SolvePaperRow, SolveRow
from .scope import town_row

MAX_REASON = 500


class Personal:
    """Each call needs a reason and leaves an entry in the log."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def reveal_phone(self, town: str, person: str, reason: str) -> str:
        """The number, empty when there is none. Raises NotFound, DocumentError (the reason)."""
        with because(_checked(reason)), self._db.write() as session:
            row = _person(session, town, person)
            note_that(session, town, "reveal", "person", person, person)
            return str(row.body.get("phone") or "")

    def dossier(self, town: str, person: str, reason: str) -> dict[str, Any]:
        """Everything that is kept about one person, as one document. Raises NotFound, DocumentError (the reason)."""
        with because(_checked(reason)), self._db.write() as session:
            row = _person(session, town, person)
            note_that(session, town, "export", "person", person, person)
            found = {"town": town, "person": row.body} | _kept(session, town, person)
        log = AuditLog(self._db).all(AuditFilter(town=town, person=person))
        return found | {
            "log": [
                {
                    "at": _written(entry.at),
                    "actor": entry.actor,
                    "action": entry.action,
                    "noun": entry.noun,
                    "thing": entry.thing,
                    "changes": entry.changes,
                    "reason": entry.reason,
                }
                for entry in log
            ]
        }

    def erase(self, town: str, person: str, reason: str) -> Erased:
        """Delete a person; what must stay knows only the id, which nobody gets again.

        Raises NotFound, InUse (a rule names them, they have a published duty to come, a solve is under way),
        DocumentError (the reason).
        """
        with because(_checked(reason)), self._db.write() as session:
            done = erase(session, town_row(session, town, hold=True), _person(session, town, person), self._db.now())
        if self._db.sqlite:
            self._db.afterwards(self._empty_journal)
        return done

    def _empty_journal(self) -> None:
        """What was overwritten in the file may stand in SQLite's journal yet; readers under way delay it."""
        connection = self._db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _person(session: Session, town: str, person: str) -> PersonRow:
    row = session.get(PersonRow, (town, person))
    if row is None:
        raise NotFound("person", person)
    return row


def _checked(reason: str) -> str:
    faults = Faults()
    if not reason.strip():
        faults.add(("reason",), "too_short", length=0, limit=1)
    words.check(faults, "reason", reason, MAX_REASON)
    faults.raise_if_any()
    return reason.strip()


def _kept(session: Session, town: str, person: str) -> dict[str, Any]:
    """What other tables hold of somebody; links without what opens them."""
    a, r, k, ln = AssignmentRow, RosterRow, AcknowledgementRow, LinkRow
    served = session.execute(
        select(a.week, a.number, r.state, a.duty, a.position, a.pinned)
        .join(r, (r.town == a.town) & (r.week == a.week) & (r.number == a.number))
        .where(a.town == town, a.person == person)
        .order_by(a.week, a.number, a.duty)
    )
    absences = session.scalars(
        select(AbsenceRow).where(AbsenceRow.town == town, AbsenceRow.person == person).order_by(AbsenceRow.starts_at)
    )
    said = session.scalars(select(k).where(k.town == town, k.person == person).order_by(k.week, k.duty))
    links = session.scalars(select(ln).where(ln.town == town, ln.person == person).order_by(ln.created_at))
    return {
        "absences": [
            {"id": one.id, "start": _written(one.starts_at), "end": _written(one.ends_at), "reason": one.reason}
            | {"state": one.state, "reported_by": one.reported_by, "created_at": _written(one.created_at)}
            for one in absences
        ],
        "acknowledgements": [{"week": one.week.isoformat(), "duty": one.duty, "at": _written(one.at)} for one in said],
        "links": [
            {"created_at": _written(one.created_at), "expires_at": _written(one.expires_at)}
            | {"revoked_at": None if one.revoked_at is None else _written(one.revoked_at)}
            for one in links
        ],
        "assignments": [
            {"week": week.isoformat(), "number": number, "state": state, "duty": duty, "position": position}
            | {"pinned": pinned}
            for week, number, state, duty, position, pinned in served
        ],
        "copies_in_solves": list(session.scalars(_solves_with(town, person))),
    }


def _solves_with(town: str, person: str) -> Any:
    """Solves whose documents were frozen with this person among others."""
    written = f'"id":{dumps(person)}'
    return (
        select(SolveRow.id)
        .join(SolvePaperRow, SolvePaperRow.solve == SolveRow.id)
        .where(SolveRow.town == town, SolvePaperRow.body.contains(written, autoescape=True))
        .distinct()
        .order_by(SolveRow.id)
    )


def _written(instant: Any) -> str:
    return str(instant.isoformat())
