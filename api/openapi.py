"""The OpenAPI document: flask-smorest's, with the scheduler's JSON Schema for what the scheduler defines."""

from __future__ import annotations

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin, OpenAPIConverter
from apispec.ext.marshmallow.common import resolve_schema_instance
from flask import Flask
from flask_smorest import Api as SmorestApi

from scheduler import document

from .converters import DayConverter
from .schemas.base import ErrorOut
from .schemas.entities import DOCUMENT, FromScheduler, component_name

SECURITY = {
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sanban",
        "description": "POST /api/v1/session; unsafe calls also send X-CSRF-Token.",
    },
    "link": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a volunteer's personal link; with X-Link-Code where the link needs a code.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, sanban_…: POST /api/v1/tokens."},
}


class Converter(OpenAPIConverter):
    """Schemas whose shape the scheduler says are references to its own definitions."""

    def resolve_nested_schema(self, schema: Any) -> Any:
        if not isinstance(schema, str | dict):
            instance = resolve_schema_instance(schema)
            if isinstance(instance, FromScheduler):
                return {"$ref": f"#/components/schemas/{instance.component}"}
        return super().resolve_nested_schema(schema)


class Plugin(MarshmallowPlugin):
    Converter = Converter


class Api(SmorestApi):
    """flask-smorest without its own error shape; ours is in errors.py."""

    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Leave errors alone."""


def make(app: Flask) -> Api:
    """The API object, with the scheduler's definitions as components."""
    api = Api(app, spec_kwargs={"marshmallow_plugin": Plugin()})
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    api.spec.options["security"] = [{"cookie": []}, {"link": []}, {"token": []}]
    api.register_converter(DayConverter, lambda _: {"type": "string", "format": "date"})
    for name, definition in definitions().items():
        api.spec.components.schema(name, definition)
    return api


def definitions() -> dict[str, Any]:
    """The problem document and each of its parts, as components of the OpenAPI document."""
    whole = dict(document.schema())
    parts = whole.pop("$defs")
    whole.pop("$schema", None)
    named = {component_name(name): _relinked(part) for name, part in parts.items()}
    return {DOCUMENT: _relinked(whole), **named}


def _relinked(part: Any) -> Any:
    if isinstance(part, dict):
        return {k: _target(v) if k == "$ref" else _relinked(v) for k, v in part.items()}
    if isinstance(part, list):
        return [_relinked(v) for v in part]
    return part


def _target(reference: str) -> str:
    return f"#/components/schemas/{component_name(reference.removeprefix('#/$defs/'))}"
