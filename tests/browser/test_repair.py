"""Drop-outs in the browser: repaired in three taps and told to those concerned; called out when time is short."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from models.outbox import Asked
from scheduler import check, document
from scheduler.problem import Assignment

from . import small_town
from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
ZONE = ZoneInfo(small_town.ZONE)


@pytest.mark.timeout(300)
def test_a_drop_out_is_repaired_published_and_seen_by_the_substitute(service: Service, visit: Visit) -> None:
    town = service.town("repair-story")
    roster = service.published(town)
    gone = next(a for a in roster.assignments if a.duty.startswith("bridge/") and a.duty.endswith("/evening"))
    name = name_of(service, town, gone.person)
    drop_out(service, visit, town, gone)

    me = visit()
    me.sign_in(town, f"{service.board(town)}/repair")
    report = me.page.locator(".report")
    expect(report).to_contain_text(name)
    expect(report).to_contain_text("发烧")
    expect(report).to_contain_text("桥头卡口")
    expect(report.get_by_role("checkbox")).to_be_checked()
    me.picture("repair-who")
    me.no_violations()
    me.page.get_by_role("button", name="找补法").click()
    best = me.page.locator(".alternative.best")
    expect(best).to_be_visible(timeout=180_000)
    expect(best).to_contain_text("人有变动")
    expect(best.locator(".moves")).to_contain_text(name)
    expect(best).to_contain_text("全部硬性规则满足")
    assert 1 <= me.page.locator(".alternative:not(.callout)").count() <= 3
    expect(me.page.locator(".alternative.callout")).to_contain_text("可以问")
    me.picture("repair", full=True)
    me.no_violations()
    said = best.locator(".messages .said").all_inner_texts()
    best.get_by_role("button", name=re.compile("采用，通知 \\d 人并发布")).click()
    expect(me.page).to_have_url(re.compile(f"{service.week}(\\?|$)"))
    assert not service.serves(town, gone)
    assert service.store.absences.list(town, state="reported") == []
    only_those_concerned_are_told(service, town, roster.assignments, said)
    substitute_sees_it(service, visit, town, gone)


def name_of(service: Service, town: str, person: str) -> str:
    return next(p.name for p in service.problem(town).people if p.id == person)


def drop_out(service: Service, visit: Visit, town: str, gone: Assignment) -> None:
    volunteer = visit("phone")
    volunteer.go(f"{service.link(town, gone.person)}/absence?duty={gone.duty}")
    volunteer.page.fill("#reason", "发烧")
    volunteer.page.get_by_role("button", name="确定来不了").click()
    expect(volunteer.page.locator(".note").first).to_contain_text("会另找人")


def only_those_concerned_are_told(
    service: Service, town: str, before: tuple[Assignment, ...], said: list[str]
) -> None:
    """Exactly those whose duties differ, and in the words of the preview."""
    after = service.store.rosters.get(town, service.week, "published").assignments
    moved = {f"person:{a.person}" for a in set(before) ^ set(after)}
    sent = service.store.outbox.page(town, Asked(kind="roster_changed"), 1, 500).items
    assert {m.to for m in sent} == moved
    assert sorted(m.text.zh for m in sent) == sorted(said)


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


@pytest.mark.timeout(300)
def test_a_dispatcher_on_the_move_needs_three_taps(service: Service, visit: Visit) -> None:
    """A name, a span, a way to go on; on a telephone."""
    town = service.town("three-taps")
    roster = service.published(town)
    service.store.accounts.create(f"{town}-dispatch", "调度小周", PASSWORD, "dispatcher", town)
    gone = next(a for a in roster.assignments if a.duty.startswith("west-gate/") and a.duty.endswith("/day"))
    name = name_of(service, town, gone.person)
    me = visit("phone")
    me.sign_in(f"{town}-dispatch", f"{service.board(town)}/repair")
    me.picture("repair-phone")
    me.no_violations()
    me.page.get_by_role("searchbox").press_sequentially(name[:2])
    me.page.get_by_role("button", name=f"+ {name}").tap()
    expect(me.page.locator(".entry legend")).to_contain_text(name)
    me.picture("repair-span")
    me.nothing_sticks_out()
    me.no_violations()
    me.page.locator(".preset").first.tap()
    best = me.page.locator(".alternative.best")
    expect(best).to_be_visible(timeout=180_000)
    me.picture("repair-choices", full=True)
    me.nothing_sticks_out()
    me.no_violations()
    best.get_by_role("button", name=re.compile("采用，通知")).tap()
    expect(me.page).to_have_url(re.compile(f"{service.week}(\\?|$)"))
    assert not service.serves(town, gone)


def test_several_people_can_be_entered_by_an_organiser_before_anything_is_asked(service: Service, visit: Visit) -> None:
    town = service.town("several-story")
    service.published(town)
    me = visit(scripts=False)
    me.sign_in(town, f"{service.board(town)}/repair")
    for name in ("沈佳宁", "程立群"):
        me.page.get_by_role("searchbox").fill(name)
        me.page.get_by_role("searchbox").press("Enter")
        me.page.get_by_role("button", name=f"+ {name}").click()
        expect(me.page.locator(".entry legend", has_text=name)).to_be_visible()
    assert service.store.absences.list(town, state="reported") == []  # Enter in a field reports nobody
    expect(me.page.locator(".entry")).to_have_count(2)
    me.page.locator(".entry select").first.select_option("rest")
    me.picture("repair-several")
    me.page.get_by_role("button", name="去掉 程立群").click()
    expect(me.page.locator(".entry")).to_have_count(1)
    expect(me.page.locator(".entry select").first).to_have_value("rest")


# --- time is short ---------------------------------------------------------------------------------------


@dataclass
class Soon:
    """A town in whose week a delivery begins in an hour and a half."""

    id: str
    week: date
    duty: str
    holder: str


def about_to_begin(service: Service, id_: str) -> Soon:
    """Two people could drive it besides who holds it, who is one of three runners of the town."""
    now = datetime.now(ZONE).replace(second=0, microsecond=0)
    week = now.date() - timedelta(days=1)
    body: dict[str, Any] = small_town.document(id_) | {"start": week.isoformat(), "days": 4}
    start = now + timedelta(minutes=90)
    body["qualifications"] = [*body["qualifications"], {"id": "runner", "name": "跑腿培训", "name_en": "Runner"}]
    run = {"id": "soon", "name": "送药", "start": start.isoformat(), "end": (start + timedelta(hours=3)).isoformat()}
    body["errand_runs"] = [run | {"place": "药房 → 东村", "seats": [small_town.seat("runner", 4, "runner")]}]
    for person in body["people"]:
        person.pop("availability", None)
        if person["id"] in ("p20", "p21", "p22"):
            person["qualifications"] = [{"id": "runner"}]
    service.store.load_town(body)
    service.store.accounts.create(id_, "周调度", PASSWORD, "dispatcher", id_)
    problem = document.load(service.store.weeks.problem_document(id_, week))
    made = [Assignment("p20", "soon", "runner")]
    draft = service.store.rosters.save_draft(id_, week, made, origin="edit", by="test")
    report = check.check(problem, made)
    assert report.legal
    service.store.rosters.publish(id_, week, draft.number, draft.revision, by="test", report=report)
    return Soon(id_, week, "soon", "p20")


@pytest.mark.timeout(120)
def test_a_call_out_is_won_by_the_first_who_accepts(service: Service, visit: Visit) -> None:
    soon = about_to_begin(service, "call-out-story")
    me = visit()
    me.sign_in(soon.id, f"/towns/{soon.id}/weeks/{soon.week}/repair?person={soon.holder}&when={soon.duty}")
    me.page.locator(".preset").first.click()
    expect(me.page.get_by_role("heading", name="发起补位")).to_be_visible()
    expect(me.page.locator(".asked li")).to_have_count(2)
    me.picture("callout-whom")
    me.no_violations()
    me.page.get_by_role("button", name="问前 2 人，先应先得").click()
    expect(me.page.locator(".call .state")).to_contain_text("正在问")
    me.picture("callouts-open")
    me.no_violations()

    first, second = visit("phone"), visit("phone")
    first.go(f"/v/{service.store.links.issue(soon.id, 'p21')}")
    second.go(f"/v/{service.store.links.issue(soon.id, 'p22')}")
    expect(second.page.locator("main > section").first).to_contain_text("急需补位")
    second.picture("callout-asked")
    second.no_violations()
    second.nothing_sticks_out()
    second.page.get_by_role("button", name="我能来", exact=True).tap()
    expect(second.page.locator(".note").first).to_contain_text("这一班是您的了")
    expect(second.page.locator("main")).to_contain_text("药房 → 东村")
    second.picture("callout-won")
    first.page.get_by_role("button", name="我能来", exact=True).tap()
    expect(first.page.locator(".note").first).to_contain_text("已经有人补上")
    first.picture("callout-late")
    expect(me.page.locator(".call .winner")).to_contain_text("来", timeout=15_000)  # the page keeps itself up to date
    me.picture("callouts-filled")
    me.no_violations()
    small = visit("phone")
    small.sign_in(soon.id, f"/towns/{soon.id}/callouts")
    small.picture("callouts", full=True)
    small.nothing_sticks_out()
    small.no_violations()
    held = service.store.rosters.get(soon.id, soon.week, "published").assignments
    assert [a.person for a in held if a.duty == soon.duty] == ["p22"]
    assert service.store.absences.list(soon.id, state="reported") == []
    told = service.store.outbox.page(soon.id, Asked(kind="call_out"), 1, 500).items
    assert sorted(m.to for m in told) == ["person:p21", "person:p21", "person:p22", "role:dispatcher"]
