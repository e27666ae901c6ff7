"""Fields that a caller may not set: role, town, id, revision, who did it. Refused by name, never taken in silence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import EAST, V1, WEEK, Service, fault_paths

FORBIDDEN: dict[str, Any] = {
    "role": "administrator", "town": "west", "revision": 99, "created_by": "x", "reported_by": "x",
    "state": "published",
    "active": True,
    "is_admin": True, "__proto__": {}, "__class__": "x", "password_hash": "x", "token_hash": "x",
    "number": 7, "published_by": "x", "created_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
ABSENCE = {"person": "p00", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
CALLS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer"}, set()),
    ("PUT", f"{EAST}/people/p00", {"id": "p00", "name": "n", "category": "volunteer"}, set()),
    ("POST", f"{EAST}/units", {"id": "n", "name": "n"}, set()),
    ("POST", f"{EAST}/posts", {"id": "n", "name": "n"}, set()),
    ("POST", f"{EAST}/absences", ABSENCE, set()),
    ("POST", f"{WEEK}/solves", {}, set()),
    ("POST", f"{WEEK}/rosters/draft/publish", {"published": None}, set()),
    ("PUT", f"{EAST}/people/p00/availability", {"availability": []}, set()),
    ("POST", f"{V1}/session", {"login": "x", "password": "y"}, set()),
]


@pytest.mark.parametrize(("method", "path", "body", "known"), CALLS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_field_that_is_not_the_caller_s_is_refused(
    method: str, path: str, body: dict[str, Any], known: set[str], service: Service, draft: Any
) -> None:
    caller = service.caller("town-admin")
    for name, value in FORBIDDEN.items():
        if name in body or name in known:
            continue
        answer = caller(method, path, body | {name: value}, match=1)
        assert answer.status_code == 422, (name, answer.status_code)
        assert any(found.endswith(name) for found in fault_paths(answer)), name


def accounts(service: Service) -> list[Any]:
    return sorted((a.login, a.role, a.town, a.active) for a in service.store.accounts.list())


@pytest.mark.parametrize("login", ["organiser", "town-admin"])
@pytest.mark.parametrize("town", [None, "west"])
def test_nobody_makes_an_account_above_or_beside_themselves(login: str, town: str | None, service: Service) -> None:
    before = accounts(service)
    caller = service.caller(login)
    roles = {role for _, role, _, _ in before} | {"administrator", "platform_administrator", "organiser"}
    for role in sorted(roles):
        body = {"login": f"new-{role}", "name": "n", "password": "long enough to be one", "role": role, "town": town}
        answer = caller.post(f"{V1}/accounts", body)
        assert answer.status_code in (403, 404, 422), (role, town, answer.get_json())
    assert accounts(service) == before


@pytest.mark.parametrize("login", ["organiser", "town-admin"])
def test_nobody_raises_themselves(login: str, service: Service) -> None:
    caller = service.caller(login)
    own = next(a.id for a in service.store.accounts.list() if a.login == login)
    before = accounts(service)
    for change in (
        {"role": "platform_administrator"},
        {"role": "administrator"},
        {"town": None},
        {"town": "west"},
        {"areas": []},
    ):
        found = caller.get(f"{V1}/accounts/{own}")
        answer = caller.patch(f"{V1}/accounts/{own}", change, match=found.headers.get("ETag", '"1"'))
        after = accounts(service)
        assert after == before, (change, answer.status_code)


def test_fields_that_a_form_does_not_have_change_nothing(service: Service) -> None:
    caller = service.caller("organiser")
    before = (accounts(service), list(service.store.towns.list()))
    extra = {
        "csrf_token": caller.headers["X-CSRF-Token"],
        "role": "administrator",
        "town": "west",
        "by": "x",
        "state": "covered",
    }
    for path in (f"{WEEK}/repair", f"{WEEK}/publish", f"{WEEK}/discard", f"{WEEK}/make", f"{WEEK}/generate"):
        answer = caller.client.post(path.removeprefix(V1), data=extra, headers={"Accept": "text/html"})
        assert answer.status_code < 500, path
    assert (accounts(service), list(service.store.towns.list())) == before
