"""Compiled: growing decision diagrams layer by layer."""

from __future__ import annotations

import numpy as np

from ..native import compiled
from .diagram_merging import merge_alike
from .diagram_states import (
    CLOSED,
    FORBIDDEN,
    LARGEST_CHARGE,
    close_settled,
    end_layer,
    end_touches,
    least_charge,
    mixed,
    open_layer,
    pass_by,
    survey,
    take,
    to_come,
)


@compiled
def _same(scratch, side, one, other):
    """Whether two states are the same in every slot that is in use."""
    for slot in range(len(scratch.row_of_slot)):
        if scratch.row_of_slot[slot] != -1 and scratch.states[side, one, slot] != scratch.states[side, other, slot]:
            return False
    return True


@compiled
def _node_for(scratch, side, node, word):
    """The node of this layer with the state that stands at `node`: an earlier one, or `node` itself."""
    mask = np.uint64(len(scratch.table) - 1)
    at = np.int64((word ^ (word >> np.uint64(32))) & mask)
    while True:
        known = scratch.table[at]
        if known < 0:
            scratch.table[at] = node
            scratch.hashes[side, node] = word
            return node
        if scratch.hashes[side, known] == word and _same(scratch, side, known, node):
            return known
        at = (at + 1) & np.int64(mask)


@compiled
def _distinct_without(scratch, side, count, slot):
    """How many different states are left when a slot is closed in all of them."""
    scratch.generation[0] += 1
    generation = scratch.generation[0]
    mask = np.uint64(len(scratch.table) - 1)
    found = 0
    for node in range(count):
        word = scratch.hashes[side, node] - mixed(slot, scratch.states[side, node, slot])
        at = np.int64((word ^ (word >> np.uint64(32))) & mask)
        while scratch.seen_at[at] == generation and scratch.seen[at] != word:
            at = (at + 1) & np.int64(mask)
        if scratch.seen_at[at] != generation:
            scratch.seen_at[at] = generation
            scratch.seen[at] = word
            found += 1
    return found


@compiled
def _forget(rows, scratch, side, count, slot):
    """Close one row in all states at its least charge and merge what is now the same; gives the new count.

    (A touch, once no row is open: whatever it was for has been forgotten.)

    `renamed` says which node each becomes, `extra` what its arcs cost more.
    """
    row = scratch.row_of_slot[slot]
    for i in range(len(scratch.table)):
        scratch.table[i] = -1
    kept = 0
    for node in range(count):
        value = np.int64(scratch.states[side, node, slot])
        word = scratch.hashes[side, node]
        scratch.extra[node] = 0
        if value != CLOSED and row >= 0:
            low, high = to_come(rows, scratch, row, value)
            scratch.extra[node] = least_charge(rows, row, low, high)
        if value != CLOSED:
            word -= mixed(slot, value)
        for other in range(len(scratch.row_of_slot)):
            scratch.states[side, kept, other] = scratch.states[side, node, other]
        scratch.states[side, kept, slot] = CLOSED
        scratch.renamed[node] = _node_for(scratch, side, kept, word)
        if scratch.renamed[node] == kept:
            kept += 1
    return kept


@compiled
def _worst_slot(scratch, side, count):
    """The slot without which the fewest states are left: of a row, or of a touch when no row is open."""
    best, fewest = np.int64(0), count + 1
    for slot in range(len(scratch.row_of_slot)):
        if scratch.row_of_slot[slot] >= 0 and _is_open(scratch, side, count, slot):
            distinct = _distinct_without(scratch, side, count, slot)
            if distinct < fewest:
                best, fewest = np.int64(slot), distinct
    if fewest > count:
        for slot in range(len(scratch.row_of_slot)):
            if scratch.row_of_slot[slot] == -2 and _is_open(scratch, side, count, slot):
                best = np.int64(slot)
    return best


@compiled
def _is_open(scratch, side, count, slot):
    """Whether any state has a value in this slot."""
    open_in = 0
    for node in range(count):
        open_in += scratch.states[side, node, slot] != CLOSED
    return open_in > 0


@compiled
def _grow_person(rows, scratch, person, start, certain, exact, low, low_cost, high, high_cost, layer):
    """One person's diagram from node `start` on; gives the end, or −1 when the arrays are full."""
    begin, end = rows.first[person], rows.first[person + 1]
    most = scratch.states.shape[1] // 2 - 1
    survey(rows, scratch, begin, end)
    total = np.int64(0)
    node, count, side = np.int64(start), 1, 0
    scratch.hashes[0, 0] = np.uint64(0)
    for slot in range(len(scratch.row_of_slot)):
        scratch.states[0, 0, slot] = CLOSED
    for position in range(begin, end):
        charged, affected = open_layer(rows, scratch, position, side, count)
        total += charged
        pass_by(rows, scratch, position)
        for i in range(len(scratch.table)):
            scratch.table[i] = -1
        other, found = 1 - side, 0
        following = node + count - start
        for here in range(count):
            for arc in range(2):
                cost, child = np.int64(0), np.int64(-1)
                if arc == 1 or not rows.forced[position]:
                    for slot in range(len(scratch.row_of_slot)):
                        scratch.states[other, found, slot] = scratch.states[side, here, slot]
                    word = scratch.hashes[side, here]
                    if arc == 1:
                        word += take(rows, scratch, position, other, found)
                    cost, change = close_settled(rows, scratch, affected, other, found)
                    if cost < FORBIDDEN:
                        word += change + end_touches(rows, scratch, position, other, found)
                        child = _node_for(scratch, other, found, word)
                        if child == found:
                            found += 1
                if child < 0:
                    cost = np.int64(0)
                if arc == 0:
                    low[node + here], low_cost[node + here] = child, min(cost, LARGEST_CHARGE)
                else:
                    high[node + here], high_cost[node + here] = child, min(cost, LARGEST_CHARGE)
            layer[node + here] = position - begin
        end_layer(rows, scratch, position, affected)
        while found > most:
            slot = _worst_slot(scratch, other, found)
            exact[0] = 0
            found = _forget(rows, scratch, other, found, slot)
            _rename(scratch, node, count, low, low_cost)
            _rename(scratch, node, count, high, high_cost)
        for here in range(count):
            if low[node + here] >= 0:
                low[node + here] += following
            if high[node + here] >= 0:
                high[node + here] += following
        node, count, side = node + count, found, other
        if node + 2 * count + 2 > len(low):
            _abandon(rows, scratch, begin, end)
            return np.int64(-1)
    if total >= FORBIDDEN:  # a row that no week can keep: no way leads on from the root
        low[start] = high[start] = -1
        total = np.int64(0)
    certain[person] = total
    low[node] = high[node] = -1
    layer[node] = end - begin
    return node + 1


@compiled
def _rename(scratch, node, count, child, cost):
    for here in range(node, node + count):
        if child[here] >= 0:
            cost[here] += scratch.extra[child[here]]
            child[here] = scratch.renamed[child[here]]


@compiled
def _abandon(rows, scratch, begin, end):
    """Leave the scratch as it was before the person whose diagram found no room."""
    for position in range(begin, end):
        for k in range(rows.entry_first[position], rows.entry_first[position + 1]):
            row = rows.entry_row[k]
            scratch.slot_of_row[row] = -1
            scratch.to_come[0, row] = scratch.to_come[1, row] = 0
            scratch.stamp[row] = -1
        for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
            touch = rows.bucket[k]
            scratch.slot_of_touch[touch] = -1
            for q in range(rows.touch_first[touch], rows.touch_first[touch + 1]):
                row = rows.touch_row[q]
                scratch.slot_of_row[row] = -1
                scratch.to_come[0, row] = scratch.to_come[1, row] = 0
                scratch.stamp[row] = -1
    for slot in range(len(scratch.row_of_slot)):
        scratch.row_of_slot[slot] = -1


@compiled
def grow(rows, scratch, person, people, first, certain, exact, low, low_cost, high, high_cost, layer):
    """Diagrams of people from `person` on, until all are done or the arrays are full; gives who comes next."""
    while person < people:
        end = _grow_person(rows, scratch, person, first[person], certain, exact, low, low_cost, high, high_cost, layer)
        if end < 0:
            return person
        first[person + 1] = merge_alike(
            first[person], end, scratch.merged, scratch.merged_as, low, low_cost, high, high_cost, layer
        )
        person += 1
    return person
