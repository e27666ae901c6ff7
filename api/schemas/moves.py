"""Trying edits of a roster before making them: many seats for one person, teams, two people side by side."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from .. import fields
from .base import Query, Schema, TextOut
from .rosters import AssignmentOut

MOST_TARGETS = 120
"""Seats that one call judges: some milliseconds each in a large town."""


@dataclass(frozen=True, slots=True)
class Target:
    duty: str
    position: str | None
    instead: str | None
    person: str | None = None


class TargetBody(Schema):
    """A duty, and where one certain seat is meant its position and whoever is to make room."""

    makes = Target
    duty = fields.Id(required=True)
    position = fields.Id(load_default=None, allow_none=True)
    instead = fields.Id(load_default=None, allow_none=True)
    person = fields.Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "Somebody else who is to take this seat, leaving no duty; null: the call's person."},
    )


@dataclass(frozen=True, slots=True)
class Targets:
    person: str
    leaving: str | None
    targets: list[Target]


class TargetsBody(Schema):
    makes = Targets
    person = fields.Id(required=True)
    leaving = fields.Id(
        load_default=None, allow_none=True, metadata={"description": "The duty that the person gives up for it."}
    )
    targets = fields.List(fields.Nested(TargetBody), required=True, least=1, most=MOST_TARGETS)


class LandingOut(ma.Schema):
    """What dropping the person there would do: `remove` and `add` are what PATCH takes, both empty if it cannot be."""

    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    instead = ma.fields.String(required=True, allow_none=True)
    legal = ma.fields.Boolean(required=True)
    sentence = ma.fields.String(required=True, metadata={"description": "Why not; what would happen when legal"})
    text = ma.fields.Nested(TextOut, required=True)
    does = ma.fields.String(required=True, metadata={"description": "What would happen, legal or not"})
    cost_change = ma.fields.Integer(required=True)
    vacancy_change = ma.fields.Integer(required=True)
    remove = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    add = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)


class LandingsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(LandingOut), required=True)


@dataclass(frozen=True, slots=True)
class Teams:
    duties: list[str]


class TeamsBody(Schema):
    makes = Teams
    duties = fields.List(fields.Id(), required=True, least=1, most=1000)


class MemberOut(AssignmentOut):
    name = ma.fields.String(required=True)


class TeamsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(MemberOut), required=True)


@dataclass(frozen=True, slots=True)
class Rivals:
    duty: str
    position: str
    one: str
    two: str
    leaving: str | None = None


class RivalsQuery(Query):
    makes = Rivals
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    one = fields.Id(required=True, metadata={"description": "A person."})
    two = fields.Id(required=True, metadata={"description": "The person to compare them with."})
    leaving = fields.Id(metadata={"description": "The person who gives up the seat."})


class HoldsOut(ma.Schema):
    qualification = ma.fields.String(required=True)
    held = ma.fields.Boolean(required=True)


class FactsOut(ma.Schema):
    """What is known about one person for one seat; minutes and counts are without the seat itself."""

    person = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    legal = ma.fields.Boolean(required=True)
    breaches = ma.fields.List(ma.fields.Nested(TextOut), required=True)
    rest_before_minutes = ma.fields.Integer(required=True, allow_none=True)
    rest_after_minutes = ma.fields.Integer(required=True, allow_none=True)
    minutes = ma.fields.Integer(required=True)
    max_minutes = ma.fields.Integer(required=True, allow_none=True)
    duties = ma.fields.Integer(required=True)
    nights = ma.fields.Integer(required=True)
    max_nights = ma.fields.Integer(required=True, allow_none=True)
    kilometres = ma.fields.Float(required=True, allow_none=True)
    qualifications = ma.fields.List(ma.fields.Nested(HoldsOut), required=True)
    said = ma.fields.String(required=True, metadata={"description": "unavailable, avoid, prefer or empty"})
    knows_post = ma.fields.Boolean(required=True)
    bound = ma.fields.Boolean(required=True)
    cost_change = ma.fields.Integer(required=True)
    vacancy_change = ma.fields.Integer(required=True)


class ComparedOut(ma.Schema):
    people = ma.fields.List(ma.fields.Nested(FactsOut), required=True)
