"""The board by hand: drag and drop, the same by keys, undo, several cells at once, why this one, posts in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from .hands import SAID, cell, hold_over, name_in
from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


def grab(page: Page, band: Locator) -> None:
    """Press the mouse on a band and begin to drag it; wait until the board says who may go where."""
    box = band.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + box["height"] / 2 + 2)
    expect(page.locator(".band.can").first).to_be_visible()
    expect(page.locator(".band.cannot").first).to_be_visible()


@pytest.mark.timeout(240)
def test_an_organiser_moves_people_by_mouse_and_keys_and_takes_it_back(service: Service, visit: Visit) -> None:
    town = service.town("hand-story")
    service.published(town)
    me = visit()
    me.sign_in(town)
    drag_and_drop(me)
    take_it_back(me)
    by_keys(me)
    several_at_once(me)
    why_this_one(me)
    against_the_rules(me)
    by_person(me)
    look_for_something(me)


def drag_and_drop(me: Visitor) -> None:
    page = me.page
    expect(page.locator(".holes .because")).to_have_text(re.compile("录入培训.*3 人"))
    band = cell(page, "桥头卡口", 0, "D")
    name = name_in(band)
    grab(page, band)
    hold_over(page, page.locator(".band.cannot").first)
    expect(page.locator(SAID)).to_contain_text("✕ 不可以")
    me.picture("dragging-not-allowed")
    target = page.locator(".band.can:not(.lifted)").first
    other = name_in(target)
    hold_over(page, target)
    expect(page.locator(SAID)).to_contain_text("✓ 可以")
    me.picture("dragging-allowed")
    page.mouse.up()
    expect(page.locator(SAID)).to_contain_text(f"{name}与{other}对调")
    expect(page.locator(".top > .tag.draft")).to_contain_text("草稿 v2")
    expect(page.locator(".band .dot")).to_have_count(2)
    expect(band.locator(".who")).to_have_text(other)


def take_it_back(me: Visitor) -> None:
    page = me.page
    undo, redo = page.locator("[data-undo]"), page.locator("[data-redo]")
    page.keyboard.press("Control+z")
    expect(page.locator(SAID)).to_contain_text("已撤销：")
    expect(page.locator(".band .dot")).to_have_count(0)
    page.reload()
    expect(undo).to_be_disabled()
    expect(redo).to_be_enabled()
    redo.click()
    expect(page.locator(".band .dot")).to_have_count(2)
    expect(undo).to_have_attribute("title", re.compile("Ctrl\\+Z: .*对调"))
    undo.click()
    expect(page.locator(".band .dot")).to_have_count(0)


def by_keys(me: Visitor) -> None:
    page, spoken = me.page, me.page.locator("#spoken")
    band = cell(page, "桥头卡口", 0, "D")
    name = name_in(band)
    band.focus()
    page.keyboard.press(" ")
    expect(spoken).to_contain_text(f"拿起 {name}")
    page.keyboard.press("Escape")
    expect(spoken).to_contain_text("已取消")
    expect(band).to_be_focused()
    page.keyboard.press(" ")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        focused = page.locator(".band:focus")
        expect(focused).to_have_class(re.compile(r"\bcan(not)?\b"))
        expect(spoken).to_contain_text(re.compile("可以|不可以"))
        if "cannot" not in (focused.get_attribute("class") or ""):
            break
    else:
        raise AssertionError("nobody may take any of these seats")
    me.picture("held-by-keys")
    page.keyboard.press("Enter")
    expect(page.locator(".band .dot")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator(".band .dot")).to_have_count(0)
    cell(page, "桥头卡口", 2, "E").focus()
    page.keyboard.press("l")
    expect(page.locator(SAID)).to_contain_text("锁定 1 人")
    expect(cell(page, "桥头卡口", 2, "E").locator(".pin")).to_be_visible()


def several_at_once(me: Visitor) -> None:
    page = me.page
    cell(page, "桥头卡口", 2, "E").click(modifiers=["Control"])
    cell(page, "桥头卡口", 5, "E").click(modifiers=["Shift"])
    expect(page.locator("#picked")).to_contain_text("选中 4 格，4 人")
    me.picture("several-chosen")
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="全部撤下").click()
    expect(page.locator(SAID)).to_contain_text("撤下 3 人")
    expect(page.locator(".kpi .bad dd").first).to_have_text("4")
    assert name_in(cell(page, "桥头卡口", 2, "E")) != "–", "who is locked stays"
    page.keyboard.press("Control+z")
    expect(page.locator(".kpi .bad dd").first).to_have_text("1")
    page.keyboard.press("Control+z")
    expect(page.locator(".band .pin")).to_have_count(0)


def why_this_one(me: Visitor) -> None:
    page, panel, dialog = me.page, me.page.locator("#panel"), me.page.locator("dialog")
    cell(page, "桥头卡口", 4, "E").click()
    panel.get_by_role("link", name="换下").click()
    first, second = panel.locator(".candidate").nth(0), panel.locator(".candidate").nth(1)
    expect(first.locator(".load-line")).to_contain_text(re.compile(r"\d+/40 小时"))
    names = [c.locator("[data-name]").inner_text() for c in (first, second)]
    me.no_violations()
    second.get_by_role("link", name="比较").click()
    expect(dialog.locator("thead th")).to_contain_text(names)
    expect(dialog.locator("tbody tr")).to_have_count(10)
    me.picture("side-by-side")
    me.no_violations()
    dialog.get_by_role("link", name="关闭").click()
    panel.locator(".out-list .versus").first.click()
    expect(dialog).to_contain_text("不可以")
    me.picture("why-not-that-one")
    dialog.get_by_role("button", name=f"安排 {names[0]}").click()
    expect(dialog).to_be_hidden()
    expect(panel.locator(".seat [data-name]")).to_have_text(names[0])
    page.keyboard.press("Control+z")
    expect(panel.locator(".seat [data-name]")).not_to_have_text(names[0])
    page.keyboard.press("Escape")


def against_the_rules(me: Visitor) -> None:
    page = me.page
    expect(page.locator("[data-badge]")).to_have_text("✓ 无违规")
    grab(page, cell(page, "桥头卡口", 0, "D"))
    hold_over(page, page.locator(".band.cannot").first)
    page.once("dialog", lambda question: question.accept())
    page.mouse.up()
    expect(page.locator("#badge.bad")).to_contain_text("违规")
    expect(page.locator(".band .wrong").first).to_be_visible()
    page.locator("#badge summary").click()
    expect(page.locator(".found-list li").first).to_be_visible()
    me.picture("findings")
    me.no_violations()
    jump = page.locator(".found-list [data-jump]").first
    duty = jump.get_attribute("data-jump")
    jump.click()
    expect(page.locator(f".band[data-d='{duty}']")).to_be_focused()
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-badge]")).to_have_text("✓ 无违规")


def by_person(me: Visitor) -> None:
    """A duty is handed to somebody who is free that day; two who serve that day change places."""
    page, spoken = me.page, me.page.locator("#spoken")
    page.get_by_role("link", name="按人").click()
    expect(page.locator("table.load")).to_be_visible()
    expect(page.locator("[data-badge]")).to_have_text("✓ 无违规")
    row = page.locator("table.load tbody tr", has=page.locator("[data-d$='/evening']")).first
    name = row.locator(".name").inner_text()
    duty = row.locator(".turn[data-d$='/evening']").first
    day = duty.evaluate("turn => turn.parentElement.cellIndex")
    box = duty.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 34, box["y"] + 14)
    free = page.locator(f"td:nth-child({day + 1}) .turn.can:not([data-d])").first
    expect(page.locator(".turn.cannot").first).to_be_visible()
    other = free.locator("xpath=ancestor::tr").locator(".name").inner_text()
    assert page.locator(f"td:not(:nth-child({day + 1})) .turn:is(.can, .cannot)").count() == 0, "that day alone"
    hold_over(page, page.locator(f"td:nth-child({day + 2}) .turn").first)
    expect(page.locator(SAID)).to_have_text("只能交给当天的其他人。")
    hold_over(page, free)
    expect(page.locator(SAID)).to_contain_text(f"✓ 可以 · {other}换下{name}")
    me.picture("by-person-dragging")
    page.mouse.up()
    expect(page.locator(SAID)).to_contain_text(f"{other}换下{name}")
    expect(page.locator("table.load td.striped .dot")).to_have_count(2)
    me.picture("by-person-handed-over")
    me.no_violations()
    page.keyboard.press("Control+z")
    expect(page.locator("table.load .dot")).to_have_count(0)
    row.locator(".turn[data-d$='/evening']").first.focus()
    page.keyboard.press(" ")
    expect(spoken).to_contain_text(f"拿起 {name}")
    for _ in range(25):
        page.keyboard.press("ArrowDown")
        expect(spoken).to_contain_text(re.compile("可以|不可以|当天"))
        if page.locator(".turn:focus[data-d].can").count():
            break
    else:
        raise AssertionError("nobody may change places")
    page.keyboard.press("Enter")
    expect(page.locator(SAID)).to_contain_text(re.compile(f"{name}与.+对调"))
    page.keyboard.press("Control+z")
    expect(page.locator("table.load .dot")).to_have_count(0)
    page.get_by_role("link", name="按点位").click()
    expect(page.locator(".holes .because")).to_contain_text("录入培训")


def look_for_something(me: Visitor) -> None:
    page = me.page
    page.get_by_placeholder("找点位").fill("西门")
    expect(page.locator(".week tbody th.place")).to_have_text([re.compile("缺口"), re.compile("西门卡口")])
    expect(page.get_by_placeholder("找点位")).to_be_focused()
    page.select_option("[name=category]", "cadre")
    expect(page).to_have_url(re.compile("post=.*category=cadre"))
    me.picture("filtered")
    page.get_by_role("link", name="按人").click()
    expect(page).to_have_url(re.compile("category=cadre"))
    expect(page.locator("table.load tbody tr").first).to_contain_text("干部")
    expect(page.locator("table.load .own-load").first).to_contain_text("/40 小时")
    me.picture("by-person-filtered")
    me.no_violations()
    page.get_by_role("link", name="清除").click()
    expect(page.locator("table.load tbody tr")).to_have_count(25)
    page.get_by_role("link", name="按点位").click()
    expect(page.locator(".week tbody th.place")).to_have_count(4)
    me.no_violations()


@pytest.mark.timeout(240)
def test_a_post_is_opened_for_tonight_filled_and_closed_again(service: Service, visit: Visit) -> None:
    town = service.town("posts-story")
    service.published(town)
    me = visit()
    me.sign_in(town)
    page, dialog = me.page, me.page.locator("dialog")
    page.get_by_text("点位与勤务").click()
    page.get_by_role("link", name="临时开一个点位").click()
    dialog.locator("#post-name").fill("南渡口")
    dialog.locator("#post-area").select_option("east")
    me.picture("open-post")
    me.no_violations()
    dialog.get_by_role("button", name="开点位").click()
    expect(page.locator("h1")).to_have_text("补齐新开的席位")
    best = page.locator(".alternative").first
    expect(best).to_contain_text("南渡口", timeout=90_000)
    me.picture("opened-filled")
    best.locator("button[value=publish]").click()
    expect(page.locator(".top > .tag.published")).to_contain_text("已发布 v2")
    row = page.locator(".week tbody tr", has=page.locator("th", has_text="南渡口"))
    expect(row.locator(".band.N .n")).to_have_text("2/2")
    page.get_by_text("点位与勤务").click()
    page.get_by_role("link", name="关闭一个点位").click()
    dialog.locator("#closing-post").select_option(label="南渡口")
    dialog.get_by_role("button", name="看看会取消哪些班").click()
    expect(dialog.locator(".note.warning")).to_contain_text("取消 1 班，2 人次不用再来")
    me.picture("close-post")
    me.no_violations()
    dialog.get_by_role("button", name="关闭点位").click()
    expect(page.locator(".note.ok")).to_contain_text("取消 1 班，2 人不用再来")
    expect(page.locator(".top > .tag.draft")).to_be_visible()
    expect(row).to_have_count(0)


def test_many_posts_get_a_template_without_any_script(service: Service, visit: Visit) -> None:
    town = service.town("restaff-story")
    service.published(town)
    later = service.week + timedelta(days=7)
    service.store.weeks.make(town, later)
    me = visit(scripts=False)
    me.sign_in(town)
    page = me.page
    page.get_by_text("点位与勤务").click()
    page.get_by_role("link", name="给点位套用编组").click()
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".note.error")).to_contain_text("先勾选点位")
    page.locator("input[name=post][value=west-gate]").check()
    page.locator("#first_day").fill(str(service.problem(town).date_of(3)))
    page.get_by_role("button", name="预览").click()
    weeks = page.locator(".preview .weeks > li")
    expect(weeks).to_have_count(2)
    first = re.compile("增加 12 个席位 · 减少 4 个.*已发布的不动.*4 人次会空出来", re.DOTALL)
    expect(weeks.nth(0)).to_contain_text(first)
    expect(weeks.nth(1)).to_have_text("以后的周不变。")
    page.get_by_label("从那天起一直这样").check()
    page.get_by_role("button", name="预览").click()
    expect(weeks.nth(1)).to_contain_text(re.compile("增加 21 个席位 · 减少 7 个.*还没有班表", re.DOTALL))
    expect(weeks.nth(2)).to_have_text("以后新建的周照此排班。")
    me.picture("restaff", full=True)
    me.nothing_sticks_out()
    page.get_by_role("button", name="套用").click()
    expect(page.locator(".note.ok").first).to_contain_text("已给 1 个点位套用编组")
    expect(page.locator(".note.ok").last).to_contain_text("以后的 1 周也改了")
    expect(page.locator(".top > .tag.draft")).to_be_visible()
    for start in (service.week, later):
        nights = [d.value for d in service.store.weeks.duties(town, start) if d.value.id.endswith("/night")]
        assert {s.position for s in nights[-1].seats} == {"leader", "guide"}, "no recorder at the west gate any more"
    cell(page, "桥头卡口", 4, "E").click()
    page.get_by_role("link", name="换下").first.click()
    page.get_by_role("link", name="比较").first.click()
    expect(page.locator("h1")).to_have_text("比一比")
