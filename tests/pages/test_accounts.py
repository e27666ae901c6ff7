"""The pages of accounts, and what the pages offer to whom: forms as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api.rights import ROLES
from models.records import Role
from tests.browser import small_town

from .reader import PASSWORD, signed_in, small_service, store_of

LOGINS: dict[str, tuple[Role, str | None]] = {
    "platform": ("platform_administrator", None),
    "chief": ("town_administrator", "east"),
    "organiser": ("organiser", "east"),
    "leader": ("point_leader", "east"),
    "dispatcher": ("dispatcher", "east"),
    "inspector": ("inspector", "east"),
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A small town with a draft, and somebody of every role."""
    with small_service(tmp_path, LOGINS) as made:
        store_of(made).rosters.save_draft("east", small_town.coming_monday(), [], origin="edit")
        yield made


def test_an_administrator_adds_changes_limits_and_switches_off_an_account(app: Flask) -> None:
    chief, store = signed_in(app, "chief"), store_of(app)
    area = store.things.all("east", "areas")[0].id
    page = chief.get("/accounts").get_data(as_text=True)
    assert "名leader" in page
    assert "名platform" not in page
    assert 'value="platform_administrator"' not in page
    form = {"login": "new", "name": "新点长", "password": "short", "role": "point_leader", "reach": "areas"}
    refused = chief.post("/accounts", **form, area=area)
    assert refused.status_code == 422
    assert "新点长" in refused.get_data(as_text=True)
    assert "密码：" in refused.get_data(as_text=True)
    assert chief.post("/accounts", **form | {"password": PASSWORD}, area=area).status_code == 303
    made = next(a for a in store.accounts.list("east") if a.login == "new")
    assert made.areas == {area}
    one = f"/accounts/{made.id}"
    assert "登记到岗" in chief.get(one).get_data(as_text=True)
    assert chief.post(one, name="新点长", role="dispatcher", reach="all").status_code == 303
    assert chief.post(one, role="platform_administrator", reach="all").status_code == 422
    assert chief.post(one, password="a new password").status_code == 303
    assert store.accounts.verify("new", "a new password") is not None
    assert chief.post(one, active="0").status_code == 303
    changed = store.accounts.get(made.id)
    assert changed is not None
    assert (changed.role, changed.areas, changed.active) == ("dispatcher", None, False)
    assert chief.client.post(one, data={"active": "1"}, headers={"Accept": "text/html"}).status_code == 403


def test_the_platform_sees_all_accounts_and_its_last_administrator_stays(app: Flask) -> None:
    platform, store = signed_in(app, "platform"), store_of(app)
    assert "名leader" in platform.get("/accounts", "en").get_data(as_text=True)
    own = next(a.id for a in store.accounts.list() if a.login == "platform")
    platform.get(f"/accounts/{own}")
    refused = platform.post(f"/accounts/{own}", active="0")
    assert refused.status_code == 422
    assert "最后一位平台管理员" in refused.get_data(as_text=True)
    made = platform.post("/accounts?town=east", login="x", name="x", password=PASSWORD, role="organiser", reach="all")
    assert made.status_code == 303
    assert platform.post("/accounts?town=none", login="y").status_code == 422


@pytest.mark.parametrize("login", LOGINS)
def test_the_pages_offer_what_one_may_do_and_nothing_else(login: str, app: Flask) -> None:
    role, _ = LOGINS[login]
    rights = ROLES[role].rights
    week = f"/towns/east/weeks/{small_town.coming_monday()}"
    shown = signed_in(app, login)
    page = shown.get(week).get_data(as_text=True)
    offers = {
        "solve": f'href="{week}/generate"',
        "publish": f'href="{week}/publish"',
        "edit_weeks": f'action="{week}/discard"',
        "report_absences": f'href="{week}/repair"',
        "manage_accounts": 'href="/accounts"',
        "see_people": 'href="/towns/east/people"',
    }
    assert {right for right, words in offers.items() if words in page} == rights & set(offers)
    people = shown.get("/towns/east/people").get_data(as_text=True)
    assert bool(re.search(r'action="/towns/east/people/[^"]*/link', people)) is ("issue_links" in rights)
    duty = shown.get(f"{week}/seat?duty=run-1").get_data(as_text=True)
    seats_to_change = bool(re.search(r'href="[^"]*position=', duty))
    assert (f'action="{week}/edits' in duty or seats_to_change) is ("edit_rosters" in rights)
    unmade = shown.get("/towns/east/weeks/2031-01-06").get_data(as_text=True)
    assert ("/make" in unmade) is ("edit_weeks" in rights)


def test_a_point_leader_records_who_cannot_come_and_leaves_the_rest_to_others(app: Flask) -> None:
    store, monday = store_of(app), small_town.coming_monday()
    chief = signed_in(app, "chief")
    week = f"/towns/east/weeks/{monday}"
    chief.get(f"{week}/publish")
    revision = str(store.rosters.get("east", monday, "draft").revision)
    published = chief.post(f"{week}/publish", revision=revision, published="", reason="try")
    assert published.status_code == 303
    leader = signed_in(app, "leader")
    form = leader.get(f"{week}/repair?add=p10").get_data(as_text=True)
    assert "登记" in form
    assert leader.post(f"{week}/repair", person="p10", when="rest").location == week
    assert [a.person for a in store.absences.list("east")] == ["p10"]
    assert store.solves.under_way("east", monday) == []
