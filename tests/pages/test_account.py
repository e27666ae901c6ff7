"""My account, the people's links, and what holds for every page: CSRF on every form, no inline script, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from models.links import LinkPolicy
from models.records import Role
from models.store import Store
from tests.browser import small_town

from .reader import PASSWORD, Reader, signed_in, small_service

NEW = "another battery horse"
LOGINS: dict[str, tuple[Role, str | None]] = {
    "east": ("organiser", "east"),
    "keeper": ("town_administrator", "east"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A small town with an administrator and an organiser."""
    with small_service(tmp_path_factory.mktemp("account"), LOGINS) as made:
        yield made


@pytest.fixture
def keeper(app: Flask) -> Reader:
    return signed_in(app, "keeper")


def shown(reader: Reader, path: str, language: str = "zh") -> str:
    answer = reader.get(path, language)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_password_is_changed_on_the_page_and_other_browsers_are_signed_out(app: Flask, store: Store) -> None:
    here, there = Reader(app.test_client()), Reader(app.test_client())
    for reader in (here, there):
        reader.sign_in("east")
    assert "现在有 2 个浏览器" in shown(here, "/account")
    refused = here.post("/account/password", old=PASSWORD, new=NEW, again="something else")
    assert (refused.status_code, "两次输入的新密码不同" in refused.get_data(as_text=True)) == (422, True)
    refused = here.post("/account/password", old="wrong", new=NEW, again=NEW)
    assert (refused.status_code, "原密码不正确" in refused.get_data(as_text=True)) == (422, True)
    assert here.post("/account/password", old=PASSWORD, new=NEW, again=NEW).location == "/account"
    assert "密码已更改" in shown(here, "/account")
    assert "Sign out everywhere" in shown(here, "/account", "en")
    assert there.get("/account").status_code == 401
    account = next(a for a in store.accounts.list() if a.login == "east")
    store.accounts.set_password(account.id, PASSWORD)


def test_signing_out_everywhere_may_take_the_tokens_along(app: Flask, store: Store) -> None:
    reader, other = Reader(app.test_client()), Reader(app.test_client())
    reader.sign_in("east")
    other.sign_in("east")
    reader.get("/account")
    page = reader.post("/account/tokens", name="值班大屏", scopes="see_roster", days="30")
    found = re.search(r'value="(sanban_[\w-]+)"', page.get_data(as_text=True))
    assert found is not None
    assert page.headers["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {found[1]}"}
    assert app.test_client().get("/api/v1/towns/east/posts", headers=bearer).status_code == 200
    again = shown(reader, "/account")
    assert found[1] not in again
    assert "值班大屏" in again
    assert reader.post("/account/sign-out-everywhere", tokens="1").location == "/sign-in"
    assert other.get("/account").status_code == 401
    assert app.test_client().get("/api/v1/towns/east/posts", headers=bearer).status_code == 401


@pytest.mark.parametrize("form", [{"days": "30"}, {"name": "x", "days": "30"}, {"name": "x", "scopes": "nonsense"}])
def test_a_token_that_cannot_be_is_refused_beside_its_form(form: dict[str, str], keeper: Reader) -> None:
    keeper.get("/account")
    answer = keeper.post("/account/tokens", **form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_a_token_is_revoked_on_the_page(keeper: Reader, store: Store) -> None:
    keeper.get("/account")
    keeper.post("/account/tokens", name="旧程序", scopes="see_people", days="90")
    account = next(a for a in store.accounts.list() if a.login == "keeper")
    token = store.tokens.list(account.id)[0]
    assert keeper.post(f"/account/tokens/{token.id}/revoke").location == "/account"
    assert keeper.post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert "令牌“旧程序”已撤销" in shown(keeper, "/account")


def test_one_tap_renews_a_link_and_a_code_is_shown_once(keeper: Reader, store: Store) -> None:
    people = "/towns/east/people"
    old = store.links.issue("east", "p10")
    keeper.get(people)
    page = keeper.post(f"{people}/p10/link").get_data(as_text=True)
    new = re.search(r"/v/([\w-]+)", page)
    assert new is not None
    assert store.links.open(old) is None
    assert store.links.open(new[1]) is not None
    page = keeper.post(f"{people}/p10/code").get_data(as_text=True)
    code = re.search(r'的验证码 <span class="num">(\d{6})</span>', page)
    opened = store.links.open(new[1])
    assert code is not None
    assert opened is not None
    assert store.links.code_fits(opened, code[1])
    assert code[1] not in shown(keeper, people)
    assert keeper.post(f"{people}/p10/code/drop").status_code == 303
    assert "不再需要验证码" in shown(keeper, people)
    assert keeper.post(f"{people}/p10/revoke").status_code == 303
    assert store.links.open(new[1]) is None
    assert keeper.post(f"{people}/nobody/link").status_code == 404


def test_the_town_s_way_with_links_is_set_by_its_administrator_alone(app: Flask, keeper: Reader, store: Store) -> None:
    organiser = Reader(app.test_client())
    organiser.sign_in("east")
    assert "链接怎么发" not in shown(organiser, "/towns/east/people")
    assert organiser.post("/towns/east/link-policy", days="3", revision="1").status_code == 403
    assert "链接怎么发" in shown(keeper, "/towns/east/people")
    assert keeper.post("/towns/east/link-policy", days="0", revision="1").status_code == 422
    assert keeper.post("/towns/east/link-policy", days="14", revision="1", code_needed="1").status_code == 303
    assert store.links.policy("east").value == LinkPolicy(14, True)
    assert keeper.post("/towns/east/link-policy", days="15", revision="1").status_code in (409, 412)
    page = keeper.post("/towns/east/people/p11/link").get_data(as_text=True)
    assert re.search(r'的验证码 <span class="num">\d{6}</span>', page), (
        "the town wants codes, so one comes with the link"
    )
    keeper.post("/towns/east/link-policy", days="90", revision="2")


# --- what holds for every page --------------------------------------------------------------------------


class Page(HTMLParser):
    """Forms with their fields, scripts, and attributes that would be scripts or styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                {"method": held.get("method", "get").lower(), "action": held.get("action", ""), "token": ""}
            )
        if tag == "input" and held.get("name") == "csrf_token" and self.forms:
            self.forms[-1]["token"] = held.get("value", "")
        if tag == "script" and "src" not in held and "nonce" not in held:
            self.inline.append("script")
        self.inline += [n for n in held if n.startswith("on") or n == "style"]
        self.inline += [v for n, v in held.items() if n in ("href", "action", "src") and v.strip().startswith("java")]


def pages(reader: Reader, store: Store) -> dict[str, str]:
    week = f"/towns/east/weeks/{small_town.coming_monday()}"
    token = store.links.issue("east", "p12")
    paths = ["/account", "/towns/east/people", week, f"{week}?view=people", f"{week}/generate", f"{week}/repair"]
    return {path: shown(reader, path) for path in [*paths, "/accounts", f"/v/{token}"]}


def test_every_form_that_changes_something_carries_the_token(keeper: Reader, app: Flask, store: Store) -> None:
    found = pages(keeper, store) | {"/sign-in": shown(Reader(app.test_client()), "/sign-in")}
    forms = [(path, form) for path, text in found.items() for form in Page(text).forms if form["method"] == "post"]
    assert len({form["action"].split("/")[-1] for _, form in forms}) >= 8
    assert [(path, f["action"]) for path, f in forms if not f["token"] and not f["action"].startswith("/v/")] == []


def test_no_page_has_a_script_or_style_in_itself(keeper: Reader, store: Store) -> None:
    assert {path: found for path, text in pages(keeper, store).items() if (found := Page(text).inline)} == {}


def unsafe_pages(app: Flask) -> list[str]:
    """Addresses of all pages that change something, filled with plausible ids."""
    values = {"town": "east", "person": "p10", "start": str(small_town.coming_monday()), "token": "x"}
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint.startswith("pages."):
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **{a: values.get(a, "x") for a in rule.arguments}))
    return found


BY_TOKEN = ("/v/", "/now/", "/at/", "/team/")
"""Pages whose address is the secret: no cookie signs anybody in there, so that nothing can be forged with one."""


def test_every_page_that_changes_something_refuses_a_forged_call(keeper: Reader, app: Flask) -> None:
    addresses = [path for path in unsafe_pages(app) if not path.startswith(BY_TOKEN)]
    assert len(addresses) >= 15
    for path in addresses:
        for form in ({}, {"csrf_token": "x"}, {"csrf_token": keeper.token[:-1] + "?"}):
            answer = keeper.client.post(path, data=form, headers={"Accept": "text/html"})
            assert answer.status_code == 403, path
            assert "防伪令牌" in answer.get_data(as_text=True), path


def test_forms_are_exempt_where_their_address_is_the_secret(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    for path in unsafe_pages(app):
        if path.startswith(BY_TOKEN):
            assert client.post(path, headers={"Accept": "text/html"}).status_code == 410, path


def test_every_page_carries_a_policy_with_a_new_nonce_and_is_not_kept(keeper: Reader, store: Store) -> None:
    nonces: set[str] = set()
    paths = list(pages(keeper, store))
    for path in paths:
        headers = keeper.get(path).headers
        policy = headers["Content-Security-Policy"]
        nonces.update(re.findall(r"'nonce-([^']+)'", policy))
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert part in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert len(nonces) == len(paths)


def test_cookies_are_sent_over_https_only_in_production(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sanban.sqlite"
    first = Store(url)
    first.migrate()
    first.accounts.create("li", "李", PASSWORD, "platform_administrator")
    first.close()
    app = create_app({"SANBAN_ENV": "test", "DATABASE_URL": url, "LOG_LEVEL": "error", "SESSION_COOKIE_SECURE": True})
    client = app.test_client()
    answer = client.post(
        "/api/v1/session", json={"login": "li", "password": PASSWORD}, base_url="https://sanban.example"
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
    app.extensions["sanban_store"].close()
