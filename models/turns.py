"""Whose turn it is: which queued solve a worker takes up next.

1. By priority: a repair goes before weekly rosters.
2. The town with the fewest solves running; of those, the one that was served longest ago. A town that queues a
   hundred takes its turn with the others.
3. Within a town the oldest.

Of one town and week one solve runs at a time. A more urgent one takes the place of the one that runs: that goes back
into the queue with its best roster so far, and its worker finds out at the next renewal of the lease. A repair so
never waits for a weekly roster, not even for one on a machine that has disappeared.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Select, and_, func, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from .columns import Base
from .records import SolveKind
from .rows import SolveRow

_LOCK = 5_220_334
"""Advisory lock on a server: takers come one after another, each within milliseconds, and see each other's turns."""
STALLED_SECONDS = 10
"""A taker that stops in the middle is thrown out by the server after so long, and does not hold up the others."""
PATIENT_SECONDS = 3
"""Who waits longer for a stalled one goes away and comes back at the next look."""


class TurnRow(Base):
    """When a town's solve was last taken up; a town without a row has never had its turn."""

    __tablename__ = "solve_turn"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    served_at: Mapped[datetime]


def alone(session: Session) -> None:
    """Wait until no other worker is taking up a solve. SQLite's writers are alone anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{STALLED_SECONDS}s'"))
        session.execute(text(f"SET LOCAL lock_timeout = '{PATIENT_SECONDS}s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def server_now(session: Session, now: datetime) -> datetime:
    """`now` by the clock of the server, which all workers share: leases of one machine are judged by another."""
    if session.get_bind().dialect.name != "postgresql":
        return now
    return now + (session.execute(select(func.clock_timestamp())).scalar_one() - datetime.now(UTC))


def anything_queued(session: Session, kinds: Collection[SolveKind]) -> bool:
    """Whether it is worth taking the lock."""
    queued = select(SolveRow.id).where(SolveRow.state == "queued", SolveRow.kind.in_(list(kinds)))
    return session.scalar(queued.limit(1)) is not None


def next_solve(session: Session, kinds: Collection[SolveKind]) -> SolveRow | None:
    """The queued solve whose turn it is, locked; None when there is none that may run now."""
    return session.scalars(_next(kinds)).first()


def in_its_way(session: Session, row: SolveRow) -> list[SolveRow]:
    """The less urgent solve that runs for the same town and week, if any."""
    if row.week is None:
        return []
    running = select(SolveRow).where(
        SolveRow.town == row.town, SolveRow.week == row.week, SolveRow.state == "running", SolveRow.id != row.id
    )
    return list(session.scalars(running.with_for_update()))


def served(session: Session, town: str, now: datetime) -> None:
    """The town has had its turn."""
    row = session.get(TurnRow, town)
    if row is None:
        session.add(TurnRow(town=town, served_at=now))
    else:
        row.served_at = now


def _next(kinds: Collection[SolveKind]) -> Select[SolveRow]:
    running = aliased(SolveRow)
    busy = (
        select(running.id)
        .where(
            and_(
                running.town == SolveRow.town,
                running.week == SolveRow.week,
                running.priority >= SolveRow.priority,
                running.state == "running",
            )
        )
        .exists()
    )
    others = aliased(SolveRow)
    load = (
        select(others.town, func.count().label("running"))
        .where(others.state == "running")
        .group_by(others.town)
        .subquery("load")
    )
    return (
        select(SolveRow)
        .outerjoin(load, load.c.town == SolveRow.town)
        .outerjoin(TurnRow, TurnRow.town == SolveRow.town)
        .where(SolveRow.state == "queued", SolveRow.kind.in_(list(kinds)), ~busy)
        .order_by(
            SolveRow.priority.desc(),
            func.coalesce(load.c.running, 0),
            TurnRow.served_at.asc().nulls_first(),
            SolveRow.created_at,
            SolveRow.id,
        )
        .limit(1)
        .with_for_update(skip_locked=True, of=SolveRow)
    )
