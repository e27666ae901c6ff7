"""What a team's captain sees: offered seats, who else is on duty there, the team's own week, who could come; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.gap_board import Choice, Gap, loads, team_people
from models.gaps import Claim, Offer
from models.records import RosterVersion
from scheduler.problem import Assignment, Problem

from .gap_view import TimeSlot, time_slots
from .repair_view import Place, place
from .shifts import Kind, kind_of, person_name, team_in_order


@dataclass(frozen=True, slots=True)
class Mine:
    """A claim of the team."""

    claim: Claim
    place: Place
    name: str
    returnable: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team with their week: day → what they serve."""

    person: str
    name: str
    days: tuple[tuple[Kind, ...], ...]
    minutes: int
    duties: int


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer as the captain reads it; instants are local."""

    offer: Offer
    until: datetime
    open: bool
    slots: tuple[TimeSlot, ...]
    mine: tuple[Mine, ...]
    members: tuple[Member, ...]
    days: tuple[date, ...]

    @property
    def short(self) -> int:
        return sum(slot.short for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the duty of the seat, whatever team they are of."""

    position: str
    name: str
    own: bool


def offered(
    problem: Problem, found: Offer, version: RosterVersion, gaps: Iterable[Gap], unit: str, now: datetime, lang: str
) -> Offered:
    """An offer with its seats as they are now; seats whose duty has begun are left out."""
    there = set(version.assignments)
    ahead = [gap for gap in gaps if gap.slot in found.slots and gap.duty.start > now]
    starts = {duty.id: duty.start for duty in version.duties}
    mine = [
        Mine(
            claim,
            place(problem, claim.assignment, lang),
            person_name(problem, claim.person),
            found.takes(now) and starts[claim.duty] > now,
        )
        for claim in found.claims
        if claim.assignment in there and claim.duty in problem.duty_index
    ]
    return Offered(
        offer=found,
        until=found.until.astimezone(problem.tz),
        open=found.takes(now),
        slots=time_slots(problem, ahead, {}, lang),
        mine=tuple(sorted(mine, key=lambda m: (m.place.start, m.name))),
        members=members(problem, version.assignments, unit),
        days=tuple(problem.start + timedelta(days=i) for i in range(problem.days)),
    )


def members(problem: Problem, assignments: Sequence[Assignment], unit: str) -> tuple[Member, ...]:
    """The team's people with what they serve each day of the week."""
    minutes, duties = loads(problem, assignments)
    serving: dict[str, list[list[Kind]]] = {}
    for a in assignments:
        index = problem.duty_index.get(a.duty)
        if index is None:
            continue
        day = int(problem.duty_day[index])
        if 0 <= day < problem.days:
            held = serving.setdefault(a.person, [[] for _ in range(problem.days)])
            held[day].append(kind_of(problem.duties[index], problem.tz))
    empty: list[list[Kind]] = [[] for _ in range(problem.days)]
    return tuple(
        Member(p.id, p.name, tuple(tuple(d) for d in serving.get(p.id, empty)), minutes[p.id], duties[p.id])
        for p in team_people(problem, unit)
    )


def colleagues(problem: Problem, version: RosterVersion, gap: Gap, unit: str, lang: str) -> list[Colleague]:
    """Everybody on the duty of a seat, the leader first."""
    team = [a for a in version.assignments if a.duty == gap.duty.id]
    own = {p.id for p in team_people(problem, unit)}
    return [
        Colleague(problem.name("position", a.position, lang), person_name(problem, a.person), a.person in own)
        for a in team_in_order(gap.duty, team, problem)
    ]


def parted(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """Who may, and who may not."""
    return [c for c in choices if c.legal], [c for c in choices if not c.legal]
