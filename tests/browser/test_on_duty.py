"""Who is on duty now: a leader records presence, an inspector looks by link, volunteers check in at the post."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from flask import Flask
from playwright.sync_api import expect

from api import post_codes
from models.presence import Said
from models.records import RosterVersion

from .service import Service
from .small_town import ZONE
from .town_on_duty import at_work
from .visitor import Visitor

Visit = Callable[..., Visitor]


def screen_of(service: Service, town: str, post: str, now: datetime) -> tuple[str, str]:
    """The ticket and the digits of a post at an instant, made apart from the running service."""
    app = Flask("apart")
    app.config["SECRET_KEY"] = (service.logs / "secret-key").read_text().strip()
    with app.app_context():
        return post_codes.ticket(town, post, now), post_codes.code(town, post, now)


def test_a_leader_records_who_is_there_and_corrects_with_a_reason(service: Service, visit: Visit) -> None:
    town = "at-work"
    roster = at_work(service.store, town)
    duty = _running(roster, "bridge")
    starts = next(d.start for d in roster.duties if d.id == duty).astimezone(ZoneInfo(ZONE))
    team = [a.person for a in roster.assignments if a.duty == duty]
    names = {p.id: p.name for p in service.store.things.all(town, "people")}
    leader = visit()
    leader.sign_in(f"{town}-leader", f"/towns/{town}/now")
    post = leader.page.locator("#post-bridge")
    expect(post).to_contain_text("0/4")
    expect(post.locator(".overdue")).to_have_count(0)  # nobody has looked yet: silence says nothing
    post.get_by_role("button", name=f"{names[team[0]]} 到岗").click()
    expect(post.locator("li", has_text=names[team[0]])).to_contain_text("迟到")
    expect(post.locator(".overdue")).to_have_count(3)
    expect(leader.page.locator(".figures .bad dd")).to_have_text("3")
    post.get_by_role("button", name=f"{names[team[1]]} 到岗").click()
    post.get_by_role("button", name=f"{names[team[2]]} 未到").click()
    expect(post.locator("li", has_text=names[team[2]])).to_contain_text("未到岗")
    line = post.locator("li", has_text=names[team[3]])
    line.locator("summary").click()
    line.get_by_label(f"{names[team[3]]} 请假的原因").fill("孩子发烧，电话说过")
    line.get_by_role("button", name="记为请假").click()
    expect(post.locator("li", has_text=names[team[3]])).to_contain_text("请假")
    post.get_by_label("桥头卡口 的交接留言").fill("伸缩门的钥匙在抽屉里")
    post.get_by_role("button", name="留言").click()
    expect(post.locator("blockquote")).to_contain_text("赵点长")
    leader.no_violations()
    leader.nothing_sticks_out()
    leader.picture("on-duty", full=True)

    post.get_by_role("link", name="登记表与记录").click()
    line = leader.page.locator(".team li", has_text=names[team[2]])
    line.locator(".correct > summary").click()
    line.get_by_label("实际情况").select_option("present")
    line.get_by_label("到岗时间").fill((starts + timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M"))
    line.get_by_label("原因（记入到岗记录）").fill("在后门值守，漏登记")
    leader.picture("presence-correcting", full=True)
    line.get_by_role("button", name="保存更正").click()
    expect(line).to_contain_text(f"在岗 {starts:%H}:03")
    expect(leader.page.locator(".history")).to_contain_text("在后门值守，漏登记")
    leader.no_violations()
    leader.nothing_sticks_out()
    leader.picture("presence", full=True)
    figures = service.store.presence.figures(town, roster.week)
    assert (figures.expected, figures.present, figures.late, figures.exceptions) == (7, 3, 2, 0)

    leader.page.get_by_role("link", name="‹ 到岗登记").click()
    expect(leader.page.locator("tr", has_text="桥头卡口").filter(has_text="3/3")).to_have_count(1)
    leader.no_violations()
    leader.picture("presence-day", full=True)

    phone = visit("phone", "en-GB", scripts=False)
    phone.sign_in(f"{town}-leader")
    for page, name in ((f"/towns/{town}/now", "on-duty"), (f"/towns/{town}/presence", "presence-day")):
        phone.go(page)
        phone.nothing_sticks_out()
        phone.picture(name, full=True)
    phone.go(f"/towns/{town}/now")
    phone.page.locator("#post-bridge").get_by_role("link", name="List and history").click()
    phone.nothing_sticks_out()
    phone.picture("presence", full=True)


def test_who_has_no_account_looks_by_a_link_that_ends_at_once(service: Service, visit: Visit) -> None:
    town = "by-link"
    roster = at_work(service.store, town)
    organiser, inspector, team = visit(), visit("phone"), visit("phone")
    inspector.expected = {403, 410}
    organiser.sign_in(town, f"/towns/{town}/now")
    organiser.page.get_by_role("link", name="在岗链接").click()

    def issue(name: str, kind: str, place: str) -> str:
        organiser.page.get_by_label("给谁").fill(name)
        organiser.page.locator(f"input[name=kind][value={kind}]").check()
        organiser.page.get_by_label("看哪里").select_option(label=place)
        organiser.page.get_by_role("button", name="发放").click()
        return organiser.page.locator("#made").input_value()

    small = visit("phone", "en-GB", scripts=False)
    small.sign_in(town, f"/towns/{town}/duty-links")
    small.nothing_sticks_out()
    small.picture("duty-links", full=True)
    look, lead = issue("县督查组", "look", "全镇"), issue("桥头点长", "lead", "桥头卡口")
    organiser.no_violations()
    organiser.nothing_sticks_out()
    organiser.picture("duty-links", full=True)
    first = next(a for a in roster.assignments if a.duty == _running(roster, "bridge"))
    name = service.store.things.get(town, "people", first.person).value.name

    team.page.goto(lead)
    expect(team.page.locator(".post")).to_have_count(1)
    expect(team.page.locator("a.call")).to_have_attribute("href", re.compile("^tel:154"))
    team.page.get_by_role("button", name=f"{name} 到岗").click()
    expect(team.page.locator("li", has_text=name)).to_contain_text("迟到")
    team.page.get_by_label("桥头卡口 的交接留言").fill("西侧路灯坏了，已报修")
    team.page.get_by_role("button", name="留言").click()
    expect(team.page.locator("blockquote")).to_contain_text("桥头点长")
    team.no_violations()
    team.nothing_sticks_out()
    team.picture("on-duty-leader", full=True)

    inspector.page.goto(look)
    expect(inspector.page.locator(".post")).to_have_count(2)
    expect(inspector.page.locator("#post-bridge")).to_contain_text("西侧路灯坏了")
    assert inspector.page.locator("form[method=post], a[href^='tel:']").count() == 0
    assert "1540000" not in inspector.page.content()
    inspector.no_violations()
    inspector.nothing_sticks_out()
    inspector.picture("on-duty-inspector", full=True)
    assert inspector.page.evaluate("fetch(location.href + '/presence', {method: 'POST'}).then(a => a.status)") == 403
    organiser.page.on("dialog", lambda dialog: dialog.accept())
    organiser.page.get_by_role("button", name="撤销 县督查组").click()
    expect(organiser.page.locator("tr", has_text="县督查组")).to_contain_text("已撤销")
    inspector.page.reload()
    expect(inspector.page.locator("body")).to_contain_text("在岗链接无效")


def test_volunteers_check_in_with_the_qr_and_the_digits_of_the_post(service: Service, visit: Visit) -> None:
    town = "at-post"
    roster = at_work(service.store, town)
    token, _ = service.store.duty_links.issue(town, "screen", "桥头平板", 30, "test", post="bridge")
    screen, one, other = visit(), visit("phone", scripts=False), visit("phone", "en-GB", scripts=False)
    other.expected = {422}
    one.expected = {410}
    screen.go(f"/at/{token}")
    expect(screen.page.locator("h1")).to_have_text("桥头卡口")
    screen.no_violations()
    screen.nothing_sticks_out()
    screen.picture("post-screen")
    shown = screen.page.locator(".qr svg path").last.get_attribute("d")
    now = datetime.now(ZoneInfo(ZONE))
    codes = [screen_of(service, town, "bridge", now - timedelta(seconds=30 * i)) for i in range(2)]
    urls = [f"{service.url}/v/here/{ticket}/{town}/bridge" for ticket, _ in codes]
    drawn = [segno.make(url, error="m", micro=False).svg_inline(omitsize=True, border=2) for url in urls]
    assert [shown] in [
        re.findall(r' d="([^"]+)"', svg) for svg in drawn
    ]  # the QR leads to the page of this half minute

    seats = [a for a in roster.assignments if a.duty == _running(roster, "bridge")]
    one.page.goto(urls[0])
    expect(one.page.locator("main")).to_contain_text("还不认识您")
    one.picture("scanned-unknown")
    service.store.handover.write(town, "bridge", "伸缩门卡住时先断电", "test")
    one.go(service.link(town, seats[1].person))
    expect(one.page.locator("section.next .hint")).to_contain_text("伸缩门卡住时先断电")
    one.picture("volunteer-to-check-in", full=True)
    ticket, _ = screen_of(service, town, "bridge", datetime.now(ZoneInfo(ZONE)))
    one.go(f"/v/here/{ticket}/{town}/bridge")
    one.nothing_sticks_out()
    one.picture("scanned")
    one.page.get_by_role("button", name="我到岗了").click()
    expect(one.page.locator("main")).to_contain_text("已到岗")
    one.nothing_sticks_out()
    one.picture("presence-volunteer", full=True)
    one.go(f"/v/here/{'a' * 16}/{town}/bridge")
    expect(one.page.locator("main")).to_contain_text("二维码已经换新")

    other.go(service.link(town, seats[0].person))
    other.page.get_by_role("link", name="Check in and out").click()
    other.page.fill("#code", "000000")
    other.page.get_by_role("button", name="I am here").click()
    expect(other.page.locator("[role=alert]")).to_contain_text("digits are wrong")
    _, digits = screen_of(service, town, "bridge", datetime.now(ZoneInfo(ZONE)))
    other.page.fill("#code", digits)
    other.page.get_by_role("button", name="I am here").click()
    expect(other.page.locator("main")).to_contain_text("Checked in")
    mate = service.store.things.get(town, "people", seats[2].person).value.name
    other.page.get_by_role("button", name=f"{mate} Check in").click()  # the leader's own team
    other.page.fill("#text", "雨具放在门后")
    other.page.get_by_role("button", name="Leave the note").click()
    expect(other.page.locator(".c", has_text="雨具放在门后")).to_be_visible()
    other.nothing_sticks_out()
    other.picture("presence-volunteer", full=True)
    held = service.store.presence.of(town, roster.week, _running(roster, "bridge"))
    assert {s.person: s.how for s in held.team} == {
        seats[0].person: "code", seats[1].person: "qr", seats[2].person: "list", seats[3].person: None,
    }  # fmt: skip


def _running(roster: RosterVersion, post: str) -> str:
    """The duty that is under way at a post."""
    now = datetime.now(ZoneInfo(ZONE))
    return next(d.id for d in roster.duties if d.post == post and d.start <= now < d.end)


def test_the_page_of_presence_has_no_violations_on_a_telephone(service: Service, visit: Visit) -> None:
    town = "axe-at-post"
    roster = at_work(service.store, town)
    duty = _running(roster, "bridge")
    leader = next(a for a in roster.assignments if a.duty == duty and a.position == "leader")
    mate = next(a for a in roster.assignments if a.duty == duty and a.position == "record")
    service.store.presence.record(
        town, roster.week, duty, Said(person=mate.person, action="arrive", by="test", whose="leader")
    )
    me = visit("phone")
    me.go(service.link(town, leader.person))
    me.go(f"{me.page.get_by_role('link', name='到岗登记').first.get_attribute('href')}")
    me.no_violations()
    ticket, _ = screen_of(service, town, "bridge", datetime.now(ZoneInfo(ZONE)))
    me.go(f"/v/here/{ticket}/{town}/bridge")
    me.no_violations()
    me.nothing_sticks_out()
