"""The moves of the local search, and the walk that tries them."""

from __future__ import annotations

import numpy as np

from ..native import compiled
from .kernels import (
    IN_THE_WAY_SHARE,
    NEVER,
    another,
    below,
    candidate,
    flow_of,
    may,
    move_own,
    move_team,
    next_random,
    own,
    rise,
    serve,
    sit,
    team_after,
)
from .stretches import OFF_SHARE, take_stretch

DAY = 2 * 24 * 60
"""In the unit of `slot_middle`."""
LONGEST_BLOCK_DAYS = 7
LEAVE_EMPTY_SHARE = 0.3
"""How often a duty that no third person can take is left open for another: cover above the least may be so."""


@compiled
def _in_the_way(land, state, person, slot):
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


@compiled
def _exchange(land, state, seat, newcomer, threshold):
    """The newcomer already serves in this slot: the two change seats, or the newcomer's seat goes to a third."""
    demand = land.seat_demand[seat]
    holder = np.int64(state.holder[seat])
    other = np.int64(state.seat_at[newcomer, land.demand_slot[demand]])
    other_demand = land.seat_demand[other]
    change = np.int64(0)
    possible = other != seat and not land.seat_fixed[other]
    third = holder
    if possible and holder < 0:
        third = another(land, state, other, newcomer, holder)
    elif possible:
        possible = flow_of(land, holder, other_demand) >= 0
    if possible:
        change += serve(land, state, newcomer, other_demand, -1)
        if holder >= 0:
            change += serve(land, state, holder, demand, -1)
        change += serve(land, state, newcomer, demand, 1)
        if third >= 0:
            change += serve(land, state, third, other_demand, 1)
        if change <= threshold:
            rise(land, state, newcomer, other)
            if holder >= 0:
                rise(land, state, holder, seat)
            sit(land, state, newcomer, seat)
            if third >= 0:
                sit(land, state, third, other)
        else:
            if third >= 0:
                serve(land, state, third, other_demand, -1)
            serve(land, state, newcomer, demand, -1)
            if holder >= 0:
                serve(land, state, holder, demand, 1)
            serve(land, state, newcomer, other_demand, 1)
            change = np.int64(0)
    return change


@compiled
def _swap_heads(land, state, seat, holder, newcomer):
    """Carry out a replacement that has been weighed; gives the exact change, rows shared by the two included."""
    demand = land.seat_demand[seat]
    change = np.int64(0)
    if holder >= 0:
        change += serve(land, state, holder, demand, -1)
        rise(land, state, holder, seat)
    change += serve(land, state, newcomer, demand, 1)
    sit(land, state, newcomer, seat)
    return change


@compiled
def _replace(land, state, seat, newcomer, threshold, hard_unit):
    """The newcomer is free in this slot: take the seat, if need be handing one other duty on."""
    demand = land.seat_demand[seat]
    slot = land.demand_slot[demand]
    holder = np.int64(state.holder[seat])
    change = own(land, state, land.cell_id[newcomer, slot], 1, hard_unit)
    blocked = change >= hard_unit
    taken = False
    if not blocked:
        leaving = np.int64(-1)
        if holder >= 0:
            leaving = flow_of(land, holder, demand)
            change += own(land, state, land.cell_id[holder, slot], -1, NEVER)
        change += team_after(land, state, leaving, flow_of(land, newcomer, demand))
        taken = change <= threshold
    result = np.int64(0)
    if taken:
        result = _swap_heads(land, state, seat, holder, newcomer)
    elif state.held_count[newcomer] > 0:
        other = _in_the_way(land, state, newcomer, slot)
        if not blocked or next_random(state.random) > IN_THE_WAY_SHARE:
            other = np.int64(state.held[newcomer, below(state.random, state.held_count[newcomer])])
        if not land.seat_fixed[other]:
            third = holder
            if holder < 0 or land.demand_slot[land.seat_demand[other]] == slot or not may(land, state, holder, other):
                third = another(land, state, other, newcomer, holder)
            if third >= 0 or next_random(state.random) < LEAVE_EMPTY_SHARE:
                result = _pass_on(land, state, seat, newcomer, other, third, threshold, hard_unit)
    return result


@compiled
def _pass_on(land, state, seat, newcomer, other, third, threshold, hard_unit):
    """The newcomer leaves `other` to a third (−1: to nobody) and takes `seat`; all or nothing."""
    demand, other_demand = land.seat_demand[seat], land.seat_demand[other]
    cell = land.cell_id[newcomer, land.demand_slot[demand]]
    other_cell = land.cell_id[newcomer, land.demand_slot[other_demand]]
    third_cell = np.int64(-1)
    if third >= 0:
        third_cell = np.int64(land.cell_id[third, land.demand_slot[other_demand]])
    holder = np.int64(state.holder[seat])
    holder_cell = np.int64(0)
    result = np.int64(0)
    change = move_own(land, state, other_cell, -1)
    if own(land, state, cell, 1, hard_unit) < hard_unit:
        if holder >= 0:
            holder_cell = np.int64(land.cell_id[holder, land.demand_slot[demand]])
            change += move_own(land, state, holder_cell, -1)
        if third < 0 or own(land, state, third_cell, 1, hard_unit) < hard_unit:
            # Own rows of two people may be shared (a household), so from here on things are done, not looked at.
            change += move_own(land, state, cell, 1)
            if third >= 0:
                change += move_own(land, state, third_cell, 1)
            change += _move_teams(land, state, demand, holder, newcomer, 1)
            change += _move_teams(land, state, other_demand, newcomer, third, 1)
            if change <= threshold:
                rise(land, state, newcomer, other)
                if holder >= 0:
                    rise(land, state, holder, seat)
                sit(land, state, newcomer, seat)
                if third >= 0:
                    sit(land, state, third, other)
                result = change
            else:
                _move_teams(land, state, other_demand, newcomer, third, -1)
                _move_teams(land, state, demand, holder, newcomer, -1)
                if third >= 0:
                    move_own(land, state, third_cell, -1)
                move_own(land, state, cell, -1)
        if holder >= 0 and state.holder[seat] == holder:
            move_own(land, state, holder_cell, 1)
    if state.seat_at[newcomer, land.demand_slot[other_demand]] == other:
        move_own(land, state, other_cell, 1)
    return result


@compiled
def _move_teams(land, state, demand, leaving, coming, sign):
    """One head of a demand goes (−1 for nobody) and another comes (likewise); `sign` −1 takes it back."""
    change = np.int64(0)
    if coming >= 0:
        change += move_team(land, state, flow_of(land, coming, demand), sign)
    if leaving >= 0:
        change += move_team(land, state, flow_of(land, leaving, demand), -sign)
    return change


@compiled
def _gather(land, state, person, taker, begin, end, line):
    """The seats that a person holds from `begin` to `end`, for `taker` to have; −1 when one cannot be theirs."""
    found = 0
    for i in range(state.held_count[person]):
        seat = state.held[person, i]
        demand = land.seat_demand[seat]
        slot = land.demand_slot[demand]
        if begin <= land.slot_middle[slot] < end:
            if land.seat_fixed[seat] or land.cell_id[taker, slot] < 0 or flow_of(land, taker, demand) < 0:
                return -1
            state.block[line, found] = seat
            found += 1
    return found


@compiled
def _serve_block(land, state, person, line, size, sign):
    change = np.int64(0)
    for i in range(size):
        change += serve(land, state, person, land.seat_demand[state.block[line, i]], sign)
    return change


@compiled
def _swap_block(land, state, one, other, begin, end, threshold):
    """Two people exchange all their duties of a stretch of time: what rules about series ask for is kept whole."""
    result = np.int64(0)
    ones = _gather(land, state, one, other, begin, end, 0)
    others = _gather(land, state, other, one, begin, end, 1) if ones >= 0 else -1
    if others >= 0 and ones + others > 0:
        change = _serve_block(land, state, one, 0, ones, -1) + _serve_block(land, state, other, 1, others, -1)
        change += _serve_block(land, state, other, 0, ones, 1) + _serve_block(land, state, one, 1, others, 1)
        if change <= threshold:
            for i in range(ones):
                rise(land, state, one, state.block[0, i])
            for i in range(others):
                rise(land, state, other, state.block[1, i])
            for i in range(ones):
                sit(land, state, other, state.block[0, i])
            for i in range(others):
                sit(land, state, one, state.block[1, i])
            result = change
        else:
            _serve_block(land, state, one, 1, others, -1)
            _serve_block(land, state, other, 0, ones, -1)
            _serve_block(land, state, other, 1, others, 1)
            _serve_block(land, state, one, 0, ones, 1)
    return result


@compiled
def anneal(land, state, begin, width, block_share, stretch_share, moves, hot, cold, hard_unit):
    """Try `moves` moves while the temperature falls from `hot` to `cold`; gives the change of the objective.

    Only seats among `width` from place `begin` of `seat_order` on (round the end) are given to others.
    `block_share` of the moves exchange whole stretches of days, `stretch_share` give one person a stretch of a shift.
    """
    total = np.int64(0)
    seats = len(land.seat_order)
    temperature = hot
    cooling = (cold / hot) ** (1.0 / max(1.0, moves / 256.0))
    for i in range(moves if seats > 0 else 0):
        if i % 256 == 255:
            temperature *= cooling
        place = begin + below(state.random, width)
        seat = np.int64(land.seat_order[place - seats if place >= seats else place])
        demand = land.seat_demand[seat]
        newcomer = np.int64(-1)
        if not land.seat_fixed[seat]:
            newcomer = candidate(land, state, demand)
        threshold = -temperature * np.log(1.0 - next_random(state.random))
        if newcomer < 0:
            continue
        holder = np.int64(state.holder[seat])
        if stretch_share > 0.0 and next_random(state.random) < stretch_share:
            if holder >= 0 and next_random(state.random) < OFF_SHARE:
                total += take_stretch(land, state, seat, holder, True, threshold)
            else:
                total += take_stretch(land, state, seat, newcomer, False, threshold)
        elif holder >= 0 and holder != newcomer and next_random(state.random) < block_share:
            middle = land.slot_middle[land.demand_slot[demand]]
            days = 1 + below(state.random, LONGEST_BLOCK_DAYS)
            total += _swap_block(land, state, holder, newcomer, middle, middle + days * DAY, threshold)
        elif newcomer == holder:
            change = serve(land, state, newcomer, demand, -1)
            if change <= threshold:
                rise(land, state, newcomer, seat)
                total += change
            else:
                serve(land, state, newcomer, demand, 1)
        elif state.seat_at[newcomer, land.demand_slot[demand]] >= 0:
            total += _exchange(land, state, seat, newcomer, threshold)
        else:
            total += _replace(land, state, seat, newcomer, threshold, hard_unit)
    return total
