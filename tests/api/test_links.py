"""Personal links over the API: renewed, listed, revoked; codes asked for, counted, remembered."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock

from .conftest import EAST, WEST, Caller, Service, fault_paths

P00 = f"{EAST}/people/p00"
POLICY = f"{EAST}/link-policy"
OWN = f"{P00}/availability"


@pytest.fixture
def town_admin(service: Service) -> Caller:
    return service.caller("town-admin")


def issued(caller: Caller, **body: object) -> dict[str, str]:
    answer = caller.post(f"{P00}/links", body)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, str] = answer.get_json()
    return made


def by_link(service: Service, token: str, **headers: str) -> TestResponse:
    return service.caller(Authorization=f"Bearer {token}", **headers).get(OWN)


def test_renewing_a_link_ends_the_old_ones(service: Service, organiser: Caller) -> None:
    old, new = issued(organiser)["token"], issued(organiser)["token"]
    assert by_link(service, old).status_code == by_link(service, new).status_code == 200
    renewed = issued(organiser, renew=True)
    assert renewed["code"] is None
    assert [by_link(service, token).status_code for token in (old, new, renewed["token"])] == [401, 401, 200]
    listed = organiser.get(f"{P00}/links").get_json()["items"]
    assert [link["open"] for link in listed].count(True) == 1
    assert renewed["token"] not in str(listed)


def test_one_link_of_several_is_revoked(service: Service, organiser: Caller) -> None:
    tokens = [issued(organiser)["token"] for _ in range(2)]
    link = organiser.get(f"{P00}/links").get_json()["items"][0]["id"]
    assert organiser.delete(f"{EAST}/people/p01/links/{link}").status_code == 404
    assert organiser.delete(f"{P00}/links/{link}").status_code == 204
    assert organiser.delete(f"{P00}/links/{link}").status_code == 404
    assert sorted(by_link(service, token).status_code for token in tokens) == [200, 401]


def test_a_link_lasts_as_long_as_was_asked_for_or_as_the_town_has_it(
    service: Service, organiser: Caller, town_admin: Caller
) -> None:
    clock = Clock()
    service.store.database._clock = clock
    etag = town_admin.get(POLICY).headers["ETag"]
    assert town_admin.put(POLICY, {"days": 5, "code_needed": False}, match=etag).status_code == 200
    short, usual = issued(organiser, days=2)["token"], issued(organiser)["token"]
    clock.advance(days=2)
    assert [by_link(service, token).status_code for token in (short, usual)] == [401, 200]
    clock.advance(days=3)
    assert by_link(service, usual).status_code == 401


def test_how_links_are_handed_out_is_the_administrator_s_and_has_a_revision(
    organiser: Caller, town_admin: Caller
) -> None:
    wanted = {"days": 30, "code_needed": True}
    etag = organiser.get(POLICY).headers["ETag"]
    assert organiser.put(POLICY, wanted, match=etag).status_code == 403
    assert town_admin.put(POLICY, wanted).status_code == 428
    assert town_admin.put(POLICY, wanted, match=etag).get_json() == wanted
    assert town_admin.put(POLICY, wanted, match=etag).status_code == 412
    assert organiser.get(POLICY).get_json() == wanted
    assert set(fault_paths(town_admin.put(POLICY, {"days": 0}, match=etag))) == {"days", "code_needed"}
    assert town_admin.get(f"{WEST}/link-policy").status_code == 404


# --- codes ----------------------------------------------------------------------------------------------


@pytest.fixture
def link(service: Service, organiser: Caller) -> tuple[str, str]:
    """A personal link and the code that it needs."""
    return issued(organiser)["token"], organiser.post(f"{P00}/code").get_json()["code"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_link_with_a_code_opens_nothing_without_it(service: Service, link: tuple[str, str]) -> None:
    token, code = link
    assert by_link(service, token).get_json()["code"] == "code_needed"
    answer = by_link(service, token, **{"X-Link-Code": wrong(code)})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "wrong_code")
    assert by_link(service, token, **{"X-Link-Code": code}).status_code == 200


def test_a_town_that_wants_codes_makes_one_with_the_link(
    service: Service, organiser: Caller, town_admin: Caller
) -> None:
    before = issued(organiser)["token"]
    town_admin.put(POLICY, {"days": 90, "code_needed": True}, match=town_admin.get(POLICY).headers["ETag"])
    assert (by_link(service, before).status_code, by_link(service, before).get_json()["code"]) == (403, "code_missing")
    made = issued(organiser)
    assert by_link(service, made["token"], **{"X-Link-Code": made["code"]}).status_code == 200
    assert issued(organiser)["code"] is None, "the code stays when the link is renewed"
    assert organiser.delete(f"{P00}/code").status_code == 204
    assert organiser.delete(f"{P00}/code").status_code == 404


def test_a_code_is_guessed_a_few_times_at_most_and_a_renewed_link_begins_anew(
    service: Service, organiser: Caller, link: tuple[str, str]
) -> None:
    token, code = link
    guesses = [by_link(service, token, **{"X-Link-Code": wrong(code)}).status_code for _ in range(6)]
    assert guesses == [401] * 5 + [429]
    assert by_link(service, token, **{"X-Link-Code": code}).status_code == 429
    renewed = issued(organiser, renew=True)["token"]
    assert by_link(service, renewed, **{"X-Link-Code": code}).status_code == 200


def test_many_networks_have_no_more_guesses_at_one_link(
    service: Service, link: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(service.app.config, "CODE_LIMIT_LINK", "4 per day")
    token, code = link
    client = service.app.test_client()
    headers = {"Authorization": f"Bearer {token}", "X-Link-Code": wrong(code)}
    answers = [
        client.get(OWN, headers=headers, environ_overrides={"REMOTE_ADDR": f"198.51.100.{i}"}).status_code
        for i in range(6)
    ]
    assert answers == [401] * 4 + [429] * 2


# --- the page in front of the page ----------------------------------------------------------------------


def page(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers={"Accept": "text/html"})


def test_a_telephone_is_asked_once_and_then_remembered_for_weeks(
    service: Service, organiser: Caller, link: tuple[str, str]
) -> None:
    token, code = link
    phone = service.app.test_client()
    asked = page(phone, f"/v/{token}")
    assert (asked.status_code, asked.location) == (303, f"/v/{token}/code")
    form = page(phone, asked.location)
    assert form.status_code == 200
    assert "人员p00" not in form.get_data(as_text=True), "nothing about the person before the code"
    assert phone.post(f"/v/{token}/received", data={"duty": "x"}).location == f"/v/{token}/code"
    assert phone.post(f"/v/{token}/code", data={"code": wrong(code)}).status_code == 401
    entered = phone.post(f"/v/{token}/code", data={"code": f" {code} "})
    assert entered.location == f"/v/{token}"
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/v/" in cookie
    assert code not in cookie
    assert "人员p00" in page(phone, f"/v/{token}").get_data(as_text=True)
    renewed = issued(organiser, renew=True)["token"]
    assert page(phone, f"/v/{renewed}").status_code == 200, "a renewed link needs no new code"
    assert page(service.app.test_client(), f"/v/{renewed}").status_code == 303, "another telephone does"
    organiser.post(f"{P00}/code")
    assert page(phone, f"/v/{renewed}").status_code == 303, "a new code is asked for again"


def test_what_another_telephone_remembers_opens_nothing_here(
    service: Service, organiser: Caller, link: tuple[str, str]
) -> None:
    token, code = link
    other_token = organiser.post(f"{EAST}/people/p01/links", {}).get_json()["token"]
    other_code = organiser.post(f"{EAST}/people/p01/code").get_json()["code"]
    phone = service.app.test_client()
    cookie = phone.post(f"/v/{other_token}/code", data={"code": other_code}).headers["Set-Cookie"].split(";")[0]
    _name, value = cookie.split("=", 1)
    opened = service.store.links.open(token)
    assert opened is not None
    assert opened.code is not None
    for forged in (value, opened.code, code, ""):
        phone.set_cookie(f"sanban_code_{opened.code[:8]}", forged, path="/v/")
        assert page(phone, f"/v/{token}").status_code == 303


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "无"])
def test_a_link_that_is_no_good_asks_for_no_code(token: str, service: Service) -> None:
    assert page(service.app.test_client(), f"/v/{token}/code").status_code == 410


def test_a_link_without_a_code_is_not_asked_for_one(service: Service, organiser: Caller) -> None:
    token = issued(organiser)["token"]
    assert page(service.app.test_client(), f"/v/{token}/code").location == f"/v/{token}"
