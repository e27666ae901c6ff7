"""The board on a phone by finger, and the time that it takes in a town of thirty posts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import cycle

from playwright.sync_api import expect

from scheduler import document, towns
from scheduler.problem import Assignment

from .hands import SAID, Finger, cell, name_in
from .service import PASSWORD, Service
from .visitor import Visitor

Visit = Callable[..., Visitor]


def test_the_board_can_be_read_and_used_in_the_hand(service: Service, visit: Visit) -> None:
    """In English, whose words are the longer ones."""
    town = service.town("board-hand")
    service.published(town)
    me = visit("phone", "en-GB")
    me.sign_in(town)
    by_finger(me)
    by_finger_from_person_to_person(me, service.board(town))
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


def by_finger(me: Visitor) -> None:
    """A short touch opens, a stroke scrolls, a long press picks up; near the edge the board comes along."""
    page, finger, area = me.page, Finger(me.page), me.page.locator(".sheet-area")
    band, target = cell(page, "Bridge checkpoint", 0, "D"), cell(page, "Bridge checkpoint", 0, "E")
    names = name_in(band), name_in(target)
    band.tap()
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#panel [data-close-panel]").tap()
    expect(page.locator("#panel")).to_be_hidden()
    finger.down(cell(page, "Bridge checkpoint", 1, "E"))
    finger.move(finger.x - 150, finger.y)
    finger.up()
    expect(cell(page, "Bridge checkpoint", 2, "E")).to_be_in_viewport(ratio=0.5)
    expect(page.locator("body.carrying, #panel:not([hidden])")).to_have_count(0)
    area.evaluate("area => area.scrollTo({ left: 0, behavior: 'instant' })")
    finger.down(band)
    expect(page.locator("body.carrying")).to_be_visible()
    expect(target).to_have_class(re.compile(r"\bcan\b"))
    finger.move(*finger.on(target))
    expect(page.locator(SAID)).to_contain_text("✓ Allowed")
    me.picture("hand-dragging")
    finger.up()
    expect(page.locator(SAID)).to_contain_text(f"{names[0]} and {names[1]} change places")
    expect(band.locator(".who")).to_have_text(names[1])
    expect(target.locator(".who")).to_have_text(names[0])
    finger.down(band)
    expect(page.locator("body.carrying")).to_be_visible()
    finger.move(380, finger.y)
    expect(cell(page, "Bridge checkpoint", 4, "E")).to_be_in_viewport(ratio=0.5)
    finger.move(20, 20)
    finger.up()
    expect(page.locator(SAID)).to_have_text("Cancelled.")
    page.locator("[data-undo]").tap()
    expect(band.locator(".who")).to_have_text(names[0])


def by_finger_from_person_to_person(me: Visitor, board: str) -> None:
    me.go(board + "?view=people")
    page, finger = me.page, Finger(me.page)
    duty = page.locator("tr#p-p01 .turn[data-d]").first
    finger.down(duty)
    expect(page.locator(".turn.can").first).to_be_visible()
    last = page.locator("table.load tbody tr").last
    expect(last).not_to_be_in_viewport()
    finger.move(finger.x, 830)
    expect(last).to_be_in_viewport()
    finger.move(finger.x, 500)
    expect(page.locator(SAID)).to_contain_text(re.compile("Allowed|Not allowed"))
    me.picture("hand-by-person-dragging")
    finger.move(20, 20)
    finger.up()
    expect(page.locator(SAID)).to_have_text("Cancelled.")
    me.go(board)


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
    me = visit("desktop", "en-GB")
    me.sign_in(town)
    me.go(service.board(town))
    timing = me.page.evaluate(
        "(() => { const n = performance.getEntriesByType('navigation')[0];"
        " return { answered: n.responseEnd, interactive: n.domContentLoadedEventEnd, bytes: n.encodedBodySize }; })()"
    )
    sys.stdout.write(f"shouchang: answered {timing['answered']:.0f} ms, interactive {timing['interactive']:.0f} ms\n")
    assert timing["interactive"] <= 6_000
    assert timing["bytes"] <= 500_000
    expect(me.page.locator("[data-badge]")).to_have_text(re.compile("reaches"))
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
    for width in (1366, 1000):
        me.page.set_viewport_size({"width": width, "height": 768})
        me.nothing_sticks_out()
