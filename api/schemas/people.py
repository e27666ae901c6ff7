"""What belongs to one person: availability, duties, absences, acknowledgements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma

from models.records import AbsenceState

from .. import fields
from .base import Query, Schema
from .entities import Duty, Span
from .paging import Paging, PagingQuery, page_of
from .rosters import AssignmentOut


class AvailabilityBody(Schema):
    availability = fields.List(fields.Nested(Span), most=1000, required=True)


class AvailabilityOut(ma.Schema):
    availability = ma.fields.List(ma.fields.Nested(Span), required=True)


@dataclass(frozen=True, slots=True)
class Between:
    start: datetime
    end: datetime


class BetweenQuery(Query):
    makes = Between
    start = fields.Instant(required=True)
    end = fields.Instant(required=True)


class PublishedDutyOut(ma.Schema):
    """A duty that somebody serves according to a published roster."""

    week = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    duty = ma.fields.Nested(Duty, required=True)
    position = ma.fields.String(required=True)
    team = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    acknowledged_at = ma.fields.String(required=True, allow_none=True)


class PublishedDutiesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(PublishedDutyOut), required=True)


@dataclass(frozen=True, slots=True)
class NewAbsence:
    person: str
    start: datetime
    end: datetime
    reason: str


class NewAbsenceBody(Schema):
    makes = NewAbsence
    person = fields.Id(required=True)
    start = fields.Instant(required=True)
    end = fields.Instant(required=True)
    reason = fields.Text(most=500, load_default="")

    @ma.validates_schema
    def _end_after_start(self, data: dict[str, Any], **_: object) -> None:
        if "start" in data and "end" in data and data["end"] <= data["start"]:
            raise ma.ValidationError("end_before_start", "end")


@dataclass(frozen=True, slots=True)
class AbsencesAsked(Paging):
    state: AbsenceState | None = None
    person: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class AbsencesQuery(PagingQuery):
    makes = AbsencesAsked
    state = fields.Choice("reported", "covered", "withdrawn")
    person = fields.Id()
    start = fields.Instant(metadata={"description": "Only those that end after this."})
    end = fields.Instant(metadata={"description": "Only those that start before this."})


class AbsenceOut(ma.Schema):
    id = ma.fields.String(required=True)
    person = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"description": "reported, covered or withdrawn"})
    reported_by = ma.fields.String(required=True)
    created_at = ma.fields.String(required=True)


AbsencePage = page_of("AbsencePage", AbsenceOut)


@dataclass(frozen=True, slots=True)
class NewAcknowledgement:
    duty: str
    person: str | None


class NewAcknowledgementBody(Schema):
    makes = NewAcknowledgement
    duty = fields.Id(required=True)
    person = fields.Id(
        load_default=None, metadata={"description": "Whose; a volunteer's own when left out, else required."}
    )


class AcknowledgementOut(ma.Schema):
    person = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    at = ma.fields.String(required=True)


AcknowledgementPage = page_of("AcknowledgementPage", AcknowledgementOut)
