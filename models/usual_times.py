"""What people say themselves about when they can serve: on one date, every week, and whether nights are welcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.problem import Person

from .database import Database
from .errors import NotFound
from .records import Stored
from .rows import PersonRow
from .said_times import Answer, UsualTime, answered, excepted, read, replaced, span, strongest, written
from .scope import same_revision, town_row
from .usual_rows import UsualWeekRow


class UsualTimes:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, town: str, person: str) -> Stored[tuple[UsualTime, ...]]:
        """The usual week of somebody; revision 0 before anything was said. Raises NotFound."""
        with self._db.read() as session:
            _person(session, town, person)
            row = session.get(UsualWeekRow, (town, person))
            return Stored((), 0) if row is None else Stored(read(row.times), row.revision)

    def all(self, town: str) -> dict[str, tuple[UsualTime, ...]]:
        """The usual weeks of everybody who has said something about one."""
        with self._db.read() as session:
            return {person: read(times) for person, times in usual_weeks(session, town).items()}

    def set(self, town: str, person: str, usual: Iterable[UsualTime], revision: int) -> Stored[tuple[UsualTime, ...]]:
        """Replace the usual week; exceptions of times that stay are kept. Raises NotFound, Conflict."""
        with self._db.write() as session:
            zone = ZoneInfo(town_row(session, town, hold=True).zone)
            _person(session, town, person)
            row = session.get(UsualWeekRow, (town, person))
            same_revision("usual_week", person, row.revision if row else 0, revision)
            held = {(u.weekday, u.start, u.end): u.exceptions for u in (read(row.times) if row else ())}
            kept = [replace(u, exceptions=held.get((u.weekday, u.start, u.end), frozenset())) for u in usual]
            stored = self._keep(session, town, person, kept, zone)
            return Stored(read(stored.times), stored.revision)

    def answer(self, town: str, person: str, day: date, start: time, end: time, answer: Answer) -> Person:
        """Say something about the clock times of one date, whatever the usual week says. Raises NotFound."""
        with self._db.write() as session:
            zone = ZoneInfo(town_row(session, town, hold=True).zone)
            row = _person(session, town, person)
            held = _read(row, zone)
            begins, ends = span(day, start, end, zone)
            before = self._usual(session, town, person)
            usual, on_dates = excepted(before, begins, ends, zone)
            spans = replaced(strongest([*held.availability, *on_dates]), begins, ends, answer)
            changed = replace(held, availability=tuple(spans))
            _write(row, held, changed, zone)
            if usual != [*before]:
                self._keep(session, town, person, usual, zone)
            return changed

    def answer_usual(self, town: str, person: str, weekday: int, start: time, end: time, answer: Answer) -> None:
        """Say something about the clock times of one weekday, every week; dates with an answer keep theirs.

        Raises NotFound.
        """
        with self._db.write() as session:
            zone = ZoneInfo(town_row(session, town, hold=True).zone)
            _person(session, town, person)
            usual = self._usual(session, town, person)
            self._keep(session, town, person, answered(usual, weekday, start, end, answer), zone)

    def welcome(self, town: str, person: str, word: str, on: bool) -> Person:
        """Give or take back an opt-in, such as nights_welcome. Raises NotFound."""
        with self._db.write() as session:
            zone = ZoneInfo(town_row(session, town, hold=True).zone)
            row = _person(session, town, person)
            held = _read(row, zone)
            changed = replace(held, opt_ins=held.opt_ins | {word} if on else held.opt_ins - {word})
            _write(row, held, changed, zone)
            return changed

    def _usual(self, session: Session, town: str, person: str) -> tuple[UsualTime, ...]:
        row = session.get(UsualWeekRow, (town, person))
        return read(row.times) if row else ()

    def _keep(
        self, session: Session, town: str, person: str, usual: Iterable[UsualTime], zone: ZoneInfo
    ) -> UsualWeekRow:
        """Exceptions of days that are over are of no use any more."""
        today = self._db.now().astimezone(zone).date()
        times = written(replace(u, exceptions=frozenset(d for d in u.exceptions if d >= today)) for u in usual)
        row = session.get(UsualWeekRow, (town, person))
        if row is None:
            row = UsualWeekRow(town=town, person=person, revision=1, times=times)
            session.add(row)
        elif row.times != times:
            row.times, row.revision = times, row.revision + 1
        session.flush()
        return row


def usual_weeks(session: Session, town: str) -> dict[str, list[object]]:
    """Person → the times of their usual week, as stored."""
    u = UsualWeekRow
    rows = session.execute(select(u.person, u.times).where(u.town == town))
    return {row.person: row.times for row in rows}


def _person(session: Session, town: str, person: str) -> PersonRow:
    row = session.get(PersonRow, (town, person))
    if row is None:
        raise NotFound("person", person)
    return row


def _read(row: PersonRow, zone: ZoneInfo) -> Person:
    return cast(Person, document.entity_from_json("people", row.body, zone.key))


def _write(row: PersonRow, before: Person, after: Person, zone: ZoneInfo) -> None:
    """Spans in the town's own time, as they come from documents."""
    if before == after:
        return
    local = tuple(replace(s, start=s.start.astimezone(zone), end=s.end.astimezone(zone)) for s in after.availability)
    row.body, row.revision = document.entity_to_json("people", replace(after, availability=local)), row.revision + 1
