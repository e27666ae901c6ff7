"""What a volunteer sees of their duties: the next one as a card, the days as a list; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from models.records import PublishedDuty
from scheduler.problem import Assignment, Duty

from .shifts import Kind, kind_of, leading_seat


@dataclass(frozen=True, slots=True)
class Handover:
    """From whom a duty is taken over, or to whom it is handed."""

    people: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class DutyCard:
    """One published duty of a person; instants are local; people are ids."""

    week: date
    duty: str
    kind: Kind
    shift_name: str
    start: datetime
    end: datetime
    post: str | None
    name: str
    place: str
    position: str
    leader: str | None
    """None when the person leads the team, or nobody does."""
    leads: bool
    others: tuple[str, ...]
    handover: Handover | None
    relief: Handover | None
    """Who comes when this duty ends."""
    acknowledged_at: datetime | None
    reported: bool
    """The person has said that they cannot come."""

    @property
    def from_midnight(self) -> bool:
        """Begins at 0:00, where people mistake the day."""
        return self.start.hour == 0 and self.start.minute == 0


@dataclass(frozen=True, slots=True)
class FreeDays:
    """One or several days without a duty."""

    first: date
    last: date


def card(
    served: PublishedDuty,
    person: str,
    zone: ZoneInfo,
    around: Sequence[Duty] = (),
    assigned: Sequence[Assignment] = (),
    reported: Sequence[tuple[datetime, datetime]] = (),
) -> DutyCard:
    """The card of a duty; `around` and `assigned` are the published roster of its week, for the handover."""
    duty = served.duty
    lead = leading_seat(duty)
    leaders = [a.person for a in served.team if lead is not None and a.position == lead.position]
    return DutyCard(
        week=served.week,
        duty=duty.id,
        kind=kind_of(duty, zone),
        shift_name=duty.shift_name,
        start=duty.start.astimezone(zone),
        end=duty.end.astimezone(zone),
        post=duty.post,
        name=duty.name,
        place=duty.place,
        position=served.position,
        leader=next((p for p in leaders if p != person), None) if person not in leaders else None,
        leads=person in leaders and len(served.team) > 1,
        others=tuple(a.person for a in served.team if a.person != person),
        handover=handover(duty, served.position, zone, around, assigned),
        relief=relief(duty, served.position, zone, served.later, served.relieving),
        acknowledged_at=served.acknowledged_at,
        reported=any(start < duty.end and duty.start < end for start, end in reported),
    )


def handover(
    duty: Duty, position: str, zone: ZoneInfo, around: Sequence[Duty], assigned: Sequence[Assignment]
) -> Handover | None:
    """Who holds the same position at the same post until this duty begins (else who leads there)."""
    if duty.post is None:
        return None
    return _at([d for d in around if d.post == duty.post and d.end == duty.start], position, zone, assigned)


def relief(
    duty: Duty, position: str, zone: ZoneInfo, around: Sequence[Duty], assigned: Sequence[Assignment]
) -> Handover | None:
    """Who holds the same position at the same post from this duty's end on (else who leads there)."""
    if duty.post is None:
        return None
    return _at([d for d in around if d.post == duty.post and d.start == duty.end], position, zone, assigned)


def _at(duties: Sequence[Duty], position: str, zone: ZoneInfo, assigned: Sequence[Assignment]) -> Handover | None:
    for other in duties:
        lead = leading_seat(other)
        for place in (position, lead.position if lead else position):
            people = tuple(a.person for a in assigned if a.duty == other.id and a.position == place)
            if people:
                return Handover(people, kind_of(other, zone))
    return None


def map_link(name: str, latitude: float, longitude: float) -> str:
    """Opens the map on the phone at a place (WGS 84), by Amap's own scheme, which WeChat's browser knows as well."""
    place = {"position": f"{longitude:.6f},{latitude:.6f}", "name": name, "coordinate": "wgs84", "callnative": "1"}
    return f"https://uri.amap.com/marker?{urlencode(place)}"


def days_of(cards: Sequence[DutyCard], first: date, last: date) -> list[DutyCard | FreeDays]:
    """Cards and free days between two dates in order; neighbouring free days are one entry."""
    entries: list[DutyCard | FreeDays] = []
    day = first
    while day <= last:
        today = [c for c in cards if c.start.date() == day]
        previous = entries[-1] if entries else None
        if today:
            entries += today
        elif isinstance(previous, FreeDays):
            entries[-1] = FreeDays(previous.first, day)
        else:
            entries.append(FreeDays(day, day))
        day += timedelta(days=1)
    return entries
