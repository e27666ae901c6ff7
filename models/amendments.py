"""Amendments: a few seats of a published roster handed on at once, by a claim, a swap or a call-out.

The published version stays as it is; a new one takes its place, and a draft on which somebody works follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import Table, delete, insert, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

from scheduler import activation, document
from scheduler.problem import Assignment, Duty
from scheduler.roster import assignment_json

from .database import Database
from .drafts import assignments_of, change_draft, check_assignments, draft_row, hand_over, seats_of
from .errors import Conflict, NotFound
from .records import RosterHead
from .rosters import HEAD, fields_of
from .rows import AcknowledgementRow, AssignmentRow, RosterRow, WeekRow
from .scope import town_row, week_row
from .vacant import opened, vacant
from .webhooks import Webhooks


class Amendments:
    def __init__(self, database: Database) -> None:
        self._db, self._webhooks = database, Webhooks(database)

    def hold(self, town: str, week: date) -> RosterHead:
        """The published version, which nobody changes until the unit of work ends: who comes second waits here.

        To be called within `Database.together`, before looking whether a seat is still free. Raises NotFound.
        """
        with self._db.write() as session:
            week_row(session, town, week, hold=True)
            return _head(_published(session, town, week, HEAD))

    def amend(
        self,
        town: str,
        week: date,
        seen: int,
        remove: Sequence[Assignment],
        add: Sequence[Assignment],
        *,
        by: str,
    ) -> RosterHead:
        """Publish version `seen` again with these seats changed; whether that is legal is the caller's to ask.

        Raises NotFound, Conflict (another version is published by now, or it lacks what is to be removed),
        DocumentError (what is added names nobody and nothing that exists, or somebody who serves there already).
        """
        with self._db.together(), self._db.write() as session:
            held = week_row(session, town, week, hold=True)
            before, draft = _published(session, town, week), draft_row(session, town, week)
            if before.number != seen:
                raise Conflict("roster", "published", before.number)
            on_them = _on_duties(session, before, remove, add)
            after = _changed(before, on_them, remove, add)
            check_assignments(session, held, after)
            was = _duties_of(session, before, remove, add)
            called = activation.changed(was, remove, add)
            row = self._copy(session, held, before, called, by)
            hand_over(session, row, remove, add)
            _put_in_force(session, before, row)
            _forget(session, row, remove)
            if draft is not None:
                _follow(session, held, draft, row.number, remove, add)
            session.flush()
            self._webhooks.emit(town, "roster.amended", _what(week, row, remove, add))
            seats = opened(vacant(was, on_them), vacant(activation.replaced(was, called), after))
            if seats:
                self._webhooks.emit(town, "vacancy.opened", _about(week, row) | {"seats": seats})
            return _head(row)

    def _copy(
        self, session: Session, week: WeekRow, before: RosterRow, called: Sequence[Duty], by: str
    ) -> RosterRow:
        """The same roster as a draft of this moment, with who is activated; the database copies its seats: no news."""
        now, new = self._db.now(), {duty.id: document.entity_to_json("duties", duty) for duty in called}
        row = RosterRow(
            town=week.town,
            week=week.start,
            number=week.next_roster,
            state="draft",
            origin="amendment",
            based_on=before.number,
            solve=before.solve,
            created_at=now,
            created_by=by,
            published_at=now,
            published_by=by,
            override_reason=before.override_reason,
            summary=before.summary,
            duties=[new.get(body["id"], body) for body in before.duties or ()] if new else before.duties,
            revision=1,
        )
        week.next_roster += 1
        session.add(row)
        session.flush()
        a = cast(Table, AssignmentRow.__table__)
        columns = [a.c.town, a.c.week, literal(row.number), a.c.duty, a.c.person, a.c.position, a.c.pinned]
        same = select(*columns).where(a.c.town == row.town, a.c.week == row.week, a.c.number == before.number)
        names = ["town", "week", "number", "duty", "person", "position", "pinned"]
        session.connection().execute(insert(a).from_select(names, same))
        return row


def _published(session: Session, town: str, week: date, *options: ExecutableOption) -> RosterRow:
    r = RosterRow
    wanted = select(r).where(r.town == town, r.week == week, r.state == "published").options(*options)
    row = session.scalars(wanted).first()
    if row is None:
        raise NotFound("roster", "published")
    return row


def _on_duties(
    session: Session, row: RosterRow, remove: Sequence[Assignment], add: Sequence[Assignment]
) -> list[Assignment]:
    """Who serves on the duties that change, in this version: the others of thousands stay where they are."""
    a, duties = AssignmentRow, {one.duty for one in (*remove, *add)}
    rows = session.execute(
        select(a.person, a.duty, a.position, a.pinned)
        .where(a.town == row.town, a.week == row.week, a.number == row.number, a.duty.in_(duties))
        .order_by(a.duty, a.position, a.person)
    )
    return [Assignment(person, duty, position, pinned) for person, duty, position, pinned in rows]


def _changed(
    before: RosterRow, held: Sequence[Assignment], remove: Sequence[Assignment], add: Sequence[Assignment]
) -> list[Assignment]:
    gone = set(remove)
    if not gone <= set(held):
        raise Conflict("roster", "published", before.number)
    return [a for a in held if a not in gone] + list(add)


def _duties_of(
    session: Session, row: RosterRow, remove: Sequence[Assignment], add: Sequence[Assignment]
) -> list[Duty]:
    """The duties that change, as this version froze them."""
    zone, named = town_row(session, row.town).zone, {a.duty for a in (*remove, *add)}
    bodies = [body for body in row.duties or () if body["id"] in named]
    return [document.entity_from_json("duties", body, zone) for body in bodies]


def _about(week: date, row: RosterRow) -> dict[str, object]:
    return {"week": week.isoformat(), "version": row.number, "replaces": row.based_on}


def _what(week: date, row: RosterRow, remove: Sequence[Assignment], add: Sequence[Assignment]) -> dict[str, object]:
    """What programs elsewhere hear of it: ids, and no names."""
    return _about(week, row) | {
        "removed": [assignment_json(a) for a in remove],
        "added": [assignment_json(a) for a in add],
    }


def _put_in_force(session: Session, before: RosterRow, after: RosterRow) -> None:
    before.state, before.revision = "superseded", before.revision + 1
    session.flush()
    after.state = "published"
    session.flush()


def _forget(session: Session, row: RosterRow, removed: Sequence[Assignment]) -> None:
    """Who has handed a seat on has said 收到 to nothing."""
    k = AcknowledgementRow
    for a in removed:
        session.execute(
            delete(k).where(k.town == row.town, k.week == row.week, k.person == a.person, k.duty == a.duty)
        )


def _follow(
    session: Session,
    week: WeekRow,
    draft: RosterRow,
    number: int,
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
) -> None:
    """The draft with the same change, as far as it still has these seats."""
    gone, held, seats = set(remove), assignments_of(session, draft), seats_of(session, week, add)
    left = [a for a in held if a not in gone]
    taken = {(a.person, a.duty) for a in left}
    come = [a for a in add if a.position in seats.get(a.duty, ()) and (a.person, a.duty) not in taken]
    change_draft(session, draft, left + come)
    draft.revision += 1
    if draft.based_on is not None:
        draft.based_on = number


def _head(row: RosterRow) -> RosterHead:
    return RosterHead(**fields_of(row))
