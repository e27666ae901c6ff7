"""Finding rows of one town, and holding them while something is written."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from .errors import Conflict, NotFound
from .rows import TownRow, WeekRow


def town_row(session: Session, town: str, *, hold: bool = False) -> TownRow:
    """The town; with `hold`, writers of the same town come one after another. Raises NotFound."""
    row = session.get(TownRow, town, with_for_update={"key_share": True} if hold else None)
    if row is None:
        raise NotFound("town", town)
    return row


def week_row(session: Session, town: str, start: date, *, hold: bool = False) -> WeekRow:
    """The week; with `hold`, writers of its duties and rosters come one after another. Raises NotFound."""
    row = session.get(WeekRow, (town, start), with_for_update={"key_share": True} if hold else None)
    if row is None:
        raise NotFound("week", start)
    return row


def days_from(day: date, days: int) -> date:
    """So many days later, or the calendar's own end."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def same_revision(noun: str, id_: object, current: int, given: int) -> None:
    """Raises Conflict when the caller has seen another revision."""
    if current != given:
        raise Conflict(noun, id_, current)
