"""SQL in whatever is asked for, paths that climb, and names that look like commands."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.conftest import EAST, V1, Caller, Service, fault_paths

from .walking import address, rules

SQL = [
    "' OR '1'='1", "p00'; DROP TABLE people; --", '" OR ""="', "p00' UNION SELECT password FROM accounts --", "%", "_",
    "p0_", "\\", "p00'/*", "1; SELECT pg_sleep(5)--", "$$", "%27%20OR%201=1", "p00\u02bc OR 1=1", "{0}", ":town", "?",
]  # fmt: skip
PATHS = [
    "..",
    "../..",
    "..%2f..%2fetc%2fpasswd",
    "....//",
    "%2e%2e/",
    "..\\..\\x",
    "/etc/passwd",
    "C:\\x",
    "con",
    "a\x00b",
]


@pytest.mark.parametrize("text", SQL)
def test_a_search_finds_what_holds_the_text_and_nothing_else(text: str, organiser: Caller) -> None:
    answer = organiser.client.get(f"{EAST}/people", query_string={"search": text}, headers=organiser.headers)
    assert answer.status_code == 200
    assert [
        p["id"] for p in answer.get_json()["items"] if text.casefold() not in f"{p['id']} {p['name']}".casefold()
    ] == []


@pytest.mark.parametrize("text", SQL)
def test_a_name_that_is_sql_is_stored_as_it_is(text: str, organiser: Caller) -> None:
    assert organiser.post(f"{EAST}/units", {"id": "odd", "name": f"x{text}"}).status_code == 201
    assert organiser.get(f"{EAST}/units/odd").get_json()["name"] == f"x{text}"
    assert organiser.get(f"{EAST}/people").get_json()["total"] == 18


@pytest.mark.parametrize("text", [*SQL[:6], *PATHS])
def test_no_address_with_it_is_more_than_not_found(text: str, service: Service) -> None:
    """In the place of every id of every address that is read, for the administrator of everything."""
    caller = service.caller("admin")
    answered = set()
    for path in addresses(service.app, text):
        answer = caller.client.get(path, headers=caller.headers)
        assert answer.status_code in (200, 302, 303, 308, 400, 401, 403, 404, 405, 409, 410, 422), path
        assert b"root:" not in answer.data
        answered.add(answer.status_code)
    assert answered & {400, 404}


def addresses(app: Flask, text: str) -> list[str]:
    found = []
    for rule in [*rules(app, api=True), *rules(app, api=False)]:
        if "GET" in (rule.methods or set()):
            names = [
                n for n in rule.arguments if type(rule._converters[n]).__name__ in ("UnicodeConverter", "PathConverter")
            ]
            found += [address(app, rule, **{name: text}) for name in names]
    return found


@pytest.mark.parametrize("name", PATHS)
def test_a_file_is_served_from_its_folder_only(name: str, service: Service) -> None:
    caller = service.caller()
    for path in (f"/static/{name}", f"/static/js/{name}", f"/static/%2e%2e/{name}", f"/static/../app.py{name}"):
        answer = caller.client.get(path)
        assert answer.status_code in (400, 404) or answer.headers["Location"].startswith("http://localhost/static/"), (
            path
        )
    assert caller.client.get("/static/../settings.py").status_code in (400, 404)


@pytest.mark.parametrize("id_", ["../x", "a b", "a/b", "x'--", "<b>", "a\nb", "", ".", "x" * 200])
def test_an_id_that_would_not_fit_an_address_is_refused_or_kept_whole(id_: str, organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/units", {"id": id_, "name": "x"})
    assert answer.status_code in (201, 422)
    if answer.status_code == 422:
        assert "id" in fault_paths(answer)
    else:
        assert id_ in [u["id"] for u in organiser.get(f"{EAST}/units").get_json()["items"]]


def test_a_sign_in_with_sql_is_a_wrong_password(service: Service) -> None:
    for text in SQL[:3]:
        body = {"login": f"organiser{text}", "password": text}
        assert service.caller().post(f"{V1}/session", body).get_json()["code"] == "wrong_password"
