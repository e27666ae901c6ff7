"""Many open event streams, each as a browser would have it, in one thread; only the beginning and the events count."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass

OPEN_SECONDS = 30.0
READ = 64 * 1024


@dataclass
class Stream:
    """One connection; `events` counts what came since it was opened."""

    socket: socket.socket
    events: int = 0
    status: int = 0
    ended: bool = False


class Streams:
    """Opens all at once and reads whenever asked, so that nobody's memory fills."""

    def __init__(self, host: str, port: int, requests: list[bytes]) -> None:
        self._selector = selectors.DefaultSelector()
        self.all: list[Stream] = []
        for request in requests:
            stream = Stream(socket.create_connection((host, port), OPEN_SECONDS))
            stream.socket.sendall(request)
            stream.socket.setblocking(False)
            self._selector.register(stream.socket, selectors.EVENT_READ, stream)
            self.all.append(stream)

    def until_open(self) -> int:
        """Waits until every one has sent its first event; how many have."""
        deadline = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < deadline and not all(s.events or s.ended for s in self.all):
            self.read(0.2)
        return sum(s.status == 200 and s.events > 0 and not s.ended for s in self.all)

    def read(self, seconds: float) -> None:
        """Takes what has arrived by then."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                self._take(key.data)

    def _take(self, stream: Stream) -> None:
        try:
            data = stream.socket.recv(READ)
        except ConnectionError:
            data = b""
        if data.startswith(b"HTTP/1.1 "):
            stream.status = int(data[9:12])
        stream.events += data.count(b"event: ")
        if not data:
            stream.ended = True
            self._selector.unregister(stream.socket)

    def close(self) -> None:
        for stream in self.all:
            stream.socket.close()
        self._selector.close()
