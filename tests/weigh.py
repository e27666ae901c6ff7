"""A roster put on the scales of a program: what its arrays alone would say, without any engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scheduler.limits import Level, charge
from scheduler.problem import Assignment
from scheduler.program import Program


@dataclass(frozen=True)
class Weight:
    """What the program asks for a roster that it accepts."""

    cells: np.ndarray
    flows: np.ndarray
    vacancy: int
    cost: int


def weigh(program: Program, roster: Iterable[Assignment]) -> Weight | None:
    """None when the program has no column for one of the assignments, or a hard row refuses."""
    problem = program.problem
    cells, flows = np.zeros(program.cells, np.int64), np.zeros(program.flows, np.int64)
    for a in roster:
        person, duty = problem.person_index[a.person], problem.duty_index[a.duty]
        demand = problem.demand_index[duty, a.position]
        cell = program.cell_id[person, program.slot_of_duty[duty]]
        flow = program.index.at(int(program.group_of_person[person]), demand)
        if cell < 0 or flow < 0:
            return None
        cells[cell] += 1
        flows[flow] += 1
    if (cells > 1).any() or (flows > program.flow_max).any() or (flows < program.flow_min).any():
        return None
    touches = [
        cells[program.touch_cell[a:b]].max(initial=0) for a, b in zip(program.touch_first, program.touch_first[1:])
    ]
    value = np.concatenate([cells, np.array(touches, np.int64), flows])
    cost = int(program.cell_cost @ cells + program.flow_cost @ flows)
    vacancy = 0
    for row in range(program.rows):
        of_row = slice(program.row_first[row], program.row_first[row + 1])
        count = np.array([program.row_base[row] + program.entry_weight[of_row] @ value[program.entry_column[of_row]]])
        price = program.prices[program.row_price[row]]
        if charge(price, count, Level.HARD)[0]:
            return None
        cost += int(charge(price, count, Level.PRICED)[0])
        vacancy += int(charge(price, count, Level.VACANCY)[0])
    return Weight(cells, flows, vacancy, cost)
