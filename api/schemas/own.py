"""What people say and ask for about themselves: usual week, hours, calendar feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

import marshmallow as ma

from models.said_times import Answer

from .. import fields
from .base import Schema
from .entities import Duty

MOST_TIMES = 200


@dataclass(frozen=True, slots=True)
class UsualTimeGiven:
    weekday: int
    start: time
    end: time
    answer: Answer


class UsualTimeBody(Schema):
    weekday = fields.Whole(least=0, most=6, required=True, metadata={"description": "0 is Monday."})
    start = fields.Text(most=5, required=True, metadata={"description": "Clock time in the town's zone, HH:MM."})
    end = fields.Text(most=5, required=True, metadata={"description": "At or before the start: on the next day."})
    answer = fields.Choice("avoid", "unavailable", required=True)

    @ma.validates_schema
    def _clock_times(self, data: dict[str, Any], **_: object) -> None:
        wrong = {name: ["not_a_clock_time"] for name in ("start", "end") if not is_clock(data.get(name, "00:00"))}
        if wrong:
            raise ma.ValidationError(wrong)

    @ma.post_load
    def _as_times(self, data: dict[str, Any], **_: object) -> UsualTimeGiven:
        begins, ends = time.fromisoformat(data["start"]), time.fromisoformat(data["end"])
        return UsualTimeGiven(data["weekday"], begins, ends, data["answer"])


def is_clock(text: str) -> bool:
    """Whether a text is a clock time HH:MM."""
    hours, colon, minutes = text[:2], text[2:3], text[3:]
    whole = hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit()
    return whole and colon == ":" and len(text) == 5 and int(hours) < 24 and int(minutes) < 60


class UsualWeekBody(Schema):
    times = fields.List(fields.Nested(UsualTimeBody), most=MOST_TIMES, required=True)


class UsualTimeOut(ma.Schema):
    weekday = ma.fields.Integer(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    answer = ma.fields.String(required=True, metadata={"description": "yes, avoid or unavailable"})
    exceptions = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Dates for which something else was said"}
    )


class UsualWeekOut(ma.Schema):
    times = ma.fields.List(ma.fields.Nested(UsualTimeOut), required=True)


class ServedDutyOut(ma.Schema):
    """One duty that is over."""

    record = ma.fields.String(required=True, metadata={"description": "The number of this record"})
    week = ma.fields.String(required=True)
    duty = ma.fields.Nested(Duty, required=True)
    position = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"description": "How it went: docs/presence.md"})
    start = ma.fields.String(required=True, allow_none=True, metadata={"description": "From when it counts"})
    end = ma.fields.String(required=True, allow_none=True)
    minutes = ma.fields.Integer(required=True, metadata={"description": "That count; 0 when they did not come"})
    by_roster = ma.fields.Boolean(
        required=True, metadata={"description": "Nobody recorded presence: the roster's own times count"}
    )


class HoursOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ServedDutyOut), required=True)
    minutes = ma.fields.Integer(required=True)
    duties = ma.fields.Integer(required=True)
    nights = ma.fields.Integer(required=True)


class FeedOut(ma.Schema):
    made = ma.fields.Boolean(required=True, metadata={"description": "Whether there is a feed"})
    created_at = ma.fields.String(required=True, allow_none=True)


class IssuedFeedOut(ma.Schema):
    path = ma.fields.String(required=True, metadata={"description": "Its address; shown once, only a hash is stored"})
