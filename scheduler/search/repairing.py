"""The exact model of a repair: a residual program of the people within reach, plus who is touched."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ..check import check
from ..engines import highs
from ..entities import Assignment
from ..problem import Problem
from ..program import Program, build, decode
from .linear import INFINITE, Linear, linear
from .pooling import alone
from .reach import Reach

COST_SECONDS = 2.0
"""For the third level, once vacancies and people are settled: the best so far will do."""


@dataclass(frozen=True)
class Solution:
    assignments: tuple[Assignment, ...]
    moved: int
    vacancies: int
    """Weighted, over the whole roster."""
    proven: bool
    flows: np.ndarray


class RepairModel:
    """Vacancies among the vacated seats, then people touched, then cost; solved in whole numbers."""

    def __init__(
        self, problem: Problem, kept: tuple[Assignment, ...], lost: tuple[Assignment, ...], reach: Reach
    ) -> None:
        self.fixed = tuple(a for a in kept if not reach.people[problem.person_index[a.person]])
        self.program: Program = build(problem, reach.people, self.fixed, singly=True)
        self.was_held = self._baseline_flows(problem, kept, reach)
        base = self._only_within(reach, linear(self.program, alone(self.program)))
        self.linear = self._with_touched(base, problem, kept, lost)
        self.touched = np.zeros(self.linear.matrix.shape[1])
        self.touched[base.matrix.shape[1] :] = 1.0

    def _only_within(self, reach: Reach, base: Linear) -> Linear:
        """Outside the reach's seats everybody keeps what they hold and takes nothing."""
        p = self.program
        person = np.zeros(p.groups, np.int64)
        person[p.group_of_person] = np.arange(len(p.group_of_person))
        present = reach.open[person[p.flow_group], p.demand_slot[p.flow_demand]] | self.was_held
        is_open_flow = reach.demands[p.flow_demand] & present
        closed = np.flatnonzero(~is_open_flow)
        columns = p.cells + p.touches + closed
        low, high = base.low.copy(), base.high.copy()
        low[columns] = high[columns] = self.was_held[closed]
        still_open = np.zeros((p.groups, p.slots), bool)
        is_open = np.flatnonzero(is_open_flow)
        still_open[p.flow_group[is_open], p.demand_slot[p.flow_demand[is_open]]] = True
        held = np.zeros_like(still_open)
        kept = np.flatnonzero(self.was_held)
        held[p.flow_group[kept], p.demand_slot[p.flow_demand[kept]]] = True
        group = p.group_of_person[p.cell_person]
        shut = np.flatnonzero(~still_open[group, p.cell_slot])
        low[shut] = high[shut] = held[group[shut], p.cell_slot[shut]]
        return replace(base, low=low, high=high)

    def solve(self, seconds: float) -> Solution | None:
        """The best repair, or None when time runs out or nothing else is left."""
        model, keep = self.linear.shrunk()
        touched = self.touched[keep]
        people = float(touched.sum()) + 1
        first = highs.solve(model, model.vacancy * people + touched, seconds / 2)
        if first.values is None:
            return None
        moved = round(float(touched @ first.values))
        bounded = _capped(model.with_ceiling(float(round(model.vacancy @ first.values))), touched, moved)
        second = highs.solve(bounded, bounded.cost, min(COST_SECONDS, seconds / 2))
        values = self.linear.low.copy()
        values[keep] = first.values if second.values is None else second.values
        return self._read(values, first.outcome == "optimal")

    def forbid(self, solution: Solution) -> None:
        """From now on at least one of the moves of this solution must be missing."""
        p = self.program
        new = np.flatnonzero((solution.flows > 0) & ~self.was_held) + p.cells + p.touches
        row = sparse.csr_matrix(
            (np.ones(len(new)), (np.zeros(len(new), int), new)), shape=(1, self.linear.matrix.shape[1])
        )
        self.linear = _with_rows(self.linear, row, np.array([-INFINITE]), np.array([len(new) - 1.0]))

    def _read(self, values: np.ndarray, proven: bool) -> Solution:
        p = self.program
        cells = np.round(values[: p.cells]).astype(np.int64)
        flows = np.round(values[p.cells + p.touches : p.columns]).astype(np.int64)
        moved = len(np.unique(p.flow_group[(flows > 0) != self.was_held]))
        assignments = (*self.fixed, *decode(p, cells, flows))
        return Solution(assignments, moved, check(p.problem, assignments).vacancy_objective, proven, flows)

    def _baseline_flows(self, problem: Problem, kept: tuple[Assignment, ...], reach: Reach) -> np.ndarray:
        """bool[flows]: what people within reach hold in the baseline."""
        held = np.zeros(self.program.flows, bool)
        for a in kept:
            person = problem.person_index[a.person]
            if reach.people[person]:
                demand = problem.demand_index[problem.duty_index[a.duty], a.position]
                flow = self.program.index.at(int(self.program.group_of_person[person]), demand)
                if flow >= 0:
                    held[flow] = True
        return held

    def _with_touched(
        self, base: Linear, problem: Problem, kept: tuple[Assignment, ...], lost: tuple[Assignment, ...]
    ) -> Linear:
        """One column a person: 1 when any flow differs from the baseline. No demand gets more heads than it had."""
        p = self.program
        groups, of_flow = np.unique(p.flow_group, return_inverse=True)
        columns = base.matrix.shape[1] + len(groups)
        flow_column = p.cells + p.touches + np.arange(p.flows)
        touched_column = base.matrix.shape[1] + of_flow
        sign = np.where(self.was_held, -1.0, 1.0)
        rows = np.arange(p.flows)
        change = sparse.csr_matrix(
            (
                np.concatenate([sign, -np.ones(p.flows)]),
                (np.concatenate([rows, rows]), np.concatenate([flow_column, touched_column])),
            ),
            shape=(p.flows, columns),
        )
        heads = np.zeros(len(problem.demands))
        for a in (*kept, *lost):
            heads[problem.demand_index[problem.duty_index[a.duty], a.position]] += 1
        for a in self.fixed:
            heads[problem.demand_index[problem.duty_index[a.duty], a.position]] -= 1
        demands, of_demand = np.unique(p.flow_demand, return_inverse=True)
        cap = sparse.csr_matrix((np.ones(p.flows), (of_demand, flow_column)), shape=(len(demands), columns))
        wide = _widened(base, len(groups))
        wide = _with_rows(wide, change, np.full(p.flows, -INFINITE), np.where(self.was_held, -1.0, 0.0))
        return _with_rows(wide, cap, np.full(len(demands), -INFINITE), heads[demands])


def _widened(base: Linear, columns: int) -> Linear:
    """The same with more binary columns of no cost."""
    zeros = np.zeros(columns)
    matrix = sparse.hstack([base.matrix, sparse.csr_matrix((base.matrix.shape[0], columns))], format="csr")
    return Linear(
        np.append(base.whole, zeros.astype(bool)), np.append(base.low, zeros),
        np.append(base.high, zeros + 1), np.append(base.cost, zeros), np.append(base.vacancy, zeros),
        matrix, base.row_low, base.row_high,
    )  # fmt: skip


def _with_rows(base: Linear, rows: sparse.csr_matrix, low: np.ndarray, high: np.ndarray) -> Linear:
    return Linear(
        base.whole, base.low, base.high, base.cost, base.vacancy,
        sparse.vstack([base.matrix, rows], format="csr"),
        np.append(base.row_low, low), np.append(base.row_high, high),
    )  # fmt: skip


def _capped(base: Linear, counted: np.ndarray, most: float) -> Linear:
    return _with_rows(base, sparse.csr_matrix(counted[None, :]), np.array([-INFINITE]), np.array([most]))
