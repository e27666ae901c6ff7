"""Compiled: how many vehicles there must be, from pairs that no vehicle can serve both."""

from __future__ import annotations

from ..native import compiled
from ..search.kernels import next_random
from .route_kernels import ROUNDING


@compiled
def in_time(ground, a, b, c, d):
    """Whether one vehicle can serve four stops in this order and carry what it must."""
    clock = ground.ready[0] + ground.service[0]
    load = 0
    here = 0
    for k in range(5):
        there = (a, b, c, d, 0)[k]
        clock = max(clock + ground.far[here, there], ground.ready[there])
        load += ground.demand[there]
        if clock > ground.due[there] + ROUNDING or load > ground.capacity:
            return False
        clock += ground.service[there]
        here = there
    return True


@compiled
def apart(ground, matrix):
    """Fills in which two pairs no vehicle can serve both."""
    pairs = len(matrix)
    for one in range(pairs):
        p = 2 * one + 1
        for other in range(one):
            q = 2 * other + 1
            together = (
                in_time(ground, p, p + 1, q, q + 1)
                or in_time(ground, q, q + 1, p, p + 1)
                or in_time(ground, p, q, p + 1, q + 1)
                or in_time(ground, p, q, q + 1, p + 1)
                or in_time(ground, q, p, q + 1, p + 1)
                or in_time(ground, q, p, p + 1, q + 1)
            )
            matrix[one, other] = matrix[other, one] = not together


@compiled
def clique(matrix, random, group, trials):
    """The largest group found of pairs any two of whom need two vehicles; `group` is room for one."""
    pairs = len(matrix)
    largest = 0
    for _ in range(trials):
        size = 0
        left = pairs
        for k in range(pairs):
            group[k] = k
        while left > 0:
            choice = -1
            most = -1.0
            for k in range(left):
                friends = 0.0
                for other in range(left):
                    if matrix[group[size + k], group[size + other]]:
                        friends += 1.0
                friends += 2.0 * next_random(random)
                if friends > most:
                    most = friends
                    choice = k
            member = group[size + choice]
            group[size + choice] = group[size]
            group[size] = member
            size += 1
            kept = 0
            for k in range(left - 1):
                candidate = group[size + k]
                if matrix[member, candidate]:
                    group[size + k] = group[size + kept]
                    group[size + kept] = candidate
                    kept += 1
            left = kept
        largest = max(largest, size)
    return largest
