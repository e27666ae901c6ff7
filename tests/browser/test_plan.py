"""The organiser's story about versions: a second roster waits beside the draft, is compared, accepted, published, and
an earlier version comes back. And the administrator's about a rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from . import small_town
from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.timeout(240)
def test_two_rosters_are_compared_and_one_is_accepted_published_and_taken_back(service: Service, visit: Visit) -> None:
    town = service.town("compare-story")
    left_out = small_town.roster(service.problem(town))[-1]
    first = service.published(town, drop=(left_out.duty, left_out.position))
    service.store.rosters.save_draft(
        town, service.week, first.assignments[1:], origin="edit", by="test", based_on=first.number
    )
    me = visit()
    me.sign_in(town)
    page = me.page
    me.go(service.board(town) + "/generate")
    expect(page.get_by_label("算好后先放在旁边")).to_be_checked()
    me.no_violations()
    me.picture("generate-beside")
    page.get_by_text("快", exact=True).click()
    page.get_by_role("button", name="开始生成").click()
    compare = page.get_by_role("link", name="比较方案")
    expect(compare).to_be_visible(timeout=120_000)
    compare.click()
    table = page.locator("table.compare")
    expect(table.locator("thead")).to_contain_text("现在的草稿")
    expect(table.locator("tr", has_text="缺口").locator("td.best")).to_have_count(1)
    me.no_violations()
    me.nothing_sticks_out()
    me.picture("compare", full=True)
    page.once("dialog", lambda dialog: dialog.accept())
    table.get_by_role("button", name="采用").click()
    expect(page.get_by_text("已采用")).to_be_visible()

    me.go(service.board(town) + "/publish")
    page.get_by_text("看看会发什么消息").click()
    expect(page.locator("blockquote").first).to_be_visible()
    me.no_violations()
    me.picture("publish-preview", full=True)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(service.url + service.board(town))

    me.go(service.board(town) + "/versions")
    expect(page.locator("ol.versions > li")).to_have_count(2)
    page.locator("ol.versions summary").first.click()
    me.no_violations()
    me.picture("versions", full=True)
    page.get_by_role("button", name="恢复这一版").click()
    expect(page.locator(".sheet h1")).to_contain_text("发布班表")
    page.get_by_role("button", name="发布", exact=True).click()
    published = service.store.rosters.get(town, service.week, "published")
    assert set(published.assignments) == set(first.assignments)


def test_an_administrator_changes_a_rule_on_a_phone(service: Service, visit: Visit) -> None:
    town = service.town("rules-story")
    service.published(town)
    service.store.accounts.create("boss-of-rules", "陈镇长", PASSWORD, "town_administrator", town)
    me = visit("phone")
    me.sign_in("boss-of-rules")
    page = me.page
    me.go(f"/towns/{town}/rules")
    me.no_violations()
    me.nothing_sticks_out()
    me.picture("rules", full=True)
    page.select_option("#rule", "max_nights")
    page.get_by_role("button", name="继续").click()
    page.fill("[name=max]", "0")
    me.picture("rule", full=True)
    page.get_by_role("button", name="试一试").click()
    expect(page.locator("#trial")).to_contain_text("违反硬性规则")
    me.no_violations()
    me.nothing_sticks_out()
    me.picture("rule-tried", full=True)
    page.get_by_text("愿望，每超出一个单位计分").click()
    page.fill("[name=weight]", "4")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".rules")).to_contain_text("愿望 · 4 分")
    added = service.store.rules.get(town).value[-1]
    assert (added["rule"], added["hard"], added["weight"], added["max"]) == ("max_nights", False, 4, 0)
    page.locator("li.card", has_text="愿望 · 4 分").get_by_role("button", name="关闭").click()
    expect(page.locator("li.card.off")).to_contain_text("已关闭")
