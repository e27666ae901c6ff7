"""The compiled schema says yes exactly where jsonschema does."""

from __future__ import annotations

import threading
import time
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scheduler import document
from scheduler.document.compiled import Compiler

from ..thorough import examples
from .documents import full

SCHEMA = document.schema()
WHOLE = Draft202012Validator(SCHEMA)
COMPILED = Compiler(SCHEMA["$defs"]).test(SCHEMA)

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 40),
    st.just(10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [2.0, -1.0, "", "x", "a|b", "a\n", "2026-11-23", "2026-11-23\n", "2026-11-23T08:00Z", "08:00", "٠٨:٠٠"]
    ),
    st.text(max_size=3),
    st.text("n", min_size=79, max_size=82),
    st.lists(st.sampled_from(["x", 1, None, {}]), max_size=2),
    st.dictionaries(st.sampled_from(["id", "name", "start", "x"]), st.sampled_from(["x", 1, None]), max_size=2),
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [p for key in keys for p in places(value[key])]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert WHOLE.is_valid(full())
    assert COMPILED(full())


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_both_agree_on_a_document_that_is_spoilt_anywhere(data: st.DataObject) -> None:
    body = deepcopy(full())
    for _ in range(data.draw(st.integers(1, 2))):
        container, key = data.draw(st.sampled_from(places(body)))
        action = data.draw(st.sampled_from(["set", "set", "drop", "add"]))
        if action == "set":
            container[key] = data.draw(odd)
        elif action == "drop":
            del container[key]
        elif isinstance(container, dict):
            container[data.draw(st.sampled_from(["extra", "name", "id", "seats", "hours"]))] = data.draw(odd)
    assert COMPILED(body) == WHOLE.is_valid(body)


@settings(max_examples=examples(70), deadline=None)
@given(st.sampled_from(sorted(SCHEMA["$defs"])), odd)
def test_both_agree_on_any_value_for_any_definition(name: str, value: Any) -> None:
    schema = {"$ref": f"#/$defs/{name}"}
    slow = Draft202012Validator(schema | {"$defs": SCHEMA["$defs"]})
    assert Compiler(SCHEMA["$defs"]).test(schema)(value) == slow.is_valid(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_only_the_compiled_one_refuses_what_is_not_finite(value: float) -> None:
    assert not Compiler({}).test({"type": "number"})(value)


@pytest.mark.parametrize("schema", [{"oneOf": []}, {"enum": [1]}, {"additionalProperties": {}}])
def test_a_keyword_that_it_does_not_know_is_an_error_and_not_a_yes(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="compiled schema"):
        Compiler({}).test(schema)


def test_a_thread_that_comes_in_the_middle_of_compiling_waits_for_what_is_whole() -> None:
    inside = threading.Event()

    class Slow(dict[str, Any]):
        """Definitions that are read with a pause, for somebody else to come in."""

        def __getitem__(self, name: str) -> Any:
            inside.set()
            time.sleep(0.2)
            return super().__getitem__(name)

    tree = {"type": "object", "properties": {"child": {"$ref": "#/$defs/tree"}}, "additionalProperties": False}
    compiler = Compiler(Slow(tree=tree))
    first = threading.Thread(target=lambda: compiler.test({"$ref": "#/$defs/tree"}))
    first.start()
    assert inside.wait(5)
    answers = [compiler.test({"$ref": "#/$defs/tree"})(value) for value in ({"child": {}}, {"child": {"other": 1}})]
    first.join()
    assert answers == [True, False]
