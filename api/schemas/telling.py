"""Channels, messages, and how a town wants people to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from models.channel_kinds import CHANNEL_KINDS, LANGUAGES, LONGEST, REACHES
from models.channels import NewChannel, TellingPolicy
from models.outbox import MESSAGE_KINDS, STATES

from .. import fields
from .base import Schema, TextOut
from .paging import Paging, PagingQuery, page_of

DAY_MINUTES = 24 * 60
MOST_CHANNELS = 500


class ChannelFields(ma.fields.Dict):
    """Field → what is entered; which there are depends on the kind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.Text(most=40), values=fields.Text(most=LONGEST), **kwargs)


class ChannelBody(Schema):
    """A channel as it is to be; secrets that are left out of a change stay as they are."""

    name = fields.Text(required=True, least=1, most=100)
    kind = fields.Choice(*CHANNEL_KINDS, required=True)
    reach = fields.Choice(*REACHES, required=True)
    about = fields.List(
        fields.Choice(*MESSAGE_KINDS),
        most=len(MESSAGE_KINDS),
        load_default=lambda: list(MESSAGE_KINDS),
        metadata={"description": "The kinds of message that go this way; all when left out."},
    )
    language = fields.Choice(*LANGUAGES, load_default="zh")
    active = fields.Flag(load_default=True)
    instead_of = fields.Id(
        load_default=None,
        allow_none=True,
        metadata={"description": "Another channel: this one hears only what that one has not taken."},
    )
    fields_ = ChannelFields(
        required=True,
        data_key="fields",
        attribute="fields",
        error_messages={"required": "required", "null": "null", "invalid": "not_an_object"},
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewChannel:
        return NewChannel(**data | {"about": tuple(data["about"])})


class ChannelOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    reach = ma.fields.String(required=True, metadata={"description": "group, staff or personal"})
    about = ma.fields.List(ma.fields.String(), required=True)
    language = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)
    instead_of = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "The channel that this one stands in for"}
    )
    settings = ma.fields.Dict(
        required=True, data_key="fields", attribute="fields", metadata={"description": "Without the secrets"}
    )
    secrets = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Which secrets there are; none is ever shown"}
    )
    locked = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": "Which of them cannot be read any more and have to be entered anew"},
    )
    created_at = ma.fields.String(required=True)


class ChannelsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(ChannelOut), required=True)
    revisions = ma.fields.Dict(required=True, metadata={"description": "id → revision"})


@dataclass(frozen=True, slots=True)
class Order:
    channels: list[str]


class ChannelOrderBody(Schema):
    """Channels in the order in which they are to be tried; those that are left out come after them."""

    makes = Order
    channels = fields.List(fields.Id(), least=1, most=MOST_CHANNELS, required=True)


@dataclass(frozen=True, slots=True)
class Trial:
    address: str = ""


class ChannelTrialBody(Schema):
    makes = Trial
    address = fields.Text(
        most=200, load_default="", metadata={"description": "Of a personal channel: an e-mail address or a number."}
    )


class PolicyBody(Schema):
    """Quiet hours and reminders by the town's clock, in minutes of the day; null switches a reminder off."""

    makes = TellingPolicy
    quiet_from = fields.Whole(required=True, least=0, most=DAY_MINUTES - 1)
    quiet_until = fields.Whole(
        required=True, least=0, most=DAY_MINUTES - 1, metadata={"description": "Equal to quiet_from: no quiet hours."}
    )
    evening_at = fields.Whole(required=True, least=0, most=DAY_MINUTES - 1, allow_none=True)
    before_minutes = fields.Whole(required=True, least=15, most=DAY_MINUTES, allow_none=True)
    confirm_hours = fields.Whole(required=True, least=1, most=48, allow_none=True)
    escalate_hours = fields.Whole(required=True, least=1, most=48, allow_none=True)


class PolicyOut(ma.Schema):
    quiet_from = ma.fields.Integer(required=True)
    quiet_until = ma.fields.Integer(required=True)
    evening_at = ma.fields.Integer(required=True, allow_none=True)
    before_minutes = ma.fields.Integer(required=True, allow_none=True)
    confirm_hours = ma.fields.Integer(required=True, allow_none=True)
    escalate_hours = ma.fields.Integer(required=True, allow_none=True)


@dataclass(frozen=True, slots=True)
class MessagesAsked(Paging):
    state: str | None = None
    kind: str | None = None
    person: str | None = None


class MessagesQuery(PagingQuery):
    makes = MessagesAsked
    state = fields.Choice(*STATES)
    kind = fields.Choice(*MESSAGE_KINDS)
    person = fields.Id()


class TriedOut(ma.Schema):
    channel = ma.fields.String(required=True, allow_none=True)
    name = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True)
    error = ma.fields.Nested(
        TextOut, required=True, allow_none=True, metadata={"description": "null: somebody had it sent once more"}
    )


class MessageOut(ma.Schema):
    id = ma.fields.String(required=True)
    key = ma.fields.String(required=True, metadata={"description": "What it is about; the same is told once"})
    kind = ma.fields.String(required=True)
    to = ma.fields.String(required=True, metadata={"description": "person:ID, role:dispatcher or group:CHANNEL"})
    channel = ma.fields.String(required=True, allow_none=True)
    subject = ma.fields.Nested(TextOut, required=True)
    text = ma.fields.Nested(TextOut, required=True)
    emergency = ma.fields.Boolean(required=True)
    state = ma.fields.String(required=True, metadata={"description": ", ".join(STATES)})
    attempts = ma.fields.Integer(required=True)
    due_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.String(required=True)
    created_by = ma.fields.String(required=True, allow_none=True)
    sent_at = ma.fields.String(required=True, allow_none=True)
    error = ma.fields.Nested(TextOut, required=True, allow_none=True)
    tried = ma.fields.List(
        ma.fields.Nested(TriedOut), required=True, metadata={"description": "Channels that have given up, in order"}
    )


MessagePage = page_of(
    "MessagePage", MessageOut, counts=ma.fields.Dict(required=True, metadata={"description": "State → how many"})
)


class UnconfirmedOut(ma.Schema):
    person = ma.fields.String(required=True)
    duty = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    start = ma.fields.String(required=True)


class UnconfirmedListOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(UnconfirmedOut), required=True)
