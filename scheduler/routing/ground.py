"""An instance as arrays, and the arrays of a plan under way; nothing is allocated after this.

Node 0 is the depot; pair p is picked up at node 2p + 1 and delivered at node 2p + 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .instance import Instance, Routes

NEIGHBOURS = 40
"""Nearest stops kept for each stop."""
MOST_REGRET = 4
"""Routes that an insertion may look ahead to."""


class Ground(NamedTuple):
    """What does not change; `n` below is the number of nodes."""

    far: np.ndarray
    """[n, n]: distance, and as much travel time."""
    ready: np.ndarray
    due: np.ndarray
    service: np.ndarray
    demand: np.ndarray
    capacity: np.int64
    near: np.ndarray
    """[n, up to NEIGHBOURS]: other stops by distance."""
    scale: np.ndarray
    """[3]: the largest distance, time and demand, to compare like with like."""


class Plan(NamedTuple):
    """Routes under way; each begins and ends with the depot, an unused one has length 2."""

    stops: np.ndarray
    """[routes, positions] → node."""
    length: np.ndarray
    start: np.ndarray
    """[routes, positions]: earliest begin of service."""
    latest: np.ndarray
    """[routes, positions]: latest arrival that keeps all that follows in time."""
    load: np.ndarray
    """[routes, positions]: on board after service."""
    driven: np.ndarray
    """[routes]: distance."""
    stamp: np.ndarray
    """[routes]: changes whenever the route does; what was found out under a stamp stays true."""
    route_of: np.ndarray
    """[pairs] → route, −1 while it waits in the pool."""
    place: np.ndarray
    """[n] → position in its route."""
    moment: np.ndarray
    """[n]: begin of service; of those in the pool, as it last was."""
    used: np.ndarray
    """[1]: routes 0 … used − 1 may be driven."""


class Desk(NamedTuple):
    """Working space."""

    pool: np.ndarray
    """[pairs]: those to be inserted; the first `pool_count` are valid."""
    pool_count: np.ndarray
    cost: np.ndarray
    """[pairs, routes]: cheapest insertion, infinite for none, as of `seen`."""
    at_pickup: np.ndarray
    """[pairs, routes]: position after which the pick-up goes."""
    at_delivery: np.ndarray
    """[pairs, routes]: position after which the delivery goes; equal to `at_pickup`: straight after it."""
    seen: np.ndarray
    """[pairs, routes]: the stamp under which the three above were found."""
    clock: np.ndarray
    """[1]: the last stamp given out."""
    changed: np.ndarray
    """[routes]: 1 where the plan differs from the one it came from."""
    trial: np.ndarray
    """[positions]: a route with something left out."""
    trial_start: np.ndarray
    trial_latest: np.ndarray
    trial_load: np.ndarray
    key: np.ndarray
    """[pairs]: what a removal sorts by."""
    lowest: np.ndarray
    """[MOST_REGRET]: the lowest costs of one pair."""
    penalty: np.ndarray
    """[pairs]: how often a pair could not be placed."""
    random: np.ndarray
    """uint64[1]."""
    chosen: np.ndarray
    """[2, operators]: how the removals and the insertions have been weighted."""
    merit: np.ndarray
    """[2, operators]: earned since the last weighing."""
    tries: np.ndarray
    """[2, operators]."""


def numbered(instance: Instance) -> list[int]:
    """The number of each node in the file."""
    return [0, *(number for pair in instance.pairs for number in pair)]


def ground(instance: Instance) -> Ground:
    """The instance as arrays."""
    numbers = numbered(instance)
    stops = [instance.by_number[number] for number in numbers]
    x, y = np.array([s.x for s in stops]), np.array([s.y for s in stops])
    far = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    order = np.argsort(far[:, 1:], axis=1, kind="stable") + 1
    due = np.array([s.due for s in stops], float)
    demand = np.array([s.demand for s in stops], np.int64)
    spread = [far.max(), due.max() - min(s.ready for s in stops), demand.max()]
    return Ground(
        far=far,
        ready=np.array([s.ready for s in stops], float),
        due=due,
        service=np.array([s.service for s in stops], float),
        demand=demand,
        capacity=np.int64(instance.capacity),
        near=np.ascontiguousarray(order[:, :NEIGHBOURS].astype(np.int64)),
        scale=np.maximum(np.array(spread, float), 1e-9),
    )


def empty_plan(pairs: int, routes: int) -> Plan:
    """A plan in which nothing is served."""
    positions = 2 * pairs + 2
    return Plan(
        stops=np.zeros((routes, positions), np.int64),
        length=np.full(routes, 2, np.int64),
        start=np.zeros((routes, positions)),
        latest=np.zeros((routes, positions)),
        load=np.zeros((routes, positions), np.int64),
        driven=np.zeros(routes),
        stamp=np.zeros(routes, np.int64),
        route_of=np.full(pairs, -1, np.int64),
        place=np.zeros(2 * pairs + 1, np.int64),
        moment=np.zeros(2 * pairs + 1),
        used=np.zeros(1, np.int64),
    )


def empty_desk(pairs: int, routes: int, removals: int, insertions: int, seed: int) -> Desk:
    """Working space for a search with so many operators."""
    positions, operators = 2 * pairs + 2, max(removals, insertions)
    mixed = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64
    return Desk(
        pool=np.zeros(pairs, np.int64),
        pool_count=np.zeros(1, np.int64),
        cost=np.zeros((pairs, routes)),
        at_pickup=np.zeros((pairs, routes), np.int32),
        at_delivery=np.zeros((pairs, routes), np.int32),
        seen=np.full((pairs, routes), -1, np.int64),
        clock=np.zeros(1, np.int64),
        changed=np.zeros(routes, np.int8),
        trial=np.zeros(positions, np.int64),
        trial_start=np.zeros(positions),
        trial_latest=np.zeros(positions),
        trial_load=np.zeros(positions, np.int64),
        key=np.zeros(pairs),
        lowest=np.zeros(MOST_REGRET),
        penalty=np.ones(pairs, np.int64),
        random=np.array([mixed or 1], np.uint64),
        chosen=np.ones((2, operators)),
        merit=np.zeros((2, operators)),
        tries=np.zeros((2, operators), np.int64),
    )


def routes_of(instance: Instance, plan: Plan) -> Routes:
    """The routes that are driven, in the numbers of the file, in order of their first stop's number."""
    numbers = numbered(instance)
    lines = plan.stops[: plan.used[0]].tolist()
    driven = [line[1 : n - 1] for line, n in zip(lines, plan.length.tolist(), strict=False)]
    return tuple(sorted(tuple(numbers[node] for node in route) for route in driven if route))
