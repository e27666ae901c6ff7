"""The worker's parts put together: lanes, wake-ups, and an orderly end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from border.bell import bell_of
from border.outbound import Allowed
from models.store import Store

from . import metrics
from .child import SOLVER, Ration
from .exposition import Exposition
from .lanes import Lane
from .runner import Pace, Runner
from .telling import Teller
from .wakeup import Wakeup

log = structlog.get_logger("jobs")
LOOK_SECONDS = 0.1
ENDING = (signal.SIGTERM, signal.SIGINT)
ROUNDS = 4
"""How often within a lease."""
OLD_SECONDS = 24 * 3600


class Worker:
    """Takes up solves until it is told to close.

    `slots` lanes take everything, the urgent first; one more takes repairs only, so that a repair never waits
    for a long solve; beside them a thread tells people what the outbox holds, at inside addresses that are `allowed`
    alone. `cores` (all of the machine when None) are divided among the slots; `memory_mb` and `most_seconds` are for
    each solve. `queue_url` and `watch` (host, port): see docs/operations.md.
    Raises OSError when the port to watch it at cannot be had.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        slots: int = 1,
        cores: int | None = None,
        memory_mb: int | None = None,
        most_seconds: int | None = None,
        queue_url: str = "",
        watch: tuple[str, int] | None = None,
        solver_command: Sequence[str] = SOLVER,
        pace: Pace | None = None,
        allowed: Allowed | None = None,
    ) -> None:
        self._store, self._pace = store, pace or Pace()
        self._closing = threading.Event()
        runs = folder / "runs"
        _sweep(runs)
        ration = Ration(max(1, (cores or len(os.sched_getaffinity(0))) // slots), memory_mb, most_seconds)
        name = f"{socket.gethostname()}/{os.getpid()}"

        def lane(label: str, *kinds: str) -> Lane:
            runner = Runner(store, runs, self._closing, solver_command=solver_command, ration=ration, pace=self._pace)
            return Lane(f"{name}/{label}", store, runner, kinds, self._pace.lease, self._wake_lanes)  # type: ignore[arg-type]

        self._lanes = [lane(str(i + 1), "solve", "repair") for i in range(slots)] + [lane("repairs", "repair")]
        self._wakeup = Wakeup(folder, self._wake_lanes, queue_url)
        self._teller = Teller(store, allowed or Allowed())
        self._seen = time.monotonic()
        self.exposition = Exposition(*watch, self.alive, store.unfit) if watch else None

    def run(self) -> None:
        """Until SIGTERM or SIGINT; running solves go back into the queue and no process stays behind."""
        consumer, ring = self._wakeup.consumer(), bell_of(self._closing)
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # one that comes now waits for our handler
        consumer.start()  # installs signal handlers of its own, so ours come after it
        for number in ENDING:
            signal.signal(number, lambda *_: ring())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        for lane in self._lanes:
            lane.start()
        self._teller.start()
        log.info("worker_started", lanes=len(self._lanes))
        next_round = 0.0
        while not self._closing.wait(LOOK_SECONDS):
            if time.monotonic() > next_round:
                self.round()
                next_round = time.monotonic() + self._pace.lease / ROUNDS
        self._teller.close()
        for lane in self._lanes:
            lane.close()
        consumer.stop(graceful=True)
        for lane in self._lanes:
            lane.join()
        self._teller.join()
        if self.exposition is not None:
            self.exposition.close()
        log.info("worker_stopped")

    def alive(self) -> bool:
        """Whether it goes round: looks for work, and for the leases of others, as often as it should."""
        threads = (*self._lanes, self._teller)
        return time.monotonic() - self._seen < 3 * self._pace.lease and all(thread.is_alive() for thread in threads)

    def round(self) -> None:
        """Queue again what dead workers left, look for work (what a lost message would have said), and end exchanges
        that can come to nothing any more."""
        try:
            touched = self._store.queue.requeue_expired(self._pace.lease)
            self._store.exchanges.settle()
            self._store.callouts.advance()
        except SQLAlchemyError as error:
            log.error("round_failed", kind=type(error).__name__)
            return
        if touched:
            log.warning("leases_expired", count=touched)
            metrics.LEASES_LOST.inc(touched)
        self._wake_lanes()

    def _wake_lanes(self) -> None:
        for lane in self._lanes:
            lane.wake()


def _sweep(runs: Path) -> None:
    """Folders of runs whose worker was killed; a live run is never so old without writing."""
    if not runs.is_dir():
        return
    for folder in runs.glob("solve-*"):
        if time.time() - folder.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
