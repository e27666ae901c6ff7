"""Compiled: one route at a time. Where a pair fits, putting it in, taking it out.

A route knows for each position the earliest begin of service and the latest arrival that keeps all that follows
in time, so whether a stop fits is one comparison. Positions are counted in the route as it is: the pick-up goes
after position i, the delivery after position j ≥ i, and straight behind the pick-up when j = i.
"""

from __future__ import annotations

import numpy as np

from ..native import compiled

ROUNDING = 1e-9
"""Lateness up to this is the arithmetic's; the evaluator grants more."""
NOWHERE = np.inf


@compiled
def schedule(ground, stops, m, start, latest, load):
    """Fills in times and loads of a route of `m` stops; gives its distance."""
    start[0] = ground.ready[0]
    load[0] = 0
    driven = 0.0
    for k in range(1, m):
        here = stops[k - 1]
        there = stops[k]
        arrival = start[k - 1] + ground.service[here] + ground.far[here, there]
        start[k] = max(arrival, ground.ready[there])
        load[k] = load[k - 1] + ground.demand[there]
        driven += ground.far[here, there]
    latest[m - 1] = ground.due[0]
    for k in range(m - 2, -1, -1):
        here = stops[k]
        there = stops[k + 1]
        latest[k] = min(ground.due[here], latest[k + 1] - ground.far[here, there] - ground.service[here])
    return driven


@compiled
def fit(ground, stops, m, start, latest, load, pair):
    """The cheapest place of a pair in a route: (cost, i, j); the cost is the detour, infinite if it fits nowhere.

    Whoever would be late at a stop would be late there from any later position too, for no detour saves time.
    """
    best = NOWHERE
    best_i = -1
    best_j = -1
    p = 2 * pair + 1
    d = p + 1
    more = ground.demand[p]
    far = ground.far
    for i in range(m - 1):
        a = stops[i]
        b = stops[i + 1]
        begin = max(start[i] + ground.service[a] + far[a, p], ground.ready[p])
        if begin > ground.due[p] + ROUNDING:
            break
        leave = begin + ground.service[p]
        brought = max(leave + far[p, d], ground.ready[d])
        if brought > ground.due[d] + ROUNDING:
            break
        if load[i] + more > ground.capacity:
            continue
        cost = far[a, p] + far[p, d] + far[d, b] - far[a, b]
        if cost < best and brought + ground.service[d] + far[d, b] <= latest[i + 1] + ROUNDING:
            best = cost
            best_i = i
            best_j = i
        detour = far[a, p] + far[p, b] - far[a, b]
        if detour >= best:
            continue
        arrival = leave + far[p, b]
        for j in range(i + 1, m - 1):
            if arrival > latest[j] + ROUNDING or load[j] + more > ground.capacity:
                break
            a = stops[j]
            b = stops[j + 1]
            leave = max(arrival, ground.ready[a]) + ground.service[a]
            brought = max(leave + far[a, d], ground.ready[d])
            if brought > ground.due[d] + ROUNDING:
                break
            cost = detour + far[a, d] + far[d, b] - far[a, b]
            if cost < best and brought + ground.service[d] + far[d, b] <= latest[j + 1] + ROUNDING:
                best = cost
                best_i = i
                best_j = j
            arrival = leave + far[a, b]
    return best, best_i, best_j


@compiled
def fit_route(ground, plan, pair, r):
    """`fit` in a route of the plan."""
    return fit(ground, plan.stops[r], plan.length[r], plan.start[r], plan.latest[r], plan.load[r], pair)


@compiled
def refresh(ground, plan, desk, r):
    """Brings all that is known of a route up to its stops."""
    m = plan.length[r]
    plan.driven[r] = schedule(ground, plan.stops[r], m, plan.start[r], plan.latest[r], plan.load[r])
    for k in range(1, m - 1):
        node = plan.stops[r, k]
        plan.place[node] = k
        plan.moment[node] = plan.start[r, k]
    desk.clock[0] += 1
    plan.stamp[r] = desk.clock[0]
    desk.changed[r] = 1


@compiled
def insert(ground, plan, desk, pair, r, i, j):
    """Puts a pair into a route at the positions that `fit` gave."""
    m = plan.length[r]
    for k in range(m - 1, j, -1):
        plan.stops[r, k + 2] = plan.stops[r, k]
    plan.stops[r, j + 2] = 2 * pair + 2
    for k in range(j, i, -1):
        plan.stops[r, k + 1] = plan.stops[r, k]
    plan.stops[r, i + 1] = 2 * pair + 1
    plan.length[r] = m + 2
    plan.route_of[pair] = r
    refresh(ground, plan, desk, r)


@compiled
def sweep(ground, plan, desk, r):
    """Drops the stops of pairs that no longer belong to a route."""
    kept = 1
    for k in range(1, plan.length[r] - 1):
        node = plan.stops[r, k]
        if plan.route_of[(node - 1) // 2] == r:
            plan.stops[r, kept] = node
            kept += 1
    plan.stops[r, kept] = 0
    plan.length[r] = kept + 1
    refresh(ground, plan, desk, r)


@compiled
def copy_route(source, target, r, s):
    """Route `r` of one plan becomes route `s` of another, or of the same."""
    m = source.length[r]
    for k in range(m):
        node = source.stops[r, k]
        target.stops[s, k] = node
        target.start[s, k] = source.start[r, k]
        target.latest[s, k] = source.latest[r, k]
        target.load[s, k] = source.load[r, k]
        if node > 0:
            target.place[node] = k
            target.moment[node] = source.start[r, k]
            target.route_of[(node - 1) // 2] = s
    target.length[s] = m
    target.driven[s] = source.driven[r]
    target.stamp[s] = source.stamp[r]


@compiled
def copy_plan(source, target, desk):
    """Everything that is driven; `changed` is cleared."""
    target.used[0] = source.used[0]
    for r in range(source.used[0]):
        copy_route(source, target, r, r)
        desk.changed[r] = 0


@compiled
def copy_changes(source, target, desk):
    """As `copy_plan`, of two plans that differ only where `changed` says."""
    for r in range(source.used[0]):
        if desk.changed[r]:
            copy_route(source, target, r, r)
            desk.changed[r] = 0


@compiled
def total(plan):
    """The distance driven."""
    driven = 0.0
    for r in range(plan.used[0]):
        driven += plan.driven[r]
    return driven


@compiled
def close_gaps(plan):
    """Gives up empty routes; True when there were any."""
    before = plan.used[0]
    r = 0
    while r < plan.used[0]:
        if plan.length[r] > 2:
            r += 1
            continue
        last = plan.used[0] - 1
        if last > r:
            copy_route(plan, plan, last, r)
        plan.used[0] = last
    return plan.used[0] < before
