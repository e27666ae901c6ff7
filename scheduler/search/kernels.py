"""Compiled local search: simulated annealing over seats.

A move gives one seat to another person; when that person is kept from it by a duty of theirs, that duty goes
in turn to the person they replace or to a third. Every change is done, weighed and, if refused, undone on the
running counts of the rows; nothing here knows any rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class State(NamedTuple):
    """Arrays that change: who sits where, what each row counts."""

    holder: np.ndarray
    """[seats] → person or −1."""
    seat_at: np.ndarray
    """[people, slots] → seat or −1."""
    held: np.ndarray
    """[people, most duties]: the seats of each person, the first `held_count` of a line are valid."""
    held_count: np.ndarray
    row_count: np.ndarray
    touch_count: np.ndarray
    random: np.ndarray
    """uint64[1]."""


@njit(cache=True, inline="always")
def _next(random):  # type: ignore[no-untyped-def]
    """xorshift64*: the next 53 random bits as a float in [0, 1)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, inline="always")
def _below(random, n):  # type: ignore[no-untyped-def]
    return min(n - 1, int(_next(random) * n))


@njit(cache=True, inline="always")
def _shift(first, row, weight, i, sign, count, offset, table):  # type: ignore[no-untyped-def]
    """Move the rows of one column by one step; gives the change of their prices."""
    change = np.int64(0)
    for j in range(first[i], first[i + 1]):
        r = row[j]
        old = offset[r] + count[r]
        step = sign * weight[j]
        count[r] += step
        change += table[old + step] - table[old]
    return change


@njit(cache=True)
def _serve(land, state, person, demand, sign):  # type: ignore[no-untyped-def]
    """A person starts (+1) or stops (−1) to fill a demand; gives the change of the objective."""
    cell = land.cell_id[person, land.demand_slot[demand]]
    flow = land.flow_id[land.group[person], demand]
    change = sign * (land.cell_cost[cell] + land.flow_cost[flow])
    change += _shift(
        land.cell_row_first, land.cell_row, land.cell_weight, cell, sign, state.row_count, land.row_table, land.table
    )
    change += _shift(
        land.flow_row_first, land.flow_row, land.flow_weight, flow, sign, state.row_count, land.row_table, land.table
    )
    for j in range(land.cell_touch_first[cell], land.cell_touch_first[cell + 1]):
        t = land.cell_touch[j]
        before = state.touch_count[t]
        state.touch_count[t] = before + sign
        if (before == 0) != (before + sign == 0):
            change += _shift(
                land.touch_row_first, land.touch_row, land.touch_weight, t, sign,
                state.row_count, land.row_table, land.table,
            )  # fmt: skip
    return change


@njit(cache=True, inline="always")
def _sit(land, state, person, seat):  # type: ignore[no-untyped-def]
    state.holder[seat] = person
    state.seat_at[person, land.demand_slot[land.seat_demand[seat]]] = seat
    state.held[person, state.held_count[person]] = seat
    state.held_count[person] += 1


@njit(cache=True, inline="always")
def _rise(land, state, person, seat):  # type: ignore[no-untyped-def]
    state.holder[seat] = -1
    state.seat_at[person, land.demand_slot[land.seat_demand[seat]]] = -1
    last = state.held_count[person] - 1
    for i in range(last + 1):
        if state.held[person, i] == seat:
            state.held[person, i] = state.held[person, last]
            break
    state.held_count[person] = last


@njit(cache=True, inline="always")
def _may(land, state, person, seat):  # type: ignore[no-untyped-def]
    """Whether a person has the columns for a seat and nothing else in its slot."""
    demand = land.seat_demand[seat]
    slot = land.demand_slot[demand]
    return (
        state.seat_at[person, slot] < 0
        and land.cell_id[person, slot] >= 0
        and land.flow_id[land.group[person], demand] >= 0
    )


@njit(cache=True, inline="always")
def _candidate(land, state, demand):  # type: ignore[no-untyped-def]
    first = land.candidate_first[demand]
    n = land.candidate_first[demand + 1] - first
    if n == 0:
        return -1
    return land.candidate[first + _below(state.random, n)]


@njit(cache=True)
def place(land, state, person, seat):  # type: ignore[no-untyped-def]
    """Put a person on an empty seat; gives the change of the objective."""
    _sit(land, state, person, seat)
    return _serve(land, state, person, land.seat_demand[seat], 1)


@njit(cache=True, nogil=True)
def place_all(land, state, holder):  # type: ignore[no-untyped-def]
    """Fill the empty seats as `holder` says; gives the change of the objective."""
    total = np.int64(0)
    for seat in range(len(holder)):
        if holder[seat] >= 0 and state.holder[seat] < 0:
            total += place(land, state, holder[seat], seat)
    return total


@njit(cache=True, nogil=True)
def construct(land, state, order):  # type: ignore[no-untyped-def]
    """Fill seats in the given order with whoever costs least, where filling pays; gives the change."""
    total = np.int64(0)
    for i in range(len(order)):
        seat = order[i]
        if state.holder[seat] >= 0:
            continue
        demand = land.seat_demand[seat]
        best = -1
        best_change = np.int64(0)
        for j in range(land.candidate_first[demand], land.candidate_first[demand + 1]):
            person = land.candidate[j]
            if state.seat_at[person, land.demand_slot[demand]] >= 0:
                continue
            change = _serve(land, state, person, demand, 1)
            _serve(land, state, person, demand, -1)
            if change < best_change:
                best_change = change
                best = person
        if best >= 0:
            total += place(land, state, best, seat)
    return total


@njit(cache=True, inline="always")
def _in_the_way(land, state, person, slot):  # type: ignore[no-untyped-def]
    """The seat that a person holds nearest in time to a slot, or −1."""
    best = -1
    nearest = np.int64(1) << 60
    for i in range(state.held_count[person]):
        seat = state.held[person, i]
        away = abs(land.slot_middle[land.demand_slot[land.seat_demand[seat]]] - land.slot_middle[slot])
        if away < nearest:
            nearest = away
            best = seat
    return best


@njit(cache=True)
def _exchange(land, state, seat, newcomer, threshold):  # type: ignore[no-untyped-def]
    """The newcomer already serves in this slot: the two change seats, or the newcomer's seat goes to a third."""
    demand = land.seat_demand[seat]
    other = state.seat_at[newcomer, land.demand_slot[demand]]
    if other == seat or land.seat_fixed[other]:
        return np.int64(0)
    holder = state.holder[seat]
    other_demand = land.seat_demand[other]
    third = holder
    if holder < 0:
        third = _candidate(land, state, other_demand)
        if third < 0 or third == newcomer or not _may(land, state, third, other):
            third = -1
    elif land.flow_id[land.group[holder], other_demand] < 0:
        return np.int64(0)
    change = _serve(land, state, newcomer, other_demand, -1)
    if holder >= 0:
        change += _serve(land, state, holder, demand, -1)
    change += _serve(land, state, newcomer, demand, 1)
    if third >= 0:
        change += _serve(land, state, third, other_demand, 1)
    if change <= threshold:
        _rise(land, state, newcomer, other)
        if holder >= 0:
            _rise(land, state, holder, seat)
        _sit(land, state, newcomer, seat)
        if third >= 0:
            _sit(land, state, third, other)
        return change
    if third >= 0:
        _serve(land, state, third, other_demand, -1)
    _serve(land, state, newcomer, demand, -1)
    if holder >= 0:
        _serve(land, state, holder, demand, 1)
    _serve(land, state, newcomer, other_demand, 1)
    return np.int64(0)


@njit(cache=True)
def _replace(land, state, seat, newcomer, threshold, hard_unit):  # type: ignore[no-untyped-def]
    """The newcomer is free in this slot: take the seat, if need be handing one other duty on."""
    demand = land.seat_demand[seat]
    holder = state.holder[seat]
    change = np.int64(0)
    if holder >= 0:
        change += _serve(land, state, holder, demand, -1)
    change += _serve(land, state, newcomer, demand, 1)
    if change <= threshold:
        if holder >= 0:
            _rise(land, state, holder, seat)
        _sit(land, state, newcomer, seat)
        return change
    n = state.held_count[newcomer]
    if n > 0:
        if change >= hard_unit and _next(state.random) < 0.7:
            other = _in_the_way(land, state, newcomer, land.demand_slot[demand])
        else:
            other = state.held[newcomer, _below(state.random, n)]
        if not land.seat_fixed[other]:
            other_demand = land.seat_demand[other]
            other_slot = land.demand_slot[other_demand]
            third = -1
            if holder >= 0 and other_slot != land.demand_slot[demand] and _may(land, state, holder, other):
                third = holder
            else:
                third = _candidate(land, state, other_demand)
                if third in (newcomer, holder) or third < 0 or not _may(land, state, third, other):
                    third = -1
            if third >= 0:
                more = _serve(land, state, newcomer, other_demand, -1)
                more += _serve(land, state, third, other_demand, 1)
                if change + more <= threshold:
                    _rise(land, state, newcomer, other)
                    if holder >= 0:
                        _rise(land, state, holder, seat)
                    _sit(land, state, newcomer, seat)
                    _sit(land, state, third, other)
                    return change + more
                _serve(land, state, third, other_demand, -1)
                _serve(land, state, newcomer, other_demand, 1)
    _serve(land, state, newcomer, demand, -1)
    if holder >= 0:
        _serve(land, state, holder, demand, 1)
    return np.int64(0)


@njit(cache=True, nogil=True)
def anneal(land, state, moves, hot, cold, hard_unit):  # type: ignore[no-untyped-def]
    """Try `moves` moves while the temperature falls from `hot` to `cold`; gives the change of the objective."""
    total = np.int64(0)
    seats = len(land.seat_demand)
    if seats == 0 or moves == 0:
        return total
    temperature = hot
    cooling = (cold / hot) ** (1.0 / max(1.0, moves / 256.0))
    for i in range(moves):
        if i % 256 == 255:
            temperature *= cooling
        seat = _below(state.random, seats)
        if land.seat_fixed[seat]:
            continue
        demand = land.seat_demand[seat]
        newcomer = _candidate(land, state, demand)
        if newcomer < 0:
            continue
        threshold = -temperature * np.log(1.0 - _next(state.random))
        holder = state.holder[seat]
        if newcomer == holder:
            change = _serve(land, state, holder, demand, -1)
            if change <= threshold:
                _rise(land, state, holder, seat)
                total += change
            else:
                _serve(land, state, holder, demand, 1)
        elif state.seat_at[newcomer, land.demand_slot[demand]] >= 0:
            total += _exchange(land, state, seat, newcomer, threshold)
        else:
            total += _replace(land, state, seat, newcomer, threshold, hard_unit)
    return total
