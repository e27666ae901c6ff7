"""The repair's story: a volunteer drops out, the organiser takes an alternative, the substitute sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from scheduler.problem import Assignment

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.timeout(300)
def test_a_drop_out_is_repaired_published_and_seen_by_the_substitute(service: Service, visit: Visit) -> None:
    town = service.town("repair-story")
    roster = service.published(town)
    gone = next(a for a in roster.assignments if a.duty.startswith("bridge/") and a.duty.endswith("/evening"))
    name = next(p.name for p in service.problem(town).people if p.id == gone.person)
    drop_out(service, visit, town, gone)

    me = visit()
    me.sign_in(town)
    expect(me.page.locator(".top .count")).to_have_text("1")
    me.page.get_by_role("link", name="有人来不了").click()
    report = me.page.locator(".report")
    expect(report).to_contain_text(name)
    expect(report).to_contain_text("发烧")
    expect(report).to_contain_text("桥头卡口")
    expect(report.get_by_role("checkbox")).to_be_checked()
    me.picture("repair-who")
    me.page.get_by_role("button", name="找补法").click()
    best = me.page.locator(".alternative.best")
    expect(best).to_be_visible(timeout=180_000)
    expect(best).to_contain_text("人有变动")
    expect(best.locator(".moves")).to_contain_text(name)
    expect(best).to_contain_text("全部硬性规则满足")
    expect(best.locator(".messages")).to_contain_text("请点“收到”")
    assert 1 <= me.page.locator(".alternative").count() <= 3
    me.picture("repair", full=True)
    best.get_by_role("button", name="采用并发布").click()
    expect(me.page.locator(".top > .tag.published")).to_contain_text("已发布 v2")
    assert not service.serves(town, gone)
    assert service.store.absences.list(town, state="reported") == []
    substitute_sees_it(service, visit, town, gone)


def drop_out(service: Service, visit: Visit, town: str, gone: Assignment) -> None:
    volunteer = visit("phone")
    volunteer.go(f"{service.link(town, gone.person)}/absence?duty={gone.duty}")
    volunteer.page.fill("#reason", "发烧")
    volunteer.page.get_by_role("button", name="确定来不了").click()
    expect(volunteer.page.locator(".note").first).to_contain_text("会另找人")


def substitute_sees_it(service: Service, visit: Visit, town: str, gone: Assignment) -> None:
    published = service.store.rosters.get(town, service.week, "published").assignments
    taker = next(a.person for a in published if (a.duty, a.position) == (gone.duty, gone.position))
    duty = next(d for d in service.problem(town).duties if d.id == gone.duty)
    day = f"{duty.start:%-m}月{duty.start:%-d}日 中班"
    substitute = visit("phone")
    substitute.go(service.link(town, taker))
    expect(substitute.page.locator("main")).to_contain_text(day)
    former = visit("phone")
    former.go(service.link(town, gone.person))
    expect(former.page.locator("main")).not_to_contain_text(day)


def test_several_people_can_be_entered_by_an_organiser_before_anything_is_asked(service: Service, visit: Visit) -> None:
    town = service.town("several-story")
    service.published(town)
    me = visit()
    me.sign_in(town)
    me.page.get_by_role("link", name="有人来不了").click()
    for name in ("沈佳宁", "程立群"):
        me.page.get_by_role("searchbox").fill(name)
        me.page.get_by_role("button", name="查找").click()
        me.page.get_by_role("button", name=f"+ {name}").click()
        expect(me.page.locator(".entry legend", has_text=name)).to_be_visible()
    expect(me.page.locator(".entry")).to_have_count(2)
    me.page.locator(".entry select").first.select_option("rest")
    me.picture("repair-several")
    me.page.get_by_role("button", name="去掉 程立群").click()
    expect(me.page.locator(".entry")).to_have_count(1)
    expect(me.page.locator(".entry select").first).to_have_value("rest")
