"""From an installation that has just been made to a first roster, through pages alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
POSTS = """名称,片区,班制,编组
石桥东口,东片,三班制（8 小时）,小区单出口
石桥西口,西片,日班（9 小时）,小区单出口
"""
NAMES = ("沈佳宁", "陆明哲", "高云舟", "夏知行", "何建平", "吴思远", "方一鸣", "顾小满", "邵一帆")
CADRE, VOLUNTEER = "干部,镇政府,干部约定,组长资格", "志愿者,居民,志愿者约定,"
PEOPLE = "姓名,类别,单位,约定,资质\n" + "".join(
    f"{name},{CADRE if i < 4 else VOLUNTEER}\n" for i, name in enumerate(NAMES)
)


@pytest.mark.timeout(300)
def test_a_town_from_nothing_to_its_first_roster(service: Service, visit: Visit, tmp_path: Path) -> None:
    service.store.accounts.create("first-of-all", "周管理", PASSWORD, "platform_administrator")
    me = visit()
    me.expected = {422}
    me.sign_in_by_form("first-of-all")
    pictured(me, "towns")
    me.page.get_by_role("link", name="新建镇街").click()
    new_town(me)
    town = "shiqiao-town"
    expect(me.page.locator(".steps li")).to_have_count(6)
    expect(me.page.locator(".steps .next")).to_contain_text("片区和来源单位")
    looked(me, "first-steps")
    english_and_by_hand(visit, town)
    import_file(me, "点位和编组：导入点位表", tmp_path / "点位.csv", POSTS, words=2)
    back_to_the_card(me)
    import_file(me, "人员：导入人员表", tmp_path / "人员.csv", PEOPLE, words=2)
    back_to_the_card(me)
    expect(me.page.locator(".steps .done")).to_have_count(3)
    account(me)
    back_to_the_card(me)
    expect(me.page.locator(".steps .next")).to_contain_text("建好一周")
    looked(me, "steps-half-way")
    me.page.get_by_role("button", name="按编组新建").click()
    expect(me.page.locator(".week tbody tr", has_text="石桥东口").locator(".band")).to_have_count(21)
    looked(me, "first-week")
    generate(me)


def looked(me: Visitor, name: str) -> None:
    """Accessible, and pictures at both widths."""
    me.no_violations()
    pictured(me, name)


def pictured(me: Visitor, name: str) -> None:
    """What test_every_page asks axe about."""
    for size in ("phone", "desktop"):
        me.resize(size)  # type: ignore[arg-type]
        me.nothing_sticks_out()
        me.picture(name, full=True)


def new_town(me: Visitor) -> None:
    page = me.page
    pictured(me, "new-town")
    page.get_by_text("先用示例镇街试一试").click()
    expect(page.get_by_label("名称", exact=True)).to_be_hidden()
    me.picture("new-town-example", full=True)
    page.get_by_text("从问题文件导入").click()
    page.set_input_files("#file", {"name": "旧.json", "mimeType": "application/json", "buffer": b'{"days": 0}'})
    page.click(".actions .primary")
    expect(page.locator(".document-faults li").first).to_be_visible()
    looked(me, "new-town-faults")
    page.get_by_text("带上常用的基础资料").click()
    page.fill("#name_en", "Shíqiáo Town")
    expect(page.locator("#id")).to_have_attribute("placeholder", "shiqiao-town")
    page.fill("#name", "石桥镇")
    page.click(".actions .primary")
    expect(page.locator(".note.ok")).to_contain_text("石桥镇")


def english_and_by_hand(visit: Visit, town: str) -> None:
    """The card in English, and a post with its staffing without scripts."""
    me = visit("phone", "en-GB", scripts=False)
    me.sign_in("first-of-all", f"/towns/{town}")
    expect(me.page.locator(".begin h2")).to_have_text("Getting started")
    me.picture("first-steps", full=True)
    me.page.get_by_role("link", name="Posts and their staffing: Add").click()
    me.page.fill("#name", "Bridge")
    me.page.select_option("[name=staffing-template] >> nth=0", "gate")
    me.page.select_option("[name=staffing-shifts] >> nth=0", "three-shifts|night")
    me.nothing_sticks_out()
    me.picture("post-staffing", full=True)
    me.page.get_by_role("button", name="Add", exact=True).click()
    expect(me.page.get_by_role("link", name="Bridge")).to_be_visible()


def import_file(me: Visitor, link: str, file: Path, text: str, words: int) -> None:
    """A file from the card to its confirmation; `words` are new to the town and are added."""
    file.write_text(text, "utf-8")
    me.page.get_by_role("link", name=link).click()
    me.page.set_input_files("#file", file)
    me.page.click("form .primary")
    boxes = me.page.locator("input[name=add]")
    expect(boxes).to_have_count(words)
    for i in range(words):
        boxes.nth(i).check()
    me.page.click("#answers .actions button")
    me.page.click(".import-confirm .primary")
    expect(me.page.locator(".note.ok")).to_contain_text("已导入")


def back_to_the_card(me: Visitor) -> None:
    me.page.locator(".top nav").get_by_role("link", name="周班表").click()
    expect(me.page.locator(".begin")).to_be_visible()


def account(me: Visitor) -> None:
    me.page.get_by_role("link", name="组织者的账号").click()
    me.page.fill("#name", "刘组织")
    me.page.fill("#login", "liu-of-shiqiao")
    me.page.fill("#password", PASSWORD)
    me.page.select_option("#role", "organiser")
    me.page.click(".card .primary")
    expect(me.page.locator("table.list")).to_contain_text("liu-of-shiqiao")


def generate(me: Visitor) -> None:
    page = me.page
    page.click(".top a[data-dialog]")
    dialog = page.locator("dialog")
    dialog.get_by_text("快", exact=True).click()
    dialog.get_by_role("button", name="开始生成").click()
    expect(page.locator(".top > .tag.draft")).to_be_visible(timeout=120_000)
    expect(page.locator(".holes.none")).to_be_visible()
    expect(page.locator(".begin")).to_have_count(0)
    expect(page.locator(".week .nobody")).to_have_count(0)
    me.picture("first-roster", full=True)
