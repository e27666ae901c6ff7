"""Compiled: one person's diagram made as small as it can be.

Growing goes with time and so tells beginnings apart that differ in what later turns out not to matter. Read
backwards, nodes of a layer with the same arcs to the same children at the same costs are one node (Bryant 1986),
and a node from which nothing legal leads on is none. Two to nine nodes become one that way.
"""

from __future__ import annotations

import numpy as np

from ..native import compiled


@compiled
def _word(low, low_cost, high, high_cost):
    """A well-mixed word of a node's arcs."""
    z = np.uint64(low + 2) * np.uint64(0x9E3779B97F4A7C15)
    z ^= np.uint64(high + 2) * np.uint64(0xC2B2AE3D27D4EB4F)
    z += np.uint64(low_cost + 1073741824) * np.uint64(0x165667B19E3779F9)
    z ^= np.uint64(high_cost + 1073741824) * np.uint64(0xD6E8FEB86659FD93)
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return z ^ (z >> np.uint64(32))


@compiled
def merge_alike(start, end, table, renamed, low, low_cost, high, high_cost, layer):
    """Merge the nodes of one person, from `start` to before `end`, and close the gaps; gives the new end.

    The root is the first node and the terminal the last, before and after. `table` has room for twice as many
    nodes, rounded up to a power of two; `renamed` for as many.
    """
    nodes = end - start
    size = np.int64(2)
    while size < 2 * nodes:
        size *= 2
    mask = np.uint64(size - 1)
    for i in range(size):
        table[i] = -1
    renamed[nodes - 1] = nodes - 1
    for here in range(nodes - 2, -1, -1):
        at = start + here
        low[at] = renamed[low[at]] if low[at] >= 0 else -1
        high[at] = renamed[high[at]] if high[at] >= 0 else -1
        low_cost[at] = low_cost[at] if low[at] >= 0 else 0
        high_cost[at] = high_cost[at] if high[at] >= 0 else 0
        if low[at] < 0 and high[at] < 0 and here > 0:
            renamed[here] = -1
            continue
        slot = np.int64(_word(low[at], low_cost[at], high[at], high_cost[at]) & mask)
        renamed[here] = here
        while table[slot] >= 0:
            other = start + table[slot]
            if (
                low[other] == low[at]
                and high[other] == high[at]
                and low_cost[other] == low_cost[at]
                and high_cost[other] == high_cost[at]
                and layer[other] == layer[at]
            ):
                renamed[here] = table[slot]
                break
            slot = (slot + 1) & np.int64(mask)
        if renamed[here] == here:
            table[slot] = here
    return _close_gaps(start, nodes, table, renamed, low, low_cost, high, high_cost, layer)


@compiled
def _close_gaps(start, nodes, place, renamed, low, low_cost, high, high_cost, layer):
    """Move the nodes that stand for themselves together; `place` gets their new numbers."""
    kept = np.int64(0)
    for here in range(nodes):
        if renamed[here] == here:
            place[here] = kept
            kept += 1
    for here in range(nodes):
        if renamed[here] == here:
            at, to = start + here, start + place[here]
            low[to] = place[low[at]] if low[at] >= 0 else -1
            high[to] = place[high[at]] if high[at] >= 0 else -1
            low_cost[to], high_cost[to], layer[to] = low_cost[at], high_cost[at], layer[at]
    return start + kept
