"""Compiled: the cheapest legal week of everybody, through their decision diagrams."""

from __future__ import annotations

from .kernels import compiled

NO_WAY = 1e18
"""The cost of what cannot be."""


@compiled
def cheapest_weeks(first, low, low_cost, high, high_cost, layer, position_of, price, priced, value, serves):
    """The cheapest legal week of everybody: the sum of their costs; `serves` says at which positions they serve.

    `price` is asked for each position served; `priced` (0 or 1) says whether the charges on the arcs count.
    """
    total = 0.0
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        value[nodes - 1] = 0.0
        for here in range(nodes - 2, -1, -1):
            at = start + here
            best = NO_WAY
            if low[at] >= 0:
                best = value[low[at]] + priced * low_cost[at]
            if high[at] >= 0:
                best = min(best, value[high[at]] + priced * high_cost[at] + price[positions + layer[at]])
            value[here] = best
        total += value[0]
        here = 0
        while here < nodes - 1 and value[0] < NO_WAY:
            at = start + here
            out = low[at] >= 0 and value[low[at]] + priced * low_cost[at] <= value[here]
            serves[positions + layer[at]] = 0 if out else 1
            here = low[at] if out else high[at]
    return total


@compiled
def marginal_weeks(first, low, low_cost, high, high_cost, layer, position_of, price, value, reached, without, with_it):
    """For every position the cost of its person's cheapest week without it and with it."""
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        for position in range(positions, position_of[person + 1]):
            without[position] = with_it[position] = NO_WAY
        value[nodes - 1] = 0.0
        for here in range(nodes - 2, -1, -1):
            at = start + here
            reached[here] = NO_WAY
            best = NO_WAY
            if low[at] >= 0:
                best = value[low[at]] + low_cost[at]
            if high[at] >= 0:
                best = min(best, value[high[at]] + high_cost[at] + price[positions + layer[at]])
            value[here] = best
        reached[nodes - 1] = NO_WAY
        reached[0] = 0.0
        for here in range(nodes - 1):
            at = start + here
            position = positions + layer[at]
            if low[at] >= 0:
                cost = reached[here] + low_cost[at]
                reached[low[at]] = min(reached[low[at]], cost)
                without[position] = min(without[position], cost + value[low[at]])
            if high[at] >= 0:
                cost = reached[here] + high_cost[at] + price[position]
                reached[high[at]] = min(reached[high[at]], cost)
                with_it[position] = min(with_it[position], cost + value[high[at]])
