"""The kinds in which duties are shown: a letter, a colour class, and a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from scheduler.problem import Assignment, Demand, Duty, Problem

Kind = Literal["D", "E", "N", "R"]
KINDS: tuple[Kind, ...] = ("D", "E", "N", "R")
"""Day, evening, night, and run: everything that is not a shift of a post."""
EVENING_HOUR = 13
"""A shift that starts at this hour or later, and is no night, is an evening shift."""


def kind_of(duty: Duty, zone: ZoneInfo) -> Kind:
    if duty.kind == "errand_run":
        return "R"
    if duty.night:
        return "N"
    return "E" if duty.start.astimezone(zone).hour >= EVENING_HOUR else "D"


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone)


def leading_seat(duty: Duty) -> Demand | None:
    """The seat that leads the team: a leader's position or qualification, else the first."""
    return next(filter(leads, duty.seats), duty.seats[0] if duty.seats else None)


def leads(seat: Demand) -> bool:
    """Whether a seat is a leader's, by its position or by what it demands."""
    return "lead" in seat.position or any("lead" in q for q in seat.qualifications)


def team_in_order(duty: Duty, team: Iterable[Assignment], problem: Problem) -> list[Assignment]:
    """The leader first, then in the order of the seats, then as the people are listed."""
    lead = leading_seat(duty)
    place = {seat.position: i for i, seat in enumerate(duty.seats)}

    def order(a: Assignment) -> tuple[bool, int, int]:
        is_lead = lead is not None and a.position == lead.position
        return (not is_lead, place.get(a.position, len(place)), problem.person_index.get(a.person, 0))

    return sorted(team, key=order)


def place_name(problem: Problem, duty: Duty, lang: str) -> str:
    """Where a duty is, in words: its post, else its own name or place."""
    if duty.post:
        return problem.name("post", duty.post, lang)
    return duty.name or duty.place or duty.id


def person_name(problem: Problem, person: str) -> str:
    """The name of somebody; the id of one who has gone since."""
    index = problem.person_index.get(person)
    return person if index is None else problem.people[index].name
