"""A signal comes in the midst of anything: also while its own handler, or whoever waits for it, holds a lock."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Event

import pytest

from api import stream
from border.bell import bell_of
from tests.patience import PATIENCE, eventually
from tests.worker.conftest import Place


@pytest.fixture
def handlers() -> Iterator[None]:
    """SIGTERM is this process's own again afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("handlers")
def test_a_handler_sets_an_event_that_the_main_thread_is_just_waiting_for() -> None:
    """A wait takes the event's lock before it sleeps and once more when it wakes: there it is interrupted."""
    event = Event()
    ring = bell_of(event)
    signal.signal(signal.SIGTERM, lambda *_: ring())
    with event._cond:
        os.kill(os.getpid(), signal.SIGTERM)
        assert not event.is_set()
    assert event.wait(PATIENCE)


@pytest.mark.usefixtures("handlers")
def test_streams_end_although_a_second_signal_comes_in_the_handler_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine that goes down signals every process of a service, and so does the server's parent."""
    ending = Event()
    monkeypatch.setattr(stream, "_ending", ending)
    seen: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    stream.end_at_sigterm()
    with ending._cond:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    assert ending.wait(PATIENCE)
    assert seen == [signal.SIGTERM] * 2, "the server's own handler is told each time"


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_worker_that_is_signalled_again_and_again_ends_in_order(place: Place) -> None:
    worker = place.worker(lease=60)
    eventually(lambda: "worker_started" in place.log(), "the start")
    while worker.is_alive():
        worker.terminate()
        worker.join(0.001)
    assert worker.exitcode == 0
    assert "worker_stopped" in place.log()
