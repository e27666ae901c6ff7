"""API tokens: scopes are rights, never more than the owner's; shown once; expired and revoked ones open nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.credentials import member
from api.rights import ACCOUNT_ROLES, RIGHTS, held_by, rights_of
from api.schemas.tokens import NOT_FOR_TOKENS, SCOPES
from models.records import Account
from tests.conftest import Clock
from tests.thorough import examples

from .conftest import EAST, V1, WEST, Caller, Service, fault_paths
from .towns import person

TOKENS = f"{V1}/tokens"
WANTED = {"name": "大屏", "scopes": ["see_roster", "see_people"]}


def issued(caller: Caller, **changes: Any) -> str:
    answer = caller.post(TOKENS, WANTED | changes)
    assert answer.status_code == 201, answer.get_json()
    secret: str = answer.get_json()["token"]
    return secret


def bearer(service: Service, secret: str) -> Caller:
    return service.caller(Authorization=f"Bearer {secret}")


def test_a_token_does_what_its_scopes_say_and_no_more(service: Service, organiser: Caller) -> None:
    program = bearer(service, issued(organiser))
    assert program.get(f"{EAST}/posts").status_code == 200
    assert program.get(f"{EAST}/people").status_code == 200
    refused = program.post(f"{EAST}/people", person("p99"))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
    writing = bearer(service, issued(organiser, scopes=["edit_people"]))
    assert writing.post(f"{EAST}/people", person("p99")).status_code == 201, "and needs no CSRF token"


def test_a_token_stays_in_its_owner_s_town(service: Service, organiser: Caller) -> None:
    assert bearer(service, issued(organiser)).get(f"{WEST}/posts").status_code == 404


def test_a_token_is_shown_once_and_listed_with_its_last_use(service: Service, organiser: Caller) -> None:
    made = organiser.post(TOKENS, WANTED | {"days": 7})
    secret, where = made.get_json()["token"], made.headers["Location"]
    assert secret.startswith("sanban_")
    assert "token" not in organiser.get(where).get_json()
    listed = organiser.get(TOKENS).get_json()
    assert (listed["total"], listed["items"][0]["last_used_at"]) == (1, None)
    bearer(service, secret).get(f"{EAST}/posts")
    listed = organiser.get(TOKENS)
    assert listed.get_json()["items"][0]["last_used_at"] is not None
    assert secret not in listed.get_data(as_text=True)


def test_a_token_that_is_no_good_any_more_opens_nothing(service: Service, organiser: Caller) -> None:
    clock = Clock()
    service.store.database._clock = clock
    expiring, revoked = issued(organiser, days=3), issued(organiser)
    where = f"{TOKENS}/{organiser.get(TOKENS).get_json()['items'][0]['id']}"
    assert organiser.delete(where).status_code == 204
    assert organiser.delete(where).status_code == 404
    assert bearer(service, expiring).get(f"{EAST}/posts").status_code == 200
    clock.advance(days=3)
    for secret in (expiring, revoked, "sanban_", "sanban_" + "x" * 43, f"sanban_{revoked[7:][::-1]}"):
        answer = bearer(service, secret).get(f"{EAST}/posts")
        assert (answer.status_code, answer.get_json()["code"]) == (401, "bad_token")
    assert organiser.get(f"{EAST}/posts", headers={"Authorization": f"Bearer {revoked}"}).status_code == 401, (
        "the cookie beside it does not help"
    )


@pytest.mark.parametrize("path", [TOKENS, f"{TOKENS}/x", f"{V1}/session/password", f"{V1}/session/everywhere"])
def test_a_token_makes_no_tokens_and_changes_no_password(path: str, service: Service, organiser: Caller) -> None:
    every = [scope for scope in SCOPES if scope in held_by("organiser")]
    program = bearer(service, issued(organiser, scopes=every))
    for method in service.app.url_map.bind("").allowed_methods(path):
        if method not in ("HEAD", "OPTIONS"):
            answer = program(method, path, {} if method in ("POST", "PUT") else None)
            assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed"), method


def test_nobody_gives_a_token_a_right_that_they_lack(organiser: Caller) -> None:
    answer = organiser.post(TOKENS, WANTED | {"scopes": ["see_roster", "manage_accounts"]})
    assert fault_paths(answer) == {"scopes[1]": "not_your_right"}
    assert "Keep accounts" in answer.get_json()["faults"][0]["messages"]["en"]
    assert fault_paths(organiser.post(TOKENS, WANTED | {"scopes": ["own_account"]})) == {"scopes[0]": "not_one_of"}
    assert set(fault_paths(organiser.post(TOKENS, {"scopes": [], "days": 0}))) == {"name", "scopes", "days"}


def test_another_account_s_token_does_not_exist(service: Service, organiser: Caller, other: Caller) -> None:
    secret = issued(organiser)
    where = f"{TOKENS}/{organiser.get(TOKENS).get_json()['items'][0]['id']}"
    assert (other.get(where).status_code, other.delete(where).status_code) == (404, 404)
    assert other.get(TOKENS).get_json()["total"] == 0
    assert bearer(service, secret).get(f"{EAST}/posts").status_code == 200
    assert service.volunteer().get(TOKENS).status_code == 403


@given(
    role=st.sampled_from(ACCOUNT_ROLES),
    limited=st.booleans(),
    scopes=st.sets(st.sampled_from(sorted(RIGHTS)), max_size=6),
)
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_token_holds_the_rights_of_both_its_scopes_and_its_owner(role: Any, limited: bool, scopes: set[Any]) -> None:
    areas = frozenset({"village"}) if limited else None
    owner = Account("a", "li", "李", role, "east", True, areas)
    token = rights_of(member(owner, frozenset(scopes)))
    assert token == rights_of(member(owner)) & scopes
    assert not NOT_FOR_TOKENS & set(SCOPES)


def test_an_owner_who_loses_a_right_takes_it_from_the_token(service: Service, organiser: Caller) -> None:
    program = bearer(service, issued(organiser, scopes=["edit_people", "see_people"]))
    account = organiser.get(f"{V1}/session").get_json()["actor"]["id"]
    service.store.accounts.change(account, role="inspector")
    assert program.post(f"{EAST}/people", person("p99")).status_code == 403
    assert program.get(f"{EAST}/people").status_code == 200


@pytest.mark.parametrize("header", ["Basic b3JnYW5pc2Vy", "Bearer", "Bearer ", "Token x", "sanban_x"])
def test_an_authorization_that_is_none_of_ours_is_refused(header: str, service: Service) -> None:
    assert service.caller(Authorization=header).get(f"{EAST}/posts").status_code == 401
