"""gunicorn's threaded worker, but a slow client holds no thread: not by its head, its body, its reading, its end.

The loop gathers a request until it is whole and only then gives it to a thread; the thread writes to memory, and the
loop sends on. Whoever takes too long is let go: a head has HEAD_SECONDS, bodies and answers a second more for every
LEAST_RATE bytes. What all connections hold in memory is bounded, and when connections run out the one that has kept
us waiting the longest makes room.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from typing import Any, Literal

from gunicorn.workers.gthread import TConn, ThreadWorker

from .patient import Frame, Patient, TooLarge, frame_of

HEAD_SECONDS = 10.0
LINGER_SECONDS = 2.0
LEAST_RATE = 64 * 1024
"""Bytes a second, beside HEAD_SECONDS."""
SWEEP_SECONDS = 0.25
BODIES_AT_ONCE = 4
"""So many of the largest bodies may lie in memory at once; likewise answers."""
MEBIBYTE = 1024 * 1024
Phase = Literal["reading", "serving", "writing", "lingering"]


def plain(status: str) -> bytes:
    """An answer to somebody whose request never got as far as the application."""
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()


class Connection(TConn):
    """One client: in a phase, with a deadline for it."""

    sock: Patient

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.data_ready = True  # gunicorn's own wait for the first byte would hold a thread
        self.phase: Phase = "reading"
        self.deadline = 0.0
        self.frame: Frame | None = None
        self.keeps = False
        """Whether another request may follow."""


class PatientWorker(ThreadWorker):
    """See the module. Plain HTTP/1.1: TLS and HTTP/2 belong to the reverse proxy."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.cfg.set("sendfile", False)  # it would write past the memory
        self.largest_body = int(os.environ.get("SANBAN_MAX_DOCUMENT_MB") or 32) * MEBIBYTE
        self.waiting: set[Connection] = set()
        self.swept = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("TLS belongs to the reverse proxy; take certfile and keyfile out of the settings.")

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, Patient(client), address, listener.getsockname())
        if self.nr_conns > self.worker_connections - self.cfg.threads and self.waiting:
            self.let_go(min(self.waiting, key=lambda c: c.deadline))
        self.wait(connection, "reading", HEAD_SECONDS)

    def wait(self, connection: Connection, phase: Phase, seconds: float) -> None:
        """Leave it to the loop until something arrives, or can be sent, or the time is over."""
        connection.phase, connection.deadline = phase, time.monotonic() + seconds
        event = selectors.EVENT_WRITE if phase == "writing" else selectors.EVENT_READ
        if connection in self.waiting:
            self.poller.unregister(connection.sock)
        self.waiting.add(connection)
        self.poller.register(connection.sock, event, partial(self.ready, connection))

    def leave(self, connection: Connection) -> None:
        """Take it from the loop."""
        if connection in self.waiting:
            self.waiting.remove(connection)
            self.poller.unregister(connection.sock)

    def let_go(self, connection: Connection) -> None:
        """Close it at once."""
        self.leave(connection)
        self.nr_conns -= 1
        connection.close()

    def ready(self, connection: Connection, _sock: object) -> None:
        """Something arrived, or can be sent."""
        if connection not in self.waiting:
            return  # let go by an earlier event of the same round
        try:
            if connection.phase == "reading":
                if not connection.sock.gathered:
                    connection.deadline = time.monotonic() + HEAD_SECONDS
                self.read(connection, open_=connection.sock.gather())
            elif connection.phase == "writing":
                if connection.sock.flush():
                    self.answered(connection)
            elif not connection.sock.discard():
                self.let_go(connection)
        except OSError:
            self.let_go(connection)

    def read(self, connection: Connection, open_: bool = True) -> None:
        """Serve the request when it is whole, else wait for more of it."""
        if connection.frame is None:
            try:
                connection.frame = frame_of(connection.sock.gathered, self.largest_body)
            except TooLarge:
                self.refuse(connection, "431 Request Header Fields Too Large")
                return
            if connection.frame is not None and connection.frame.body:
                connection.deadline += connection.frame.body / LEAST_RATE
                if connection.frame.expects:
                    connection.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        frame = connection.frame
        if frame is not None and len(connection.sock.gathered) >= frame.head + frame.body:
            self.leave(connection)
            connection.phase = "serving"
            connection.sock.grant(frame.head + frame.body)
            self.enqueue_req(connection)
        elif not open_:
            self.let_go(connection)

    def finish_request(self, connection: Connection, served: Future[Any]) -> None:
        """The thread is free again: send what it left, then wait for the next request."""
        frame = connection.frame
        well = not served.cancelled() and served.exception() is None
        connection.keeps = well and bool(served.result()) and frame is not None and frame.whole
        try:
            if connection.sock.flush():
                self.answered(connection)
            else:
                self.wait(connection, "writing", HEAD_SECONDS + connection.sock.unsent / LEAST_RATE)
        except OSError:
            self.let_go(connection)

    def answered(self, connection: Connection) -> None:
        """The whole answer is with the network."""
        if not connection.keeps:
            self.part(connection)
            return
        connection.frame = None
        connection.sock.recv(connection.sock.granted)  # what the application did not care to read
        begun = bool(connection.sock.gathered)
        self.wait(connection, "reading", HEAD_SECONDS if begun else self.cfg.keepalive)
        if begun:
            self.read(connection)

    def part(self, connection: Connection) -> None:
        """Say the end and wait for the client's, in the loop: closing at once could cut the answer off."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.let_go(connection)
            return
        self.wait(connection, "lingering", LINGER_SECONDS)

    def refuse(self, connection: Connection, status: str) -> None:
        """Answer without the application, and end."""
        try:
            connection.sock.sendall(plain(status))
        except OSError:
            self.let_go(connection)
            return
        self.part(connection)

    def murder_pending(self) -> None:
        """Let go of whoever takes too long, or too much memory. gunicorn's loop calls it in every round."""
        now = time.monotonic()
        if now - self.swept < SWEEP_SECONDS:
            return
        self.swept = now
        for connection in [c for c in self.waiting if c.deadline <= now]:
            if connection.phase == "reading" and connection.sock.gathered:
                self.refuse(connection, "408 Request Timeout")
            else:
                self.let_go(connection)
        held = {c: len(c.sock.gathered) + c.sock.unsent for c in self.waiting}
        surplus = sum(held.values()) - BODIES_AT_ONCE * self.largest_body
        for connection in sorted(held, key=held.__getitem__, reverse=True):
            if surplus <= 0:
                break
            surplus -= held[connection]
            self.let_go(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """At the end of the worker: everybody who is still waiting."""
        if force:
            for connection in list(self.waiting):
                self.let_go(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        for connection in self.waiting:
            if connection.phase == "reading":
                connection.deadline = min(connection.deadline, deadline)
