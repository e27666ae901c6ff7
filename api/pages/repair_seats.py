"""Published seats whose people cannot come, and for each who could be called out instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.access import scope
from api.calling import eligible, seat_of, urgent
from api.errors import ApiError
from scheduler.problem import Assignment, Duty

from .desk import Desk
from .repair_view import Place, place

MOST = 6
"""Seats for which it is worked out who could come: a page must not take long."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A seat in the published roster that somebody cannot hold."""

    person: str
    duty: Duty
    position: str


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """The same with what a call-out would do."""

    hit: Hit
    place: Place
    count: int
    """Who could be asked."""
    on_standby: int
    urgent: bool


def hit_by(desk: Desk, spans: Iterable[tuple[str, datetime, datetime]]) -> list[Hit]:
    """What the published roster asks of these people in these spans, by start."""
    if desk.published is None:
        return []
    duties = {d.id: d for d in desk.published.duties}
    away = list(spans)
    found = [
        Hit(a.person, duties[a.duty], a.position)
        for a in desk.published.assignments
        if a.duty in duties
        and any(a.person == p and start < duties[a.duty].end and duties[a.duty].start < end for p, start, end in away)
    ]
    return sorted(found, key=lambda h: (h.duty.start, h.duty.id, h.position, h.person))


def urgent_only(seats: Sequence[Hit], now: datetime) -> bool:
    """Whether everything that is hit and not over begins too soon for a repair."""
    left = [seat for seat in seats if seat.duty.end > now]
    return bool(left) and all(urgent(seat.duty, now) for seat in left)


def open_seats(desk: Desk, seats: Sequence[Hit], lang: str, now: datetime) -> list[OpenSeat]:
    """The first few that are not over, each with how many people could be called out."""
    found = []
    for hit in [seat for seat in seats if seat.duty.end > now][:MOST]:
        try:
            seat = seat_of(desk.town.id, desk.week.start, hit.duty.id, hit.position, hit.person)
        except ApiError:
            continue  # of another area, or changed since the page was asked for
        people = eligible(seat, scope().sees_person)
        where = place(seat.problem, Assignment(hit.person, hit.duty.id, hit.position), lang)
        on_call = sum(e.standby is not None for e in people)
        found.append(OpenSeat(hit, where, len(people), on_call, urgent(hit.duty, now)))
    return found
