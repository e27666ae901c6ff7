"""Idempotency-Key: the same call is carried out once, answered the same, and never mistaken for another."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import idempotency
from models.calls import Asked, Held, Kept
from models.errors import CallFenced, CallInFlight, KeyReused
from models.store import Store
from tests.conftest import Clock
from tests.thorough import examples

from .conftest import EAST, V1, WEEK, Caller, Service

ABSENCE = {"person": "p01", "start": "2026-03-02T00:00:00Z", "end": "2026-03-03T00:00:00Z", "reason": "家事"}
ABSENCES = f"{EAST}/absences"
KEY = {"Idempotency-Key": "one"}
ASKED = Asked("east", "me", "one", "POST /x", "digest")
SECRETS = {"token", "code", "secret", "password"}


def absences(service: Service) -> int:
    return len(service.store.absences.list("east"))


# --- over HTTP ------------------------------------------------------------------------------------------


def test_the_second_call_gets_the_first_one_s_answer_and_does_nothing(service: Service, organiser: Caller) -> None:
    first, second = (organiser.post(ABSENCES, ABSENCE, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert first.headers.get("ETag") == second.headers.get("ETag")
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert absences(service) == 1


def test_without_a_key_each_call_is_one_of_its_own(service: Service, organiser: Caller) -> None:
    for _ in range(2):
        assert organiser.post(ABSENCES, ABSENCE).status_code == 201
    assert absences(service) == 2


@pytest.mark.parametrize("path", [ABSENCES, f"{ABSENCES}?lang=en"])
def test_another_call_with_the_same_key_is_refused(service: Service, organiser: Caller, path: str) -> None:
    organiser.post(ABSENCES, ABSENCE, headers=KEY)
    other = organiser.post(path, ABSENCE | ({"reason": "别的事"} if path == ABSENCES else {}), headers=KEY)
    assert (other.status_code, other.get_json()["code"]) == (422, "key_reused")
    assert absences(service) == 1


def test_the_same_word_of_somebody_else_is_another_key(service: Service, organiser: Caller) -> None:
    mine = organiser.post(ABSENCES, ABSENCE, headers=KEY).get_json()["id"]
    theirs = service.volunteer("p01").post(ABSENCES, ABSENCE, headers=KEY).get_json()["id"]
    assert mine != theirs


def test_a_call_that_wrote_nothing_leaves_its_key_free(service: Service, organiser: Caller) -> None:
    refused = organiser.post(ABSENCES, ABSENCE | {"person": "nobody"}, headers=KEY)
    assert refused.status_code in (404, 422)
    assert organiser.post(ABSENCES, ABSENCE, headers=KEY).status_code == 201
    assert absences(service) == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 201])
def test_a_key_has_a_form(organiser: Caller, key: str) -> None:
    refused = organiser.post(ABSENCES, ABSENCE, headers={"Idempotency-Key": key.encode().decode("latin-1")})
    assert (refused.status_code, refused.get_json()["faults"][0]["code"]) == (400, "bad_key")


def test_a_secret_is_shown_once_and_kept_nowhere(service: Service, organiser: Caller) -> None:
    path = f"{EAST}/people/p02/links"
    first, second = (organiser.post(path, {}, headers=KEY) for _ in range(2))
    assert first.status_code == 201
    assert (second.status_code, second.get_json()["code"]) == (409, "already_done")
    with service.store.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM kept_call").all()
    assert len(kept) == 1
    assert first.get_json()["token"] not in str(kept)


def test_every_answer_with_a_secret_is_marked_as_shown_once(service: Service, organiser: Caller) -> None:
    """By the API's own document: an answer to a POST that has a field for a secret is not kept."""
    document = organiser.get(f"{V1}/openapi.json").get_json()
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule): rule for rule in service.app.url_map.iter_rules()}
    found, unmarked = 0, []
    for path, operations in document["paths"].items():
        endpoint = rules[path].endpoint
        if endpoint.split(".")[0] in idempotency.UNKEYED or not _shows_a_secret(document, operations.get("post", {})):
            continue
        view: Any = service.app.view_functions[endpoint]
        found += 1
        unmarked += [] if getattr(view.view_class.post, "shows_once", False) else [path]
    assert unmarked == []
    assert found >= 3


def _shows_a_secret(document: dict[str, Any], operation: dict[str, Any]) -> bool:
    written = json.dumps([answer for status, answer in operation.get("responses", {}).items() if status[0] == "2"])
    named = re.findall(r"#/components/schemas/(\w+)", written)
    return any(SECRETS & document["components"]["schemas"][name].get("properties", {}).keys() for name in named)


def test_a_failure_takes_everything_back_and_frees_the_key(
    service: Service, organiser: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker cannot be told of a solve that was never stored."""
    monkeypatch.setattr("api.solves.solve_json", lambda *_: 1 // 0)
    failed = organiser.post(f"{WEEK}/solves", {"seconds": 5}, headers=KEY)
    assert (failed.status_code, service.woken) == (500, [])
    assert service.store.solves.list("east").total == 0
    monkeypatch.undo()
    assert organiser.post(f"{WEEK}/solves", {"seconds": 5}, headers=KEY).status_code == 202
    assert (service.woken, service.store.solves.list("east").total) == ([True], 1)


def test_a_call_in_flight_is_not_begun_again(
    service: Service, organiser: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    real = service.store.absences.report

    def slow(*words: Any, **more: Any) -> Any:
        inside.set()
        assert go_on.wait(10)
        return real(*words, **more)

    monkeypatch.setattr(service.store.absences, "report", slow)
    answers: list[int] = []
    second = service.caller("organiser")
    thread = threading.Thread(target=lambda: answers.append(organiser.post(ABSENCES, ABSENCE, headers=KEY).status_code))
    thread.start()
    assert inside.wait(10)
    refused = second.post(ABSENCES, ABSENCE, headers=KEY)
    go_on.set()
    thread.join()
    assert (refused.status_code, refused.get_json()["code"]) == (409, "call_in_flight")
    assert refused.headers["Retry-After"]
    assert answers == [201]
    assert second.post(ABSENCES, ABSENCE, headers=KEY).status_code == 201
    assert absences(service) == 1


def test_signing_in_is_never_repeated_from_memory(service: Service) -> None:
    caller = service.caller("organiser")
    answer = caller.post(f"{V1}/session", {"login": "organiser", "password": "wrong"}, headers=KEY)
    assert answer.status_code == 401
    with service.store.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM kept_call").scalar() == 0


# --- in the store, on both databases --------------------------------------------------------------------


def carried_out(store: Store, held: Held) -> None:
    with store.database.together():
        store.calls.keep(held, Kept(201, {"ETag": '"1"'}, "{}"))


def begun(store: Store, hold: float = 60.0) -> Held:
    held = store.calls.begin(ASKED, hold)
    assert isinstance(held, Held)
    return held


def test_an_answer_is_kept_for_a_day(store: Store, clock: Clock) -> None:
    carried_out(store, begun(store))
    clock.advance(hours=23)
    assert store.calls.begin(ASKED, 60) == Kept(201, {"ETag": '"1"'}, "{}")
    with pytest.raises(KeyReused):
        store.calls.begin(Asked("east", "me", "one", "POST /x", "another"), 60)
    clock.advance(hours=2)
    assert begun(store).attempt == 1


def test_whoever_stalled_is_fenced_off_and_takes_everything_back(store: Store, clock: Clock) -> None:
    first = begun(store)
    with pytest.raises(CallInFlight):
        store.calls.begin(ASKED, 60)
    clock.advance(seconds=61)
    second = begun(store)

    def late() -> None:
        with store.database.together():
            store.accounts.create("late", "迟到", "correct horse battery", "platform_administrator")
            store.calls.keep(first, Kept(200, {}, "first"))

    with pytest.raises(CallFenced):
        late()
    assert store.accounts.list(None) == []
    store.calls.keep(second, Kept(200, {}, "second"))
    assert store.calls.begin(ASKED, 60) == Kept(200, {}, "second")


def test_of_many_that_begin_at_once_one_may(store: Store) -> None:
    allowed: list[Held] = []
    refused: list[CallInFlight] = []

    def begin() -> None:
        try:
            allowed.append(begun(store))
        except CallInFlight as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), len(refused)) == (1, 7)


def test_what_has_expired_goes_with_the_next_call_of_anybody(store: Store, clock: Clock) -> None:
    carried_out(store, begun(store))
    clock.advance(days=2)
    store.calls.begin(Asked("west", "me", "two", "POST /x", "digest"), 60)
    with store.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT town FROM kept_call").scalars().all() == ["west"]


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.tuples(*[st.text("ab\0", max_size=3)] * 3), min_size=2, max_size=2, unique=True))
def test_different_callers_never_share_a_key(words: list[tuple[str, str, str]]) -> None:
    one, other = (Asked(town.replace("\0", ""), actor.replace("\0", ""), key, "", "") for town, actor, key in words)
    same = (one.town, one.actor, one.key) == (other.town, other.actor, other.key)
    assert (one.id == other.id) == same
