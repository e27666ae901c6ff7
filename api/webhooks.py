"""Webhooks: programs elsewhere that hear of what happens in a town. How a call looks: docs/telling.md."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from models.records import Stored
from models.webhooks import Delivery, NewWebhook, Webhook

from .access import actor, may, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .idempotency import shows_once
from .outside import refuse_address
from .schemas.paging import Paging, PagingQuery
from .schemas.webhooks import DeliveryPage, NewWebhookOut, WebhookBody, WebhookOut, WebhooksOut
from .things import Answer
from .wire import instant, said

blueprint = Blueprint("webhooks", __name__, url_prefix="/api/v1/towns/<town>/webhooks", description="Webhooks")


def add(town: str, wanted: NewWebhook) -> tuple[Stored[Webhook], str]:
    """With the secret. Raises ApiError, DocumentError (422)."""
    refuse_address("url", wanted.url)
    return store().webhooks.add(town, wanted)


def change(town: str, webhook: str, wanted: NewWebhook, revision: int) -> Stored[Webhook]:
    """Raises NotFound, Conflict, ApiError, DocumentError (422)."""
    refuse_address("url", wanted.url)
    return store().webhooks.change(town, webhook, wanted, revision)


def trial(town: str, webhook: str) -> int:
    """Call it with an event `test`; 0 when it is switched off. Raises NotFound."""
    store().webhooks.get(town, webhook)
    return store().webhooks.emit(town, "test", {"asked_by": actor().id}, only=webhook)


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """A webhook without its secret."""
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "active": webhook.active,
        "locked": webhook.locked,
        "created_at": instant(webhook.created_at),
    }


def delivery_json(one: Delivery) -> dict[str, Any]:
    """A call with what came of it."""
    return {
        "id": one.id,
        "event": one.event,
        "state": one.state,
        "attempts": one.attempts,
        "due_at": instant(one.due_at),
        "created_at": instant(one.created_at),
        "sent_at": instant(one.sent_at),
        "status": one.status,
        "error": said(one.error),
    }


@blueprint.route("")
class Webhooks(MethodView):
    @may("edit_channels")
    @blueprint.response(200, WebhooksOut)
    def get(self, town: str) -> dict[str, Any]:
        """List the webhooks"""
        held = store().webhooks.list(town)
        return {
            "items": [webhook_json(s.value) for s in held],
            "revisions": {s.value.id: s.revision for s in held},
        }

    @may("edit_channels")
    @shows_once
    @versioned
    @blueprint.arguments(WebhookBody)
    @blueprint.response(201, NewWebhookOut)
    def post(self, body: NewWebhook, town: str) -> Answer:
        """Register an address; the secret that signs its calls is shown this once"""
        made, secret = add(town, body)
        where = {"Location": url_for("webhooks.OneWebhook", town=town, webhook=made.value.id)}
        return webhook_json(made.value) | {"secret": secret}, 201, tag(made.revision) | where


@blueprint.route("/<webhook>")
class OneWebhook(MethodView):
    @may("edit_channels")
    @versioned
    @blueprint.response(200, WebhookOut)
    def get(self, town: str, webhook: str) -> Answer:
        """Get a webhook"""
        held = store().webhooks.get(town, webhook)
        return webhook_json(held.value), 200, tag(held.revision)

    @may("edit_channels")
    @versioned
    @blueprint.arguments(WebhookBody)
    @blueprint.response(200, WebhookOut)
    def put(self, body: NewWebhook, town: str, webhook: str) -> Answer:
        """Replace a webhook; its secret stays"""
        held = change(town, webhook, body, expected())
        return webhook_json(held.value), 200, tag(held.revision)

    @may("edit_channels")
    @versioned
    @blueprint.response(204)
    def delete(self, town: str, webhook: str) -> None:
        """Remove a webhook with the log of its calls"""
        store().webhooks.remove(town, webhook, expected())


@blueprint.route("/<webhook>/secret")
class WebhookSecret(MethodView):
    @may("edit_channels")
    @shows_once
    @versioned
    @blueprint.response(200, NewWebhookOut)
    def put(self, town: str, webhook: str) -> Answer:
        """Make another secret; it is shown this once and signs from the next call on"""
        held, secret = store().webhooks.renew(town, webhook, expected())
        return webhook_json(held.value) | {"secret": secret}, 200, tag(held.revision)


@blueprint.route("/<webhook>/test")
class WebhookTest(MethodView):
    @may("edit_channels")
    @blueprint.response(202)
    def post(self, town: str, webhook: str) -> tuple[dict[str, int], int]:
        """Call it with an event `test`"""
        return {"calls": trial(town, webhook)}, 202


@blueprint.route("/<webhook>/deliveries")
class Deliveries(MethodView):
    @may("edit_channels")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, DeliveryPage)
    def get(self, query: Paging, town: str, webhook: str) -> dict[str, Any]:
        """The calls of a webhook, the latest first"""
        page = store().webhooks.deliveries(town, webhook, query.page, query.page_size)
        return {
            "items": [delivery_json(one) for one in page.items],
            "page": page.page,
            "page_size": page.page_size,
            "total": page.total,
        }
