"""Reserves: more ideal heads where, by their own record, some of a team will not come. An option of a town."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.problem import Demand, Duty

from .database import Database
from .presence import Presence
from .presence_figures import Rate
from .presence_rows import ReservePolicyRow
from .records import Stored
from .scope import same_revision, town_row

LEAST_DUTIES = 4
"""With fewer recorded duties than this somebody counts with the town's rate: one missed duty of one is no habit."""
LOOK_BACK = timedelta(weeks=5)
Slot = tuple[str | None, str | None, int]
"""A duty's post, shift and weekday."""


class Reserves:
    def __init__(self, database: Database, presence: Presence) -> None:
        self._db, self._presence = database, presence

    def policy(self, town: str) -> Stored[bool]:
        """Whether new weeks of the town get reserves."""
        with self._db.read() as session:
            row = session.get(ReservePolicyRow, town)
            return Stored(False, 1) if row is None else Stored(row.reserves, row.revision)

    def set_policy(self, town: str, reserves: bool, revision: int) -> Stored[bool]:
        """For weeks that are made from templates from now on. Raises NotFound, Conflict."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            row = session.get(ReservePolicyRow, town)
            same_revision("reserve_policy", town, 1 if row is None else row.revision, revision)
            session.merge(ReservePolicyRow(town=town, revision=revision + 1, reserves=reserves))
            return Stored(reserves, revision + 1)

    def expected(self, town: str, start: date) -> dict[Slot, float]:
        """Post, shift and weekday → how many of the team that served there last will not come, by their own record.

        Empty when the town does not want reserves, or nobody has looked who comes. Raises NotFound.
        """
        with self._db.moment():
            if not self.policy(town).value:
                return {}
            rates = self._presence.rates(town)
            with self._db.read() as session:
                zone = ZoneInfo(town_row(session, town).zone)
            ends = datetime.combine(start, datetime.min.time(), zone)
            served = self._presence.served(town, ends - LOOK_BACK, ends)
        last: dict[Slot, tuple[datetime, list[str]]] = {}
        for one in served:
            slot = slot_of(one.duty, zone)
            if slot not in last or one.duty.start > last[slot][0]:
                last[slot] = (one.duty.start, [])
            if one.duty.start == last[slot][0]:
                last[slot][1].append(one.person)
        return {slot: expected_no_shows(team, rates) for slot, (_, team) in last.items()}


def slot_of(duty: Duty, zone: ZoneInfo) -> Slot:
    return duty.post, duty.shift, duty.start.astimezone(zone).weekday()


def expected_no_shows(team: Collection[str], rates: Mapping[str, Rate]) -> float:
    """The sum of everybody's own rate; who has hardly a record counts with the rate of all."""
    duties = sum(rate.duties for rate in rates.values())
    of_all = sum(rate.no_shows for rate in rates.values()) / duties if duties else 0.0
    own = (rates.get(person, Rate()) for person in team)
    return sum(rate.no_shows / rate.duties if rate.duties >= LEAST_DUTIES else of_all for rate in own)


def with_reserves(duties: Sequence[Duty], expected: Mapping[Slot, float], zone: ZoneInfo) -> tuple[Duty, ...]:
    """The duties with as many more ideal heads as are expected not to come, rounded, in their largest position."""
    return tuple(_raised(duty, int(expected.get(slot_of(duty, zone), 0.0) + 0.5)) for duty in duties)


def _raised(duty: Duty, more: int) -> Duty:
    if not more or not duty.seats or duty.post is None:
        return duty
    largest = max(duty.seats, key=lambda seat: seat.ideal)
    return replace(duty, seats=tuple(_more(seat, more) if seat is largest else seat for seat in duty.seats))


def _more(seat: Demand, more: int) -> Demand:
    ideal = seat.ideal + more
    return replace(seat, ideal=ideal, max=max(seat.max, ideal))
