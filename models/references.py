"""Which fields of stored documents name other things: checked when something is written, asked when it is removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scheduler.document.faults import Faults, Path, nearest
from scheduler.document.references import KINDS

Body = Mapping[str, Any]

FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "areas": (("parent", "areas"),),
    "staffing_templates": (("seats[].position", "positions"), ("seats[].qualifications[]", "qualifications")),
    "posts": (
        ("area", "areas"),
        ("unit", "units"),
        ("staffing[].template", "staffing_templates"),
        ("staffing[].pattern", "shift_patterns"),
    ),
    "vehicles": (("driver_qualifications[]", "qualifications"),),
    "people": (
        ("category", "categories"),
        ("unit", "units"),
        ("area", "areas"),
        ("contract", "contracts"),
        ("bound_posts[]", "posts"),
        ("bound_areas[]", "areas"),
        ("qualifications[].id", "qualifications"),
    ),
    "duties": (
        ("post", "posts"),
        ("area", "areas"),
        ("vehicle", "vehicles"),
        ("seats[].position", "positions"),
        ("seats[].qualifications[]", "qualifications"),
    ),
}
"""Noun → (field, noun whose id it holds); `[]` is each entry of a list."""

RULE_FIELDS: dict[str, str] = {
    "people": "people",
    "categories": "categories",
    "units": "units",
    "contracts": "contracts",
    "areas": "areas",
    "qualifications": "qualifications",
    "posts": "posts",
    "positions": "positions",
    "order": "categories",
    "groups": "people",
}
"""A list under one of these keys, anywhere in a rule, holds ids of that noun."""


def named(noun: str, body: Body) -> Iterator[tuple[Path, str, str]]:
    """(path, noun, id) of everything that a document of `noun` names."""
    for field, target in FIELDS.get(noun, ()):
        for path, id_ in _values(body, field.split("."), ()):
            yield path, target, id_


def named_by_rule(rule: Any) -> Iterator[tuple[str, str]]:
    """(noun, id) of everything that a rule names."""
    if isinstance(rule, Mapping):
        for key, value in rule.items():
            if key in RULE_FIELDS and isinstance(value, list):
                yield from ((RULE_FIELDS[key], id_) for id_ in _flat(value))
            else:
                yield from named_by_rule(value)
    elif isinstance(rule, list):
        for entry in rule:
            yield from named_by_rule(entry)


def check(faults: Faults, noun: str, body: Body, at: Path, known: Mapping[str, Iterable[str]]) -> None:
    """Adds a fault for each name that points nowhere; `known` has the ids of every noun."""
    for path, target, id_ in named(noun, body):
        if id_ not in known[target]:
            missing(faults, (*at, *path), target, id_, known[target])


def missing(faults: Faults, path: Path, noun: str, id_: str, known: Iterable[str]) -> None:
    faults.add(path, "unknown_reference", id=id_, kind=KINDS[noun], where=noun, hint=nearest(id_, known))


def _values(value: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, str]]:
    if not steps:
        if isinstance(value, str):
            yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "":
        return
    key, each = step.removesuffix("[]"), step.endswith("[]")
    held = value.get(key)
    if held is None:
        return
    if each:
        for i, entry in enumerate(held):
            yield from _values(entry, rest, (*path, key, i))
    else:
        yield from _values(held, rest, (*path, key))


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _flat(entry)
