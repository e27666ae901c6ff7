"""The gap board as it is read: time slots, seats that are short in each, teams with what they were offered; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from api.gap_board import Gap
from models.gaps import Offer, Slot
from models.links import Link
from scheduler.problem import Assignment, Problem

from .repair_view import Place, place
from .shifts import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Offered:
    """One team at one seat."""

    unit: str
    name: str
    claimed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One seat."""

    gap: Gap
    place: Place
    key: list[str]
    """What the form sends for it."""
    teams: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """The seats of one day and shift."""

    day: date
    kind: Kind
    rows: tuple[Row, ...]

    @property
    def short(self) -> int:
        return sum(row.gap.short for row in self.rows)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team's offer; instants are local."""

    unit: str
    name: str
    people: int
    offer: Offer
    until: datetime
    offered: int
    claimed: int
    open: bool
    link_until: datetime | None


def time_slots(
    problem: Problem, gaps: Iterable[Gap], teams: Mapping[Slot, Sequence[Offered]], lang: str
) -> tuple[TimeSlot, ...]:
    """Seats by day and shift, in time."""
    rows = [
        Row(
            gap,
            place(problem, Assignment("", gap.duty.id, gap.demand.position), lang),
            [gap.duty.id, gap.demand.position],
            tuple(teams.get(gap.slot, ())),
        )
        for gap in gaps
    ]
    rows.sort(key=lambda r: (r.place.start.date(), KINDS.index(r.place.kind), r.place.start, r.place.place))
    grouped = groupby(rows, key=lambda r: (r.place.start.date(), r.place.kind))
    return tuple(TimeSlot(day, kind, tuple(some)) for (day, kind), some in grouped)


def offered_to(
    offers: Iterable[Offer], names: Mapping[str, str], present: Iterable[Assignment]
) -> dict[Slot, list[Offered]]:
    """Seat → the teams to which it is offered, with how many seats each has taken."""
    there, found = set(present), dict[Slot, list[Offered]]()
    for offer in offers:
        for slot in offer.slots:
            count = sum((c.duty, c.position) == slot and c.assignment in there for c in offer.claims)
            if offer.closed_at is None or count:
                found.setdefault(slot, []).append(Offered(offer.unit, names.get(offer.unit, offer.unit), count))
    return found


def team_rows(
    offers: Iterable[Offer],
    names: Mapping[str, str],
    sizes: Mapping[str, int],
    links: Sequence[tuple[str, Link]],
    present: Iterable[Assignment],
    now: datetime,
    zone: Any,
) -> list[TeamRow]:
    """The teams that have an offer, those that may still claim first."""
    there = set(present)
    open_links = {unit: link.expires_at.astimezone(zone) for unit, link in reversed(links) if link.open}
    rows = [
        TeamRow(
            unit=offer.unit,
            name=names.get(offer.unit, offer.unit),
            people=sizes.get(offer.unit, 0),
            offer=offer,
            until=offer.until.astimezone(zone),
            offered=len(offer.slots),
            claimed=sum(c.assignment in there for c in offer.claims),
            open=offer.takes(now),
            link_until=open_links.get(offer.unit),
        )
        for offer in offers
    ]
    return sorted(rows, key=lambda r: (not r.open, r.name, r.offer.created_at))
