"""Sheets, hours and fairness: what may be asked, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import marshmallow as ma

from .. import fields
from .base import Query
from .paging import LARGEST_PAGE, page_of

View = Literal["posts", "units", "people"]
Phones = Literal["masked", "full", "none"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call for sheets; `phones` None is masked for who sees people, else none."""

    view: View = "posts"
    post: str | None = None
    area: str | None = None
    unit: str | None = None
    day: date | None = None
    phones: Phones | None = None
    reason: str = ""
    """Why full numbers are needed; it is kept in the log."""
    paper: Literal["A4", "A3"] = "A4"
    names: Literal["full", "public"] = "full"
    """public shortens names to 张*, and shows no numbers."""


class Filled(Query):
    """A query of which a form may leave fields empty."""

    @ma.pre_load
    def _without_empty(self, data: Any, **_: Any) -> Any:
        return {name: value for name, value in data.items() if value != ""}


class SheetQuery(Filled):
    makes = Asked
    view = fields.Choice(
        "posts", "units", "people", metadata={"description": "A sheet a post or unit, or a row a person."}
    )
    post = fields.Id()
    area = fields.Id(metadata={"description": "With all areas below it."})
    unit = fields.Id()
    day = fields.Day(metadata={"description": "Only duties that start on this local date."})
    phones = fields.Choice(
        "masked",
        "full",
        "none",
        metadata={"description": "full needs the right reveal_phones and a reason, and is kept in the log."},
    )
    reason = fields.Text(most=500, metadata={"description": "Why full numbers are needed."})
    paper = fields.Choice("A4", "A3")
    names = fields.Choice("full", "public", metadata={"description": "public: 张*"})


class SheetPersonOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    phone = ma.fields.String(required=True, metadata={"description": "As far as it may be shown; else empty"})


class SheetSeatsOut(ma.Schema):
    position = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    leading = ma.fields.Boolean(required=True)
    people = ma.fields.List(ma.fields.Nested(SheetPersonOut), required=True)
    vacant = ma.fields.Integer(required=True)
    reason = ma.fields.String(required=True, metadata={"description": "Why nobody fills it, where that is known"})


class SheetLineOut(ma.Schema):
    """One duty; times are local."""

    duty = ma.fields.String(required=True)
    date = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"description": "D day, E evening, N night, R errand run"})
    shift = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    seats = ma.fields.List(ma.fields.Nested(SheetSeatsOut), required=True)


class DutySheetOut(ma.Schema):
    kind = ma.fields.String(required=True, metadata={"description": "post, unit, or other: duties without a post"})
    id = ma.fields.String(required=True, allow_none=True)
    name = ma.fields.String(required=True)
    area = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    vacancies = ma.fields.Integer(required=True)
    lines = ma.fields.List(ma.fields.Nested(SheetLineOut), required=True)


class SheetDayOut(ma.Schema):
    date = ma.fields.String(required=True)
    kinds = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "Empty: a free day"})


class SheetRowOut(SheetPersonOut):
    category = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    days = ma.fields.List(ma.fields.Nested(SheetDayOut), required=True)
    duties = ma.fields.Integer(required=True)
    minutes = ma.fields.Integer(required=True)
    nights = ma.fields.Integer(required=True)


class SheetOut(ma.Schema):
    """Sheets of one version; `people` only for the view people, `sheets` for the others."""

    title = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, allow_none=True)
    draft = ma.fields.Boolean(required=True)
    made_at = ma.fields.String(required=True)
    vacancies = ma.fields.Integer(required=True)
    sheets = ma.fields.List(ma.fields.Nested(DutySheetOut))
    people = ma.fields.List(ma.fields.Nested(SheetRowOut))


@dataclass(frozen=True, slots=True)
class HoursAsked:
    """A span of local days, both ends inclusive, and whose hours."""

    start: date
    end: date
    person: str | None = None
    unit: str | None = None
    category: str | None = None
    page: int = 1
    page_size: int = 100


class LedgerQuery(Filled):
    makes = HoursAsked
    start = fields.Day(required=True, metadata={"description": "The first local date."})
    end = fields.Day(required=True, metadata={"description": "The last local date, at most 366 days later."})
    person = fields.Id()
    unit = fields.Id()
    category = fields.Id()


class HoursQuery(LedgerQuery):
    page = fields.Whole(least=1, most=1_000_000)
    page_size = fields.Whole(least=1, most=LARGEST_PAGE)


class HoursEntryOut(ma.Schema):
    """One duty of one person that is over."""

    person = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    category = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    project = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    date = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    night = ma.fields.Boolean(required=True)
    minutes = ma.fields.Integer(required=True, metadata={"description": "Those that count"})
    planned_minutes = ma.fields.Integer(required=True)
    confirmed_minutes = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "null: not kept"})
    state = ma.fields.String(required=True)
    confirmation = ma.fields.String(required=True)


HoursPage = page_of(
    "HoursPage",
    HoursEntryOut,
    minutes=ma.fields.Integer(required=True, metadata={"description": "Over all pages"}),
    confirmed_minutes=ma.fields.Integer(required=True, metadata={"description": "Over all pages"}),
    people=ma.fields.Integer(required=True, metadata={"description": "How many people have entries"}),
)

Order = Literal["hours", "nights", "weekends", "run", "kept", "name"]


@dataclass(frozen=True, slots=True)
class FairnessAsked:
    week: date | None = None
    unit: str | None = None
    category: str | None = None
    search: str = ""
    order: Order = "hours"
    by: Literal["people", "units", "categories"] = "people"
    page: int = 1
    page_size: int = 50


class FairnessQuery(Filled):
    makes = FairnessAsked
    week = fields.Day(metadata={"description": "The last of the weeks that count; else that of today."})
    unit = fields.Id()
    category = fields.Id()
    search = fields.Text(most=100)
    order = fields.Choice("hours", "nights", "weekends", "run", "kept", "name")
    by = fields.Choice("people", "units", "categories", metadata={"description": "What the items are."})
    page = fields.Whole(least=1, most=1_000_000)
    page_size = fields.Whole(least=1, most=LARGEST_PAGE)


class SpreadOut(ma.Schema):
    """Of those who served at all."""

    least = ma.fields.Float(required=True)
    median = ma.fields.Float(required=True)
    most = ma.fields.Float(required=True)


class FairGroupOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    people = ma.fields.Integer(required=True)
    serving = ma.fields.Integer(required=True, metadata={"description": "Who served at all"})
    minutes = ma.fields.Nested(SpreadOut, required=True)
    nights = ma.fields.Nested(SpreadOut, required=True)
    weekends = ma.fields.Nested(SpreadOut, required=True)
    longest_run = ma.fields.Integer(required=True)
    asked = ma.fields.Integer(required=True)
    kept = ma.fields.Integer(required=True)


class FairPersonOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    category = ma.fields.String(required=True)
    duties = ma.fields.Integer(required=True)
    minutes = ma.fields.Integer(required=True)
    nights = ma.fields.Integer(required=True)
    weekends = ma.fields.Integer(required=True, metadata={"description": "Weekends with any duty"})
    longest_run = ma.fields.Integer(required=True, metadata={"description": "Days in a row with a duty"})
    asked = ma.fields.Integer(required=True, metadata={"description": "Spans to avoid or to serve in"})
    kept = ma.fields.Integer(required=True, metadata={"description": "Of these, how many the rosters honoured"})


class FairWeekOut(ma.Schema):
    start = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True)


class FairnessOut(ma.Schema):
    """The weeks that count, all of the chosen people together, and a page of people or groups."""

    weeks = ma.fields.List(ma.fields.Nested(FairWeekOut), required=True)
    together = ma.fields.Nested(FairGroupOut, required=True)
    people = ma.fields.List(ma.fields.Nested(FairPersonOut))
    groups = ma.fields.List(ma.fields.Nested(FairGroupOut))
    page = ma.fields.Integer(required=True)
    page_size = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True)
