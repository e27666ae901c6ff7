"""A town sets up how people are told, tries it out, and sees what became of each message."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.channels import NewChannel
from models.outbox import MESSAGE_KINDS, Asked, Message
from scheduler.text import Text
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.telling import receivers

from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


def look(who: Visitor, name: str, *, axe: bool = False) -> None:
    """A page's picture. What `test_every_page.py` has judged already is not judged again."""
    who.nothing_sticks_out()
    who.picture(name, full=True)
    if axe:
        who.no_violations()


def administered(service: Service, id_: str) -> str:
    town = service.town(id_)
    service.store.accounts.create(f"{id_}-admin", "郑主管", PASSWORD, "town_administrator", town)
    return town


def until_told(page_: Visitor) -> None:
    """The worker has sent the test message: the page says so by itself."""
    expect(page_.page.locator("#test .state.sent")).to_be_visible(timeout=60_000)


def test_an_administrator_sets_up_channels_and_tries_them(service: Service, visit: Visit) -> None:
    town = administered(service, "channels-story")
    admin = visit()
    admin.expected = {422}
    admin.sign_in(f"{town}-admin")
    page = admin.page
    with receivers.web() as web, receivers.mail() as mail:
        admin.go(f"/towns/{town}/channels")
        expect(page.locator("main")).to_contain_text("还没有渠道")
        page.get_by_role("link", name="自有系统（Webhook）").click()
        page.fill("#name", "志愿者群")
        page.fill("#field-url", web.url("/group"))
        page.get_by_role("button", name="添加").click()
        expect(page.locator("h1")).to_contain_text("志愿者群")
        page.get_by_role("button", name="发测试消息").click()
        until_told(admin)
        look(admin, "channel")
        assert "测试消息" in web.heard[-1].json["text"]

        admin.go(f"/towns/{town}/channels/new/email")
        page.fill("#name", "邮件")
        for name, value in {"host": "127.0.0.1", "port": "22", "sender": "duty@xiaozhen.example"}.items():
            page.fill(f"#field-{name}", value)
        page.select_option("#field-security", "insecure")
        page.get_by_role("button", name="添加").click()
        page.fill("#field-port", str(mail.port))
        page.get_by_role("button", name="保存").or_(page.get_by_role("button", name="添加")).first.click()
        page.fill("#address", "me@xiaozhen.example")
        page.get_by_role("button", name="发测试消息").click()
        until_told(admin)
        assert mail.mails[-1][0] == ["me@xiaozhen.example"]

        admin.go(f"/towns/{town}/channels/new/wecom_robot")
        page.fill("#name", "值班群")
        page.fill("#field-key", "有问题")
        page.get_by_role("button", name="添加").click()
        expect(page.locator(".note.error")).to_contain_text("机器人密钥（key）：格式不对")
        page.fill("#field-key", "key-of-a-robot-17")
        look(admin, "channel-new")
        page.select_option("#instead_of", label="“志愿者群”发不出去时才用（志愿者群：合成一条摘要）")
        page.get_by_role("button", name="添加").click()
        expect(page.locator("h1")).to_contain_text("值班群")
        expect(page.locator("main")).not_to_contain_text("key-of-a-robot-17")

        admin.go(f"/towns/{town}/webhooks/new")
        page.fill("#name", "大屏")
        page.fill("#url", web.url("/events"))
        page.get_by_role("button", name="登记").click()
        secret = page.locator("code.secret").inner_text()
        second = NewChannel(
            name="短信网关", kind="webhook", reach="personal", about=MESSAGE_KINDS, fields={"url": web.url("/own")}
        )  # fmt: skip
        service.store.channels.add(town, second)
        admin.go(f"/towns/{town}/channels")
        expect(page.locator(".ways b")).to_have_text(["邮件", "短信网关", "志愿者群", "值班群"])
        expect(page.locator(".ways tr", has_text="值班群")).to_contain_text("备用 1")
        page.get_by_role("button", name="短信网关 提前").click()
        expect(page.locator(".ways b")).to_have_text(["短信网关", "邮件", "志愿者群", "值班群"])
        page.fill("#quiet_from", "21:30")
        page.locator("form.clocks button").click()
        expect(page.locator("#quiet_from")).to_have_value("21:30")
        look(admin, "channels", axe=True)
        page.get_by_role("link", name="修改与记录 大屏").click()
        expect(page.locator("main")).not_to_contain_text(secret)
        page.get_by_role("button", name="发测试事件").click()
        expect_call(admin)
        look(admin, "webhook")
        call = next(heard for heard in web.heard if heard.path == "/events")
        signed = f"{call.headers['Sanban-Timestamp']}.".encode() + call.body
        mark = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert call.headers["Sanban-Signature"] == f"v1={mark}"
        addresses = page.url

    admin.go(f"/towns/{town}/people/p10/data")
    page.fill("#email", "xia@xiaozhen.example")
    page.locator("section[aria-labelledby=email-heading] button").click()
    expect(page.locator("section[aria-labelledby=email-heading]")).to_contain_text("x***@xiaozhen.example")
    on_the_phone(admin, visit, town, addresses.removeprefix(admin.url))


def on_the_phone(admin: Visitor, visit: Visit, town: str, webhook: str) -> None:
    """The same pages in English on a small screen, signed in already."""
    phone = visit("phone", "en-GB")
    phone.context.add_cookies(admin.context.cookies())  # type: ignore[arg-type]
    for name, path in (("channels", f"/towns/{town}/channels"), ("webhook", webhook)):
        phone.go(path)
        look(phone, name, axe=name == "channels")
    phone.go(f"/towns/{town}/channels/new/webhook")
    look(phone, "channel-new")


def expect_call(who: Visitor) -> None:
    """Reloaded as somebody would, until the call was answered."""
    for _ in range(30):
        if who.page.locator(".state.sent").count():
            return
        who.page.wait_for_timeout(300)
        who.page.reload()
    raise AssertionError("the webhook was not called")


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-CN"), ("phone", "en-GB")])
def test_an_organiser_sees_what_was_told_and_sends_again_what_failed(
    service: Service, visit: Visit, size: str, language: str
) -> None:
    town = service.town(f"outbox-{size}")
    service.published(town)
    organiser = visit(size, language)
    with receivers.web() as web:
        _fill(service, town, web)
    (heard,) = web.heard
    assert (heard.path, heard.json["keys"]) == ("/second", ["call"]), "told once, by the channel that stands in"
    organiser.sign_in(town)
    organiser.go(f"/towns/{town}/messages")
    page = organiser.page
    expect(page.locator(".state.on_page").first).to_be_visible()
    row = page.locator(".outbox tr", has_text=re.compile("东卡口急缺人|East Gate needs"))
    expect(row.locator(".state.sent")).to_be_visible()
    instead = {"zh-CN": "“一群”没有发出去，改由“备用群”发到", "en-GB": "“一群” could not send it"}
    expect(row).to_contain_text(instead[language])
    row.locator("summary").click()
    expect(row.locator(".tried")).to_contain_text({"zh-CN": "无法连接对方", "en-GB": "cannot be reached"}[language])
    look(organiser, "outbox", axe=True)
    words = {"zh-CN": ("撤回", "已撤回"), "en-GB": ("Withdraw", "Withdrawn")}[language]
    row = page.locator(".outbox tr", has_text=re.compile("明早|tomorrow morning"))
    row.get_by_role("button", name=words[0]).click()
    expect(page.locator(".note.ok")).to_be_visible()
    page.locator(".states a", has_text=words[1]).click()
    expect(page.locator(".outbox tbody tr")).to_have_count(1)
    page.locator(".outbox button").click()
    expect(page.locator(".note.ok")).to_be_visible()
    kept = service.store.outbox.page(town, Asked(key="later")).items[0]
    assert kept.state == "waiting"


def _fill(service: Service, town: str, web: receivers.Web) -> None:
    """A reminder that waits, news that nobody's channel reaches, and a call that the group's first channel refuses."""
    now, first = service.store.database.now(), None
    for name, port, path in (("一群", free_port(), "/first"), ("备用群", web.port, "/second")):
        made = NewChannel(
            name=name, kind="webhook", reach="group", about=("call_out",), instead_of=first,
            fields={"url": f"http://127.0.0.1:{port}{path}"},
        )  # fmt: skip
        first = service.store.channels.add(town, made).value.id
    later = Text("明早 08:00 东卡口，查验。", "Tomorrow morning at 08:00, East Gate, verifier.")
    version = service.store.rosters.get(town, service.week, "published")
    service.store.outbox.put(
        town,
        [
            *service.store.telling.of_publication(town, service.week, None, version)[:3],
            Message(
                key="later", kind="reminder", to="person:p10", text=later, due=now + timedelta(hours=8),
                subject=Text("明早有班", "A duty tomorrow morning"), emergency=False,
            ),
            Message(
                key="call", kind="call_out", to="group:all", subject=Text("东卡口急缺人", "East Gate needs somebody"),
                text=Text("东卡口今晚急缺 1 人，能来的请回话。", "East Gate needs one more tonight: who can come?"),
                emergency=True,
            ),
            Message(
                key="staff", kind="absence", to="role:dispatcher", subject=Text("沈佳宁 请假", "沈佳宁 cannot come"),
                text=Text("沈佳宁 请假：周一 08:00 至 16:00。", "沈佳宁 cannot come on Mon 08:00–16:00."),
                emergency=True,
            ),
        ],
    )  # fmt: skip
    wait_until_sorted(service, town)


def wait_until_sorted(service: Service, town: str) -> None:
    """The worker has looked at what is due: what no channel takes stays on people's pages."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        counts = service.store.outbox.counts(town, Asked())
        if counts.get("on_page", 0) and counts.get("sent", 0):
            return
        time.sleep(0.1)
    raise AssertionError("the worker does not tell")
