"""The draft of a week: written, changed and taken back inside somebody else's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults
from scheduler.problem import Assignment, Duty

from . import references
from .records import RosterOrigin
from .rows import AssignmentRow, DutyRow, PersonRow, RosterRow, WeekRow
from .things import ids

AT_ONCE = 400
"""Seats that one statement empties, ids that it asks for."""
MAX_NUMBER = 2**31
"""What a server's integer cannot hold is no version's number."""


def draft_row(session: Session, town: str, week: date) -> RosterRow | None:
    return session.scalars(
        select(RosterRow).where(RosterRow.town == town, RosterRow.week == week, RosterRow.state == "draft")
    ).first()


def mark_of_draft(row: RosterRow | None) -> str | None:
    """What tells this draft in this state from any other; None for none."""
    return None if row is None else f"{row.number}.{row.revision}"


def version_row(session: Session, town: str, week: date, number: int) -> RosterRow | None:
    return session.get(RosterRow, (town, week, number)) if 0 < number < MAX_NUMBER else None


def assignments_of(session: Session, row: RosterRow) -> tuple[Assignment, ...]:
    """By duty, position and person, so that equal rosters read equal."""
    a = AssignmentRow
    rows = session.execute(
        select(a.person, a.duty, a.position, a.pinned)
        .where(a.town == row.town, a.week == row.week, a.number == row.number)
        .order_by(a.duty, a.position, a.person)
    )
    return tuple(Assignment(person, duty, position, pinned) for person, duty, position, pinned in rows)


def new_draft(
    session: Session,
    week: WeekRow,
    assignments: Sequence[Assignment],
    *,
    origin: RosterOrigin,
    by: str | None,
    now: datetime,
    summary: dict[str, Any],
    based_on: int | None = None,
    solve_id: str | None = None,
) -> RosterRow:
    """A new version in place of whatever draft there is; the week must be held."""
    old = draft_row(session, week.town, week.start)
    if old is not None:
        session.delete(old)
        session.flush()
    row = RosterRow(
        town=week.town,
        week=week.start,
        number=week.next_roster,
        state="draft",
        origin=origin,
        based_on=based_on,
        solve=solve_id,
        created_at=now,
        created_by=by,
        published_at=None,
        published_by=None,
        override_reason=None,
        summary=summary,
        duties=None,
        revision=1,
    )
    week.next_roster += 1
    session.add(row)
    session.flush()
    _insert(session, row, assignments)
    return row


def change_draft(session: Session, row: RosterRow, assignments: Sequence[Assignment]) -> None:
    """Writes only what differs."""
    before = {(a.duty, a.person): a for a in assignments_of(session, row)}
    after = {(a.duty, a.person): a for a in assignments}
    gone = [key for key, a in before.items() if key not in after or not _same(a, after[key])]
    come = [a for key, a in after.items() if key not in before or not _same(before[key], a)]
    a = AssignmentRow
    of_this = (a.town == row.town, a.week == row.week, a.number == row.number)
    for first in range(0, len(gone), AT_ONCE):
        session.execute(delete(a).where(*of_this, tuple_(a.duty, a.person).in_(gone[first : first + AT_ONCE])))
    _insert(session, row, come)


def hand_over(session: Session, row: RosterRow, remove: Sequence[Assignment], add: Sequence[Assignment]) -> None:
    """Take seats out of a version that is being made and put others in, without looking at all the rest."""
    a = AssignmentRow
    of_this = (a.town == row.town, a.week == row.week, a.number == row.number)
    gone = [(one.duty, one.person) for one in remove]
    if gone:
        session.execute(delete(a).where(*of_this, tuple_(a.duty, a.person).in_(gone)))
    _insert(session, row, add)


def check_assignments(session: Session, week: WeekRow, assignments: Sequence[Assignment]) -> None:
    """All exists, nobody is twice on a duty. Raises DocumentError with paths like assignments[3].duty."""
    faults = Faults()
    people, seats = _people(session, week, assignments), seats_of(session, week, assignments)
    seen: set[tuple[str, str]] = set()
    for i, a in enumerate(assignments):
        path = ("assignments", i)
        if a.person not in people:
            references.missing(faults, (*path, "person"), "people", a.person, ids(session, week.town, "people"))
        if a.duty not in seats:
            references.missing(faults, (*path, "duty"), "duties", a.duty, seats_of(session, week))
        elif a.position not in seats[a.duty]:
            faults.add((*path, "position"), "position_not_in_duty", duty=a.duty, position=a.position)
        if (a.person, a.duty) in seen:
            faults.add(path, "duplicate_assignment", person=a.person, duty=a.duty)
        seen.add((a.person, a.duty))
    faults.raise_if_any()


def still_there(session: Session, week: WeekRow, assignments: Iterable[Assignment]) -> list[Assignment]:
    """Those whose person and seat still exist: what a solve found may have been removed while it ran."""
    held = list(assignments)
    people, seats = _people(session, week, held), seats_of(session, week, held)
    return [a for a in held if a.person in people and a.position in seats.get(a.duty, ())]


def seats_of(
    session: Session, week: WeekRow, named_by: Sequence[Assignment] | None = None
) -> dict[str, set[str]]:
    """Duty → positions that it has: of the whole week, or at least of the duties that are named."""
    wanted = select(DutyRow.body).where(DutyRow.town == week.town, DutyRow.week == week.start)
    few = _few(a.duty for a in named_by) if named_by is not None else None
    held = session.scalars(wanted if few is None else wanted.where(DutyRow.id.in_(few)))
    return {body["id"]: {seat["position"] for seat in body["seats"]} for body in held}


def _people(session: Session, week: WeekRow, named_by: Sequence[Assignment]) -> set[str]:
    """Who of those that are named, or of the whole town, exists."""
    few = _few(a.person for a in named_by)
    if few is None:
        return ids(session, week.town, "people")
    return set(session.scalars(select(PersonRow.id).where(PersonRow.town == week.town, PersonRow.id.in_(few))))


def _few(named: Iterable[str]) -> set[str] | None:
    """So few that asking for each of them is less work than reading all; None when there are more."""
    different = set(named)
    return different if len(different) <= AT_ONCE else None


def duty_changed(session: Session, row: RosterRow | None, duty: Duty) -> None:
    """The draft has changed with its duty: what sits on a seat that is gone is taken out."""
    if row is None:
        return
    a = AssignmentRow
    session.execute(
        delete(a).where(
            a.town == row.town,
            a.week == row.week,
            a.number == row.number,
            a.duty == duty.id,
            a.position.not_in([seat.position for seat in duty.seats]),
        )
    )
    row.revision += 1


def duty_removed(session: Session, row: RosterRow | None, duty: str) -> None:
    if row is None:
        return
    a = AssignmentRow
    session.execute(delete(a).where(a.town == row.town, a.week == row.week, a.number == row.number, a.duty == duty))
    row.revision += 1


def _same(one: Assignment, two: Assignment) -> bool:
    return one.position == two.position and one.pinned == two.pinned


def _insert(session: Session, row: RosterRow, assignments: Iterable[Assignment]) -> None:
    rows = [
        {
            "town": row.town,
            "week": row.week,
            "number": row.number,
            "duty": a.duty,
            "person": a.person,
            "position": a.position,
            "pinned": a.pinned,
        }
        for a in assignments
    ]
    if rows:
        session.execute(insert(AssignmentRow), rows)
