"""The exact model of a repair: a residual program of the people within reach, plus who is touched."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ..check import consequences
from ..engines import highs
from ..entities import Assignment
from ..program import Program, build, decode
from .focus import Focus
from .linear import INFINITE, Linear, linear
from .pooling import alone
from .reach import Reach

COST_SECONDS = 2.0
"""For the third level, once vacancies and people are settled: the best so far will do."""

ROUNDING = 1e-4
"""What a bound in floats may be off."""


@dataclass(frozen=True)
class Solution:
    """A roster and what it amounts to beside the one that the model began with."""

    assignments: tuple[Assignment, ...]
    moved: int
    """People who serve something else than before, those left out who count for nothing."""
    vacancies: int
    """Change of the weighted vacancies; below 0 when seats were filled."""
    proven: bool
    flows: np.ndarray


class RepairModel:
    """Vacancies among the vacated seats, then people touched, then cost; solved in whole numbers."""

    def __init__(
        self,
        focus: Focus,
        kept: tuple[Assignment, ...],
        vacated: list[int],
        reach: Reach,
        touched_before: np.ndarray | None = None,
    ) -> None:
        """`vacated` names a demand once for each head that it may gain.

        Moving people of `touched_before` (bool[people]) costs nothing more.
        """
        problem = focus.problem
        self.kept, self.near, self.reach = kept, tuple(focus.near(kept)), reach
        self.fixed = tuple(a for a in self.near if not reach.people[problem.person_index[a.person]])
        self.program: Program = build(problem, reach.people, self.fixed, singly=True)
        self.was_held = self._held_flows()
        base = self._only_within(linear(self.program, alone(self.program)))
        self.linear = self._with_touched(base, vacated)
        groups = np.unique(self.program.flow_group)
        self.weight = np.ones(self.program.groups, np.int64)
        if touched_before is not None:
            self.weight[self.program.group_of_person[touched_before & reach.people]] = 0
        self.touched = np.zeros(self.linear.matrix.shape[1])
        self.touched[base.matrix.shape[1] :] = self.weight[groups]

    def _only_within(self, base: Linear) -> Linear:
        """Outside the reach's seats everybody keeps what they hold and takes nothing."""
        p, reach = self.program, self.reach
        person = np.zeros(p.groups, np.int64)
        person[p.group_of_person] = np.arange(len(p.group_of_person))
        away = reach.terms.hits(p.problem, person[p.flow_group], p.problem.demand_duty[p.flow_demand])
        is_open_flow = reach.demands[p.flow_demand] & (~away | self.was_held)
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
        first, proven = _fewest(model, touched, seconds / 2)
        if first is None:
            return None
        moved = round(float(touched @ first))
        bounded = _capped(model.with_ceiling(float(round(model.vacancy @ first))), touched, moved)
        second = highs.solve(bounded, bounded.cost, min(COST_SECONDS, seconds / 2))
        values = self.linear.low.copy()
        values[keep] = first if second.values is None else second.values
        return self._read(values, proven)

    def forbid(self, solution: Solution) -> None:
        """From now on at least one of the moves of this solution must be missing."""
        p = self.program
        new = np.flatnonzero((solution.flows > 0) & ~self.was_held) + p.cells + p.touches
        row = sparse.csr_matrix(
            (np.ones(len(new)), (np.zeros(len(new), int), new)), shape=(1, self.linear.matrix.shape[1])
        )
        self.linear = _with_rows(self.linear, row, np.array([-INFINITE]), np.array([len(new) - 1.0]))

    def _read(self, values: np.ndarray, proven: bool) -> Solution:
        p, problem = self.program, self.program.problem
        cells = np.round(values[: p.cells]).astype(np.int64)
        flows = np.round(values[p.cells + p.touches : p.columns]).astype(np.int64)
        changed = np.unique(p.flow_group[(flows > 0) != self.was_held])
        moved = int(self.weight[changed].sum())
        held = {a: a for a in self.kept}
        mine = tuple(held.get(a, a) for a in decode(p, cells, flows))
        before = {a for a in self.near if self.reach.people[problem.person_index[a.person]]}
        edit = consequences(problem, self.near, before - set(mine), [a for a in mine if a not in before])
        others = tuple(a for a in self.kept if not self.reach.people[problem.person_index[a.person]])
        return Solution((*others, *mine), moved, edit.vacancy_change, proven, flows)

    def _held_flows(self) -> np.ndarray:
        """bool[flows]: what people within reach hold."""
        problem, p = self.program.problem, self.program
        held = np.zeros(p.flows, bool)
        for a in self.near:
            person = problem.person_index[a.person]
            if self.reach.people[person]:
                demand = problem.demand_index[problem.duty_index[a.duty], a.position]
                flow = p.index.at(int(p.group_of_person[person]), demand)
                if flow >= 0:
                    held[flow] = True
        return held

    def _with_touched(self, base: Linear, vacated: list[int]) -> Linear:
        """One column a person: 1 when any flow differs from before. No demand gets more heads than it may have."""
        problem = self.program.problem
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
        np.add.at(heads, vacated, 1)
        for a in self.near:
            heads[problem.demand_index[problem.duty_index[a.duty], a.position]] += 1
        for a in self.fixed:
            heads[problem.demand_index[problem.duty_index[a.duty], a.position]] -= 1
        demands, of_demand = np.unique(p.flow_demand, return_inverse=True)
        cap = sparse.csr_matrix((np.ones(p.flows), (of_demand, flow_column)), shape=(len(demands), columns))
        wide = _widened(base, len(groups))
        wide = _with_rows(wide, change, np.full(p.flows, -INFINITE), np.where(self.was_held, -1.0, 0.0))
        return _with_rows(wide, cap, np.full(len(demands), -INFINITE), heads[demands])


def _fewest(model: Linear, touched: np.ndarray, seconds: float) -> tuple[np.ndarray | None, bool]:
    """(the fewest weighted vacancies by the fewest people, whether fewer are proven impossible); None without any.

    HiGHS stops at a share of what it minimises, and calls that optimal. Where much stays open that share may be more
    than a person: then either figure is proven by itself, or nothing is claimed.
    """
    people = float(touched.sum()) + 1
    both = highs.solve(model, model.vacancy * people + touched, seconds)
    if both.values is None or both.outcome != "optimal":
        return both.values, False
    vacancies, moved = round(float(model.vacancy @ both.values)), round(float(touched @ both.values))
    if _reached(both, vacancies * people + moved):
        return both.values, True
    full = highs.solve(model, model.vacancy, seconds / 4)
    fewest = highs.solve(model.with_ceiling(float(vacancies)), touched, seconds / 4)
    if fewest.values is None:
        return both.values, False
    return fewest.values, _reached(full, vacancies) and _reached(fewest, round(float(touched @ fewest.values)))


def _reached(solved: highs.Solved, figure: float) -> bool:
    """Whether the engine's bound leaves no whole number below this one."""
    return solved.bound is not None and figure - solved.bound < 1 - ROUNDING


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
