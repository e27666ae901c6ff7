"""Channels, quiet hours and reminders: the forms of who administers a town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import channels as keeper
from api.access import may, store, town_or_404
from api.errors import ApiError, invalid
from api.messages import faults_of
from api.schemas.telling import ChannelBody, PolicyBody
from api.store_errors import translated
from models.channel_kinds import CHANNEL_KINDS, KINDS, LANGUAGES, REACHES, ChannelKind
from models.channel_order import line
from models.channels import Channel
from models.errors import Conflict, NotFound
from models.outbox import MESSAGE_KINDS, Posted
from models.records import Stored
from models.webhooks import EVENTS
from scheduler.document import DocumentError, Fault
from scheduler.text import Text

from .routes import blueprint, say
from .telling import KIND_WORDS, STATE_WORDS, clock_of

EVENT_WORDS: dict[str, Text] = {
    "roster.published": Text("班表已发布", "A roster was published"),
    "roster.amended": Text("已发布的班表换了人", "Seats of a published roster changed hands"),
    "absence.reported": Text("有人请假", "Somebody cannot come"),
    "vacancy.opened": Text("出现新的缺口", "A seat became vacant"),
    "message.failed": Text("消息没有发出去", "A message could not be sent"),
    "test": Text("测试", "Test"),
}
REFUSED = (ApiError, DocumentError, Conflict)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel where it stands among those that are tried for the same messages."""

    channel: Channel
    turn: int
    """1 is tried first."""
    of: int

    @property
    def stands_in(self) -> bool:
        return self.channel.instead_of is not None

    @property
    def moves(self) -> tuple[bool, bool]:
        """Whether it can be put further up, and further down, among its like."""
        first = 2 if self.stands_in else 1
        movable = self.stands_in or self.channel.reach == "personal"
        return movable and self.turn > first, movable and self.turn < self.of


@blueprint.get("/towns/<town>/channels")
@may("edit_channels")
def channels(town: str) -> ResponseReturnValue:
    return _page(town)


@blueprint.post("/towns/<town>/telling-policy")
@may("edit_channels")
def telling_policy(town: str) -> ResponseReturnValue:
    """Quiet hours and reminders, as clock times."""
    form = request.form
    values: dict[str, Any] = {
        "quiet_from": _minute(form.get("quiet_from", "")),
        "quiet_until": _minute(form.get("quiet_until", "")),
        "evening_at": _minute(form.get("evening_at", "")) if form.get("evening") else None,
        "before_minutes": _number(form.get("before_minutes", "")) if form.get("before") else None,
        "confirm_hours": _number(form.get("confirm_hours", "")) if form.get("confirm") else None,
        "escalate_hours": _number(form.get("escalate_hours", "")) if form.get("escalate") else None,
    }
    try:
        store().channels.set_policy(town, loaded(PolicyBody(), values), revision())
    except REFUSED as error:
        return _page(town, error), 422
    flash(_("已保存静默时段和提醒。"), "ok")
    return redirect(url_for("pages.channels", town=town), 303)


@blueprint.route("/towns/<town>/channels/new/<kind>", methods=["GET", "POST"])
@may("edit_channels")
def new_channel(town: str, kind: ChannelKind) -> ResponseReturnValue:
    """The form of a kind; what it says becomes a channel."""
    if kind not in CHANNEL_KINDS:
        raise NotFound("channel", kind)
    if request.method == "GET":
        return _form(town, kind)
    try:
        made = keeper.add(town, loaded(ChannelBody(), _sent(kind)))
    except REFUSED as error:
        return _form(town, kind, error=error), 422
    flash(_("已添加“%(name)s”。发一条测试消息看看。", name=made.value.name), "ok")
    return redirect(url_for("pages.one_channel", town=town, channel=made.value.id), 303)


@blueprint.route("/towns/<town>/channels/<channel>", methods=["GET", "POST"])
@may("edit_channels")
def one_channel(town: str, channel: str) -> ResponseReturnValue:
    held = store().channels.get(town, channel)
    if request.method == "GET":
        return _form(town, held.value.kind, held)
    try:
        changed = keeper.change(town, channel, loaded(ChannelBody(), _sent(held.value.kind)), revision())
    except REFUSED as error:
        return _form(town, held.value.kind, held, error), 422
    flash(_("已保存“%(name)s”。", name=changed.value.name), "ok")
    return redirect(url_for("pages.one_channel", town=town, channel=channel), 303)


@blueprint.post("/towns/<town>/channels/<channel>/test")
@may("edit_channels")
def test_channel(town: str, channel: str) -> ResponseReturnValue:
    held = store().channels.get(town, channel)
    try:
        message = keeper.trial(town, channel, request.form.get("address", ""))
    except ApiError as error:
        return _form(town, held.value.kind, held, error), 422
    return redirect(url_for("pages.one_channel", town=town, channel=channel, test=message.id), 303)


@blueprint.post("/towns/<town>/channels/<channel>/move")
@may("edit_channels")
def move_channel(town: str, channel: str) -> ResponseReturnValue:
    """One place up or down among those that are tried for the same messages."""
    held = [stored.value for stored in store().channels.list(town)]
    own = next((one for one in held if one.id == channel), None)
    if own is None:
        raise NotFound("channel", channel)
    like = [one.id for one in held if (one.reach, one.instead_of) == (own.reach, own.instead_of)]
    at, by = like.index(channel), -1 if request.form.get("up") else 1
    if 0 <= at + by < len(like):
        like[at], like[at + by] = like[at + by], like[at]
        others = iter(like)
        store().channels.reorder(town, [next(others) if one.id in like else one.id for one in held])
    return redirect(url_for("pages.channels", town=town, _anchor="channels-heading"), 303)


@blueprint.post("/towns/<town>/channels/<channel>/remove")
@may("edit_channels")
def remove_channel(town: str, channel: str) -> ResponseReturnValue:
    held = store().channels.get(town, channel)
    try:
        store().channels.remove(town, channel, revision())
    except Conflict as error:
        return _form(town, held.value.kind, held, error), 409
    flash(_("已删除“%(name)s”。", name=held.value.name), "ok")
    return redirect(url_for("pages.channels", town=town), 303)


def _page(town: str, error: Exception | None = None) -> str:
    policy = store().channels.policy(town)
    channels = [stored.value for stored in store().channels.list(town)]
    webhooks = [stored.value for stored in store().webhooks.list(town)]
    return render_template(
        "telling_channels.html",
        town=town_or_404(town),
        places=_places(channels),
        names={one.id: one.name for one in channels},
        webhooks=webhooks,
        locked=[one.name for one in channels if one.locked] + [one.name for one in webhooks if one.locked],
        kinds=KINDS,
        reaches=REACHES,
        events=EVENTS,
        event_words=EVENT_WORDS,
        policy=policy.value,
        revision=policy.revision,
        clock_of=clock_of,
        troubles=troubles(error),
    )


def _places(channels: Sequence[Channel]) -> list[Place]:
    """Personal channels in their order; each of a group or the staff with those that stand in for it."""
    found: list[Place] = []
    personal = [one for one in channels if one.reach == "personal"]
    lines = [personal] + [
        line(channels, one.id)
        for reach in REACHES
        for one in channels
        if one.reach == reach != "personal" and one.instead_of is None
    ]
    for tried in lines:
        found += [Place(one, turn, len(tried)) for turn, one in enumerate(tried, 1)]
    return found


def _form(town: str, kind: ChannelKind, held: Stored[Channel] | None = None, error: Exception | None = None) -> str:
    channel, sent = (held.value if held else None), (request.form if error else None)
    return render_template(
        "telling_channel.html",
        town=town_or_404(town),
        kind=kind,
        said=KINDS[kind],
        channel=channel,
        firsts=_firsts(town, channel),
        revision=held.revision if held else 0,
        reaches=REACHES,
        languages=LANGUAGES,
        message_kinds=KIND_WORDS,
        sent=sent if sent and "name" in sent else None,
        test=_tested(town, channel, request.args.get("test", "")),
        states=STATE_WORDS,
        troubles=troubles(error, kind),
    )


def _firsts(town: str, own: Channel | None) -> list[Channel]:
    """The channels for which this one could stand in."""
    held = [stored.value for stored in store().channels.list(town)]
    if own is not None and any(one.instead_of == own.id for one in held):
        return []
    others = [one for one in held if own is None or one.id != own.id]
    return [one for one in others if one.reach != "personal" and one.instead_of is None]


def _tested(town: str, channel: Channel | None, message: str) -> Posted | None:
    """The test message that the page was led to, when it is one of this channel."""
    if channel is None or not message:
        return None
    try:
        found = store().outbox.get(town, message)
    except NotFound:
        return None
    return found if found.to.startswith(f"test:{channel.id}:") else None


def _sent(kind: ChannelKind) -> dict[str, Any]:
    form = request.form
    fields = {asked.name: form.get(f"field-{asked.name}", "").strip() for asked in KINDS[kind].fields}
    return {
        "name": form.get("name", "").strip(),
        "kind": kind,
        "reach": form.get("reach", KINDS[kind].reaches[0]),
        "about": [about for about in form.getlist("about") if about in MESSAGE_KINDS],
        "language": form.get("language", "zh"),
        "active": form.get("active", "1") == "1",
        "instead_of": form.get("instead_of") or None,
        "fields": {name: value for name, value in fields.items() if value},
    }


def loaded(schema: ma.Schema, values: dict[str, Any]) -> Any:
    """What the API would take, judged by its own schema. Raises ApiError (422)."""
    try:
        return schema.load(values)
    except ma.ValidationError as error:
        raise invalid(Fault(*parts) for parts in faults_of(error.normalized_messages())) from None


def revision() -> int:
    """The revision that the form was made of; one that nothing has when it does not say."""
    written = request.form.get("revision", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else -1


def troubles(error: Exception | None, kind: ChannelKind | None = None) -> list[str]:
    """What is wrong with a form, in sentences."""
    if error is None:
        return []
    found = error if isinstance(error, ApiError) else translated(error)
    return [f"{_label(f.path, kind)}{say(f.text)}" for f in found.faults] or [say(found.sentence())]


def _label(path: str, kind: ChannelKind | None) -> str:
    """What a field is called on the page, with its colon."""
    names = {
        "name": _("名称"),
        "reach": _("发给谁"),
        "instead_of": _("备用"),
        "address": _("测试地址"),
        "url": _("网址"),
        "events": _("事件"),
        "quiet_from": _("静默开始"),
        "quiet_until": _("静默结束"),
        "evening_at": _("前一晚的提醒"),
        "before_minutes": _("上岗前的提醒"),
        "confirm_hours": _("催确认"),
        "escalate_hours": _("报告调度人员"),
    }
    own = {f"fields.{asked.name}": say(asked.label) for asked in KINDS[kind].fields} if kind else {}
    name = (names | own).get(path) or names.get(path.partition("[")[0])
    return _("%(field)s：", field=name) if name else ""


def _minute(written: str) -> int | str:
    """08:30 as a minute of the day; what is no clock time stays as it is, for the schema to refuse."""
    hour, colon, minute = written.partition(":")
    if colon and hour.isdigit() and minute.isdigit() and len(written) <= 5 and int(hour) < 24 and int(minute) < 60:
        return int(hour) * 60 + int(minute)
    return written


def _number(written: str) -> int | str:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else written
