"""Solves as the service sees them: create, look, stop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from scheduler.roster import Progress
from scheduler.text import Text

from .database import Database, dumps
from .drafts import draft_row, mark_of_draft
from .errors import AlreadyEnded, NotFound
from .privacy import without_phones
from .records import Page, Solve, SolveKind
from .rows import SolvePaperRow, SolveRow
from .scope import town_row, week_row
from .things import FAR

PRIORITY: dict[SolveKind, int] = {"solve": 10, "repair": 20}
"""Higher is claimed first."""
UNDER_WAY = ("queued", "running")


class Solves:
    def __init__(self, database: Database) -> None:
        self._db = database

    def create(
        self,
        town: str,
        kind: SolveKind,
        problem: dict[str, Any],
        *,
        week: date | None = None,
        absences: dict[str, Any] | None = None,
        start: dict[str, Any] | None = None,
        seconds: int = 60,
        seed: int = 1,
        gap: float | None = None,
        reproducible: bool = False,
        beside: bool = False,
        by: str | None = None,
        request_id: str | None = None,
    ) -> tuple[Solve, bool]:
        """Queue a run over a frozen problem document; wake the worker after it.

        `absences` is the body of ABSENCES.json (repair only), `start` a roster document to start from. Of one week
        one run is under way at a time: an equal request (document and parameters) joins the one that is queued or
        running and True is returned with it; any other waits behind it, or before it when it is more urgent.
        With `beside` its roster does not become the week's draft but waits to be accepted (models/proposals.py).
        `request_id` is kept so that the logs of service and worker can be read together.
        The document is kept without telephone numbers. Raises NotFound (town or week).
        """
        papers = {"problem": without_phones(problem)} | _given(absences=absences, incumbent=start)
        parameters = {"seconds": seconds, "seed": seed, "gap": gap, "reproducible": reproducible}
        digest = _digest({"kind": kind} | parameters | papers | ({"beside": True} if beside else {}))
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if week is not None:
                week_row(session, town, week)
            equal = session.scalars(_equal(town, week, digest)).first()
            if equal is not None:
                return solve_of(equal), True
            row = SolveRow(
                id=str(uuid4()), town=town, week=week, kind=kind, state="queued", priority=PRIORITY[kind],
                digest=digest, attempt=0, failures=0, worker=None, lease_until=None, stop_requested=False,
                created_at=self._db.now(), created_by=by, started_at=None, finished_at=None, progress=None,
                error=None, roster_number=None, version=None, request_id=request_id, beside=beside,
                draft_seen=None if week is None else mark_of_draft(draft_row(session, town, week)),
                **parameters,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add_all(SolvePaperRow(solve=row.id, name=name, body=dumps(body)) for name, body in papers.items())
            return solve_of(row), False

    def get(self, town: str, solve: str) -> Solve:
        """Raises NotFound."""
        with self._db.read() as session:
            return solve_of(_row(session, town, solve))

    def several(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Solve]:
        """Those of these (town, solve) that there are, in one query."""
        with self._db.read() as session:
            rows = session.scalars(select(SolveRow).where(SolveRow.id.in_(sorted(solve for _, solve in wanted))))
            return {(row.town, row.id): solve_of(row) for row in rows if (row.town, row.id) in wanted}

    def under_way(self, town: str, week: date) -> list[Solve]:
        """Queued and running solves of a week, those that run first."""
        with self._db.read() as session:
            wanted = select(SolveRow).where(SolveRow.town == town, SolveRow.week == week, SolveRow.state.in_(UNDER_WAY))
            rows = session.scalars(
                wanted.order_by(SolveRow.state.desc(), SolveRow.priority.desc(), SolveRow.created_at, SolveRow.id)
            )
            return [solve_of(row) for row in rows]

    def problem(self, town: str, solve: str) -> dict[str, Any]:
        """The frozen problem document. Raises NotFound."""
        problem = self._paper(town, solve, "problem")
        if problem is None:
            raise NotFound("problem", solve)
        return without_phones(problem)

    def absences(self, town: str, solve: str) -> dict[str, Any] | None:
        """The body of ABSENCES.json of a repair. Raises NotFound."""
        return self._paper(town, solve, "absences")

    def result(self, town: str, solve: str) -> dict[str, Any] | None:
        """The result document; None until there is one. Raises NotFound."""
        return self._paper(town, solve, "result")

    def incumbent(self, town: str, solve: str) -> dict[str, Any] | None:
        """The best roster so far, while it runs; None until there is one. Raises NotFound."""
        return self._paper(town, solve, "incumbent")

    def request_stop(self, town: str, solve: str) -> Solve:
        """Ask for the end: a queued solve is stopped at once, a running one within a second.

        Asking again is no error. Raises NotFound, AlreadyEnded.
        """
        with self._db.write() as session:
            row = _row(session, town, solve, hold=True)
            if row.state not in UNDER_WAY:
                raise AlreadyEnded(solve, row.state)
            row.stop_requested = True
            if row.state == "queued":
                row.state, row.finished_at = "stopped", self._db.now()
            return solve_of(row)

    def list(
        self, town: str, week: date | None = None, kind: SolveKind | None = None, page: int = 1, page_size: int = 20
    ) -> Page[Solve]:
        """The latest first; of all weeks when `week` is None."""
        wanted = select(SolveRow).where(SolveRow.town == town)
        if week is not None:
            wanted = wanted.where(SolveRow.week == week)
        if kind is not None:
            wanted = wanted.where(SolveRow.kind == kind)
        with self._db.read() as session:
            town_row(session, town)
            total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
            ordered = wanted.order_by(SolveRow.created_at.desc(), SolveRow.id)
            rows = session.scalars(ordered.limit(page_size).offset(min((page - 1) * page_size, FAR)))
            return Page(tuple(solve_of(row) for row in rows), total, page, page_size)

    def _paper(self, town: str, solve: str, name: str) -> dict[str, Any] | None:
        with self._db.read() as session:
            _row(session, town, solve)
            row = session.get(SolvePaperRow, (solve, name))
            return None if row is None else json.loads(row.body)


def solve_of(row: SolveRow) -> Solve:
    return Solve(
        id=row.id,
        town=row.town,
        week=row.week,
        kind=row.kind,  # type: ignore[arg-type]
        state=row.state,  # type: ignore[arg-type]
        priority=row.priority,
        seconds=row.seconds,
        seed=row.seed,
        gap=row.gap,
        reproducible=row.reproducible,
        attempt=row.attempt,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        progress=None if row.progress is None else progress_of(row.progress),
        error=None if row.error is None else Text(**row.error),
        roster_number=row.roster_number,
        stop_requested=row.stop_requested,
        created_by=row.created_by,
        version=row.version,
        beside=row.beside,
    )


def progress_of(body: dict[str, Any]) -> Progress:
    """Progress from its JSON, written by this or another version of the solver."""
    figures: dict[str, Any] = {field.name: None for field in fields(Progress)} | {"phase": ""}
    return Progress(**{name: body.get(name, default) for name, default in figures.items()})


def _row(session: Session, town: str, solve: str, *, hold: bool = False) -> SolveRow:
    row = session.get(SolveRow, solve, with_for_update=True if hold else None)
    if row is None or row.town != town:
        raise NotFound("solve", solve)
    return row


def _equal(town: str, week: date | None, digest: str) -> Select[SolveRow]:
    """Runs that an equal request joins; one that is being stopped is not joined."""
    return select(SolveRow).where(
        SolveRow.town == town,
        SolveRow.week.is_(None) if week is None else SolveRow.week == week,
        SolveRow.digest == digest,
        SolveRow.state.in_(UNDER_WAY),
        SolveRow.stop_requested.is_(False),
    )


def _given(**papers: dict[str, Any] | None) -> dict[str, Any]:
    return {name: body for name, body in papers.items() if body is not None}


def _digest(request: dict[str, Any]) -> str:
    """Equal for equal requests, whatever the order of keys."""
    written = json.dumps(request, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
