"""The organiser's story: sign in, generate, understand a vacancy, change a seat, publish."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
VACANT = "west-gate"


@pytest.mark.timeout(300)
def test_an_organiser_generates_explains_edits_and_publishes_a_week(service: Service, visit: Visit) -> None:
    town = service.town("organiser-story")
    me = visit()
    me.expected = {401}
    me.go("/")
    expect(me.page).to_have_url(re.compile("/sign-in"))
    me.picture("sign-in")
    me.page.fill("#login", town)
    me.page.fill("#password", "wrong")
    me.page.click("button.primary")
    expect(me.page.locator(".note.error")).to_contain_text("用户名或密码不正确")
    me.sign_in_by_form(town)
    expect(me.page).to_have_url(service.url + service.board(town))
    generate(me)
    understand_the_vacancy(me)
    change_a_seat(me)
    publish_the_first_time(me)
    publish_a_change(me)


def generate(me: Visitor) -> None:
    page = me.page
    expect(page.get_by_text("这一周还没有班表。")).to_be_visible()
    page.click(".top a[data-dialog]")
    dialog = page.locator("dialog")
    expect(dialog.get_by_text("不可能")).to_be_visible()
    me.picture("generate")
    dialog.get_by_text("快", exact=True).click()
    dialog.get_by_role("button", name="开始生成").click()
    solving = page.locator(".solving")
    expect(solving).to_be_visible()
    expect(solving.locator("[data-figure=objective]")).not_to_have_text("–", timeout=120_000)
    expect(solving.locator("[data-figure=vacancies]")).to_have_text("1", timeout=60_000)
    me.picture("solving")
    expect(solving).to_have_count(0, timeout=120_000)


def understand_the_vacancy(me: Visitor) -> None:
    page = me.page
    expect(page.locator(".kpi .bad dd")).to_have_text("1")
    hole = page.locator("tr.holes a")
    expect(hole).to_have_count(1)
    expect(hole).to_contain_text("西门卡口")
    expect(page.locator(".band.gap")).to_have_count(1)
    me.picture("board")
    hole.click()
    panel = page.locator("#panel")
    expect(panel.locator(".seat.hole")).to_contain_text("缺 1 人")
    expect(panel.locator(".why")).to_contain_text("录入培训")
    expect(panel.locator(".why")).to_contain_text("3 人")
    me.picture("vacancy")


def change_a_seat(me: Visitor) -> None:
    page, panel = me.page, me.page.locator("#panel")
    page.locator(".week tbody tr", has_text="桥头卡口").locator("td").nth(4).locator(".band.E").click()
    expect(panel.locator("header")).to_contain_text("桥头卡口")
    before = panel.locator(".seat .name").first.inner_text().split()[0]
    panel.get_by_role("link", name=f"换下 {before}").click()
    best = panel.locator(".candidate").first
    expect(best).to_be_visible()
    name = best.locator(".name").inner_text().split()[0]
    panel.get_by_role("searchbox").fill("程立群")
    expect(panel.locator(".verdict")).to_contain_text(re.compile("可以|不可以"))
    me.picture("candidates")
    best.get_by_role("button", name=f"安排 {name}").click()
    expect(page.locator("#hint")).to_contain_text(f"由 {name} 换下 {before}")
    expect(panel.locator(".seat .name").first).to_contain_text(name)
    expect(page.locator(".band.chosen .who")).to_have_text(name)
    panel.get_by_role("button", name=f"锁定 {name}").click()
    expect(panel.get_by_role("button", name=f"锁定 {name}")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".band.chosen .pin")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def publish_the_first_time(me: Visitor) -> None:
    page, dialog = me.page, me.page.locator("dialog")
    page.get_by_role("link", name="发布…").click()
    expect(dialog).to_contain_text("首次发布")
    expect(dialog).to_contain_text("全部硬性规则满足")
    expect(dialog).to_contain_text("还有 1 个缺口")
    me.picture("publish")
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".top > .tag.published")).to_contain_text("已发布 v1")
    expect(page.locator("td.striped")).to_have_count(0)
    me.picture("published")


def publish_a_change(me: Visitor) -> None:
    page, dialog, panel = me.page, me.page.locator("dialog"), me.page.locator("#panel")
    page.locator(".week tbody tr", has_text="桥头卡口").locator("td").nth(5).locator(".band.E").click()
    gone = panel.locator(".seat .name").first.inner_text().split()[0]
    panel.get_by_role("button", name=f"撤下 {gone}").click()
    expect(page.locator(".top > .tag.draft")).to_contain_text("草稿 v2")
    expect(page.locator("td.striped")).to_have_count(1)
    expect(page.locator(".band .dot")).to_have_count(1)
    me.picture("changed")
    page.get_by_role("link", name="发布…").click()
    expect(dialog).to_contain_text("与已发布的 v1 相比")
    expect(dialog).to_contain_text("将告知 1 人")
    expect(dialog.locator(".changes li")).to_have_count(1)
    expect(dialog.locator(".changes")).to_contain_text(gone)
    me.picture("publish-diff")
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".top > .tag.published")).to_contain_text("已发布 v2")


def test_publishing_against_a_hard_rule_needs_a_reason_that_is_kept(service: Service, visit: Visit) -> None:
    town = service.town("override-story")
    service.published(town)
    me = visit()
    me.expected = {422}
    me.sign_in(town)
    duty = f"west-gate/{service.problem(town).date_of(2)}/night"
    me.go(f"{service.board(town)}?duty={duty}&position=recorder&search=顾小满")
    panel, page = me.page.locator("#panel"), me.page
    expect(panel.locator(".verdict.no")).to_contain_text("顾小满")
    me.picture("not-allowed")
    page.on("dialog", lambda question: question.accept())
    panel.get_by_role("button", name="仍要安排").click()
    expect(page.locator(".top > .tag.draft")).to_be_visible()
    page.get_by_role("link", name="发布…").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("硬性规则")
    expect(dialog).to_contain_text("顾小满")
    me.picture("publish-broken")
    dialog.locator("textarea").fill("本人已口头答应")
    dialog.get_by_role("button", name="违规发布").click()
    expect(page.locator(".note.warning", has_text="本人已口头答应")).to_be_visible()
    assert service.store.rosters.get(town, service.week, "published").override_reason == "本人已口头答应"


def test_the_second_of_two_organisers_gets_a_kind_word(service: Service, visit: Visit) -> None:
    town = service.town("conflict-story")
    service.published(town)
    first, second = visit(), visit()
    second.expected = {409, 412}
    for me in (first, second):
        me.sign_in(town)
        me.page.locator(".week tbody tr", has_text="桥头卡口").locator("td").nth(1).locator(".band.D").click()
        expect(me.page.locator("#panel .seat")).not_to_have_count(0)
    first.page.locator("#panel .tool.danger").first.click()
    expect(first.page.locator(".top > .tag.draft")).to_be_visible()
    second.page.locator("#panel .tool.danger").last.click()
    expect(second.page.locator("#hint")).to_contain_text("别人刚刚改过这份草稿，已换成最新的")
    expect(second.page.locator(".top > .tag.draft")).to_be_visible()
    second.picture("conflict")
    second.page.locator("#panel .tool.danger").last.click()
    expect(second.page.locator("#hint")).to_contain_text("撤下")


def test_a_week_that_is_not_there_can_be_made_or_copied(service: Service, visit: Visit) -> None:
    town = service.town("week-story")
    service.published(town)
    me = visit()
    me.sign_in(town)
    me.page.get_by_role("link", name="后一周").click()
    expect(me.page.locator("h1")).to_contain_text("还没有建")
    me.picture("no-week")
    me.page.get_by_role("button", name="连人照搬").click()
    expect(me.page.locator(".top > .tag.draft")).to_be_visible()
    expect(me.page.locator(".week .band").first).to_be_visible()
    me.page.get_by_role("link", name="按人").click()
    expect(me.page.locator("table.load tbody tr")).to_have_count(25)
    me.picture("by-person")
    me.page.select_option("[name=order]", "nights")
    expect(me.page.locator("table.load tbody tr").first).to_contain_text("夜")


def test_the_board_can_be_read_and_changed_without_scripts_and_by_keyboard(service: Service, visit: Visit) -> None:
    town = service.town("keyboard-story")
    service.published(town)
    plain = visit(scripts=False)
    plain.sign_in(town)
    plain.page.locator(".band.D").first.click()
    expect(plain.page.locator("#panel h2")).to_contain_text("早班")
    me = visit()
    me.sign_in(town)
    me.page.locator(".band.D").first.focus()
    me.page.keyboard.press("ArrowRight")
    me.page.keyboard.press("ArrowDown")
    focused = me.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert "中班" in focused
    me.page.keyboard.press("Enter")
    expect(me.page.locator("#panel h2")).to_contain_text("中班")
    me.page.keyboard.press("Escape")
    expect(me.page.locator("#panel")).to_be_hidden()
    assert "中班" in me.page.evaluate("document.activeElement.getAttribute('aria-label')")
