"""Proposals: rosters that wait beside the draft, and what tells one from another."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from .. import fields
from .base import Schema
from .solves import SolveOut

LARGEST = 2**31 - 1


class QualitySpreadOut(ma.Schema):
    """Among the people who serve at all."""

    least = ma.fields.Float(required=True)
    median = ma.fields.Float(required=True)
    most = ma.fields.Float(required=True)


class QualityOut(ma.Schema):
    vacancies = ma.fields.Integer(required=True)
    vacancy_objective = ma.fields.Integer(required=True)
    violations = ma.fields.Integer(required=True)
    objective = ma.fields.Integer(required=True)
    costs = ma.fields.Dict(required=True, metadata={"description": "By rule"})
    serving = ma.fields.Integer(required=True, metadata={"description": "People who serve at all"})
    hours = ma.fields.Nested(QualitySpreadOut, required=True)
    nights = ma.fields.Nested(QualitySpreadOut, required=True)
    weekend_duties = ma.fields.Nested(QualitySpreadOut, required=True)
    asked = ma.fields.Integer(required=True, metadata={"description": "Spans to avoid or to prefer"})
    granted = ma.fields.Integer(required=True, metadata={"description": "Those that were kept to"})


class DraftMarkOut(ma.Schema):
    number = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    quality = ma.fields.Nested(QualityOut, required=True)


class ProposalOut(ma.Schema):
    solve = ma.fields.Nested(SolveOut, required=True)
    quality = ma.fields.Nested(QualityOut, required=True)
    people_changed = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Who would serve differently than by the draft"}
    )


class ProposalsOut(ma.Schema):
    draft = ma.fields.Nested(DraftMarkOut, required=True, allow_none=True)
    items = ma.fields.List(ma.fields.Nested(ProposalOut), required=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """The draft that whoever accepts has seen."""

    number: int
    revision: int


class SeenBody(Schema):
    makes = Seen
    number = fields.Whole(least=1, most=LARGEST, required=True)
    revision = fields.Whole(least=1, most=LARGEST, required=True)


@dataclass(frozen=True, slots=True)
class ProposalAcceptance:
    draft: Seen | None = None


class ProposalAcceptanceBody(Schema):
    makes = ProposalAcceptance
    draft = fields.Nested(
        SeenBody, allow_none=True, metadata={"description": "The draft that it replaces; null when there is none"}
    )
