"""The board by hand: drag and drop, the same by keys, undo, several cells at once, why this one, posts in one step."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduler import document, towns
from scheduler.problem import Assignment

from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
PATIENCE = 20_000
"""Milliseconds that a page may take while other tests keep the machine busy."""
SAID = "#hint"


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def cell(page: Page, post: str, day: int, kind: str) -> Locator:
    """The band of a post on the `day`-th day."""
    row = page.locator(".week tbody tr", has=page.locator("th", has_text=post))
    return row.locator("td").nth(day).locator(f".band.{kind}")


def name_in(band: Locator) -> str:
    return band.locator(".who").inner_text()


def grab(page: Page, band: Locator) -> None:
    """Press the mouse on a band and begin to drag it; wait until the board says who may go where."""
    box = band.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + box["height"] / 2 + 2)
    expect(page.locator(".band.can").first).to_be_visible()
    expect(page.locator(".band.cannot").first).to_be_visible()


def hold_over(page: Page, band: Locator) -> None:
    box = band.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=3)


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
    look_for_something(me)


def drag_and_drop(me: Visitor) -> None:
    page = me.page
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
    expect(page.locator(".note[role=status]")).to_contain_text("1 个点位：新增")
    me.picture("restaff")
    me.nothing_sticks_out()
    before = len(service.problem(town).duties)
    page.get_by_role("button", name="套用").click()
    expect(page.locator(".note.ok")).to_contain_text("已给 1 个点位套用编组")
    expect(page.locator(".top > .tag.draft")).to_be_visible()
    assert len(service.problem(town).duties) >= before
    cell(page, "桥头卡口", 4, "E").click()
    page.get_by_role("link", name="换下").first.click()
    page.get_by_role("link", name="比较").first.click()
    expect(page.locator("h1")).to_have_text("比一比")


def test_the_board_can_be_read_and_used_in_the_hand(service: Service, visit: Visit) -> None:
    """In English, whose words are the longer ones."""
    town = service.town("board-hand")
    service.published(town)
    me = visit("phone", "en-GB")
    me.sign_in(town)
    me.page.locator(".band.gap").click()
    expect(me.page.locator("#panel .seat").first).to_be_visible()
    for name, path in {
        "board": "",
        "people": "?view=people",
        "restaff": "/posts/staffing",
        "open-post": "/posts/open",
        "close-post": f"/posts/close?post=bridge&moment={service.week}T12:00",
        "findings": "/findings",
        "keys": "/keys",
    }.items():
        me.go(service.board(town) + path)
        me.nothing_sticks_out()
        me.picture(f"hand-{name}")
        me.no_violations()


def shouchang(service: Service) -> str:
    """Some 630 people at 29 posts, with a draft in which every duty has somebody in each position."""
    body = towns.make("shouchang", 1, service.week)
    service.store.load_town(body)
    service.store.accounts.create("shouchang", "刘组织", PASSWORD, "organiser", "shouchang")
    problem = document.load(body)
    people = cycle(p.id for p in problem.people)
    made = [Assignment(next(people), d.id, s.position) for d in problem.duties for s in d.seats]
    service.store.rosters.save_draft("shouchang", service.week, made, origin="edit", by="test")
    return "shouchang"


def test_a_town_of_thirty_posts_is_ready_in_a_second_and_a_half(service: Service, visit: Visit) -> None:
    """Measured in the browser and printed; asserted generously, for other processes are at work too."""
    town = shouchang(service)
    me = visit()
    me.sign_in(town)
    me.go(service.board(town))
    timing = me.page.evaluate(
        "(() => { const n = performance.getEntriesByType('navigation')[0];"
        " return { answered: n.responseEnd, interactive: n.domContentLoadedEventEnd, bytes: n.encodedBodySize }; })()"
    )
    sys.stdout.write(f"shouchang: answered {timing['answered']:.0f} ms, interactive {timing['interactive']:.0f} ms\n")
    assert timing["interactive"] <= 6_000
    assert timing["bytes"] <= 500_000
    expect(me.page.locator("[data-badge]")).to_have_text(re.compile("违规|无违规"))
    shown = me.page.locator(".week tbody tr").nth(5)
    assert shown.evaluate("row => getComputedStyle(row).contentVisibility") == "auto"
    frames = me.page.evaluate(
        "async () => { const area = document.querySelector('.sheet-area'), took = []; let last = performance.now();"
        " for (let i = 0; i < 40; i++) { area.scrollBy(0, 60); await new Promise(requestAnimationFrame);"
        " const now = performance.now(); took.push(now - last); last = now; }"
        " return took.sort((a, b) => a - b); }"
    )
    sys.stdout.write(f"frames while scrolling, ms: median {frames[20]:.0f}, longest {frames[-1]:.0f}\n")
    me.picture("shouchang")
