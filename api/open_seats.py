"""What one person may take: vacant seats, colleagues' offers, and the duties that a colleague could swap for theirs.

Seats are first asked of a problem of this person alone (`alone.py`), then, best first, of the whole roster, until
enough are found: an answer about four hundred vacancies of a large town stays within a fraction of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.exchange_kinds import Exchange
from scheduler import check
from scheduler.problem import Assignment, Demand, Duty

from .access import store
from .alone import Alone, later_breaches
from .amending import after
from .exchanging import swap_parts
from .standings import Standing, breaches, standing

SHOWN = 10
MOST_ASKED = 400
"""Seats of which a person alone is asked."""
MOST_JUDGED = 40
"""Seats that are judged with the whole roster, each some milliseconds in a large town."""
DAYS_AHEAD = 28


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """A seat that somebody may take now."""

    week: date
    duty: Duty
    position: str
    needed: bool
    """The duty is below its minimum; otherwise below what it ideally has."""
    offer: Exchange | None = None
    """The colleague's offer by which it can be had."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best of what there is; `more`: there would be others."""

    seats: tuple[OpenSeat, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """A colleague's duty for which one's own could be swapped."""

    week: date
    seat: Assignment
    duty: Duty


def weeks_ahead(town: str, person: str) -> list[date]:
    """The published weeks that are not over, by date."""
    now = store().database.now()
    return [first for first, _ in store().rosters.ahead(town, person, now, now + timedelta(days=DAYS_AHEAD)).weeks]


def open_seats(town: str, person: str, most: int = SHOWN) -> Found:
    """Vacant seats of published weeks that this person may legally take: below the minimum first, then what suits
    them best by the town's own prices (their wishes, a short way, a fair share)."""
    if store().exchanges.policy(town).value.claims == "off":
        return Found(())
    found: list[tuple[tuple[int, int, float], OpenSeat]] = []
    more = False
    for week in weeks_ahead(town, person):
        here = standing(town, week)
        if person in here.problem.person_index:
            some, others = _of_week(here, person, most + 1)
            found, more = found + some, more or others
    found.sort(key=lambda ranked: ranked[0])
    return Found(tuple(seat for _, seat in found[:most]), more or len(found) > most)


def offered_seats(town: str, person: str) -> tuple[OpenSeat, ...]:
    """Colleagues' offers that this person may legally take, those to them by name first, then by date."""
    offers = [e for e in store().exchanges.offered(town) if e.partner in (None, person) and e.person != person]
    if not offers or store().exchanges.policy(town).value.offers == "off":
        return ()
    asked = sorted(offers, key=lambda e: (e.partner is None, e.expires_at))[:MOST_JUDGED]
    standings = {week: standing(town, week) for week in {e.week for e in asked} & {*weeks_ahead(town, person)}}
    return tuple(seat for e in asked if (seat := _offered(standings.get(e.week), e, person)) is not None)


def partners(town: str, week: date, person: str, duty: str, day: date | None = None, most: int = 12) -> list[Partner]:
    """Colleagues' duties for which a duty could be swapped, both sides legal: of the same week first, then of the other
    published weeks; of one day if wanted.

    The same post and the nearest times first. Raises ApiError (409) when the duty is not the person's.
    """
    here = standing(town, week)
    mine, own = here.seat_of(person, duty), here.duty(duty)
    found: list[Partner] = []
    judged = 0
    for there in _weeks_to_swap(here, person, day):
        for theirs in _candidates(here, mine, own, there, day):
            if len(found) == most or judged == MOST_JUDGED:
                break
            judged += 1
            if not breaches(swap_parts(here, mine, there, theirs)):
                found.append(Partner(there.week, theirs, there.duty(theirs.duty)))
    return sorted(found, key=lambda p: (p.duty.start, p.duty.id, p.seat.person))


def _weeks_to_swap(here: Standing, person: str, day: date | None) -> Iterator[Standing]:
    """The week itself, then the other published ones that are not over; of a day, the one that holds it."""
    town = here.version.town
    for week in sorted({here.week, *weeks_ahead(town, person)}, key=lambda w: (w != here.week, w)):
        there = here if week == here.week else standing(town, week)
        if person in there.problem.person_index and (day is None or there.week <= day <= there.last_day):
            yield there


def colleagues(town: str, week: date, person: str, duty: str, most: int = 8) -> list[str]:
    """Who serves in this week or another published one and could take a duty over as things stand; those of the same
    post first."""
    here = standing(town, week)
    mine, own = here.seat_of(person, duty), here.duty(duty)
    fit = _fit(here, own, mine.position)
    posts = {d.id: d.post for d in here.problem.duties}
    others = [store().rosters.get(town, other, "published") for other in weeks_ahead(town, person) if other != week]
    serving = {a.person for version in (here.version, *others) for a in version.assignments}
    same_post = {a.person for a in here.version.assignments if own.post and posts[a.duty] == own.post}
    busy = {a.person for a in here.version.assignments if a.duty == duty}
    found: list[str] = []
    for colleague in sorted((fit & serving) - busy, key=lambda p: (p not in same_post, p))[:MOST_JUDGED]:
        if len(found) < most and _legal(here, [mine], [Assignment(colleague, duty, mine.position)]):
            found.append(colleague)
    return found


def days_to_come(town: str, person: str, week: date) -> list[date]:
    """The days of this week and of the other published ones on which duties are yet to begin."""
    now, found = store().database.now(), set[date]()
    for there in _weeks_to_swap(standing(town, week), person, None):
        tz = there.problem.tz
        found |= {d.start.astimezone(tz).date() for d in there.problem.duties if d.start > now}
    return sorted(found)


# --- vacant seats ---------------------------------------------------------------------------------------------


def _of_week(here: Standing, person: str, most: int) -> tuple[list[tuple[tuple[int, int, float], OpenSeat]], bool]:
    """The best seats of one week with what they are ranked by, and whether there may be others."""
    now = store().database.now()
    seats = sorted(vacant(here, now), key=lambda s: (-s[2], s[0].start, s[0].id, s[1].position))
    asked = seats[:MOST_ASKED]
    alone = Alone(here.problem, here.version.assignments, person, {duty.id for duty, _, _ in asked})
    legal = [seat for seat in asked if alone.may_take(seat[0].id, seat[1].position)]
    ranked = _ranked(alone, legal)
    found: list[tuple[tuple[int, int, float], OpenSeat]] = []
    for rank, duty, seat in ranked[:MOST_JUDGED]:
        if len(found) == most:
            break
        if _legal(here, [], [Assignment(person, duty.id, seat.position)]):
            found.append((rank, OpenSeat(here.week, duty, seat.position, needed=rank[0] < 0)))
    return found, len(ranked) > MOST_JUDGED


def _ranked(
    alone: Alone, legal: Iterable[tuple[Duty, Demand, int]]
) -> list[tuple[tuple[int, int, float], Duty, Demand]]:
    """What the town lacks most first, then what costs least by its prices, then what comes first."""
    ranked = [
        ((-weight, alone.cost(duty.id, seat.position), duty.start.timestamp()), duty, seat)
        for duty, seat, weight in legal
    ]
    return sorted(ranked, key=lambda one: (one[0], one[1].id, one[2].position))


def vacant(here: Standing, now: datetime) -> Iterator[tuple[Duty, Demand, int]]:
    """Seats of duties to come that could take somebody; below the minimum their priority, else 0."""
    heads = Counter((a.duty, a.position) for a in here.version.assignments)
    for duty in here.problem.duties:
        if duty.start > now:
            for seat in duty.seats:
                held = heads[duty.id, seat.position]
                if held < seat.ideal:
                    yield duty, seat, seat.priority if held < seat.min else 0


def _legal(here: Standing, remove: list[Assignment], add: list[Assignment]) -> bool:
    """By the whole roster of the week, and by the published weeks after it."""
    if not check.consequences(here.problem, here.version.assignments, remove, add).legal:
        return False
    for person in {a.person for a in add}:
        ahead = after(here.version.town, here.problem, person)
        if any(one.week > here.week for one in ahead.duties):
            before = [a for a in here.version.assignments if a.person == person]
            then = [a for a in (*before, *add) if a.person == person and a not in remove]
            if later_breaches(here.problem, before, then, person, ahead):
                return False
    return True


# --- what colleagues have -------------------------------------------------------------------------------------


def _offered(here: Standing | None, offer: Exchange, person: str) -> OpenSeat | None:
    """The seat of an offer, when it still stands and this person may take it."""
    if here is None or person not in here.problem.person_index or offer.given not in here.version.assignments:
        return None
    taken = Assignment(person, offer.duty, offer.position)
    if any(a.person == person and a.duty == offer.duty for a in here.version.assignments):
        return None
    if not _legal(here, [offer.given], [taken]):
        return None
    return OpenSeat(here.week, here.duty(offer.duty), offer.position, needed=True, offer=offer)


def _candidates(
    here: Standing, mine: Assignment, own: Duty, there: Standing, day: date | None
) -> Iterator[Assignment]:
    """Colleagues' seats `there` that I could take instead of mine, the most fitting first, and who could take mine."""
    now, tz, same = store().database.now(), there.problem.tz, there.week == here.week
    duties = {d.id: d for d in there.problem.duties if d.start > now and not (same and d.id == mine.duty)}
    if day is not None:
        duties = {id_: d for id_, d in duties.items() if d.start.astimezone(tz).date() == day}
    seats = [a for a in there.version.assignments if a.duty in duties and a.person != mine.person and not a.pinned]
    seats.sort(
        key=lambda a: (
            a.position != mine.position,
            duties[a.duty].post != own.post,
            abs((duties[a.duty].start - own.start).total_seconds()),
            a.duty,
            a.person,
        )
    )
    me = Alone(there.problem, there.version.assignments, mine.person, duties, without=[mine] if same else ())
    fit = _fit(here, own, mine.position)
    takes: dict[tuple[str, str], bool] = {}
    for theirs in seats:
        if theirs.person not in fit:
            continue
        key = theirs.duty, theirs.position
        if key not in takes:
            takes[key] = len(takes) < MOST_ASKED and me.may_take(*key)
        if takes[key]:
            yield theirs


def _fit(here: Standing, duty: Duty, position: str) -> set[str]:
    """Whom nothing but perhaps their other duties keeps off a seat."""
    found = check.obstacles(here.problem, (), here.problem.duty_index[duty.id], position)
    kept_off = {int(i) for _, limit, mask in found if limit.each == "person" for i in mask.nonzero()[0]}
    return {person.id for i, person in enumerate(here.problem.people) if i not in kept_off}
