"""The organiser takes the week out: workbook, pages to print, text and picture; then looks who carries what."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
A4, A3 = (842, 595), (1191, 842)
"""Landscape, in points."""


def readable(me: Visitor) -> None:
    """By everybody: axe finds nothing, nothing sticks out."""
    me.nothing_sticks_out()
    found = Axe().run(me.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


def pages(me: Visitor) -> list[tuple[int, int]]:
    """Width and height of each page of the printed page, in whole points."""
    pdf = me.page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == len(boxes)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.timeout(240)
def test_an_organiser_takes_the_week_out(service: Service, visit: Visit, tmp_path: Path) -> None:
    town = service.town("exports-story")
    service.published(town)
    me = visit()
    me.sign_in(town)
    me.page.locator("details.menu", has_text="导出").locator("summary").click()
    me.picture("export-menu")
    me.page.get_by_role("link", name="Excel 值班表…").click()
    expect(me.page.locator("h1")).to_contain_text("导出")
    readable(me)
    me.picture("export", full=True)
    take_the_workbook(me, tmp_path)
    print_the_posts(me)
    share_with_the_group(me, tmp_path)
    look_who_carries_what(me)


def take_the_workbook(me: Visitor, folder: Path) -> None:
    page = me.page
    page.get_by_label("完整号码（记入操作记录）").check()
    page.get_by_role("button", name="下载 .xlsx").first.click()
    assert page.evaluate("document.getElementById('x-why').validity.valueMissing")
    page.get_by_label("理由（完整号码必填）").fill("点长联系本组")
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 .xlsx").first.click()
    assert started.value.suggested_filename.startswith("小镇（示例）值班表（")
    file = folder / "sheet.xlsx"
    started.value.save_as(file)
    book = load_workbook(file)
    assert book.sheetnames == ["目录", "桥头卡口", "西门卡口", "跑腿与其他勤务"]
    assert any(re.search(r"154\d{8}", str(c.value)) for row in book["桥头卡口"].iter_rows() for c in row)
    holes = [c.value for row in book["西门卡口"].iter_rows() for c in row if str(c.value).startswith("缺1")]
    assert len(holes) == 1


def print_the_posts(me: Visitor) -> None:
    page = me.page
    page.get_by_role("button", name="打印预览").click()
    expect(page.locator(".leaf")).to_have_count(3)
    readable(me)
    me.picture("print", full=True)
    assert pages(me) == [A4] * 3
    page.get_by_role("link", name="A3").click()
    expect(page.locator("body.paper-A3 .leaf")).to_have_count(3)
    assert pages(me) == [A3] * 3
    page.get_by_role("link", name="按来源单位").click()
    expect(page.locator(".leaf")).to_have_count(2)
    expect(page.locator(".leaf caption").first).to_contain_text("小镇（示例）镇政府值班表")


def share_with_the_group(me: Visitor, folder: Path) -> None:
    page = me.page
    page.get_by_role("link", name="导出").click()
    page.get_by_label("一个点位的一周").select_option(label="西门卡口")
    page.get_by_role("button", name="生成文字和图片").click()
    me.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("小镇（示例）西门卡口值班表（")
    assert "录入 缺1" in copied
    picture = page.locator(".pictures img")
    expect(picture).to_have_count(1)
    assert page.evaluate("document.querySelector('.pictures img').naturalWidth") > 1000
    readable(me)
    me.picture("share", full=True)
    with page.expect_download() as started:
        page.get_by_role("link", name="保存图片").click()
    started.value.save_as(folder / "sheet.png")
    assert (folder / "sheet.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (folder / "sheet.png").stat().st_size > 20_000
    (Path("artefacts") / "screenshots" / "share-picture.png").write_bytes((folder / "sheet.png").read_bytes())
    page.get_by_label("一个点位的一周").select_option("")
    page.get_by_label("某一天").select_option(index=3)
    page.get_by_label("姓名").select_option("public")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("textarea")).to_have_value(re.compile(r"桥头卡口\n早 08:00–16:00 组长 .\*；引导 .\*"))
    me.picture("share-day", full=True)


def look_who_carries_what(me: Visitor) -> None:
    page = me.page
    page.get_by_role("link", name="导出").click()
    page.get_by_role("link", name="公平度", exact=True).click()
    expect(page.locator(".spread .card")).to_have_count(6)
    readable(me)
    me.picture("fairness", full=True)
    page.locator("#people ~ form").get_by_label("类别").select_option(label="干部")
    page.locator("#people ~ form").get_by_role("button", name="查看").click()
    expect(page.locator("section[aria-labelledby=people] tbody tr")).to_have_count(6)
    page.get_by_role("link", name="夜班").click()
    expect(page.locator("th a[aria-current]")).to_contain_text("夜班")


def test_the_pages_are_for_phones_and_in_english_too(service: Service, visit: Visit) -> None:
    town = service.town("exports-phone")
    service.published(town)
    me = visit("phone", "en-GB")
    me.sign_in(town)
    week = service.board(town)
    addresses = {
        "export": f"{week}/export",
        "share": f"{week}/share?post=bridge",
        "print": f"{week}/print",
        "fairness": f"/towns/{town}/fairness?week={service.week}",
    }
    for name, address in addresses.items():
        me.go(address)
        expect(me.page.locator("h1")).to_be_attached()
        if name == "share":
            expect(me.page.locator(".pictures img")).to_have_count(1)
        assert not re.search(r"[\u4e00-\u9fff]{4}", me.page.locator("main form").first.inner_text())
        readable(me)
        me.picture(name, full=True)
