"""Accounts: who may keep whom, and that nobody rises above themselves."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from api.rights import ACCOUNT_ROLES, held_by
from models.records import Role

from .conftest import ACCOUNTS, PASSWORD, V1, Caller, Service, fault_paths

WHERE = f"{V1}/accounts"
KEEPERS = ("admin", "town-admin")


def new(role: str, login: str = "new", **more: Any) -> dict[str, Any]:
    town = None if role == "platform_administrator" else "east"
    return {"login": login, "name": "新人", "password": PASSWORD, "role": role, "town": town} | more


def account(service: Service, login: str) -> str:
    return next(a.id for a in service.store.accounts.list() if a.login == login)


@pytest.mark.parametrize(("keeper", "role"), list(itertools.product(KEEPERS, ACCOUNT_ROLES)))
def test_a_role_is_given_by_those_alone_who_may_do_as_much(keeper: str, role: Role, service: Service) -> None:
    caller, own = service.caller(keeper), ACCOUNTS[keeper][0]
    may = held_by(role) <= held_by(own)
    answer = caller.post(WHERE, new(role))
    assert answer.status_code == (201 if may else 422), answer.get_json()
    other = caller.patch(f"{WHERE}/{account(service, 'organiser')}", {"role": role})
    wanted = 200 if may and role != "platform_administrator" else 422
    assert other.status_code == wanted, other.get_json()
    if not may:
        assert fault_paths(other)["role"] == "beyond_your_rights"
        assert service.store.accounts.get(account(service, "organiser")).role == "organiser"  # type: ignore[union-attr]


def test_nobody_raises_themselves(service: Service) -> None:
    caller, own = service.caller("town-admin"), account(service, "town-admin")
    assert caller.patch(f"{WHERE}/{own}", {"role": "platform_administrator"}).status_code == 422
    assert caller.patch(f"{WHERE}/{account(service, 'admin')}", {"password": "a new password"}).status_code == 404
    assert fault_paths(caller.patch(f"{WHERE}/{own}", {"town": None})) == {"town": "unknown_field"}
    for login in ("organiser", "leader", "dispatcher", "inspector"):
        who = service.caller(login)
        assert who.patch(f"{WHERE}/{account(service, login)}", {"role": "town_administrator"}).status_code == 403


def test_a_token_gives_no_more_than_its_scopes(service: Service) -> None:
    _, secret = service.store.tokens.issue(account(service, "town-admin"), "narrow", ["manage_accounts"], 30)
    caller = service.caller(Authorization=f"Bearer {secret}")
    assert caller.get(WHERE).status_code == 200
    assert fault_paths(caller.post(WHERE, new("inspector"))) == {"role": "beyond_your_rights"}
    changed = caller.patch(f"{WHERE}/{account(service, 'inspector')}", {"password": "a new password"})
    assert changed.status_code == 403


def test_the_last_administrator_of_the_platform_stays(service: Service, admin: Caller) -> None:
    own = f"{WHERE}/{account(service, 'admin')}"
    refused = admin.patch(own, {"active": False})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "last_administrator")
    assert fault_paths(admin.patch(own, {"role": "organiser"})) == {"town": "required"}
    second = admin.post(WHERE, new("platform_administrator")).get_json()["id"]
    assert admin.patch(f"{WHERE}/{second}", {"active": False}).status_code == 200
    assert admin.patch(own, {"active": False}).status_code == 409
    assert admin.patch(f"{WHERE}/{second}", {"active": True}).status_code == 200
    assert admin.patch(own, {"active": False}).status_code == 200
    assert admin.get(WHERE).status_code == 401


def test_areas_are_those_of_the_town_and_only_for_who_may_be_limited(service: Service, admin: Caller) -> None:
    made = admin.post(WHERE, new("point_leader", areas=["village"]))
    assert made.status_code == 201
    assert made.get_json()["areas"] == ["village"]
    one = made.headers["Location"]
    assert admin.patch(one, {"areas": []}).get_json()["areas"] == []
    assert admin.patch(one, {"areas": None}).get_json()["areas"] is None
    assert admin.patch(one, {"name": "改名"}).get_json() | {"id": ""} == made.get_json() | {
        "id": "",
        "name": "改名",
        "areas": None,
    }
    assert fault_paths(admin.patch(one, {"areas": ["ghost"]})) == {"areas": "unknown_id"}
    for role in ("town_administrator", "platform_administrator"):
        assert fault_paths(admin.post(WHERE, new(role, "x", areas=["village"])))["areas"] == "not_in_areas"
    limited = admin.patch(one, {"areas": ["village"]}).get_json()
    assert fault_paths(admin.patch(one, {"role": "town_administrator"})) == {"areas": "not_in_areas"}
    assert admin.get(one).get_json() == limited


@pytest.mark.parametrize("change", [{"password": "a new password"}, {"role": "inspector"}, {"areas": ["village"]}])
def test_a_change_ends_the_sessions_that_were_open(change: dict[str, Any], service: Service, admin: Caller) -> None:
    caller = service.caller("organiser")
    assert caller.get(f"{V1}/session").status_code == 200
    assert admin.patch(f"{WHERE}/{account(service, 'organiser')}", change).status_code == 200
    assert caller.get(f"{V1}/session").status_code == 401


def test_another_name_ends_no_session(service: Service, admin: Caller) -> None:
    caller = service.caller("organiser")
    assert admin.patch(f"{WHERE}/{account(service, 'organiser')}", {"name": "新名"}).status_code == 200
    assert caller.get(f"{V1}/session").get_json()["actor"]["name"] == "新名"


def test_an_account_without_a_town_that_administers_nothing_sees_nothing(service: Service, admin: Caller) -> None:
    """Such rows were never made by the service; were there one, it would be nobody's."""
    service.store.accounts.create("stray", "stray", PASSWORD, "organiser", None)
    stray = service.caller().sign_in("stray")
    assert stray.get(f"{V1}/towns").get_json()["items"] == []
    assert stray.get(f"{V1}/towns/east").status_code == 404
    assert admin.get(f"{V1}/towns").get_json()["total"] == 2
