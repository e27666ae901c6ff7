"""Compiled local search: simulated annealing over seats.

A move gives one seat to another person; when that person is kept from it by a duty of theirs, that duty goes
in turn to the person they replace or to a third. Every change is done, weighed and, if refused, undone on the
running counts of the rows; nothing here knows any rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..native import compiled

NEVER = np.int64(1) << np.int64(62)
"""A change that no look stops at."""
IN_THE_WAY_SHARE = 0.8
"""How often a blocked newcomer gives up the duty nearest in time, rather than any."""


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
    block: np.ndarray
    """[3, most duties]: what a move of whole stretches has in hand: seats, in the third line also people."""
    random: np.ndarray
    """uint64[1]."""


@compiled
def next_random(random):
    """xorshift64*: the next 53 random bits as a float in [0, 1)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(random, n):
    return min(n - 1, int(next_random(random) * n))


@compiled
def _shift(first, row, weight, i, sign, count, offset, table):
    """Move the rows of one column by one step; gives the change of their prices."""
    change = np.int64(0)
    for j in range(first[i], first[i + 1]):
        r = row[j]
        old = offset[r] + count[r]
        step = sign * weight[j]
        count[r] += step
        change += table[old + step] - table[old]
    return change


@compiled
def look(first, row, weight, i, sign, count, offset, table, enough):
    """What `_shift` would give, without moving anything; stops early once the change reaches `enough`."""
    change = np.int64(0)
    j = first[i]
    end = first[i + 1]
    while j < end and change < enough:
        r = row[j]
        old = offset[r] + count[r]
        change += table[old + sign * weight[j]] - table[old]
        j += 1
    return change


@compiled
def own(land, state, cell, sign, enough):
    """The change in a person's own rows if they started or stopped in a slot; nothing is moved."""
    change = sign * land.cell_cost[cell]
    change += look(
        land.cell_row_first, land.cell_row, land.cell_weight, cell, sign,
        state.row_count, land.row_table, land.table, enough,
    )  # fmt: skip
    if change < enough:
        for j in range(land.cell_touch_first[cell], land.cell_touch_first[cell + 1]):
            t = land.cell_touch[j]
            before = state.touch_count[t]
            if (before == 0) != (before + sign == 0):
                change += look(
                    land.touch_row_first, land.touch_row, land.touch_weight, t, sign,
                    state.row_count, land.row_table, land.table, enough,
                )  # fmt: skip
    return change


@compiled
def move_own(land, state, cell, sign):
    """A person starts or stops in a slot: their own rows move; gives the change."""
    change = sign * land.cell_cost[cell]
    change += _shift(
        land.cell_row_first, land.cell_row, land.cell_weight, cell, sign, state.row_count, land.row_table, land.table
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


@compiled
def move_team(land, state, flow, sign):
    """A head of a group comes to or leaves a demand: the team's rows move; gives the change."""
    return sign * land.flow_cost[flow] + _shift(
        land.flow_row_first, land.flow_row, land.flow_weight, flow, sign, state.row_count, land.row_table, land.table
    )


@compiled
def flow_of(land, person, demand):
    """The flow by which a person would take a demand, or −1; those of one group and slot are sorted by demand."""
    node = np.int64(land.group[person]) * land.cell_id.shape[1] + land.demand_slot[demand]
    low = np.int64(land.node_first[node])
    high = np.int64(land.node_first[node + 1])
    while low < high:
        middle = (low + high) >> 1
        if land.flow_demand[middle] < demand:
            low = middle + 1
        else:
            high = middle
    if low < land.node_first[node + 1] and land.flow_demand[low] == demand:
        return low
    return np.int64(-1)


@compiled
def serve(land, state, person, demand, sign):
    """A person starts (+1) or stops (−1) to fill a demand; gives the change of the objective."""
    change = move_own(land, state, land.cell_id[person, land.demand_slot[demand]], sign)
    return change + move_team(land, state, flow_of(land, person, demand), sign)


@compiled
def team_after(land, state, leaving, coming):
    """The change in team rows when one head leaves (or −1) and another comes; nothing stays moved."""
    change = np.int64(0)
    if leaving != coming:
        if leaving >= 0:
            change += move_team(land, state, leaving, -1)
        change += land.flow_cost[coming] + look(
            land.flow_row_first, land.flow_row, land.flow_weight, coming, 1,
            state.row_count, land.row_table, land.table, NEVER,
        )  # fmt: skip
        if leaving >= 0:
            move_team(land, state, leaving, 1)
    return change


@compiled
def sit(land, state, person, seat):
    state.holder[seat] = person
    state.seat_at[person, land.demand_slot[land.seat_demand[seat]]] = seat
    state.held[person, state.held_count[person]] = seat
    state.held_count[person] += 1


@compiled
def rise(land, state, person, seat):
    state.holder[seat] = -1
    state.seat_at[person, land.demand_slot[land.seat_demand[seat]]] = -1
    last = state.held_count[person] - 1
    for i in range(last + 1):
        if state.held[person, i] == seat:
            state.held[person, i] = state.held[person, last]
            break
    state.held_count[person] = last


@compiled
def may(land, state, person, seat):
    """Whether a person has the columns for a seat and nothing else in its slot."""
    demand = land.seat_demand[seat]
    slot = land.demand_slot[demand]
    return (
        state.seat_at[person, slot] < 0
        and land.cell_id[person, slot] >= 0
        and flow_of(land, person, demand) >= 0
    )


@compiled
def candidate(land, state, demand):
    """Somebody who has the columns for a demand, at random; −1 when there is nobody."""
    first = land.candidate_first[demand]
    n = land.candidate_first[demand + 1] - first
    person = np.int64(-1)
    if n > 0:
        person = np.int64(land.candidate[first + below(state.random, n)])
    return person


@compiled
def another(land, state, seat, newcomer, holder):
    """A candidate for a seat that two others leave out of account, or −1."""
    person = candidate(land, state, land.seat_demand[seat])
    if person >= 0 and (person in (newcomer, holder) or not may(land, state, person, seat)):
        person = np.int64(-1)
    return person


@compiled
def place(land, state, person, seat):
    """Put a person on an empty seat; gives the change of the objective."""
    sit(land, state, person, seat)
    return serve(land, state, person, land.seat_demand[seat], 1)


@compiled
def place_all(land, state, holder):
    """Fill the empty seats as `holder` says; gives the change of the objective."""
    total = np.int64(0)
    for seat in range(len(holder)):
        if holder[seat] >= 0 and state.holder[seat] < 0:
            total += place(land, state, holder[seat], seat)
    return total


@compiled
def construct(land, state, order):
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
            change = serve(land, state, person, demand, 1)
            serve(land, state, person, demand, -1)
            if change < best_change:
                best_change = change
                best = person
        if best >= 0:
            total += place(land, state, best, seat)
    return total
