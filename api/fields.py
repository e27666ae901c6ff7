"""Marshmallow fields that are strict about types and say codes of `sentences` instead of English.

No field takes a number for a text or a text for a number; every text is bounded and free of control characters.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from marshmallow import validate

from .messages import said

LONGEST_ID = 128
LONGEST_TEXT = 2000
Messages = dict[str, str | list[Any] | dict[Any, Any]]
COMMON: Messages = {"required": "required", "null": "null", "validator_failed": "bad_value"}


class _Coded(ma.fields.Field):
    """Says codes; `written` tells whether values come as text, as they do in a query."""

    default_error_messages: Messages = COMMON

    @property
    def written(self) -> bool:
        return bool(getattr(self.parent, "written", False))


class Text(_Coded, ma.fields.String):
    """A text; with `most` characters at the most, and line breaks only where they make sense."""

    default_error_messages: Messages = {"invalid": "not_a_string", "invalid_utf8": "unstorable_text"}

    def __init__(self, *, least: int = 0, most: int = LONGEST_TEXT, **kwargs: Any) -> None:
        checks = [validate.Length(max=most, error=said("too_long", most="{max}"))]
        if least:
            checks.append(validate.Length(min=least, error=said("too_short", least="{min}")))
        super().__init__(validate=[*checks, storable], **kwargs)


def storable(text: str) -> None:
    """Refuses control characters (line breaks and tabs aside)."""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\r\t" for c in text):
        raise ma.ValidationError("unstorable_text")


class Id(Text):
    """The id of a thing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=LONGEST_ID, **kwargs)


class Choice(_Coded, ma.fields.String):
    """One of a few words."""

    default_error_messages: Messages = {"invalid": "not_a_string"}

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        listed = ", ".join(choices)
        super().__init__(validate=validate.OneOf(choices, error=said("not_one_of", choices=listed)), **kwargs)


class Whole(_Coded, ma.fields.Integer):
    """A whole number between `least` and `most`; in a body 1.0 and "1" are no whole numbers."""

    default_error_messages: Messages = {"invalid": "not_an_integer", "too_large": "not_an_integer"}

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        bounds = [
            validate.Range(min=least, error=said("too_small", least="{min}")),
            validate.Range(max=most, error=said("too_big", most="{max}")),
        ]
        super().__init__(validate=bounds, **kwargs)

    def _validated(self, value: Any) -> int:
        if self.written and isinstance(value, str) and _digits(value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        return value


def _digits(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20


class Real(_Coded, ma.fields.Float):
    """A finite number between `least` and `most`."""

    default_error_messages: Messages = {
        "invalid": "not_a_number",
        "too_large": "not_a_number",
        "special": "not_a_number",
    }

    def __init__(self, *, least: float, most: float, **kwargs: Any) -> None:
        bounds = [
            validate.Range(min=least, error=said("too_small", least="{min}")),
            validate.Range(max=most, error=said("too_big", most="{max}")),
        ]
        super().__init__(validate=bounds, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float, str) if self.written else (int, float)):
            raise self.make_error("invalid")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None
        if not math.isfinite(number):
            raise self.make_error("special")
        return number


class Flag(_Coded, ma.fields.Boolean):
    """true or false; in a query also 1 and 0."""

    default_error_messages: Messages = {"invalid": "not_a_boolean"}
    truthy = {True, "true", "1"}
    falsy = {False, "false", "0"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, str if self.written else bool):
            raise self.make_error("invalid")
        return bool(super()._deserialize(value, attr, data, **kwargs))


class Day(_Coded, ma.fields.Date):
    """A local date, YYYY-MM-DD, between 1970 and 2100."""

    default_error_messages: Messages = {"invalid": "not_a_date", "invalid_type": "not_a_date", "format": "not_a_date"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or len(value) != 10:
            raise self.make_error("invalid")
        day = super()._deserialize(value, *args, **kwargs)
        if not 1970 <= day.year <= 2100:
            raise self.make_error("invalid")
        return day


class Instant(_Coded, ma.fields.AwareDateTime):
    """An instant with its offset from UTC; whole minutes, between 1970 and 2100."""

    default_error_messages: Messages = dict.fromkeys(
        ("invalid", "invalid_type", "invalid_awareness", "format"), "not_an_instant"
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        instant = super()._deserialize(value, *args, **kwargs)
        try:
            in_utc: datetime = instant.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid") from None
        if not 1970 <= in_utc.year <= 2100 or instant.second or instant.microsecond:
            raise self.make_error("invalid")
        return instant


class List(_Coded, ma.fields.List):
    """A list of at most `most` entries."""

    default_error_messages: Messages = {"invalid": "not_a_list"}

    def __init__(self, inner: Any, *, least: int = 0, most: int = 1000, **kwargs: Any) -> None:
        bounds = [
            validate.Length(min=least, error=said("too_short", least="{min}")),
            validate.Length(max=most, error=said("too_long", most="{max}")),
        ]
        super().__init__(inner, validate=bounds, **kwargs)


class Nested(_Coded, ma.fields.Nested):
    default_error_messages: Messages = {"type": "not_an_object"}
