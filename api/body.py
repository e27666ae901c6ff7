"""What a request may hold: bounded before it is read, strict JSON, and all faults of a schema at once."""

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
LONGEST_QUERY = 4096
"""Bytes."""
MOST_PARAMETERS = 100
DEEPEST = 64
"""Lists and objects one inside the other; the demo towns' problem documents need six."""
LAST = {"Connection": "close"}
"""The body stays unread, so that nothing after it on this connection can be understood."""


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
        value = loads(raw)
    except DocumentError as error:
        raise ApiError("bad_json", faults=tuple(error.faults)) from None
    if deeper_than(DEEPEST, value):
        raise ApiError("bad_json", faults=(fault("", "nested_too_deeply", most=DEEPEST),))
    return value


def deeper_than(most: int, value: Any) -> bool:
    """Whether lists and objects are nested more than `most` deep; without recursion."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        held = (v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list))
        level = [inner for values in held for inner in values if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


class Parser(FlaskParser):
    """webargs with strict JSON, and with unknown query parameters refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE, "json": ma.RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        return strict_json(req)


class Blueprint(SmorestBlueprint):
    """flask-smorest's blueprint with our parser."""

    ARGUMENTS_PARSER = Parser()


def install(app: Flask) -> None:
    """Refuse what is too large or cannot be measured: by its head, before anything of the body is read."""

    @app.before_request
    def bound() -> None:
        view: Any = app.view_functions.get(request.endpoint or "")
        method = getattr(getattr(view, "view_class", None), request.method.lower(), view)
        large = getattr(method, _LARGE, False)
        limit = int(current_app.config["MAX_DOCUMENT_BYTES" if large else "MAX_BODY_BYTES"])
        request.max_content_length = limit
        if "Transfer-Encoding" in request.headers:
            raise ApiError("length_required", headers=LAST)
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise ApiError("compressed", headers={"Accept-Encoding": "identity"})
        parameters = request.query_string.count(b"&") + 1
        if len(request.query_string) > LONGEST_QUERY or parameters > MOST_PARAMETERS:
            raise ApiError("query_too_long", {"most": LONGEST_QUERY, "parameters": MOST_PARAMETERS})
        if request.content_length is not None and request.content_length > limit:
            raise RequestEntityTooLarge
        if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
            raise ApiError("bad_request", faults=(fault("", "unstorable_text"),))
