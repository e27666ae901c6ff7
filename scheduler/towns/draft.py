"""A town while it is being made: people with what they said and served, and the slots to be filled.

Times here are whole minutes from local midnight of the window's first day; the demo towns' zone knows no
clock change, so wall clock and elapsed time agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
DAY = 24 * 60
HOUR = 60
DAYS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """What a person said about [start, end). A `firm` span stays even where it leaves a seat empty."""

    start: int
    end: int
    status: str
    firm: bool = False

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Need:
    """`heads` people of one position in one slot."""

    position: str
    heads: int = 1
    qualifications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One duty to be: a post's shift, an errand run or a single duty."""

    start: int
    end: int
    needs: tuple[Need, ...]
    post: str | None = None
    area: str | None = None
    shift: str = ""
    night: bool = False
    run: str | None = None
    standby: bool = False
    duty: str | None = None
    """Its id in the document when it is a single duty."""

    @property
    def day(self) -> int:
        return self.start // DAY


@dataclass(slots=True)
class Served:
    """A slot that a person served, in a position."""

    slot: Slot
    position: str


@dataclass(slots=True)
class Draft:
    """A person being made."""

    id: str
    name: str
    category: str
    contract: str
    unit: str | None = None
    area: str | None = None
    household: str | None = None
    phone: str = ""
    tags: set[str] = field(default_factory=set)
    opt_ins: set[str] = field(default_factory=set)
    bound_posts: list[str] = field(default_factory=list)
    bound_areas: list[str] = field(default_factory=list)
    qualifications: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    share: float = 1.0
    """How much of a full load the generator aims at for this person."""
    home: str | None = None
    """The post where the generator prefers to use this person."""
    earlier: tuple[int, int, int] = (0, 0, 0)
    """Duties, nights and weekends before the ones in `served`."""

    def say(self, start: int, end: int, status: str, firm: bool = False) -> bool:
        """Note a span unless it would overlap an earlier one; tells whether it was noted."""
        if any(s.overlaps(start, end) for s in self.spans):
            return False
        self.spans.append(Span(start, end, status, firm))
        return True

    def hold(self, *qualifications: str) -> None:
        for qualification in qualifications:
            self.qualifications.setdefault(qualification, (None, None))

    def holds(self, qualification: str, day: date) -> bool:
        if qualification not in self.qualifications:
            return False
        first, last = self.qualifications[qualification]
        return (first is None or first <= day) and (last is None or day <= last)

    def away(self, start: int, end: int) -> list[Span]:
        return [s for s in self.spans if s.status == "unavailable" and s.overlaps(start, end)]


def person_json(person: Draft, start: date) -> dict[str, Any]:
    """The person's piece of the problem document."""
    body: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "category": person.category,
        "unit": person.unit,
        "area": person.area,
        "contract": person.contract,
        "household": person.household,
        "phone": person.phone,
        "tags": sorted(person.tags),
        "opt_ins": sorted(person.opt_ins),
        "bound_posts": person.bound_posts,
        "bound_areas": person.bound_areas,
        "qualifications": [_holding_json(q, *span) for q, span in person.qualifications.items()],
        "availability": [
            {"start": instant(start, s.start), "end": instant(start, s.end), "status": s.status}
            for s in sorted(_joined(person.spans), key=lambda s: s.start)
        ],
        "history": _history_json(person, start),
    }
    return {key: value for key, value in body.items() if value not in (None, "", [])}


@lru_cache(4096)
def instant(start: date, minute: int) -> str:
    """ISO 8601 with the zone's offset; a window has few distinct instants, and a large town asks for them often."""
    midnight = datetime.combine(start, time(), ZoneInfo(ZONE))
    return (midnight + timedelta(minutes=minute)).isoformat()


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans of one status that touch become one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if joined and joined[-1].end == span.start and joined[-1].status == span.status:
            joined[-1] = Span(joined[-1].start, span.end, span.status)
        else:
            joined.append(span)
    return joined


def _holding_json(qualification: str, first: date | None, last: date | None) -> dict[str, str]:
    body = {"id": qualification}
    if first is not None:
        body["valid_from"] = first.isoformat()
    if last is not None:
        body["valid_until"] = last.isoformat()
    return body


def _history_json(person: Draft, start: date) -> dict[str, Any]:
    past = sorted((s for s in person.served if s.slot.start < 0), key=lambda s: s.slot.start)
    duties, nights, weekends = person.earlier
    worked_weekends = {
        (day - timedelta(days=day.weekday()))
        for day in (start + timedelta(days=s.slot.day) for s in past)
        if day.weekday() >= 5
    }
    return {
        "recent": [_past_json(s, start) for s in past],
        "duties": duties + len(past),
        "nights": nights + sum(s.slot.night for s in past),
        "weekends": weekends + len(worked_weekends),
        "minutes": duties * 8 * HOUR + sum(s.slot.end - s.slot.start for s in past),
    }


def _past_json(served: Served, start: date) -> dict[str, Any]:
    body: dict[str, Any] = {
        "start": instant(start, served.slot.start),
        "end": instant(start, served.slot.end),
        "night": served.slot.night,
        "position": served.position,
    }
    if served.slot.post is not None:
        body["post"] = served.slot.post
    if served.slot.standby:
        body["kind"] = "standby"
    return body
