"""A connection that makes nobody wait: what comes is gathered until it is whole, what goes out is sent when it can.

A thread that serves a request reads from memory and writes to memory; only the worker's loop touches the network.
"""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"
LARGEST_HEAD = 32 * 1024
"""Bytes of the request line and all header fields together."""
LARGEST_READ = 64 * 1024


class TooLarge(Exception):
    """The head of a request has no end within LARGEST_HEAD."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How long one request is, as its head says."""

    head: int
    body: int
    whole: bool = True
    """False: the body is refused unread, so that nothing after it can be understood."""
    expects: bool = False
    """The client waits for "100 Continue" before it sends the body."""


def frame_of(data: bytes | bytearray, largest_body: int) -> Frame | None:
    """The frame of the request that begins here, None while its head is incomplete; raises TooLarge.

    A body without a length (chunked), of two lengths, or longer than `largest_body` bytes is not waited for: the
    application refuses it by its head.
    """
    end = data.find(END_OF_HEAD, 0, LARGEST_HEAD)
    if end < 0:
        if len(data) >= LARGEST_HEAD:
            raise TooLarge
        return None
    fields = [line.partition(b":") for line in bytes(data[:end]).split(b"\r\n")[1:]]
    named = [(name.strip().lower(), value.strip()) for name, _, value in fields]
    lengths = [value for name, value in named if name == b"content-length"]
    unframed = any(name == b"transfer-encoding" for name, _ in named)
    head = end + len(END_OF_HEAD)
    if unframed or len(lengths) > 1 or not all(v.isdigit() and len(v) < 16 for v in lengths):
        return Frame(head, 0, whole=False)
    body = int(lengths[0]) if lengths else 0
    if body > largest_body:
        return Frame(head, 0, whole=False)
    expects = any(name == b"expect" and value.lower() == b"100-continue" for name, value in named)
    return Frame(head, body, expects=expects)


class Patient(socket.socket):
    """A socket that never blocks.

    The loop calls `gather`, `grant` and `flush`; the thread that serves calls `recv` and `sendall`, as if it had
    the network before it.
    """

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        super().setblocking(False)
        self.gathered = bytearray()
        self.granted = 0
        """Bytes of `gathered` that belong to the request that is being served."""
        self.unsent = 0
        self._waiting: deque[memoryview] = deque()

    def setblocking(self, _flag: bool) -> None:
        """It stays as it is, whatever the server asks for."""

    def gather(self) -> bool:
        """Takes what has arrived; False when the other side has closed. Raises OSError."""
        try:
            arrived = super().recv(LARGEST_READ)
        except BlockingIOError:
            return True
        self.gathered += arrived
        return bool(arrived)

    def grant(self, size: int) -> None:
        """The first `size` gathered bytes are the next request."""
        self.granted = size

    def recv(self, size: int, flags: int = 0) -> bytes:
        """From memory; empty, as at the end of a connection, when the request has been read."""
        taken = min(size, self.granted)
        data = bytes(self.gathered[:taken])
        del self.gathered[:taken]
        self.granted -= taken
        return data

    def sendall(self, data: bytes | bytearray | memoryview, flags: int = 0) -> None:  # type: ignore[override]
        """Sends what the network takes at once and keeps the rest. Raises OSError when the other side is gone."""
        self.flush()
        sent = 0 if self.unsent else self._send(memoryview(data))
        if sent < len(data):
            rest = bytes(memoryview(data)[sent:])
            self._waiting.append(memoryview(rest))
            self.unsent += len(rest)

    def flush(self) -> bool:
        """Sends on; True when nothing is left. Raises OSError."""
        while self._waiting:
            first = self._waiting[0]
            sent = self._send(first)
            self.unsent -= sent
            if sent < len(first):
                self._waiting[0] = first[sent:]
                return False
            self._waiting.popleft()
        return True

    def discard(self) -> bool:
        """Throws away what has arrived; False when the other side has closed or is gone."""
        try:
            return bool(super().recv(LARGEST_READ))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _send(self, data: memoryview) -> int:
        try:
            return super().send(data)
        except BlockingIOError:
            return 0
