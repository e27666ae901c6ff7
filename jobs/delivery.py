"""One post handed over to the outside, through Apprise: robots, e-mail, text messages; a town's own system directly.

Every address that somebody of a town entered goes through border/outbound.py, and Apprise connects to what was judged
there alone (border/pinning.py). Apprise's own log is kept out of ours: it would hold keys and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from apprise.exception import AppriseException
from apprise.plugins.email import NotifyEmail
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage

from border.outbound import Allowed, Refused, checked_mail_host, checked_pins
from border.pinning import only
from models.digests import Post
from scheduler.text import Text

from .listening import listening
from .reasons import NotTaken, why_no_mail, why_no_text_message
from .robots import ROBOTS, answer_of

WRONG_FIELDS = Text(
    "渠道的设置不完整或无效，请重新填写。", "The channel's fields are incomplete or wrong; enter them again."
)
LOCKED = Text(
    "这个渠道保存的密钥读不出来（加密用的密钥换过）：请到“通知渠道”重新填写。",
    "What this channel keeps cannot be read (the key that sealed it was replaced): enter it anew under “Channels”.",
)
TIMEOUTS = {"rto": "10", "cto": "10"}
"""Seconds that the other side may keep us waiting: for an answer, for a connection."""


def deliver(post: Post, piece: str, allowed: Allowed) -> None:
    """Hand one piece of a post over. Raises NotTaken."""
    try:
        _deliver(post, piece, allowed)
    except Refused as refused:
        lasting = refused.code not in ("unreachable", "unknown_host")
        raise NotTaken(refused.text, lasting=lasting) from refused


def _deliver(post: Post, piece: str, allowed: Allowed) -> None:
    kind, made = post.channel.kind, post.channel.fields | post.channel.secrets
    if post.channel.locked:
        raise NotTaken(LOCKED, lasting=True)
    if kind == "webhook":
        answer_of(made["url"], webhook_body(post, piece), {}, allowed)
        return
    plugin = _plugin(kind, address(post), made)
    if kind in ROBOTS:
        plugin.hand_over(piece, allowed)
    elif kind == "email":
        pins = {made["host"]: checked_mail_host(made["host"], int(made["port"]), allowed)}
        _notify(plugin, pins, piece, post.subject, why_no_mail)
    else:
        called = plugin.notify_url if made["provider"] == "vonage" else plugin.notify_sms_url
        _notify(plugin, checked_pins(called.partition("{")[0], allowed), piece, "", why_no_text_message)


def _notify(
    plugin: Any, pins: Mapping[str, Sequence[str]], body: str, title: str, why: Callable[[str], NotTaken]
) -> None:
    """Raises NotTaken, with the reason that can be made out from what Apprise says to itself."""
    with only(pins), listening() as heard:
        if plugin.notify(body=body, title=title):
            return
    raise why(heard.said)


def _plugin(kind: str, url: str, made: dict[str, str]) -> Any:
    """Apprise's plugin for an address; only those that we know, for loading all hundred takes seconds and memory."""
    known = {"email": NotifyEmail, "sms": NotifyVonage if made.get("provider") == "vonage" else NotifyTwilio}
    plugin: Any = ROBOTS.get(kind) or known[kind]
    try:
        return plugin(**plugin.parse_url(url))
    except (AppriseException, TypeError):
        raise NotTaken(WRONG_FIELDS, lasting=True) from None


def address(post: Post) -> str:
    """The address by which Apprise knows a channel and whom it is for."""
    f = {k: quote(v, safe="") for k, v in (post.channel.fields | post.channel.secrets).items()}
    match post.channel.kind:
        case "wecom_robot":
            return f"wecombot://{f['key']}/"
        case "dingtalk_robot":
            return f"dingtalk://{f['sign']}@{f['token']}/" if "sign" in f else f"dingtalk://{f['token']}/"
        case "feishu_robot":
            return f"feishu://{f['token']}/"
        case "email":
            return _mail(post)
        case "sms" if post.channel.fields["provider"] == "vonage":
            return f"vonage://{f['account']}:{f['token']}@{f['sender']}/{_digits(post.to)}/?{urlencode(TIMEOUTS)}"
        case "sms":
            return f"twilio://{f['account']}:{f['token']}@{f['sender']}/{_digits(post.to)}/?{urlencode(TIMEOUTS)}"
    raise NotTaken(WRONG_FIELDS, lasting=True)


def _mail(post: Post) -> str:
    f = post.channel.fields | post.channel.secrets
    secure = f["security"] != "insecure"
    login = ""
    if "user" in f:
        login = quote(f["user"], safe="") + (f":{quote(f['password'], safe='')}" if "password" in f else "") + "@"
    to = post.to or ",".join(part.strip() for part in f.get("to", "").split(","))
    query = {
        "smtp": f["host"],
        "from": f["sender"],
        "to": to,
        "mode": f["security"],
        "format": "text",
        "+X-Sanban-Key": ",".join(message.id for message in post.messages[:20]),
    } | TIMEOUTS
    return f"{'mailtos' if secure else 'mailto'}://{login}{f['host']}:{f['port']}/?{urlencode(query)}"


def _digits(phone: str) -> str:
    """A number with its country's code, which is China's where none is said."""
    digits = re.sub(r"\D", "", phone)
    return digits if phone.strip().startswith("+") or len(digits) > 11 else f"86{digits}"


def webhook_body(post: Post, piece: str) -> dict[str, Any]:
    """What a system of the town's own is told; the keys let it know a message that comes twice."""
    return {
        "ids": [message.id for message in post.messages],
        "keys": [message.key for message in post.messages],
        "kinds": sorted({message.kind for message in post.messages}),
        "emergency": any(message.emergency for message in post.messages),
        "subject": post.subject,
        "text": piece,
        "to": {"person": post.person, "phone": post.phone, "email": post.to if "@" in post.to else ""}
        if post.channel.reach == "personal"
        else None,
    }
