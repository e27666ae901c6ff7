"""How a town tells people: its channels, quiet hours and reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import url_for
from flask.views import MethodView

from models.channel_kinds import EMAIL
from models.channels import Channel, NewChannel, TellingPolicy
from models.outbox import Asked, Message, Posted
from models.records import Stored
from scheduler.text import Text

from .access import actor, may, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import fault, invalid
from .outside import refuse_channel
from .schemas.telling import (
    ChannelBody,
    ChannelOrderBody,
    ChannelOut,
    ChannelsOut,
    ChannelTrialBody,
    MessageOut,
    Order,
    PolicyBody,
    PolicyOut,
    Trial,
)
from .things import Answer
from .wire import instant, said

blueprint = Blueprint("channels", __name__, url_prefix="/api/v1/towns/<town>", description="Channels, quiet hours")
TRIAL_HOURS = 1
TRIAL = Text("这是三班的一条测试消息，收到说明渠道可用。", "This is a test message of Sanban: the channel works.")


def add(town: str, wanted: NewChannel) -> Stored[Channel]:
    """Raises ApiError, DocumentError (422), each with all faults."""
    refuse_channel(wanted.kind, wanted.fields)
    return store().channels.add(town, wanted)


def change(town: str, channel: str, wanted: NewChannel, revision: int) -> Stored[Channel]:
    """Raises NotFound, Conflict, ApiError, DocumentError."""
    refuse_channel(wanted.kind, wanted.fields)
    return store().channels.change(town, channel, wanted, revision)


def trial(town: str, channel: str, address: str) -> Posted:
    """Put a test message into the outbox: it goes the way of all others. Raises NotFound, ApiError (422)."""
    held = store().channels.get(town, channel).value
    if held.reach == "personal" and not _reaches(held, address):
        raise invalid([fault("address", "bad_address")])
    key = f"test/{uuid4()}"
    message = Message(
        key=key, kind="digest", to=f"test:{channel}:{address.strip()}", subject=Text("测试", "Test"), text=TRIAL,
        emergency=True, expires=store().database.now() + timedelta(hours=TRIAL_HOURS),
    )  # fmt: skip
    store().outbox.put(town, [message], actor().id)
    return store().outbox.page(town, Asked(key=key)).items[0]


def _reaches(channel: Channel, address: str) -> bool:
    address = address.strip()
    if channel.kind == "sms":
        return 7 <= sum(c.isdigit() for c in address) <= 15
    return EMAIL.fullmatch(address) is not None or channel.kind == "webhook"


def channel_json(channel: Channel) -> dict[str, Any]:
    """A channel without what must not be shown."""
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "reach": channel.reach,
        "about": list(channel.about),
        "language": channel.language,
        "active": channel.active,
        "instead_of": channel.instead_of,
        "fields": channel.fields,
        "secrets": sorted(channel.held),
        "locked": sorted(channel.locked),
        "created_at": instant(channel.created_at),
    }


def message_json(message: Posted) -> dict[str, Any]:
    """A message as it lies in the outbox."""
    return {
        "id": message.id,
        "key": message.key,
        "kind": message.kind,
        "to": message.to,
        "channel": message.channel,
        "subject": message.subject.as_json(),
        "text": message.text.as_json(),
        "emergency": message.emergency,
        "state": message.state,
        "attempts": message.attempts,
        "due_at": instant(message.due_at),
        "expires_at": instant(message.expires_at),
        "created_at": instant(message.created_at),
        "created_by": message.created_by,
        "sent_at": instant(message.sent_at),
        "error": said(message.error),
        "tried": [
            {"channel": t.channel, "name": t.name, "attempts": t.attempts, "at": instant(t.at), "error": said(t.error)}
            for t in message.tried
        ],
    }


@blueprint.route("/channels")
class Channels(MethodView):
    @may("edit_channels")
    @blueprint.response(200, ChannelsOut)
    def get(self, town: str) -> dict[str, Any]:
        """List the channels; secrets are never shown"""
        return _listed(town)

    @may("edit_channels")
    @versioned
    @blueprint.arguments(ChannelBody)
    @blueprint.response(201, ChannelOut)
    def post(self, body: NewChannel, town: str) -> Answer:
        """Add a channel"""
        made = add(town, body)
        where = {"Location": url_for("channels.OneChannel", town=town, channel=made.value.id)}
        return channel_json(made.value), 201, tag(made.revision) | where


@blueprint.route("/channels/order")
class ChannelOrder(MethodView):
    @may("edit_channels")
    @blueprint.arguments(ChannelOrderBody)
    @blueprint.response(200, ChannelsOut)
    def post(self, body: Order, town: str) -> dict[str, Any]:
        """Say in which order channels are tried"""
        store().channels.reorder(town, body.channels)
        return _listed(town)


def _listed(town: str) -> dict[str, Any]:
    held = store().channels.list(town)
    return {"items": [channel_json(s.value) for s in held], "revisions": {s.value.id: s.revision for s in held}}


@blueprint.route("/channels/<channel>")
class OneChannel(MethodView):
    @may("edit_channels")
    @versioned
    @blueprint.response(200, ChannelOut)
    def get(self, town: str, channel: str) -> Answer:
        """Get a channel"""
        held = store().channels.get(town, channel)
        return channel_json(held.value), 200, tag(held.revision)

    @may("edit_channels")
    @versioned
    @blueprint.arguments(ChannelBody)
    @blueprint.response(200, ChannelOut)
    def put(self, body: NewChannel, town: str, channel: str) -> Answer:
        """Replace a channel; secrets that are left out stay, unless another server would get them"""
        held = change(town, channel, body, expected())
        return channel_json(held.value), 200, tag(held.revision)

    @may("edit_channels")
    @versioned
    @blueprint.response(204)
    def delete(self, town: str, channel: str) -> None:
        """Remove a channel"""
        store().channels.remove(town, channel, expected())


@blueprint.route("/channels/<channel>/test")
class ChannelTest(MethodView):
    @may("edit_channels")
    @blueprint.arguments(ChannelTrialBody)
    @blueprint.response(202, MessageOut)
    def post(self, body: Trial, town: str, channel: str) -> tuple[dict[str, Any], int]:
        """Send a test message; the answer is where it lies in the outbox"""
        return message_json(trial(town, channel, body.address)), 202


@blueprint.route("/telling-policy")
class Policy(MethodView):
    @may("tell", "edit_channels")
    @versioned
    @blueprint.response(200, PolicyOut)
    def get(self, town: str) -> Answer:
        """Quiet hours and reminders"""
        held = store().channels.policy(town)
        return held.value, 200, tag(held.revision)

    @may("edit_channels")
    @versioned
    @blueprint.arguments(PolicyBody)
    @blueprint.response(200, PolicyOut)
    def put(self, body: TellingPolicy, town: str) -> Answer:
        """Replace quiet hours and reminders"""
        held = store().channels.set_policy(town, body, expected())
        return held.value, 200, tag(held.revision)
