"""Every page there is, opened on a desk and in a hand: accessible as far as axe can tell, no wider than the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask, url_for
from playwright.sync_api import ViewportSize

from api import create_app
from models.callout_records import Asked, NewCallout
from models.channels import NewChannel
from models.exchange_kinds import Wish
from models.outbox import Message
from models.webhooks import NewWebhook
from scheduler.text import Text

from .service import PASSWORD, Service
from .visitor import SIZES, Visitor

NOWHERE = "sqlite:///artefacts/never-opened.sqlite"
Visit = Callable[..., Visitor]
NO_PAGES = {
    "home": "leads to the week or the towns",
    "town": "leads to the week",
    "sign_in_elsewhere": "leads to another service",
    "back_from_elsewhere": "comes from another service",
    "enter_code": "leads to the first page where no code is needed; tests/browser/test_account.py opens it",
    "one_import": "of a file that was handed in; tests/browser/test_imports.py looks at it in both sizes",
    "scanned": "leads on; tests/browser/test_on_duty.py scans",
    "calendar_feed": "a file",
    "hours_file": "a file",
    "sheet_file": "a file",
    "import_current": "a file",
    "import_template": "a file",
    "manifest": "a file",
    "seat": "a part of the week's page",
    "worker": "a file",
}
"""Endpoint → why nobody reads it as a page."""


@dataclass
class Places:
    """Where all pages are, of a town that has something of everything."""

    values: dict[str, str]
    by_token: dict[str, str]
    """The beginning of an address → the token that opens it."""
    queries: dict[str, str]

    def paths(self) -> dict[str, str]:
        """Endpoint without its blueprint → address."""
        settings = {"SANBAN_ENV": "test", "SECRET_KEY": "to ask which addresses there are", "DATABASE_URL": NOWHERE}
        app = create_app(settings)
        found = {}
        for rule in app.url_map.iter_rules():
            blueprint, _, name = rule.endpoint.partition(".")
            if blueprint == "pages" and "GET" in (rule.methods or ()) and name not in NO_PAGES:
                found[name] = self._path(app, rule.endpoint, rule.rule, rule.arguments) + self.queries.get(name, "")
        return found

    def _path(self, app: Flask, endpoint: str, rule: str, arguments: set[str]) -> str:
        tokens = [token for prefix, token in self.by_token.items() if rule.startswith(prefix)]
        values = self.values | ({"token": tokens[0]} if tokens else {})
        with app.test_request_context():
            return url_for(endpoint, **{name: values[name] for name in arguments})


@pytest.fixture(scope="module")
def places(service: Service) -> Places:
    store, town, week = service.store, service.town("everything"), service.week
    roster = service.published(town)
    first, other = roster.assignments[0], roster.assignments[-1]
    problem = service.problem(town)
    duty = next(d for d in roster.duties if d.id == first.duty)
    keeper = store.accounts.create("keeper-of-all", "周管理", PASSWORD, "platform_administrator")
    now = store.database.now()
    said, until = Text("桥头卡口 早班", "Bridge, early"), now + timedelta(hours=3)
    store.rosters.save_draft(town, week, roster.assignments[1:], origin="edit", by="test", based_on=roster.number)
    store.absences.report(town, first.person, duty.start, duty.end, "外出", by="test")
    new = NewCallout(
        week=week, duty=first.duty, position=first.position, instead=first.person, start=duty.start, end=duty.end,
        until=until, seat=said, town_name=said, asked=[Asked(other.person)],
    )  # fmt: skip
    store.callouts.open(town, new, "test")
    fields = {"url": "https://hook.invalid/here"}
    channel = store.channels.add(
        town, NewChannel(name="群", kind="webhook", reach="group", about=("exchange",), fields=fields)
    )
    hook, _secret = store.webhooks.add(
        town, NewWebhook(name="程序", url="https://hook.invalid/", events=("absence.reported",))
    )
    store.outbox.put(
        town, [Message(key="one", kind="exchange", to=f"person:{first.person}", subject=said, text=said)]
    )
    store.exchanges.add(town, Wish(kind="offer", week=week, given=other, about=said, expires_at=until))
    unit = problem.units[0].id
    (offer,) = store.gaps.offer(town, week, [unit], [(first.duty, first.position)], until, "test")
    repair, _joined = store.solves.create(
        town, "repair", store.weeks.problem_document(town, week, now=now, baseline=roster.number), week=week,
        absences={"absences": []}, seconds=5,
    )  # fmt: skip
    seat = f"duty={first.duty}&position={first.position}"
    return Places(
        values={
            "town": town, "start": str(week), "week": str(week), "person": first.person, "duty": first.duty,
            "post": str(duty.post),
            "account": keeper.id, "channel": channel.value.id, "webhook": hook.value.id, "kind": "email",
            "offer": offer.id, "solve": repair.id, "noun": "staffing-templates",
        },
        by_token={
            "/v/": store.links.issue(town, first.person),
            "/team/": store.team_links.issue(town, unit, 7),
            "/now/": store.duty_links.issue(town, "lead", "点长", 7, "test")[0],
            "/at/": store.duty_links.issue(town, "screen", "屏幕", 7, "test", post=duty.post)[0],
        },
        queries={
            "team_seat": f"?{seat}",
            "callout_form": f"?{seat}&instead={first.person}",
            "compare_people": f"?{seat}&one={first.person}&two={other.person}",
            "presence_of_duty": f"?duty={first.duty}",
            "report_absence": f"?duty={first.duty}&week={week}",
            "rule_form": "?rule=min_rest",
            "edit_basic": "?id=pair",
        },
    )  # fmt: skip


@pytest.mark.timeout(240)
def test_every_page_is_accessible_and_fits_its_window(service: Service, visit: Visit, places: Places) -> None:
    """Pages that are opened by a link as they are held in the hand, the others as on a desk; both in both widths."""
    me, wrong = visit(), dict[str, str]()
    me.sign_in("keeper-of-all")
    for name, path in places.paths().items():
        in_hand = path.startswith(tuple(places.by_token))
        me.page.set_viewport_size(window("phone" if in_hand else "desktop"))
        answer = me.page.goto(service.url + path)
        assert answer is not None
        if answer.status >= 400:
            wrong[name] = f"{answer.status} {path}"
            continue
        if found := me.violations():
            wrong[name] = str(found)
        for size in SIZES:
            me.page.set_viewport_size(window(size))
            wide = me.page.evaluate("document.documentElement.scrollWidth")
            if wide > SIZES[size][0]:
                wrong[f"{name} {size}"] = f"{wide} px wide"
    assert wrong == {}


def window(size: str) -> ViewportSize:
    width, height = SIZES[size]
    return {"width": width, "height": height}
