"""What presence keeps about one person: handed out with their dossier, made nameless with their erasure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .presence_rows import DutyLinkRow, HandoverNoteRow, PresenceRow


def kept(session: Session, town: str, person: str) -> dict[str, Any]:
    """Every change of theirs on every duty, and the hand-over notes that they wrote."""
    p, n = PresenceRow, HandoverNoteRow
    changes = select(p).where(p.town == town, p.person == person).order_by(p.week, p.duty, p.step)
    notes = select(n).where(n.town == town, n.person == person).order_by(n.at)
    return {
        "presence": [
            {"week": one.week.isoformat(), "duty": one.duty, "position": one.position, "post": one.post}
            | {"action": one.action, "state": one.state, "at": one.at.isoformat(), "by": one.said_by, "how": one.how}
            | {"came_at": one.came_at and one.came_at.isoformat(), "left_at": one.left_at and one.left_at.isoformat()}
            | {"minutes_late": one.minutes_late, "reason": one.reason}
            for one in session.scalars(changes)
        ],
        "handover_notes": [
            {"post": one.post, "at": one.at.isoformat(), "text": one.text} for one in session.scalars(notes)
        ],
    }


def unname(session: Session, town: str, person: str, unsay: Callable[[str], str]) -> int:
    """Take somebody out of what others wrote: reasons, hand-over notes, names of duty links; how many texts."""
    count = 0
    written: tuple[tuple[Any, str], ...] = (
        *((row, "reason") for row in session.scalars(_of_others(PresenceRow, town, person))),
        *((row, "text") for row in session.scalars(select(HandoverNoteRow).where(HandoverNoteRow.town == town))),
        *((row, "name") for row in session.scalars(select(DutyLinkRow).where(DutyLinkRow.town == town))),
    )
    for row, column in written:
        bare = unsay(getattr(row, column))
        if bare != getattr(row, column):
            setattr(row, column, bare)
            count += 1
    return count


def _of_others(table: type[PresenceRow], town: str, person: str) -> Any:
    return select(table).where(table.town == town, table.person != person, table.reason != "")
