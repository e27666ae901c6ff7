"""Chains: somebody leaves a seat, another takes it and leaves one of theirs in turn, and so on to an end.

A move of the walk touches three people at most. A chain is found as a cheapest path among the seats: a person who
would take the seat in hand and leave another one is an arc from the one to the other (cyclic exchange neighbourhoods;
Ahuja, Orlin and Sharma 2000). It ends where somebody takes a seat and leaves none, where the first giver closes the
circle, or where a seat may as well stay empty.

Costs along a path are added up person by person; before a chain is taken it is weighed whole, because two people
may share rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..native import compiled
from .kernels import below, flow_of, move_own, move_team, next_random, own, rise, serve, sit, team_after

MOST_CANDIDATES = 120
"""Of one seat that are looked at; where there are more, which ones is drawn."""
LONGEST = 12
"""Seats of a chain."""
MOST_LOOKS = 4_000
"""People and duties looked at for one chain."""


class Links(NamedTuple):
    """What the search for a path writes down about every seat; valid where `stamp` is the number of the path."""

    stamp: np.ndarray
    label: np.ndarray
    """What it costs until this seat is in hand."""
    taken: np.ndarray
    """The seat that was taken for it."""
    person: np.ndarray
    """Who left this seat and took `taken`."""
    depth: np.ndarray
    queue: np.ndarray
    path: np.ndarray
    """[LONGEST + 1] seats of the chain found, from its first on."""
    number: np.ndarray
    """[1]: paths searched for so far."""


def links(seats: int) -> Links:
    """Room for the paths among so many seats."""
    return Links(
        stamp=np.zeros(seats, np.int64),
        label=np.zeros(seats, np.int64),
        taken=np.zeros(seats, np.int32),
        person=np.zeros(seats, np.int32),
        depth=np.zeros(seats, np.int32),
        queue=np.zeros(seats, np.int32),
        path=np.zeros(LONGEST + 1, np.int32),
        number=np.zeros(1, np.int64),
    )


@compiled
def _passes(links, start, seat, person):
    """Whether a person changes seats on the way to a seat."""
    found = False
    while seat != start and not found:
        found = links.person[seat] == person
        seat = links.taken[seat]
    return found


@compiled
def _reach(links, seat, taken, person, label, tail):
    """Write down a way to a seat if it is the cheapest yet; gives the new end of the queue."""
    number = links.number[0]
    new = links.stamp[seat] != number or label < links.label[seat]
    depth = links.depth[taken] + 1
    if not new or depth >= LONGEST or tail >= len(links.queue):
        return tail
    links.stamp[seat] = number
    links.label[seat] = label
    links.taken[seat] = taken
    links.person[seat] = person
    links.depth[seat] = depth
    links.queue[tail] = seat
    return tail + 1


@compiled
def _hand_on(land, state, links, seat, person, label, best, hard_unit, tail):
    """Every way in which a person takes a seat and leaves another; gives the new end of the queue."""
    cell = land.cell_id[person, land.demand_slot[land.seat_demand[seat]]]
    for i in range(state.held_count[person]):
        other = state.held[person, i]
        if not land.seat_fixed[other]:
            other_cell = land.cell_id[person, land.demand_slot[land.seat_demand[other]]]
            change = move_own(land, state, other_cell, -1) + own(land, state, cell, 1, hard_unit)
            move_own(land, state, other_cell, 1)
            if change < hard_unit and label + change < best:
                tail = _reach(links, other, seat, person, label + change, tail)
    return tail


@compiled
def _left_empty(land, state, leaving):
    """What it costs that nobody comes for the head who leaves by this flow."""
    change = move_team(land, state, leaving, -1)
    move_team(land, state, leaving, 1)
    return change


@compiled
def _find(land, state, links, start, first, best, hard_unit):
    """The cheapest chain from `start` below `best`: (its last seat or −1, who takes that or −1 for nobody)."""
    giver = np.int64(state.holder[start])
    links.number[0] += 1
    links.stamp[start] = links.number[0]
    links.label[start] = first
    links.depth[start] = 0
    links.queue[0] = start
    head, tail, looks = 0, 1, 0
    last, taker = np.int64(-1), np.int64(-1)
    while head < tail and looks < MOST_LOOKS:
        seat = np.int64(links.queue[head])
        head += 1
        label = links.label[seat]
        demand = land.seat_demand[seat]
        holder = np.int64(state.holder[seat])
        leaving = flow_of(land, holder, demand) if holder >= 0 else np.int64(-1)
        if leaving >= 0 and label < best:
            cost = label + _left_empty(land, state, leaving)
            if cost < best:
                best, last, taker = cost, seat, np.int64(-1)
        begin = land.candidate_first[demand]
        size = land.candidate_first[demand + 1] - begin
        shift = below(state.random, size) if size > MOST_CANDIDATES else 0
        for k in range(min(size, MOST_CANDIDATES) if label < best else 0):
            person = np.int64(land.candidate[begin + (shift + k) % size])
            busy = np.int64(state.seat_at[person, land.demand_slot[demand]])
            closes = person == giver
            looks += 1
            if person == holder or (closes and (seat == start or (busy >= 0 and busy != start))):
                continue
            cost = label + team_after(land, state, leaving, flow_of(land, person, demand))
            if cost >= best or (not closes and _passes(links, start, seat, person)):
                continue
            if busy >= 0 and not closes:
                if busy != start and not land.seat_fixed[busy]:
                    tail = _reach(links, busy, seat, person, cost, tail)
                continue
            change = own(land, state, land.cell_id[person, land.demand_slot[demand]], 1, hard_unit)
            if change < hard_unit and cost + change < best:
                best, last, taker = cost + change, seat, person
            if not closes:
                looks += state.held_count[person]
                tail = _hand_on(land, state, links, seat, person, cost, best, hard_unit, tail)
    return last, taker


@compiled
def _trace(links, start, last):
    """Write the seats from `start` to `last` into `path`; gives their number, or 0 where ways have crossed since."""
    size = 1
    seat = last
    while seat != start and size <= LONGEST:
        size += 1
        seat = np.int64(links.taken[seat])
    if seat != start:
        return 0
    seat = last
    for i in range(size - 1, 0, -1):
        links.path[i] = seat
        seat = np.int64(links.taken[seat])
    links.path[0] = start
    for i in range(1, size):
        for j in range(i):
            twice = j > 0 and links.person[links.path[i]] == links.person[links.path[j]]
            if twice or links.path[i] == links.path[j]:
                return 0
    return size


@compiled
def _change_over(land, state, links, size, giver, taker, sign):
    """Everybody along the path changes over, or back again (`sign` −1); gives the change of the objective."""
    change = np.int64(0)
    if giver >= 0:
        change += serve(land, state, giver, land.seat_demand[links.path[0]], -sign)
    for i in range(1, size):
        change += serve(land, state, links.person[links.path[i]], land.seat_demand[links.path[i]], -sign)
    for i in range(1, size):
        change += serve(land, state, links.person[links.path[i]], land.seat_demand[links.path[i - 1]], sign)
    if taker >= 0:
        change += serve(land, state, taker, land.seat_demand[links.path[size - 1]], sign)
    return change


@compiled
def _sit_down(land, state, links, size, giver, taker):
    if giver >= 0:
        rise(land, state, giver, links.path[0])
    for i in range(1, size):
        rise(land, state, links.person[links.path[i]], links.path[i])
    for i in range(1, size):
        sit(land, state, links.person[links.path[i]], links.path[i - 1])
    if taker >= 0:
        sit(land, state, taker, links.path[size - 1])


@compiled
def chain(land, state, links, start, threshold, hard_unit):
    """Take the cheapest chain found from `start` on if it costs at most `threshold`; gives the change, 0 for none."""
    giver = np.int64(state.holder[start])
    cell = np.int64(-1)
    first = np.int64(0)
    if giver >= 0:
        cell = np.int64(land.cell_id[giver, land.demand_slot[land.seat_demand[start]]])
        first = move_own(land, state, cell, -1)
    last, taker = _find(land, state, links, start, first, threshold + 1, hard_unit)
    if giver >= 0:
        move_own(land, state, cell, 1)
    size = _trace(links, start, last) if last >= 0 else 0
    result = np.int64(0)
    if size > 0:
        change = _change_over(land, state, links, size, giver, taker, 1)
        if change <= threshold:
            _sit_down(land, state, links, size, giver, taker)
            result = change
        else:
            _change_over(land, state, links, size, giver, taker, -1)
    return result


@compiled
def chains(land, state, links, begin, width, count, temperature, hard_unit):
    """Try so many chains from seats among `width` from place `begin` of `seat_order` on; gives the change.

    At a temperature of 0 only what is cheaper is taken.
    """
    total = np.int64(0)
    seats = len(land.seat_order)
    for _ in range(count if seats > 0 else 0):
        place = begin + below(state.random, width)
        seat = np.int64(land.seat_order[place - seats if place >= seats else place])
        threshold = np.int64(-1)
        if temperature > 0:
            threshold = np.int64(-temperature * np.log(1.0 - next_random(state.random)))
        if not land.seat_fixed[seat]:
            total += chain(land, state, links, seat, threshold, hard_unit)
    return total
