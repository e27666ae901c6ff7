"""Gaps of a week, offers to teams, claims, links of teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma

from .. import fields
from .base import Query, Schema, TextOut
from .links import LinkOut


@dataclass(frozen=True, slots=True)
class SlotAsked:
    """A seat."""

    duty: str
    position: str


class SlotBody(Schema):
    makes = SlotAsked
    duty = fields.Id(required=True)
    position = fields.Id(required=True)


@dataclass(frozen=True, slots=True)
class NewOffer:
    units: list[str]
    slots: list[SlotAsked]
    until: datetime


class NewOfferBody(Schema):
    makes = NewOffer
    units = fields.List(fields.Id(), least=1, most=500, required=True)
    slots = fields.List(fields.Nested(SlotBody), least=1, most=2000, required=True)
    until = fields.Instant(
        required=True, metadata={"description": "Until then teams claim seats and give them back."}
    )


@dataclass(frozen=True, slots=True)
class NewTeamLink:
    days: int
    renew: bool


class NewTeamLinkBody(Schema):
    makes = NewTeamLink
    days = fields.Whole(least=1, most=366, load_default=30)
    renew = fields.Flag(load_default=False, metadata={"description": "End the older ones in the same moment."})


@dataclass(frozen=True, slots=True)
class NewClaim:
    offer: str
    duty: str
    position: str
    people: list[str]


class NewClaimBody(Schema):
    makes = NewClaim
    offer = fields.Id(required=True)
    duty = fields.Id(required=True)
    position = fields.Id(required=True)
    people = fields.List(fields.Id(), least=1, most=200, required=True)


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    offer: str
    duty: str
    position: str


class OfferedSlotQuery(Query):
    makes = OfferedSlot
    offer = fields.Id(required=True)
    duty = fields.Id(required=True)
    position = fields.Id(required=True)


class GapOut(ma.Schema):
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)
    post = ma.fields.String(required=True, allow_none=True)
    seat = ma.fields.Nested(TextOut, required=True)
    needed = ma.fields.Integer(required=True)
    held = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "Ids of people"})
    short = ma.fields.Integer(required=True)


class ClaimOut(ma.Schema):
    id = ma.fields.String(required=True)
    person = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    claimed_at = ma.fields.String(required=True)


class OfferOut(ma.Schema):
    id = ma.fields.String(required=True)
    week = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    until = ma.fields.String(required=True)
    open = ma.fields.Boolean(required=True, metadata={"description": "Seats may be claimed and given back now"})
    slots = ma.fields.List(ma.fields.Nested(SlotBody), required=True)
    claims = ma.fields.List(ma.fields.Nested(ClaimOut), required=True)


class GapBoardOut(ma.Schema):
    roster = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "The version looked at"})
    state = ma.fields.String(required=True, allow_none=True)
    items = ma.fields.List(ma.fields.Nested(GapOut), required=True)
    offers = ma.fields.List(ma.fields.Nested(OfferOut), required=True)


class OffersOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(OfferOut), required=True)


class TeamOfferOut(OfferOut):
    gaps = ma.fields.List(ma.fields.Nested(GapOut), required=True)


class TeamOut(ma.Schema):
    unit = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    offers = ma.fields.List(ma.fields.Nested(TeamOfferOut), required=True)


class ChoiceOut(ma.Schema):
    person = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    legal = ma.fields.Boolean(required=True)
    why = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "What keeps them off it"})
    cost_change = ma.fields.Integer(required=True)
    minutes = ma.fields.Integer(required=True, metadata={"description": "On duty in the week already"})


class ChoicesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ChoiceOut), required=True)


class ClaimsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ClaimOut), required=True)


class IssuedTeamLinkOut(ma.Schema):
    token = ma.fields.String(required=True, metadata={"description": "Shown this once"})
    path = ma.fields.String(required=True)


class TeamLinksOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(LinkOut), required=True)
