"""Seats that people take, offer and swap, and what a town lets them settle among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma

from models.exchange_kinds import ExchangeKind, ExchangePolicy, ExchangeState

from .. import fields
from .base import Query, Schema, TextOut
from .entities import Duty
from .paging import Paging, PagingQuery, page_of

STATES = ("requested", "accepted", "done", "declined", "refused", "withdrawn", "expired", "failed")
WAYS = ("direct", "approval", "off")


@dataclass(frozen=True, slots=True)
class NewExchange:
    kind: ExchangeKind
    week: date
    duty: str
    position: str | None = None
    partner: str | None = None
    partner_duty: str | None = None
    partner_week: date | None = None


class NewExchangeBody(Schema):
    makes = NewExchange
    kind = fields.Choice("claim", "offer", "swap", required=True)
    week = fields.Day(required=True)
    duty = fields.Id(required=True, metadata={"description": "Of the seat that is wanted (claim) or given away."})
    position = fields.Id(metadata={"description": "Of a claim: which seat of the duty."})
    partner = fields.Id(metadata={"description": "Who is asked; an offer without one is for whoever may take it."})
    partner_duty = fields.Id(metadata={"description": "Of a swap: the colleague's duty."})
    partner_week = fields.Day(metadata={"description": "Of a swap: the week of that duty, when it is another one."})

    @ma.validates_schema
    def _complete(self, data: dict[str, Any], **_: object) -> None:
        needed = {"claim": ("position",), "swap": ("partner", "partner_duty")}.get(data.get("kind", ""), ())
        missing = {name: ["required"] for name in needed if name not in data}
        if missing:
            raise ma.ValidationError(missing)


class ExchangeOut(ma.Schema):
    """Names, no numbers; `about` and `partner_about` are the seats in words."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"description": "claim, offer or swap"})
    state = ma.fields.String(required=True, metadata={"description": ", ".join(STATES)})
    week = ma.fields.String(required=True)
    person = ma.fields.String(required=True, metadata={"description": "Who asks"})
    person_name = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    about = ma.fields.Nested(TextOut, required=True)
    partner = ma.fields.String(required=True, allow_none=True)
    partner_name = ma.fields.String(required=True, allow_none=True)
    partner_week = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Of the colleague's duty, when it is another week"}
    )
    partner_duty = ma.fields.String(required=True, allow_none=True)
    partner_position = ma.fields.String(required=True, allow_none=True)
    partner_about = ma.fields.Nested(TextOut, required=True, allow_none=True)
    created_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True, metadata={"description": "When the first of its duties begins"})
    ended_at = ma.fields.String(required=True, allow_none=True)
    reason = ma.fields.Nested(TextOut, required=True, allow_none=True)


class ExchangesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ExchangeOut), required=True)


@dataclass(frozen=True, slots=True)
class ExchangesAsked(Paging):
    state: ExchangeState | None = None


class ExchangesQuery(PagingQuery):
    makes = ExchangesAsked
    state = fields.Choice(*STATES)


ExchangePage = page_of("ExchangePage", ExchangeOut)


class RefusalBody(Schema):
    reason = fields.Text(least=1, most=200, required=True, metadata={"description": "Told to those concerned."})


class OpenSeatOut(ma.Schema):
    week = ma.fields.String(required=True)
    duty = ma.fields.Nested(Duty, required=True)
    position = ma.fields.String(required=True)
    needed = ma.fields.Boolean(required=True, metadata={"description": "Below the minimum; else below the ideal"})
    offer = ma.fields.Nested(
        ExchangeOut, required=True, allow_none=True, metadata={"description": "The offer by which it is to be had"}
    )


class OpenSeatsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(OpenSeatOut), required=True)
    more = ma.fields.Boolean(required=True, metadata={"description": "Whether there are others"})


@dataclass(frozen=True, slots=True)
class PartnersAsked:
    week: date
    duty: str
    day: date | None = None


class PartnersQuery(Query):
    makes = PartnersAsked
    week = fields.Day(required=True)
    duty = fields.Id(required=True, metadata={"description": "One's own"})
    day = fields.Day(metadata={"description": "Only colleagues' duties of this local day."})


class PartnerOut(ma.Schema):
    person = ma.fields.String(required=True)
    person_name = ma.fields.String(required=True)
    week = ma.fields.String(required=True)
    duty = ma.fields.Nested(Duty, required=True)
    position = ma.fields.String(required=True)


class PartnersOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(PartnerOut), required=True)


class ExchangePolicyBody(Schema):
    makes = ExchangePolicy
    claims = fields.Choice(*WAYS, required=True)
    offers = fields.Choice(*WAYS, required=True)
    swaps = fields.Choice(*WAYS, required=True)


class ExchangePolicyOut(ma.Schema):
    claims = ma.fields.String(required=True, metadata={"description": "direct, approval or off"})
    offers = ma.fields.String(required=True)
    swaps = ma.fields.String(required=True)
