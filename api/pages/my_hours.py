"""My hours: what I have served, month by month, and the same as a certificate to print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from api import hours
from api.access import public, store
from api.hours import Record, Sum
from models.presence_states import STATES
from models.records import Named
from scheduler.problem import Person
from scheduler.text import Text

from .routes import blueprint
from .shifts import Kind, kind_of
from .volunteer import Names, Visit, is_large, keeping_size, visit

FIRST_YEAR = 2020
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it is shown; instants are local."""

    record: Record
    kind: Kind
    start: datetime
    end: datetime
    place: str
    position: str
    state: Text

    @property
    def day(self) -> date:
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    sums: Sum
    lines: tuple[Line, ...]


@blueprint.get("/v/<token>/hours")
@public
def my_hours(token: str) -> ResponseReturnValue:
    """A year, the latest month first."""
    here = visit(token)
    today = here.now.astimezone(here.zone).date()
    this_year = today.year
    year = _year(request.args.get("year", ""), this_year)
    lines = lines_of(here, date(year, 1, 1), date(year + 1, 1, 1))
    body = render_template(
        "phone_hours.html",
        token=token,
        here=here,
        year=year,
        this_year=this_year,
        first_year=FIRST_YEAR,
        sums=hours.total(line.record for line in lines),
        months=_months(lines),
        of_year=[first for i in range(12) if (first := date(year, i + 1, 1)) <= today],
        large=is_large(),
        done="",
    )
    return keeping_size(body)


@blueprint.get("/v/<token>/hours/certificate")
@public
def certificate(token: str) -> ResponseReturnValue:
    """What counts, from one month to another, to be printed and stamped."""
    here = visit(token)
    today = here.now.astimezone(here.zone).date()
    first = _month(request.args.get("from", ""), date(today.year, 1, 1))
    last = max(first, _month(request.args.get("to", ""), today.replace(day=1)))
    if (last.year - first.year) * 12 + last.month - first.month > 11:
        last = _later(first, 11)
    lines = [line for line in lines_of(here, first, _later(last, 1)) if line.record.counts]
    person = store().things.get(here.town.id, "people", here.who.person).value
    assert isinstance(person, Person)
    unit = store().things.named(here.town.id, {"units": {person.unit} if person.unit else set()})
    body = render_template(
        "phone_certificate.html",
        token=token,
        here=here,
        first=first,
        last=last,
        today=today,
        lines=lines,
        sums=hours.total(line.record for line in lines),
        unit=unit.get(("units", person.unit or ""), Named("")),
        by_roster=any(line.record.by_roster for line in lines),
        large=is_large(),
        done="",
    )
    return keeping_size(body)


def lines_of(here: Visit, first: date, after: date) -> list[Line]:
    """Duties that started between two dates (the second is not included) and are over, by start."""
    town, zone = here.town.id, here.zone
    start, end = (datetime.combine(day, time(), zone) for day in (first, after))
    records = [hours.record(town, served) for served in store().served.of(town, here.who.person, start, end)]
    names = Names(
        town,
        posts={r.served.duty.post for r in records if r.served.duty.post},
        positions={r.served.position for r in records},
    )
    return [_line(record, here, names) for record in records]


def _line(record: Record, here: Visit, names: Names) -> Line:
    served, zone = record.served, here.zone
    duty = served.duty
    return Line(
        record,
        kind_of(duty, zone),
        (record.start or duty.start).astimezone(zone),
        (record.end or duty.end).astimezone(zone),
        names.post(duty.post) if duty.post else (duty.place or duty.name),
        names.position(served.position),
        STATES[served.state],
    )


def _months(lines: Sequence[Line]) -> list[Month]:
    grouped = groupby(reversed(lines), key=lambda line: line.day.replace(day=1))
    made = ((first, tuple(of)) for first, of in grouped)
    return [Month(first, hours.total(line.record for line in of), of) for first, of in made]


def _year(text: str, this_year: int) -> int:
    """A year that is asked for, or this one."""
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return min(max(asked, FIRST_YEAR), this_year)


def _month(text: str, otherwise: date) -> date:
    """The first day of a month such as 2026-11."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else otherwise


def _later(first: date, months: int) -> date:
    """The first day of a month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
