"""What one person has served, over years: published duties that are over, with how each of them went."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document import MAX_DAYS
from scheduler.problem import Assignment, Duty

from .database import Database
from .presence_facts import gather, stand
from .presence_figures import Served, one_served
from .rows import AssignmentRow, RosterRow
from .scope import days_from, town_row


class ServedDuties:
    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, town: str, person: str, start: datetime, end: datetime) -> list[Served]:
        """Duties that started in [start, end) and are over, by start. Raises NotFound (town).

        Only this person's duties are understood: a year of a large town is read in a second.
        """
        now = self._db.now()
        with self._db.read() as session:
            zone = town_row(session, town).zone
            own = [
                one
                for one in _own(session, town, person, zone, start.date(), end.date())
                if start <= one[1].start < end and one[1].end <= now
            ]
            facts = gather(session, town, ((week, duty) for week, duty, _ in own))
            found = [one_served(week, duty, stand(facts, week, duty, seat, now)) for week, duty, seat in own]
        return sorted(found, key=lambda one: (one.duty.start.timestamp(), one.duty.id))


def _own(
    session: Session, town: str, person: str, zone: str, first: date, last: date
) -> list[tuple[date, Duty, Assignment]]:
    """The seats of somebody in the published rosters of the weeks in which a day between two dates may lie."""
    a, r = AssignmentRow, RosterRow
    published = (r.town == town, r.state == "published", r.week.between(days_from(first, -MAX_DAYS - 1), last))
    seats: dict[date, dict[str, Assignment]] = {}
    wanted = select(a.week, a.duty, a.position).join(
        r, (r.town == a.town) & (r.week == a.week) & (r.number == a.number)
    )
    for week, duty, position in session.execute(wanted.where(a.town == town, a.person == person, *published)):
        seats.setdefault(week, {})[duty] = Assignment(person, duty, position)
    frozen: Any = select(r.week, r.duties).where(*published, r.week.in_(seats))
    return [
        (week, document.entity_from_json("duties", body, zone), seats[week][body["id"]])
        for week, bodies in (session.execute(frozen) if seats else ())
        for body in bodies
        if body["id"] in seats[week]
    ]
