"""Personal links and sessions: forged, replayed, expired, revoked, of another town."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.store import Store
from tests.api.conftest import EAST, V1, WEST, Caller, Service
from tests.api.towns import MONDAY
from tests.thorough import examples

from .walking import address, rules

HTML = {"Accept": "text/html"}
OWN = f"{EAST}/people/p00/availability"


def opens(service: Service, token: str) -> tuple[int, int]:
    """What the page and the API answer to a token."""
    client = service.app.test_client()
    page = client.get(f"/v/{token}" if token and "/" not in token else "/v/x", headers=HTML)
    called = client.get(OWN, headers={"Authorization": f"Bearer {token}"})
    return page.status_code, called.status_code


def test_a_good_link_opens_its_own_page(service: Service) -> None:
    assert opens(service, service.store.links.issue("east", "p00")) == (200, 200)


def forged(token: str) -> list[str]:
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    hashed = hashlib.sha256(token.encode()).hexdigest()
    return [
        swapped, token[:-1], token + "A", token.swapcase(), token[::-1], hashed, f"{token} ", f"{token}%00", "%", "*",
        "_" * 43,
        base64.urlsafe_b64encode(token.encode()).decode(), "null", "undefined", "' OR 1=1 --", "a" * 5000,
    ]  # fmt: skip


def test_no_forged_link_opens_anything(service: Service) -> None:
    token = service.store.links.issue("east", "p00")
    for made in forged(token):
        page, called = opens(service, made)
        assert page in (400, 404, 410), made
        assert called == 401 or made.strip() == token, made


@given(token=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_guess_opens_anything(token: str, service: Service) -> None:
    assert service.app.test_client().get(OWN, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_an_expired_link_is_refused_to_the_second(service: Service) -> None:
    now = [datetime.now(UTC)]
    store = Store(str(service.store.database.url), lambda: now[0])
    service.app.extensions["sanban_store"] = store
    token = store.links.issue("east", "p00", days=1)
    now[0] += timedelta(days=1) - timedelta(seconds=1)
    assert opens(service, token) == (200, 200)
    now[0] += timedelta(seconds=1)
    assert opens(service, token) == (410, 401)
    store.close()


def test_a_revoked_link_is_refused_at_once_and_for_good(service: Service) -> None:
    tokens = [service.store.links.issue("east", "p00") for _ in range(3)]
    kept = service.store.links.issue("east", "p01")
    service.store.links.revoke("east", "p00")
    assert {opens(service, t) for t in tokens} == {(410, 401)}
    assert service.app.test_client().get(f"/v/{kept}", headers=HTML).status_code == 200
    fresh = service.store.links.issue("east", "p00")
    assert {opens(service, t) for t in tokens} == {(410, 401)}
    assert opens(service, fresh) == (200, 200)


def test_an_unknown_and_a_revoked_link_are_told_alike(service: Service) -> None:
    revoked = service.store.links.issue("east", "p00")
    service.store.links.revoke("east", "p00")
    said = []
    for token in (revoked, "unknown"):
        answer = service.app.test_client().get(OWN, headers={"Authorization": f"Bearer {token}"}).get_json()
        answer.pop("request_id")
        said.append(answer)
    assert said[0] == said[1]


def test_a_link_opens_nothing_of_another_town_or_person(service: Service) -> None:
    caller = service.volunteer("p00", "east")
    for path in (f"{WEST}/people/p00/availability", f"{EAST}/people/p01/availability", f"{WEST}/people/p00/duties"):
        assert caller.get(path).status_code == 404, path
    for path in (f"{WEST}/absences", f"{EAST}/absences"):
        span = {"person": "p01", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
        assert caller.post(path, span).status_code in (403, 404, 422), path
    assert service.store.absences.list("east") == []
    assert service.store.absences.list("west") == []


def test_a_link_is_no_key_to_the_pages_of_organisers(service: Service) -> None:
    token = service.store.links.issue("east", "p00")
    for rule in rules(service.app, api=False):
        if "<town>" in rule.rule and "GET" in (rule.methods or set()):
            answer = service.app.test_client().get(
                address(service.app, rule), headers=HTML | {"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code in (302, 303, 401, 403, 404, 410), rule.rule
            assert "人员p01" not in answer.get_data(as_text=True), rule.rule


def test_a_form_of_a_link_takes_the_person_s_own_duties_only(service: Service, published: Any) -> None:
    """A duty of somebody else, or of another town, in the body."""
    theirs = service.store.rosters.get("east", datetime(2026, 3, 2, tzinfo=UTC).date(), "published").assignments
    other = next(a.duty for a in theirs if a.person == "p01")
    token = service.store.links.issue("east", "p00")
    for tail in ("received", "absence", "withdraw"):
        answer = service.app.test_client().post(f"/v/{token}/{tail}", data={"duty": other}, headers=HTML)
        assert answer.status_code == 404, tail
    assert service.store.absences.list("east") == []
    assert service.store.acknowledgements.list("east", datetime(2026, 3, 2, tzinfo=UTC).date()) == []


def cookie_of(app: Flask, held: dict[str, Any], secret: str) -> str:
    """A session cookie as somebody with this secret would sign it."""
    forger = Flask("forger")
    forger.secret_key = secret
    serializer = SecureCookieSessionInterface().get_signing_serializer(forger)
    assert serializer is not None
    return str(serializer.dumps(held))


@pytest.mark.parametrize("secret", ["dev", "secret", "changeme", "the same in every application of the test"])
def test_a_session_signed_with_another_secret_is_none(secret: str, service: Service) -> None:
    account = service.store.accounts.list()[0].id
    client = service.app.test_client()
    client.set_cookie("sanban", cookie_of(service.app, {"_user_id": account, "_fresh": True}, secret))
    assert client.get(f"{V1}/session").status_code == 401


def test_a_session_that_was_changed_by_one_letter_is_none(service: Service) -> None:
    cookie, _ = service.sessions["admin"]
    for at in range(0, len(cookie), max(1, len(cookie) // 25)):
        client = service.app.test_client()
        client.set_cookie("sanban", cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :])
        status = client.get(f"{V1}/towns/west/people").status_code
        assert status == 401 or at == len(cookie) - 1, at  # the last letter may hold bits that say nothing


def test_the_session_of_somebody_who_signed_out_cannot_be_replayed(service: Service) -> None:
    caller = Caller(service.app.test_client()).sign_in("organiser")
    cookie = caller.client.get_cookie("sanban")
    assert cookie is not None
    assert caller.delete(f"{V1}/session").status_code == 204
    replayed = service.app.test_client()
    replayed.set_cookie("sanban", cookie.value)
    assert replayed.get(f"{V1}/session").status_code == 401
    assert replayed.get(f"/towns/east/weeks/{MONDAY}", headers=HTML).status_code in (302, 303, 401)
