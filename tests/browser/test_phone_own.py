"""What a volunteer keeps on the phone: the duty with all its words, times, hours, calendar, and the page offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

from scheduler.problem import Assignment
from scheduler.roster import Report

from .service import Service
from .small_town import ZONE
from .visitor import SIZES, Visitor

Visit = Callable[..., Visitor]
LEGAL = Report(violations=(), costs={}, objective=0, vacancy_objective=0, vacancies=())
KEPT = """caches.keys().then(async (names) =>
  names.length && (await (await caches.open(names[0])).keys()).length > 1)"""
"""The page and its style sheet are in the browser's own store."""
SMALLEST_PRINT, SMALLEST_TARGET = 18, 44


def readable(me: Visitor) -> None:
    """Everybody can read and hit it: axe, no sideways scroll, print and targets large enough."""
    found = Axe().run(me.page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
    me.nothing_sticks_out()
    # A phone widens its window for a page that is too wide.
    assert me.page.evaluate("window.innerWidth") == SIZES[me.size][0]
    if me.size == "phone":
        small = me.page.evaluate(
            """([print, target]) => [...document.querySelectorAll("main *:not(i), a, button, input:not([type=hidden])")]
              .filter((e) => e.checkVisibility() && !e.closest(".hide") && e.getBoundingClientRect().width > 1)
              .filter((e) => parseFloat(getComputedStyle(e).fontSize) < print
                || (e.matches("a, button, input") && Math.min(e.offsetHeight, e.offsetWidth) < target))
              .map((e) => `${e.tagName} ${e.offsetWidth}×${e.offsetHeight} ${e.textContent.slice(0, 20)}`)""",
            [SMALLEST_PRINT, SMALLEST_TARGET],
        )
        assert small == []


def seen(me: Visitor, name: str) -> None:
    readable(me)
    me.picture(name, full=True)


def described(service: Service, town: str) -> None:
    """The bridge has a place on the map, a way to it and things to bring; a rule knows that nights may be welcome."""
    post: Any = service.store.things.get(town, "posts", "bridge")
    words = {"directions": "桥头村 12 号对面，3 路车到桥头站，过桥右转", "bring": "红马甲、手电、保温杯"}
    made = replace(post.value, latitude=29.4712, longitude=119.2843, **words)
    service.store.things.change(town, "posts", made, post.revision)
    held = service.store.rules.get(town)
    rule = {"rule": "max_nights", "max": 1, "window_days": 7, "hard": False, "weight": 1, "waived_by": "nights_welcome"}
    service.store.rules.set(town, [*held.value, rule], held.revision)


def test_the_card_says_all_that_somebody_needs_on_the_way(service: Service, visit: Visit) -> None:
    town = service.town("way-story")
    described(service, town)
    roster = service.published(town)
    first = next(d for d in sorted(roster.duties, key=lambda d: d.start) if d.post == "bridge")
    team = [a for a in roster.assignments if a.duty == first.id]
    guide, leader = next(a for a in team if a.position == "guide"), next(a for a in team if a.position == "leader")
    people = {p.id: p for p in service.problem(town).people}
    me = visit("phone")
    me.go(service.link(town, guide.person))
    card = me.page.locator("section.next")
    expect(card).to_contain_text("桥头村 12 号对面")
    expect(card).to_contain_text("红马甲、手电、保温杯")
    expect(card).to_contain_text(people[leader.person].name)
    number = service.store.things.get(town, "people", leader.person).value.phone  # type: ignore[union-attr]
    expect(card.get_by_role("link", name=re.compile("拨打"))).to_have_attribute("href", f"tel:{number}")
    place = re.compile(r"position=119.284300%2C29.471200")
    expect(card.get_by_role("link", name="导航")).to_have_attribute("href", place)
    evening = first.id.replace("/day", "/evening")
    after = next(a for a in roster.assignments if a.duty == evening)
    if first.end == next(d for d in roster.duties if d.id == evening).start:
        expect(card).to_contain_text(f"交给 {people[after.person].name}（中班）")
    assert me.page.locator(f"text={number}").count() == 0, "the number is dialled, not shown"
    seen(me, "phone-card")


def test_times_are_said_by_taps_and_rosters_follow_them(service: Service, visit: Visit) -> None:
    town = service.town("times-story")
    described(service, town)
    roster = service.published(town)
    mine = next(a for a in roster.assignments if a.duty.startswith("bridge/") and a.duty.endswith("/night"))
    link = service.link(town, mine.person)
    me = visit("phone")
    me.go(link)
    me.page.get_by_role("link", name="我的时间").click()
    seen(me, "phone-times")
    duty_day = mine.duty.split("/")[1]
    cell = me.page.locator(f'[data-cell="d|{duty_day}|22:00|06:00"]')
    expect(cell).to_contain_text("已排班")
    cell.click()
    expect(cell).to_contain_text("尽量不")
    expect(cell).to_be_focused()
    cell.click()
    expect(cell).to_contain_text("不能")
    expect(me.page.locator("#told")).to_have_text("已保存")
    expect(me.page.locator(".note.warning")).to_contain_text("改这里不会取消")
    readable(me)
    spans = service.store.things.get(town, "people", mine.person).value.availability  # type: ignore[union-attr]
    night = next(d for d in roster.duties if d.id == mine.duty)
    assert (night.start, night.end, "unavailable") in [(s.start, s.end, s.status) for s in spans]

    plain = visit("phone", scripts=False)
    plain.go(f"{link}/times")
    week = plain.page.locator("#week")
    week.get_by_role("button", name="每周一 早班：能").click()
    week.get_by_role("button", name="每周一 早班：尽量不").click()
    expect(week.get_by_role("button", name="每周一 早班：不能")).to_be_visible()
    monday = service.week.isoformat()
    day = plain.page.locator(f'[data-cell="d|{monday}|08:00|16:00"]')
    expect(day).to_contain_text("不能")
    expect(day).to_contain_text("每周")
    plain.page.get_by_role("button", name="夜班也可以多排我").click()
    expect(plain.page.get_by_role("button", name="✓ 您说了夜班可以多排")).to_be_visible()
    plain.picture("phone-times-said", full=True)
    body = next(p for p in service.store.weeks.problem_document(town, service.week)["people"] if p["id"] == mine.person)
    assert any(s["start"].startswith(f"{monday}T08:00") and s["status"] == "unavailable" for s in body["availability"])
    assert body["opt_ins"] == ["nights_welcome"]


def served(service: Service, town: str, person: str) -> int:
    """A published week that is over, in which somebody served three duties; how many hours that were."""
    last = service.week - timedelta(days=14)
    service.store.weeks.make(town, last)
    seats = [
        Assignment(person, f"{post}/{last + timedelta(days=day)}/{shift}", "guide")
        for day, post, shift in ((0, "bridge", "evening"), (2, "west-gate", "night"), (5, "west-gate", "day"))
    ]
    draft = service.store.rosters.save_draft(town, last, seats, origin="edit")
    service.store.rosters.publish(town, last, draft.number, draft.revision, by="test", report=LEGAL)
    return 24


def test_hours_are_listed_by_month_and_certified_on_paper(service: Service, visit: Visit) -> None:
    town = service.town("hours-story")
    hours = served(service, town, "p10")
    me = visit("phone")
    link = service.link(town, "p10")
    me.go(link)
    me.page.get_by_role("link", name="我的时长").click()
    year = datetime.now(ZoneInfo(ZONE)).year
    if (service.week - timedelta(days=9)).year != year:  # the first days of January
        me.go(f"{link}/hours?year={year - 1}")
    expect(me.page.locator(".sums dd").first).to_have_text(str(hours))
    expect(me.page.locator("li.c")).to_have_count(3)
    seen(me, "phone-hours")
    me.page.get_by_role("button", name="看证明").click()
    sheet = me.page.locator(".sheet")
    expect(sheet.locator("tbody tr")).to_have_count(3)
    name = service.store.things.get(town, "people", "p10").value.name
    expect(sheet).to_contain_text(name)
    expect(sheet).to_contain_text(f"{hours} 小时，3 班，其中夜班 1 班")
    numbers = [text.strip() for text in sheet.locator("td:first-child").all_inner_texts()]
    assert len({*numbers}) == 3
    assert all(re.fullmatch(r"20\d\d-[0-9A-F]{10}", number) for number in numbers)
    seen(me, "phone-certificate")
    paper = visit()
    paper.go(me.page.url.removeprefix(service.url))
    paper.page.emulate_media(media="print")
    expect(paper.page.locator(".no-print")).to_be_hidden()
    expect(paper.page.locator("thead")).to_be_visible()
    paper.picture("certificate-paper", full=True)


def test_the_page_is_read_without_a_network_and_is_nobody_else_s(service: Service, visit: Visit) -> None:
    town = service.town("offline-story")
    roster = service.published(town)
    one, two = roster.assignments[0].person, next(a.person for a in roster.assignments if a.person != "p01")
    link, other = service.link(town, one), service.link(town, two)
    me = visit("phone")
    me.go(link)
    me.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    me.page.wait_for_function(KEPT)
    name = service.store.things.get(town, "people", one).value.name
    expect(me.page.locator("[data-offline]")).to_be_hidden()
    me.context.set_offline(True)
    me.page.reload()
    expect(me.page.locator("h1")).to_have_text(f"{name}，您好")
    expect(me.page.locator("[data-offline]")).to_contain_text("离线，保存于")
    expect(me.page.locator("[data-offline]")).to_be_visible()
    seen(me, "phone-offline")
    me.page.goto(f"{service.url}{link}/hours")
    expect(me.page.locator("[data-offline]")).to_be_visible()
    strange = me.context.new_page()
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):  # another person's page was never kept here
        strange.goto(service.url + other)
    strange.close()
    me.context.set_offline(False)
    service.store.links.revoke(town, one)
    me.expected = {410}
    me.page.goto(service.url + link)
    expect(me.page.locator("h1")).to_have_text("链接已失效")
    me.page.wait_for_function("caches.keys().then((names) => names.length === 0)")


def test_the_calendar_is_subscribed_to_and_the_page_put_on_the_screen(service: Service, visit: Visit) -> None:
    town = service.town("calendar-story")
    service.published(town)
    me = visit("phone")
    me.go(service.link(town, "p10"))
    me.page.get_by_role("link", name="日历订阅").click()
    seen(me, "phone-calendar")
    me.page.get_by_role("button", name="生成订阅地址").click()
    address = me.page.locator("[data-select]").input_value()
    webcal = me.page.get_by_role("link", name="加入日历").get_attribute("href")
    assert webcal == address.replace("http://", "webcal://")
    seen(me, "phone-calendar-made")
    answer = me.page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "BEGIN:VEVENT" in answer.text()
    me.page.locator("header").get_by_role("link", name="首页").click()
    me.page.get_by_role("link", name="放到手机桌面").click()
    seen(me, "phone-install")
    address = str(me.page.locator("link[rel=manifest]").get_attribute("href"))
    manifest = me.page.request.get(service.url + address).json()
    home = me.page.evaluate("document.body.dataset.home")
    assert (manifest["start_url"], manifest["scope"]) == (home, home)
    for icon in manifest["icons"]:
        assert me.page.request.get(service.url + icon["src"]).headers["content-type"] == "image/png"

    organiser = visit()
    organiser.sign_in(town)
    organiser.page.locator("details.account summary").click()
    organiser.page.get_by_role("link", name="点位日历").click()
    organiser.page.get_by_role("row", name=re.compile("桥头卡口")).get_by_role("button", name="生成地址").click()
    expect(organiser.page.locator(".note.ok")).to_contain_text("桥头卡口 的日历地址")
    seen(organiser, "post-calendars")
    ics = organiser.page.request.get(organiser.page.locator("input[data-select]").input_value())
    assert "桥头卡口" in ics.text().replace("\r\n ", "")


def test_every_page_fits_in_english_and_in_large_print(service: Service, visit: Visit) -> None:
    town = service.town("english-story")
    described(service, town)
    roster = service.published(town)
    served(service, town, roster.assignments[0].person)
    link = service.link(town, roster.assignments[0].person)
    me = visit("phone", "en-GB")
    for page in ("", "/times", "/hours", "/hours/certificate", "/calendar", "/install"):
        me.go(f"{link}{page}?large=1")
        assert me.page.evaluate("document.documentElement.lang") == "en"
        seen(me, f"phone-large{page.replace('/', '-')}")
