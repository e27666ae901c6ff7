"""Rosters: versions, edits, checks, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from scheduler.problem import Assignment

from .. import fields
from .base import Query, Schema, TextOut
from .entities import Document, Duty
from .paging import page_of

MOST_ASSIGNMENTS = 400_000


class AssignmentBody(Schema):
    makes = Assignment
    person = fields.Id(required=True)
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    pinned = fields.Flag(load_default=False)


def assignments_field(most: int, **kwargs: Any) -> fields.List:
    return fields.List(fields.Nested(AssignmentBody), most=most, **kwargs)


@dataclass(frozen=True, slots=True)
class WholeRoster:
    assignments: list[Assignment]


class WholeRosterBody(Schema):
    makes = WholeRoster
    assignments = assignments_field(MOST_ASSIGNMENTS, required=True)


@dataclass(frozen=True, slots=True)
class FromVersion:
    based_on: int


class FromVersionBody(Schema):
    makes = FromVersion
    based_on = fields.Whole(
        least=1, most=1_000_000, required=True, metadata={"description": "The number of the version to start from."}
    )


@dataclass(frozen=True, slots=True)
class Edit:
    remove: list[Assignment]
    add: list[Assignment]
    pin: list[Assignment]
    unpin: list[Assignment]
    based_on: int | None


class EditBody(Schema):
    makes = Edit
    remove = assignments_field(1000, load_default=list)
    add = assignments_field(1000, load_default=list)
    pin = assignments_field(1000, load_default=list)
    unpin = assignments_field(1000, load_default=list)
    based_on = fields.Whole(
        least=1,
        most=1_000_000,
        load_default=None,
        allow_none=True,
        metadata={"description": "With If-None-Match: * the published version from which this edit starts the draft."},
    )


@dataclass(frozen=True, slots=True)
class Trial:
    remove: list[Assignment]
    add: list[Assignment]


class TrialBody(Schema):
    makes = Trial
    remove = assignments_field(1000, load_default=list)
    add = assignments_field(1000, load_default=list)


@dataclass(frozen=True, slots=True)
class Publication:
    published: int | None
    override_reason: str | None
    emergency: bool = False


class PublicationBody(Schema):
    makes = Publication
    published = fields.Whole(
        least=1,
        most=1_000_000,
        required=True,
        allow_none=True,
        metadata={"description": "The number of the published version that you have seen; null: none yet."},
    )
    override_reason = fields.Text(
        least=1,
        most=1000,
        allow_none=True,
        load_default=None,
        metadata={"description": "Why it is published although it breaks hard rules; it is kept."},
    )
    emergency = fields.Flag(metadata={"description": "People are told at once, in quiet hours too."})


@dataclass(frozen=True, slots=True)
class Compared:
    before: str
    after: str


class CompareQuery(Query):
    makes = Compared
    before = fields.Text(
        least=1, most=20, load_default="published", metadata={"description": "draft, published or a number"}
    )
    after = fields.Text(least=1, most=20, load_default="draft")


@dataclass(frozen=True, slots=True)
class SubstitutesAsked:
    duty: str
    position: str
    leaving: str | None = None
    limit: int = 10


class SubstitutesQuery(Query):
    makes = SubstitutesAsked
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    leaving = fields.Id(metadata={"description": "The person who gives up the seat."})
    limit = fields.Whole(least=1, most=100)


@dataclass(frozen=True, slots=True)
class ToCheck:
    problem: dict[str, Any]
    roster: dict[str, Any]


class ToCheckBody(Schema):
    makes = ToCheck
    problem = fields.Nested(Document, required=True)
    roster = ma.fields.Dict(
        required=True,
        error_messages={"required": "required", "null": "null", "invalid": "not_an_object"},
        metadata={"description": "A roster or result document: its `assignments` are judged"},
    )


class AssignmentOut(ma.Schema):
    class Meta:
        unknown = ma.INCLUDE

    person = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    pinned = ma.fields.Boolean()


class ViolationOut(ma.Schema):
    """One breach of one rule."""

    rule = ma.fields.String(required=True)
    person = ma.fields.String(required=True, allow_none=True)
    duties = ma.fields.List(ma.fields.String(), required=True)
    excess = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    hard = ma.fields.Boolean(required=True)
    cost = ma.fields.Integer(required=True)
    sentence = ma.fields.String(required=True)
    text = ma.fields.Nested(TextOut, required=True)


class VacancyOut(ma.Schema):
    """Seats that nobody fills, and why."""

    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True)
    priority = ma.fields.Integer(required=True)
    reason = ma.fields.String()
    reasons = ma.fields.Nested(TextOut)


class ReportOut(ma.Schema):
    legal = ma.fields.Boolean(required=True)
    objective = ma.fields.Integer(required=True)
    vacancy_objective = ma.fields.Integer(required=True)
    costs = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    violations = ma.fields.List(ma.fields.Nested(ViolationOut), required=True)
    vacancies = ma.fields.List(ma.fields.Nested(VacancyOut), required=True)
    explained = ma.fields.Boolean(
        required=True, metadata={"description": "Whether each vacancy has its reason: true up to 300 vacancies"}
    )


class ConsequencesOut(ma.Schema):
    """What an edit would break, cost and fill."""

    legal = ma.fields.Boolean(required=True)
    violations = ma.fields.List(ma.fields.Nested(ViolationOut), required=True)
    cost_change = ma.fields.Integer(required=True)
    vacancy_change = ma.fields.Integer(required=True)


class HeadOut(ma.Schema):
    """A version of a week's roster without its assignments."""

    week = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, metadata={"description": "draft, published or superseded"})
    origin = ma.fields.String(required=True, metadata={"description": "solve, edit, repair, copy or amendment"})
    based_on = ma.fields.Integer(required=True, allow_none=True)
    solve_id = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.String(required=True)
    created_by = ma.fields.String(required=True, allow_none=True)
    published_at = ma.fields.String(required=True, allow_none=True)
    published_by = ma.fields.String(required=True, allow_none=True)
    override_reason = ma.fields.String(required=True, allow_none=True)
    revision = ma.fields.Integer(required=True)
    summary = ma.fields.Dict(required=True, metadata={"description": "The figures of the solve that made it"})


class RosterOut(HeadOut):
    assignments = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    duties = ma.fields.List(ma.fields.Nested(Duty), required=True)


class EditedOut(ma.Schema):
    roster = ma.fields.Nested(HeadOut, required=True)
    consequences = ma.fields.Nested(ConsequencesOut, required=True)


class ChangeOut(ma.Schema):
    person = ma.fields.String(required=True)
    gained = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    lost = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    text = ma.fields.Nested(TextOut, required=True)


class DiffOut(ma.Schema):
    people = ma.fields.Integer(required=True, metadata={"description": "How many people serve differently"})
    changes = ma.fields.List(ma.fields.Nested(ChangeOut), required=True)


class CandidateOut(ma.Schema):
    person = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    score = ma.fields.Float(required=True, metadata={"description": "The larger the better"})
    reasons = ma.fields.List(ma.fields.Nested(TextOut), required=True)
    consequences = ma.fields.List(ma.fields.Nested(TextOut), required=True)


class ExcludedOut(ma.Schema):
    person = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    rule = ma.fields.String(required=True)
    text = ma.fields.Nested(TextOut, required=True)


class RankingOut(ma.Schema):
    """Who could take a seat, best first, and what keeps the others off it."""

    candidates = ma.fields.List(ma.fields.Nested(CandidateOut), required=True)
    excluded = ma.fields.List(ma.fields.Nested(ExcludedOut), required=True)


HeadPage = page_of("RosterHeadPage", HeadOut)
