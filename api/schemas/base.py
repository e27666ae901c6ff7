"""What every schema shares: unknown fields refused, loads into a dataclass, codes for messages."""

from __future__ import annotations

from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import post_load

from .. import fields


class Schema(ma.Schema):
    """Loads into `makes` when that is given, else into a dict."""

    makes: ClassVar[type[Any] | None] = None
    written: ClassVar[bool] = False
    """Whether all values come as text."""
    error_messages = {"unknown": "unknown_field", "type": "not_an_object"}

    class Meta:
        unknown = ma.RAISE
        ordered = True

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return data if self.makes is None else self.makes(**data)


class Query(Schema):
    """A query: every one takes `lang`, and all values come as text."""

    written = True
    lang = fields.Choice(
        "zh", "en", "zh-CN", load_only=True, metadata={"description": "Language of sentences; else Accept-Language."}
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        data.pop("lang", None)
        return data if self.makes is None else self.makes(**data)


class TextOut(ma.Schema):
    """A sentence in both languages."""

    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class FaultOut(ma.Schema):
    path = ma.fields.String(required=True, metadata={"description": "Field at fault, as in people[3].name"})
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    messages = ma.fields.Nested(TextOut, required=True)


class ErrorOut(ma.Schema):
    """The one shape of everything that goes wrong."""

    code = ma.fields.String(required=True, metadata={"description": "For machines; see docs/api.md"})
    message = ma.fields.String(required=True, metadata={"description": "For people, in the language asked for"})
    messages = ma.fields.Nested(TextOut, required=True)
    faults = ma.fields.List(ma.fields.Nested(FaultOut), required=True)
    details = ma.fields.Dict(required=True, metadata={"description": "Such as the current revision"})
    request_id = ma.fields.String(required=True)
