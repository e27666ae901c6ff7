"""The shape of a rule's entry: what all rules share, and each rule's own parameters from the registry."""

from __future__ import annotations

from typing import Any

from ..rules import REGISTRY, parameter_schema

Schema = dict[str, Any]
MAX_WEIGHT = 1_000_000_000
_IDS = {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 20_000}
POPULATION_FIELDS = {
    "people": "Only these people.",
    "categories": "Only people of these categories.",
    "units": "Only people of these units.",
    "contracts": "Only people with these contracts.",
    "areas": "Only people whose home area is one of these or below.",
    "qualifications": "Only people who hold one of these at the window's start.",
    "tags": "Only people with one of these tags.",
}


def common() -> dict[str, Schema]:
    """The fields that every rule has."""
    return {
        "rule": {"type": "string", "enum": sorted(REGISTRY), "description": "Name of the rule."},
        "id": {"$ref": "#/$defs/id_or_none", "description": "To tell rules of one name apart; not repeated."},
        "hard": {
            "type": "boolean",
            "default": True,
            "description": "true: law; false: each unit of excess costs weight.",
        },
        "weight": {
            "type": "integer",
            "minimum": 0,
            "maximum": MAX_WEIGHT,
            "default": 1,
            "description": "Price of one unit of excess when the rule is not hard.",
        },
        "population": {"$ref": "#/$defs/population", "description": "For whom; everybody when left out."},
        "dates": {"$ref": "#/$defs/dates", "description": "Duties that start on these local dates; all when left out."},
        "waived_by": {"$ref": "#/$defs/id_or_none", "description": "People with this opt-in are exempt."},
        "off": {
            "type": "boolean",
            "default": False,
            "description": "true: kept in the list with all its figures, and says nothing.",
        },
    }


def rule_item() -> Schema:
    return {"$ref": "#/$defs/rule"}


def rule_definitions() -> dict[str, Schema]:
    """Definitions of a rule's entry: `rule` sends each to the definition of its name."""
    population = {f: _IDS | {"description": words} for f, words in POPULATION_FIELDS.items()}
    date = {"$ref": "#/$defs/date_or_none"}
    held: dict[str, Schema] = {
        "population": {
            "type": ["object", "null"],
            "description": "Every given field must match, by any of its values; empty means everybody.",
            "additionalProperties": False,
            "properties": population,
        },
        "dates": {
            "type": ["object", "null"],
            "description": "Local dates, both inclusive.",
            "additionalProperties": False,
            "properties": {
                "from": date | {"description": "First date."},
                "to": date | {"description": "Last date."},
            },
        },
        "rule": {
            "type": "object",
            "description": "A rule with its figures; docs/rules.md explains each.",
            "required": ["rule"],
            "properties": {"rule": common()["rule"]},
            "allOf": [
                {
                    "if": {"properties": {"rule": {"const": name}}, "required": ["rule"]},
                    "then": {"$ref": f"#/$defs/rule_{name}"},
                }
                for name in sorted(REGISTRY)
            ],
        },
    }
    return held | {f"rule_{name}": _entry(name) for name in sorted(REGISTRY)}


def _entry(name: str) -> Schema:
    kind = REGISTRY[name]
    return {
        "type": "object",
        "description": kind.template().en,
        "required": ["rule"],
        "additionalProperties": False,
        "properties": common() | parameter_schema(kind),
    }
