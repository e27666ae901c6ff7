"""Limits → program: sparse arrays that every engine and the local search read.

Columns, in this order:
  cells    x[person, slot]    binary: the person serves in this slot (a slot: all duties of one interval and kind)
  touches  t[person, bucket]  binary: the person serves at least once in this set of slots (a day, a weekend)
  flows    z[group, demand]   integer: heads of a group of interchangeable people in one position of one duty
Per group and slot the cells sum to the flows; afterwards anybody of the group may take any of its seats, so
nothing is lost by not saying who stands where. A person about whom a limit speaks at the level of seats is a
group of one.

Rows: each is one instance of one limit: entries, a constant from history, a convex price. What a limit only
forbids, or charges at a flat rate, never becomes a row: it removes columns or gives them a cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .bare import Bare
from .columns import Seats, groups_of, open_pins, pins_of, slot_columns, slots_of, sort_limits
from .flows import Flows, flows_of
from .limits import Level, Price
from .problem import Assignment, Problem
from .reduction import reduced
from .rows import Rows, Touches, rows_of_flows, rows_of_slots
from .tally import Served


@dataclass(frozen=True)
class Program(Bare):
    """The arrays. Every index is int64, every coefficient and cost an int64 too."""

    problem: Problem
    slot_of_duty: np.ndarray
    group_of_person: np.ndarray
    cell_id: np.ndarray
    """[people, slots] → cell, −1 where the person cannot serve."""
    cell_person: np.ndarray
    cell_slot: np.ndarray
    cell_cost: np.ndarray
    touch_first: np.ndarray
    """[touches + 1] into `touch_cell`."""
    touch_cell: np.ndarray
    index: Flows
    """Which group may take which seat, at what cost: flows are numbered as the pairs are."""
    flow_min: np.ndarray
    row_first: np.ndarray
    """[rows + 1] into `entry_column` and `entry_weight`."""
    entry_column: np.ndarray
    entry_weight: np.ndarray
    row_base: np.ndarray
    row_price: np.ndarray
    """[rows] into `prices`."""
    row_limit: np.ndarray
    prices: tuple[Price, ...]
    pinned: tuple[tuple[int, int], ...]
    """(person, demand) pairs that stay as they are."""

    @property
    def cells(self) -> int:
        return len(self.cell_person)

    @property
    def touches(self) -> int:
        return len(self.touch_first) - 1

    @property
    def flows(self) -> int:
        return len(self.index)

    @property
    def groups(self) -> int:
        return self.index.groups

    @property
    def flow_group(self) -> np.ndarray:
        return self.index.group

    @property
    def flow_demand(self) -> np.ndarray:
        return self.index.demand

    @property
    def flow_cost(self) -> np.ndarray:
        return self.index.cost

    @property
    def flow_max(self) -> np.ndarray:
        return self.index.most

    @property
    def rows(self) -> int:
        return len(self.row_base)

    @property
    def columns(self) -> int:
        return self.cells + self.touches + self.flows

    @cached_property
    def demand_slot(self) -> np.ndarray:
        return self.slot_of_duty[self.problem.demand_duty]

    @property
    def slots(self) -> int:
        return self.cell_id.shape[1]

    @property
    def row_of_entry(self) -> np.ndarray:
        """[entries] → row; computed anew each time, for a program is sent to other processes."""
        return np.repeat(np.arange(self.rows), np.diff(self.row_first))

    def reach_of_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """(least, most) that each row can count."""
        row = self.row_of_entry
        ceiling = np.concatenate([np.ones(self.cells + self.touches, np.int64), self.flow_max])
        reach = self.entry_weight * ceiling[self.entry_column]
        low = self.row_base + np.bincount(row, np.minimum(reach, 0), self.rows).astype(np.int64)
        high = self.row_base + np.bincount(row, np.maximum(reach, 0), self.rows).astype(np.int64)
        return low, high


def build(
    problem: Problem, free: np.ndarray | None = None, fixed: tuple[Assignment, ...] = (), singly: bool = False
) -> Program:
    """The program of a problem, built in bulk from its limits.

    With `free` (bool[people]) only these people have columns; what the others do is given by `fixed` and
    stands in the rows as constants. `singly` makes every free person a group of one.
    """
    if free is None:
        free = np.ones(len(problem.people), bool)
    served = Served.of(problem, fixed) if fixed else None
    slot_of_duty, slots = slots_of(problem)
    sorted_limits = sort_limits(problem, slot_of_duty, slots, free)
    pinned = tuple((p, d) for p, d in pins_of(problem) if free[p])
    group_of_person, groups = groups_of(problem, sorted_limits, pinned, free, singly)
    open_cells, cell_prices = slot_columns(problem, sorted_limits, slot_of_duty, slots)
    open_cells &= free[:, None]
    open_pins(problem, pinned, slot_of_duty, open_cells)

    demand_slot = slot_of_duty[problem.demand_duty]
    heads = np.zeros((groups, slots), np.int64)
    np.add.at(heads, group_of_person, open_cells)
    seats_max = np.array([seat.max for _, seat in problem.demands], np.int64)
    seats = Seats(problem, sorted_limits, group_of_person, pinned)
    index = flows_of(seats, heads, demand_slot, seats_max)
    has_flow = (np.diff(index.node_first) > 0).reshape(groups, slots)
    cell_person, cell_slot = np.nonzero(open_cells & has_flow[group_of_person])
    cell_id = np.full(open_cells.shape, -1, np.int64)
    cell_id[cell_person, cell_slot] = np.arange(len(cell_person))
    flow_min = np.zeros(len(index), np.int64)
    for person, demand in pinned:
        flow_min[index.at(group_of_person[person], demand)] = 1

    touches = Touches(problem, sorted_limits, slot_of_duty, cell_id)
    rows = Rows(forgiving=served is not None)
    rows_of_slots(problem, sorted_limits, slot_of_duty, cell_id, touches, rows, served)
    touch_first, touch_cell = touches.arrays()
    offset = len(cell_person) + len(touch_first) - 1
    rows_of_flows(problem, sorted_limits, group_of_person, index, offset, rows, served)
    fewer = reduced(rows.arrays(), cell_person, cell_slot)
    program = Program(
        problem, slot_of_duty, group_of_person, cell_id, cell_person, cell_slot, cell_prices[cell_person, cell_slot],
        touch_first, touch_cell, index, flow_min, fewer.first, fewer.column, fewer.weight, fewer.base,
        fewer.price, fewer.limit, fewer.prices, pinned,
    )  # fmt: skip
    forgive_pins(program)
    return program


def forgive_pins(program: Program) -> None:
    """Where pins break a hard row beyond mending, move its constant so that nothing more is asked for than given.

    What lowers a count may mend it: a day between two pinned ones, say, or a member for a pinned team of others.
    """
    if not program.pinned:
        return
    fixed = np.zeros(program.columns, np.int64)
    for person, demand in program.pinned:
        fixed[program.cell_id[person, program.demand_slot[demand]]] = 1
        fixed[program.cells + program.touches + program.index.at(program.group_of_person[person], demand)] = 1
    for t in range(program.touches):
        cells = program.touch_cell[program.touch_first[t] : program.touch_first[t + 1]]
        fixed[program.cells + t] = fixed[cells].max(initial=0)
    row = program.row_of_entry
    most = np.concatenate([np.ones(program.cells + program.touches, np.int64), program.flow_max])
    may_lower = np.minimum(program.entry_weight, 0) * (most - fixed)[program.entry_column]
    count = program.row_base + np.bincount(
        row, program.entry_weight * fixed[program.entry_column] + may_lower, program.rows
    ).astype(np.int64)
    for i in range(program.rows):
        for tier in program.prices[program.row_price[i]]:
            if tier.level is Level.HARD and tier.side == "over" and count[i] > tier.at:
                program.row_base[i] -= count[i] - tier.at


def decode(program: Program, cells: np.ndarray, flows: np.ndarray) -> tuple[Assignment, ...]:
    """Assignments from cell and flow values: in each group and slot people take seats in a fixed order."""
    problem = program.problem
    waiting: dict[tuple[int, int], list[int]] = {}
    chosen = np.flatnonzero(cells > 0)
    pinned = set(program.pinned)
    held = {(p, int(program.demand_slot[d])) for p, d in pinned}
    result = [assignment(problem, p, d) for p, d in sorted(pinned)]
    for c in chosen.tolist():
        person, slot = int(program.cell_person[c]), int(program.cell_slot[c])
        if (person, slot) not in held:
            waiting.setdefault((int(program.group_of_person[person]), slot), []).append(person)
    for f in np.flatnonzero(flows > 0).tolist():
        group, demand = int(program.flow_group[f]), int(program.flow_demand[f])
        taken = sum(1 for p, d in pinned if d == demand and program.group_of_person[p] == group) if pinned else 0
        queue = waiting.get((group, int(program.demand_slot[demand])), [])
        for _ in range(int(flows[f]) - taken):
            result.append(assignment(problem, queue.pop(0), demand))
    return tuple(result)


def assignment(problem: Problem, person: int, demand: int) -> Assignment:
    duty, seat = problem.demands[demand]
    return Assignment(problem.people[person].id, problem.duties[duty].id, seat.position)
