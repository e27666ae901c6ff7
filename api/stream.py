"""Server-sent events of one solve.

Every event carries the whole solve, so a reader that reconnects has missed nothing:

    event: progress    whenever something changed
    event: end         once, when the solve is over; then the stream closes
    : ping             every ten seconds

The stream closes after STREAM_SECONDS, or when the server is told to end, and the browser comes back by itself; each
one holds a thread.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from threading import Event, Lock
from types import FrameType
from typing import Any

from flask import Response, current_app

from border.bell import bell_of
from models.store import Store

from .access import store
from .errors import ApiError
from .looks import Looks
from .wire import solve_json

LOOK_SECONDS = 0.5
PING_SECONDS = 10
RETRY_MILLISECONDS = 1000
_ending = Event()


class _Places:
    """How many streams this process has open."""

    def __init__(self) -> None:
        self._taken = 0
        self._lock = Lock()

    def take(self, most: int) -> bool:
        """False when so many are taken."""
        with self._lock:
            free = self._taken < most
            self._taken += free
            return free

    def give_back(self) -> None:
        with self._lock:
            self._taken -= 1


_places = _Places()
_looks = Looks()


def events_of(town: str, solve: str) -> Response:
    """The stream of a solve; raises ApiError (503) when too many are open."""
    if not _places.take(current_app.config["MOST_STREAMS"]):
        raise ApiError("unavailable", headers={"Retry-After": "5"})
    seconds = float(current_app.config["STREAM_SECONDS"])
    response = Response(follow(store(), town, solve, seconds), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(_places.give_back)
    return response


def follow(kept: Store, town: str, solve: str, seconds: float) -> Iterator[str]:
    """The events of a solve for so many seconds; no connection is held between two looks."""
    ends = time.monotonic() + seconds
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    last, pinged = None, time.monotonic()
    with _looks.following((town, solve)):
        while True:
            found = _looks.solve(kept, (town, solve))
            if found.over:
                yield event("end", solve_json(found))
                return
            now = time.monotonic()
            if found != last:
                last, pinged = found, now
                yield event("progress", solve_json(found))
            elif now - pinged >= PING_SECONDS:
                pinged = now
                yield ": ping\n\n"
            if now >= ends or _ending.wait(min(LOOK_SECONDS, ends - now)):
                return


def event(name: str, body: dict[str, Any]) -> str:
    """One event; JSON has no line breaks, so it is one data line."""
    return f"event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


def end_at_sigterm() -> None:
    """Let SIGTERM also close all streams: they would hold the server up, and nothing is lost."""
    before, ring = signal.getsignal(signal.SIGTERM), bell_of(_ending)

    def end(number: int, frame: FrameType | None) -> None:
        ring()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, end)
