"""Exchanges: seats that people take, offer and swap among themselves, and how far a town lets them.

What is kept is the wish and what has become of it; the published roster says who serves. Whoever moves a wish on
because of the roster holds the roster of its week first (`Amendments.hold`), so that two answers come one after
another. Everybody concerned is told of each state, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.text import Text

from .database import Database
from .errors import Conflict, NotFound
from .exchange_kinds import OPEN, Exchange, ExchangePolicy, ExchangeState, Wish
from .exchange_rows import ExchangePolicyRow, ExchangeRow
from .exchange_words import GONE, messages
from .outbox import Outbox
from .records import Stored
from .rows import AssignmentRow, PersonRow, RosterRow
from .scope import same_revision, town_row


class Exchanges:
    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._db, self._outbox = database, outbox

    def add(self, town: str, wish: Wish, *, state: ExchangeState = "requested", by: str | None = None) -> Exchange:
        """Keep a wish; one that is done already is kept for the record. Raises Conflict (an open one for the seat)."""
        with self._db.together():
            return self._told(self._add(town, wish, state, by), by)

    def _add(self, town: str, wish: Wish, state: ExchangeState, by: str | None) -> Exchange:
        now = self._db.now()
        with self._db.write() as session:
            if state in OPEN and _open_about(session, town, wish):
                raise Conflict("exchange", wish.given.duty, None)
            row = ExchangeRow(
                id=str(uuid4()),
                town=town,
                kind=wish.kind,
                state=state,
                week=wish.week,
                person=wish.given.person,
                duty=wish.given.duty,
                position=wish.given.position,
                partner=wish.partner,
                partner_week=wish.partner_week,
                partner_duty=wish.wanted and wish.wanted.duty,
                partner_position=wish.wanted and wish.wanted.position,
                about=wish.about.as_json(),
                partner_about=wish.wanted_about and wish.wanted_about.as_json(),
                created_at=now,
                expires_at=wish.expires_at,
                ended_at=None if state in OPEN else now,
                decided_by=by,
                reason=None,
            )
            session.add(row)
            session.flush()
            session.refresh(row)
            return _exchange(row)

    def get(self, town: str, exchange: str) -> Exchange:
        """Raises NotFound."""
        with self._db.read() as session:
            return _exchange(_row(session, town, exchange))

    def list(
        self,
        town: str,
        *,
        states: Collection[ExchangeState] = (),
        person: str | None = None,
        week: date | None = None,
        since: datetime | None = None,
    ) -> Sequence[Exchange]:
        """The latest first: of these states, in which somebody takes part, of one week, made since then."""
        e = ExchangeRow
        which: list[ColumnElement[bool]] = [e.town == town]
        if states:
            which.append(e.state.in_(states))
        if person is not None:
            which.append(or_(e.person == person, e.partner == person))
        if week is not None:
            which.append(or_(e.week == week, e.partner_week == week))
        if since is not None:
            which.append(e.created_at >= since)
        with self._db.read() as session:
            return [_exchange(row) for row in session.scalars(select(e).where(*which).order_by(*LATEST))]

    def offered(self, town: str) -> Sequence[Exchange]:
        """Offers that nobody has taken yet and that are not over, by when their duty begins."""
        e = ExchangeRow
        wanted = select(e).where(
            e.town == town, e.kind == "offer", e.state == "requested", e.expires_at > self._db.now()
        )
        with self._db.read() as session:
            return [_exchange(row) for row in session.scalars(wanted.order_by(e.expires_at, e.id))]

    def move(
        self,
        town: str,
        exchange: str,
        allowed: Collection[ExchangeState],
        to: ExchangeState,
        *,
        partner: str | None = None,
        by: str | None = None,
        reason: Text | None = None,
    ) -> Exchange:
        """Bring a wish from one of these states into another. Raises NotFound, Conflict (it is in none of them)."""
        with self._db.together():
            with self._db.write() as session:
                row = _row(session, town, exchange, hold=True)
                if row.state not in allowed:
                    raise Conflict("exchange", exchange, None)
                row.state = to
                row.partner = partner or row.partner
                row.decided_by = by or row.decided_by
                row.reason = None if reason is None else reason.as_json()
                if to not in OPEN:
                    row.ended_at = self._db.now()
                session.flush()
                moved = _exchange(row)
            return self._told(moved, by)

    def settle(self, town: str | None = None, week: date | None = None) -> int:
        """End what can come to nothing any more: its duty has begun, or its seats are not in the published roster as
        they were; how many ended. Of one town, of one week, or of all."""
        ended = 0
        with self._db.read() as session:
            lapsed = _lapsed(session, town, week, self._db.now())
        for exchange, to, reason in lapsed:
            try:
                self.move(exchange.town, exchange.id, OPEN, to, reason=reason)
            except (Conflict, NotFound):  # somebody was faster: it has ended already
                continue
            ended += 1
        return ended

    def _told(self, exchange: Exchange, by: str | None) -> Exchange:
        ids = [one for one in (exchange.person, exchange.partner) if one is not None]
        p, names = PersonRow, dict[str, str]()
        with self._db.read() as session:
            for id_, name in session.execute(select(p.id, p.name).where(p.town == exchange.town, p.id.in_(ids))):
                names[id_] = name
        self._outbox.put(exchange.town, messages(exchange, lambda id_: names.get(id_, id_)), by)
        return exchange

    # --- how far a town lets its people -------------------------------------------------------------------

    def policy(self, town: str) -> Stored[ExchangePolicy]:
        with self._db.read() as session:
            return _policy(session, town)

    def set_policy(self, town: str, policy: ExchangePolicy, revision: int) -> Stored[ExchangePolicy]:
        """From now on; what has been asked for already is finished as the town has it then.

        Raises NotFound, Conflict.
        """
        with self._db.write() as session:
            town_row(session, town, hold=True)
            same_revision("exchange_policy", town, _policy(session, town).revision, revision)
            session.merge(
                ExchangePolicyRow(
                    town=town,
                    revision=revision + 1,
                    claims=policy.claims,
                    offers=policy.offers,
                    swaps=policy.swaps,
                )
            )
            return Stored(policy, revision + 1)


LATEST = (ExchangeRow.created_at.desc(), ExchangeRow.id)


def _open_about(session: Session, town: str, wish: Wish) -> bool:
    """Whether the same person has an open wish about the same seat."""
    e, seat = ExchangeRow, wish.given
    wanted = select(e.id).where(
        e.town == town, e.week == wish.week, e.person == seat.person, e.duty == seat.duty, e.state.in_(OPEN)
    )
    return session.scalars(wanted.limit(1)).first() is not None


def _lapsed(
    session: Session, town: str | None, week: date | None, now: datetime
) -> list[tuple[Exchange, ExchangeState, Text | None]]:
    """What has come to nothing, what it ends as, and why; one statement, for the worker asks often."""
    e, given, wanted = ExchangeRow, aliased(AssignmentRow), aliased(AssignmentRow)
    here, there = aliased(RosterRow), aliased(RosterRow)

    def published(r: type[RosterRow], week_of: Any) -> ColumnElement[bool]:
        return (r.town == e.town) & (r.week == week_of) & (r.state == "published")

    def seat_in_force(
        r: type[RosterRow], seat: type[AssignmentRow], duty: Any, person: Any
    ) -> ColumnElement[bool]:
        same = (seat.town == r.town) & (seat.week == r.week) & (seat.number == r.number)
        return same & (seat.duty == duty) & (seat.person == person)

    asked = (
        select(e, given.position, wanted.position)
        .outerjoin(here, published(here, e.week))
        .outerjoin(there, published(there, func.coalesce(e.partner_week, e.week)))
        .outerjoin(given, seat_in_force(here, given, e.duty, e.person))
        .outerjoin(wanted, seat_in_force(there, wanted, e.partner_duty, e.partner))
        .where(e.state.in_(OPEN))
        .order_by(e.expires_at, e.id)
    )
    if town is not None:
        asked = asked.where(e.town == town)
    if week is not None:
        asked = asked.where(or_(e.week == week, e.partner_week == week))
    found: list[tuple[Exchange, ExchangeState, Text | None]] = []
    for row, held, theirs in session.execute(asked):
        gone = row.kind != "claim" and (held, theirs) != (row.position, row.partner_position)
        if row.expires_at <= now:
            found.append((_exchange(row), "expired", None))
        elif gone:
            found.append((_exchange(row), "failed", GONE))
    return found


def _row(session: Session, town: str, exchange: str, *, hold: bool = False) -> ExchangeRow:
    row = session.get(ExchangeRow, exchange, with_for_update=hold or None, populate_existing=hold)
    if row is None or row.town != town:
        raise NotFound("exchange", exchange)
    return row


def _text(said: dict[str, Any] | None) -> Text | None:
    return None if said is None else Text(said["zh"], said["en"])


def _exchange(row: ExchangeRow) -> Exchange:
    said: dict[str, Any] = {name: _text(getattr(row, name)) for name in ("about", "partner_about", "reason")}
    same: dict[str, Any] = {name: getattr(row, name) for name in Exchange.__slots__ if name not in said}
    return Exchange(**same, **said)


def _policy(session: Session, town: str) -> Stored[ExchangePolicy]:
    row = session.get(ExchangePolicyRow, town)
    if row is None:
        return Stored(ExchangePolicy(), 1)
    way: Any = row
    return Stored(ExchangePolicy(way.claims, way.offers, way.swaps), row.revision)
