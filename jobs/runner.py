"""One claimed solve from start to end: watch the child, keep the lease, report what came of it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.audit_context import SYSTEM, acting
from models.errors import StoreFull, Unavailable
from models.queue import Hold
from models.records import Claim
from models.store import Store
from models.traces import places
from scheduler import roster
from scheduler.roster import Progress
from scheduler.text import Text

from . import metrics
from .child import SOLVER, Child, Ration
from .so_far import result_so_far

log = structlog.get_logger("jobs")
BAD_INPUT = 2
ANSWERED = (0, 1, 3)
"""Exit codes of a run that has said something: fine, rules broken, nothing legal found."""
Ending = Literal["ended", "stop", "lost", "closing", "overdue", "memory"]
CAUSES: dict[Ending, roster.Ending] = {"stop": "request", "overdue": "time", "memory": "memory"}
"""Why a solver that had to be ended was ended, in the words of the result document."""


@dataclass(frozen=True)
class Pace:
    """How often and how patiently, in seconds."""

    lease: float = 20.0
    beat: float = 0.2
    """Between two looks at the child and at the row."""
    grace: float = 0.6
    """From SIGTERM to SIGKILL."""
    again: float = 1.0
    """Between two attempts to reach a store that does not answer."""
    incumbent: float = 2.0
    """Between two stored rosters of a running solve."""
    slack: float = 120.0
    """How much longer than its time a solve may take to start and end."""
    look: float = 5.0
    """Between two looks into the queue of a worker whom nobody wakes."""


class Runner:
    """Runs claims one at a time; `closing` is set when the worker is to go down."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        closing: threading.Event,
        *,
        solver_command: Sequence[str] = SOLVER,
        ration: Ration | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._store, self._folder, self._closing = store, folder, closing
        self._command, self._ration, self._pace = solver_command, ration or Ration(), pace or Pace()
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, claim: Claim) -> None:
        """Returns when the claim is finished, given back, failed or lost; leaves no process behind."""
        solve = claim.solve
        words = log.bind(solve=solve.id, attempt=solve.attempt, kind=solve.kind, request_id=claim.request_id)
        words.info("solve_started")
        try:
            with acting(solve.created_by or SYSTEM, f"solve {solve.id}", claim.request_id):
                won = self._run(claim, words)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - one solve that cannot be run must not end the lane
            words.error("solve_broke", where=places(error))
            won = self._store.queue.fail(solve.id, solve.attempt, _broke(error), retry=True)
        if not won:
            words.warning("solve_was_lost")

    def _run(self, claim: Claim, words: Any) -> bool:
        with tempfile.TemporaryDirectory(prefix="solve-", dir=self._folder) as folder:
            child = Child(self._command, claim, Path(folder), self._ration)
            seconds = self._ration.seconds(claim.solve.seconds)
            watch = _Watch(self._store, claim, child, seconds, self._pace, self._closing, words)
            child.start()
            try:
                ending = watch.until_it_ends()
                if ending in ("stop", "closing", "overdue"):
                    child.stop(self._pace.grace)
            finally:
                child.kill()
            watch.listen()
            words.info("solve_ended", ending=ending, code=child.ended())
            metrics.ENDED.labels(claim.solve.kind, ending).inc()
            if child.bug:
                words.error("solver_bug", where=child.bug)
            return self._until_heard(lambda: self._report(claim, child, watch, ending))

    def _until_heard(self, report: Callable[[], bool]) -> bool:
        """Report as often as it takes the store to hear it; it is fenced, so that saying it twice does no harm.

        A worker that is told to close says it once more: the lease brings the solve back.
        """
        while True:
            last = self._closing.is_set()
            try:
                return report()
            except (StoreFull, Unavailable) as error:
                log.warning("report_not_heard", kind=type(error).__name__)
                if last:
                    raise
                self._closing.wait(self._pace.again)

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
            note = self._short_of_memory(ending, kept=True) if result.get("ended") == "memory" else None
            return queue.finish(solve.id, solve.attempt, "finished", result, note)
        if ending == "memory":
            return queue.fail(solve.id, solve.attempt, self._short_of_memory(ending, kept=False), retry=False)
        return queue.fail(solve.id, solve.attempt, child.failure(), retry=child.ended() != BAD_INPUT)

    def _result(self, claim: Claim, child: Child, watch: _Watch, ending: Ending) -> dict[str, Any] | None:
        """The solver's own result; of one that had to be ended, its best roster so far."""
        result = child.result() if ending != "ended" or child.ended() in ANSWERED else None
        if result is None and ending != "ended" and claim.solve.kind == "solve":
            best = watch.incumbent or claim.incumbent
            return None if best is None else result_so_far(claim, best, watch.progress, CAUSES[ending])
        return result

    def _short_of_memory(self, ending: Ending, *, kept: bool) -> Text:
        """Tried again it would need as much: it is not, and the sentence says what helps."""
        limit = self._ration.memory_mb
        how = Text("已被终止", "was ended") if ending == "memory" else Text("已提前结束", "ended early")
        outcome = (
            Text("保留了当时最好的班表", "the best roster so far was kept")
            if kept
            else Text("没有留下班表", "there was no roster to keep")
        )
        return Text(
            f"求解所需内存超过上限 {limit} MB，{how.zh}；{outcome.zh}。请调高 SANBAN_MEMORY_MB、减少 SANBAN_SLOTS，"
            "或把镇街分成几部分排班。",
            f"The solve needed more memory than its limit of {limit} MB and {how.en}; {outcome.en}. Raise "
            "SANBAN_MEMORY_MB, lower SANBAN_SLOTS, or roster the town in parts.",
        )


def _broke(error: Exception) -> Text:
    kind = f"{type(error).__name__}: {error.strerror}" if isinstance(error, OSError) else type(error).__name__
    return Text(f"求解没有运行成功（{kind}）。", f"The solve could not be run ({kind}).")


class _Watch:
    """What is known of a running child, passed on to the store at every beat."""

    def __init__(
        self, store: Store, claim: Claim, child: Child, seconds: int, pace: Pace, closing: threading.Event, words: Any
    ) -> None:
        self._store, self._claim, self._child, self._pace, self._closing = store, claim, child, pace, closing
        self._seconds, self._words = seconds, words
        self.progress: Progress | None = None
        self.incumbent: str | None = None
        self._unsent: Progress | None = None
        self._incumbent_unsent = False

    def until_it_ends(self) -> Ending:
        began = sent = time.monotonic()
        while True:
            if self._child.ended() is not None:
                return "ended"
            if self._closing.wait(self._pace.beat):
                return "closing"
            now = time.monotonic()
            if now - began > self._seconds + self._pace.slack:
                return "overdue"
            if self._child.over_its_memory():
                return "memory"
            self.listen()
            incumbent = self.incumbent if self._incumbent_unsent and now - sent > self._pace.incumbent else None
            hold = self._renewed(incumbent)
            if hold in ("stop", "lost"):
                return hold
            if hold == "held":
                self._unsent = None
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

    def _renewed(self, incumbent: str | None) -> Hold | None:
        """None when the database does not answer: the solver goes on, for nobody else can have been given the solve
        unless the database says so later."""
        solve = self._claim.solve
        try:
            return self._store.queue.renew(solve.id, solve.attempt, self._pace.lease, self._unsent, incumbent)
        except SQLAlchemyError as error:
            self._words.warning("store_does_not_answer", kind=type(error).__name__)
            return None
