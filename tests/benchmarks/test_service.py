"""The instruments that measure the service: what they say is what happened."""

from __future__ import annotations

import asyncio
import socketserver
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.service.soak import slope
from benchmarks.service.volley import get, share, volley

MILLISECONDS = st.lists(st.floats(0, 10_000, allow_nan=False), min_size=1, max_size=200)


@given(times=MILLISECONDS, part=st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_share_is_the_least_time_within_which_so_many_were_answered(times: list[float], part: float) -> None:
    ordered = sorted(times)
    found = share(ordered, part)
    assert found is not None
    within = [t for t in ordered if round(t, 1) <= found]
    sooner = [t for t in ordered if round(t, 1) < found]
    assert len(within) >= part * len(times) - 1e-6
    assert len(sooner) < part * len(times)


def test_nobody_answered_has_no_share() -> None:
    assert share([], 0.95) is None


@given(start=st.integers(10, 500), an_hour=st.integers(-100, 100))
def test_a_straight_line_has_its_own_slope(start: int, an_hour: int) -> None:
    samples = [{"minutes": m / 2, "web": {"pss_mb": start + an_hour * m / 120}} for m in range(40)]
    assert slope(samples, "web", "pss_mb") == pytest.approx(an_hour, abs=0.06)


def test_solvers_that_come_and_go_are_not_a_worker_that_grows() -> None:
    samples = [{"minutes": m / 4, "worker": {"pss_mb": 90.0 + 400 * (m % 4 == 1)}} for m in range(80)]
    assert slope(samples, "worker", "pss_mb") == 0.0


class Slow(socketserver.ThreadingTCPServer):
    """Takes one request after another, each for so many seconds; with None it never answers."""

    daemon_threads = True

    def __init__(self, delays: list[float | None]) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.delays, self.turn, self.over = delays, Lock(), Event()


class Answering(socketserver.StreamRequestHandler):
    server: Slow

    def handle(self) -> None:
        while self.rfile.readline():
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            with self.server.turn:
                delay = self.server.delays.pop(0) if self.server.delays else 0.0
                if self.server.over.wait(delay):
                    return
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def visited(delays: list[float | None], rate: float, seconds: float) -> dict[str, Any]:
    """What the generator says about such a server."""
    with Slow(delays) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        port = server.server_address[1]
        with ThreadPoolExecutor(1) as alone:  # a browser's driver may keep a loop in the thread of the tests
            asked = volley("127.0.0.1", port, [get("/", "127.0.0.1")], rate, seconds)
            found = alone.submit(asyncio.run, asked).result()
        server.over.set()
        server.shutdown()
    return found


def test_a_server_that_stalls_once_is_late_for_all_who_were_to_come_meanwhile() -> None:
    """Ten a second; the first answer takes one second. A closed model would tell of one late visitor."""

    found = visited([1.0], 10, 2)
    assert (found["planned"], found["answered"], found["lost"]) == (20, 20, 0)
    assert found["statuses"] == {"200": 20}
    assert found["worst"] >= 1000
    assert found["p50"] < 500
    assert found["p95"] >= 800, "the second one waited 0.9 s of the first one's second"
    assert found["connections"] >= 9


def test_whoever_is_never_answered_counts_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.service.volley.GRACE_SECONDS", 0.3)

    found = visited([0.0, 0.0, None, None], 20, 0.2)
    assert (found["planned"], found["answered"], found["lost"]) == (4, 2, 2)
