"""The problem document of a stored week, put together from rows without reading them into entities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.roster import assignment_json

from .drafts import assignments_of, still_there, version_row
from .errors import NotFound
from .history import before, histories
from .privacy import CONTACTS
from .records import NOUNS
from .rows import AbsenceRow, DutyRow, TownRow, WeekRow
from .said_times import with_usual
from .things import bodies
from .towns import header, town_of
from .usual_times import usual_weeks

Span = tuple[datetime, datetime]
Body = dict[str, Any]
NOT_FOR_SOLVING = frozenset({"staffing", "directions", "bring"})
"""Of a post: its duties are made, and how people get there is theirs to know."""


def problem_document(
    session: Session, town: TownRow, week: WeekRow, now: datetime | None, baseline: int | None
) -> dict[str, Any]:
    """See `Weeks.problem_document`. The week's duties stand one by one, so that posts come without staffing."""
    zone = ZoneInfo(town.zone)
    document: Body = header(town_of(town)) | {"start": week.start.isoformat(), "days": week.days}
    if now is not None:
        document["now"] = now.astimezone(zone).isoformat()
    document |= {noun: bodies(session, town.id, noun) for noun in NOUNS}
    document["posts"] = [{k: v for k, v in post.items() if k not in NOT_FOR_SOLVING} for post in document["posts"]]
    _with_usual_weeks(session, document["people"], town.id, week, zone)
    past = histories(session, town, week.start, document["people"])
    away = absent_spans(session, town.id)
    document["people"] = [
        _person(body, past, away.get(body["id"], []), week.start, zone) for body in document["people"]
    ]
    wanted = select(DutyRow.body).where(DutyRow.town == town.id, DutyRow.week == week.start)
    document["duties"] = list(session.scalars(wanted.order_by(DutyRow.starts_at, DutyRow.id)))
    document["rules"] = town.rules
    if baseline is not None:
        document["duties"] = _with_activated(session, week, baseline, document["duties"])
        document["baseline"] = {"assignments": _baseline(session, week, baseline)}
    return document


def _with_usual_weeks(session: Session, people: list[Body], town: str, week: WeekRow, zone: ZoneInfo) -> None:
    """What people say about every week, on the days of this one and the day before, whose night reaches into it."""
    usual, first = usual_weeks(session, town), week.start - timedelta(days=1)
    for i, body in enumerate(people if usual else ()):
        if body["id"] in usual:
            spans = with_usual(body.get("availability", ()), usual[body["id"]], first, week.days + 2, zone)
            people[i] = body | {"availability": spans}


def absent_spans(session: Session, town: str) -> dict[str, list[Span]]:
    """Person → what they cannot serve, by the absences that are reported or covered; whole minutes, not merged."""
    a = AbsenceRow
    rows = session.execute(
        select(a.person, a.starts_at, a.ends_at).where(a.town == town, a.state != "withdrawn").order_by(a.starts_at)
    )
    spans: dict[str, list[Span]] = {}
    for person, start, end in rows:
        spans.setdefault(person, []).append(
            (_minute(start), _minute(end + timedelta(seconds=59, microseconds=999_999)))
        )
    return spans


def with_absences(availability: Iterable[Body], away: Iterable[Span], zone: ZoneInfo) -> list[Body]:
    """The availability with `away` as unavailable spans: they win over what was said before, and nothing overlaps."""
    out = _merged(away)
    kept: list[Body] = []
    for said in availability:
        for start, end in _without((_read(said["start"]), _read(said["end"])), out):
            kept.append(said | {"start": _written(start, zone), "end": _written(end, zone)})
    kept += [{"start": _written(s, zone), "end": _written(e, zone), "status": "unavailable"} for s, e in out]
    return sorted(kept, key=lambda said: _read(said["start"]))


def _person(body: Body, past: dict[str, Body] | None, away: list[Span], start: date, zone: ZoneInfo) -> Body:
    if past is not None:
        body = {k: v for k, v in body.items() if k != "history"}
        if body["id"] in past:
            body["history"] = past[body["id"]]
    elif "history" in body:
        body = body | {"history": before(body["history"], start, zone)}
    if not body.keys().isdisjoint(CONTACTS):  # no solver needs them, and what is not there cannot leak from it
        body = {k: v for k, v in body.items() if k not in CONTACTS}
    if away:
        body = body | {"availability": with_absences(body.get("availability", ()), away, zone)}
    return body


def _baseline(session: Session, week: WeekRow, number: int) -> list[Body]:
    """A version's assignments whose duty still has the seat."""
    row = version_row(session, week.town, week.start, number)
    if row is None:
        raise NotFound("roster", number)
    return [assignment_json(a) for a in still_there(session, week, assignments_of(session, row))]


def _with_activated(session: Session, week: WeekRow, number: int, duties: list[Body]) -> list[Body]:
    """The week's duties with those whom this version has called from standby, which it alone knows."""
    row = version_row(session, week.town, week.start, number)
    called = {
        (duty["id"], seat["position"]): seat["activated"]
        for duty in ((row and row.duties) or ())
        for seat in duty["seats"]
        if "activated" in seat
    }
    if not called:
        return duties

    def seat_of(duty: Body, seat: Body) -> Body:
        people = called.get((duty["id"], seat["position"]))
        return seat | {"activated": people} if people and duty.get("kind") == "standby" else seat

    return [duty | {"seats": [seat_of(duty, seat) for seat in duty["seats"]]} for duty in duties]


def _merged(spans: Iterable[Span]) -> list[Span]:
    held: list[Span] = []
    for start, end in sorted(spans):
        if held and start <= held[-1][1]:
            held[-1] = (held[-1][0], max(end, held[-1][1]))
        else:
            held.append((start, end))
    return held


def _without(span: Span, out: list[Span]) -> list[Span]:
    """What remains of a span outside the merged spans `out`."""
    start, end = span
    rest = []
    for begin, stop in out:
        if stop <= start or begin >= end:
            continue
        if start < begin:
            rest.append((start, begin))
        start = max(start, stop)
    if start < end:
        rest.append((start, end))
    return rest


def _minute(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def _read(written: str) -> datetime:
    return datetime.fromisoformat(written.upper()).astimezone(UTC)


def _written(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(timespec="minutes")
