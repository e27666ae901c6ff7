"""An organiser brings a spreadsheet and a list from the group chat, puts right what is doubtful, and confirms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.importing.files import workbook

from .service import Service
from .visitor import SIZES, Visitor

Visit = Callable[..., Visitor]
ROWS = [
    ["寿山镇志愿者名单（十一月）"],
    ["姓名", "手机号", "类别", "单位", "资质", "愿上夜班", "备注"],
    ["沈佳宁", 15400000007, "志愿者", "东村", "录入培训(2027-06-30)", "是", ""],
    ["陆明哲", 15499990008, "志愿者", "东村", "", "", "换了号码"],
    ["林小满", 15499990001, "志愿者", "西村", "录入培训", "是", ""],
    ["周立夏", 15499990002, "民兵", "西村", "", "否", ""],
    ["方一鸣", "12345", "志愿者", "东村", "", "", ""],
    ["高云舟", "", "干部", "镇政府", "", "也许", ""],
]
LIST = """#接龙 下周值班报名
例 张三 周三夜班
1. 沈佳宁 周三夜班🌙
2、林小满 15499990001 周六日都行
3 王五+1
4. 高云舟 除了周三都行
5. 夏知行 下个月再说
6. 吴思远 {relative}夜班"""


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-CN"), ("phone", "en-GB")])
def test_from_the_file_to_the_people(service: Service, visit: Visit, tmp_path: Path, size: str, language: str) -> None:
    town = service.town(f"import-{size}")
    file = tmp_path / "志愿者名单.xlsx"
    file.write_bytes(workbook(ROWS, merged=["A1:G1"]))
    me = visit(size, language)
    me.expected = {422}
    me.sign_in(town, f"/towns/{town}/people")
    me.page.click(".import-link a")
    looked(me, "import-start")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(workbook(ROWS[1:], merged=["D2:D3"]))
    me.page.set_input_files("#file", bad)
    me.page.click("form .primary")
    expect(me.page.locator(".note.error")).to_contain_text("D2:D3")
    me.page.set_input_files("#file", file)
    me.page.click("form .primary")
    expect(me.page.locator(".import-figures .attention b")).to_have_text("5")
    looked(me, "import-check")
    me.page.locator("input[name=add]").nth(0).check()
    me.page.locator("input[name=add]").nth(1).check()
    me.page.select_option("#who-4", "p08")
    me.page.click("#answers .actions button")
    expect(me.page.locator(".import-figures .attention b")).to_have_text("2")
    looked(me, "import-answered")
    me.page.check("input[name=leave_out]")
    me.page.click(".import-confirm .primary")
    expect(me.page.locator(".note.ok")).to_be_visible()
    names = {person.name for person in service.store.things.all(town, "people")}
    assert {"林小满", "周立夏"} <= names
    assert service.store.things.get(town, "people", "p08").value.phone == "15499990008"  # type: ignore[union-attr]

    me.go(f"/towns/{town}/import?kind=signups")
    me.page.fill("#text", LIST.format(relative="下周三"))
    me.page.fill("#said_on", str(service.week - timedelta(days=2)))
    me.picture("import-list", full=True)
    me.page.click("form .primary")
    expect(me.page.locator(".doubtful")).to_have_count(2)
    counted = me.page.locator(".import-lines li.clear", has_text="吴思远").locator(".span")
    wednesday = service.week + timedelta(days=2)
    said = f"{wednesday.month}月{wednesday.day}日" if language == "zh-CN" else f"{wednesday.day} "
    expect(counted).to_contain_text(said)
    looked(me, "import-lines")
    me.page.fill("input[name=line-7]", "夏知行 周一早班")
    me.page.click("#answers .actions button")
    expect(me.page.locator(".doubtful")).to_have_count(1)
    me.page.check("input[name=leave_out]")
    me.page.click(".import-confirm .primary")
    expect(me.page.locator(".note.ok")).to_be_visible()
    wishes = service.store.things.get(town, "people", "p10").value.availability  # type: ignore[union-attr]
    assert [span.status for span in wishes] == ["prefer"]
    by_hand(me, service, town)
    if size == "desktop":
        basics(me, service, town)


def by_hand(me: Visitor, service: Service, town: str) -> None:
    """What no file was needed for: how to get to a post, and one person; a volunteer sees the way."""
    page = me.page
    me.go(f"/towns/{town}/posts")
    looked(me, "posts")
    page.get_by_role("link", name=re.compile("桥头卡口|Bridge")).click()
    page.fill("#directions", "3 路公交到桥头站，往南 200 米")
    page.fill("#bring", "反光背心")
    page.fill("#latitude", "129")
    page.locator("form .primary").click()
    expect(page.locator("#wrong-latitude")).to_be_visible()
    looked(me, "post-edit")
    page.fill("#latitude", "29.36")
    page.fill("#longitude", "119.23")
    page.locator("form .primary").click()
    expect(page.locator(".note.ok")).to_be_visible()
    me.go(f"/towns/{town}/people/p07/edit")
    page.fill("#phone", "1")
    page.fill("#email", "x")
    page.locator("form .primary").click()
    expect(page.locator("[aria-invalid]")).to_have_count(2)
    looked(me, "person-edit")
    page.fill("#phone", "15499990007")
    page.fill("#email", "jianing@example.org")
    page.locator("form .primary").click()
    expect(page.locator(".facts-list")).to_be_visible()
    looked(me, "person")
    roster = service.published(town)
    bridge = {d.id for d in roster.duties if d.post == "bridge"}
    served = next(a for a in sorted(roster.assignments, key=lambda a: a.duty) if a.duty in bridge)
    me.go(service.link(town, served.person))
    expect(page.locator("body")).to_contain_text("往南 200 米")
    expect(page.locator("body")).to_contain_text("反光背心")


def basics(me: Visitor, service: Service, town: str) -> None:
    """A new area, a category under another name, a contract; a day cut in four, and a team made for it.

    Once, looked at in both sizes; axe has seen the pages in test_every_page, here it sees those with faults.
    """
    page, things, at = me.page, service.store.things, f"/towns/{town}/basics"
    me.go(at)
    seen(me, "basics")
    page.locator(f"a[href='{at}/areas/new']").click()
    page.fill("#name", "北村")
    page.select_option("#parent", "east")
    page.fill("#latitude", "129")
    page.locator(".primary").click()
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    page.fill("#latitude", "29.36")
    page.fill("#longitude", "119.23")
    page.locator(".primary").click()
    expect(page.locator(".basics-list")).to_contain_text("北村")
    seen(me, "basics-areas")
    me.go(f"{at}/categories")
    page.locator(".basics-list a").first.click()
    page.fill("#name", "机关干部")
    page.locator(".primary").click()
    expect(page.locator(".note.ok")).to_contain_text("机关干部")
    me.go(f"{at}/contracts/new")
    page.fill("#name", "周末志愿者")
    page.fill("#max_hours_24h", "26")
    page.fill("#max_nights", "0")
    page.locator(".primary").click()
    expect(page.locator("#wrong-max_hours_24h")).to_be_visible()
    seen(me, "basics-contract")
    page.fill("#max_hours_24h", "8")
    page.locator(".primary").click()
    expect(page.locator(".basics-list .said")).to_contain_text("8")
    me.go(f"{at}/shift-patterns/new")
    page.fill("#name", "四班")
    clocks = ["00:00", "6:00", "12:00", "18:00", "24:00"]
    for number, name in enumerate(("凌晨", "早班", "中班", "晚班", "多余")):
        if number:
            page.locator("[data-add]").click()
        page.fill(f"#shifts-{number}-name", name)
        page.fill(f"#shifts-{number}-start", clocks[number])
        page.fill(f"#shifts-{number}-end", clocks[(number + 1) % 5])
    page.locator("[data-drop]").last.click()
    page.check("[name=shifts-0-night]")
    page.locator(".primary").click()
    expect(page.locator(".day-bar")).to_have_count(2)
    page.get_by_role("link", name="四班").click()
    expect(page.locator(".day-bar rect")).to_have_count(5)
    seen(me, "basics-pattern")
    me.go(f"{at}/staffing-templates/new")
    page.fill("#name", "两人组")
    page.select_option("#seats-0-position", "leader")
    page.locator("li .ticked summary").first.click()
    page.check("[name=seats-0-qualifications][value=leader]")
    page.locator("[data-add]").click()
    page.select_option("#seats-1-position", "leader")
    page.fill("#seats-1-ideal", "2")
    page.locator(".primary").click()
    expect(page.locator("#wrong-seats-1-position")).to_be_visible()
    me.no_violations()
    seen(me, "basics-template")
    page.select_option("#seats-1-position", "guide")
    page.locator(".primary").click()
    expect(page.locator(".note.ok")).to_be_visible()
    pattern: Any = things.get(town, "shift_patterns", "四班").value
    assert [s.name for s in pattern.shifts if s.night] == ["凌晨"]
    assert [f"{s.end:%H:%M}" for s in pattern.shifts] == ["06:00", "12:00", "18:00", "00:00"]
    team: Any = things.get(town, "staffing_templates", "两人组").value
    assert [(s.position, s.min, s.ideal, s.max, s.qualifications) for s in team.seats] == [
        ("leader", 1, 1, 1, ("leader",)), ("guide", 1, 2, 2, ()),
    ]  # fmt: skip
    contract: Any = things.get(town, "contracts", "周末志愿者").value
    assert (contract.max_hours_24h, contract.max_nights, contract.max_duties) == (8, 0, None)


def seen(me: Visitor, name: str) -> None:
    for size in SIZES:
        me.resize(size)
        me.nothing_sticks_out()
        me.picture(name, full=True)
    me.resize("desktop")


def looked(me: Visitor, name: str) -> None:
    me.picture(name, full=True)
    me.nothing_sticks_out()
    me.no_violations()
