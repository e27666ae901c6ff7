"""Solves as a worker sees them: claim, renew, finish. Every write is fenced by the attempt."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from scheduler import __version__
from scheduler.roster import Progress
from scheduler.text import Text

from . import proposals, turns
from .database import Database, dumps
from .records import Claim, SolveKind, SolveState
from .rows import SolvePaperRow, SolveRow
from .solves import solve_of
from .watch import Sign, Watch

Hold = Literal["held", "stop", "lost"]
"""What a renewal says: go on, end it because somebody asked for the stop, or somebody else has it now."""
MAX_FAILURES = 3
"""A solve that failed so often is given up."""
LEASE_SECONDS = 20.0
"""How long a sign of life counts."""


class Queue:
    def __init__(self, database: Database, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._db, self._watch = database, Watch(elapsed)

    def claim(
        self, worker: str, lease_seconds: float, kinds: Collection[SolveKind] = ("solve", "repair")
    ) -> Claim | None:
        """Take up the queued solve whose turn it is (models/turns.py), or None; never two of one town and week."""
        with self._db.read() as session:
            if not turns.anything_queued(session, kinds):
                return None
        return self._claim(worker, lease_seconds, kinds)

    def renew(
        self,
        solve: str,
        attempt: int,
        lease_seconds: float,
        progress: Progress | None = None,
        incumbent: str | None = None,
    ) -> Hold:
        """Keep the lease, and store progress and the best roster so far (JSON text) when given."""
        lease_until = self._db.now() + timedelta(seconds=lease_seconds)
        new: dict[str, Any] = {"lease_until": lease_until}
        if progress is not None:
            new["progress"] = progress.as_json()
        with self._db.write() as session:
            stop = session.execute(_fenced(solve, attempt).values(**new).returning(SolveRow.stop_requested)).first()
            if stop is None:
                return "lost"
            if incumbent is not None:
                _keep(session, solve, "incumbent", incumbent)
        self._watch.renewed(solve, Sign(attempt, lease_until), lease_seconds)
        return "stop" if stop.stop_requested else "held"

    def finish(
        self, solve: str, attempt: int, state: SolveState, result: dict[str, Any] | None, note: Text | None = None
    ) -> bool:
        """Store the result as `finished` or `stopped` and make its roster the week's draft, in one transaction.

        `note` says why it ended before its time and is kept as the solve's error. False, and nothing is written,
        when the attempt has been fenced off.
        """
        with self._db.write() as session:
            row = session.scalars(_fenced(solve, attempt).values(worker=None, lease_until=None).returning(SolveRow))
            held = row.first()
            if held is None:
                return False
            held.error = None if note is None else note.as_json()
            self._end(session, held, state, result)
            return True

    def fail(self, solve: str, attempt: int, error: Text, *, retry: bool) -> bool:
        """Give up this attempt: back into the queue while `retry` and failures remain, else `failed` with the error."""
        with self._db.write() as session:
            failed = _fenced(solve, attempt).values(failures=SolveRow.failures + 1).returning(SolveRow)
            row = session.scalars(failed).first()
            if row is None:
                return False
            self._again_or_failed(row, error, retry)
            return True

    def release(self, solve: str, attempt: int) -> bool:
        """Put it back into the queue without counting a failure: the worker is going down in good order."""
        with self._db.write() as session:
            back = _fenced(solve, attempt).values(state="queued", worker=None, lease_until=None)
            return session.execute(back.returning(SolveRow.id)).first() is not None

    def requeue_expired(self, patience_seconds: float = LEASE_SECONDS) -> int:
        """Queue again what a dead worker left; failed after too many. Returns how many it touched.

        To be called several times a lease: dead is whose lease has not been renewed for so long under our eyes.
        """
        silent = self._silent(patience_seconds)
        if not silent:
            return 0
        signs = [(solve, sign.attempt, sign.lease_until) for solve, sign in silent.items()]
        with self._db.write() as session:
            late = (
                update(SolveRow)
                .where(
                    SolveRow.state == "running",
                    tuple_(SolveRow.id, SolveRow.attempt, SolveRow.lease_until).in_(signs),
                )
                .values(failures=SolveRow.failures + 1)
                .returning(SolveRow)
            )
            rows = session.scalars(late).all()
            for row in rows:
                if row.stop_requested:
                    self._end(session, row, "stopped", _so_far(session, row))
                else:
                    self._again_or_failed(row, _INTERRUPTED, retry=True)
            return len(rows)

    def _silent(self, patience_seconds: float) -> dict[str, Sign]:
        wanted = select(SolveRow.id, SolveRow.attempt, SolveRow.lease_until).where(SolveRow.state == "running")
        try:
            with self._db.read() as session:
                running = {solve: Sign(attempt, until) for solve, attempt, until in session.execute(wanted)}
        except SQLAlchemyError:
            self._watch.forget()
            raise
        return self._watch.silent(running, patience_seconds)

    def _claim(self, worker: str, lease_seconds: float, kinds: Collection[SolveKind]) -> Claim | None:
        with self._db.write() as session:
            turns.alone(session)
            row = turns.next_solve(session, kinds)
            if row is None:
                return None
            displaced = turns.in_its_way(session, row)
            for other in displaced:
                self._back(session, other)
            session.flush()  # the place is free before it is taken
            now = self._now(session)
            turns.served(session, row.town, now)
            row.state, row.attempt, row.worker, row.version = "running", row.attempt + 1, worker, __version__
            row.lease_until, row.started_at = now + timedelta(seconds=lease_seconds), row.started_at or now
            self._watch.renewed(row.id, Sign(row.attempt, row.lease_until), lease_seconds)
            wanted = select(SolvePaperRow).where(SolvePaperRow.solve == row.id)
            papers = {paper.name: paper.body for paper in session.scalars(wanted)}
            return Claim(
                solve_of(row),
                papers["problem"],
                papers.get("absences"),
                papers.get("incumbent"),
                row.request_id,
                displaced[0].id if displaced else None,
            )

    def _now(self, session: Session) -> datetime:
        return turns.server_now(session, self._db.now())

    def _back(self, session: Session, row: SolveRow) -> None:
        """Into the queue without counting a failure; one that was to be stopped ends with what there is."""
        if row.stop_requested:
            self._end(session, row, "stopped", _so_far(session, row))
        else:
            row.state, row.worker, row.lease_until = "queued", None, None

    def _again_or_failed(self, row: SolveRow, error: Text, retry: bool) -> None:
        row.worker = row.lease_until = None
        if retry and row.failures < MAX_FAILURES:
            row.state = "queued"
            return
        row.state, row.error, row.finished_at = "failed", error.as_json(), self._db.now()

    def _end(self, session: Session, row: SolveRow, state: SolveState, result: dict[str, Any] | None) -> None:
        row.state, row.finished_at, row.worker, row.lease_until = state, self._db.now(), None, None
        session.execute(delete(SolvePaperRow).where(SolvePaperRow.solve == row.id, SolvePaperRow.name == "incumbent"))
        if result is not None:
            _keep(session, row.id, "result", dumps(result))
        if result is None or result.get("assignments") is None:
            row.beside = False
        elif row.kind == "solve" and row.week is not None:
            proposals.draft_or_wait(session, row, result, self._db.now())


_INTERRUPTED = Text(
    f"求解连续 {MAX_FAILURES} 次被中断（求解进程或主机停止），已放弃。"
    "请重新发起；若再次发生，请缩短求解时间或检查内存。",
    f"The run was interrupted {MAX_FAILURES} times (its process or machine went down) and has been given up. "
    "Start it again; if this happens once more, choose a shorter time or look at the memory.",
)


def _fenced(solve: str, attempt: int) -> Any:
    """An update of the solve that touches nothing when another attempt holds it or nobody does."""
    return update(SolveRow).where(SolveRow.id == solve, SolveRow.attempt == attempt, SolveRow.state == "running")


def _so_far(session: Session, row: SolveRow) -> dict[str, Any] | None:
    """The best roster that a worker had stored, in place of a result."""
    incumbent = session.get(SolvePaperRow, (row.id, "incumbent"))
    return None if incumbent is None else json.loads(incumbent.body)


def _keep(session: Session, solve: str, name: str, body: str) -> None:
    row = session.get(SolvePaperRow, (solve, name))
    if row is None:
        session.add(SolvePaperRow(solve=solve, name=name, body=body))
    else:
        row.body = body
