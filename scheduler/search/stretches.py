"""A move for laws about series: somebody is given one shift for days on end, or as many days off, in one step.

Where a minimum of days in a row is law, a single day more or less is almost never legal; a whole stretch may be.
"""

from __future__ import annotations

import numpy as np

from ..native import compiled
from .kernels import below, may, next_random, rise, serve, sit

DAY = 2 * 24 * 60
"""In the unit of `slot_middle`."""
LONGEST_STRETCH_DAYS = 7
OFF_SHARE = 0.3
"""Of these moves: nothing is taken, the days become free."""
DISPLACE_SHARE = 0.5
"""How often somebody has to leave a seat of the following days, although another one may be empty."""
TAKEN, DISPLACED = 1, 2
"""Lines of `State.block`: seats taken, and who held them before; line 0 has the seats that were left."""


@compiled
def _leave(land, state, person, begin, end):
    """Leave all seats from `begin` to `end`: (how many, the change); −1 where a pin holds one of them."""
    left = 0
    for i in range(state.held_count[person]):
        seat = state.held[person, i]
        if begin <= land.slot_middle[land.demand_slot[land.seat_demand[seat]]] < end:
            if land.seat_fixed[seat]:
                return -1, np.int64(0)
            state.block[0, left] = seat
            left += 1
    change = np.int64(0)
    for i in range(left):
        change += serve(land, state, person, land.seat_demand[state.block[0, i]], -1)
        rise(land, state, person, state.block[0, i])
    return left, change


@compiled
def _seat_of(land, state, demand):
    """A seat of a demand: one at random, or an empty one near it; −1 when a pin holds it."""
    first = np.int64(land.demand_seat_first[demand])
    size = np.int64(land.demand_seat_first[demand + 1]) - first
    if size == 0:
        return np.int64(-1)
    shift = below(state.random, size)
    seat = first + shift
    if next_random(state.random) >= DISPLACE_SHARE:
        for i in range(size):
            other = first + (shift + i) % size
            if state.holder[other] < 0:
                seat = other
                break
    if land.seat_fixed[seat]:
        seat = np.int64(-1)
    return seat


@compiled
def take_stretch(land, state, seat, person, off, threshold):
    """From the day of a seat on, give a person this shift for some days, or (`off`) those days free.

    Whoever sat there gives way. Gives the change; all or nothing.
    """
    demand = np.int64(land.seat_demand[seat])
    days = 1 + below(state.random, LONGEST_STRETCH_DAYS)
    begin = land.slot_middle[land.demand_slot[demand]] - DAY // 2
    left, change = _leave(land, state, person, begin, begin + days * DAY)
    if left < 0:
        return np.int64(0)
    taken = 0
    possible = True
    while taken < days and demand >= 0 and possible and not off:
        if taken > 0:
            seat = _seat_of(land, state, demand)
        possible = seat >= 0 and may(land, state, person, seat)
        if possible:
            holder = np.int64(state.holder[seat])
            if holder >= 0:
                change += serve(land, state, holder, demand, -1)
                rise(land, state, holder, seat)
            change += serve(land, state, person, demand, 1)
            sit(land, state, person, seat)
            state.block[TAKEN, taken] = seat
            state.block[DISPLACED, taken] = holder
            taken += 1
            demand = np.int64(land.tomorrow[demand])
    if possible and change <= threshold:
        return change
    for i in range(taken - 1, -1, -1):
        seat = np.int64(state.block[TAKEN, i])
        holder = np.int64(state.block[DISPLACED, i])
        serve(land, state, person, land.seat_demand[seat], -1)
        rise(land, state, person, seat)
        if holder >= 0:
            serve(land, state, holder, land.seat_demand[seat], 1)
            sit(land, state, holder, seat)
    for i in range(left):
        serve(land, state, person, land.seat_demand[state.block[0, i]], 1)
        sit(land, state, person, state.block[0, i])
    return np.int64(0)
