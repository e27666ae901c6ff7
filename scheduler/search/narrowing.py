"""Compiled: the part of everybody's diagram that lies near the cheapest week at some prices.

A dive asks for cheapest weeks hundreds of times, at prices that stay near the best ones. Millions of nodes that no
good week passes are then in the way; without them a pass takes a tenth of the time or less. What is left out is lost
to the dive alone: bounds are read from the whole.
"""

from __future__ import annotations

from ..native import compiled
from .weeks import NO_WAY, _values

TINY = 1e-9
"""Float error of costs, in steps."""


@compiled
def _reach(low, low_cost, high, high_cost, layer, price, start, nodes, positions, reached):
    """The cost of the cheapest way from the root to each of one person's nodes."""
    for here in range(nodes + 1):
        reached[here] = NO_WAY
    reached[0] = 0.0
    for here in range(nodes - 1):
        at = start + here
        reached[low[at]] = min(reached[low[at]], reached[here] + low_cost[at])
        serve = high_cost[at] + price[positions + layer[at]]
        reached[high[at]] = min(reached[high[at]], reached[here] + serve)


@compiled
def _steps_above(cost, least, step):
    """How far a week is from the cheapest; no more than fits a small number."""
    return int(min(1e6, max(0.0, (cost - least) / step - TINY)))


@compiled
def count_near(first, low, low_cost, high, high_cost, layer, position_of, price, value, reached, step, counts):
    """[steps] how many nodes have their cheapest week so far above their person's cheapest; the last: further."""
    farthest = len(counts) - 1
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        _values(low, low_cost, high, high_cost, layer, price, 1, start, nodes, positions, value)
        if value[0] >= NO_WAY / 2:
            counts[0] += nodes
            continue
        _reach(low, low_cost, high, high_cost, layer, price, start, nodes, positions, reached)
        for here in range(nodes):
            counts[min(farthest, _steps_above(reached[here] + value[here], value[0], step))] += 1


@compiled
def narrow(
    first, low, low_cost, high, high_cost, layer, position_of, price, value, reached, step, most, number,
    new_first, new_low, new_low_cost, new_high, new_high_cost, new_layer,
):  # fmt: skip
    """Keep what lies at most so many steps above the cheapest; who has no legal week keeps everything.

    `number` has room for one person's nodes; the new arrays for as many as `count_near` says.
    """
    new_first[0] = 0
    for person in range(len(first) - 1):
        start, nodes, positions = first[person], first[person + 1] - first[person], position_of[person]
        _values(low, low_cost, high, high_cost, layer, price, 1, start, nodes, positions, value)
        _reach(low, low_cost, high, high_cost, layer, price, start, nodes, positions, reached)
        everything = value[0] >= NO_WAY / 2
        kept = 0
        for here in range(nodes):
            near = everything or _steps_above(reached[here] + value[here], value[0], step) <= most
            number[here] = kept if near else -1
            kept += 1 if near else 0
        to = new_first[person]
        new_first[person + 1] = to + kept
        for here in range(nodes):
            if number[here] < 0:
                continue
            at = start + here
            new_layer[to], new_low_cost[to], new_high_cost[to] = layer[at], low_cost[at], high_cost[at]
            new_low[to] = new_high[to] = kept
            if here < nodes - 1:
                out = reached[here] + low_cost[at] + value[low[at]]
                if low[at] < nodes and (everything or _steps_above(out, value[0], step) <= most):
                    new_low[to] = number[low[at]]
                serve = reached[here] + high_cost[at] + price[positions + layer[at]] + value[high[at]]
                if high[at] < nodes and (everything or _steps_above(serve, value[0], step) <= most):
                    new_high[to] = number[high[at]]
            to += 1
