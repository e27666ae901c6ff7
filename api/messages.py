"""Marshmallow's messages as codes.

Our fields (`fields.py`) say a code and its figures, such as "too_small least=1"; this turns the nested
messages of a failed load into a flat list of (path, code, sentence). Paths look like "people[3].name".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.text import Text

from .sentences import TEXTS, sentence

BODY_LOCATIONS = {"json", "json_or_form", "form"}


def said(code: str, **figures: object) -> str:
    """How a field says a code and its figures; marshmallow may fill in what is in braces."""
    return " ".join([code, *(f"{name}={value}" for name, value in figures.items())])


def understood(message: str) -> tuple[str, Text]:
    """The code and sentence of what a field said; a message not of ours is passed on as it is."""
    code, *rest = message.split(" ")
    if code not in TEXTS:
        return "bad_value", Text(f"{TEXTS['bad_value'].zh}（{message}）", message)
    figures: dict[str, object] = {}
    name = ""
    for part in rest:
        if "=" in part:
            name, value = part.split("=", 1)
            figures[name] = value
        elif name:
            figures[name] = f"{figures[name]} {part}"
    return code, sentence(code, **figures)


def faults_of(messages: Any) -> list[tuple[str, str, Text]]:
    """All faults of webargs' messages {location: messages}, in the order of the document."""
    if not isinstance(messages, Mapping):
        return list(_walk(messages, ""))
    found: list[tuple[str, str, Text]] = []
    for location, inner in messages.items():
        found.extend(_walk(inner, "" if location in BODY_LOCATIONS else str(location)))
    return found


def _walk(messages: Any, path: str) -> Iterator[tuple[str, str, Text]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _walk(inner, path if key == "_schema" else below(path, key))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _walk(inner, path)
    else:
        yield (path, *understood(str(messages)))


def below(path: str, key: object) -> str:
    """The path of a field or entry of the thing at `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
