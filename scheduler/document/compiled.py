"""A quick yes or no for the schema: the same JSON Schema as closures, some thirty times faster than walking it.

It knows exactly the keywords that the schema uses and refuses to compile any other, so that nothing is silently
left unchecked; a test holds it equal to jsonschema, but for NaN, which only this one refuses. Where it says no,
jsonschema explains why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from threading import RLock
from typing import Any

Test = Callable[[Any], bool]
_SILENT = {"description", "default", "format", "title", "$schema", "$defs", "$ref", "examples"}
_TYPES: dict[str, Test] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "integer": lambda v: not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and v.is_integer())),
    "number": lambda v: not isinstance(v, bool) and (isinstance(v, int) or (isinstance(v, float) and isfinite(v))),
}


class Compiler:
    """Compiles subschemas of one document; definitions are compiled once, by one thread at a time."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._tests: dict[str, Test] = {}
        self._compiling = RLock()

    def test(self, schema: Any) -> Test:
        """A closure that is true for exactly the values that `schema` accepts."""
        if schema is True:
            return lambda value: True
        unknown = set(schema) - _SILENT - set(_KEYWORDS)
        if unknown:
            raise ValueError(f"the compiled schema does not know {sorted(unknown)}")
        tests = [_KEYWORDS[key](self, schema) for key in _KEYWORDS if key in schema]
        if "$ref" in schema:
            tests.append(self._definition(schema["$ref"].removeprefix("#/$defs/")))
        if len(tests) == 1:
            return tests[0]
        held = tuple(tests)

        def every(value: Any) -> bool:
            for test in held:  # noqa: SIM110 - a generator costs more than the tests
                if not test(value):
                    return False
            return True

        return every

    def _definition(self, name: str) -> Test:
        with self._compiling:  # nobody else may meet the stand-in
            if name not in self._tests:
                self._tests[name] = lambda value: self._tests[name](value)  # for definitions that hold themselves
                self._tests[name] = self.test(self._definitions[name])
            return self._tests[name]


def _type(_: Compiler, schema: dict[str, Any]) -> Test:
    wanted = schema["type"]
    if isinstance(wanted, str):
        return _TYPES[wanted]
    tests = [_TYPES[name] for name in wanted]
    return lambda value: any(test(value) for test in tests)


def _enum(_: Compiler, schema: dict[str, Any]) -> Test:
    words = schema["enum"]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("the compiled schema knows options that are strings only")
    held = frozenset(words)
    return lambda value: isinstance(value, str) and value in held


def _const(_: Compiler, schema: dict[str, Any]) -> Test:
    wanted = schema["const"]
    boolean = isinstance(wanted, bool)
    return lambda value: isinstance(value, bool) == boolean and value == wanted


def _length(_: Compiler, schema: dict[str, Any]) -> Test:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 60)
    return lambda value: not isinstance(value, str) or least <= len(value) <= most


def _range(_: Compiler, schema: dict[str, Any]) -> Test:
    least, most = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    number = _TYPES["number"]
    return lambda value: not number(value) or least <= value <= most


def _count(_: Compiler, schema: dict[str, Any]) -> Test:
    least, most = schema.get("minItems", 0), schema.get("maxItems", 1 << 60)
    return lambda value: not isinstance(value, list) or least <= len(value) <= most


def _pattern(_: Compiler, schema: dict[str, Any]) -> Test:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _items(compiler: Compiler, schema: dict[str, Any]) -> Test:
    test = compiler.test(schema["items"])
    return lambda value: not isinstance(value, list) or all(map(test, value))


def _properties(compiler: Compiler, schema: dict[str, Any]) -> Test:
    tests = {key: compiler.test(inner) for key, inner in schema["properties"].items()}
    closed = schema.get("additionalProperties", True) is False

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        for key, inner in value.items():
            found = tests.get(key)
            if found is None:
                if closed:
                    return False
            elif not found(inner):
                return False
        return True

    return test


def _required(_: Compiler, schema: dict[str, Any]) -> Test:
    wanted = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _additional(_: Compiler, schema: dict[str, Any]) -> Test:
    if schema["additionalProperties"] is not False or "properties" not in schema:
        raise ValueError("the compiled schema knows additionalProperties: false beside properties only")
    return lambda value: True  # seen to by `_properties`


def _all_of(compiler: Compiler, schema: dict[str, Any]) -> Test:
    tests = [compiler.test(inner) for inner in schema["allOf"]]
    return lambda value: all(test(value) for test in tests)


def _if(compiler: Compiler, schema: dict[str, Any]) -> Test:
    when, then = compiler.test(schema["if"]), compiler.test(schema["then"])
    return lambda value: not when(value) or then(value)


_KEYWORDS: dict[str, Callable[[Compiler, dict[str, Any]], Test]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minLength": _length,
    "maxLength": _length,
    "minimum": _range,
    "maximum": _range,
    "minItems": _count,
    "maxItems": _count,
    "pattern": _pattern,
    "required": _required,
    "additionalProperties": _additional,
    "properties": _properties,
    "items": _items,
    "allOf": _all_of,
    "if": _if,
    "then": lambda compiler, schema: lambda value: True,
}
