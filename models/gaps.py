"""Gaps that are offered to teams: which seats, to which unit, until when, and whom its captain put on them.

What is claimed stands in the published roster; a claim says by which offer it came there, so that it can be given back.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.problem import Assignment

from .callout_rows import GapClaimRow, GapOfferRow, GapSlotRow
from .database import Database
from .errors import Conflict, NotFound
from .rows import THINGS
from .scope import week_row

Slot = tuple[str, str]
"""Duty and position."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody of the team on an offered seat."""

    id: str
    person: str
    duty: str
    position: str
    claimed_at: datetime
    given_back_at: datetime | None

    @property
    def assignment(self) -> Assignment:
        return Assignment(self.person, self.duty, self.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    id: str
    town: str
    week: date
    unit: str
    until: datetime
    """Until then seats are claimed and given back."""
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    slots: tuple[Slot, ...]
    claims: tuple[Claim, ...]
    """Those that have not been given back."""

    def takes(self, now: datetime) -> bool:
        """Whether seats may be claimed and given back at this moment."""
        return self.closed_at is None and now < self.until


class Gaps:
    def __init__(self, database: Database) -> None:
        self._db = database

    def offer(
        self, town: str, week: date, units: Collection[str], slots: Collection[Slot], until: datetime, by: str
    ) -> list[Offer]:
        """Offer these seats to each of these units; who has an offer of this week gets more seats and the new deadline.

        Raises NotFound (the week, a unit).
        """
        now = self._db.now()
        with self._db.write() as session:
            week_row(session, town, week, hold=True)
            made = []
            for unit in dict.fromkeys(units):
                if session.get(THINGS["units"], (town, unit)) is None:
                    raise NotFound("unit", unit)
                row = _open_of(session, town, week, unit)
                if row is None:
                    row = GapOfferRow(
                        id=str(uuid.uuid4()), town=town, week=week, unit=unit, until=until, created_at=now,
                        created_by=by, closed_at=None, closed_by=None,
                    )  # fmt: skip
                    session.add(row)
                row.until = until
                session.flush()
                there = set(_slots(session, [row.id]).get(row.id, ()))
                fresh = [slot for slot in dict.fromkeys(slots) if slot not in there]
                session.add_all(GapSlotRow(offer=row.id, duty=d, position=p) for d, p in fresh)
                session.flush()
                made.append(row)
            return _offers(session, made)

    def get(self, town: str, offer: str) -> Offer:
        """Raises NotFound."""
        with self._db.read() as session:
            return _offers(session, [_row(session, town, offer)])[0]

    def of_week(self, town: str, week: date) -> list[Offer]:
        """All offers of a week, by unit, the latest of each first."""
        g = GapOfferRow
        wanted = select(g).where(g.town == town, g.week == week).order_by(g.unit, g.created_at.desc(), g.id)
        with self._db.read() as session:
            return _offers(session, session.scalars(wanted).all())

    def of_unit(self, town: str, unit: str, since: date) -> list[Offer]:
        """What is offered to a unit in weeks that begin on `since` or later and was not closed, by week."""
        g = GapOfferRow
        wanted = select(g).where(g.town == town, g.unit == unit, g.week >= since, g.closed_at.is_(None))
        with self._db.read() as session:
            return _offers(session, session.scalars(wanted.order_by(g.week, g.created_at, g.id)).all())

    def close(self, town: str, offer: str, by: str) -> Offer:
        """Nothing more is claimed; what was claimed stays. A second time changes nothing. Raises NotFound."""
        with self._db.write() as session:
            row = _row(session, town, offer, hold=True)
            if row.closed_at is None:
                row.closed_at, row.closed_by = self._db.now(), by
            session.flush()
            return _offers(session, [row])[0]

    def hold(self, town: str, offer: str) -> Offer:
        """The offer as nobody closes it until the unit of work ends. Raises NotFound, Conflict (closed or too late)."""
        with self._db.write() as session:
            found = _offers(session, [_row(session, town, offer, hold=True)])[0]
            if not found.takes(self._db.now()):
                raise Conflict("gap_offer", offer, None)
            return found

    def claim(self, town: str, offer: str, slot: Slot, people: Iterable[str]) -> list[Claim]:
        """Write down who was put on an offered seat, in the unit of work that puts them there. Raises NotFound."""
        now = self._db.now()
        with self._db.write() as session:
            row = _row(session, town, offer)
            rows = [
                GapClaimRow(
                    id=str(uuid.uuid4()), offer=row.id, town=town, duty=slot[0], position=slot[1], person=person,
                    claimed_at=now, given_back_at=None,
                )
                for person in people
            ]  # fmt: skip
            session.add_all(rows)
            session.flush()
            return [_claim(one) for one in rows]

    def give_back(self, town: str, offer: str, claim: str) -> Claim:
        """In the unit of work that takes the seat out of the roster. Raises NotFound (unknown, or given back)."""
        with self._db.write() as session:
            row = session.get(GapClaimRow, claim, with_for_update=True)
            if row is None or (row.town, row.offer) != (town, offer) or row.given_back_at is not None:
                raise NotFound("gap_claim", claim)
            row.given_back_at = self._db.now()
            return _claim(row)

    def sizes(self, town: str) -> dict[str, int]:
        """Unit → how many people it has; units without anybody are left out."""
        p = THINGS["people"]
        unit = p.body["unit"].as_string()
        with self._db.read() as session:
            found = session.execute(select(unit, func.count()).where(p.town == town, unit.is_not(None)).group_by(unit))
            return {row[0]: row[1] for row in found}


def _open_of(session: Session, town: str, week: date, unit: str) -> GapOfferRow | None:
    g = GapOfferRow
    wanted = select(g).where(g.town == town, g.week == week, g.unit == unit, g.closed_at.is_(None))
    return session.scalars(wanted.with_for_update()).first()


def _row(session: Session, town: str, offer: str, *, hold: bool = False) -> GapOfferRow:
    row = session.get(GapOfferRow, offer, with_for_update=True if hold else None, populate_existing=hold)
    if row is None or row.town != town:
        raise NotFound("gap_offer", offer)
    return row


def _slots(session: Session, offers: Sequence[str]) -> dict[str, list[Slot]]:
    s = GapSlotRow
    found: dict[str, list[Slot]] = {}
    for row in session.scalars(select(s).where(s.offer.in_(offers)).order_by(s.offer, s.duty, s.position)):
        found.setdefault(row.offer, []).append((row.duty, row.position))
    return found


def _offers(session: Session, rows: Sequence[GapOfferRow]) -> list[Offer]:
    ids, c = [row.id for row in rows], GapClaimRow
    slots = _slots(session, ids)
    claims: dict[str, list[Claim]] = {}
    held = select(c).where(c.offer.in_(ids), c.given_back_at.is_(None)).order_by(c.claimed_at, c.id)
    for claim in session.scalars(held):
        claims.setdefault(claim.offer, []).append(_claim(claim))
    return [
        Offer(
            id=row.id, town=row.town, week=row.week, unit=row.unit, until=row.until, created_at=row.created_at,
            created_by=row.created_by, closed_at=row.closed_at, slots=tuple(slots.get(row.id, ())),
            claims=tuple(claims.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _claim(row: GapClaimRow) -> Claim:
    return Claim(row.id, row.person, row.duty, row.position, row.claimed_at, row.given_back_at)
