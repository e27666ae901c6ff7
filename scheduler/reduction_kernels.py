"""Compiled: which rows allow a number of duties, and which of them say nothing new."""

from __future__ import annotations

import numpy as np

from .native import compiled


@compiled
def count_allowed(first, weight, candidates, room, sorted_weights, allowed):
    """How many of its cells each candidate row allows, where that does not depend on which; else −1 is left."""
    for i in range(len(candidates)):
        begin, size = first[candidates[i]], first[candidates[i] + 1] - first[candidates[i]]
        for k in range(size):
            at = k
            while at > 0 and sorted_weights[at - 1] > weight[begin + k]:
                sorted_weights[at] = sorted_weights[at - 1]
                at -= 1
            sorted_weights[at] = weight[begin + k]
        most = fewest = 0
        light = heavy = np.int64(0)
        for k in range(size):
            light += sorted_weights[k]
            heavy += sorted_weights[size - 1 - k]
            most += light <= room[i]
            fewest += heavy <= room[i]
        if most == fewest:
            allowed[i] = most


@compiled
def fill_masks(first, column, counting, cell_slot, masks):
    """The slots of each counting row, one bit each."""
    for i in range(len(counting)):
        for k in range(first[counting[i]], first[counting[i] + 1]):
            slot = cell_slot[column[k]]
            masks[i, slot >> 6] |= np.uint64(1) << np.uint64(slot & 63)


@compiled
def _lies_within(masks, one, other):
    inside = True
    for word in range(masks.shape[1]):
        inside = inside and (masks[one, word] & ~masks[other, word]) == 0
    return inside


@compiled
def mark_needed(bounds, allowed, size, masks, needed):
    """Rows of one person stand together, tightest and largest first: one within an earlier needed one says nothing."""
    for person in range(len(bounds) - 1):
        for i in range(bounds[person], bounds[person + 1]):
            implied = size[i] <= allowed[i]
            other = bounds[person]
            while other < i and not implied:
                implied = needed[other] and _lies_within(masks, i, other)
                other += 1
            needed[i] = not implied
