"""Structured logs: one line a request with its id and route, never a path, a query, a body or a name.

Paths hold ids of people and tokens of personal links; the route ("/v/<token>") says enough. Of an error the log has
its kind and the places where it happened: its words may quote what somebody typed.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from models.traces import places

WELL_FORMED_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
log = structlog.get_logger("sanban.web")


def install(app: Flask) -> None:
    """Set up structlog, give every request an id, write one line when it has been answered."""
    _configure(app)

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            milliseconds=round(1000 * (time.monotonic() - g.get("began", time.monotonic()))),
        )
        return response


def request_id() -> str:
    """The id of this request: the caller's X-Request-Id when it is well formed, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if WELL_FORMED_ID.fullmatch(given) else uuid.uuid4().hex
    known: str = g.request_id
    return known


def without_words(_logger: object, _method: str, line: EventDict) -> EventDict:
    """In place of an exception, its kind and where it happened."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        line["where"] = places(error)
    return line


def _configure(app: Flask) -> None:
    level = logging.getLevelNamesMapping().get(str(app.config["LOG_LEVEL"]).upper(), logging.INFO)
    development = app.config["SANBAN_ENV"] == "development"
    ending: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if development
        else [structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    if not (development and level <= logging.DEBUG):
        ending.insert(0, without_words)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *ending,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
