"""The small pieces that the schema is made of: fields, ids, names and times."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

MAX_ID = 80
MAX_DUTY_ID = 200
MAX_NAME = 200
MAX_TEXT = 500

_END = r"$(?![\s\S])"  # a bare $ would let a trailing line feed pass
ID_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff|]*" + _END
TEXT_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*" + _END
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}" + _END
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]" + _END
INSTANT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})" + _END
)


def ref(name: str, description: str = "") -> Schema:
    """A reference to a definition, with this field's own description."""
    held: Schema = {"$ref": f"#/$defs/{name}"}
    return held | {"description": description} if description else held


def items(of: Schema, most: int, description: str, least: int = 0) -> Schema:
    held: Schema = {"type": "array", "items": of, "maxItems": most, "description": description}
    return held | {"minItems": least} if least else held


def entity(description: str, required: str, **properties: Schema) -> Schema:
    """An object that refuses unknown fields."""
    return {
        "type": "object",
        "description": description,
        "required": required.split(),
        "additionalProperties": False,
        "properties": properties,
    }


def whole(least: int, most: int, description: str, default: int | None = None, *, none: bool = False) -> Schema:
    held: Schema = {
        "type": ["integer", "null"] if none else "integer",
        "minimum": least,
        "maximum": most,
        "description": description,
    }
    return held if default is None else held | {"default": default}


def number(least: float, most: float, description: str) -> Schema:
    return {"type": ["number", "null"], "minimum": least, "maximum": most, "description": description}


def flag(description: str) -> Schema:
    return {"type": "boolean", "description": description, "default": False}


def text(description: str, most: int = MAX_TEXT) -> Schema:
    return {"type": "string", "maxLength": most, "pattern": TEXT_PATTERN, "description": description, "default": ""}


def option(values: tuple[str, ...], description: str, default: str | None = None) -> Schema:
    held: Schema = {"type": "string", "enum": list(values), "description": description}
    return held if default is None else held | {"default": default}


def scalars() -> dict[str, Schema]:
    """Identifiers, names and times; each also in a form that may be null, which means the same as leaving it out."""
    plain: dict[str, Schema] = {
        "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_ID,
            "pattern": ID_PATTERN,
            "description": f"1 to {MAX_ID} characters of any script, without control characters and without '|'.",
        },
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_NAME,
            "pattern": TEXT_PATTERN,
            "description": f"1 to {MAX_NAME} characters of any script, without control characters.",
        },
        "instant": {
            "type": "string",
            "format": "date-time",
            "pattern": INSTANT_PATTERN,
            "description": "ISO 8601 date and time with its offset, exact to the minute: 2026-11-23T08:00+08:00.",
        },
        "date": {
            "type": "string",
            "format": "date",
            "pattern": DATE_PATTERN,
            "description": "A local date: 2026-11-23.",
        },
    }
    plain["duty_id"] = plain["id"] | {
        "maxLength": MAX_DUTY_ID,
        "description": f"1 to {MAX_DUTY_ID} characters; a duty from a post's staffing is called POST/2026-11-23/SHIFT.",
    }
    clock: Schema = {
        "type": "string",
        "format": "time",
        "pattern": CLOCK_PATTERN,
        "description": "A wall-clock time in the town's zone, HH:MM.",
    }
    return plain | {f"{k}_or_none": v | {"type": ["string", "null"]} for k, v in plain.items()} | {"clock": clock}
