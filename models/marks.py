"""A mark of everything that a week's problem document is made of: equal marks mean equal documents.

Reading the documents of ten thousand people as they are stored, without understanding them, takes a tenth of the
time; so that who has the problem of this mark need not put it together again. It holds the contents, not revisions: a
thing that was removed and added again cannot be taken for the one before.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import Row, Select, Text, cast, select
from sqlalchemy.orm import Session

from scheduler.document import MAX_DAYS

from .history import TOTAL_DAYS
from .records import NOUNS
from .rows import THINGS, AbsenceRow, DutyRow, RosterRow, TownRow, WeekRow
from .usual_rows import UsualWeekRow

LARGE = 1000
"""Rows that are fetched and hashed together: the whole town never lies in memory for it."""


def mark_of(session: Session, week: WeekRow) -> bytes:
    """Of the document with neither `now` nor baseline."""
    mark = blake2b(digest_size=32)
    mark.update(repr((week.town, week.start, week.days)).encode())
    for wanted in _sources(week):
        mark.update(b"\x1e")
        for rows in session.execute(wanted, execution_options={"yield_per": LARGE}).partitions():
            mark.update("\x1f".join(map(_text, rows)).encode("utf-8", "surrogatepass"))
    return mark.digest()


def _sources(week: WeekRow) -> list[Select[*tuple[object, ...]]]:
    t, d, a, r = TownRow, DutyRow, AbsenceRow, RosterRow
    bodies = [
        select(cast(table.body, Text)).where(table.town == week.town).order_by(table.seq)
        for table in (THINGS[noun] for noun in NOUNS)
    ]
    duties = select(cast(d.body, Text)).where(d.town == week.town, d.week == week.start)
    usual = select(UsualWeekRow.person, cast(UsualWeekRow.times, Text)).where(UsualWeekRow.town == week.town)
    absences = select(a.person, a.starts_at, a.ends_at).where(a.town == week.town, a.state != "withdrawn")
    # What was published never changes, so that its number and moment say all of it.
    before = select(r.week, r.number, r.published_at, WeekRow.days).join(
        WeekRow, (WeekRow.town == r.town) & (WeekRow.start == r.week)
    )
    reach = week.start - timedelta(days=TOTAL_DAYS + MAX_DAYS)
    return [
        select(t.name, t.name_en, t.zone, cast(t.rules, Text)).where(t.id == week.town),
        *bodies,
        duties.order_by(d.starts_at, d.id),
        absences.order_by(a.starts_at, a.id),
        usual.order_by(UsualWeekRow.person),
        before.where(r.town == week.town, r.state == "published", r.week < week.start, r.week > reach).order_by(r.week),
    ]


def _text(row: Row[*tuple[object, ...]]) -> str:
    return row[0] if len(row) == 1 and isinstance(row[0], str) else repr(tuple(row))
