"""One post handed over to the outside, through Apprise: robots, e-mail, text messages; a town's own system directly.

Every address that somebody of a town entered goes through border/outbound.py. Apprise's own log is kept out of ours:
it would hold keys and addresses.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from apprise.exception import AppriseException
from apprise.plugins.email import NotifyEmail
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage

from border.outbound import Allowed, Refused, checked_mail_host
from models.digests import Post
from scheduler.text import Text

from .robots import ROBOTS, NotTaken, answer_of

WRONG_FIELDS = Text(
    "渠道的设置不完整或无效，请重新填写。", "The channel's fields are incomplete or wrong; enter them again."
)
NO_MAIL = Text(
    "邮件服务器没有接受：请检查服务器、端口、加密方式和授权码。",
    "The mail server has not taken it: look at server, port, encryption and password.",
)
NO_SMS = Text("短信服务商没有接受。", "The provider of text messages has not taken it.")
TIMEOUTS = {"rto": "10", "cto": "10"}
"""Seconds that the other side may keep us waiting: for an answer, for a connection."""
_STATUS = re.compile(r"error=(\d{3})")


class _Listener(logging.Handler):
    """Remembers the status that a failed call was answered with; of the words nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        self.status = found[1] if found else self.status


@contextmanager
def _listening() -> Iterator[_Listener]:
    logger, listener = logging.getLogger("apprise"), _Listener()
    logger.propagate = False
    logger.addHandler(listener)
    try:
        yield listener
    finally:
        logger.removeHandler(listener)


def deliver(post: Post, piece: str, allowed: Allowed) -> None:
    """Hand one piece of a post over. Raises NotTaken."""
    try:
        _deliver(post, piece, allowed)
    except Refused as refused:
        lasting = refused.code not in ("unreachable", "unknown_host")
        raise NotTaken(refused.text, lasting=lasting) from refused


def _deliver(post: Post, piece: str, allowed: Allowed) -> None:
    kind, made = post.channel.kind, post.channel.fields | post.channel.secrets
    if kind == "webhook":
        answer_of(made["url"], webhook_body(post, piece), {}, allowed)
        return
    if kind == "email":
        checked_mail_host(made["host"], int(made["port"]), allowed)
    with _listening() as heard:
        plugin = _plugin(kind, address(post), made)
        if kind in ROBOTS:
            plugin.hand_over(piece, allowed)
            return
        if plugin.notify(body=piece, title=post.subject if kind == "email" else ""):
            return
    raise NotTaken(_why(kind, heard.status))


def _plugin(kind: str, url: str, made: dict[str, str]) -> Any:
    """Apprise's plugin for an address; only those that we know, for loading all hundred takes seconds and memory."""
    known = {"email": NotifyEmail, "sms": NotifyVonage if made.get("provider") == "vonage" else NotifyTwilio}
    plugin: Any = ROBOTS.get(kind) or known[kind]
    try:
        return plugin(**plugin.parse_url(url))
    except (AppriseException, TypeError):
        raise NotTaken(WRONG_FIELDS, lasting=True) from None


def _why(kind: str, status: str | None) -> Text:
    text = NO_MAIL if kind == "email" else NO_SMS
    return text if status is None else Text(f"{text.zh}（{status}）", f"{text.en} ({status})")


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
