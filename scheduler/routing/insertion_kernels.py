"""Compiled: putting the pairs of the pool back, the one first that would regret waiting most."""

from __future__ import annotations

from ..native import compiled
from ..search.kernels import below, next_random
from .route_kernels import NOWHERE, fit_route, insert

DEAR = 1e7
"""A route in which a pair does not fit counts as this much of a detour, so that who has few goes first."""


@compiled
def price(ground, plan, desk, pair, r):
    """The cheapest detour for a pair in a route, found out only when the route is not as it was."""
    if desk.seen[pair, r] != plan.stamp[r]:
        cost, i, j = fit_route(ground, plan, pair, r)
        desk.cost[pair, r] = cost
        desk.at_pickup[pair, r] = i
        desk.at_delivery[pair, r] = j
        desk.seen[pair, r] = plan.stamp[r]
    return desk.cost[pair, r]


@compiled
def put(ground, plan, desk, pair, r):
    """Inserts a pair at its cheapest place of a route, which `price` has found."""
    insert(ground, plan, desk, pair, r, desk.at_pickup[pair, r], desk.at_delivery[pair, r])


@compiled
def _weigh(ground, plan, desk, pair, regret, noise):
    """(urgency, cheapest route or −1): the sum of what later choices cost more; for `regret` 1 minus the cost."""
    lowest = desk.lowest
    known = 0
    where = -1
    for r in range(plan.used[0]):
        cost = price(ground, plan, desk, pair, r)
        if cost == NOWHERE:
            continue
        if noise > 0.0:
            cost = max(0.0, cost + noise * (2.0 * next_random(desk.random) - 1.0))
        if known == regret and cost >= lowest[known - 1]:
            continue
        if known < regret:
            known += 1
        k = known - 1
        while k > 0 and lowest[k - 1] > cost:
            lowest[k] = lowest[k - 1]
            k -= 1
        lowest[k] = cost
        if k == 0:
            where = r
    urgency = 0.0
    if known > 0:
        if regret == 1:
            urgency = -lowest[0]
        for k in range(1, regret):
            urgency += (lowest[k] if k < known else DEAR) - lowest[0]
    return urgency, where


@compiled
def insert_pool(ground, plan, desk, regret, noise):
    """Inserts until the pool is empty: True; or until some pair fits nowhere: False.

    `regret` is how many routes are compared; `noise` the largest error in each cost, for variety.
    """
    while desk.pool_count[0] > 0:
        chosen = -1
        chosen_route = -1
        most = -NOWHERE
        for q in range(desk.pool_count[0]):
            urgency, where = _weigh(ground, plan, desk, desk.pool[q], regret, noise)
            if where < 0:
                return False
            if urgency > most:
                most = urgency
                chosen = q
                chosen_route = where
        pair = desk.pool[chosen]
        desk.pool_count[0] -= 1
        desk.pool[chosen] = desk.pool[desk.pool_count[0]]
        put(ground, plan, desk, pair, chosen_route)
    return True


@compiled
def insert_somewhere(ground, plan, desk, pair):
    """Inserts a pair into a random route where it fits; False when there is none."""
    fitting = 0
    route = -1
    for r in range(plan.used[0]):
        if price(ground, plan, desk, pair, r) < NOWHERE:
            fitting += 1
            if below(desk.random, fitting) == 0:
                route = r
    if route >= 0:
        put(ground, plan, desk, pair, route)
    return route >= 0


@compiled
def open_routes(ground, plan, desk):
    """Serves the whole pool, a further vehicle for whom no other has room; gives a pair that not even that can serve.

    −1 when all are served. The pool holds everybody, the plan nobody.
    """
    while not insert_pool(ground, plan, desk, 2, 0.0):
        pair = desk.pool[0]
        for q in range(desk.pool_count[0]):
            fits = False
            for r in range(plan.used[0]):
                if price(ground, plan, desk, desk.pool[q], r) < NOWHERE:
                    fits = True
            if not fits:
                pair = desk.pool[q]
                break
        r = plan.used[0]
        if r == len(plan.length):
            return pair
        plan.used[0] += 1
        plan.stops[r, 0] = 0
        plan.stops[r, 1] = 0
        plan.length[r] = 2
        plan.driven[r] = 0.0
        desk.clock[0] += 1
        plan.stamp[r] = desk.clock[0]
        plan.latest[r, 0] = ground.due[0] - ground.service[0]
        plan.latest[r, 1] = ground.due[0]
        plan.start[r, 0] = ground.ready[0]
        plan.start[r, 1] = ground.ready[0] + ground.service[0]
        plan.load[r, 0] = 0
        plan.load[r, 1] = 0
        if price(ground, plan, desk, pair, r) == NOWHERE:
            return pair
    return -1
