"""Which group may take which seat: the pairs that exist, and quick ways to find them.

A town of eleven thousand has over a hundred million pairs of group and seat, and a hundredth of them exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .bare import Bare
from .columns import Seats

CHUNK_PAIRS = 1 << 24
"""So many pairs are looked at together, one byte each."""


@dataclass(frozen=True)
class Flows(Bare):
    """Pairs of group and demand, sorted by group, slot and demand.

    All pairs of one group and slot stand together: they are a *node*, numbered group × slots + slot.
    """

    groups: int
    slots: int
    demand_slot: np.ndarray
    group: np.ndarray
    demand: np.ndarray
    cost: np.ndarray
    most: np.ndarray
    """[flows] heads of the group that may take the demand at once."""

    def __len__(self) -> int:
        return len(self.group)

    @cached_property
    def node(self) -> np.ndarray:
        return self.group * self.slots + self.demand_slot[self.demand]

    @cached_property
    def node_first(self) -> np.ndarray:
        """[groups × slots + 1] into the pairs."""
        return np.searchsorted(self.node, np.arange(self.groups * self.slots + 1))

    @cached_property
    def _keys(self) -> np.ndarray:
        return self.node * len(self.demand_slot) + self.demand

    @cached_property
    def _by_demand(self) -> tuple[np.ndarray, np.ndarray]:
        """(the pairs in the order of demands, [demands + 1] where each demand's begin)."""
        order = np.argsort(self.demand, kind="stable")
        return order, np.searchsorted(self.demand[order], np.arange(len(self.demand_slot) + 1))

    def find(self, group: np.ndarray, demand: np.ndarray) -> np.ndarray:
        """The pair of each group and demand, elementwise; −1 where there is none."""
        if not len(self):
            return np.full(np.shape(group), -1, np.int64)
        wanted = (group * self.slots + self.demand_slot[demand]) * len(self.demand_slot) + demand
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self) - 1)
        return np.where(self._keys[place] == wanted, place, -1)

    def at(self, group: int, demand: int) -> int:
        """The pair of one group and one demand, or −1."""
        return int(self.find(np.array([group]), np.array([demand]))[0])

    def among(self, groups: np.ndarray, demands: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(place in `groups`, place in `demands`, pair) of every pair of these, each of which is named once."""
        order, first = self._by_demand
        size = first[demands + 1] - first[demands]
        begin = np.repeat(first[demands] - (np.cumsum(size) - size), size)
        pair = order[begin + np.arange(len(begin))]
        place = np.full(self.groups, -1, np.int64)
        place[groups] = np.arange(len(groups))
        which = place[self.group[pair]]
        kept = which >= 0
        return which[kept], np.repeat(np.arange(len(demands)), size)[kept], pair[kept]


def flows_of(seats: Seats, heads: np.ndarray, demand_slot: np.ndarray, seats_max: np.ndarray) -> Flows:
    """The pairs that exist; `heads` [groups, slots] is how many of a group have a cell in a slot."""
    groups, slots = heads.shape
    parts = [_part(seats, heads, demand_slot, seats_max, *ends) for ends in _chunks(groups, len(demand_slot))]
    group, demand, cost, most = (
        np.concatenate([part[i] for part in parts]) if parts else np.zeros(0, np.int64) for i in range(4)
    )
    order = np.lexsort((demand, demand_slot[demand], group))
    return Flows(groups, slots, demand_slot, group[order], demand[order], cost[order], most[order])


def _chunks(groups: int, demands: int) -> Iterator[tuple[int, int]]:
    step = max(1, CHUNK_PAIRS // max(1, demands))
    for begin in range(0, groups, step):
        yield begin, min(groups, begin + step)


def _part(
    seats: Seats, heads: np.ndarray, demand_slot: np.ndarray, seats_max: np.ndarray, begin: int, end: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(group, demand, cost, most) of the pairs of the groups from `begin` to `end`."""
    eligible = seats.eligible(begin, end)
    eligible &= seats_max[None, :] > 0
    group, demand = np.nonzero(eligible)
    most = np.minimum(heads[group + begin, demand_slot[demand]], seats_max[demand])
    alive = most > 0
    group, demand, most = group[alive], demand[alive], most[alive]
    return group + begin, demand, seats.cost(group + begin, demand, begin, end), most
