"""Tells the log of changes who is at work in this request, and why.

A reason may come with any call: the header `X-Reason`, percent-encoded UTF-8. Calls that
need one have it in their body.
"""

from __future__ import annotations

from urllib.parse import unquote

from flask import Flask, g, request

from models import audit_context
from models.audit_context import ANONYMOUS, Act

from .logs import request_id

HEADER = "X-Reason"
LONGEST = 500


def install(app: Flask) -> None:
    """From the beginning of each request to its end."""

    @app.before_request
    def begin() -> None:
        audit_context.ask(at_work)

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        audit_context.ask(Act)


def at_work() -> Act:
    """Whoever has been found to call by now, asked at the moment of the change."""
    found = g.get("actor")
    reason = unquote(request.headers.get(HEADER, ""))[:LONGEST].strip()
    return Act(ANONYMOUS if found is None else found.id, reason or None, request_id())
