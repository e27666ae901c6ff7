"""Weeks and their duties, and the problem document that a week makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document.faults import Faults
from scheduler.problem import Duty

from . import references
from .calendar import copied_duties, copy_roster, templated_duties
from .database import Database
from .drafts import draft_row, duty_changed, duty_removed
from .errors import AlreadyExists, InUse, NotFound
from .marks import mark_of
from .problems import problem_document
from .records import Stored, Week
from .reserves import Slot, with_reserves
from .rows import DutyRow, RosterRow, SolveRow, TownRow, WeekRow
from .scope import days_from, same_revision, town_row, week_row
from .things import known

YEARS = range(1971, 2101)
"""As in a problem document."""
Source = Literal["templates", "previous", "empty"]


class Weeks:
    def __init__(self, database: Database, reserves: Callable[[str, date], Mapping[Slot, float]] | None = None) -> None:
        """`reserves`: how many of each team will not come, asked when a week is made from templates."""
        self._db, self._reserves = database, reserves

    def get(self, town: str, start: date) -> Week:
        """Raises NotFound."""
        with self._db.read() as session:
            return week_of(week_row(session, town, start))

    def on(self, town: str, day: date) -> Week | None:
        """The week that holds this local day."""
        with self._db.read() as session:
            return _first_overlap(session, town, day, 1)

    def make(
        self,
        town: str,
        start: date,
        days: int = 7,
        source: Source = "templates",
        with_roster: bool = False,
        by: str | None = None,
    ) -> Week:
        """Make a week with duties from posts, patterns and templates, or copied from the latest week before.

        From templates with reserves where the town wants them (models/reserves.py).
        `with_roster` (source "previous" only) also copies that week's roster, published or else draft, as a draft
        of origin "copy"; who has gone since is left out. Raises AlreadyExists (same or overlapping days), NotFound
        (nothing to copy from), DocumentError (`days` outside 1 … 35, `start` outside 1971 … 2100).
        """
        _check_window(start, days)
        expected = self._reserves(town, start) if self._reserves and source == "templates" else {}
        with self._db.write() as session:
            held = town_row(session, town, hold=True)
            there = _first_overlap(session, town, start, days)
            if there is not None:
                raise AlreadyExists("week", there.start)
            before = _latest_before(session, town, start) if source == "previous" else None
            row = add_week(session, town, start, days)
            if before is not None:
                add_duties(session, held, row, copied_duties(session, held, before, row))
                if with_roster:
                    copy_roster(session, before, row, by, self._db.now())
            elif source == "templates":
                made = with_reserves(templated_duties(session, held, start, days), expected, ZoneInfo(held.zone))
                add_duties(session, held, row, made)
            return week_of(row)

    def copy_people(self, town: str, start: date, *, by: str | None = None) -> int:
        """The people of the week before as the first draft of a week that is there already; its number.

        Whoever has gone since, and seats that this week does not have, are left out. Raises NotFound (no week before,
        or no roster in it), AlreadyExists (the week has a roster).
        """
        with self._db.write() as session:
            row = week_row(session, town, start, hold=True)
            if session.scalars(select(RosterRow).where(RosterRow.town == town, RosterRow.week == start)).first():
                raise AlreadyExists("roster", start)
            before = _latest_before(session, town, start)
            copy_roster(session, before, row, by, self._db.now())
            draft = draft_row(session, town, start)
            if draft is None:
                raise NotFound("roster", f"before {start}")
            return draft.number

    def remove(self, town: str, start: date, revision: int) -> None:
        """Remove a week with its duties and draft. Raises NotFound, Conflict, InUse (it was published or is solved)."""
        with self._db.write() as session:
            row = week_row(session, town, start, hold=True)
            same_revision("week", start, row.revision, revision)
            users = [*_published(session, town, start), *_under_way(session, town, start)]
            if users:
                raise InUse("week", start.isoformat(), tuple(users[:10]), len(users))
            session.execute(delete(RosterRow).where(RosterRow.town == town, RosterRow.week == start))
            session.delete(row)

    def duties(self, town: str, start: date) -> tuple[Stored[Duty], ...]:
        """By start, then id. Raises NotFound (the week)."""
        with self._db.read() as session:
            zone = town_row(session, town).zone
            week_row(session, town, start)
            return tuple(Stored(_duty(row, zone), row.revision) for row in duty_rows(session, town, start))

    def duty(self, town: str, start: date, duty: str) -> Stored[Duty]:
        """Raises NotFound."""
        with self._db.read() as session:
            zone = town_row(session, town).zone
            row = _duty_row(session, town, start, duty)
            return Stored(_duty(row, zone), row.revision)

    def save_duty(self, town: str, start: date, duty: Duty, revision: int | None = None) -> Stored[Duty]:
        """Add a duty (`revision` None) or change it. It must start inside the week.

        Assignments of the draft whose position the duty no longer has are taken out.
        Raises NotFound, AlreadyExists, Conflict, DocumentError (unknown references, outside the week).
        """
        with self._db.write() as session:
            held = town_row(session, town, hold=True)
            week = week_row(session, town, start, hold=True)
            body = document.entity_to_json("duties", duty)
            _check_duty(session, held, week, duty, body)
            if revision is None:
                if session.get(DutyRow, (town, start, duty.id)) is not None:
                    raise AlreadyExists("duty", duty.id)
                add_duties(session, held, week, (duty,))
            else:
                row = _duty_row(session, town, start, duty.id)
                same_revision("duty", duty.id, row.revision, revision)
                row.starts_at, row.ends_at, row.body = duty.start, duty.end, body
                row.revision += 1
            week.revision += 1
            duty_changed(session, draft_row(session, town, start), duty)
            return Stored(duty, 1 if revision is None else revision + 1)

    def remove_duty(self, town: str, start: date, duty: str, revision: int) -> None:
        """Take a duty out of the week and out of its draft. Raises NotFound, Conflict."""
        with self._db.write() as session:
            week = week_row(session, town, start, hold=True)
            row = _duty_row(session, town, start, duty)
            same_revision("duty", duty, row.revision, revision)
            session.delete(row)
            week.revision += 1
            duty_removed(session, draft_row(session, town, start), duty)

    def problem_document(
        self, town: str, start: date, *, now: datetime | None = None, baseline: int | None = None
    ) -> dict[str, Any]:
        """The full current problem document of a week, valid for `document.load`.

        People carry the history of published rosters of the weeks before (single duties of the 14 days before,
        totals of 28 days), or their stored history where there are none. Absences that are reported or covered
        are unavailable spans. `baseline` is a roster's number of this week: its assignments with their pins.
        Raises NotFound.
        """
        with self._db.read() as session:
            return problem_document(session, town_row(session, town), week_row(session, town, start), now, baseline)

    def problem_unless_known(
        self, town: str, start: date, known: Callable[[bytes], bool]
    ) -> tuple[bytes, dict[str, Any]]:
        """The mark of a week's problem document (models/marks.py) and the document, empty where the mark is known.

        Raises NotFound.
        """
        with self._db.read() as session:
            held, week = town_row(session, town), week_row(session, town, start)
            mark = mark_of(session, week)
            return mark, {} if known(mark) else problem_document(session, held, week, None, None)

    def list(self, town: str) -> list[Week]:
        """The latest first."""
        with self._db.read() as session:
            town_row(session, town)
            rows = session.scalars(select(WeekRow).where(WeekRow.town == town).order_by(WeekRow.start.desc()))
            return [week_of(row) for row in rows]


def week_of(row: WeekRow) -> Week:
    return Week(row.town, row.start, row.days, row.revision)


def add_week(session: Session, town: str, start: date, days: int) -> WeekRow:
    row = WeekRow(town=town, start=start, days=days, revision=1, next_roster=1)
    session.add(row)
    session.flush()
    return row


def add_duties(session: Session, town: TownRow, week: WeekRow, duties: tuple[Duty, ...]) -> None:
    session.add_all(
        DutyRow(
            town=town.id,
            week=week.start,
            id=duty.id,
            revision=1,
            starts_at=duty.start,
            ends_at=duty.end,
            body=document.entity_to_json("duties", duty),
        )
        for duty in duties
    )
    session.flush()


def duty_rows(session: Session, town: str, start: date) -> list[DutyRow]:
    wanted = select(DutyRow).where(DutyRow.town == town, DutyRow.week == start)
    return list(session.scalars(wanted.order_by(DutyRow.starts_at, DutyRow.id)))


def overlap(session: Session, town: str, start: date, days: int) -> Week | None:
    return _first_overlap(session, town, start, days)


def _duty(row: DutyRow, zone: str) -> Duty:
    return document.entity_from_json("duties", row.body, zone)


def _duty_row(session: Session, town: str, start: date, duty: str) -> DutyRow:
    row = session.get(DutyRow, (town, start, duty))
    if row is None:
        raise NotFound("duty", duty)
    return row


def _first_overlap(session: Session, town: str, start: date, days: int) -> Week | None:
    """A week that shares a day with [start, start + days)."""
    town_row(session, town)
    near = select(WeekRow).where(
        WeekRow.town == town,
        WeekRow.start < days_from(start, days),
        WeekRow.start > days_from(start, -document.MAX_DAYS),
    )
    rows = session.scalars(near.order_by(WeekRow.start))
    return next((week_of(row) for row in rows if row.start + timedelta(days=row.days) > start), None)


def _latest_before(session: Session, town: str, start: date) -> WeekRow:
    earlier = select(WeekRow).where(WeekRow.town == town, WeekRow.start < start).order_by(WeekRow.start.desc())
    row = session.scalars(earlier.limit(1)).first()
    if row is None:
        raise NotFound("week", f"before {start}")
    return row


def _check_window(start: date, days: int) -> None:
    faults = Faults()
    if start.year not in YEARS:
        faults.add(("start",), "out_of_calendar", value=start.isoformat())
    if days < 1:
        faults.add(("days",), "too_small", value=days, limit=1)
    if days > document.MAX_DAYS:
        faults.add(("days",), "too_large", value=days, limit=document.MAX_DAYS)
    faults.raise_if_any()


def _check_duty(session: Session, town: TownRow, week: WeekRow, duty: Duty, body: dict[str, Any]) -> None:
    faults = Faults()
    references.check(faults, "duties", body, (), known(session, town.id))
    last = week.start + timedelta(days=week.days - 1)
    if not week.start <= duty.start.astimezone(ZoneInfo(town.zone)).date() <= last:
        faults.add(("start",), "outside_window", first=week.start.isoformat(), last=last.isoformat())
    faults.raise_if_any()


def _published(session: Session, town: str, start: date) -> list[tuple[str, str]]:
    wanted = select(RosterRow.number).where(RosterRow.town == town, RosterRow.week == start, RosterRow.state != "draft")
    return [("roster", str(number)) for number in session.scalars(wanted.order_by(RosterRow.number))]


def _under_way(session: Session, town: str, start: date) -> list[tuple[str, str]]:
    wanted = select(SolveRow.id).where(
        SolveRow.town == town, SolveRow.week == start, SolveRow.state.in_(("queued", "running"))
    )
    return [("solve", id_) for id_ in session.scalars(wanted.order_by(SolveRow.created_at))]
