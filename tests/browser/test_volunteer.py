"""The volunteer's story: open the link on a phone, see the next duty, say 收到, say 我来不了. No script is needed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Response, expect

from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
MOST_BYTES = 60 * 1024
SMALLEST_PRINT, SMALLEST_TARGET = 18, 44


def test_a_volunteer_sees_the_next_duty_says_received_and_drops_out(service: Service, visit: Visit) -> None:
    town = service.town("volunteer-story")
    roster = service.published(town)
    first = min((a for a in roster.assignments), key=lambda a: next(d.start for d in roster.duties if d.id == a.duty))
    me = visit("phone", scripts=False)
    me.go(service.link(town, first.person))
    card = me.page.locator("section.next")
    name = next(p.name for p in service.problem(town).people if p.id == first.person)
    expect(me.page.locator("h1")).to_have_text(f"{name}，您好")
    expect(card).to_contain_text("下一班")
    expect(card.locator(".clock")).to_contain_text("–")
    expect(card.locator("dt")).to_contain_text(["地点", "岗位"])
    me.nothing_sticks_out()
    me.picture("volunteer", full=True)

    card.get_by_role("button", name="收到").click()
    expect(card).to_contain_text("已收到")
    said = service.store.acknowledgements.list(town, service.week)
    assert [(a.person, a.duty) for a in said] == [(first.person, first.duty)]

    card.get_by_role("link", name="我来不了").click()
    expect(me.page.locator(".soon")).to_contain_text("确定来不了吗")
    me.picture("volunteer-absence")
    me.page.fill("#reason", "孩子发烧")
    me.page.get_by_role("button", name="确定来不了").click()
    expect(me.page.locator(".note").first).to_contain_text("会另找人")
    expect(card.get_by_role("button", name="我又能来了")).to_be_visible()
    me.picture("volunteer-absent")
    absence = service.store.absences.list(town, state="reported")
    assert [(a.person, a.reason) for a in absence] == [(first.person, "孩子发烧")]

    card.get_by_role("button", name="我又能来了").click()
    assert service.store.absences.list(town, state="reported") == []


def test_a_night_duty_says_which_day_it_ends_and_from_whom_it_is_taken_over(service: Service, visit: Visit) -> None:
    town = service.town("night-story")
    roster = service.published(town)
    night = next(a for a in roster.assignments if a.duty.startswith("bridge/") and a.duty.endswith("/night"))
    before = next(a for a in roster.assignments if a.duty == night.duty.replace("night", "evening"))
    evening = next(p.name for p in service.problem(town).people if p.id == before.person)
    me = visit("phone")
    me.go(service.link(town, night.person))
    item = me.page.locator("li.c", has_text="夜班").first
    expect(item).to_contain_text("22:00–次日 06:00")
    cards = me.page.locator("section.next", has_text="夜班")
    if cards.count():
        expect(cards).to_contain_text(f"从 {evening}（中班）接班")


def test_the_phone_page_is_small_large_enough_to_read_and_easy_to_hit(service: Service, visit: Visit) -> None:
    town = service.town("size-story")
    roster = service.published(town)
    person = roster.assignments[0].person
    link = service.link(town, person)
    me = visit("phone")
    sizes: list[int] = []

    def weigh(response: Response) -> None:
        sizes.append(len(response.body()))

    me.page.on("response", weigh)
    me.go(link)
    me.page.wait_for_load_state("networkidle")
    assert sum(sizes) < MOST_BYTES, f"{sum(sizes)} bytes"
    for text in me.page.locator("main *:not(i)").all():
        size = text.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= SMALLEST_PRINT, f"{size} px: {text.inner_text()[:20]}"
    targets = me.page.locator("a, button, input:not([type=hidden])")
    assert targets.count() >= 4
    for target in targets.all():
        hittable(target)
    me.page.get_by_role("link", name="大字版").click()
    me.page.wait_for_load_state()
    assert me.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    me.nothing_sticks_out()
    me.picture("volunteer-large")
    me.go(link)
    assert me.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22, "the choice is kept"
    me.page.get_by_role("link", name="English").click()
    expect(me.page.locator(".soon")).to_contain_text("Next duty")


def hittable(target: Locator) -> None:
    box = target.bounding_box()
    assert box is not None
    assert box["height"] >= SMALLEST_TARGET, f"{box['height']} px: {target.inner_text()}"
    assert box["width"] >= SMALLEST_TARGET, f"{box['width']} px: {target.inner_text()}"


def test_a_revoked_link_says_so_and_what_to_do(service: Service, visit: Visit) -> None:
    town = service.town("revoked-story")
    link = service.link(town, "p01")
    service.store.links.revoke(town, "p01")
    me = visit("phone")
    me.expected = {410}
    me.go(link)
    expect(me.page.locator("h1")).to_have_text("链接已失效")
    expect(me.page.get_by_text("请联系您的组织者")).to_be_visible()
    me.picture("link-gone")
