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

from models.store import Store

from .child import SOLVER
from .lanes import Lane
from .runner import Pace, Runner
from .wakeup import Wakeup

log = structlog.get_logger("jobs")
LOOK_SECONDS = 0.1
OLD_SECONDS = 24 * 3600


class Worker:
    """Takes up solves until it is told to close.

    `slots` lanes take everything, the urgent first; one more takes repairs only, so that a repair never waits
    for a long solve.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        slots: int = 1,
        cores: int | None = None,
        solver_command: Sequence[str] = SOLVER,
        pace: Pace | None = None,
    ) -> None:
        self._store, self._pace = store, pace or Pace()
        self._closing = threading.Event()
        runs = folder / "runs"
        _sweep(runs)
        cores = max(1, (cores or len(os.sched_getaffinity(0))) // slots)
        name = f"{socket.gethostname()}/{os.getpid()}"

        def lane(label: str, *kinds: str) -> Lane:
            runner = Runner(store, runs, self._closing, solver_command=solver_command, cores=cores, pace=self._pace)
            return Lane(f"{name}/{label}", store, runner, kinds, self._pace.lease)  # type: ignore[arg-type]

        self._lanes = [lane(str(i + 1), "solve", "repair") for i in range(slots)] + [lane("repairs", "repair")]
        self._wakeup = Wakeup(folder, self._wake_lanes)

    def run(self) -> None:
        """Until SIGTERM or SIGINT; running solves go back into the queue and no process stays behind."""
        consumer = self._wakeup.consumer()
        consumer.start()  # installs signal handlers of its own, so ours come after it
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._close)
        for lane in self._lanes:
            lane.start()
        log.info("worker_started", lanes=len(self._lanes))
        next_round = 0.0
        while not self._closing.wait(LOOK_SECONDS):
            if time.monotonic() > next_round:
                self.round()
                next_round = time.monotonic() + self._pace.lease
        for lane in self._lanes:
            lane.close()
        consumer.stop(graceful=True)
        for lane in self._lanes:
            lane.join()
        log.info("worker_stopped")

    def round(self) -> None:
        """Queue again what dead workers left, and look for work: what a lost message would have said."""
        try:
            touched = self._store.queue.requeue_expired()
        except SQLAlchemyError as error:
            log.error("round_failed", kind=type(error).__name__)
            return
        if touched:
            log.warning("leases_expired", count=touched)
        self._wake_lanes()

    def _wake_lanes(self) -> None:
        for lane in self._lanes:
            lane.wake()

    def _close(self, _number: int, _frame: object) -> None:
        self._closing.set()


def _sweep(runs: Path) -> None:
    """Folders of runs whose worker was killed; a live run is never so old without writing."""
    if not runs.is_dir():
        return
    for folder in runs.glob("solve-*"):
        if time.time() - folder.stat().st_mtime > OLD_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
