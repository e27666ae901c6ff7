"""Channels, the outbox and webhooks over JSON: what is shown, what is refused, who may."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from models.outbox import Asked, Message
from models.vault import Vault
from scheduler.text import Text

from .conftest import EAST, WEEK, WEST, Caller, Service, fault_paths

KEY = "the-key-of-a-robot-0001"
ROBOT = {"name": "值班群", "kind": "wecom_robot", "reach": "group", "fields": {"key": KEY}}
MAIL = {
    "name": "邮件", "kind": "email", "reach": "personal",
    "fields": {"host": "8.8.8.8", "port": "465", "security": "ssl", "sender": "duty@example.org", "password": "sesame"},
}  # fmt: skip
HOOK = {"name": "大屏", "url": "https://8.8.8.8/hook", "events": ["roster.published", "absence.reported"]}


@pytest.fixture
def keeper(service: Service) -> Caller:
    return service.caller("town-admin")


def test_a_channel_is_made_changed_and_removed_and_never_shows_its_secret(service: Service, keeper: Caller) -> None:
    made = keeper.post(f"{EAST}/channels", ROBOT)
    assert made.status_code == 201, made.get_data(as_text=True)
    where, first = made.headers["Location"], made.get_json()
    assert (first["fields"], first["secrets"]) == ({}, ["key"])
    changed = keeper.put(where, ROBOT | {"name": "新群", "fields": {}}, match=made.headers["ETag"])
    assert (changed.status_code, changed.get_json()["name"]) == (200, "新群")
    assert service.store.channels.get("east", first["id"]).value.secrets == {"key": KEY}
    answers = [made, changed, keeper.get(where), keeper.get(f"{EAST}/channels"), keeper.get(f"{EAST}/audit")]
    assert not any(KEY in answer.get_data(as_text=True) for answer in answers)
    assert keeper.delete(where, match=changed.headers["ETag"]).status_code == 204
    assert keeper.get(where).status_code == 404


def test_a_mailbox_whose_server_changes_needs_its_password_again(service: Service, keeper: Caller) -> None:
    made = keeper.post(f"{EAST}/channels", MAIL)
    fields = {**MAIL["fields"], "host": "8.8.4.4", "password": ""}  # type: ignore[dict-item]
    keeper.put(made.headers["Location"], MAIL | {"fields": fields}, match=made.headers["ETag"])
    assert service.store.channels.get("east", made.get_json()["id"]).value.secrets == {}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (ROBOT | {"fields": {}}, {"fields.key": "required"}),
        (ROBOT | {"fields": {"key": "short", "more": "x"}}, {"fields.more": "unknown_field", "fields.key": "bad_form"}),
        (ROBOT | {"reach": "personal"}, {"reach": "not_this_way"}),
        (MAIL | {"fields": MAIL["fields"] | {"host": "127.0.0.1"}}, {"fields.host": "private_address"}),  # type: ignore[operator]
        (MAIL | {"fields": MAIL["fields"] | {"port": "22"}}, {"fields.host": "bad_mail_port"}),  # type: ignore[operator]
        (MAIL | {"reach": "staff"}, {"fields.to": "required"}),
        (ROBOT | {"kind": "pigeon"}, {"kind": "not_one_of"}),
        (
            {"name": "n", "kind": "webhook", "reach": "group", "fields": {"url": "http://169.254.169.254/latest"}},
            {"fields.url": "private_address"},
        ),
        (
            {"name": "n", "kind": "webhook", "reach": "group", "fields": {"url": "http://8.8.8.8/"}},
            {"fields.url": "needs_https"},
        ),
    ],
)
def test_a_channel_that_cannot_work_is_refused_with_all_its_faults(
    keeper: Caller, body: dict[str, Any], faults: dict[str, str]
) -> None:
    answer = keeper.post(f"{EAST}/channels", body)
    assert answer.status_code == 422
    assert fault_paths(answer) == faults
    assert keeper.get(f"{EAST}/channels").get_json()["items"] == []


def test_a_test_message_goes_the_way_of_all_others(service: Service, keeper: Caller) -> None:
    robot = keeper.post(f"{EAST}/channels", ROBOT).get_json()["id"]
    mail = keeper.post(f"{EAST}/channels", MAIL).get_json()["id"]
    answer = keeper.post(f"{EAST}/channels/{robot}/test")
    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["channel"]) == (202, "waiting", robot)
    assert fault_paths(keeper.post(f"{EAST}/channels/{mail}/test", {"address": "nobody"})) == {"address": "bad_address"}
    sent = keeper.post(f"{EAST}/channels/{mail}/test", {"address": "me@example.org"})
    assert sent.get_json()["to"] == f"test:{mail}:me@example.org"
    assert service.store.outbox.page("east", _all()).total == 2


def test_channels_have_an_order_and_stand_in_for_each_other(service: Service, keeper: Caller) -> None:
    robot = keeper.post(f"{EAST}/channels", ROBOT).get_json()["id"]
    second = keeper.post(f"{EAST}/channels", ROBOT | {"name": "备用群", "instead_of": robot}).get_json()
    mail = keeper.post(f"{EAST}/channels", MAIL).get_json()["id"]
    assert second["instead_of"] == robot
    answer = keeper.post(f"{EAST}/channels/order", {"channels": [mail]})
    assert [channel["id"] for channel in answer.get_json()["items"]] == [mail, robot, second["id"]]
    assert keeper.post(f"{EAST}/channels/order", {"channels": ["nobody"]}).status_code == 404
    assert service.caller("organiser").post(f"{EAST}/channels/order", {"channels": [mail]}).status_code == 403
    for body in (ROBOT | {"instead_of": second["id"]}, MAIL | {"instead_of": robot}, ROBOT | {"instead_of": "nobody"}):
        assert fault_paths(keeper.post(f"{EAST}/channels", body)) == {"instead_of": "bad_stand_in"}


def test_what_another_key_sealed_is_named_and_entered_anew(
    service: Service, keeper: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = keeper.post(f"{EAST}/channels", MAIL)
    hook = keeper.post(f"{EAST}/webhooks", HOOK)
    monkeypatch.setattr(service.store.database, "_vault", Vault(["a-key-that-nobody-has-sealed-with"]))
    where = made.headers["Location"]
    held = keeper.get(where).get_json()
    assert (held["secrets"], held["locked"], held["fields"]["host"]) == (["password"], ["password"], "8.8.8.8")
    page = keeper.get("/towns/east/channels").get_data(as_text=True)
    assert "读不出密钥：邮件、大屏" in page
    fields = {name: value for name, value in MAIL["fields"].items() if name != "password"}  # type: ignore[attr-defined]
    body = MAIL | {"fields": fields}
    assert fault_paths(keeper.put(where, body, match=made.headers["ETag"])) == {"fields.password": "locked"}
    assert keeper.put(where, MAIL, match=made.headers["ETag"]).get_json()["locked"] == []
    at = hook.headers["Location"]
    assert keeper.get(at).get_json()["locked"] is True
    renewed = keeper.put(f"{at}/secret", None, match=hook.headers["ETag"])
    assert renewed.get_json()["secret"] not in ("", hook.get_json()["secret"])
    assert renewed.get_json()["locked"] is False
    assert "读不出密钥" not in keeper.get("/towns/east/channels").get_data(as_text=True)


def test_quiet_hours_and_reminders_are_the_town_s(service: Service, keeper: Caller) -> None:
    held = keeper.get(f"{EAST}/telling-policy")
    assert held.get_json()["quiet_from"] == 22 * 60
    wanted = held.get_json() | {"quiet_from": 0, "quiet_until": 0, "evening_at": None}
    changed = keeper.put(f"{EAST}/telling-policy", wanted, match=held.headers["ETag"])
    assert changed.get_json() == wanted
    assert keeper.put(f"{EAST}/telling-policy", wanted, match=held.headers["ETag"]).status_code == 412
    assert service.caller("organiser").put(f"{EAST}/telling-policy", wanted, match="2").status_code == 403


def test_publishing_and_a_drop_out_fill_the_outbox_in_the_same_transaction(
    service: Service, organiser: Caller, keeper: Caller, draft: TestResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.store.database, "_clock", lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    published = organiser.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    assert published.status_code == 200, published.get_data(as_text=True)
    people = {a["person"] for a in organiser.get(f"{WEEK}/rosters/published").get_json()["assignments"]}
    told = organiser.get(f"{EAST}/messages?page_size=500").get_json()
    assert {m["to"] for m in told["items"]} == {f"person:{p}" for p in people}
    assert {m["kind"] for m in told["items"]} == {"roster_published"}
    one = told["items"][0]
    assert "班表已发布" in one["text"]["zh"]
    assert "is published" in one["text"]["en"]
    keeper.post(f"{EAST}/webhooks", HOOK)
    start, end = datetime(2030, 1, 1, 8, tzinfo=UTC), datetime(2030, 1, 1, 16, tzinfo=UTC)
    body = {"person": "p00", "start": start.isoformat(), "end": end.isoformat(), "reason": "发烧"}
    absence = organiser.post(f"{EAST}/absences", body).get_json()
    message = organiser.get(f"{EAST}/messages?kind=absence").get_json()["items"][0]
    assert (message["key"], message["to"]) == (f"absence/{absence['id']}", "role:dispatcher")
    assert "发烧" not in message["text"]["zh"], "why is nobody's matter"
    hook = keeper.get(f"{EAST}/webhooks").get_json()["items"][0]["id"]
    calls = keeper.get(f"{EAST}/webhooks/{hook}/deliveries").get_json()["items"]
    assert [call["event"] for call in calls] == ["absence.reported"]


def test_messages_are_withdrawn_and_sent_again_by_who_tells(service: Service, organiser: Caller) -> None:
    _put(service, "a")
    id_ = organiser.get(f"{EAST}/messages").get_json()["items"][0]["id"]
    path = f"{EAST}/messages/{id_}"
    assert organiser.post(f"{path}/withdraw").get_json()["state"] == "withdrawn"
    assert organiser.post(f"{path}/withdraw").status_code == 409
    assert organiser.post(f"{path}/retry").get_json()["state"] == "waiting"
    assert organiser.get(f"{EAST}/messages?state=waiting").get_json()["counts"] == {"waiting": 1}
    assert service.caller("inspector").get(path).status_code == 403
    assert service.caller("other").get(f"{WEST}/messages/{id_}").status_code == 404


def test_an_account_of_some_areas_sees_the_messages_to_its_people_alone(service: Service) -> None:
    limited = service.role("dispatcher", limited=True)
    organiser = service.caller("organiser")
    held = organiser.get(f"{EAST}/people/p00")
    organiser.put(f"{EAST}/people/p00", held.get_json() | {"area": "village"}, match=held.headers["ETag"])
    for key, to in (("a", "person:p00"), ("b", "person:p01"), ("c", "role:dispatcher")):
        _put(service, key, to)
    listed = limited.get(f"{EAST}/messages").get_json()
    assert [m["key"] for m in listed["items"]] == ["a"]
    assert listed["counts"] == {"waiting": 1}
    everything = service.caller("dispatcher").get(f"{EAST}/messages").get_json()["items"]
    hidden = next(m["id"] for m in everything if m["key"] == "b")
    for verb in ("retry", "withdraw"):
        assert limited.post(f"{EAST}/messages/{hidden}/{verb}").status_code == 404


def test_a_webhook_s_secret_is_shown_once(service: Service, keeper: Caller) -> None:
    made = keeper.post(f"{EAST}/webhooks", HOOK)
    secret, where = made.get_json()["secret"], made.headers["Location"]
    assert secret.startswith("whsec_")
    assert keeper.post(f"{where}/test").get_json() == {"calls": 1}
    changed = keeper.put(where, HOOK | {"events": ["message.failed"]}, match=made.headers["ETag"])
    assert changed.get_json()["events"] == ["message.failed"]
    later = [keeper.get(where), keeper.get(f"{EAST}/webhooks"), keeper.get(f"{where}/deliveries")]
    assert not any(secret in answer.get_data(as_text=True) for answer in (*later, keeper.get(f"{EAST}/audit")))
    assert service.caller("other-admin").get(where.replace("/east/", "/west/")).status_code == 404
    for url in ("http://8.8.8.8/", "https://10.0.0.1/", "ftp://8.8.8.8/", "https://127.0.0.1:8000/"):
        assert keeper.post(f"{EAST}/webhooks", HOOK | {"url": url}).status_code == 422, url
    assert keeper.delete(where, match=changed.headers["ETag"]).status_code == 204


def test_who_has_not_said_received_is_listed(
    service: Service, organiser: Caller, published: TestResponse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert organiser.get(f"{EAST}/unconfirmed").get_json() == {"items": []}, "nothing begins within a day"
    monkeypatch.setattr(service.store.database, "_clock", lambda: datetime(2026, 3, 2, 3, tzinfo=UTC))
    listed = organiser.get(f"{EAST}/unconfirmed").get_json()["items"]
    assert listed
    assert [u["start"] for u in listed] == sorted(u["start"] for u in listed)
    first = listed[0]
    said = {"duty": first["duty"], "person": first["person"]}
    assert organiser.post(f"{WEEK}/acknowledgements", said).status_code == 200
    assert first not in organiser.get(f"{EAST}/unconfirmed").get_json()["items"]


def test_a_person_s_e_mail_address_is_masked_kept_and_in_no_document(service: Service, organiser: Caller) -> None:
    path = f"{EAST}/people/p00"
    held = organiser.get(path)
    body = held.get_json() | {"email": "wang@example.org"}
    changed = organiser.put(path, body, match=held.headers["ETag"])
    assert changed.get_json()["email"] == "w***@example.org"
    again = organiser.put(path, changed.get_json(), match=changed.headers["ETag"])
    assert again.status_code == 200
    kept: Any = service.store.things.get("east", "people", "p00").value
    assert kept.email == "wang@example.org"
    wrong = organiser.put(path, body | {"email": "x***@example.org"}, match=again.headers["ETag"])
    assert fault_paths(wrong) == {"email": "masked_email"}
    assert "wang@" not in organiser.get(f"{WEEK}/problem").get_data(as_text=True)
    assert "wang@" not in service.caller("town-admin").get(f"{EAST}/audit").get_data(as_text=True)


def _put(service: Service, key: str, to: str = "person:p00") -> None:
    text = Text(f"消息 {key}", f"message {key}")
    service.store.outbox.put("east", [Message(key=key, kind="reminder", to=to, subject=text, text=text)])


def _all() -> Asked:
    return Asked()
