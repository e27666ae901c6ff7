"""People settle it among themselves: a seat is taken, a duty swapped, another handed on with the organiser's word."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import expect

from models.exchange_kinds import ExchangePolicy
from models.records import RosterVersion
from scheduler import check, document
from tests.models.towns import LEGAL

from . import small_town
from .service import Service
from .visitor import Visitor

Visit = Callable[..., Visitor]
RACES = 20
I_WILL, ASK = re.compile("^我来"), re.compile("^问")


def call(service: Service, town: str, person: str, path: str, body: Any = None) -> tuple[int, Any]:
    """What the service answers this person."""
    address = f"{service.url}/api/v1/towns/{town}/people/{person}/{path}"
    token = service.store.links.issue(town, person)
    asked = Request(address, None if body is None else json.dumps(body).encode())
    asked.add_header("Authorization", f"Bearer {token}")
    asked.add_header("Content-Type", "application/json")
    try:
        with urlopen(asked, timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def who_could(service: Service, town: str, duty: str) -> list[str]:
    """Two people who may take a seat of this duty by the rules."""
    found = []
    for person in (f"p{i:02d}" for i in range(7, 26)):
        seats = call(service, town, person, "open-seats")[1]["items"]
        if any(seat["duty"]["id"] == duty for seat in seats):
            found.append(person)
        if len(found) == 2:
            return found
    raise AssertionError(f"nobody could take {duty}")


def fine(me: Visitor, name: str, *, scripts: bool = True) -> None:
    """Nothing sticks out, and axe, which is a script itself, finds nothing."""
    if scripts:
        me.no_violations()
    me.nothing_sticks_out()
    me.picture(name, full=True)


def swappable(service: Service, town: str, roster: RosterVersion) -> tuple[str, str]:
    """Somebody and a duty of theirs for which another could be had."""
    for a in roster.assignments:
        if a.position == "guide":
            path = f"swaps?week={service.week}&duty={a.duty}"
            if call(service, town, a.person, path)[1]["items"]:
                return a.person, a.duty
    raise AssertionError("nobody could swap anything")


def test_a_seat_is_taken_by_one_tap_and_who_comes_second_hears_so(service: Service, visit: Visit) -> None:
    town = service.town("seat-story")
    duty = f"bridge/{service.problem(town).date_of(3)}/evening"
    service.published(town, drop=(duty, "guide"))
    first, second = who_could(service, town, duty)
    late = visit("phone", scripts=False)
    late.expected = {409}
    late.go(service.link(town, second))
    late.page.get_by_role("link", name="看看我能补的班").click()
    fine(late, "exchange-seats", scripts=False)

    me = visit("phone")
    me.go(service.link(town, first))
    expect(me.page.get_by_role("button", name=I_WILL).first).to_be_visible()
    fine(me, "exchange-home")
    me.page.get_by_role("button", name=I_WILL).first.click()
    expect(me.page.locator(".note").first).to_contain_text("补上了")
    roster = service.store.rosters.get(town, service.week, "published")
    assert (first, duty) in {(a.person, a.duty) for a in roster.assignments}

    late.page.get_by_role("button", name=I_WILL).first.click()
    expect(late.page.locator(".note")).to_contain_text("刚刚有人了")
    fine(late, "exchange-refused", scripts=False)
    assert not any(a.person == second and a.duty == duty for a in roster.assignments)


def next_week(service: Service, town: str) -> RosterVersion:
    """The week after it, published, too."""
    week = service.week + timedelta(days=7)
    service.store.weeks.make(town, week, 7)
    problem = document.load(service.store.weeks.problem_document(town, week))
    made = small_town.roster(problem)
    draft = service.store.rosters.save_draft(town, week, made, origin="edit", by="test")
    report = check.check(problem, made)
    return service.store.rosters.publish(town, week, draft.number, draft.revision, by="test", report=report)


def test_two_swap_over_two_weeks_and_a_third_hands_on_with_the_organisers_word(
    service: Service, visit: Visit
) -> None:
    town = service.town("swap-story")
    roster, later = service.published(town), next_week(service, town)
    asker, duty = swappable(service, town, roster)
    me = visit("phone")
    me.go(service.link(town, asker))
    me.page.locator(f'a[href$="/exchange/{service.week}/{duty}"]').first.click()
    fine(me, "exchange-duty")
    me.page.get_by_role("navigation", name="哪一天").get_by_role("link").last.click()  # Sunday of the week after
    fine(me, "exchange-later-week")
    me.page.get_by_role("button", name=ASK).first.click()
    expect(me.page.locator(".note").first).to_contain_text("已发给对方")
    expect(me.page.get_by_text("等", exact=False).first).to_be_visible()
    (asked,) = service.store.exchanges.list(town)
    assert asked.partner is not None
    assert asked.wanted is not None

    partner = visit("phone", "en-GB")
    partner.go(service.link(town, asked.partner))
    expect(partner.page.get_by_role("heading", name="Colleagues ask you")).to_be_visible()
    fine(partner, "exchange-asked")
    partner.page.get_by_role("button", name="Agree", exact=True).click()
    expect(partner.page.locator(".note").first).to_contain_text("the roster has been changed")
    after = service.store.rosters.get(town, service.week, "published")
    assert asked.weeks == (service.week, later.week)
    then = service.store.rosters.get(town, later.week, "published")
    for was, is_now in ((roster, after), (later, then)):
        gone, come = asked.changes()[was.week]
        assert set(is_now.assignments) == (set(was.assignments) - set(gone)) | set(come)

    service.store.exchanges.set_policy(town, ExchangePolicy(offers="approval"), 1)
    mine = next(a for a in then.assignments if a.person == asker and a.position == "guide")
    me.go(service.link(town, asker) + f"/exchange/{later.week}/{mine.duty}")
    me.page.get_by_role("button", name="转让给能上的人").click()
    expect(me.page.locator(".note").first).to_contain_text("已挂出转让")
    fine(me, "exchange-offered")
    (offer,) = service.store.exchanges.offered(town)
    taker = next(
        p for p in (f"p{i:02d}" for i in range(7, 26))
        if any(s["offer"] for s in call(service, town, p, "open-seats")[1]["items"])
    )  # fmt: skip
    assert call(service, town, taker, f"exchanges/{offer.id}/accept", {})[1]["state"] == "accepted"

    organiser = visit()
    organiser.sign_in(town)
    organiser.go(f"/towns/{town}/exchanges")
    expect(organiser.page.locator(".decisions .good")).to_contain_text("可以办")
    fine(organiser, "exchanges")
    hand = visit("phone")
    hand.sign_in(town)
    hand.go(f"/towns/{town}/exchanges")
    fine(hand, "exchanges")
    assert mine in service.store.rosters.get(town, later.week, "published").assignments
    organiser.page.get_by_role("button", name="批准", exact=True).click()
    expect(organiser.page.locator(".note.ok")).to_contain_text("已批准")
    final = service.store.rosters.get(town, later.week, "published").assignments
    assert (taker, mine.duty) in {(a.person, a.duty) for a in final}
    assert mine not in final


def test_two_who_send_at_the_same_instant_never_both_get_the_seat(service: Service) -> None:
    """Through the network, into different threads of the server."""
    town = service.town("race-story")
    draft = service.store.rosters.save_draft(town, service.week, [], origin="edit", by="test")
    service.store.rosters.publish(town, service.week, draft.number, draft.revision, by="test", report=LEGAL)
    duties = [d.id for d in service.problem(town).duties if d.seat("guide") is not None][:RACES]
    free = [id_ for i in range(1, 26) if (id_ := f"p{i:02d}") not in small_town.RECORDERS]  # who are away for a day
    for duty in duties:
        pair, start, said = free[:2], threading.Barrier(2), dict[str, tuple[int, str]]()

        def take(person: str, duty: str = duty, start: threading.Barrier = start, said: Any = said) -> None:
            wish = {"kind": "claim", "week": service.week.isoformat(), "duty": duty, "position": "guide"}
            start.wait()
            status, answer = call(service, town, person, "exchanges", wish)
            said[person] = status, answer.get("state") or answer["code"]

        threads = [threading.Thread(target=take, args=(person,)) for person in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(said.values()) == [(201, "done"), (409, "seat_taken")]
        free.remove(next(person for person in pair if said[person][0] == 201))
    held = service.store.rosters.get(town, service.week, "published").assignments
    assert sorted(a.duty for a in held) == sorted(duties)
