"""Calling people out for one seat: who may take it, asking them, and the first acceptance as a change of the roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.callout_records import Asked, Callout, NewCallout, Pace
from models.errors import BrokenRules, Conflict
from models.records import RosterVersion
from scheduler import activation, substitutes
from scheduler.problem import Assignment, Duty, Problem
from scheduler.text import Text

from .access import scope, store, town_or_404
from .amending import hand_on
from .errors import ApiError, fault, invalid
from .problems import problem_for
from .seat_words import spoken

URGENT = timedelta(hours=2)
"""What begins sooner is no longer for a repair: by then those whom it moves will not have read their messages."""
AFTER_START = timedelta(hours=1)
"""So long after the duty has begun somebody is still wanted."""
MOST_ASKED = 60
MOST_ON_STANDBY = 40


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the published roster that somebody is to take at once."""

    version: RosterVersion
    problem: Problem
    duty: Duty
    position: str
    instead: str
    """Who holds it and cannot come; empty when nobody does."""

    @property
    def without(self) -> list[Assignment]:
        """The published roster as it is without who cannot come."""
        leaving = Assignment(self.instead, self.duty.id, self.position)
        return [a for a in _known(self.problem, self.version.assignments) if a != leaving]

    @property
    def words(self) -> Text:
        return spoken(self.problem, self.duty.id, self.position)


@dataclass(frozen=True, slots=True)
class Eligible:
    """Somebody who may legally take a seat."""

    person: str
    standby: Assignment | None
    """Their standby duty, which becomes this one."""
    reasons: tuple[Text, ...] = ()
    consequences: tuple[Text, ...] = ()


def seat_of(town: str, week: date, duty: str, position: str, instead: str) -> Seat:
    """The seat, when it may be filled now.

    Raises ApiError (404: nothing published, or no duty that the caller sees; 409 `not_there_any_more`: it is over;
    409 `seat_taken`: nobody is missing there; 422 for a position or person that is not on it).
    """
    version = store().rosters.find(town, week, "published")
    found = None if version is None else next((d for d in version.duties if d.id == duty), None)
    if version is None or found is None or not scope().sees_duty(found):
        raise ApiError("not_found")
    demand = found.seat(position)
    if demand is None:
        raise invalid([fault("position", "unknown_id", id=position)])
    if found.end <= store().database.now():
        raise ApiError("not_there_any_more")
    if instead and Assignment(instead, duty, position) not in version.assignments:
        raise invalid([fault("instead", "not_in_roster")])
    held = sum((a.duty, a.position) == (duty, position) for a in version.assignments)
    if not instead and held >= demand.max:
        raise ApiError("seat_taken")
    return Seat(version, problem_for(town, week, version), found, position, instead)


def urgent(duty: Duty, now: datetime) -> bool:
    """Whether a duty that is not over begins so soon that people are called out instead of moved."""
    return now < duty.end and duty.start - now < URGENT


def eligible(seat: Seat, sees: Callable[[str], bool] = lambda _: True) -> list[Eligible]:
    """Who may legally take the seat, standby first, then ranked as substitutes are; nobody who said they are away."""
    rest = seat.without
    away = {p.id for p in seat.problem.people if _away(seat, p.id)}

    def asked(person: str) -> bool:
        return person != seat.instead and person not in away and sees(person)

    on_call = [e for e in on_standby(seat, rest) if asked(e.person)]
    named = {e.person for e in on_call}
    ranked = substitutes.rank(seat.problem, rest, seat.duty.id, seat.position, limit=2 * MOST_ASKED).candidates
    others = [
        Eligible(c.person, None, tuple(c.reasons), tuple(c.consequences))
        for c in ranked
        if asked(c.person) and c.person not in named
    ]
    return [*on_call, *others][:MOST_ASKED]


def on_standby(seat: Seat, rest: Sequence[Assignment]) -> list[Eligible]:
    """Who stands by while the seat is to be held and may be activated: the standby duty makes way for this one."""
    duties = {d.id: d for d in seat.problem.duties if d.kind == "standby" and d.id != seat.duty.id}
    here = [a for a in rest if a.duty in duties and activation.meet(duties[a.duty], seat.duty)]
    found = []
    for a in here[:MOST_ON_STANDBY]:
        new = Assignment(a.person, seat.duty.id, seat.position)
        if activation.consequences(seat.problem, rest, [a], [new], rest).legal:
            found.append(Eligible(a.person, a, (Text("正在待命", "on standby"),)))
    return found


def call_out(
    town: str, seat: Seat, pace: Pace, by: str, people: Sequence[Eligible] | None = None
) -> Callout:
    """Ask for the seat. Raises AlreadyExists (people are being asked for it)."""
    listed = eligible(seat, scope().sees_person) if people is None else people
    of = town_or_404(town)
    until = min(seat.duty.end, max(seat.duty.start, store().database.now()) + AFTER_START)
    new = NewCallout(
        week=seat.version.week,
        duty=seat.duty.id,
        position=seat.position,
        instead=seat.instead,
        start=seat.duty.start,
        end=seat.duty.end,
        until=until,
        seat=seat.words,
        town_name=Text(of.name, of.name_en or of.name),
        asked=[Asked(e.person, e.standby) for e in listed],
        pace=pace,
    )
    return store().callouts.open(town, new, by)


def accept(town: str, callout: str, person: str, by: str) -> Callout:
    """The first who says so has the seat: call-out and roster change together, whoever comes second hears it is taken.

    Raises NotFound, ApiError (409 `seat_taken`: too late; 409 `not_there_any_more`: the seat itself has gone),
    BrokenRules (the rules no longer let this person: they count as not eligible from here on).
    """
    _warmed(town, store().callouts.get(town, callout))
    try:
        with store().database.together():
            found = store().callouts.hold(town, callout)
            asked = _may_accept(found, person)
            if asked.state == "accepted":
                return found
            new = Assignment(person, found.duty, found.position)
            gone = [*found.removed, *([asked.standby] if asked.standby else ())]
            hand_on(town, found.week, gone, [new], by=by, running=True)
            filled = store().callouts.fill(town, callout, person, by)
            store().acknowledgements.acknowledge(town, found.week, person, found.duty)
            cover_absences(town, found)
            return filled
    except BrokenRules:
        store().callouts.decline(town, callout, person, unfit=True)
        raise
    except ApiError as error:
        if error.code in ("not_there_any_more", "seat_taken"):
            _settle(town, callout)
        raise


def _warmed(town: str, found: Callout) -> None:
    """Make the week's problem before anything is held: in a large town it takes seconds."""
    version = store().rosters.find(town, found.week, "published")
    if version is not None:
        problem_for(town, found.week, version)


def _may_accept(found: Callout, person: str) -> Asked:
    """Raises ApiError (404: not asked; 409: taken, or over)."""
    asked = found.of(person)
    if asked is None or asked.state == "waiting":
        raise ApiError("not_found")
    if asked.state == "accepted":
        return asked
    if not found.live or store().database.now() >= found.until:
        raise ApiError("seat_taken" if found.state == "filled" else "callout_over")
    return asked


def _settle(town: str, callout: str) -> None:
    """The seat is not to be had any more though nobody was called out for it: then nobody is needed."""
    found = store().callouts.get(town, callout)
    if found.live and not _open_yet(found):
        try:
            store().callouts.withdraw(town, callout, "system")
        except Conflict:
            return  # somebody else has just ended it


def _open_yet(found: Callout) -> bool:
    version = store().rosters.find(found.town, found.week, "published")
    duty = None if version is None else next((d for d in version.duties if d.id == found.duty), None)
    demand = None if duty is None else duty.seat(found.position)
    if version is None or demand is None:
        return False
    held = [a.person for a in version.assignments if (a.duty, a.position) == (found.duty, found.position)]
    return found.instead in held if found.instead else len(held) < demand.max


def cover_absences(town: str, found: Callout) -> None:
    """Drop-outs of who made way that hit no other published duty are dealt with."""
    if not found.instead:
        return
    listed = store().absences.list(town, "reported", found.instead, found.start, found.end)
    for absence in listed:
        if not store().rosters.duties_of(town, found.instead, absence.start, absence.end):
            store().absences.cover(town, absence.id)


def _away(seat: Seat, person: str) -> bool:
    index = seat.problem.person_index[person]
    return any(
        a.status == "unavailable" and a.start < seat.duty.end and seat.duty.start < a.end
        for a in seat.problem.people[index].availability
    )


def _known(problem: Problem, assignments: Sequence[Assignment]) -> list[Assignment]:
    """Those whose person and seat are still there; what was removed since cannot be judged by the rules."""
    seats = {(d.id, s.position) for d in problem.duties for s in d.seats}
    return [a for a in assignments if a.person in problem.person_index and (a.duty, a.position) in seats]
