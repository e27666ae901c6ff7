"""Signing in with another service, against a real small provider on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from api.settings import SettingsError
from models.records import Account

from .conftest import EAST, SETTINGS, V1, Caller, Service
from .provider import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, Provider, running

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def serving() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(serving: Provider) -> Provider:
    fresh = Provider(serving.issuer)
    serving.__dict__.update(fresh.__dict__)
    return serving


@pytest.fixture
def app(service: Service, provider: Provider) -> Flask:
    return made(service, provider)


def made(service: Service, provider: Provider, **config: str) -> Flask:
    settings = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "STORE": service.store,
    }
    return create_app(SETTINGS | settings | config)


@pytest.fixture
def account(service: Service) -> Account:
    return next(held for held in service.store.accounts.list() if held.login == "organiser")


def way_back(client: FlaskClient, start: str = "/sign-in/elsewhere") -> str:
    """The address of ours to which the provider sends the browser."""
    answer = client.get(start, headers=HTML)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    back = requests.get(answer.location, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def come_back(client: FlaskClient, start: str = "/sign-in/elsewhere") -> TestResponse:
    return client.get(way_back(client, start), headers=HTML)


def who(client: FlaskClient) -> Any:
    answer = client.get(f"{V1}/session")
    return answer.get_json()["actor"]["id"] if answer.status_code == 200 else None


def test_a_joined_account_signs_in_with_state_nonce_and_pkce(app: Flask, provider: Provider, account: Account) -> None:
    app.extensions["sanban_store"].identities.join(account.id, provider.issuer, provider.subject)
    client = app.test_client()
    assert "统一登录" in client.get("/sign-in", headers=HTML).get_data(as_text=True)
    answer = come_back(client, "/sign-in/elsewhere?next=/towns/east/people")
    assert (answer.status_code, answer.location) == (303, "/towns/east/people")
    assert who(client) == account.id
    assert client.get(f"{EAST}/people").status_code == 200
    assert len(provider.asked["state"]) >= 20
    assert len(provider.asked["nonce"]) >= 20
    assert len(provider.asked["code_challenge"]) == 43
    assert "code_verifier" not in provider.asked


def test_nobody_gets_an_account_by_signing_in_elsewhere(app: Flask, service: Service) -> None:
    before = service.store.accounts.list()
    client = app.test_client()
    answer = come_back(client)
    assert answer.status_code == 403
    assert "还没有与这里的账号关联" in answer.get_data(as_text=True)
    assert who(client) is None
    assert service.store.accounts.list() == before


@pytest.mark.parametrize("claim", ["email", "preferred_username", "name", "login"])
def test_a_name_or_mail_address_finds_no_account(claim: str, app: Flask, provider: Provider) -> None:
    provider.claims = {claim: "organiser", "email_verified": True}
    assert come_back(app.test_client()).status_code == 403


def test_newcomers_become_what_the_settings_say(service: Service, provider: Provider) -> None:
    provider.claims = {"name": "欧阳新"}
    app = made(service, provider, OIDC_NEW_ACCOUNTS="inspector@east")
    first, second = app.test_client(), app.test_client()
    assert come_back(first).status_code == come_back(second).status_code == 303
    assert who(first) == who(second)
    found = service.store.accounts.get(who(first))
    assert found is not None
    assert (found.name, found.role, found.town) == ("欧阳新", "inspector", "east")
    service.store.accounts.set_active(found.id, False)
    assert who(first) is None
    assert come_back(app.test_client()).status_code == 403


HOUR_AGO = int(time.time()) - 3600
WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "somebody else's"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-service"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": HOUR_AGO, "iat": HOUR_AGO - 60},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
}


@pytest.mark.parametrize("fault", [*WRONG, "another key"])
def test_an_id_token_that_proves_nothing_lets_nobody_in(
    fault: str, app: Flask, provider: Provider, account: Account
) -> None:
    app.extensions["sanban_store"].identities.join(account.id, provider.issuer, provider.subject)
    provider.claims = WRONG.get(fault, {})
    provider.key = OTHER_KEY if fault == "another key" else provider.key
    client = app.test_client()
    assert come_back(client).status_code == 401
    assert who(client) is None


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    app: Flask, provider: Provider, account: Account
) -> None:
    app.extensions["sanban_store"].identities.join(account.id, provider.issuer, provider.subject)
    attacker, victim = app.test_client(), app.test_client()
    back = way_back(attacker)
    assert victim.get(back, headers=HTML).status_code == 401, "signing somebody in as somebody else"
    way_back(victim)
    state = parse_qs(urlsplit(way_back(victim)).query)["state"][0]
    stolen = parse_qs(urlsplit(way_back(attacker)).query)["code"][0]
    mixed = f"/sign-in/elsewhere/done?code={stolen}&state={state}"
    assert victim.get(mixed, headers=HTML).status_code == 401, "PKCE: the code belongs to another browser"
    for query in ("", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied", f"?code=x&state={state}"):
        assert victim.get(f"/sign-in/elsewhere/done{query}", headers=HTML).status_code == 401
    assert who(victim) is None


def test_an_answer_is_good_once(app: Flask, provider: Provider, account: Account) -> None:
    app.extensions["sanban_store"].identities.join(account.id, provider.issuer, provider.subject)
    client = app.test_client()
    back = way_back(client)
    assert client.get(back, headers=HTML).status_code == 303
    assert client.get(back, headers=HTML).status_code == 401


def test_an_account_joins_itself_and_parts(app: Flask, service: Service, account: Account) -> None:
    caller = Caller(app.test_client()).sign_in("organiser")
    page = caller.client.get("/account", headers=HTML).get_data(as_text=True)
    start = page.split('href="/sign-in/elsewhere?joining=')[1].split('"')[0]
    answer = come_back(caller.client, f"/sign-in/elsewhere?joining={start}")
    assert (answer.status_code, answer.location) == (303, "/account")
    fresh = app.test_client()
    assert come_back(fresh).status_code == 303
    assert who(fresh) == account.id
    token = caller.client.get(f"{V1}/session").get_json()["csrf_token"]
    assert caller.client.post("/account/part", data={"csrf_token": token}).status_code == 303
    assert come_back(app.test_client()).status_code == 403


def test_nobody_is_joined_without_asking(app: Flask, service: Service, account: Account, provider: Provider) -> None:
    """The ticket is the account's own: another's, a forged one or none joins nothing."""
    mine, other = Caller(app.test_client()).sign_in("organiser"), Caller(app.test_client()).sign_in("other")
    page = mine.client.get("/account", headers=HTML).get_data(as_text=True)
    ticket = page.split('href="/sign-in/elsewhere?joining=')[1].split('"')[0]
    for client, given in ((other.client, ticket), (app.test_client(), ticket), (mine.client, ticket[:-2] + "xx")):
        assert client.get(f"/sign-in/elsewhere?joining={given}", headers=HTML).status_code == 403
    assert come_back(mine.client).status_code == 403
    service.store.identities.join(account.id, provider.issuer, provider.subject)
    theirs = other.client.get("/account", headers=HTML).get_data(as_text=True)
    ticket = theirs.split('href="/sign-in/elsewhere?joining=')[1].split('"')[0]
    assert come_back(other.client, f"/sign-in/elsewhere?joining={ticket}").status_code == 409


def test_a_provider_that_is_down_or_another_one_is_said_in_words(app: Flask, provider: Provider) -> None:
    provider.down = True
    answer = app.test_client().get("/sign-in/elsewhere", headers=HTML)
    assert answer.status_code == 503
    provider.down, provider.announced = False, "https://elsewhere.example"
    client = app.test_client()
    assert come_back(client).status_code == 401
    assert who(client) is None


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_site(wanted: str, app: Flask, provider: Provider, account: Account) -> None:
    app.extensions["sanban_store"].identities.join(account.id, provider.issuer, provider.subject)
    client = app.test_client()
    answer = client.get(way_back(client, f"/sign-in/elsewhere?next={wanted}"), headers=HTML)
    assert answer.location == "/"


def test_without_the_extra_there_is_no_such_door(service: Service) -> None:
    client = service.app.test_client()
    assert "elsewhere" not in client.get("/sign-in", headers=HTML).get_data(as_text=True)
    assert client.get("/sign-in/elsewhere", headers=HTML).status_code == 404
    assert client.get("/sign-in/elsewhere/done?code=x&state=y", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_NEW_ACCOUNTS": "inspector"}, "OIDC_NEW_ACCOUNTS"),
        ({"OIDC_NEW_ACCOUNTS": "town_administrator@east"}, "OIDC_NEW_ACCOUNTS"),
        ({"OIDC_NEW_ACCOUNTS": "emperor@east"}, "OIDC_NEW_ACCOUNTS"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_start(
    config: dict[str, str], named: str, service: Service, provider: Provider
) -> None:
    with pytest.raises(SettingsError, match=named):
        made(service, provider, **config)
