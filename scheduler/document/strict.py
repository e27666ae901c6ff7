"""Strict JSON: what Python's own reader lets pass and a problem document must not hold is refused here."""

from __future__ import annotations

import json
from typing import Any

from .faults import DocumentError, Faults


class _Refused(Exception):
    """Carries a fault out of the JSON reader's hooks."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def loads(text: str | bytes) -> Any:
    """The JSON value of `text` (bytes are UTF-8, with or without a byte-order mark).

    Raises `DocumentError` for bad UTF-8, bad JSON, NaN and Infinity, a key given twice, endless digits,
    lone surrogates and nesting beyond the reader's depth.
    """
    try:
        return _parsed(text)
    except _Refused as refused:
        faults = Faults()
        faults.add((), refused.code, **refused.details)
        raise DocumentError(faults.as_list()) from None


def _parsed(text: str | bytes) -> Any:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _Refused("not_utf8", at=error.start) from None
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        raise _Refused("not_json", line=error.lineno, column=error.colno, problem=error.msg) from None
    except RecursionError:
        raise _Refused("too_deep") from None
    except ValueError:
        raise _Refused("number_too_long") from None
    if "\\ud" in text or "\\uD" in text:
        _refuse_surrogates(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Refused("duplicate_key", key=key)
            seen.add(key)
    return held


def _constant(name: str) -> Any:
    raise _Refused("not_finite", value=name)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _Refused("not_finite", value=digits)
    return value


def _refuse_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _Refused("not_unicode") from None
