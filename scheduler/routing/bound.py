"""How few vehicles there can be: two arguments that need no search, each a proof."""

from __future__ import annotations

from math import ceil

import numpy as np

from .bound_kernels import apart, clique
from .ground import Ground

TRIALS = 10
"""Groups that are grown."""
ROUNDING = 1e-6


def fewest_vehicles(ground: Ground, seed: int) -> int:
    """No plan has fewer: pairs that must not meet need a vehicle each, and a vehicle's day is only so long."""
    pairs = len(ground.demand) // 2
    if pairs == 0:
        return 0
    matrix = np.zeros((pairs, pairs), np.bool_)
    apart(ground, matrix)
    random = np.array([seed * 2 + 1], np.uint64)
    group = np.zeros(pairs, np.int64)
    return max(1, int(clique(matrix, random, group, TRIALS)), _by_work(ground))


def _by_work(ground: Ground) -> int:
    """Every stop takes its service and at least the way from its nearest neighbour, out of the vehicles' days."""
    ways = ground.far.copy()
    np.fill_diagonal(ways, np.inf)
    work = float((ground.service[1:] + ways[:, 1:].min(axis=0)).sum())
    day = float(ground.due[0] - ground.ready[0] - ground.service[0])
    return ceil(work / day - ROUNDING) if day > 0 else 1
