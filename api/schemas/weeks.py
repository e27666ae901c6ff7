"""Weeks and their duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import marshmallow as ma

from scheduler.document import MAX_DAYS

from .. import fields
from .base import Query, Schema, TextOut
from .entities import Duty
from .paging import page_of


@dataclass(frozen=True, slots=True)
class NewWeek:
    start: date
    days: int
    source: Literal["templates", "previous", "empty"]
    with_roster: bool


class NewWeekBody(Schema):
    makes = NewWeek
    start = fields.Day(required=True, metadata={"description": "The first local date."})
    days = fields.Whole(least=1, most=MAX_DAYS, load_default=7)
    source = fields.Choice(
        "templates",
        "previous",
        "empty",
        load_default="templates",
        metadata={"description": "Duties from posts, patterns and templates; from the latest week before; or none."},
    )
    with_roster = fields.Flag(
        load_default=False, metadata={"description": "Copy that week's roster too, as a draft (source previous only)."}
    )

    @ma.validates_schema
    def _roster_of_previous(self, data: dict[str, object], **_: object) -> None:
        if data.get("with_roster") and data.get("source") != "previous":
            raise ma.ValidationError("needs_previous", "with_roster")


class WeekOut(ma.Schema):
    start = ma.fields.Date(required=True)
    days = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)


WeekPage = page_of("WeekPage", WeekOut)
DutyPage = page_of(
    "DutyPage",
    Duty,
    revisions=ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        required=True,
        metadata={"description": "The revision of each duty, by id: what If-Match must name to change it"},
    ),
)


class DutyQuery(Query):
    """Which duties: those that start on a date, at a post."""

    page = fields.Whole(least=1, most=1_000_000, load_default=1)
    page_size = fields.Whole(least=1, most=500, load_default=50)
    date = fields.Day(load_default=None, metadata={"description": "Only those that start on this local date."})
    post = fields.Id(load_default=None)


class NoticeOut(ma.Schema):
    severity = ma.fields.String(required=True, metadata={"description": "error or warning"})
    code = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    text = ma.fields.Nested(TextOut, required=True)


class PreflightOut(ma.Schema):
    """What cannot work, said before solving."""

    notices = ma.fields.List(ma.fields.Nested(NoticeOut), required=True)
