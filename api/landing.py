"""What happens when somebody is dropped on a seat: who comes, who goes, who changes places; pure.

A drop names a person, perhaps the duty that they leave, and the duty that they are dropped on. Everything else follows:
they keep their position where the duty has it; a free seat is taken, else they change places with whoever sits there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scheduler import activation
from scheduler.problem import Assignment, Duty, Problem
from scheduler.text import Text

Teams = Mapping[str, Sequence[Assignment]]
"""Duty → its team."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Somebody held over a duty; `position` and `instead` when one certain seat is meant."""

    person: str
    leaving: str | None
    duty: str
    position: str | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Landing:
    """What a drop changes; both are empty when it cannot be done at all, and `text` says why."""

    position: str
    instead: str | None
    remove: tuple[Assignment, ...]
    add: tuple[Assignment, ...]
    text: Text

    @property
    def possible(self) -> bool:
        return bool(self.add)


@dataclass(frozen=True, slots=True)
class Judged:
    """A landing with what the rules say about it."""

    landing: Landing
    legal: bool
    why: Text
    """Why not; what would happen when it is legal."""
    cost_change: int
    vacancy_change: int


def judged(
    problem: Problem,
    assignments: Sequence[Assignment],
    teams: Teams,
    drop: Drop,
    in_force: Collection[Assignment] = (),
) -> Judged:
    """The landing of a drop on known ids, judged by the hard rules; who stands by `in_force` may be activated."""
    found = landing(problem, teams, drop)
    if not found.possible:
        return Judged(found, False, found.text, 0, 0)
    said = activation.consequences(problem, assignments, found.remove, found.add, in_force)
    why = found.text if said.legal else said.violations[0].text
    return Judged(found, said.legal, why, said.cost_change, said.vacancy_change)


def landing(problem: Problem, teams: Teams, drop: Drop) -> Landing:
    """What a drop changes; the duty, the person and a named position must be known to the problem."""
    duty = problem.duties[problem.duty_index[drop.duty]]
    team = teams.get(drop.duty, ())
    source = next((a for a in teams.get(drop.leaving or "", ()) if a.person == drop.person), None)
    if source is not None and source.pinned:
        return _no(_about(problem, drop.person, "已锁定，先解锁再移动。", "is locked; unlock first."))
    within = source is not None and source.duty == duty.id
    if within and drop.position is None:
        return _no(Text("原来就在这里。", "Already here."), source.position if source else "")
    position = drop.position or _position(problem, duty, team, drop.person, source)
    if within and source is not None and source.position == position and drop.instead in (None, drop.person):
        return _no(Text("原来就在这里。", "Already here."), position)
    if not within and any(a.person == drop.person for a in team):
        return _no(_about(problem, drop.person, "已在这一班。", "is in this team already."), position)
    other = _other(duty, team, drop, position)
    new = Assignment(drop.person, duty.id, position)
    if other is None:
        left = () if source is None else (source,)
        return Landing(position, None, left, (new,), _said(problem, new, source, None))
    if other.pinned:
        return _no(_about(problem, other.person, "已锁定，不能换下。", "is locked and stays."), position)
    if source is None:
        return Landing(position, other.person, (other,), (new,), _said(problem, new, None, other))
    if not within and any(a.person == other.person for a in teams.get(source.duty, ())):
        return _no(_about(problem, other.person, "已在对方那一班。", "is in the other team already."), position)
    back = Assignment(other.person, source.duty, source.position)
    return Landing(position, other.person, (source, other), (new, back), _said(problem, new, source, other))


def _position(problem: Problem, duty: Duty, team: Sequence[Assignment], person: str, source: Assignment | None) -> str:
    """Their own position where the duty has it, else a vacancy that they are qualified for, else any such seat."""
    if source is not None and duty.seat(source.position) is not None:
        return source.position
    held = problem.people[problem.person_index[person]]
    day = problem.date_of(int(problem.duty_day[problem.duty_index[duty.id]]))
    heads = {s.position: sum(a.position == s.position for a in team) for s in duty.seats}

    def order(seat_place: int) -> tuple[bool, bool, bool, int]:
        seat = duty.seats[seat_place]
        fit = all(held.holds(q, day) for q in seat.qualifications)
        return (not fit, heads[seat.position] >= seat.min, heads[seat.position] >= seat.max, seat_place)

    return duty.seats[min(range(len(duty.seats)), key=order)].position


def _other(duty: Duty, team: Sequence[Assignment], drop: Drop, position: str) -> Assignment | None:
    """Who has to make room; None where there is room."""
    there = [a for a in team if a.position == position and a.person != drop.person]
    if drop.instead is not None:
        return next((a for a in there if a.person == drop.instead), None)
    seat = duty.seat(position)
    if seat is None or len(there) < seat.max or not there:
        return None
    return next((a for a in there if not a.pinned), there[0])


def _no(text: Text, position: str = "") -> Landing:
    return Landing(position, None, (), (), text)


def _about(problem: Problem, person: str, zh: str, en: str) -> Text:
    """A sentence that begins with somebody's name."""
    name = _name(problem, person)
    return Text(f"{name}{zh}", f"{name} {en}")


def _name(problem: Problem, person: str) -> str:
    return problem.people[problem.person_index[person]].name


def _said(problem: Problem, new: Assignment, source: Assignment | None, other: Assignment | None) -> Text:
    """What would happen: who takes which position, instead of whom, and what stays open."""
    name = _name(problem, new.person)
    at = Text(problem.name("position", new.position, "zh"), problem.name("position", new.position, "en"))
    if other is not None:
        them = _name(problem, other.person)
        if source is not None:
            return Text(f"{name}与{them}对调（{at.zh}）", f"{name} and {them} change places ({at.en})")
        return Text(f"{name}换下{them}（{at.zh}）", f"{name} instead of {them} ({at.en})")
    if source is not None:
        return Text(f"{name}移到这里（{at.zh}）", f"{name} moves here ({at.en})")
    return Text(f"安排{name}（{at.zh}）", f"{name} takes a seat ({at.en})")
