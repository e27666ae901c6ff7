"""From drafts to a problem document: slots out of posts, and the pieces put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from ..text import Text
from .draft import DAY, DAYS, HOUR, ZONE, Draft, Need, Slot, instant, person_json
from .words import CATEGORIES, POSITIONS, QUALIFICATIONS, Piece

FORMAT, VERSION = "sanban-problem", 1


class SizeError(ValueError):
    """A demo town cannot have so many people; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Filled:
    """One seat of the witness: the demo town's own proof that it can be staffed."""

    person: str
    position: str
    start: int
    """Minutes from the window's start."""
    post: str | None
    run: str | None
    """The errand run or single duty; None for a post's shift."""


@dataclass(frozen=True, slots=True)
class Town:
    """A demo town: its document, one legal roster of it, and the seats that nobody can take."""

    document: dict[str, Any]
    witness: tuple[Filled, ...]
    unfillable: tuple[tuple[str, int, str], ...]
    """(post or run, start minute, position)."""


def slots_of(
    posts: Iterable[Piece],
    patterns: Iterable[Piece],
    templates: Iterable[Piece],
    first: int,
    last: int,
    start: date | None = None,
) -> list[Slot]:
    """The shifts of all posts on the days [first, last), 0 being the window's first.

    Staffing that holds on some dates only is understood when `start`, the date of day 0, is given.
    """
    pattern_by_id = {p["id"]: p for p in patterns}
    template_by_id = {t["id"]: t for t in templates}
    slots = []
    for post in posts:
        for staffing in post["staffing"]:
            needs = needs_of(template_by_id[staffing["template"]]["seats"])
            for shift in pattern_by_id[staffing["pattern"]]["shifts"]:
                if shift["id"] in staffing.get("shifts", [shift["id"]]):
                    days = (day for day in range(first, last) if _holds_on(staffing, start, day))
                    slots += [_slot(post, shift, needs, day) for day in days]
    return slots


def _holds_on(staffing: Piece, start: date | None, day: int) -> bool:
    """Whether staffing is in force on a day; ISO dates compare as text."""
    if start is None:
        return True
    on = (start + timedelta(days=day)).isoformat()
    return bool(staffing.get("first_day", on) <= on <= staffing.get("last_day", on))


def _slot(post: Piece, shift: Piece, needs: tuple[Need, ...], day: int) -> Slot:
    start, end = _minute(shift["start"]), _minute(shift["end"])
    end += DAY if end <= start else 0
    return Slot(
        day * DAY + start, day * DAY + end, needs, post["id"], post["area"], shift["id"], bool(shift["night"])
    )


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * HOUR + int(minute)


def needs_of(seats: Iterable[Piece]) -> tuple[Need, ...]:
    """The seats that must be filled, the scarcest first."""
    needs = [Need(s["position"], s["min"], tuple(s["qualifications"])) for s in seats if s["min"]]
    return tuple(sorted(needs, key=lambda n: not n.qualifications))


def run_slot(run: Piece, start_minute: int, end_minute: int) -> Slot:
    """The slot of an errand run."""
    return Slot(start_minute, end_minute, needs_of(run["seats"]), area=run.get("area"), run=run["id"])


def rule(name: str, **parameters: Any) -> Piece:
    return {"rule": name, **parameters}


def assemble(
    identity: Piece,
    start: date,
    people: list[Draft],
    posts: list[Piece],
    rules: list[Piece],
    units: list[Piece],
    areas: list[Piece],
    contracts: list[Piece],
    patterns: list[Piece],
    templates: list[Piece],
    vehicles: list[Piece] | None = None,
    errand_runs: list[Piece] | None = None,
    duties: list[Piece] | None = None,
    *,
    positions: list[Piece] = POSITIONS,
    qualifications: list[Piece] = QUALIFICATIONS,
) -> dict[str, Any]:
    """The problem document; single duties only where there are any."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "town": identity,
        "zone": ZONE,
        "start": start.isoformat(),
        "days": DAYS,
        "categories": CATEGORIES,
        "units": units,
        "qualifications": qualifications,
        "positions": positions,
        "areas": areas,
        "contracts": contracts,
        "shift_patterns": patterns,
        "staffing_templates": templates,
        "posts": posts,
        "vehicles": vehicles or [],
        "errand_runs": errand_runs or [],
        "people": [person_json(p, start) for p in people],
        "rules": rules,
    }
    return {**document, "duties": duties} if duties else document


def witness_of(people: Iterable[Draft]) -> tuple[Filled, ...]:
    """What everybody serves within the window."""
    return tuple(
        Filled(p.id, s.position, s.slot.start, s.slot.post, s.slot.run or s.slot.duty)
        for p in people
        for s in p.served
        if s.slot.start >= 0
    )


def earlier_totals(people: Iterable[Draft], random: Random, weeks: int, duties_a_week: Mapping[str, int]) -> None:
    """Invent what everybody served in the weeks before the ones that are told one by one."""
    for person in people:
        full = weeks * duties_a_week[person.contract] * person.share
        duties = max(0, round(random.gauss(full, 0.8)))
        night_share = 0.0 if person.contract == "student" and "nights_welcome" not in person.opt_ins else 0.3
        nights = min(duties, max(0, round(random.gauss(duties * night_share, 0.8))))
        person.earlier = (duties, nights, min(weeks, random.choice((0, 1, 1, 2)), duties))


def run_piece(
    id_: str, name: str, start: date, minutes: tuple[int, int], place: str, area: str, vehicle: str | None,
    seats: list[Piece],
) -> Piece:  # fmt: skip
    """An errand run as the document says it."""
    body: Piece = {
        "id": id_,
        "name": name,
        "start": instant(start, minutes[0]),
        "end": instant(start, minutes[1]),
        "place": place,
        "area": area,
        "seats": seats,
    }
    return body if vehicle is None else {**body, "vehicle": vehicle}
