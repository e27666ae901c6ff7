"""Whether a name exists is told neither by the answer to a sign-in nor by the time that it takes."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher

from tests.api.conftest import PASSWORD, V1, Service

TRIES = 9
KINDS = {"known": "organiser", "unknown": "nobody-of-that-name", "switched off": "other"}
TOLERANCE = 0.5
"""Of the quickest attempt: a password is hashed in some 30 ms, nearly all of it, which an unknown name would save if it
were not hashed too. What disturbs the machine only adds to an attempt: the quickest tells what it costs."""


@pytest.fixture
def unhurried(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """With passwords hashed as in earnest, and without a limit to attempts, which would end the measurement."""
    monkeypatch.setitem(service.app.config, "SIGN_IN_LIMIT", "1000 per minute")
    service.store.accounts._hasher = PasswordHasher()
    vars(service.store.accounts).pop("_decoy", None)
    for held in service.store.accounts.list():
        service.store.accounts.set_password(held.id, PASSWORD)
    account = next(a for a in service.store.accounts.list() if a.login == KINDS["switched off"])
    service.store.accounts.set_active(account.id, False)
    return service


def attempt(service: Service, login: str, page: bool) -> tuple[float, int, object]:
    """Seconds, status and what is said, without what is different in every answer."""
    client = service.app.test_client()
    body = {"login": login, "password": "certainly not the right one"}
    began = time.perf_counter()
    if page:
        answer = client.post("/sign-in", data=body, headers={"Accept": "text/html"})
        return time.perf_counter() - began, answer.status_code, None
    answer = client.post(f"{V1}/session", json=body)
    seconds = time.perf_counter() - began
    said = answer.get_json()
    said.pop("request_id")
    return seconds, answer.status_code, (said, sorted(name for name, _ in answer.headers))


def test_known_unknown_and_switched_off_names_are_answered_alike(unhurried: Service) -> None:
    attempt(unhurried, "warm", page=False)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    said = []
    for _ in range(TRIES):
        for kind, login in KINDS.items():
            took, status, answer = attempt(unhurried, login, page=False)
            seconds[kind].append(took)
            assert status == 401
            said.append(answer)
    assert all(answer == said[0] for answer in said)
    quickest = {kind: min(took) for kind, took in seconds.items()}
    assert min(quickest.values()) > TOLERANCE * max(quickest.values()), quickest


def test_the_number_of_attempts_is_the_same_for_names_that_do_not_exist(service: Service) -> None:
    seen = {}
    for kind, login in KINDS.items():
        seen[kind] = [attempt(service, login, page=False)[1] for _ in range(5)]
    assert len({tuple(statuses) for statuses in seen.values()}) == 1, seen
    assert 429 in seen["unknown"]
