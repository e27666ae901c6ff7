"""Stored and reflected script: what somebody entered is text on every page, and nothing else.

The texts are taken apart as a browser does it (html.parser), on every page that the service has; then a real browser
walks through the pages and would tell of a dialog, a foreign element or a breach of the content policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from api import create_app
from api.pages.basics_fields import BASICS
from models.store import Store
from scheduler import document as documents
from tests.api.conftest import SETTINGS, Caller

from .conftest import gunicorn
from .poisoned import ADDRESS, CALCULATED, LISTS, LOGIN, MARK, PAYLOAD, TEXTS, TOWN, id_of, monday, stored
from .walking import Page, address, query_names, rules

HTML = {"Accept": "text/html"}
BOARD = f"/towns/{TOWN}/weeks/{monday()}"
MOST_LETTERS = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("poisoned")


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    """The service with the poisoned town."""
    made = create_app(SETTINGS | {"DATABASE_URL": f"sqlite:///{folder / 'poisoned.sqlite'}"})
    store: Store = made.extensions["sanban_store"]
    store.migrate()
    stored(store)
    yield made
    store.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """Signed in as the organiser."""
    return Caller(app.test_client()).sign_in(LOGIN).client


@pytest.fixture(scope="module")
def token(app: Flask) -> str:
    issued: str = app.extensions["sanban_store"].links.issue(TOWN, id_of("p00"))
    return issued


def pages(app: Flask, token: str) -> list[str]:
    """Every page that can be asked for."""
    values = {"town": TOWN, "person": id_of("p00"), "start": str(monday()), "week": str(monday()), "token": token}
    found = [address(app, rule, **values) for rule in rules(app, api=False) if "GET" in (rule.methods or set())]
    return [*found, f"/towns/{TOWN}/basics/shift-patterns", f"/towns/{TOWN}/basics/staffing-templates/new"]


def faults(html: str) -> list[str]:
    """Where a text has become more than text."""
    page = Page(html)
    found = [f"element {tag}" for tag, _ in page.elements if MARK in tag]
    for tag, held in page.elements:
        found += [f"attribute {name} of {tag}" for name in held if MARK in name or name.startswith("on")]
        found += [f"style of {tag}" for name, value in held.items() if name == "style" and MARK in value]
    found += [f"script {text[:60]}" for text in page.scripts if MARK in text]
    found += [
        f"address {a[:60]}" for a in page.addresses() if a.strip().lower().startswith(("javascript:", "data:text"))
    ]
    return found + (["a template inside a text was run"] if CALCULATED in page.text else [])


def test_every_free_text_of_the_document_is_poisoned() -> None:
    """A new one is noticed here."""
    shapes = documents.schema()["$defs"]
    free = {
        key
        for name, shape in shapes.items()
        for key, held in shape.get("properties", {}).items()
        if not name.startswith("rule") and "enum" not in held and "format" not in held
        for inner in [shapes[held["$ref"].rsplit("/", 1)[-1]] if "$ref" in held else held]
        if inner.get("type") == "string" and "enum" not in inner and inner.get("maxLength", 0) <= MOST_LETTERS
        if not ("$ref" in held and "id" in held["$ref"].rsplit("/", 1)[-1]) and inner.get("pattern")
    }
    named = {"id", "position", "template", "pattern", "person", "duty", "category", "area", "unit", "contract", "post"}
    named |= {"vehicle", "parent", "shift", "start", "end", "expires"}
    assert free - named <= set(TEXTS) | set(LISTS), free - named


def test_the_parser_sees_a_script_where_there_is_one() -> None:
    assert {f.split(" ")[0] for f in faults(f'<p title="{PAYLOAD}">{PAYLOAD}</p>')} >= {
        "element",
        "attribute",
        "script",
    }
    assert faults(f'<a href="{ADDRESS}">x</a>')


def test_no_stored_text_is_a_script_on_any_page(app: Flask, client: FlaskClient, token: str) -> None:
    shown = []
    for path in pages(app, token):
        for lang in ("zh", "en"):
            answer = client.get(path, query_string={"lang": lang}, headers=HTML)
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html":
                html = answer.get_data(as_text=True)
                assert faults(html) == [], path
                shown += [path] * (MARK in Page(html).text)
    assert len(set(shown)) >= 6, shown


@pytest.mark.parametrize("view", ["", "people"])
def test_no_stored_text_is_a_script_in_any_view_of_the_week(view: str, client: FlaskClient) -> None:
    duty = next(
        iter(
            documents.load(client.application.extensions["sanban_store"].weeks.problem_document(TOWN, monday())).duties
        )
    )
    for query in (
        {"version": "1"}, {"area": id_of("village")}, {"duty": duty.id}, {"duty": duty.id, "position": id_of("verify")},
        {"duty": duty.id, "part": "1"}, {"duty": duty.id, "position": id_of("verify"), "part": "1"},
    ):  # fmt: skip
        answer = client.get(BOARD, query_string=query | ({"view": view} if view else {}), headers=HTML)
        assert answer.status_code == 200, query
        assert faults(answer.get_data(as_text=True)) == [], query


def test_no_parameter_of_any_page_comes_back_as_a_script(app: Flask, client: FlaskClient, token: str) -> None:
    names = query_names()
    assert len(names) > 10
    for path in pages(app, token):
        for text in (PAYLOAD, ADDRESS):
            for asker in (client, app.test_client()):
                answer = asker.get(path, query_string=dict.fromkeys([*names, "lang"], text), headers=HTML)
                assert answer.status_code < 500, path
                if answer.mimetype == "text/html":
                    assert faults(answer.get_data(as_text=True)) == [], path


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_an_error_shows_an_address_as_text(accept: str, client: FlaskClient) -> None:
    for path in (f"/{PAYLOAD}", f"/towns/{PAYLOAD}", f"/towns/{TOWN}/weeks/{PAYLOAD}", f"/v/{MARK}<{MARK}>"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code in (400, 404, 410)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.mimetype == "text/html":
            assert faults(answer.get_data(as_text=True)) == []
        else:
            assert answer.mimetype == "application/json"


def test_a_form_that_is_shown_again_shows_what_was_entered_as_text(client: FlaskClient) -> None:
    page = Page(client.get("/sign-in", headers=HTML).get_data(as_text=True))
    token = next(form.fields["csrf_token"] for form in page.forms if "csrf_token" in form.fields)
    sent = {"csrf_token": token} | dict.fromkeys(
        ("login", "password", "next", "reason", "q", "person", "from"), PAYLOAD
    )
    for path in ("/sign-in", f"{BOARD}/repair", f"{BOARD}/publish", f"{BOARD}/make", f"{BOARD}/generate"):
        answer = client.post(path, data=sent, headers=HTML)
        assert 400 <= answer.status_code < 500, path
        assert faults(answer.get_data(as_text=True)) == [], path


def test_no_stored_or_typed_text_is_a_script_on_the_forms_of_basics(client: FlaskClient) -> None:
    ids = ("volunteer", "school", "medic", "verify", "village", "full", "three", "team", "van")
    for noun, id_ in zip(BASICS, ids, strict=True):
        path = f"/towns/{TOWN}/basics/{noun}"
        answer = client.get(f"{path}/edit", query_string={"id": id_of(id_)}, headers=HTML)
        html = answer.get_data(as_text=True)
        listed = client.get(path, headers=HTML).get_data(as_text=True)
        assert (answer.status_code, MARK in Page(listed).text, faults(html + listed)) == (200, True, []), noun
        token = next(form.fields["csrf_token"] for form in Page(html).forms if "csrf_token" in form.fields)
        rows = [f"{rows}-0-{part}" for rows, parts in ROWS.items() for part in parts]
        typed = dict.fromkeys(("name", "name_en", "id", "latitude", "max_nights", *rows), PAYLOAD)
        sent = {"csrf_token": token} | typed
        again = client.post(f"{path}/new", data=sent | {"rows": "add:shifts"}, headers=HTML)
        wrong = client.post(f"{path}/new", data=sent, headers=HTML)
        assert (again.status_code, wrong.status_code) == (200, 422), noun
        assert faults(again.get_data(as_text=True)) == faults(wrong.get_data(as_text=True)) == [], noun


ROWS = {"shifts": ("name", "start", "end", "id"), "seats": ("position", "min", "qualifications")}
WATCH = f"""
window.{MARK} = () => console.error("{MARK} ran");
addEventListener("securitypolicyviolation", e => console.error("{MARK} policy " + e.violatedDirective + e.blockedURI));
"""


def test_a_real_browser_finds_no_script_on_the_poisoned_pages(
    app: Flask, folder: Path, client: FlaskClient, token: str, browser: Browser
) -> None:
    cookie = client.get_cookie("sanban")
    assert cookie is not None
    told: list[str] = []
    service = gunicorn(folder / "poisoned.sqlite", app.config["SECRET_KEY"])
    with service as port, browser.new_context(locale="zh-CN") as context:
        context.add_cookies([{"name": "sanban", "value": cookie.value, "url": f"http://127.0.0.1:{port}"}])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: told.append(said.text) if MARK in said.text else None)
        page.on("pageerror", lambda error: told.append(f"script {error}"))
        seen = 0
        for path in pages(app, token):
            answer = page.request.get(f"http://127.0.0.1:{port}{path}", headers=HTML, max_redirects=0)
            if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
                continue
            page.goto(f"http://127.0.0.1:{port}{path}")
            told += [f"element on {path}"] * page.locator(MARK).count()
            seen += MARK in page.inner_text("body")
    assert told == []
    assert seen >= 5
