"""A hundred clients that trickle, do not read or do not go away: pages answer meanwhile.

With gunicorn's own threaded worker (27.0.1) a page waited for as long as the hundred liked when they trickled a head
or a body (they held all 64 threads) or did not go away (they held its loop), and 4.5 s when they said nothing.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from border.patient import LARGEST_HEAD, Frame, Patient, TooLarge, frame_of
from border.worker import HEAD_SECONDS
from tests.patience import PATIENCE

SLOW = 100
LARGE_FILE = "/static/vendor/swagger-ui/swagger-ui-bundle.js"
PROMPT_SECONDS = 2.0
"""A page takes a hundredth of it; who waited for the slow ones took longer."""
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n"
LENGTHY = (
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
)


def page(port: int, path: str = "/sign-in") -> tuple[int, float]:
    """Status of a page and the seconds that it took."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    with connection.getresponse() as answer:
        answer.read()
        status = answer.status
    connection.close()
    return status, time.monotonic() - began


@contextmanager
def crowd(port: int, count: int = SLOW) -> Iterator[list[socket.socket]]:
    """So many open connections; a small window, so that an unread answer does not fit into the network."""
    with ExitStack() as open_:
        found = []
        for _ in range(count):
            one = open_.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.settimeout(PATIENCE)
            one.connect(("127.0.0.1", port))
            found.append(one)
        yield found


def trickle_head(one: socket.socket) -> None:
    one.sendall(HEAD + b"X-Slow: ")


def trickle_body(one: socket.socket) -> None:
    one.sendall(LENGTHY + b'{"login":')


def never_read(one: socket.socket) -> None:
    one.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % LARGE_FILE.encode())


def never_leave(one: socket.socket) -> None:
    one.sendall(HEAD + b"Connection: close\r\n\r\n")


def never_say(_: socket.socket) -> None:
    """Connects, and that is all."""


@pytest.mark.parametrize("be_slow", [trickle_head, trickle_body, never_read, never_leave, never_say])
def test_a_hundred_slow_clients_hold_no_thread(be_slow: Callable[[socket.socket], None], port: int) -> None:
    page(port)
    with crowd(port) as slow:
        for one in slow:
            be_slow(one)
        time.sleep(0.5)
        took = []
        for _ in range(5):
            status, seconds = page(port)
            assert status == 200
            took.append(seconds)
            if be_slow in (trickle_head, trickle_body):
                for one in slow:
                    one.sendall(b"a")
        assert median(took) < PROMPT_SECONDS, took


def test_a_head_that_does_not_end_is_let_go(port: int) -> None:
    began = time.monotonic()
    with crowd(port, 1) as [one]:
        trickle_head(one)
        answer = one.recv(1000)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + PATIENCE


def test_a_head_that_is_too_long_is_refused(port: int) -> None:
    with crowd(port, 1) as [one]:
        one.sendall(HEAD + b"X-Long: " + b"a" * LARGEST_HEAD)
        assert one.recv(1000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("fields", [b"Transfer-Encoding: chunked", b"Content-Length: 3\r\nTransfer-Encoding: chunked"])
def test_a_body_in_chunks_is_refused_by_its_head(fields: bytes, port: int) -> None:
    """So there is no body whose end the proxy and we could see at different places (request smuggling)."""
    with crowd(port, 1) as [one]:
        one.sendall(LENGTHY.replace(b"Content-Length: 200000", fields) + b"5\r\nhello\r\n")
        assert one.recv(1000).startswith((b"HTTP/1.1 411 ", b"HTTP/1.1 400 "))
        while one.recv(4096):
            pass


@pytest.mark.parametrize("length", [b"-1", b"+5", b"5, 5", b"5\r\nContent-Length: 6", b"0x10", b"9" * 30])
def test_a_length_that_is_none_ends_the_connection(length: bytes, port: int) -> None:
    with crowd(port, 1) as [one]:
        one.sendall(LENGTHY.replace(b"200000", length) + b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b""
        while more := one.recv(4096):
            answer += more
        assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))
        assert answer.count(b"HTTP/1.1 ") == 1


def test_requests_one_behind_the_other_are_answered_in_order(port: int) -> None:
    wanted = [b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"]
    with crowd(port, 1) as [one]:
        one.sendall(b"".join(wanted * 3) + HEAD + b"Connection: close\r\n\r\n")
        answer = b""
        while more := one.recv(4096):
            answer += more
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"404"] * 3 + [b"200"]


def test_a_body_that_comes_after_100_continue_is_taken(port: int) -> None:
    body = b'{"login":"nobody","password":"wrong"}'
    head = LENGTHY.replace(b"200000", str(len(body)).encode()).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    with crowd(port, 1) as [one]:
        one.sendall(head)
        assert one.recv(25).startswith(b"HTTP/1.1 100 ")
        one.sendall(body)
        answer = b""
        while b'"code"' not in answer:
            answer += one.recv(4096)
        assert b"HTTP/1.1 401 " in answer


@given(st.lists(st.integers(0, 400)), st.binary(max_size=60))
def test_a_frame_is_the_same_however_the_bytes_arrive(cuts: list[int], body: bytes) -> None:
    request = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    frame = Frame(len(request) - len(body), len(body))
    edges = sorted({0, len(request), *(c for c in cuts if c <= len(request))})
    gathered = bytearray()
    for first, last in pairwise(edges):
        assert frame_of(gathered, 100) in (None, frame)
        gathered += request[first:last]
    assert frame_of(gathered, 100) == frame
    assert frame_of(gathered + b"GET / HTTP/1.1\r\n\r\n", 100) == frame


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_none(data: bytes) -> None:
    frame = frame_of(data, 100)
    assert frame is None or (0 < frame.head <= len(data) and 0 <= frame.body <= 100)


def test_a_head_without_end_is_too_large() -> None:
    with pytest.raises(TooLarge):
        frame_of(b"a" * LARGEST_HEAD, 100)


@given(st.lists(st.binary(max_size=300_000), max_size=6))
def test_what_is_written_arrives_whole_and_in_order(pieces: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with Patient(ours) as patient, theirs:
        for piece in pieces:
            patient.sendall(piece)
        arrived = b""
        while len(arrived) < sum(map(len, pieces)):
            arrived += theirs.recv(65536)
            patient.flush()
        assert arrived == b"".join(pieces)
        assert patient.unsent == 0


def test_a_thread_reads_its_own_request_and_no_further() -> None:
    ours, theirs = socket.socketpair()
    with Patient(ours) as patient, theirs:
        theirs.sendall(b"firstsecond")
        assert patient.gather()
        patient.grant(5)
        assert (patient.recv(100), patient.recv(100)) == (b"first", b"")
        assert bytes(patient.gathered) == b"second"
