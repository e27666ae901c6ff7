"""The problem document: one JSON format for the command line, the service and what a stored solve keeps.

`load` and `dump` go between the document and a `Problem`, `loads` reads strict JSON, `schema` is the JSON Schema,
`entity_from_json` and `entity_to_json` do one entity. All faults come at once, as `DocumentError.faults`.
"""

from __future__ import annotations

from typing import Any

from .faults import DocumentError, Fault, Faults
from .load import load
from .read import Reader
from .rosters import absences_from_json, opened_from_json, roster_from_json
from .rule_entries import read_rule, rule_json
from .shape import FORMAT, MAX_DAYS, MAX_DUTIES, MAX_PEOPLE, NOUNS, VERSION, schema
from .staffing import expand_staffing, local_instant
from .strict import loads
from .verdict import definition_of, judge_entry
from .write import dump, entity_json


def entity_from_json(noun: str, body: Any, zone: str) -> Any:
    """One entity from its piece of the document, such as an entry of "people"; references are not looked at.

    Raises `DocumentError` with paths that start within the entity, such as `availability[0].end`.
    """
    faults = Faults()
    if noun not in (*NOUNS, "rules"):
        faults.add((), "unknown_noun", noun=noun, options=", ".join(NOUNS))
        faults.raise_if_any()
    held = None
    reader = Reader(zone, faults)
    if judge_entry(noun, body, (), faults):
        held = read_rule(body, (), reader) if noun == "rules" else reader.entity(definition_of(noun), body, ())
    elif isinstance(body, dict) and noun != "rules":
        reader.salvage(definition_of(noun), body, ())
    faults.raise_if_any()
    return held


def entity_to_json(noun: str, value: Any) -> dict[str, Any]:
    """The piece of the document that reads back as this entity."""
    if noun == "rules":
        return rule_json(value)
    body = entity_json(value)
    if noun == "errand_runs":
        body.pop("kind", None)
    return body


__all__ = [
    "FORMAT",
    "MAX_DAYS",
    "MAX_DUTIES",
    "MAX_PEOPLE",
    "NOUNS",
    "VERSION",
    "DocumentError",
    "Fault",
    "absences_from_json",
    "dump",
    "entity_from_json",
    "entity_to_json",
    "expand_staffing",
    "load",
    "loads",
    "local_instant",
    "opened_from_json",
    "roster_from_json",
    "schema",
]
