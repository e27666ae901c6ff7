"""From a value and the schema to faults: the compiled schema says where, jsonschema says what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ..text import Text
from .compiled import Compiler, Test
from .faults import Faults, Path, listed, nearest
from .shape import NOUNS, schema
from .shape_kit import ID_PATTERN

_TYPE_WORDS = {
    "object": Text("对象", "an object"),
    "array": Text("列表", "a list"),
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "null": Text("null", "null"),
}
_LIMITS = {
    "minLength": "too_short",
    "maxLength": "too_long",
    "minimum": "too_small",
    "maximum": "too_large",
    "minItems": "too_few",
    "maxItems": "too_many",
}
_NAIVE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")


@cache
def _compiler() -> Compiler:
    return Compiler(schema()["$defs"])


@cache
def _test(definition: str) -> Test:
    return _compiler().test({"$ref": f"#/$defs/{definition}"})


@cache
def _validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": schema()["$defs"]})


@cache
def _outer() -> Draft202012Validator:
    """The document without the entries of its long lists, which are judged one by one."""
    held = schema()
    short = {noun: _without_entries(held["properties"][noun]) for noun in LISTS}
    baseline = held["$defs"]["baseline"]
    inner = {"assignments": _without_entries(held["$defs"]["assignments"])}
    short["baseline"] = baseline | {"properties": inner}
    return Draft202012Validator(held | {"properties": held["properties"] | short})


def _without_entries(of: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in of.items() if k != "items"}


LISTS = (*NOUNS, "rules")
MOST = {noun: schema()["properties"][noun]["maxItems"] for noun in LISTS}


def definition_of(noun: str) -> str:
    return NOUNS.get(noun, "rule")


def judge_entry(noun: str, value: Any, path: Path, faults: Faults) -> bool:
    """True when `value` has the shape of an entry of `noun`; else its faults are added."""
    return judge(definition_of(noun), value, path, faults)


def judge(definition: str, value: Any, path: Path, faults: Faults) -> bool:
    """True when `value` has the shape of the definition; else its faults are added."""
    if _test(definition)(value):
        return True
    if faults.full:  # explaining costs a hundred times as much as judging
        faults.count_one_more()
        return False
    before = len(faults)
    for error in _validator(definition).iter_errors(value):
        _explain(error, path, faults)
    if len(faults) == before:  # jsonschema lets NaN pass between any two limits
        _not_finite(value, path, faults)
    return False


def _not_finite(value: Any, path: Path, faults: Faults) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        faults.add(path, "not_finite", value=str(value))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in inner:
        _not_finite(entry, (*path, key), faults)


def judge_outside(document: dict[str, Any], faults: Faults) -> set[str]:
    """Adds the faults of everything but the entries of the lists; returns the top-level fields that have some."""
    culprits: set[str] = set()
    for error in _outer().iter_errors(document):
        _explain(error, (), faults)
        culprits |= {str(error.absolute_path[0])} if error.absolute_path else set()
    return culprits


def _explain(error: ValidationError, prefix: Path, faults: Faults) -> None:
    path: Path = (*prefix, *error.absolute_path)
    value, keyword, wanted = error.instance, error.validator, error.validator_value
    if keyword == "additionalProperties":
        known = error.schema["properties"]
        for key in value:
            if key not in known:
                faults.add((*path, key), "unknown_field", field=key, hint=nearest(key, known))
    elif keyword == "required":
        for key in wanted:
            if key not in value:
                faults.add((*path, key), "missing_field", field=key)
    elif keyword == "type":
        faults.add(path, "wrong_type", expected=_words(wanted), found=_found(value))
    elif keyword == "enum":
        hint = nearest(value, wanted) if isinstance(value, str) else Text("", "")
        faults.add(path, "not_an_option", value=_plain(value), options=_same(listed(wanted, 40)), hint=hint)
    elif keyword == "const":
        faults.add(path, "not_this", expected=_plain(wanted), value=_plain(value))
    elif keyword in _LIMITS:
        size = {"length": len(value)} if isinstance(value, str) else {}
        count = {"count": len(value)} if isinstance(value, list) else {}
        faults.add(path, _LIMITS[keyword], value=_plain(value), limit=wanted, **size, **count)
    elif keyword == "pattern":
        _explain_pattern(error, path, faults)
    else:
        faults.add(path, "wrong_shape")


def _explain_pattern(error: ValidationError, path: Path, faults: Faults) -> None:
    value = error.instance
    match error.schema.get("format"):
        case "date-time" if _NAIVE.fullmatch(value):
            faults.add(path, "naive_datetime", value=value)
        case "date-time":
            faults.add(path, "not_a_datetime", value=value)
        case "date":
            faults.add(path, "not_a_date", value=value)
        case "time":
            faults.add(path, "not_a_clock_time", value=value)
        case _:
            extra = Text("或竖线 |", " or |") if error.validator_value == ID_PATTERN else Text("", "")
            faults.add(path, "bad_characters", extra=extra)


def _words(wanted: str | list[str]) -> Text:
    names = [wanted] if isinstance(wanted, str) else wanted
    words = [_TYPE_WORDS[name] for name in names]
    return Text(" 或 ".join(w.zh for w in words), " or ".join(w.en for w in words))


def _found(value: Any) -> Text:
    for name, kind in (("boolean", bool), ("string", str), ("object", dict), ("array", list), ("null", type(None))):
        if isinstance(value, kind):
            return _TYPE_WORDS[name]
    return Text(f"数字 {_plain(value)}", f"the number {_plain(value)}")


def _same(words: str) -> Text:
    """Words of the document, uncut and the same in both languages."""
    return Text(words, words)


def _plain(value: Any) -> str:
    """A scalar as it stands in the document; containers by their kind, for they may be endless."""
    if isinstance(value, (dict, list)):
        return "[…]" if isinstance(value, list) else "{…}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "10^20…"
    if isinstance(value, str):
        return value
    return {"True": "true", "False": "false", "None": "null"}.get(str(value), str(value))


def iter_entries(document: dict[str, Any], noun: str) -> Iterator[tuple[int, Any]]:
    """The entries of one list of a document that may be badly shaped; of an overlong list the first."""
    entries = document.get(noun)
    if isinstance(entries, list):
        yield from enumerate(entries[: MOST.get(noun)])
