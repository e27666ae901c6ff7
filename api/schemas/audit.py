"""The log of changes, and what is asked for with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma

from models.audit import ACTIONS, AuditFilter

from .. import fields
from .base import Query, Schema
from .paging import Paging, PagingQuery, page_of


@dataclass(frozen=True, slots=True)
class Asked(Paging):
    """Which entries; None is any."""

    person: str | None = None
    actor: str | None = None
    noun: str | None = None
    thing: str | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def within(self, town: str | None) -> AuditFilter:
        """As the store asks for it, in one town or in all."""
        return AuditFilter(
            town=town, person=self.person, actor=self.actor, noun=self.noun, thing=self.thing, action=self.action,
            start=self.start, end=self.end,
        )  # fmt: skip


class _Chosen(Query):
    person = fields.Id(metadata={"description": "Only entries about this person."})
    actor = fields.Id(metadata={"description": "Who did it: an account's id, person:ID, system or anonymous."})
    noun = fields.Id(metadata={"description": "Such as person, rules, roster, account, link, token, week."})
    thing = fields.Id(metadata={"description": "The id of what was changed."})
    action = fields.Choice(*ACTIONS)
    start = fields.Instant(metadata={"description": "Not before this."})
    end = fields.Instant(metadata={"description": "Before this."})


class AuditExportQuery(_Chosen):
    makes = Asked


class AuditQuery(_Chosen, PagingQuery):
    makes = Asked


class AuditEntryOut(ma.Schema):
    """One change; names are shortened, numbers masked, secrets hidden."""

    id = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True)
    town = ma.fields.String(required=True, allow_none=True)
    actor = ma.fields.String(required=True)
    action = ma.fields.String(required=True, metadata={"description": ", ".join(ACTIONS)})
    noun = ma.fields.String(required=True)
    thing = ma.fields.String(required=True)
    person = ma.fields.String(required=True, allow_none=True)
    changes = ma.fields.Dict(required=True, metadata={"description": "Field → [before, after]"})
    reason = ma.fields.String(required=True, allow_none=True)
    request = ma.fields.String(required=True, allow_none=True, metadata={"description": "X-Request-Id"})


AuditPage = page_of("AuditPage", AuditEntryOut)


@dataclass(frozen=True, slots=True)
class Reason:
    reason: str


class ReasonBody(Schema):
    makes = Reason
    reason = fields.Text(least=1, most=500, required=True, metadata={"description": "Why; kept in the log."})


class PhoneOut(ma.Schema):
    phone = ma.fields.String(required=True, metadata={"description": "Empty when there is none."})


class ErasedOut(ma.Schema):
    """What was deleted or made nameless."""

    counts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    remains = ma.fields.List(
        ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String()),
        required=True,
        metadata={"description": "Rows in which the name still stands, for somebody to look at: table and key"},
    )
