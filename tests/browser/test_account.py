"""One's own account and links that need a code, in a browser, behind the content security policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-CN"), ("phone", "en-GB")])
def test_the_page_of_one_s_account_can_be_read_by_everybody(
    service: Service, visit: Visit, size: str, language: str
) -> None:
    town = service.town(f"account-{size}")
    me = visit(size, language)
    me.sign_in(town, "/account")
    me.page.fill("#name", "大屏")
    me.page.locator("input[name=scopes][value=see_roster]").check()
    me.page.locator("form[action$='/account/tokens'] button").click()
    expect(me.page.locator("input.link")).to_have_value(re.compile("^sanban_"))
    me.nothing_sticks_out()
    me.picture("account", full=True)
    found = Axe().run(me.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


def test_an_organiser_adds_a_code_and_the_volunteer_s_telephone_asks_for_it_once(
    service: Service, visit: Visit
) -> None:
    town = service.town("code-story")
    organiser, phone = visit(), visit("phone", scripts=False)
    phone.expected = {401}
    organiser.sign_in(town, f"/towns/{town}/people?q=p10")
    organiser.page.get_by_role("button", name="发链接").click()
    link = organiser.page.locator("input.link").input_value()
    organiser.page.get_by_role("button", name="加验证码").click()
    code = organiser.page.locator("section.note b .num").inner_text()
    organiser.picture("code-issued")
    organiser.nothing_sticks_out()
    phone.page.goto(link)
    expect(phone.page.locator("h1")).to_have_text("请输入验证码")
    phone.nothing_sticks_out()
    phone.picture("code-asked")
    phone.page.fill("#code", f"{(int(code) + 1) % 10**6:06}")
    phone.page.get_by_role("button", name="进入").click()
    expect(phone.page.locator(".note")).to_contain_text("验证码不正确")
    phone.page.fill("#code", code)
    phone.page.get_by_role("button", name="进入").click()
    expect(phone.page.locator("h1")).to_contain_text("您好")
    phone.page.goto(link)
    expect(phone.page.locator("h1")).to_contain_text("您好")
