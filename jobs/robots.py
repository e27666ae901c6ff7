"""Apprise's robots of WeCom, DingTalk and Feishu, made to hear a no: they answer 200 to what they did not take.

An answer of theirs says in its body whether the message was taken (`errcode` or `code` other than 0: too often, a wrong
key, a keyword that is missing). Apprise looks at the status alone, so that such a message would count as told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from border.outbound import Allowed, post
from scheduler.text import Text

from .reasons import NotTaken, answered, robot_said

LONGEST_REASON = 200
HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def answer_of(url: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str], allowed: Allowed) -> bytes:
    """What a checked address answers to a POST; raises NotTaken for anything but 2xx, Refused."""
    sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    answer = post(url, sent, {**HEADERS, **headers}, allowed=allowed)
    if not 200 <= answer.status < 300:
        raise answered(answer.status)
    return answer.body


def said_yes(answer: bytes) -> None:
    """Raises NotTaken when a robot says in its answer that it has not taken the message."""
    try:
        body = json.loads(answer)
    except ValueError:
        raise NotTaken(Text("对方的回答无法理解。", "The other side's answer makes no sense.")) from None
    code = body.get("errcode", body.get("code", body.get("StatusCode", 0))) if isinstance(body, dict) else None
    if code != 0:
        words = str((body.get("errmsg") or body.get("msg") or "") if isinstance(body, dict) else "")[:LONGEST_REASON]
        raise robot_said(code, words)


class WeComRobot(NotifyWeComBot):
    """`wecombot://KEY`."""

    def hand_over(self, body: str, allowed: Allowed) -> None:
        """Raises NotTaken, Refused."""
        said_yes(answer_of(self.api_url, {"msgtype": "text", "text": {"content": body}}, {}, allowed))


class DingTalkRobot(NotifyDingTalk):
    """`dingtalk://SECRET@TOKEN`, or without a secret."""

    def hand_over(self, body: str, allowed: Allowed) -> None:
        """Raises NotTaken, Refused."""
        url = self.notify_url.format(token=self.token)
        if self.secret:
            timestamp, signature = self.get_signature()
            url += f"&timestamp={timestamp}&sign={signature}"
        said_yes(answer_of(url, {"msgtype": "text", "text": {"content": body}}, {}, allowed))


class FeishuRobot(NotifyFeishu):
    """`feishu://TOKEN`."""

    def hand_over(self, body: str, allowed: Allowed) -> None:
        """Raises NotTaken, Refused."""
        url = self.notify_url.format(token=self.token)
        said_yes(answer_of(url, {"msg_type": "text", "content": {"text": body}}, {}, allowed))


ROBOTS: dict[str, type[WeComRobot] | type[DingTalkRobot] | type[FeishuRobot]] = {
    "wecom_robot": WeComRobot,
    "dingtalk_robot": DingTalkRobot,
    "feishu_robot": FeishuRobot,
}
