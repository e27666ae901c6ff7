"""Gaps in the browser: the organiser offers them, a captain claims some on a telephone and gives one back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.timeout(120)
def test_a_captain_claims_an_offered_gap_on_a_telephone(service: Service, visit: Visit) -> None:
    town = service.town("gap-story")
    day = f"{service.week:%Y-%m-%d}"
    gap = (f"bridge/{day}/evening", "guide")
    service.published(town, drop=gap)
    me = visit()
    me.sign_in(town)
    me.go(f"{service.board(town)}/gaps")
    expect(me.page.locator("tr.slot")).to_have_count(2)  # the one that was dropped, the one that nobody can fill
    me.page.get_by_role("button", name="勾选全部席位").click()
    me.page.locator("#pick").fill("东村")
    me.page.get_by_label(re.compile("东村")).check()
    me.picture("gaps")
    me.no_violations()
    me.page.get_by_role("button", name="提供给所选队伍").click()
    link = me.page.get_by_role("link", name="打开看看").get_attribute("href")
    assert link is not None
    me.picture("gaps-offered", full=True)
    me.no_violations()

    captain = visit("phone")
    captain.go(link.removeprefix(service.url))
    expect(captain.page.locator(".slot")).to_have_count(2)
    captain.picture("team", full=True)
    captain.nothing_sticks_out()
    captain.no_violations()
    captain.page.get_by_role("link", name=re.compile("^认领：")).first.tap()
    expect(captain.page.get_by_role("heading", name="这一班谁在")).to_be_visible()
    first = captain.page.locator(".able li").filter(has=captain.page.get_by_role("checkbox")).first
    name = first.locator("b").first.inner_text()
    first.get_by_role("checkbox").check()
    captain.picture("team-seat", full=True)
    captain.nothing_sticks_out()
    captain.no_violations()
    captain.page.get_by_role("button", name="认领").tap()
    expect(captain.page.locator(".note.ok")).to_contain_text("已认领 1 个席位")
    expect(captain.page.locator(".mine")).to_contain_text(name)
    captain.picture("team-claimed", full=True)
    held = service.store.rosters.get(town, service.week, "published").assignments
    assert sum((a.duty, a.position) == gap for a in held) == 1

    me.go(f"{service.board(town)}/gaps")
    expect(me.page.locator(".matrix .seat").filter(has_text="认领 1").first).to_be_visible()
    mine = me.page.locator(".beside tr", has=me.page.get_by_text(f"✓ {name} 已认领"))
    expect(mine.locator(".ours")).to_contain_text(name)  # in the town's roster and in the team's, side by side
    me.picture("gaps-claimed", full=True)
    me.no_violations()
    phone = visit("phone", language="en-GB")
    phone.sign_in(town)
    phone.go(f"{service.board(town)}/gaps")
    expect(phone.page.locator(".matrix tr.slot").first).to_contain_text("complete")
    phone.picture("gaps-claimed", full=True)
    phone.nothing_sticks_out()
    phone.no_violations()

    nobody = captain.page.get_by_role("link", name=re.compile("^认领："))
    nobody.first.tap()
    expect(captain.page.locator("main")).to_contain_text("本队没有人能按规则来这一班")
    captain.page.locator(".unable summary").tap()
    captain.picture("team-seat-nobody", full=True)
    captain.no_violations()
    captain.page.go_back()

    captain.page.once("dialog", lambda dialog: dialog.accept())
    captain.page.get_by_role("button", name=f"退回 {name}").tap()
    expect(captain.page.locator(".note.ok")).to_contain_text("已退回")
    held = service.store.rosters.get(town, service.week, "published").assignments
    assert sum((a.duty, a.position) == gap for a in held) == 0
    wide = visit(language="en-GB")
    wide.go(link.removeprefix(service.url))
    wide.picture("team", full=True)
    wide.no_violations()
