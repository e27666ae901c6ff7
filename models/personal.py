"""One person's data: the number shown to who needs it, everything handed out, everything erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import words
from .audit import AuditFilter, AuditLog
from .audit_capture import note_that
from .audit_context import because
from .audit_entries import MOST_PARTS
from .callout_rows import CalloutAskRow, CalloutRow, GapClaimRow
from .database import Database, dumps
from .erasure import Erased, erase
from .errors import NotFound
from .exchange_rows import ExchangeRow
from .feed_rows import PersonFeedRow
from .import_rows import ImportRow
from .message_rows import MessageRow
from .presence_personal import kept as kept_of_presence
from .rows import AbsenceRow, AcknowledgementRow, AssignmentRow, LinkRow, PersonRow, RosterRow, SolvePaperRow, SolveRow
from .scope import town_row
from .usual_rows import UsualWeekRow

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

    def reveal_phones(self, town: str, people: Sequence[str], what: str, reason: str) -> dict[str, str]:
        """Person → number of those who have one, for a file about `what`; of many the log tells how many there were.

        Raises DocumentError (the reason).
        """
        wanted = select(PersonRow).where(PersonRow.town == town, PersonRow.id.in_(people)).order_by(PersonRow.id)
        with because(_checked(reason)), self._db.write() as session:
            found = {row.id: str(row.body["phone"]) for row in session.scalars(wanted) if row.body.get("phone")}
            note_that(session, town, "export", "roster", what, changes={"phones": [0, len(found)]})
            for person in found if len(found) <= MOST_PARTS else ():
                note_that(session, town, "reveal", "person", person, person)
            return found

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
    e = ExchangeRow
    exchanged = select(e).where(e.town == town, or_(e.person == person, e.partner == person)).order_by(e.created_at)
    said = session.scalars(select(k).where(k.town == town, k.person == person).order_by(k.week, k.duty))
    called = session.execute(
        select(CalloutAskRow, CalloutRow.duty)
        .join(CalloutRow, CalloutRow.id == CalloutAskRow.callout)
        .where(CalloutAskRow.town == town, CalloutAskRow.person == person)
        .order_by(CalloutRow.opened_at, CalloutRow.id)
    )
    claimed = select(GapClaimRow).where(GapClaimRow.town == town, GapClaimRow.person == person)
    links = session.scalars(select(ln).where(ln.town == town, ln.person == person).order_by(ln.created_at))
    return {
        "absences": [
            {"id": one.id, "start": _written(one.starts_at), "end": _written(one.ends_at), "reason": one.reason}
            | {"state": one.state, "reported_by": one.reported_by, "created_at": _written(one.created_at)}
            for one in absences
        ],
        "acknowledgements": [{"week": one.week.isoformat(), "duty": one.duty, "at": _written(one.at)} for one in said],
        "exchanges": [
            {"id": one.id, "kind": one.kind, "state": one.state, "week": one.week.isoformat(), "asked_by": one.person}
            | {"duty": one.duty, "position": one.position, "partner": one.partner, "partner_duty": one.partner_duty}
            | {"partner_week": one.partner_week and one.partner_week.isoformat()}
            | {"partner_position": one.partner_position, "created_at": _written(one.created_at), "reason": one.reason}
            for one in session.scalars(exchanged)
        ],
        "callouts": [
            {"duty": duty, "state": ask.state, "wave": ask.wave}
            | {"asked_at": ask.asked_at and _written(ask.asked_at)}
            | {"answered_at": ask.answered_at and _written(ask.answered_at)}
            for ask, duty in called
        ],
        "gap_claims": [
            {"duty": one.duty, "position": one.position, "claimed_at": _written(one.claimed_at)}
            | {"given_back_at": one.given_back_at and _written(one.given_back_at)}
            for one in session.scalars(claimed.order_by(GapClaimRow.claimed_at, GapClaimRow.id))
        ],
        "messages": [
            {"at": _written(one.created_at), "kind": one.kind, "state": one.state, "text": one.text}
            | {"tried": [{"channel": step["name"], "at": step["at"]} for step in one.tried if step["name"]]}
            for one in session.scalars(_messages(town, person))
        ],
        "links": [
            {"created_at": _written(one.created_at), "expires_at": _written(one.expires_at)}
            | {"revoked_at": None if one.revoked_at is None else _written(one.revoked_at)}
            for one in links
        ],
        "calendar_feeds": [{"created_at": _written(at)} for at in session.scalars(_feeds(town, person))],
        "usual_week": session.scalar(_usual_week(town, person)) or [],
        "assignments": [
            {"week": week.isoformat(), "number": number, "state": state, "duty": duty, "position": position}
            | {"pinned": pinned}
            for week, number, state, duty, position, pinned in served
        ],
        "waiting_imports": _waiting(session, town, person),
        **kept_of_presence(session, town, person),
        "copies_in_solves": list(session.scalars(_solves_with(town, person))),
    }


def _waiting(session: Session, town: str, person: str) -> list[dict[str, Any]]:
    """What somebody means to change about the person by a file or list, and has not confirmed."""
    waiting = session.scalars(select(ImportRow).where(ImportRow.town == town).order_by(ImportRow.created_at))
    return [
        {"created_at": _written(one.created_at), "expires_at": _written(one.expires_at), "would_be": entry.get("after")}
        for one in waiting
        for entry in one.plan.get("entries", ())
        if entry.get("noun") == "people" and entry.get("id") == person
    ]


def _feeds(town: str, person: str) -> Any:
    return select(PersonFeedRow.created_at).where(PersonFeedRow.town == town, PersonFeedRow.person == person)


def _usual_week(town: str, person: str) -> Any:
    return select(UsualWeekRow.times).where(UsualWeekRow.town == town, UsualWeekRow.person == person)


def _messages(town: str, person: str) -> Any:
    """What somebody was told."""
    m = MessageRow
    return select(m).where(m.town == town, m.recipient == f"person:{person}").order_by(m.created_at, m.id)


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
