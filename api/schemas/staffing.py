"""Posts in one step: opened for some hours, staffed by a template from a day on, closed from a moment on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import marshmallow as ma

from .. import fields
from .base import Schema
from .entities import Duty
from .rosters import AssignmentOut

PARTS = (4, 6, 8, 12)
"""Hours into which an opening may be cut."""
LONGEST_HOURS = 72


@dataclass(frozen=True, slots=True)
class Opening:
    name: str
    area: str | None
    template: str
    start: datetime
    end: datetime
    part_hours: int | None


class OpeningBody(Schema):
    makes = Opening
    name = fields.Text(least=1, most=200, required=True)
    area = fields.Id(load_default=None, allow_none=True)
    template = fields.Id(required=True, metadata={"description": "The staffing template of its team."})
    start = fields.Instant(required=True)
    end = fields.Instant(required=True, metadata={"description": f"At most {LONGEST_HOURS} hours later."})
    part_hours = fields.Whole(
        least=4,
        most=12,
        load_default=None,
        allow_none=True,
        metadata={"description": "Cut into duties of so many hours; null: one team throughout."},
    )


class OpenedOut(ma.Schema):
    post = ma.fields.String(required=True)
    duties = ma.fields.List(ma.fields.Nested(Duty), required=True)


@dataclass(frozen=True, slots=True)
class Restaffing:
    posts: list[str]
    template: str | None
    pattern: str | None
    first_day: date
    onwards: bool
    dry_run: bool


class RestaffingBody(Schema):
    makes = Restaffing
    posts = fields.List(fields.Id(), required=True, least=1, most=1000)
    template = fields.Id(
        load_default=None,
        metadata={
            "description": "Left out together with `pattern`, the posts stay staffed as they are and their duties are "
            "made anew: for templates and patterns that have changed since."
        },
    )
    pattern = fields.Id(load_default=None, metadata={"description": "The shift pattern."})
    first_day = fields.Day(required=True, metadata={"description": "A local date of the week."})
    onwards = fields.Flag(
        load_default=False,
        metadata={"description": "From then on: later weeks too, there or yet to be made. Else this week alone."},
    )
    dry_run = fields.Flag(load_default=False, metadata={"description": "Say what would happen, change nothing."})


class PostPlanOut(ma.Schema):
    """What becomes of one post's duties: ids of duties, and the least heads that come and go."""

    post = ma.fields.String(required=True)
    come = ma.fields.List(ma.fields.String(), required=True)
    go = ma.fields.List(ma.fields.String(), required=True)
    change = ma.fields.List(ma.fields.String(), required=True)
    seats_come = ma.fields.Integer(required=True)
    seats_go = ma.fields.Integer(required=True)
    freed = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)


class WeekPlanOut(ma.Schema):
    week = ma.fields.Date(required=True)
    state = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": ["draft", "published", None], "description": "Of a published roster a draft is begun."},
    )
    seats_come = ma.fields.Integer(required=True)
    seats_go = ma.fields.Integer(required=True)
    posts = ma.fields.List(ma.fields.Nested(PostPlanOut), required=True)


class PlanOut(ma.Schema):
    applied = ma.fields.Boolean(required=True)
    weeks = ma.fields.List(ma.fields.Nested(WeekPlanOut), required=True)


@dataclass(frozen=True, slots=True)
class Shutting:
    post: str
    moment: datetime
    dry_run: bool


class ShuttingBody(Schema):
    makes = Shutting
    post = fields.Id(required=True)
    moment = fields.Instant(required=True, metadata={"description": "Duties that begin at it or later are taken out."})
    dry_run = fields.Flag(load_default=False, metadata={"description": "Say what would happen, change nothing."})


class ClosingOut(ma.Schema):
    week = ma.fields.Date(required=True)
    go = ma.fields.List(ma.fields.String(), required=True)
    freed = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)


class ClosingsOut(ma.Schema):
    applied = ma.fields.Boolean(required=True)
    weeks = ma.fields.List(ma.fields.Nested(ClosingOut), required=True)


class CopiedOut(ma.Schema):
    number = ma.fields.Integer(required=True, metadata={"description": "The draft that was made."})
