"""Compiled: the states that decision diagrams are grown from, one value for each open row and touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..native import compiled

if TYPE_CHECKING:
    from .diagrams import Personal

FORBIDDEN = np.int64(1) << 40
"""The charge of a count that the law forbids."""
LARGEST_CHARGE = 1 << 28
"""Charges are cut off here, so that costs of arcs fit 32 bits; a bound only becomes weaker by it."""
CLOSED = -(1 << 30)
"""The value of a row whose charge can no longer change."""


class Scratch(NamedTuple):
    """Working arrays of `grow`: nothing in a kernel allocates."""

    states: np.ndarray
    """[2, nodes, slots]: value of each open row or touch, for this layer and the next."""
    hashes: np.ndarray
    """[2, nodes] uint64."""
    table: np.ndarray
    """Open addressing: → node of the next layer, −1 where free."""
    seen: np.ndarray
    seen_at: np.ndarray
    slot_of_row: np.ndarray
    """[rows] → slot, −1 before and after, −2 when the row is settled from the start."""
    slot_of_touch: np.ndarray
    row_of_slot: np.ndarray
    """[slots] → row, −1 when the slot is free, −2 when it holds a touch."""
    last_of_row: np.ndarray
    last_of_touch: np.ndarray
    to_come: np.ndarray
    """[2, rows]: the least and the most that may still be added."""
    affected: np.ndarray
    stamp: np.ndarray
    renamed: np.ndarray
    extra: np.ndarray
    generation: np.ndarray
    """[1] marks what of `seen` is meant."""
    merged: np.ndarray
    """Open addressing for `merge_alike`, and its new numbers."""
    merged_as: np.ndarray

    @staticmethod
    def of(rows: Personal, most_nodes: int, slots: int) -> Scratch:
        wide, count, touches = 2 * most_nodes + 2, len(rows.base), len(rows.touch_first) - 1
        size = 1
        while size < 4 * wide:
            size *= 2
        nodes = most_nodes * (int(np.diff(rows.first).max(initial=0)) + 2)
        return Scratch(
            np.zeros((2, wide, slots), np.int32), np.zeros((2, wide), np.uint64), np.full(size, -1, np.int64),
            np.zeros(size, np.uint64), np.zeros(size, np.int64), np.full(count, -1, np.int64),
            np.full(touches, -1, np.int64), np.full(slots, -1, np.int64), np.zeros(count, np.int64),
            np.zeros(touches, np.int64), np.zeros((2, count), np.int64), np.zeros(count, np.int64),
            np.full(count, -1, np.int64), np.zeros(wide, np.int64), np.zeros(wide, np.int64),
            np.zeros(1, np.int64), np.zeros(4 * nodes, np.int32), np.zeros(nodes, np.int32),
        )  # fmt: skip


@compiled
def mixed(slot, value):
    """A well-mixed word for one slot's value; 0 for a closed row and for a touch not touched."""
    if value == CLOSED:
        return np.uint64(0)
    z = np.uint64(slot + 1) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(value + 1073741824) * np.uint64(
        0xD1342543DE82EF95
    )
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def least_charge(rows, row, low, high):
    """The least that a row charges for counts from `low` to `high`; its charge is convex in the count."""
    count = min(max(rows.cheapest_from[row], low), high)
    return rows.table[rows.offset[row] + count]


@compiled
def to_come(rows, scratch, row, value):
    """(least, most) that a row can still come to. A touch already touched is looked for again until it ends."""
    return (
        max(value + scratch.to_come[0, row], rows.least[row]),
        min(value + scratch.to_come[1, row], rows.most[row]),
    )


@compiled
def _settled(rows, row, low, high):
    """Whether every count from `low` to `high` is charged alike, or all of them are forbidden."""
    at = rows.offset[row]
    start = rows.table[at + low]
    if least_charge(rows, row, low, high) >= FORBIDDEN:
        return True
    return start == rows.table[at + high] and (high == low or rows.table[at + low + 1] == start)


@compiled
def survey(rows, scratch, begin, end):
    """Where each row and touch of one person has its last cell, and how much may come."""
    for position in range(begin, end):
        for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
            scratch.last_of_touch[rows.bucket[k]] = position
        for k in range(rows.entry_first[position], rows.entry_first[position + 1]):
            row, weight = rows.entry_row[k], rows.entry_weight[k]
            scratch.last_of_row[row] = position
            scratch.to_come[0, row] += min(weight, 0)
            scratch.to_come[1, row] += max(weight, 0)
    for position in range(begin, end):
        for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
            touch = rows.bucket[k]
            last = scratch.last_of_touch[touch] == position
            for q in range(rows.touch_first[touch], rows.touch_first[touch + 1]):
                row, weight = rows.touch_row[q], rows.touch_weight[q]
                scratch.last_of_row[row] = max(scratch.last_of_row[row], position)
                if last:
                    scratch.to_come[0, row] += min(weight, 0)
                    scratch.to_come[1, row] += max(weight, 0)


@compiled
def _free_slot(scratch):
    for slot in range(len(scratch.row_of_slot)):
        if scratch.row_of_slot[slot] == -1:
            return slot
    return -1


@compiled
def _open_row(rows, scratch, row, side, count):
    """Give a row that begins a slot in all states; what it charges already for certain is returned instead."""
    low, high = to_come(rows, scratch, row, rows.base[row])
    if _settled(rows, row, low, high):
        scratch.slot_of_row[row] = -2
        return least_charge(rows, row, low, high)
    slot = _free_slot(scratch)
    scratch.slot_of_row[row] = slot
    scratch.row_of_slot[slot] = row
    for node in range(count):
        scratch.states[side, node, slot] = rows.base[row]
    return np.int64(0)


@compiled
def _affect(rows, scratch, row, position, side, count, affected):
    """Open a row if it begins here, and note that this position speaks to it; gives (certain charge, how many)."""
    certain = np.int64(0)
    if scratch.slot_of_row[row] == -1:
        certain = _open_row(rows, scratch, row, side, count)
    if scratch.stamp[row] != position:
        scratch.stamp[row] = position
        scratch.affected[affected] = row
        affected += 1
    return certain, affected


@compiled
def open_layer(rows, scratch, position, side, count):
    """Open what begins at this position; gives (certain charge, number of affected rows)."""
    certain = np.int64(0)
    affected = 0
    for k in range(rows.entry_first[position], rows.entry_first[position + 1]):
        charged, affected = _affect(rows, scratch, rows.entry_row[k], position, side, count, affected)
        certain += charged
    for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
        touch = rows.bucket[k]
        for q in range(rows.touch_first[touch], rows.touch_first[touch + 1]):
            charged, affected = _affect(rows, scratch, rows.touch_row[q], position, side, count, affected)
            certain += charged
        if scratch.slot_of_touch[touch] == -1:
            slot = _free_slot(scratch)
            scratch.slot_of_touch[touch] = slot
            scratch.row_of_slot[slot] = -2
            for node in range(count):
                scratch.states[side, node, slot] = CLOSED
    return certain, affected


@compiled
def pass_by(rows, scratch, position):
    """Take this position's cells out of what may still come."""
    for k in range(rows.entry_first[position], rows.entry_first[position + 1]):
        row, weight = rows.entry_row[k], rows.entry_weight[k]
        scratch.to_come[0, row] -= min(weight, 0)
        scratch.to_come[1, row] -= max(weight, 0)
    for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
        touch = rows.bucket[k]
        if scratch.last_of_touch[touch] == position:
            for q in range(rows.touch_first[touch], rows.touch_first[touch + 1]):
                row, weight = rows.touch_row[q], rows.touch_weight[q]
                scratch.to_come[0, row] -= min(weight, 0)
                scratch.to_come[1, row] -= max(weight, 0)


@compiled
def _count_one(scratch, side, node, row, weight):
    """Add to a row's count in one state, unless it is closed; gives the change of the state's hash."""
    slot = scratch.slot_of_row[row]
    if slot < 0:
        return np.uint64(0)
    value = scratch.states[side, node, slot]
    if value == CLOSED:
        return np.uint64(0)
    scratch.states[side, node, slot] = value + weight
    return mixed(slot, value + weight) - mixed(slot, value)


@compiled
def take(rows, scratch, position, side, node):
    """The person serves at this position: count it; gives the change of the state's hash."""
    change = np.uint64(0)
    for k in range(rows.entry_first[position], rows.entry_first[position + 1]):
        change += _count_one(scratch, side, node, rows.entry_row[k], rows.entry_weight[k])
    for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
        touch = rows.bucket[k]
        slot = scratch.slot_of_touch[touch]
        if scratch.states[side, node, slot] == CLOSED:
            scratch.states[side, node, slot] = 1
            change += mixed(slot, 1)
            for q in range(rows.touch_first[touch], rows.touch_first[touch + 1]):
                change += _count_one(scratch, side, node, rows.touch_row[q], rows.touch_weight[q])
    return change


@compiled
def close_settled(rows, scratch, affected, side, node):
    """Close rows that are settled; gives (charge or FORBIDDEN, change of the hash)."""
    charge = np.int64(0)
    change = np.uint64(0)
    for i in range(affected):
        row = scratch.affected[i]
        slot = scratch.slot_of_row[row]
        if slot < 0:
            continue
        value = np.int64(scratch.states[side, node, slot])
        if value == CLOSED:
            continue
        low, high = to_come(rows, scratch, row, value)
        if _settled(rows, row, low, high):
            charge += least_charge(rows, row, low, high)
            if charge >= FORBIDDEN:
                return charge, change
            change -= mixed(slot, value)
            scratch.states[side, node, slot] = CLOSED
    return charge, change


@compiled
def end_touches(rows, scratch, position, side, node):
    """Forget touches that end here; gives the change of the hash."""
    change = np.uint64(0)
    for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
        touch = rows.bucket[k]
        slot = scratch.slot_of_touch[touch]
        if scratch.last_of_touch[touch] == position and scratch.states[side, node, slot] != CLOSED:
            change -= mixed(slot, 1)
            scratch.states[side, node, slot] = CLOSED
    return change


@compiled
def end_layer(rows, scratch, position, affected):
    """Free the slots of what has its last cell here."""
    for i in range(affected):
        row = scratch.affected[i]
        if scratch.last_of_row[row] == position:
            if scratch.slot_of_row[row] >= 0:
                scratch.row_of_slot[scratch.slot_of_row[row]] = -1
            scratch.slot_of_row[row] = -1
    for k in range(rows.bucket_first[position], rows.bucket_first[position + 1]):
        touch = rows.bucket[k]
        if scratch.last_of_touch[touch] == position:
            scratch.row_of_slot[scratch.slot_of_touch[touch]] = -1
            scratch.slot_of_touch[touch] = -1
