"""Compiled: adaptive large neighbourhood search. Take some pairs out, put them back, accept as annealing does."""

from __future__ import annotations

import numpy as np

from ..native import compiled
from ..search.kernels import below, next_random
from .insertion_kernels import insert_pool
from .removal_kernels import WAYS, take_out
from .route_kernels import close_gaps, copy_changes, copy_plan, total

REGRETS = np.array([1, 2, 3, 4])
"""How many routes each kind of insertion compares; 1 is plainly the cheapest."""
NOISE = 0.025
"""The largest error of a noisy insertion, of the largest distance."""
FEWEST_OUT, MOST_OUT, MOST_SHARE = 2, 40, 0.2
"""Pairs taken out in one step: from, to, and never more than this share of all."""
SEGMENT = 100
"""Steps between two weighings of the operators."""
REACTION = 0.1
FOUND_BEST, FOUND_BETTER, FOUND_OTHER = 12.0, 6.0, 2.0
"""What an operator earns."""
LEAST_WEIGHT = 0.2
"""Nobody is forgotten."""
SAME = 1e-9
"""Distances this near to each other are of one plan."""


@compiled
def _drawn(desk, side, operators):
    """An operator, each as likely as its weight says."""
    whole = 0.0
    for k in range(operators):
        whole += desk.chosen[side, k]
    left = next_random(desk.random) * whole
    for k in range(operators):
        left -= desk.chosen[side, k]
        if left < 0.0:
            return k
    return operators - 1


@compiled
def _reward(desk, removal, insertion, earned):
    desk.merit[0, removal] += earned
    desk.merit[1, insertion] += earned
    desk.tries[0, removal] += 1
    desk.tries[1, insertion] += 1


@compiled
def _reweigh(desk):
    """Weights follow what was earned, once a segment has been tried."""
    tried = 0
    for k in range(WAYS):
        tried += desk.tries[0, k]
    if tried < SEGMENT:
        return
    for side in range(2):
        for k in range(desk.merit.shape[1]):
            if desk.tries[side, k] > 0:
                earned = desk.merit[side, k] / desk.tries[side, k]
                weight = (1.0 - REACTION) * desk.chosen[side, k] + REACTION * earned
                desk.chosen[side, k] = max(LEAST_WEIGHT, weight)
            desk.merit[side, k] = 0.0
            desk.tries[side, k] = 0


@compiled
def improve(ground, plan, kept, best, desk, steps, hot, cold):
    """So many steps from `kept`; the temperature falls from `hot` to `cold`, both distances.

    `plan` equals `kept` at the beginning and at the end. `best` takes what is better: fewer routes, or a shorter
    distance with as many.
    """
    pairs = len(plan.route_of)
    most = max(1, min(MOST_OUT, int(MOST_SHARE * pairs)))
    fewest = min(FEWEST_OUT, most)
    current = total(kept)
    record = total(best)
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    temperature = hot
    for _ in range(steps):
        temperature *= cooling
        _reweigh(desk)
        removal = _drawn(desk, 0, WAYS)
        insertion = _drawn(desk, 1, len(REGRETS))
        noise = NOISE * ground.scale[0] if next_random(desk.random) < 0.5 else 0.0
        take_out(ground, plan, desk, removal, fewest + below(desk.random, most - fewest + 1))
        earned = 0.0
        if insert_pool(ground, plan, desk, REGRETS[insertion], noise):
            if close_gaps(plan):
                copy_plan(plan, kept, desk)
                copy_plan(plan, best, desk)
                current = total(plan)
                record = current
                _reward(desk, removal, insertion, FOUND_BEST)
                continue
            cost = total(plan)
            other = abs(cost - current) > SAME
            if other and cost < current - temperature * np.log(max(1e-300, next_random(desk.random))):
                earned = FOUND_OTHER
                if cost < current - SAME:
                    earned = FOUND_BETTER
                copy_changes(plan, kept, desk)
                current = cost
                if cost < record - SAME:
                    earned = FOUND_BEST
                    copy_plan(plan, best, desk)
                    record = cost
        desk.pool_count[0] = 0
        copy_changes(kept, plan, desk)
        _reward(desk, removal, insertion, earned)
