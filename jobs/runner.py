"""One claimed solve from start to end: watch the child, keep the lease, report what came of it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.queue import Hold
from models.records import Claim
from models.store import Store
from scheduler.roster import Progress
from scheduler.text import Text

from .child import SOLVER, Child
from .so_far import result_so_far

log = structlog.get_logger("jobs")
BAD_INPUT = 2
ANSWERED = (0, 1, 3)
"""Exit codes of a run that has said something: fine, rules broken, nothing legal found."""
Ending = Literal["ended", "stop", "lost", "closing", "overdue"]


@dataclass(frozen=True)
class Pace:
    """How often and how patiently, in seconds."""

    lease: float = 20.0
    beat: float = 0.2
    """Between two looks at the child and at the row."""
    grace: float = 0.6
    """From SIGTERM to SIGKILL."""
    incumbent: float = 2.0
    """Between two stored rosters of a running solve."""
    slack: float = 120.0
    """How much longer than its time a solve may take to start and end."""


class Runner:
    """Runs claims one at a time; `closing` is set when the worker is to go down."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        closing: threading.Event,
        *,
        solver_command: Sequence[str] = SOLVER,
        cores: int = 2,
        pace: Pace | None = None,
    ) -> None:
        self._store, self._folder, self._closing = store, folder, closing
        self._command, self._cores, self._pace = solver_command, cores, pace or Pace()
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, claim: Claim) -> None:
        """Returns when the claim is finished, given back, failed or lost; leaves no process behind."""
        words = log.bind(solve=claim.solve.id, attempt=claim.solve.attempt, kind=claim.solve.kind)
        words.info("solve_started")
        try:
            won = self._run(claim, words)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - one solve that cannot be run must not end the lane
            words.exception("solve_broke")
            won = self._store.queue.fail(claim.solve.id, claim.solve.attempt, _broke(error), retry=True)
        if not won:
            words.warning("solve_was_lost")

    def _run(self, claim: Claim, words: Any) -> bool:
        with tempfile.TemporaryDirectory(prefix="solve-", dir=self._folder) as folder:
            child = Child(self._command, claim, Path(folder), self._cores)
            watch = _Watch(self._store, claim, child, self._pace, self._closing)
            child.start()
            try:
                ending = watch.until_it_ends()
                if ending in ("stop", "closing", "overdue"):
                    child.stop(self._pace.grace)
            finally:
                child.kill()
            watch.listen()
            words.info("solve_ended", ending=ending, code=child.ended())
            if child.bug:
                words.error("solver_bug", where=child.bug)
            return self._report(claim, child, watch, ending)

    def _report(self, claim: Claim, child: Child, watch: _Watch, ending: Ending) -> bool:
        """False when somebody else holds the solve by now, so that this attempt counts for nothing."""
        queue, solve = self._store.queue, claim.solve
        if ending == "lost":
            return False
        if ending == "closing":
            if watch.incumbent is not None:
                queue.renew(solve.id, solve.attempt, self._pace.lease, None, watch.incumbent)
            return queue.release(solve.id, solve.attempt)
        result = self._result(claim, child, watch, ending)
        if ending == "stop":
            return queue.finish(solve.id, solve.attempt, "stopped", result)
        if result is not None:
            return queue.finish(solve.id, solve.attempt, "finished", result)
        return queue.fail(solve.id, solve.attempt, child.failure(), retry=child.ended() != BAD_INPUT)

    def _result(self, claim: Claim, child: Child, watch: _Watch, ending: Ending) -> dict[str, Any] | None:
        """The solver's own result; of one that had to be ended, its best roster so far."""
        result = child.result() if ending != "ended" or child.ended() in ANSWERED else None
        if result is None and ending != "ended" and claim.solve.kind == "solve":
            best = watch.incumbent or claim.incumbent
            return None if best is None else result_so_far(claim, best, watch.progress)
        return result


def _broke(error: Exception) -> Text:
    kind = f"{type(error).__name__}: {error.strerror}" if isinstance(error, OSError) else type(error).__name__
    return Text(f"求解没有运行成功（{kind}）。", f"The solve could not be run ({kind}).")


class _Watch:
    """What is known of a running child, passed on to the store at every beat."""

    def __init__(self, store: Store, claim: Claim, child: Child, pace: Pace, closing: threading.Event) -> None:
        self._store, self._claim, self._child, self._pace, self._closing = store, claim, child, pace, closing
        self.progress: Progress | None = None
        self.incumbent: str | None = None
        self._unsent: Progress | None = None
        self._incumbent_unsent = False

    def until_it_ends(self) -> Ending:
        began = sent = held = time.monotonic()
        while True:
            if self._child.ended() is not None:
                return "ended"
            if self._closing.wait(self._pace.beat):
                return "closing"
            now = time.monotonic()
            if now - began > self._claim.solve.seconds + self._pace.slack:
                return "overdue"
            self.listen()
            incumbent = self.incumbent if self._incumbent_unsent and now - sent > self._pace.incumbent else None
            hold = self._renewed(incumbent, late=now - held > self._pace.lease)
            if hold in ("stop", "lost"):
                return hold
            if hold == "held":
                held, self._unsent = now, None
                if incumbent is not None:
                    sent, self._incumbent_unsent = now, False

    def listen(self) -> None:
        """Take in what the child has said since."""
        progress = self._child.progress()
        if progress is not None:
            before = self.progress
            if before is not None and progress.objective is None and before.objective is not None:
                progress = replace(before, seconds=progress.seconds)
            self.progress = self._unsent = progress
        incumbent = self._child.incumbent()
        if incumbent is not None:
            self.incumbent, self._incumbent_unsent = incumbent, True

    def _renewed(self, incumbent: str | None, late: bool) -> Hold | None:
        """None when the database does not answer; without an answer for a whole lease the solve counts as lost."""
        solve = self._claim.solve
        try:
            return self._store.queue.renew(solve.id, solve.attempt, self._pace.lease, self._unsent, incumbent)
        except SQLAlchemyError as error:
            log.warning("store_does_not_answer", solve=solve.id, kind=type(error).__name__)
            return "lost" if late else None
