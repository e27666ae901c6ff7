"""The gap board as a matrix, time slots by posts, and the town's roster beside those of the teams; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from models.gaps import Offer, Slot
from scheduler.problem import Assignment, Problem

from .gap_view import Row, TimeSlot
from .repair_view import place
from .shifts import KINDS, Kind, kind_of, person_name


@dataclass(frozen=True, slots=True)
class Column:
    """A post, or what a duty without one is called."""

    name: str
    area: str
    short: int


@dataclass(frozen=True, slots=True)
class Line:
    """A time slot with what is open at each column's post."""

    slot: TimeSlot
    cells: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Only posts where somebody is missing or seats are offered, area by area."""

    areas: tuple[tuple[str, int], ...]
    """Name of an area and how many columns it has."""
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody of a team in a time slot."""

    name: str
    place: str
    claimed: bool


@dataclass(frozen=True, slots=True)
class TownSeat:
    """A seat of the town's own roster, with who holds it for the town and who for a team."""

    row: Row
    own: tuple[str, ...]
    claimed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A time slot in both rosters: the town's open seats, and what each team serves."""

    slot: TimeSlot
    town: tuple[TownSeat, ...]
    teams: tuple[tuple[Serving, ...], ...]


def matrix(problem: Problem, slots: Sequence[TimeSlot], lang: str) -> Matrix:
    """Rows of seats by time slot and post."""
    order = {area.id: number for number, area in enumerate(problem.areas)}

    def key(row: Row) -> tuple[int, str, str]:
        area = problem.duty_area[problem.duty_index[row.gap.duty.id]]
        return order.get(area or "", len(order)), problem.name("area", area, lang), row.place.place

    short: dict[tuple[int, str, str], int] = {}
    for slot in slots:
        for row in slot.rows:
            short[key(row)] = short.get(key(row), 0) + row.gap.short
    keys = sorted(short)
    columns = tuple(Column(name, area, short[_, area, name]) for _, area, name in keys)
    areas = tuple((name, len(list(some))) for (_, name), some in groupby(keys, key=lambda k: k[:2]))
    lines = []
    for slot in slots:
        held: dict[tuple[int, str, str], list[Row]] = {}
        for row in slot.rows:
            held.setdefault(key(row), []).append(row)
        lines.append(Line(slot, tuple(tuple(held.get(k, ())) for k in keys)))
    return Matrix(areas, columns, tuple(lines))


def sides(
    problem: Problem,
    slots: Iterable[TimeSlot],
    assignments: Iterable[Assignment],
    offers: Iterable[Offer],
    units: Sequence[str],
    lang: str,
) -> tuple[Side, ...]:
    """Both rosters in the time slots in which something is open or offered; `units` are the teams, in order."""
    present = {a for a in assignments if a.duty in problem.duty_index and a.person in problem.person_index}
    claims = {c.assignment for offer in offers for c in offer.claims} & present
    unit_of = {p.id: p.unit for p in problem.people}
    serving: dict[tuple[date, Kind, str], list[Assignment]] = {}
    on_seat: dict[Slot, list[Assignment]] = {}
    for a in sorted(present, key=lambda a: problem.person_index[a.person]):
        on_seat.setdefault((a.duty, a.position), []).append(a)
        if (unit := unit_of[a.person]) in units:
            duty = problem.duties[problem.duty_index[a.duty]]
            day = duty.start.astimezone(problem.tz).date()
            serving.setdefault((day, kind_of(duty, problem.tz), unit or ""), []).append(a)
    return tuple(
        Side(
            slot,
            tuple(_seat(problem, row, on_seat, claims) for row in slot.rows),
            tuple(_team(problem, serving.get((slot.day, slot.kind, unit), ()), claims, lang) for unit in units),
        )
        for slot in sorted(slots, key=lambda s: (s.day, KINDS.index(s.kind)))
    )


def _seat(
    problem: Problem, row: Row, on_seat: Mapping[Slot, Sequence[Assignment]], claims: set[Assignment]
) -> TownSeat:
    held = on_seat.get(row.gap.slot, ())
    own, claimed = ([person_name(problem, a.person) for a in held if (a in claims) is by] for by in (False, True))
    return TownSeat(row, tuple(own), tuple(claimed))


def _team(problem: Problem, held: Iterable[Assignment], claims: set[Assignment], lang: str) -> tuple[Serving, ...]:
    return tuple(Serving(person_name(problem, a.person), place(problem, a, lang).place, a in claims) for a in held)
