"""Naive twins of the rules about places, positions, sending units, vehicles and standby; see tests/oracle.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import asin, ceil, cos, dist, radians, sin

from scheduler.problem import Assignment, Duty, Person, Post, Problem

from .oracle_view import COST, Charge, View, Work, clock, local_day

EARTH_METRES = 6_371_000


# --- places -----------------------------------------------------------------------------------------------
def on_the_ball(latitude: float, longitude: float) -> tuple[float, float, float]:
    """A place as a point of the unit ball."""
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def middle(problem: Problem, area: str | None) -> tuple[float, float] | None:
    """Coordinates of an area: its own, else the mean of its posts'."""
    for a in problem.areas:
        if a.id == area and a.latitude is not None and a.longitude is not None:
            return a.latitude, a.longitude
    spots = [
        (p.latitude, p.longitude)
        for p in problem.posts
        if p.area == area and p.latitude is not None and p.longitude is not None
    ]
    if area is None or not spots:
        return None
    return sum(s[0] for s in spots) / len(spots), sum(s[1] for s in spots) / len(spots)


def metres(problem: Problem, person: Person, post: Post | None) -> int:
    """From home to a post along the ball; 0 where either is not on the map."""
    home = middle(problem, person.area)
    if home is None or post is None or post.latitude is None or post.longitude is None:
        return 0
    chord = dist(on_the_ball(*home), on_the_ball(post.latitude, post.longitude))
    return round(EARTH_METRES * 2 * asin(chord / 2))


def post_of(problem: Problem, w: Work) -> Post | None:
    return next((p for p in problem.posts if p.id == w.post), None)


def distance(v: View) -> Iterator[Charge]:
    for p in v.people:
        for w in v.planned(p):
            beyond = metres(v.problem, p, post_of(v.problem, w)) - 1000 * v.rule.km
            steps = ceil(Fraction(beyond, 1000 * v.rule.step_km))
            yield from v.ordinary(min(1, steps) if v.rule.hard else steps)


def inspector_independence(v: View) -> Iterator[Charge]:
    for p in v.people:
        for w in v.planned(p):
            post = post_of(v.problem, w)
            own = post is not None and post.unit is not None and post.unit == p.unit
            yield from v.ordinary(own and w.position in v.rule.positions)


def rotation(v: View) -> Iterator[Charge]:
    length = v.rule.window_days
    for p in v.people:
        wanted = {w.position for w in v.planned(p)}
        for position in wanted & set(v.rule.positions) if v.rule.positions else wanted:
            for first in range(1 - length, v.problem.days):
                dates = {v.problem.start + timedelta(days=first + i) for i in range(length)}
                times = [w for w in v.works[p.id] if w.position == position and w.day in dates]
                before = sum(not w.planned for w in times)
                yield from v.ordinary(len(times) - max(v.rule.max, before))


# --- units and groups -------------------------------------------------------------------------------------
def unit_share(v: View) -> Iterator[Charge]:
    senders: dict[str, list[Person]] = defaultdict(list)
    for p in v.people:
        if p.unit is not None:
            senders[p.unit].append(p)
    held = {
        "duties": lambda p: p.history.duties,
        "nights": lambda p: p.history.nights,
        "hours": lambda p: p.history.minutes // 60,
    }[v.rule.measure]
    units_of = {
        "duties": lambda w: 1,
        "nights": lambda w: int(w.night),
        "hours": lambda w: ceil(Fraction(w.end - w.start, 60)),
    }[v.rule.measure]
    contracts = {p.id: v.contract(p) for p in v.people}
    offer = {u: sum(c.share_percent if (c := contracts[p.id]) else 100 for p in ps) for u, ps in senders.items()}
    carried = {u: sum(held(p) for p in ps) if v.rule.history else 0 for u, ps in senders.items()}
    least = min((Fraction(carried[u], offer[u]) for u in senders), default=Fraction(0))
    for u, ps in senders.items():
        h = min(20 * offer[u] // 100, carried[u] - int(least * offer[u]))
        for k in range(1, 1 + sum(units_of(w) for p in ps for w in v.planned(p))):
            quarters = int(Fraction(h + k - 1) * 4 / Fraction(offer[u], 100))
            yield COST, v.rule.weight * (2 * quarters + 4) // 4


def deputies(v: View) -> Iterator[Charge]:
    everybody = {p.id: p for p in v.people}
    days = {local_day(v.problem, d.start) for d in v.duties}
    for group in v.rule.groups:
        members = [everybody[member] for member in group if member in everybody]
        for day in days if len(members) > 1 else ():
            yield from v.ordinary(not any(w.day == day for p in members for w in v.planned(p)))


# --- vehicles and standby ---------------------------------------------------------------------------------
def vehicle(v: View) -> Iterator[Charge]:
    demanded = {known.id: known.driver_qualifications for known in v.problem.vehicles}
    people, duties = {p.id: p for p in v.people}, {d.id: d for d in v.duties}
    drivers: dict[str, list[Duty]] = defaultdict(list)
    for a in v.assignments:
        duty = duties[a.duty]
        if duty.vehicle is None or a.position not in v.rule.positions or a.person not in people:
            continue
        drivers[duty.vehicle].append(duty)
        day = local_day(v.problem, duty.start)
        yield from v.ordinary(sum(not people[a.person].holds(q, day) for q in demanded.get(duty.vehicle, ())))
    for name, driven in drivers.items():
        all_of_it = [d for d in v.duties if d.vehicle == name and any(s.position in v.rule.positions for s in d.seats)]
        for d in all_of_it:
            at_once = [o for o in all_of_it if o.start <= d.start < o.end]
            if len(at_once) > 1:
                yield from v.ordinary(sum(o in at_once for o in driven) - 1)


def standby_cover(v: View) -> Iterator[Charge]:
    standby = [d for d in v.duties if d.kind == "standby"]
    if v.rule.at_least is not None and v.people:
        yield from ready(v, [d for d in standby if asked(v, d)])
    if v.rule.max_hours is not None:
        for p in v.people:
            mine = [w for w in v.works[p.id] if (w.duty.kind if w.duty else w.kind) == "standby"]
            yield from v.ordinary(sum(too_long(v.rule.max_hours, run) for run in chains(mine)))


def asked(v: View, d: Duty) -> bool:
    types = {known.id: known.type for known in v.problem.vehicles}
    return (
        (not v.rule.positions or any(s.position in v.rule.positions for s in d.seats))
        and (not v.rule.posts or d.post in v.rule.posts)
        and (not v.rule.vehicle_types or (d.vehicle in types and types[d.vehicle] in v.rule.vehicle_types))
    )


def ready(v: View, duties: list[Duty]) -> Iterator[Charge]:
    """Heads short, for each smallest set of duties that run together."""
    minutes = {clock(m) for d in duties for m in (d.start, d.end)}
    sets = {frozenset(d.id for d in duties if clock(d.start) <= m < clock(d.end)) for m in minutes} - {frozenset()}
    people = {p.id for p in v.people}

    def counts(a: Assignment) -> bool:
        return a.person in people and (not v.rule.positions or a.position in v.rule.positions)

    heads = Counter(a.duty for a in v.assignments if counts(a))
    for d in duties:
        for seat in d.seats:
            if not v.rule.positions or seat.position in v.rule.positions:
                heads[d.id] += sum(called in people for called in seat.activated)
    for running in sets:
        if not any(other < running for other in sets):
            yield from v.ordinary(v.rule.at_least - sum(heads[d] for d in running))


def chains(works: list[Work]) -> Iterator[list[Work]]:
    """Every run of one person's duties, in time order, of which each begins as the last ends."""
    for i in range(len(works)):
        for j in range(i, len(works)):
            run = works[i : j + 1]
            if all(a.end == b.start for a, b in pairwise(run)):
                yield run


def too_long(hours: int, run: list[Work]) -> bool:
    """Longer than allowed, with a duty of the window, and shorter by its first or its last duty it is not."""
    limit = 60 * hours
    inner = [run[-1].end - w.end for w in run[:1]] + [w.start - run[0].start for w in run[-1:]]
    return run[-1].planned and run[-1].end - run[0].start > limit and all(length <= limit for length in inner)


TWINS: dict[str, Callable[[View], Iterator[Charge]]] = {
    twin.__name__: twin
    for twin in (distance, inspector_independence, rotation, unit_share, deputies, vehicle, standby_cover)
}
