"""One shape for everything that goes wrong, in the language asked for; sizes, types, strict JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from api import fields, sentences
from api.messages import understood

from .conftest import EAST, V1, WEEK, Caller, Service, fault_paths
from .towns import document

SHAPE = {"code", "message", "messages", "faults", "details", "request_id"}
UNITS = f"{EAST}/units"


def send(caller: Caller, path: str, raw: bytes | str, kind: str = "application/json", **more: Any) -> Any:
    return caller.client.post(path, data=raw, content_type=kind, headers=caller.headers, **more)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"{V1}/nothing", 404, "not_found"),
        ("GET", f"{EAST}/units/ghost", 404, "not_found"),
        ("PATCH", f"{EAST}/units", 405, "method_not_allowed"),
        ("PUT", f"{EAST}/units/school", 422, "invalid"),
        ("GET", f"{EAST}/units?page=x", 422, "invalid"),
    ],
)
def test_every_error_has_the_same_shape(method: str, path: str, status: int, code: str, organiser: Caller) -> None:
    answer = organiser(method, path, {} if method == "PUT" else None)
    body = answer.get_json()
    assert (answer.status_code, body["code"], set(body)) == (status, code, SHAPE)
    assert body["message"] == body["messages"]["zh"]
    assert body["request_id"] == answer.headers["X-Request-Id"]


def test_a_method_that_is_not_known_is_told_which_are(organiser: Caller) -> None:
    answer = organiser.put(UNITS, {})
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {}, "zh"),
        ("", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("", {"Accept-Language": "fr, zh-TW;q=0.5"}, "zh"),
        ("", {"Accept-Language": "fr"}, "zh"),
        ("?lang=en", {}, "en"),
        ("?lang=zh-CN", {"Accept-Language": "en"}, "zh"),
        ("", {"Accept-Language": "zh;q=0.1,en"}, "en"),
    ],
)
def test_sentences_come_in_the_language_asked_for(
    query: str, headers: dict[str, str], expected: str, organiser: Caller
) -> None:
    body = organiser.get(f"{EAST}/units/ghost{query}", headers=headers).get_json()
    assert body["message"] == body["messages"][expected]


@pytest.mark.parametrize(
    "raw",
    [
        "NaN",
        '{"id": NaN}',
        '{"id": Infinity}',
        '{"id": -Infinity}',
        '{"id": 1e999}',
        "{",
        '{"id": "a", "id": "b"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "1" * 5_000,
        b"\xff\xfe",
        '{"id": "\\ud800"}',
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_json_that_is_none_is_refused(raw: bytes | str, organiser: Caller) -> None:
    answer = send(organiser, UNITS, raw)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_json")
    assert set(answer.get_json()) == SHAPE
    assert len(answer.get_json()["faults"]) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_an_unsupported_media_type(kind: str, organiser: Caller) -> None:
    answer = send(organiser, UNITS, '{"id": "a", "name": "b"}', kind)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


def test_ten_megabytes_for_a_small_thing_are_refused(organiser: Caller) -> None:
    answer = send(organiser, UNITS, b'{"id": "' + b"x" * 10_000_000 + b'"}')
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")
    assert set(answer.get_json()) == SHAPE


class Never(io.RawIOBase):
    """A body that fails the test when somebody reads it."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any) -> int:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("path", [UNITS, f"{V1}/solves", f"{V1}/check", f"{V1}/session", f"{EAST}/weeks"])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_gigabyte_is_refused_before_it_is_read(method: str, path: str, organiser: Caller) -> None:
    answer = organiser.client.open(
        path,
        method=method,
        headers=organiser.headers,
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": str(10**9), "wsgi.input": Never()},
    )
    assert answer.status_code == 413


def test_a_chunked_body_without_end_is_bounded(organiser: Caller) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.given += len(buffer)
            assert self.given < 50_000_000, "read on and on"
            buffer[:] = b" " * len(buffer)
            return len(buffer)

    answer = organiser.client.post(
        UNITS,
        headers=organiser.headers,
        content_type="application/json",
        environ_overrides={"wsgi.input": Endless(), "wsgi.input_terminated": True},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")


def test_a_problem_document_may_be_large(organiser: Caller) -> None:
    large = document()
    large["people"] = [
        {"id": f"q{i}", "name": "人" * 100, "category": "volunteer", "tags": [f"{t:050d}" for t in range(30)]}
        for i in range(1200)
    ]
    raw = json.dumps(large)
    assert len(raw) > 2 * 1024 * 1024
    assert send(organiser, f"{V1}/solves", raw).status_code == 202


@pytest.mark.parametrize("path", [f"{EAST}/units/a%00b", f"{EAST}/units?search=%00"])
def test_a_nul_in_an_address_is_refused(path: str, organiser: Caller) -> None:
    answer = organiser.get(path)
    assert answer.status_code in (400, 404, 422)
    assert set(answer.get_json()) == SHAPE


def test_a_request_id_that_is_well_formed_is_kept(organiser: Caller) -> None:
    assert organiser.get(UNITS, headers={"X-Request-Id": "abc-123.def"}).headers["X-Request-Id"] == "abc-123.def"
    for bad in ("short", "x" * 65, "a b c d e f g", "<script>alert"):
        assert organiser.get(UNITS, headers={"X-Request-Id": bad}).headers["X-Request-Id"] != bad


def test_a_bug_is_told_without_its_details_and_can_be_found_again(
    service: Service, organiser: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service.store.close()
    monkeypatch.setattr(service.store, "things", None)
    answer = organiser.get(UNITS)
    body = answer.get_json()
    assert (answer.status_code, body["code"], set(body)) == (500, "bug", SHAPE)
    assert "NoneType" not in answer.get_data(as_text=True)
    assert body["request_id"] in body["message"]
    logged = capsys.readouterr().out
    assert body["request_id"] in logged
    assert "AttributeError" in logged
    assert "NoneType" not in logged, "its words could be somebody's name; its kind and where it happened are enough"


def test_every_code_has_a_status_and_both_languages() -> None:
    for code, text in sentences.TEXTS.items():
        assert text.zh, code
        assert text.en, code
    assert set(sentences.STATUS) <= set(sentences.TEXTS)


def test_whatever_a_field_says_is_a_code_with_a_sentence() -> None:
    kinds = [fields.Text, fields.Choice, fields.Whole, fields.Real, fields.Flag, fields.Day, fields.Instant]
    for kind in [*kinds, fields.List, fields.Nested]:
        for messages in (c.__dict__.get("default_error_messages", {}) for c in kind.__mro__[:2]):
            for message in messages.values():
                assert understood(message)[0] == message


@pytest.mark.parametrize("length", [50_000, 900_000])
def test_a_name_without_end_is_refused_with_a_short_answer(length: int, organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/people", {"id": "x", "name": "名" * (length // 3), "category": "volunteer"})
    assert fault_paths(answer) == {"name": "too_long"}
    assert len(answer.data) < 2000


def test_faults_of_a_whole_document_have_paths_inside_the_check(organiser: Caller) -> None:
    body = {"problem": document() | {"days": 0}, "roster": {"assignments": []}}
    answer = organiser.post(f"{V1}/check", body)
    assert "problem.days" in fault_paths(answer)
    answer = organiser.post(f"{V1}/check", {"problem": document(), "roster": {"assignments": [{"person": 7}]}})
    assert {"roster.assignments[0].person", "roster.assignments[0].duty"} <= {
        p if p.endswith(("person", "duty")) else f"{p}.duty" for p in fault_paths(answer)
    }
    missing = organiser.post(f"{V1}/check", {"roster": 7, "rooster": 1})
    assert fault_paths(missing) == {
        "problem": "required",
        "roster": "not_an_object",
        "rooster": "unknown_field",
    }


def test_a_week_that_does_not_exist_is_not_found_everywhere(organiser: Caller) -> None:
    ghost = WEEK.replace("2026-03-02", "2031-01-06")
    for path in ("", "/duties", "/preflight", "/problem", "/rosters", "/rosters/draft", "/diff", "/acknowledgements"):
        assert organiser.get(ghost + path).status_code == 404, path
    for path in ("/solves", "/repairs"):
        assert organiser.post(ghost + path, {}).status_code == 404, path
