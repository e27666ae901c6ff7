"""Real receivers on this machine: a web server and a mail server that say what they were told to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port


@dataclass
class Heard:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Web:
    """A web server; `answers` are given one after another, then 200 with `said`."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    said: bytes = b'{"errcode": 0}'
    gate: Event | None = None
    """Until it opens nobody gets an answer."""

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@dataclass
class Post:
    """A mail server; `refusals` are given to as many messages before it takes any, `says` is how it refuses."""

    port: int = 0
    mails: list[tuple[list[str], Mail]] = field(default_factory=list)
    refusals: int = 0
    says: str = "451 Not now"
    passwords: tuple[bytes, ...] = ()

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any) -> AuthResult:
        """Takes whoever knows one of the passwords."""
        knows = isinstance(said, LoginPassword) and said.password in self.passwords
        return AuthResult(success=knows, handled=False)

    def texts(self) -> list[str]:
        """What stood in the mails."""
        return [str(mail.get_content()) for _, mail in self.mails]  # type: ignore[attr-defined]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refusals:
            self.refusals -= 1
            return self.says
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append((list(envelope.rcpt_tos), message_from_bytes(content, policy=default)))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def web() -> Iterator[Web]:
    kept = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.heard.append(Heard(self.path, dict(self.headers), body))
            if kept.gate is not None:
                kept.gate.wait(30)
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            try:
                self.end_headers()
                self.wfile.write(kept.said)
            except OSError:
                return  # whoever asked is gone

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def mail() -> Iterator[Post]:
    kept = Post()
    kept.port = free_port()
    controller = Controller(
        kept, hostname="127.0.0.1", port=kept.port, authenticator=kept.authenticate, auth_require_tls=False
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
