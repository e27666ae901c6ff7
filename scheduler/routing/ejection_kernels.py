"""Compiled: fewer vehicles. One route is given up; its pairs push others out until everybody sits somewhere.

Whoever is hard to place gains weight with each failure, and those are pushed out whose weights sum to least.
"""

from __future__ import annotations

import numpy as np

from ..native import compiled
from ..search.kernels import below, next_random
from .insertion_kernels import insert_somewhere, price, put
from .removal_kernels import give_up_route, pick, saving
from .route_kernels import copy_route, fit, insert, schedule, sweep

SHUFFLES = 60
"""Random moves of one pair each after a push, so that the next looks at other routes."""
DETOUR = 0.02
"""What a shuffle takes for a small detour, of the largest distance."""
TRIALS = 500
"""Twos of pairs that one push looks at, at most."""


@compiled
def dissolve(plan, desk):
    """Gives up a random route: its pairs go to the pool, its number to the last one's stops."""
    r = give_up_route(plan, desk)
    last = plan.used[0] - 1
    if last > r:
        copy_route(plan, plan, last, r)
    plan.used[0] = last
    for pair in range(len(desk.penalty)):
        desk.penalty[pair] = 1


@compiled
def _fits_without(ground, plan, desk, pair, r, one, other):
    """`fit` in a route from which one or two (`other` may be −1) pairs are gone: (i, j), −1 for nowhere."""
    m = 0
    for k in range(plan.length[r]):
        node = plan.stops[r, k]
        owner = (node - 1) // 2
        if node == 0 or (owner != one and owner != other):
            desk.trial[m] = node
            m += 1
    schedule(ground, desk.trial, m, desk.trial_start, desk.trial_latest, desk.trial_load)
    _, i, j = fit(ground, desk.trial, m, desk.trial_start, desk.trial_latest, desk.trial_load, pair)
    return i, j


@compiled
def _push(ground, plan, desk, pair):
    """Puts a pair where the least weight is pushed out, one or two others of one route; False when nobody will do.

    First single others everywhere, then two at a time, each from a random place on, until `TRIALS` are spent.
    """
    least = -1
    out = -1
    also_out = -1
    to_i = -1
    to_j = -1
    to_route = -1
    ties = 0
    trials = 0
    pairs = len(plan.route_of)
    for double in range(2):
        first = below(desk.random, pairs)
        for a in range(pairs):
            one = (first + a) % pairs
            r = plan.route_of[one]
            if r < 0 or (least >= 0 and desk.penalty[one] + double > least):
                continue
            for k in range(1, 2 if double == 0 else plan.length[r] - 1):
                other = (plan.stops[r, k] - 1) // 2 if double else -1
                if double and (plan.stops[r, k] % 2 == 0 or other <= one):
                    continue
                weight = desk.penalty[one] + (desk.penalty[other] if double else 0)
                if (least >= 0 and weight > least) or trials == TRIALS:
                    continue
                trials += double
                i, j = _fits_without(ground, plan, desk, pair, r, one, other)
                if i < 0:
                    continue
                ties = ties + 1 if weight == least else 1
                if weight != least or below(desk.random, ties) == 0:
                    out = one
                    also_out = other
                    to_i = i
                    to_j = j
                    to_route = r
                least = weight
    if to_route >= 0:
        pick(plan, desk, out)
        if also_out >= 0:
            pick(plan, desk, also_out)
        sweep(ground, plan, desk, to_route)
        insert(ground, plan, desk, pair, to_route, to_i, to_j)
    return to_route >= 0


@compiled
def _shuffle(ground, plan, desk):
    """Moves a random pair into a random route where it fits, by preference where that is no great detour."""
    pair = below(desk.random, len(plan.route_of))
    old = plan.route_of[pair]
    new = below(desk.random, plan.used[0])
    if old < 0 or old == new:
        return
    detour = price(ground, plan, desk, pair, new)
    if detour - saving(ground, plan, pair) > -DETOUR * ground.scale[0] * np.log(max(1e-300, next_random(desk.random))):
        return
    plan.route_of[pair] = -1
    sweep(ground, plan, desk, old)
    put(ground, plan, desk, pair, new)


@compiled
def place_all(ground, plan, desk, pushes):
    """Places the pool by at most so many pushes; True once it is empty."""
    for _ in range(pushes):
        if desk.pool_count[0] == 0:
            return True
        desk.pool_count[0] -= 1
        pair = desk.pool[desk.pool_count[0]]
        if insert_somewhere(ground, plan, desk, pair):
            continue
        desk.penalty[pair] += 1
        if not _push(ground, plan, desk, pair):
            swapped = below(desk.random, desk.pool_count[0] + 1)
            desk.pool[desk.pool_count[0]] = desk.pool[swapped]
            desk.pool[swapped] = pair
            desk.pool_count[0] += 1
        for _ in range(SHUFFLES):
            _shuffle(ground, plan, desk)
    return desk.pool_count[0] == 0
