"""Lanes: threads that take up solves until there are none, and then wait to be woken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.records import SolveKind
from models.store import Store
from models.traces import places

from . import metrics
from .runner import Runner

log = structlog.get_logger("jobs")


class Lane(threading.Thread):
    """Takes up solves of some kinds, one after another: one wake-up drains the queue, more do no harm."""

    def __init__(
        self,
        name: str,
        store: Store,
        runner: Runner,
        kinds: Collection[SolveKind],
        lease_seconds: float,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """`done` is called after each solve: another of its week may have waited for it, for another lane."""
        super().__init__(name=name)
        self._done = done
        self._store, self._runner, self._kinds, self._lease = store, runner, kinds, lease_seconds
        self._awake, self._closing = threading.Event(), threading.Event()

    def wake(self) -> None:
        self._awake.set()

    def close(self) -> None:
        """No further solve; the one at hand is for the runner to end."""
        self._closing.set()
        self._awake.set()

    def run(self) -> None:
        while not self._closing.is_set():
            self._awake.wait()
            self._awake.clear()
            try:
                self.drain()
            except SQLAlchemyError as error:
                # The solve's lease runs out if it was taken up; the next round wakes this lane again.
                log.error("lane_interrupted", lane=self.name, kind=type(error).__name__, where=places(error))

    def drain(self) -> None:
        while not self._closing.is_set():
            claim = self._store.queue.claim(self.name, self._lease, self._kinds)
            if claim is None:
                return
            waited = datetime.now(UTC) - claim.solve.created_at
            if claim.solve.attempt == 1:
                metrics.WAITED.labels(claim.solve.kind).observe(max(0.0, waited.total_seconds()))
            if claim.displaced is not None:
                metrics.DISPLACED.inc()
                log.info("solve_displaced", solve=claim.displaced, by=claim.solve.id, request_id=claim.request_id)
            with metrics.BUSY.track_inprogress():
                self._runner.run(claim)
            self._done()
