"""Request bodies: bounded before they are read, strict JSON, and all faults of a schema at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import marshmallow as ma
from flask import Flask, Request, current_app, request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from scheduler.document import DocumentError, loads

from .errors import ApiError, fault

View = TypeVar("View", bound=Callable[..., Any])
_LARGE = "takes_documents"


def takes_documents(view: View) -> View:
    """Mark a view whose body is a whole problem document: it may be as large as MAX_DOCUMENT_BYTES."""
    setattr(view, _LARGE, True)
    return view


def strict_json(req: Request) -> Any:
    """The JSON body of a request, `missing` when there is none; raises ApiError."""
    raw = req.get_data(cache=True)
    if req.content_length is None and req.max_content_length is not None and len(raw) >= req.max_content_length:
        raise RequestEntityTooLarge  # a body sent in chunks is cut off at the limit without a word
    if not raw:
        return core.missing
    if not core.is_json(req.mimetype):
        raise ApiError("unsupported_media_type", headers={"Accept": "application/json"})
    try:
        return loads(raw)
    except DocumentError as error:
        raise ApiError("bad_json", faults=tuple(error.faults)) from None


class Parser(FlaskParser):
    """webargs with strict JSON, and with unknown query parameters refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE, "json": ma.RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        return strict_json(req)


class Blueprint(SmorestBlueprint):
    """flask-smorest's blueprint with our parser."""

    ARGUMENTS_PARSER = Parser()


def install(app: Flask) -> None:
    """Refuse what is too large: by Content-Length before anything is read, else while reading."""

    @app.before_request
    def bound() -> None:
        view: Any = app.view_functions.get(request.endpoint or "")
        method = getattr(getattr(view, "view_class", None), request.method.lower(), view)
        large = getattr(method, _LARGE, False)
        limit = int(current_app.config["MAX_DOCUMENT_BYTES" if large else "MAX_BODY_BYTES"])
        request.max_content_length = limit
        if request.content_length is not None and request.content_length > limit:
            raise RequestEntityTooLarge
        if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
            raise ApiError("bad_request", faults=(fault("", "unstorable_text"),))
