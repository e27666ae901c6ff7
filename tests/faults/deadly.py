"""A process that can be told at which moment of its dealings with the database it is to be killed.

A moment is a statement that is about to be executed, a commit that is about to be made, or a connection that is given
back, which is right after the commit. Death is SIGKILL: nothing is tidied up.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Engine, event

_thread = threading.local()


def arm(moments: int | None) -> None:
    """Let this thread live for so many moments; None is for ever."""
    _thread.left = moments


def moment(*_: object, **__: object) -> None:
    """One moment less to live."""
    left: int | None = getattr(_thread, "left", None)
    if left is None:
        return
    if left <= 1:
        os.kill(os.getpid(), signal.SIGKILL)
    _thread.left = left - 1


def listen(engine: Engine) -> None:
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, moment)
    event.listen(engine.pool, "checkin", moment)


class Deadly:
    """A WSGI application that dies at the moment that a request names in X-Die-At; the last one is the answer."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        wanted = environ.get("HTTP_X_DIE_AT")
        arm(int(wanted) if wanted else None)
        answer = self._app(environ, start_response)
        moment()
        return answer
