"""Reading JSON strictly."""

from __future__ import annotations

import json

import pytest

from scheduler.document import DocumentError, loads

REFUSED = {
    "not_utf8": b'{"a": "\xff"}',
    "not_json": '{"a": 1,}',
    "not_finite": '{"a": NaN}',
    "number_too_long": '{"a": ' + "9" * 5000 + "}",
    "too_deep": "[" * 200_000 + "]" * 200_000,
    "duplicate_key": '{"a": 1, "b": 2, "a": 3}',
    "not_unicode": '{"a": "\\ud800"}',
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_strict_json_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        loads(REFUSED[code])
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == ("", code)


@pytest.mark.parametrize("text", ["-Infinity", "Infinity", "1e999", "-1e999", "[1e400]"])
def test_no_infinity_gets_in(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        loads(text)
    assert caught.value.faults[0].code == "not_finite"


@pytest.mark.parametrize("text", ["", b"", " ", "{", '"', "nul", "\x00"])
def test_a_torn_text_is_refused_with_its_place(text: str | bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        loads(text)
    assert "1" in caught.value.faults[0].text.en


def test_everything_else_reads_as_json_does() -> None:
    value = {"名": "三班 👩‍🚒", "b": [1, -2.5, 1e3, True, None, {}], "c": {"a": "\u2028"}}
    assert loads(json.dumps(value)) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value
    assert loads(b"\xef\xbb\xbf[1]") == [1]
