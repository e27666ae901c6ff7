"""Compiled: which pairs to take out of a plan. Five ways, each leaves the pool filled and the routes swept."""

from __future__ import annotations

from ..native import compiled
from ..search.kernels import below, next_random
from .route_kernels import sweep

RANDOM, RELATED, DEAREST, ROUTE, STRETCHES = range(5)
WAYS = 5
FAR_WEIGHT, TIME_WEIGHT, LOAD_WEIGHT = 9.0, 3.0, 2.0
"""What makes two pairs related: near each other, at the same time, of the same size."""
VARIETY = 0.5
"""Keys are multiplied by 1 ± this at random."""
LONGEST_STRETCH = 8
"""Pairs that one vehicle gives up at most where neighbouring vehicles each give up a stretch."""


@compiled
def pick(plan, desk, pair):
    """A pair goes to the pool; its stops stay in the route until that is swept."""
    desk.changed[plan.route_of[pair]] = 1
    plan.route_of[pair] = -1
    desk.pool[desk.pool_count[0]] = pair
    desk.pool_count[0] += 1


@compiled
def take_out(ground, plan, desk, way, count):
    """Takes out about `count` pairs, fewer than all; `way` is one of the constants above."""
    if way == RANDOM:
        _random(plan, desk, count)
    elif way == RELATED:
        _related(ground, plan, desk, count)
    elif way == DEAREST:
        _dearest(ground, plan, desk, count)
    elif way == ROUTE:
        give_up_route(plan, desk)
    else:
        _stretches(ground, plan, desk, count)
    for r in range(plan.used[0]):
        if desk.changed[r]:
            sweep(ground, plan, desk, r)


@compiled
def _random(plan, desk, count):
    pairs = len(plan.route_of)
    while desk.pool_count[0] < count:
        pair = below(desk.random, pairs)
        if plan.route_of[pair] >= 0:
            pick(plan, desk, pair)


@compiled
def _kinship(ground, plan, one, other):
    """Small for pairs that could change places."""
    kinship = 0.0
    for side in range(1, 3):
        a = 2 * one + side
        b = 2 * other + side
        kinship += FAR_WEIGHT * ground.far[a, b] / ground.scale[0]
        kinship += TIME_WEIGHT * abs(plan.moment[a] - plan.moment[b]) / ground.scale[1]
    return kinship + LOAD_WEIGHT * abs(ground.demand[2 * one + 1] - ground.demand[2 * other + 1]) / ground.scale[2]


@compiled
def _related(ground, plan, desk, count):
    """One at random, then again and again somebody akin to one of those already out."""
    pairs = len(plan.route_of)
    pick(plan, desk, below(desk.random, pairs))
    while desk.pool_count[0] < count:
        of = desk.pool[below(desk.random, desk.pool_count[0])]
        nearest = -1
        least = 0.0
        for pair in range(pairs):
            if plan.route_of[pair] >= 0:
                key = _kinship(ground, plan, of, pair) * (1.0 + VARIETY * (2.0 * next_random(desk.random) - 1.0))
                if nearest < 0 or key < least:
                    nearest = pair
                    least = key
        pick(plan, desk, nearest)


@compiled
def saving(ground, plan, pair):
    """The distance saved if a pair were not served."""
    r = plan.route_of[pair]
    p = 2 * pair + 1
    d = p + 1
    i = plan.place[p]
    j = plan.place[d]
    before = plan.stops[r, i - 1]
    after = plan.stops[r, j + 1]
    far = ground.far
    if j == i + 1:
        return far[before, p] + far[p, d] + far[d, after] - far[before, after]
    behind = plan.stops[r, i + 1]
    ahead = plan.stops[r, j - 1]
    return far[before, p] + far[p, behind] - far[before, behind] + far[ahead, d] + far[d, after] - far[ahead, after]


@compiled
def _dearest(ground, plan, desk, count):
    """Those that cost the longest detours, with some chance."""
    pairs = len(plan.route_of)
    for pair in range(pairs):
        detour = saving(ground, plan, pair)
        desk.key[pair] = detour * (1.0 + 2.0 * VARIETY * (2.0 * next_random(desk.random) - 1.0))
    while desk.pool_count[0] < count:
        dearest = -1
        for pair in range(pairs):
            if plan.route_of[pair] >= 0 and (dearest < 0 or desk.key[pair] > desk.key[dearest]):
                dearest = pair
        pick(plan, desk, dearest)


@compiled
def give_up_route(plan, desk):
    """All pairs of a random vehicle go to the pool; gives the vehicle."""
    r = below(desk.random, plan.used[0])
    for k in range(1, plan.length[r] - 1):
        node = plan.stops[r, k]
        if node % 2 == 1:
            pick(plan, desk, (node - 1) // 2)
    return r


@compiled
def _stretches(ground, plan, desk, count):
    """Around one stop, each vehicle that comes near gives up a stretch of its route."""
    seed = 1 + below(desk.random, 2 * len(plan.route_of))
    longest = 1 + below(desk.random, min(count, LONGEST_STRETCH))
    _stretch(plan, desk, seed, min(longest, count))
    for i in range(ground.near.shape[1]):
        if desk.pool_count[0] >= count:
            break
        node = ground.near[seed, i]
        pair = (node - 1) // 2
        if plan.route_of[pair] >= 0 and not desk.changed[plan.route_of[pair]]:
            _stretch(plan, desk, node, min(longest, count - desk.pool_count[0]))


@compiled
def _stretch(plan, desk, node, most):
    """Gives up the pairs met from a little before a stop on, `most` at most."""
    r = plan.route_of[(node - 1) // 2]
    m = plan.length[r]
    k = max(1, plan.place[node] - below(desk.random, most))
    while k < m - 1 and most > 0:
        pair = (plan.stops[r, k] - 1) // 2
        if plan.route_of[pair] >= 0:
            pick(plan, desk, pair)
            most -= 1
        k += 1
