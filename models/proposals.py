"""Proposals: rosters of solves that wait beside a week's draft until somebody accepts or dismisses them.

A solve's roster becomes the draft by itself unless it was asked to wait, or unless somebody has worked on the draft
since: what a person did is never overwritten unasked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.problem import Assignment

from .database import Database
from .drafts import draft_row, mark_of_draft, new_draft, still_there
from .errors import Conflict, NotFound
from .records import RosterHead, Solve
from .rosters import fields_of
from .rows import RosterRow, SolvePaperRow, SolveRow, WeekRow
from .scope import week_row
from .solves import solve_of

MOST = 6
"""Of one week, the latest, that are shown."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A solve with the roster that it found, as far as its people and seats are still there."""

    solve: Solve
    assignments: tuple[Assignment, ...]
    summary: dict[str, Any]
    """The figures of the solve, as a draft made of it would have them."""


class Proposals:
    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self, town: str, week: date) -> list[Solve]:
        """Those of a week, the latest first. Raises NotFound (week)."""
        with self._db.read() as session:
            week_row(session, town, week)
            s = SolveRow
            waiting = select(s).where(s.town == town, s.week == week, s.kind == "solve", s.beside.is_(True))
            over = waiting.where(s.state.in_(("finished", "stopped")), s.roster_number.is_(None))
            with_result = over.join(SolvePaperRow, (SolvePaperRow.solve == s.id) & (SolvePaperRow.name == "result"))
            return [solve_of(row) for row in session.scalars(with_result.order_by(s.finished_at.desc()).limit(MOST))]

    def get(self, town: str, solve: str) -> Proposal:
        """Raises NotFound: no such solve, or it waits for nobody."""
        with self._db.read() as session:
            row = _waiting(session, town, solve)
            assert row.week is not None
            result = _result(session, row)
            found = still_there(session, week_row(session, town, row.week), _assignments(result))
            return Proposal(solve_of(row), tuple(found), _summary(result))

    def accept(self, town: str, solve: str, seen: tuple[int, int] | None, *, by: str) -> RosterHead:
        """Make it the draft, in place of the one with this (number, revision), or of none.

        Raises NotFound, Conflict (another draft than the one that was seen).
        """
        with self._db.write() as session:
            row = _waiting(session, town, solve)
            assert row.week is not None
            week = week_row(session, town, row.week, hold=True)
            draft = draft_row(session, town, row.week)
            if (None if draft is None else (draft.number, draft.revision)) != seen:
                raise Conflict("roster", "draft", draft.revision if draft else None)
            made = _made(session, week, row, _result(session, row), by, self._db.now())
            session.flush()
            return RosterHead(**fields_of(made))

    def dismiss(self, town: str, solve: str) -> None:
        """It waits no longer; the solve and its result stay. Raises NotFound."""
        with self._db.write() as session:
            _waiting(session, town, solve).beside = False


def draft_or_wait(session: Session, row: SolveRow, result: dict[str, Any], now: datetime) -> None:
    """What becomes of the roster of a solve that has ended."""
    assert row.week is not None
    week = session.get(WeekRow, (row.town, row.week), with_for_update={"key_share": True})
    if week is None:
        return
    draft = draft_row(session, row.town, row.week)
    row.beside = row.beside or not (draft is None or _nobody_s(draft) or mark_of_draft(draft) == row.draft_seen)
    if not row.beside:
        _made(session, week, row, result, row.created_by, now)


def _nobody_s(draft: RosterRow) -> bool:
    """The result of a solve that nobody has touched; it can be had again."""
    return draft.origin == "solve" and draft.revision == 1


def _made(
    session: Session, week: WeekRow, row: SolveRow, result: dict[str, Any], by: str | None, now: datetime
) -> RosterRow:
    draft = new_draft(
        session,
        week,
        still_there(session, week, _assignments(result)),
        origin="solve",
        by=by,
        now=now,
        summary=_summary(result),
        solve_id=row.id,
    )
    row.beside, row.roster_number = False, draft.number
    return draft


def _waiting(session: Session, town: str, solve: str) -> SolveRow:
    row = session.get(SolveRow, solve)
    if row is None or row.town != town or not row.beside or row.state not in ("finished", "stopped"):
        raise NotFound("proposal", solve)
    return row


def _result(session: Session, row: SolveRow) -> dict[str, Any]:
    paper = session.get(SolvePaperRow, (row.id, "result"))
    if paper is None:
        raise NotFound("proposal", row.id)
    result: dict[str, Any] = json.loads(paper.body)
    return result


def _assignments(result: dict[str, Any]) -> list[Assignment]:
    found = result.get("assignments") or ()
    return [Assignment(a["person"], a["duty"], a["position"], a.get("pinned", False)) for a in found]


def _summary(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in ("assignments", "trace")}
