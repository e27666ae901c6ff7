"""What people carry in from the weeks before: from published rosters, where there are any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.document import MAX_DAYS

from .rows import AssignmentRow, RosterRow, TownRow, WeekRow

Body = dict[str, Any]
RECENT_DAYS = 14
"""Single duties reach so far back, for rest and series."""
TOTAL_DAYS = 28
"""Totals reach so far back, for fairness."""


@dataclass
class _Carried:
    """One person's past duties, each with its local day, as a document has them."""

    duties: list[tuple[date, Body]] = field(default_factory=list)


def histories(session: Session, town: TownRow, start: date, people: Iterable[Body]) -> dict[str, Body] | None:
    """Person → history for a week that starts on `start`; None when no roster of the weeks before was published.

    Stored past duties count on where no published week covers their day.
    """
    weeks = list(session.execute(_published_before(town.id, start)))
    if not weeks:
        return None
    zone = ZoneInfo(town.zone)
    first = start - timedelta(days=TOTAL_DAYS)
    carried: dict[str, _Carried] = {}
    for week, number, duties, _ in weeks:
        by_id = {body["id"]: (_day(body["start"], zone), _past(body)) for body in duties}
        a = AssignmentRow
        served = select(a.person, a.duty, a.position).where(a.town == town.id, a.week == week, a.number == number)
        for person, duty, position in session.execute(served):
            day, past = by_id[duty]
            if first <= day < start:
                carried.setdefault(person, _Carried()).duties.append((day, past | {"position": position}))
    covered = [(week, week + timedelta(days=days)) for week, _, _, days in weeks]
    for body in people:
        for stored in body.get("history", {}).get("recent", ()):
            day = _day(stored["start"], zone)
            if first <= day < start and not any(begin <= day < end for begin, end in covered):
                carried.setdefault(body["id"], _Carried()).duties.append((day, stored))
    return {person: _history(held, start) for person, held in carried.items()}


def before(history: Body, start: date, zone: ZoneInfo) -> Body:
    """A stored history for a week before which it may not all have happened."""
    recent = [past for past in history.get("recent", ()) if _day(past["start"], zone) < start]
    return history | {"recent": recent}


def _published_before(town: str, start: date) -> Any:
    r, w = RosterRow, WeekRow
    return (
        select(r.week, r.number, r.duties, w.days)
        .join(w, (w.town == r.town) & (w.start == r.week))
        .where(
            r.town == town,
            r.state == "published",
            r.week < start,
            r.week > start - timedelta(days=TOTAL_DAYS + MAX_DAYS),
        )
        .order_by(r.week)
    )


def _history(carried: _Carried, start: date) -> Body:
    held = sorted(carried.duties, key=lambda one: _instant(one[1]["start"]))
    weekends = {day - timedelta(days=day.weekday() - 5) for day, _ in held if day.weekday() >= 5}
    recent = [past for day, past in held if day >= start - timedelta(days=RECENT_DAYS)]
    return {
        "recent": recent,
        "duties": len(held),
        "nights": sum(bool(past.get("night")) for _, past in held),
        "weekends": len(weekends),
        "minutes": sum(_minutes(past) for _, past in held),
    }


def _past(duty: Body) -> Body:
    """A served duty as a past duty of a document."""
    return {key: duty[key] for key in ("start", "end", "night", "post", "kind", "shift") if key in duty}


def _minutes(past: Body) -> int:
    return int((_instant(past["end"]) - _instant(past["start"])).total_seconds()) // 60


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written.upper()).astimezone(UTC)


def _day(written: str, zone: ZoneInfo) -> date:
    return _instant(written).astimezone(zone).date()
