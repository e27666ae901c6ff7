"""When a channel gives up: the next one takes it, everybody is told once, and what happened can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.channels import Channel, NewChannel
from models.message_rows import MessageRow
from models.outbox import MESSAGE_KINDS, posted
from models.vault import Vault
from models.ways import PAUSES_BEFORE_NEXT, choose, not_taken
from models.webhooks import NewWebhook
from scheduler.document import DocumentError
from scheduler.text import Text
from tests.models.towns import TOWN

from .conftest import INSIDE, Place

NO = Text("不收", "no")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def both(place: Place) -> tuple[Channel, Channel]:
    """Mail first, then a system of the town's own; p1 can be reached by both."""
    mail, web = place.mails(), place.channel("webhook", "personal", url=place.web.url("/own"))
    place.person("p1", email="one@taohua.example", phone="15400000001")
    return mail, web


def test_what_mail_does_not_take_goes_to_the_next_channel_once_and_the_history_says_so(place: Place) -> None:
    mail, web = both(place)
    hook = NewWebhook(name="hook", url=place.web.url("/events"), events=("message.failed",))
    place.store.webhooks.add(TOWN, hook)
    place.mail.refusals = 99
    place.put("a")
    for minutes in PAUSES_BEFORE_NEXT:
        assert (place.round(), place.web.heard, place.states()) == (1, [], {"a": "waiting"})
        place.clock.advance(minutes=minutes)
    assert place.round() == 2, "the last attempt, and the next channel"
    (held,) = place.posted()
    assert (held.state, held.channel, held.attempts) == ("sent", web.id, 4)
    (step,) = held.tried
    assert (step.channel, step.name, step.attempts) == (mail.id, mail.name, 3)
    assert step.error is not None
    assert step.error.zh.startswith("邮件服务器现在不收（451）：")
    (heard,) = place.web.heard
    assert (heard.path, heard.json["keys"], heard.json["to"]["phone"]) == ("/own", ["a"], "15400000001")
    place.mail.refusals = 0
    place.clock.advance(days=1)
    assert place.round() == 0
    assert place.mail.mails == [], "once, not twice"


def test_a_wrong_password_is_not_tried_again_and_says_what_to_do(place: Place) -> None:
    place.mails(user="duty@taohua.example", password="no-longer-right")
    place.person("p1", email="one@taohua.example")
    place.put("a")
    place.round()
    (held,) = place.posted()
    assert (held.state, held.attempts) == ("failed", 1)
    assert held.error is not None
    assert held.error.zh == "邮件服务器没有接受登录名或授权码（535）：请到“通知渠道”重新填写授权码。"
    place.mail.passwords = (b"no-longer-right",)
    place.store.outbox.retry(TOWN, held.id)
    place.round()
    assert place.states() == {"a": "sent"}
    assert [step.error for step in place.posted()[0].tried] == [None], "somebody had it sent once more"


def test_a_late_success_of_the_first_channel_keeps_the_next_one_silent(place: Place) -> None:
    mail, _ = both(place)
    place.put("a")
    (slow,) = place.store.posting.claim(TOWN)
    place.clock.advance(minutes=4)
    place.store.posting.sweep()
    (again,) = place.store.posting.claim(TOWN)
    place.store.posting.failed(again, NO, lasting=True)
    assert place.posted()[0].state == "waiting", "the next channel's turn"
    place.store.posting.told(slow)
    assert place.round() == 0
    (held,) = place.posted()
    assert (held.state, held.channel, place.web.heard) == ("sent", mail.id, [])


def test_a_success_that_is_told_while_the_next_channel_has_it_in_hand_is_heard_before_it_sends(place: Place) -> None:
    both(place)
    place.put("a")
    (slow,) = place.store.posting.claim(TOWN)
    place.store.posting.failed(slow, NO, lasting=True)
    claim = place.store.posting.claim

    def claimed(town: str) -> list[object]:
        found = claim(town)
        place.store.posting.told(slow)
        return list(found)

    place.store.posting.claim = claimed  # type: ignore[method-assign, assignment]
    place.round()
    place.store.posting.claim = claim  # type: ignore[method-assign]
    assert (place.states(), place.web.heard) == ({"a": "sent"}, [])


def test_who_stands_in_for_a_group_s_channel_hears_only_what_that_one_could_not_take(place: Place) -> None:
    first, other = place.group("/first"), place.group("/other")
    second = place.group("/second", instead_of=first)
    place.put("calm", to="group:all")
    place.round()
    assert sorted(heard.path for heard in place.web.heard) == ["/first", "/other"]
    place.web.heard.clear()
    place.web.answers = [503]
    place.put("alarm", to=f"group:{first.id}", emergency=True)
    assert place.round() == 2, "an emergency does not wait for another attempt"
    assert [heard.path for heard in place.web.heard] == ["/first", "/second"]
    held = next(m for m in place.posted() if m.key == "alarm")
    assert (held.state, held.channel, [t.channel for t in held.tried]) == ("sent", second.id, [first.id])
    place.put("late", to=f"group:{first.id}", due=place.clock() + timedelta(hours=1))
    place.store.channels.remove(TOWN, first.id, 1)
    place.clock.advance(hours=1)
    place.round()
    assert place.web.heard[-1].path == "/second", "who stood in takes its place"
    assert [c.value.instead_of for c in place.store.channels.list(TOWN)] == [None, None]
    assert other.id in {c.value.id for c in place.store.channels.list(TOWN)}


def test_the_last_reason_is_shown_and_sending_again_begins_with_the_first_channel(place: Place) -> None:
    mail, web = both(place)
    place.mail.refusals, place.web.answers = 1, [403]
    soon = place.clock() + timedelta(seconds=30)
    place.put("a", expires=soon)
    assert place.round() == 2, "an attempt after it expires would be of no use: the next channel at once"
    (held,) = place.posted()
    assert (held.state, held.channel) == ("failed", web.id)
    assert held.error is not None
    assert held.error.zh == "对方回答了状态 403：请到“通知渠道”重新填写密钥，或请对方放行。"
    place.store.channels.reorder(TOWN, [web.id, mail.id])
    place.store.outbox.retry(TOWN, held.id)
    place.round()
    (held,) = place.posted()
    assert (held.state, held.channel, len(place.web.heard)) == ("sent", web.id, 2), "the town's new order"


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_channel_that_the_key_does_not_open_is_passed_over_in_words(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = place.mails(user="duty@taohua.example", password="sealed-with-the-old-key")
    hook = NewWebhook(name="hook", url=place.web.url("/events"), events=("absence.reported",))
    made, _ = place.store.webhooks.add(TOWN, hook)
    monkeypatch.setattr(place.store.database, "_vault", Vault(["a-new-key-that-has-sealed-nothing"]))
    place.channel("webhook", "personal", url=place.web.url("/own"))
    place.person("p1", email="one@taohua.example")
    place.put("a")
    place.store.webhooks.emit(TOWN, "absence.reported", {})
    place.round()
    (held,) = place.posted()
    assert (held.state, [heard.path for heard in place.web.heard]) == ("sent", ["/own"])
    (step,) = held.tried
    assert (step.channel, step.attempts) == (mail.id, 1)
    assert step.error is not None
    assert "重新填写" in step.error.zh
    (call,) = place.store.webhooks.deliveries(TOWN, made.value.id).items
    assert call.error is not None
    assert (call.state, "换新密钥" in call.error.zh) == ("failed", True)
    dossier = place.store.personal.dossier(TOWN, "p1", "asked for it")
    assert [one["channel"] for one in dossier["messages"][0]["tried"]] == [mail.name]


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_channel_stands_in_for_its_like_alone(place: Place) -> None:
    first, staff = place.group(), place.channel("webhook", "staff", url=place.web.url("/staff"))
    second = place.group("/second", instead_of=first)
    for instead in (second, staff):
        with pytest.raises(DocumentError, match="instead_of"):
            place.group("/third", instead_of=instead)
    wanted = NewChannel(
        name="群", kind="webhook", reach="group", about=MESSAGE_KINDS, fields={"url": "https://a.example/"}
    )
    for channel, change in ((first, replace(wanted, reach="staff")), (first, replace(wanted, instead_of=first.id))):
        with pytest.raises(DocumentError):
            place.store.channels.change(TOWN, channel.id, change, 1)


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_inside_addresses_lead_to_the_next_channel_too(place: Place) -> None:
    both(place)
    only_web = replace(INSIDE, networks=(), hosts=frozenset({f"127.0.0.1:{place.web.port}"}))
    place.put("a")
    assert place.round(only_web) == 2
    assert (place.states(), place.mail.mails) == ({"a": "sent"}, [])


# --- whatever happens, in whatever order ----------------------------------------------------------------


def way(number: int, rank: int, active: bool) -> Channel:
    return Channel(
        id=f"c{number}", town=TOWN, name=f"{number}", kind="webhook", reach="group", about=MESSAGE_KINDS, language="zh",
        active=active, rank=rank, instead_of="c0" if number else None, fields={}, secrets={}, locked=frozenset(),
        created_at=NOW,
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=4),
    st.lists(st.sampled_from(["no", "never", "yes"]), min_size=40, max_size=40),
    st.booleans(),
    st.none() | st.integers(1, 600),
)
def test_each_channel_is_left_once_in_order_and_the_end_is_told_or_failed(
    made: list[tuple[int, bool]], outcomes: list[str], emergency: bool, minutes: int | None
) -> None:
    channels = {f"c{i}": way(i, rank, active) for i, (rank, active) in enumerate(made)}
    expires = None if minutes is None else NOW + timedelta(minutes=minutes)
    row = MessageRow(
        id="m", town=TOWN, key="k", kind="digest", recipient="group:c0", channel="c0", subject=NO.as_json(),
        text=NO.as_json(), emergency=emergency, state="waiting", attempts=0, due_at=NOW, expires_at=expires,
        lease_until=None, created_at=NOW, created_by=None, sent_at=None, error=None, tried=[],
    )  # fmt: skip
    seen, now, left = list[str](), NOW, iter(outcomes)
    while row.state == "waiting":
        now = max(now, row.due_at)
        assert row.expires_at is None or now < row.expires_at or now == NOW
        choose(row, channels, {}, now)
        if row.state != "waiting":
            break
        row.attempts += 1
        assert row.channel is not None
        assert channels[row.channel].active
        seen += [row.channel] if seen[-1:] != [row.channel] else []
        outcome = next(left)
        if outcome == "yes":
            row.state = "sent"
        else:
            not_taken(row, channels, {}, NO, now, lasting=outcome == "never")
    assert row.state in ("sent", "failed")
    assert len(set(seen)) == len(seen), "nobody's turn comes twice"
    ranked = [c.id for c in sorted(channels.values(), key=lambda c: (c.id != "c0", c.rank, c.id)) if c.active]
    assert seen == ranked[: len(seen)]
    assert row.state == "sent" or seen == ranked, "given up when nobody is left, and not before"
    held = posted(row)
    assert [one.channel for one in held.tried if one.attempts] == seen[: len(held.tried)]
    assert held.attempts == sum(one.attempts for one in held.tried) + held.attempts_here
