"""Pictures of pages in English, on a desk and in a hand; nothing sticks out, nothing fails unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .service import PASSWORD, Service
from .visitor import SIZES, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def shown(service: Service) -> str:
    """A town with a published roster, one reported drop-out and an administrator of the platform."""
    town = service.town("looks")
    roster = service.published(town)
    duty = roster.duties[0]
    first = next(a for a in roster.assignments if a.duty == duty.id)
    service.store.absences.report(town, first.person, duty.start, duty.end, "外出", by=f"person:{first.person}")
    service.store.accounts.create("platform", "平台管理员", PASSWORD, "platform_administrator")
    return town


def test_pages_in_english_fit_their_windows(service: Service, visit: Visit, shown: str) -> None:
    """Its words are longer; test_every_page.py looks at all pages in Chinese."""
    me = visit("desktop", "en-GB")
    board = service.board(shown)
    duty = f"bridge/{service.problem(shown).date_of(1)}/day"
    fits(me, "sign-in", "/sign-in")
    me.sign_in_by_form("platform")
    pages = {
        "towns": "/towns",
        "people": f"/towns/{shown}/people",
        "board": board,
        "panel": f"{board}?duty={duty}&position=guide",
        "by-person": f"{board}?view=people",
        "generate": f"{board}/generate",
        "repair": f"{board}/repair",
        "volunteer": service.link(shown, "p10"),
    }
    for name, path in pages.items():
        fits(me, name, path)
    expect(me.page.locator("html")).to_have_attribute("lang", "en")


def fits(me: Visitor, name: str, path: str) -> None:
    """The page is no wider than any window, as a picture of each shows."""
    me.go(path)
    for size in SIZES:
        me.resize(size)
        me.nothing_sticks_out()
        me.picture(f"look-{name}")


QUALITY = """() => {
  const said = document.createElement("span");
  said.className = "mute num quality";
  said.textContent = document.documentElement.lang === "en"
    ? "proven within 0.4% of the optimum · took 60 s" : "已证明距最优 ≤ 0.4% · 用时 60 秒";
  document.querySelector(".top .spacer").after(said);
}"""
"""What the head of a week also says once the solver has made its roster."""


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_arrows_of_the_weeks_stay_beside_the_dates(
    service: Service, visit: Visit, shown: str, language: str
) -> None:
    me = visit("desktop", language)
    me.sign_in(shown, service.board(shown))
    me.page.evaluate(QUALITY)
    for width in (1024, 1280, 1440):
        me.page.set_viewport_size({"width": width, "height": 800})
        before, after = (me.page.locator(".week-nav .btn").nth(i).bounding_box() for i in range(2))
        assert before is not None
        assert after is not None
        assert before["y"] == after["y"], width
        me.nothing_sticks_out()


OVERLAPS = """() => [...document.querySelectorAll("#panel .seat")].flatMap(seat => {
  const shown = [...seat.querySelectorAll("a, button, small, .position, [data-name]")].filter(e => e.offsetParent);
  const cut = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return shown.flatMap((one, i) => shown.slice(i + 1)
    .filter(other => !one.contains(other) && cut(one.getBoundingClientRect(), other.getBoundingClientRect()))
    .map(other => `${one.textContent.trim()} / ${other.textContent.trim()}`));
})"""
"""What lies upon something else in a seat of the panel."""


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_nothing_lies_upon_anything_in_the_seats_of_a_published_duty(
    service: Service, visit: Visit, shown: str, language: str
) -> None:
    """There a seat has most: who, how much they serve, all tools, and that they cannot come."""
    me = visit("desktop", language)
    me.sign_in(shown, f"{service.board(shown)}?duty=bridge/{service.problem(shown).date_of(1)}/day&position=guide")
    expect(me.page.locator("#panel [data-carry]").first).to_be_visible()
    for size in SIZES:
        me.resize(size)
        assert me.page.evaluate(OVERLAPS) == [], size
    me.picture("published-panel")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_errors_look_like_the_rest(service: Service, visit: Visit, shown: str, language: str) -> None:
    me = visit("desktop", language)
    me.expected = {401, 404}
    me.go(service.board(shown))
    expect(me.page.locator("#login")).to_be_visible()
    me.sign_in(shown, "/towns/nowhere")
    expect(me.page.locator("h1")).to_have_text("找不到这个页面" if language == "zh-CN" else "This page does not exist")
    me.picture("not-found")


def test_an_administrator_issues_a_link_that_is_shown_once_and_revokes_it(
    service: Service, visit: Visit, shown: str
) -> None:
    me = visit()
    me.expected = {410}
    me.sign_in("platform")
    me.page.locator(".tile", has_text=shown).get_by_role("link", name="人员与个人链接").click()
    me.page.get_by_role("searchbox").fill("沈佳宁")
    me.page.get_by_role("button", name="查找").click()
    me.page.get_by_role("button", name="发链接").click()
    link = me.page.locator("input.link").input_value()
    me.picture("link-issued")
    volunteer = visit("phone")
    volunteer.expected = {410}
    volunteer.page.goto(link)
    expect(volunteer.page.locator("h1")).to_contain_text("沈佳宁")
    me.page.on("dialog", lambda question: question.accept())
    me.page.get_by_role("button", name="撤销").click()
    expect(me.page.locator(".note.ok")).to_contain_text("已撤销")
    expect(me.page.locator("input.link")).to_have_count(0)
    volunteer.page.goto(link)
    expect(volunteer.page.locator("h1")).to_have_text("链接已失效")


def test_the_language_can_be_switched_on_every_page_and_is_kept(service: Service, visit: Visit, shown: str) -> None:
    me = visit()
    me.go("/sign-in")
    me.page.get_by_role("link", name="English").click()
    expect(me.page.get_by_role("button", name="Sign in")).to_be_visible()
    me.sign_in(shown)
    expect(me.page.get_by_role("link", name="By person")).to_be_visible()
    me.page.locator(".account summary").click()
    me.page.get_by_role("link", name="中文").click()
    expect(me.page.get_by_role("link", name="按人")).to_be_visible()
