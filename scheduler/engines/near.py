"""Whole numbers over near weeks: of everybody all weeks that cost little more than their cheapest, and HiGHS chooses.

A roster that costs less than `bound + room` holds nobody's week that costs `room` more than the cheapest at the prices
of that bound. Once all weeks below that fit into a program, its optimum is the town's: either something better than
the best roster known, or the proof that there is nothing. With less room it is a neighbourhood of the bound, where
good rosters lie.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from ..entities import Assignment
from ..program import Program, decode
from ..search.lagrangian import Lagrangian, Near, tying_rows
from ..search.linear import Linear, linear
from ..search.pooling import Pooling, pooled
from . import highs
from .highs import Outcome


@dataclass(frozen=True)
class Chosen:
    """What came out: `roster` is None when there is none; `bound` is for rosters of these weeks."""

    outcome: Outcome
    roster: tuple[Assignment, ...] | None
    bound: float | None


class NearWeeks:
    """The program of one town with whole weeks in place of cells; under one ceiling of vacancies."""

    def __init__(self, lagrangian: Lagrangian, ceiling: float) -> None:
        self.lagrangian, self.ceiling = lagrangian, ceiling

    def choose(self, near: Near, seconds: float) -> Chosen:
        """The cheapest roster of these weeks."""
        cells = self._cells_of(near)
        program = self._with_weeks(near, cells)
        solved = highs.solve(program, program.cost, seconds)
        certain = float(self.lagrangian.diagrams.certain.sum())
        bound = None if solved.bound is None else solved.bound + certain
        if solved.values is None:
            return Chosen(solved.outcome, None, bound)
        weeks = len(near.owner)
        served = cells.T @ np.round(solved.values[:weeks])
        heads = np.round(solved.values[weeks:][self._between.whole[self._program.cells :]]).astype(np.int64)
        flows = self._pooling.flows(self._program, heads)
        roster = decode(self.lagrangian.program, np.round(served).astype(np.int64), flows)
        return Chosen(solved.outcome, roster, bound)

    @cached_property
    def _program(self) -> Program:
        """The town's program without the rows about single people and without touches: weeks keep those."""
        p = self.lagrangian.program
        rows = tying_rows(p)
        place = np.full(p.rows, -1, np.int64)
        place[rows] = np.arange(len(rows))
        kept = place[p.row_of_entry] >= 0
        column = p.entry_column[kept]
        first = np.concatenate([[0], np.cumsum(np.diff(p.row_first)[rows])])
        return replace(
            p, touch_first=np.zeros(1, np.int64), touch_cell=np.zeros(0, np.int64), row_first=first,
            entry_column=np.where(column < p.cells, column, column - p.touches), entry_weight=p.entry_weight[kept],
            row_base=p.row_base[rows], row_price=p.row_price[rows], row_limit=p.row_limit[rows],
        )  # fmt: skip

    @cached_property
    def _pooling(self) -> Pooling:
        return pooled(self._program)

    @cached_property
    def _between(self) -> Linear:
        return linear(self._program, self._pooling).with_ceiling(self.ceiling)

    def _cells_of(self, near: Near) -> sparse.csr_matrix:
        """[weeks, cells] which cells each week serves."""
        personal = self.lagrangian.diagrams.personal
        week, position = np.nonzero(near.serves)
        cell = personal.cell[personal.first[near.owner[week]] + position]
        shape = (len(near.owner), self._program.cells)
        return sparse.csr_matrix((np.ones(len(week)), (week, cell)), shape=shape)

    def _with_weeks(self, near: Near, cells: sparse.csr_matrix) -> Linear:
        """The linear program with a column a week in place of the cells, and one week a person."""
        between, weeks, count = self._between, len(near.owner), self._program.cells
        people = len(self._program.problem.people)
        others = between.matrix.shape[1] - count
        one = sparse.csr_matrix((np.ones(weeks), (near.owner, np.arange(weeks))), shape=(people, weeks))
        above = sparse.hstack([between.matrix[:, :count] @ cells.T, between.matrix[:, count:]])
        below = sparse.hstack([one, sparse.csr_matrix((people, others))])
        has = np.zeros(people)
        has[near.owner] = 1.0
        return Linear(
            np.concatenate([np.ones(weeks, bool), between.whole[count:]]),
            np.concatenate([np.zeros(weeks), between.low[count:]]),
            np.concatenate([np.ones(weeks), between.high[count:]]),
            np.concatenate([cells @ between.cost[:count] + near.charge, between.cost[count:]]),
            np.concatenate([cells @ between.vacancy[:count], between.vacancy[count:]]),
            sparse.vstack([above, below], format="csr"),
            np.concatenate([between.row_low, has]),
            np.concatenate([between.row_high, has]),
        )  # fmt: skip
