"""The outbox: what waits, what was told, what failed and why; who has not said 收到."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import can, may, store, town_or_404
from api.language import language
from api.outbox import asked, unconfirmed, visible
from models import telling_texts as words
from models.errors import Conflict
from models.outbox import MESSAGE_KINDS, STATES, Posted
from models.reminders import Unconfirmed
from models.telling_texts import Names
from scheduler.text import Text

from .routes import blueprint, say

PAGE_SIZE = 50
MOST_UNCONFIRMED = 200
KIND_WORDS: dict[str, Text] = {
    "roster_published": Text("班表发布", "Roster published"),
    "roster_changed": Text("班表变动", "Roster changed"),
    "reminder": Text("提醒", "Reminder"),
    "confirmation_wanted": Text("请确认", "Confirmation wanted"),
    "call_out": Text("紧急补位", "Call-out"),
    "seat_open": Text("空缺席位", "Open seat"),
    "exchange": Text("换班", "Exchange"),
    "absence": Text("请假", "Drop-out"),
    "digest": Text("其他通知", "Other notices"),
}
STATE_WORDS: dict[str, Text] = {
    "waiting": Text("待发", "Waiting"),
    "sending": Text("发送中", "Being sent"),
    "sent": Text("已发", "Sent"),
    "on_page": Text("仅在页面", "On the page only"),
    "failed": Text("失败", "Failed"),
    "expired": Text("过期未发", "Too late"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
ROLE_WORDS = Text("调度人员", "Dispatchers")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a message's history, in words; the instant is local."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message as the page shows it; instants are local."""

    message: Posted
    to: str
    channel: str
    due: datetime
    sent: datetime | None
    retriable: bool
    history: tuple[Step, ...] = ()
    """What was tried before the present channel."""
    instead: str = ""
    """The first channel, when another one told it in the end."""

    @property
    def subject(self) -> str:
        return self.message.subject.in_language(language())

    @property
    def text(self) -> str:
        return self.message.text.in_language(language())


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has not said 收到, in words."""

    name: str
    moment: str
    place: str
    position: str


@blueprint.get("/towns/<town>/messages")
@may("tell")
def messages(town: str) -> ResponseReturnValue:
    """The outbox, by state and kind."""
    state, kind = (request.args.get(name, "") for name in ("state", "kind"))
    wanted = asked(state if state in STATES else None, kind if kind in MESSAGE_KINDS else None)
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 100_000 else 1
    found = store().outbox.page(town, wanted, number, PAGE_SIZE)
    missing = unconfirmed(town)
    return render_template(
        "telling.html",
        town=town_or_404(town),
        lines=_lines(town, found.items),
        total=found.total,
        page=number,
        pages=ceil(found.total / PAGE_SIZE),
        counts=store().outbox.counts(town, wanted),
        chosen={"state": wanted.state or "", "kind": wanted.kind or ""},
        states=STATE_WORDS,
        kinds=KIND_WORDS,
        missing=_missing(town, missing[:MOST_UNCONFIRMED]),
        missing_count=len(missing),
        quiet=_quiet_until(town),
    )


@blueprint.post("/towns/<town>/messages/<message>/retry")
@may("tell")
def retry_message(town: str, message: str) -> ResponseReturnValue:
    return _acted(town, visible(town, message), store().outbox.retry, _("已放回发件箱，到时间就发。"))


@blueprint.post("/towns/<town>/messages/<message>/withdraw")
@may("tell")
def withdraw_message(town: str, message: str) -> ResponseReturnValue:
    return _acted(town, visible(town, message), store().outbox.withdraw, _("已撤回，不会再发。"))


def _acted(town: str, found: Posted, act: Any, done: str) -> ResponseReturnValue:
    try:
        act(town, found.id)
        flash(done, "ok")
    except Conflict:
        flash(_("这条消息刚才已有变化，没有改动；现在的状态如下。"), "warning")
    state, kind, page = (request.form.get(name) or None for name in ("state", "kind", "page"))
    return redirect(url_for("pages.messages", town=town, state=state, kind=kind, page=page), 303)


def _lines(town: str, found: Iterable[Posted]) -> list[Line]:
    listed = list(found)
    zone, now = ZoneInfo(town_or_404(town).zone), store().database.now()
    people = {m.to.partition(":")[2] for m in listed if m.to.startswith("person:")}
    names = store().things.named(town, {"people": people}) if can("see_people") else {}
    channels = {s.value.id: s.value.name for s in store().channels.list(town)}
    return [
        Line(
            message,
            _recipient(message, names, channels),
            channels.get(message.channel or "", ""),
            message.due_at.astimezone(zone),
            message.sent_at.astimezone(zone) if message.sent_at else None,
            message.state in ("failed", "on_page", "withdrawn") and not (message.expires_at or now) < now,
            _history(message, zone),
            next((one.name for one in message.tried if one.error), "") if message.state == "sent" else "",
        )
        for message in listed
    ]


def _history(message: Posted, zone: ZoneInfo) -> tuple[Step, ...]:
    return tuple(
        Step(
            one.at.astimezone(zone),
            _("“%(name)s”试了 %(num)s 次没有成功：%(why)s", name=one.name, num=one.attempts, why=say(one.error))
            if one.error
            else _("又发了一遍"),
        )
        for one in message.tried
    )


def _recipient(message: Posted, names: Names, channels: dict[str, str]) -> str:
    noun, _colon, which = message.to.partition(":")
    if noun == "person":
        return words.name("people", which, names).in_language(language())
    if noun == "role":
        return say(ROLE_WORDS)
    if noun == "test":
        channel, _colon, address = which.partition(":")
        return address or channels.get(channel, channel)
    return channels.get(which, _("所有群")) if which else _("所有群")


def _missing(town: str, found: list[Unconfirmed]) -> list[Missing]:
    zone = ZoneInfo(town_or_404(town).zone)
    names = store().things.named(
        town,
        {
            "people": {u.person for u in found},
            "positions": {u.position for u in found},
            "posts": {u.duty.post for u in found if u.duty.post},
        },
    )
    return [
        Missing(
            say(words.name("people", u.person, names)),
            say(words.moment(u.duty, zone)),
            say(words.place(u.duty, names)),
            say(words.name("positions", u.position, names)),
        )
        for u in found
    ]


def _quiet_until(town: str) -> str:
    """Until when it is quiet now; empty when it is not."""
    policy = store().channels.policy(town).value
    local = store().database.now().astimezone(ZoneInfo(town_or_404(town).zone))
    if not policy.quiet(local.hour * 60 + local.minute):
        return ""
    return clock_of(policy.quiet_until)


def clock_of(minute: int | None) -> str:
    """07:00 of a minute of the day; empty for none."""
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"
