"""The service behind a real gunicorn: many event streams and an instant answer, huge bodies, a quick end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.machine import family
from border.memory import HEAPS
from tests.patience import PATIENCE
from tests.ports import free_port, until_it_listens

from .conftest import V1, WEEK, Filled, Service

ROOT = Path(__file__).resolve().parent.parent.parent
STREAMS = 40
LARGEST_HEAP = 64 * 2**20
"""Of glibc, on machines of 64 bits."""


@pytest.fixture
def server(service: Service, filled: Filled, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Process and port of a gunicorn that serves the test's database."""
    number = free_port()
    environ = {
        **os.environ,
        "SANBAN_ENV": "test",
        "SANBAN_DATA": str(tmp_path),
        "SANBAN_BIND": f"127.0.0.1:{number}",
        "SANBAN_STREAM_SECONDS": "600",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'filled.sqlite'}",
        "SECRET_KEY": filled.app.config["SECRET_KEY"],
    }
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"]
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        until_it_listens(number, server)
        yield server.pid, number
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


@pytest.fixture
def port(server: tuple[int, int]) -> int:
    return server[1]


def heaps(process: int) -> list[int]:
    """Where glibc's further heaps begin: each reserves LARGEST_HEAP bytes, of which it makes the first ones its own."""
    found = []
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    spans = [(*(int(end, 16) for end in line.split()[0].split("-")), line.split()[1]) for line in maps]
    for (start, middle, rights), (after, end, rest) in pairwise(spans):
        reserved = middle == after and end - start == LARGEST_HEAP and (rights, rest) == ("rw-p", "---p")
        found += [start] if reserved and start % LARGEST_HEAP == 0 else []
    return found


def test_forty_streams_stay_open_and_others_are_answered_at_once(service: Service, server: tuple[int, int]) -> None:
    process, port = server
    cookie, _ = service.sessions["organiser"]
    solve = service.caller("organiser").post(f"{WEEK}/solves", {}).get_json()["id"]
    connections = [HTTPConnection("127.0.0.1", port, timeout=PATIENCE) for _ in range(STREAMS)]
    streams = []
    for connection in connections:
        connection.request("GET", f"{V1}/solves/{solve}/events", headers={"Cookie": f"sanban={cookie}"})
        streams.append(connection.getresponse())
    assert {s.status for s in streams} == {200}
    assert all(s.readline().startswith(b"retry:") for s in streams)
    health = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    health.request("GET", "/healthz")
    with health.getresponse() as answer:
        assert answer.status == 200
    crowded = [p for p in family(process) if len(os.listdir(f"/proc/{p}/task")) > STREAMS]
    assert len(crowded) == 1
    assert 0 < len(heaps(crowded[0])) < HEAPS, "the first heap lies elsewhere"
    for connection, stream in zip(connections, streams):
        stream.close()
        connection.close()
    health.close()


def test_a_gigabyte_is_refused_before_it_is_sent(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.putrequest("POST", f"{V1}/session")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders(b"{")
    with connection.getresponse() as answer:
        assert answer.status == 413
    connection.close()
