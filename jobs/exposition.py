"""The worker's own port: /healthz, /readyz and /metrics, for whoever watches over it. Keep it inside your network."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from scheduler.text import Text

from .metrics import REGISTRY

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10
    """Seconds that a caller may take."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Nobody reads who looked at the figures."""


class Exposition:
    """Answers until closed. `alive`: the worker goes round; `unfit`: why it cannot work now. Raises OSError (port)."""

    def __init__(self, host: str, port: int, alive: Callable[[], bool], unfit: Callable[[], Text | None]) -> None:
        self._alive, self._unfit = alive, unfit
        self._server = make_server(host, port, self._answer, server_class=_Server, handler_class=_Quiet)
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="exposition", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET" or path not in ("/healthz", "/readyz", "/metrics"):
            return _json(start, "404 Not Found", {"status": "not found"})
        if path == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(REGISTRY)]
        if not self._alive():
            return _json(start, "503 Service Unavailable", {"status": "stalled"})
        reason = self._unfit() if path == "/readyz" else None
        if reason is None:
            return _json(start, "200 OK", {"status": "ok"})
        return _json(start, "503 Service Unavailable", {"status": "unavailable", "messages": reason.as_json()})


def _json(start: StartResponse, status: str, body: dict[str, Any]) -> list[bytes]:
    start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(body, ensure_ascii=False).encode()]
