"""The outbox and its sender, with a real mail server and a real web server, on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage
from hypothesis import given
from hypothesis import strategies as st

from border.outbound import Allowed
from jobs.robots import DingTalkRobot, FeishuRobot, WeComRobot
from jobs.telling import Teller
from models.channels import TellingPolicy
from models.digests import Post, cut
from models.errors import Conflict
from models.leases import PAUSES_MINUTES
from models.webhooks import NewWebhook
from scheduler.text import Text
from tests.models.towns import TOWN

from .conftest import Place


def test_a_message_reaches_its_person_by_mail_once(place: Place) -> None:
    place.mails()
    place.person("p1", email="one@taohua.example")
    for _ in range(2):
        place.put("a")
    assert place.round() == 1
    assert place.round() == 0
    ((to, mail),) = place.mail.mails
    assert to == ["one@taohua.example"]
    assert mail["Subject"] == "消息 a"
    assert mail["X-Sanban-Key"] == place.posted()[0].id
    assert place.mail.texts()[0].strip() == "消息 a"
    assert place.states() == {"a": "sent"}


def test_who_has_no_address_sees_it_on_their_page_alone(place: Place) -> None:
    place.mails()
    place.put("a")
    place.put("b", to="role:dispatcher")
    assert place.round() == 0
    assert place.states() == {"a": "on_page", "b": "on_page"}
    place.person("p1", email="one@taohua.example")
    place.store.outbox.retry(TOWN, place.posted(person="p1")[0].id)
    place.round()
    assert place.states() == {"a": "sent", "b": "on_page"}


def test_it_is_tried_again_after_growing_pauses_and_given_up_in_sight(place: Place) -> None:
    place.group()
    place.store.channels.set_policy(TOWN, TellingPolicy(quiet_from=0, quiet_until=0), 1)
    place.web.answers = [500] * len(PAUSES_MINUTES)
    place.put("a", to="group:all")
    webhook, _ = place.store.webhooks.add(TOWN, _hook(place))
    for minutes in PAUSES_MINUTES:
        assert place.round() == 1
        held = place.posted()[0]
        assert held.state == "waiting"
        assert held.due_at == pytest.approx(place.clock() + timedelta(minutes=minutes), abs=timedelta(seconds=20))
        assert place.round() == 0, "nothing is tried before its time"
        place.clock.advance(minutes=minutes)
    place.web.answers = [500]
    assert place.round() == 2, "the last attempt, and the call that tells of it"
    held = place.posted()[0]
    assert (held.state, held.attempts) == ("failed", len(PAUSES_MINUTES) + 1)
    assert held.error is not None
    assert held.error.zh == "对方回答了状态 500：对方系统有故障，请联系其管理员。"
    event = place.web.heard[-1].json
    assert (event["event"], event["data"]["key"]) == ("message.failed", "a")
    assert place.store.webhooks.deliveries(TOWN, webhook.value.id).items[0].state == "sent"
    place.store.outbox.retry(TOWN, held.id)
    place.round()
    assert place.states() == {"a": "sent"}


def test_a_mail_server_that_says_no_is_asked_again(place: Place) -> None:
    place.mails()
    place.person("p1", email="one@taohua.example")
    place.mail.refusals = 1
    place.put("a")
    place.round()
    held = place.posted()[0]
    assert (held.state, held.attempts) == ("waiting", 1)
    assert held.error is not None
    assert held.error.zh.startswith("邮件服务器现在不收（451）"), "the reason, and what to do"
    place.clock.advance(minutes=2)
    place.round()
    assert place.states() == {"a": "sent"}
    assert len(place.mail.mails) == 1


def test_a_group_hears_one_digest_of_all_that_is_due(place: Place) -> None:
    channel = place.group()
    for key in ("a", "b", "c"):
        place.put(key, to=f"group:{channel.id}")
    assert place.round() == 1
    (heard,) = place.web.heard
    assert heard.json["keys"] == ["a", "b", "c"]
    assert [heard.json["text"].count(f"消息 {key}") for key in "abc"] == [2, 2, 2], "subject and text of each"
    assert heard.json["subject"] == "通知（3 条）"


def test_a_person_hears_in_one_text_what_is_due_at_once_and_nobody_else_s(place: Place) -> None:
    channel = place.mails()
    for person in ("p1", "p2"):
        place.person(person, email=f"{person}@taohua.example")
    place.put("early")
    place.put("other", to="person:p2")
    place.put("late")
    place.put("trial", to=f"test:{channel.id}:p1@taohua.example")
    place.put("again", to=f"test:{channel.id}:p1@taohua.example")
    assert place.round() == 4
    told = {str(mail["Subject"]): (to, text) for (to, mail), text in zip(place.mail.mails, place.mail.texts())}
    assert sorted(told) == ["消息 again", "消息 other", "消息 trial", "通知（2 条）"]
    to, text = told["通知（2 条）"]
    assert to == ["p1@taohua.example"]
    assert text.index("消息 early") < text.index("消息 late")
    assert "other" not in text
    assert told["消息 trial"][0] == ["p1@taohua.example"]
    assert set(place.states().values()) == {"sent"}


def test_a_digest_is_cut_where_the_channel_takes_no_more_and_keeps_its_pace(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WeComRobot, "notify_url", place.web.url("/send") + "?key={key}")
    channel = place.channel("wecom_robot", "group", key="key-of-a-robot-1")
    for i in range(60):
        place.put(f"{i:02}", to=f"group:{channel.id}", text=_long("字" * 300))
    first = place.round()
    assert first == 20, "a robot takes twenty a minute"
    place.clock.advance(seconds=20)
    assert place.round() == 0
    place.clock.advance(seconds=50)
    assert place.round() == 10
    texts = [heard.json["text"]["content"] for heard in place.web.heard]
    assert all(len(text.encode()) <= 2000 for text in texts)
    assert sum(text.count("字" * 300) for text in texts) == 60
    assert set(place.states().values()) == {"sent"}


def test_a_robot_that_answers_200_and_means_no_is_heard(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WeComRobot, "notify_url", place.web.url("/send") + "?key={key}")
    channel = place.channel("wecom_robot", "staff", key="key-of-a-robot-1")
    place.web.said = json.dumps({"errcode": 93000, "errmsg": "invalid webhook url"}).encode()
    place.put("a", to="role:dispatcher", kind="absence")
    place.round()
    held = place.posted()[0]
    assert (held.state, held.channel) == ("failed", channel.id), "trying again with a wrong key cannot help"
    assert held.error is not None
    assert held.error.zh.startswith("机器人没有接受（93000，“invalid webhook url”）：机器人已被移出群或密钥不对")


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_dingtalk_and_feishu_are_spoken_to_as_they_want_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DingTalkRobot, "notify_url", place.web.url("/ding") + "?access_token={token}")
    monkeypatch.setattr(FeishuRobot, "notify_url", place.web.url("/feishu") + "/{token}/")
    ding = place.channel("dingtalk_robot", "group", token="TokenOfDing01", sign="SEC0123456789abcdef")
    feishu = place.channel("feishu_robot", "group", token="Token-Of-Feishu")
    for channel in (ding, feishu):
        place.put(channel.id, to=f"group:{channel.id}", text=_long("大家好"))
    place.round()
    assert set(place.states().values()) == {"sent"}
    told = {urlsplit(heard.path).path: heard for heard in place.web.heard}
    asked = parse_qs(urlsplit(told["/ding"].path).query)
    to_sign = f"{asked['timestamp'][0]}\nSEC0123456789abcdef".encode()
    mark = hmac.new(b"SEC0123456789abcdef", to_sign, hashlib.sha256).digest()
    assert asked == {"access_token": ["TokenOfDing01"], "timestamp": asked["timestamp"], "sign": [_base64(mark)]}
    assert told["/ding"].json["text"]["content"].endswith("大家好")
    assert told["/feishu/Token-Of-Feishu/"].json["content"]["text"].endswith("大家好")


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("provider", "plugin", "account", "where", "path"),
    [
        ("twilio", NotifyTwilio, "AC00000000", "notify_sms_url", "/sms/{sid}"),
        ("vonage", NotifyVonage, "a1b2c3d4", "notify_url", "/sms"),
    ],
)
def test_a_text_message_goes_to_the_number_of_its_person(
    place: Place, monkeypatch: pytest.MonkeyPatch, provider: str, plugin: type, account: str, where: str, path: str
) -> None:
    monkeypatch.setattr(plugin, where, place.web.url(path))
    place.channel(
        "sms", "personal", provider=provider, account=account, token="0123456789abcdef", sender="+8615400000001"
    )
    place.person("p1", phone="154 0000 0002")
    place.put("a")
    place.round()
    assert place.states() == {"a": "sent"}
    (heard,) = place.web.heard
    sent = {name.lower(): value[0] for name, value in parse_qs(heard.body.decode()).items()}
    assert sent["to"].lstrip("+") == "8615400000002"
    assert "消息 a" in (sent.get("body") or sent["text"])


def test_quiet_hours_hold_everything_but_emergencies_until_morning(place: Place) -> None:
    channel = place.group()
    place.at("2026-11-22T22:30")
    place.put("calm", to=f"group:{channel.id}")
    place.put("short", to=f"group:{channel.id}", expires=place.clock() + timedelta(hours=2))
    place.put("alarm", to=f"group:{channel.id}", emergency=True)
    place.round()
    assert place.states() == {"calm": "waiting", "short": "waiting", "alarm": "sent"}
    place.at("2026-11-23T06:59")
    place.round()
    assert place.states() == {"calm": "waiting", "short": "expired", "alarm": "sent"}
    place.at("2026-11-23T07:00")
    place.round()
    assert place.states()["calm"] == "sent"
    assert [heard.json["keys"] for heard in place.web.heard] == [["alarm"], ["calm"]]


def test_a_worker_that_goes_down_gives_back_what_nobody_tried(place: Place) -> None:
    place.mails()
    for i in range(2):
        place.person(f"p{i}", email=f"{i}@taohua.example")
        place.put(f"a{i}", to=f"person:p{i}")
    tried = []

    def closing(post: Post, piece: str, _: Allowed) -> None:
        tried.append(piece)
        teller.close()

    teller = Teller(place.store, Allowed(), deliver=closing)
    assert teller.tell() == 2
    assert (len(tried), sorted(place.states().values())) == (1, ["sent", "waiting"])
    assert sorted(message.attempts for message in place.posted()) == [0, 1]


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


def test_what_a_killed_worker_held_is_sent_by_another(place: Place) -> None:
    channel = place.group()
    place.put("a", to=f"group:{channel.id}")

    def killed(*_: object) -> None:
        raise Killed

    with pytest.raises(Killed):
        place.round(deliver=killed)
    assert place.states() == {"a": "sending"}
    assert place.round() == 0, "somebody may be at it"
    place.clock.advance(minutes=4)
    assert place.round() == 1
    assert place.states() == {"a": "sent"}
    assert place.posted()[0].attempts == 2
    assert [heard.json["keys"] for heard in place.web.heard] == [["a"]]


def test_a_worker_that_comes_back_late_changes_nothing(place: Place) -> None:
    channel = place.group()
    place.put("a", to=f"group:{channel.id}")
    (late,) = place.store.posting.claim(TOWN)
    place.clock.advance(minutes=4)
    place.round()
    assert place.posted()[0].state == "sent"
    assert place.store.posting.failed(late, _long("late"), lasting=True) == 0
    assert place.posted()[0].state == "sent"


def test_several_workers_send_each_message_once(place: Place) -> None:
    place.mails()
    for i in range(9):
        place.person(f"p{i}", email=f"{i}@taohua.example")
        for key in "abc":
            place.put(f"{key}{i}", to=f"person:p{i}")
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: place.round(), range(8)))
    told = [key for _, mail in place.mail.mails for key in mail["X-Sanban-Key"].split(",")]
    assert sorted(told) == sorted(message.id for message in place.posted())
    assert len(told) == 27
    assert set(place.states().values()) == {"sent"}


def test_inside_addresses_are_not_called_unless_the_operator_allows_it(place: Place) -> None:
    place.mails()
    place.group()
    place.person("p1", email="one@taohua.example")
    place.put("a")
    place.put("b", to="group:all")
    place.round(Allowed())
    assert place.states() == {"a": "failed", "b": "failed"}
    assert (place.web.heard, place.mail.mails) == ([], [])
    assert {m.error.zh[:10] for m in place.posted() if m.error} == {"此网址指向内部网络，"}


def test_only_what_waits_or_failed_is_withdrawn_and_only_what_ended_is_retried(place: Place) -> None:
    place.group()
    place.put("a", to="group:all")
    place.put("b", to="group:all")
    first = next(m for m in place.posted() if m.key == "a")
    place.store.outbox.withdraw(TOWN, first.id)
    place.round()
    assert place.states() == {"a": "withdrawn", "b": "sent"}
    told = next(m for m in place.posted() if m.key == "b")
    for call in (place.store.outbox.withdraw, place.store.outbox.retry):
        with pytest.raises(Conflict):
            call(TOWN, told.id)


@given(st.text(alphabet="字a\n ,", max_size=400), st.integers(4, 50))
def test_pieces_are_short_and_lose_nothing_but_line_ends(text: str, most: int) -> None:
    pieces = list(cut(text, most))
    assert all(0 < len(piece.encode()) <= most for piece in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _long(text: str) -> Text:
    return Text(text, text)


def _hook(place: Place) -> NewWebhook:
    return NewWebhook(name="hook", url=place.web.url("/events"), events=("message.failed",))
