"""What operations want to know of the queue, counted in the database: the same whichever process is asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from .database import Database
from .records import SolveKind, SolveState
from .rows import SolveRow


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How the solves stand at one moment."""

    solves: dict[tuple[SolveKind, SolveState], int]
    oldest_queued_seconds: float
    """How long the solve that has waited longest has been queued; 0 when none waits."""
    towns_waiting: int
    silent: int
    """Running solves whose worker has not been heard of within its lease."""


class Figures:
    def __init__(self, database: Database) -> None:
        self._db = database

    def queue(self) -> QueueFigures | None:
        """None when the database does not answer, or not with the tables that we know."""
        try:
            return self._queue()
        except SQLAlchemyError:
            return None

    def _queue(self) -> QueueFigures:
        now = self._db.now()
        with self._db.read() as session:
            counted = session.execute(
                select(SolveRow.kind, SolveRow.state, func.count()).group_by(SolveRow.kind, SolveRow.state)
            )
            solves = {(kind, state): count for kind, state, count in counted}
            oldest, towns = session.execute(
                select(func.min(SolveRow.created_at), func.count(SolveRow.town.distinct())).where(
                    SolveRow.state == "queued"
                )
            ).one()
            late = select(func.count()).where(SolveRow.state == "running", SolveRow.lease_until < now)
            silent = session.scalar(late)
        waited = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
        return QueueFigures(solves, waited, towns, silent or 0)  # type: ignore[arg-type]
