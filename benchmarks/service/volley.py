"""Arrivals at a fixed rate (an open model): a late answer does not make the next visitor wait at home.

`python -m benchmarks.service.volley HOST PORT RATE SECONDS` is a process of its own, so that its share of the machine
can be told; addresses come by standard input, one a line, and are visited in turn. Latency counts from the planned
moment, so that whatever the generator itself is late by counts too. Like a reverse proxy it keeps connections and
takes a free one, or opens another.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter, deque
from itertools import cycle, islice
from typing import Any

END_OF_HEAD = b"\r\n\r\n"
GRACE_SECONDS = 10.0
"""How long an answer may take after the last arrival; later ones count as lost."""


class Connection(asyncio.Protocol):
    """One connection of the pool: a request, then its whole answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._data = bytearray()
        self._whole = 0
        self._planned = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._pool.all.append(self)

    def ask(self, request: bytes, planned: float) -> None:
        """Send a request that should have been sent at this moment of the loop's clock."""
        assert self._transport is not None
        self._data.clear()
        self._whole, self._planned = 0, planned
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._whole:
            end = self._data.find(END_OF_HEAD)
            if end < 0:
                return
            self._whole = end + len(END_OF_HEAD) + _length(bytes(self._data[:end]))
        if len(self._data) >= self._whole:
            planned, self._planned = self._planned, 0.0
            self._pool.answered(int(self._data[9:12]), len(self._data), planned)
            self._pool.free.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._pool.lost(self, asked=self._planned > 0)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Pool:
    """All connections, and what came of the visits."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.all: list[Connection] = []
        self.free: deque[Connection] = deque()
        self.milliseconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self.opened = 0
        self.bytes = 0
        self._ending = False

    async def visit(self, request: bytes, planned: float) -> None:
        """Ask by a free connection, or by a new one."""
        if not self.free:
            self.opened += 1
            try:
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(lambda: Connection(self), self.host, self.port)
            except OSError:
                self.broken += 1
                return
        else:
            connection = self.free.pop()
        connection.ask(request, planned)

    def answered(self, status: int, size: int, planned: float) -> None:
        self.statuses[status] += 1
        self.bytes += size
        self.milliseconds.append(1000 * (asyncio.get_running_loop().time() - planned))

    def lost(self, connection: Connection, asked: bool) -> None:
        """The other side has closed; whoever was waiting for an answer has none."""
        self.broken += asked and not self._ending
        if connection in self.free:
            self.free.remove(connection)

    def end(self) -> None:
        self._ending = True
        for connection in self.all:
            connection.close()


async def volley(host: str, port: int, requests: list[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Visits at `rate` a second for so many seconds."""
    loop = asyncio.get_running_loop()
    pool = Pool(host, port)
    visits: set[asyncio.Task[None]] = set()
    planned_visits = round(rate * seconds)
    began = loop.time() + 0.5
    latest = 0.0
    for number, request in enumerate(islice(cycle(requests), planned_visits)):
        planned = began + number / rate
        if (wait := planned - loop.time()) > 0:
            await asyncio.sleep(wait)
        latest = max(latest, loop.time() - planned)
        if pool.free:
            pool.free.pop().ask(request, planned)
        else:
            task = loop.create_task(pool.visit(request, planned))
            visits.add(task)
            task.add_done_callback(visits.discard)
    until = loop.time() + GRACE_SECONDS
    while len(pool.milliseconds) + pool.broken < planned_visits and loop.time() < until:
        await asyncio.sleep(0.02)
    ended = loop.time()
    pool.end()
    await asyncio.sleep(0)  # the connections hear of their end
    return figures(pool, planned_visits, ended - began, latest)


def figures(pool: Pool, planned: int, seconds: float, latest: float) -> dict[str, Any]:
    """What came of it; times in milliseconds, but for processor time."""
    times = sorted(pool.milliseconds)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "planned": planned,
        "answered": len(times),
        "lost": planned - len(times),
        "statuses": {str(status): count for status, count in sorted(pool.statuses.items())},
        "answers_a_second": round(len(times) / seconds, 1) if times else 0.0,
        "p50": share(times, 0.50),
        "p95": share(times, 0.95),
        "p99": share(times, 0.99),
        "worst": share(times, 1.0),
        "bytes": round(pool.bytes / len(times)) if times else 0,
        "connections": pool.opened,
        "generator_late": round(1000 * latest, 1),
        "generator_seconds": round(used.ru_utime + used.ru_stime, 2),
    }


def share(times: list[float], part: float) -> float | None:
    """The time within which this part of all visits was answered; None without any."""
    if not times:
        return None
    return round(times[min(len(times) - 1, max(0, -(-int(part * 1000) * len(times) // 1000) - 1))], 1)


def get(path: str, host: str, headers: dict[str, str] | None = None) -> bytes:
    """A request as it goes over the wire."""
    fields = {"Host": host, "Accept-Language": "zh-CN"} | (headers or {})
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without a length")


def main() -> None:
    host, port, rate, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    requests = [get(line.strip(), host) for line in sys.stdin]
    before = time.process_time()
    found = asyncio.run(volley(host, port, requests, rate, seconds))
    json.dump(found | {"generator_seconds": round(time.process_time() - before, 2)}, sys.stdout)


if __name__ == "__main__":
    main()
