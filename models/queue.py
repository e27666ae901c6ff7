"""Solves as a worker sees them: claim, renew, finish. Every write is fenced by the attempt."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ScalarSelect, Select, and_, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from scheduler import __version__
from scheduler.problem import Assignment
from scheduler.roster import Progress
from scheduler.text import Text

from .database import Database, dumps
from .drafts import new_draft, still_there
from .records import Claim, SolveKind, SolveState
from .rows import SolvePaperRow, SolveRow, WeekRow
from .solves import solve_of

Hold = Literal["held", "stop", "lost"]
"""What a renewal says: go on, end it because somebody asked for the stop, or somebody else has it now."""
MAX_FAILURES = 3
"""A solve that failed so often is given up."""


class Queue:
    def __init__(self, database: Database) -> None:
        self._db = database

    def claim(
        self, worker: str, lease_seconds: float, kinds: Collection[SolveKind] = ("solve", "repair")
    ) -> Claim | None:
        """Take up the most urgent queued solve, or None: by priority, then age, never two of one week and kind."""
        while True:
            try:
                return self._claim(worker, lease_seconds, kinds)
            except IntegrityError:
                # Two workers took up two solves of the same week at the same moment on a server; the one that
                # came second finds its solve waiting behind the other now.
                continue

    def renew(
        self,
        solve: str,
        attempt: int,
        lease_seconds: float,
        progress: Progress | None = None,
        incumbent: str | None = None,
    ) -> Hold:
        """Keep the lease, and store progress and the best roster so far (JSON text) when given."""
        new: dict[str, Any] = {"lease_until": self._db.now() + timedelta(seconds=lease_seconds)}
        if progress is not None:
            new["progress"] = progress.as_json()
        with self._db.write() as session:
            stop = session.execute(_fenced(solve, attempt).values(**new).returning(SolveRow.stop_requested)).first()
            if stop is None:
                return "lost"
            if incumbent is not None:
                _keep(session, solve, "incumbent", incumbent)
            return "stop" if stop.stop_requested else "held"

    def finish(self, solve: str, attempt: int, state: SolveState, result: dict[str, Any] | None) -> bool:
        """Store the result as `finished` or `stopped` and make its roster the week's draft, in one transaction.

        False, and nothing is written, when the attempt has been fenced off.
        """
        with self._db.write() as session:
            row = session.scalars(_fenced(solve, attempt).values(worker=None, lease_until=None).returning(SolveRow))
            held = row.first()
            if held is None:
                return False
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

    def requeue_expired(self) -> int:
        """Queue again what a dead worker left; failed after too many. Returns how many it touched."""
        with self._db.write() as session:
            late = (
                update(SolveRow)
                .where(SolveRow.state == "running", SolveRow.lease_until < self._db.now())
                .values(failures=SolveRow.failures + 1)
                .returning(SolveRow)
            )
            rows = session.scalars(late).all()
            for row in rows:
                if row.stop_requested:
                    incumbent = session.get(SolvePaperRow, (row.id, "incumbent"))
                    self._end(session, row, "stopped", None if incumbent is None else json.loads(incumbent.body))
                else:
                    self._again_or_failed(row, _INTERRUPTED, retry=True)
            return len(rows)

    def _claim(self, worker: str, lease_seconds: float, kinds: Collection[SolveKind]) -> Claim | None:
        now = self._db.now()
        with self._db.write() as session:
            taken = (
                update(SolveRow)
                .where(SolveRow.id == _most_urgent(kinds))
                .values(
                    state="running",
                    attempt=SolveRow.attempt + 1,
                    worker=worker,
                    version=__version__,
                    lease_until=now + timedelta(seconds=lease_seconds),
                    started_at=func.coalesce(SolveRow.started_at, now),
                )
                .returning(SolveRow)
            )
            row = session.scalars(taken).first()
            if row is None:
                return None
            wanted = select(SolvePaperRow).where(SolvePaperRow.solve == row.id)
            papers = {paper.name: paper.body for paper in session.scalars(wanted)}
            return Claim(solve_of(row), papers["problem"], papers.get("absences"), papers.get("incumbent"))

    def _again_or_failed(self, row: SolveRow, error: Text, retry: bool) -> None:
        row.worker = row.lease_until = None
        if retry and row.failures < MAX_FAILURES:
            row.state = "queued"
            return
        row.state, row.error, row.finished_at = "failed", error.as_json(), self._db.now()

    def _end(self, session: Session, row: SolveRow, state: SolveState, result: dict[str, Any] | None) -> None:
        row.state, row.finished_at, row.worker, row.lease_until = state, self._db.now(), None, None
        session.execute(delete(SolvePaperRow).where(SolvePaperRow.solve == row.id, SolvePaperRow.name == "incumbent"))
        if result is None:
            return
        _keep(session, row.id, "result", dumps(result))
        assignments = result.get("assignments")
        if row.kind == "solve" and row.week is not None and assignments is not None:
            row.roster_number = self._draft(session, row, result, assignments)

    def _draft(
        self, session: Session, row: SolveRow, result: dict[str, Any], found: Sequence[dict[str, Any]]
    ) -> int | None:
        """The result's roster as the week's draft; None when the week has gone meanwhile."""
        assert row.week is not None
        week = session.get(WeekRow, (row.town, row.week), with_for_update={"key_share": True})
        if week is None:
            return None
        assignments = [Assignment(a["person"], a["duty"], a["position"], a.get("pinned", False)) for a in found]
        draft = new_draft(
            session,
            week,
            still_there(session, week, assignments),
            origin="solve",
            by=row.created_by,
            now=self._db.now(),
            summary={key: value for key, value in result.items() if key not in ("assignments", "trace")},
            solve_id=row.id,
        )
        return draft.number


_INTERRUPTED = Text(
    f"求解连续 {MAX_FAILURES} 次被中断（求解进程或主机停止），已放弃。"
    "请重新发起；若再次发生，请缩短求解时间或检查内存。",
    f"The run was interrupted {MAX_FAILURES} times (its process or machine went down) and has been given up. "
    "Start it again; if this happens once more, choose a shorter time or look at the memory.",
)


def _fenced(solve: str, attempt: int) -> Any:
    """An update of the solve that touches nothing when another attempt holds it or nobody does."""
    return update(SolveRow).where(SolveRow.id == solve, SolveRow.attempt == attempt, SolveRow.state == "running")


def _most_urgent(kinds: Collection[SolveKind]) -> ScalarSelect[str]:
    queued, running = aliased(SolveRow), aliased(SolveRow)
    busy = (
        select(running.id)
        .where(
            and_(
                running.town == queued.town,
                running.week == queued.week,
                running.kind == queued.kind,
                running.state == "running",
            )
        )
        .exists()
    )
    first: Select[str] = (
        select(queued.id)
        .where(queued.state == "queued", queued.kind.in_(list(kinds)), ~busy)
        .order_by(queued.priority.desc(), queued.created_at, queued.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return first.scalar_subquery()


def _keep(session: Session, solve: str, name: str, body: str) -> None:
    row = session.get(SolvePaperRow, (solve, name))
    if row is None:
        session.add(SolvePaperRow(solve=solve, name=name, body=body))
    else:
        row.body = body
