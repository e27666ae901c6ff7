"""Call-outs: one seat, whom to ask at what pace, and what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import marshmallow as ma

from models.callout_records import STATES, Pace

from .. import fields
from .base import Query, Schema, TextOut
from .paging import Paging, PagingQuery, page_of


@dataclass(frozen=True, slots=True)
class SeatAsked:
    """Which seat is meant."""

    duty: str
    position: str
    instead: str = ""


class SeatQuery(Query):
    makes = SeatAsked
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    instead = fields.Text(
        most=fields.LONGEST_ID,
        metadata={"description": "Who holds the seat and cannot come; left out for a seat that nobody holds."},
    )


@dataclass(frozen=True, slots=True)
class NewCalloutAsked(SeatAsked):
    week: date = date.min
    wave_size: int = Pace().wave_size
    wave_minutes: int = Pace().wave_minutes
    escalate_minutes: int = Pace().escalate_minutes

    @property
    def pace(self) -> Pace:
        return Pace(
            wave_size=self.wave_size, wave_minutes=self.wave_minutes, escalate_minutes=self.escalate_minutes
        )


MOST_WAVE, MOST_MINUTES = 50, 240


class NewCalloutBody(Schema):
    makes = NewCalloutAsked
    week = fields.Day(required=True)
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    instead = fields.Text(
        most=fields.LONGEST_ID,
        metadata={"description": "Who holds the seat and cannot come; left out for a seat that nobody holds."},
    )
    wave_size = fields.Whole(
        least=1, most=MOST_WAVE, load_default=5, metadata={"description": "So many are asked at a time."}
    )
    wave_minutes = fields.Whole(
        least=1, most=MOST_MINUTES, load_default=5, metadata={"description": "Minutes until the next are asked."}
    )
    escalate_minutes = fields.Whole(
        least=1, most=MOST_MINUTES, load_default=15, metadata={"description": "Minutes until the dispatcher is told."}
    )


@dataclass(frozen=True, slots=True)
class CalloutsAsked(Paging):
    live: bool | None = None
    week: date | None = None


class CalloutsQuery(PagingQuery):
    makes = CalloutsAsked
    live = fields.Flag(metadata={"description": "Only those under way, or only those that are over."})
    week = fields.Day()


@dataclass(frozen=True, slots=True)
class Answered:
    answer: str
    person: str | None


class AnswerBody(Schema):
    makes = Answered
    answer = fields.Choice("accept", "decline", required=True)
    person = fields.Id(
        allow_none=True,
        load_default=None,
        metadata={"description": "Who has told the dispatcher by telephone; volunteers speak for themselves."},
    )


class AskedOut(ma.Schema):
    person = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True,
        metadata={"enum": ["waiting", "asked", "accepted", "declined", "late", "unfit"]},
    )
    standby_duty = ma.fields.String(required=True, allow_none=True)
    wave = ma.fields.Integer(required=True, allow_none=True)
    asked_at = ma.fields.String(required=True, allow_none=True)
    answered_at = ma.fields.String(required=True, allow_none=True)


class CalloutOut(ma.Schema):
    id = ma.fields.String(required=True)
    week = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    instead = ma.fields.String(required=True, allow_none=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    until = ma.fields.String(required=True, metadata={"description": "From then on nobody can accept"})
    state = ma.fields.String(required=True, metadata={"enum": list(STATES)})
    seat = ma.fields.Nested(TextOut, required=True)
    wave = ma.fields.Integer(required=True)
    next_at = ma.fields.String(required=True, allow_none=True)
    wave_size = ma.fields.Integer(required=True)
    wave_minutes = ma.fields.Integer(required=True)
    escalate_minutes = ma.fields.Integer(required=True)
    opened_at = ma.fields.String(required=True)
    opened_by = ma.fields.String(required=True)
    escalated_at = ma.fields.String(required=True, allow_none=True)
    closed_at = ma.fields.String(required=True, allow_none=True)
    filled_by = ma.fields.String(required=True, allow_none=True)
    asked = ma.fields.List(
        ma.fields.Nested(AskedOut),
        required=True,
        metadata={"description": "In the order of asking; a volunteer sees themselves alone"},
    )


CalloutPage = page_of("CalloutPage", CalloutOut)


class EligibleOut(ma.Schema):
    person = ma.fields.String(required=True)
    standby_duty = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Makes way for this duty on acceptance"}
    )
    reasons = ma.fields.List(ma.fields.String(), required=True)
    consequences = ma.fields.List(ma.fields.String(), required=True)


class EligiblePage(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(EligibleOut), required=True)
