"""Fewer flows for the linear program: groups that differ only in what a few seats cost share a pool.

A node is one group in one slot. Nodes that may take the same demands, with the same entries in the same rows,
send heads either to one of their own cheaper seats, or at their highest cost into a pool from which every
demand is served. A seat that is cheaper for a node can be had through the pool too, never for less, so the
program is the same; with a usual post for everybody it has a tenth of the columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from ..program import Program


@dataclass(frozen=True)
class Pooling:
    """The flow part of the linear columns: kept flows, then heads sent into pools, then heads taken from them.

    Column numbers count from the first flow column.
    """

    kept: np.ndarray
    """[flows] → column, −1 when it exists only through its pool."""
    stands_for: np.ndarray
    """[flows] → pool column whose row entries this flow shows, −1 for all but one flow of each."""
    sender_node: np.ndarray
    """[senders] key of the node, group × slots + slot."""
    sender_cost: np.ndarray
    sender_pool: np.ndarray
    taker_pool: np.ndarray
    taker_demand: np.ndarray

    @property
    def columns(self) -> int:
        return int((self.kept >= 0).sum()) + len(self.sender_node) + len(self.taker_pool)

    @property
    def first_sender(self) -> int:
        return int((self.kept >= 0).sum())

    @property
    def first_taker(self) -> int:
        return self.first_sender + len(self.sender_node)

    def flows(self, program: Program, values: np.ndarray) -> np.ndarray:
        """Values of the program's flows from values of these columns: pooled heads go to pooled seats in order."""
        result = np.where(self.kept >= 0, values[np.maximum(self.kept, 0)], 0)
        waiting: dict[int, list[int]] = {}
        sent = values[self.first_sender : self.first_taker]
        for sender in np.flatnonzero(sent > 0).tolist():
            group = int(self.sender_node[sender]) // program.slots
            waiting.setdefault(int(self.sender_pool[sender]), []).extend([group] * int(sent[sender]))
        taken = values[self.first_taker :]
        for taker in np.flatnonzero(taken > 0).tolist():
            for _ in range(int(taken[taker])):
                group = waiting[int(self.taker_pool[taker])].pop()
                result[program.index.at(group, int(self.taker_demand[taker]))] += 1
        return result


def alone(program: Program) -> Pooling:
    """No pools: every flow is a column."""
    none = np.zeros(0, np.int64)
    return Pooling(np.arange(program.flows), np.full(program.flows, -1), none, none, none, none, none)


def pooled(program: Program) -> Pooling:
    """Pools wherever two nodes may share one."""
    nodes = _nodes(program)
    signatures = _signatures(program, nodes)
    shared = {s for s, n in Counter(signatures.values()).items() if n > 1}
    number = {s: i for i, s in enumerate(sorted(shared))}
    keep = np.ones(program.flows, bool)
    stands = np.full(program.flows, -1)
    taker_pool: list[int] = []
    taker_demand: list[int] = []
    senders: list[tuple[int, int, int]] = []
    shown: set[int] = set()
    for node, flows in nodes.items():
        pool = number.get(signatures[node], -1)
        if pool < 0:
            continue
        highest = int(program.flow_cost[flows].max())
        keep[flows] = (program.flow_cost[flows] < highest) | (program.flow_min[flows] > 0)
        senders.append((node, highest, pool))
        if pool not in shown:
            shown.add(pool)
            stands[flows] = len(taker_pool) + np.arange(len(flows))
            taker_pool += [pool] * len(flows)
            taker_demand += program.flow_demand[flows].tolist()
    kept = np.where(keep, np.cumsum(keep) - 1, -1)
    first_taker = int(keep.sum()) + len(senders)
    table = np.array(senders, np.int64).reshape(-1, 3)
    return Pooling(
        kept,
        np.where(stands >= 0, stands + first_taker, -1),
        table[:, 0],
        table[:, 1],
        table[:, 2],
        np.array(taker_pool, np.int64),
        np.array(taker_demand, np.int64),
    )


def _nodes(program: Program) -> dict[int, np.ndarray]:
    """Flows of each node, in the order of demands."""
    key = program.flow_group * program.slots + program.demand_slot[program.flow_demand]
    order = np.lexsort((program.flow_demand, key))
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return {int(key[part[0]]): part for part in np.split(order, cuts)} if len(order) else {}


def _signatures(program: Program, nodes: dict[int, np.ndarray]) -> dict[int, bytes]:
    """What nodes must have in common to share a pool: demands, and entries in rows."""
    offset = program.cells + program.touches
    of_flow = np.flatnonzero(program.entry_column >= offset)
    row = np.searchsorted(program.row_first, of_flow, side="right") - 1
    flow = program.entry_column[of_flow] - offset
    order = np.lexsort((row, flow))
    row, weight, flow = row[order], program.entry_weight[of_flow][order], flow[order]
    first = np.searchsorted(flow, np.arange(program.flows + 1))
    signatures = {}
    for node, flows in nodes.items():
        where = np.concatenate([np.arange(first[f], first[f + 1]) for f in flows.tolist()])
        counts = first[flows + 1] - first[flows]
        parts = (program.flow_demand[flows], counts, row[where], weight[where])
        signatures[node] = b"|".join(np.ascontiguousarray(p, np.int64).tobytes() for p in parts)
    return signatures
