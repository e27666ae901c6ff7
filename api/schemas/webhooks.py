"""Webhooks and their calls."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from models.webhooks import EVENTS, NewWebhook

from .. import fields
from .base import Schema, TextOut
from .paging import page_of


class WebhookBody(Schema):
    name = fields.Text(required=True, least=1, most=100)
    url = fields.Text(required=True, least=1, most=2000, metadata={"description": "Begins with https://"})
    events = fields.List(fields.Choice(*EVENTS), least=1, most=len(EVENTS), required=True)
    active = fields.Flag(load_default=True)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewWebhook:
        return NewWebhook(**data | {"events": tuple(dict.fromkeys(data["events"]))})


class WebhookOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    events = ma.fields.List(ma.fields.String(), required=True)
    active = ma.fields.Boolean(required=True)
    locked = ma.fields.Boolean(
        required=True, metadata={"description": "Its secret cannot be read any more: it needs a new one"}
    )
    created_at = ma.fields.String(required=True)


class NewWebhookOut(WebhookOut):
    secret = ma.fields.String(required=True, metadata={"description": "Signs the calls; shown this once"})


class WebhooksOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(WebhookOut), required=True)
    revisions = ma.fields.Dict(required=True, metadata={"description": "id → revision"})


class DeliveryOut(ma.Schema):
    id = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"description": "waiting, sending, sent, failed or expired"})
    attempts = ma.fields.Integer(required=True)
    due_at = ma.fields.String(required=True)
    created_at = ma.fields.String(required=True)
    sent_at = ma.fields.String(required=True, allow_none=True)
    status = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "What was answered last"})
    error = ma.fields.Nested(TextOut, required=True, allow_none=True)


DeliveryPage = page_of("DeliveryPage", DeliveryOut)
