"""One shape for everything that goes wrong.

    {"code", "message", "messages": {"zh", "en"}, "faults": [{"path", "code", "message", "messages"}],
     "details": {…}, "request_id"}

ApiError is what views raise. Everything else that can go wrong is turned into one here:

    HTTPException (404, 405, 413, 415, 429, webargs' 422 …)   DocumentError (faults of a document)
    Store errors (NotFound, Conflict …), see store_errors.py   anything else: a bug, 500, logged with its trace
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from scheduler.document import Fault
from scheduler.text import Text

from .language import language
from .logs import log, request_id
from .messages import faults_of
from .sentences import STATUS, sentence

MOST_FAULTS = 1000
"""More are counted in the message, not listed."""
CODE_OF_STATUS: dict[int, str] = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "gone",
    412: "changed_meanwhile",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "revision_needed",
    429: "too_many_attempts",
    503: "unavailable",
}


def fault(path: str, code: str, **figures: object) -> Fault:
    """A fault with the sentence of its code."""
    return Fault(path, code, sentence(code, **figures))


def fault_json(found: Fault) -> dict[str, Any]:
    """One fault as it is answered; `path` is in the body, or "query.page" in the query."""
    return {
        "path": found.path,
        "code": found.code,
        "message": found.text.in_language(language()),
        "messages": found.text.as_json(),
    }


@dataclass
class ApiError(Exception):
    """What a view raises to refuse: a code of `sentences`, its figures, and the faults found."""

    code: str
    figures: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    text: Text | None = None
    """Said instead of the sentence of the code."""

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def sentence(self) -> Text:
        return self.text or sentence(self.code, **self.figures)

    def body(self) -> dict[str, Any]:
        text = self.sentence()
        return {
            "code": self.code,
            "message": text.in_language(language()),
            "messages": text.as_json(),
            "faults": [fault_json(f) for f in self.faults[:MOST_FAULTS]],
            "details": dict(self.details),
            "request_id": request_id(),
        }


def invalid(faults: Iterable[Fault]) -> ApiError:
    """The error that lists all these faults."""
    found = tuple(faults)
    return ApiError("invalid", {"count": len(found)}, found)


ErrorPage = Callable[[ApiError], Response]
"""Renders an error for people; the pages register theirs as `app.extensions["sanban_error_page"]`."""


def answer(error: ApiError) -> Response:
    """The response for an error: JSON, or a page where a person is looking at pages."""
    page: ErrorPage | None = current_app.extensions.get("sanban_error_page")
    if page is not None and _for_people():
        response = page(error)
    else:
        response = jsonify(error.body())
    response.status_code = error.status
    response.headers.update(error.headers)
    if not response.headers.get("ETag"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _for_people() -> bool:
    if request.path.startswith("/api/v1/"):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def from_http(error: HTTPException) -> ApiError:
    """Our error for one of werkzeug's, with the headers that belong to it (Allow, Retry-After)."""
    status = error.code or 500
    code = CODE_OF_STATUS.get(status, "bug" if status >= 500 else "bad_request")
    kept = {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}
    headers = {name: value for name, value in error.get_headers() if name in kept}
    found: tuple[Fault, ...] = ()
    figures: dict[str, object] = {}
    if code == "invalid":
        found = tuple(Fault(*parts) for parts in faults_of(getattr(error, "data", {}).get("messages", {})))
        figures = {"count": len(found)}
    elif code == "too_large":
        figures = {"limit": request.max_content_length}
    elif code == "changed_meanwhile":
        figures = {"revision": "?"}
    elif code == "bug":
        figures = {"request_id": request_id()}
    return ApiError(code, figures, found, headers)


def install(app: Flask) -> None:
    """Handlers for every kind of error."""
    app.register_error_handler(ApiError, answer)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None or (error.code is not None and error.code < 400):
            return error.get_response()  # type: ignore[return-value]
        return answer(from_http(error))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        log.error("bug", kind=type(error).__name__, exc_info=error)
        return answer(ApiError("bug", {"request_id": request_id()}))
