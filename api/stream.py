"""Server-sent events of one solve.

Every event carries the whole solve, so a reader that reconnects has missed nothing:

    event: progress    whenever something changed
    event: end         once, when the solve is over; then the stream closes
    : ping             every ten seconds

The stream closes after STREAM_SECONDS and the browser comes back by itself; each one holds a thread.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Any

from flask import Response, current_app

from models.store import Store

from .access import store
from .errors import ApiError
from .wire import solve_json

MOST_STREAMS = 48
LOOK_SECONDS = 0.5
PING_SECONDS = 10
RETRY_MILLISECONDS = 1000
_places = BoundedSemaphore(MOST_STREAMS)


def events_of(town: str, solve: str) -> Response:
    """The stream of a solve; raises ApiError (503) when too many are open."""
    if not _places.acquire(blocking=False):
        raise ApiError("unavailable", headers={"Retry-After": "5"})
    seconds = float(current_app.config["STREAM_SECONDS"])
    response = Response(follow(store(), town, solve, seconds), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(_places.release)
    return response


def follow(kept: Store, town: str, solve: str, seconds: float) -> Iterator[str]:
    """The events of a solve for so many seconds; no connection is held between two looks."""
    ends = time.monotonic() + seconds
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    last, pinged = None, time.monotonic()
    while True:
        found = kept.solves.get(town, solve)
        body = solve_json(found)
        if found.over:
            yield event("end", body)
            return
        now = time.monotonic()
        if body != last:
            last, pinged = body, now
            yield event("progress", body)
        elif now - pinged >= PING_SECONDS:
            pinged = now
            yield ": ping\n\n"
        if now >= ends:
            return
        time.sleep(min(LOOK_SECONDS, max(0.0, ends - now)))


def event(name: str, body: dict[str, Any]) -> str:
    """One event; JSON has no line breaks, so it is one data line."""
    return f"event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"
