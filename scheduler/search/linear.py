"""Program → linear program: rows with convex prices become ranges and priced segments.

A price with thresholds t₁ < t₂ < … becomes segments of width t₂−t₁, t₃−t₂, …, ∞ whose slopes grow, so a
linear programme fills them in order and the relaxation is exact for whole counts. Both levels of the
objective are costs on the same columns; the second level is solved under a ceiling on the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..limits import Level, Price, at_most
from ..program import Program
from .pooling import Pooling

INFINITE = float("inf")


@dataclass(frozen=True)
class Linear:
    """min cost·x subject to row_low ≤ matrix·x ≤ row_high, low ≤ x ≤ high.

    The first columns are the program's cells and touches, then its flows as `pooling` has them, then priced
    segments, which alone need not be whole.
    """

    whole: np.ndarray
    """bool: which columns must be whole numbers."""
    low: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    """Priced rules."""
    vacancy: np.ndarray
    """Vacancies weighted by priority."""
    matrix: sparse.csr_matrix
    row_low: np.ndarray
    row_high: np.ndarray

    def with_ceiling(self, vacancy: float) -> Linear:
        """The same with one more row: weighted vacancies at most `vacancy`."""
        extra = sparse.csr_matrix(self.vacancy[None, :])
        return Linear(
            self.whole, self.low, self.high, self.cost, self.vacancy,
            sparse.vstack([self.matrix, extra], format="csr"),
            np.append(self.row_low, -INFINITE), np.append(self.row_high, vacancy),
        )  # fmt: skip

    def shrunk(self) -> tuple[Linear, np.ndarray]:
        """The part that is still open, and which columns (numbers) it keeps.

        Columns that are fixed move into their rows; rows without an open whole column are left out together
        with their priced segments, so the objective is less by a constant.
        """
        open_column = (self.low < self.high) & self.whole
        rows = np.flatnonzero(self.matrix[:, open_column].getnnz(axis=1))
        part = self.matrix[rows]
        segment = ~self.whole & (part.getnnz(axis=0) > 0)
        keep = np.flatnonzero(open_column | segment)
        held = np.where((self.low == self.high) & self.whole, self.low, 0.0)
        given = part @ held
        smaller = Linear(
            self.whole[keep], self.low[keep], self.high[keep], self.cost[keep], self.vacancy[keep],
            part[:, keep], self.row_low[rows] - given, self.row_high[rows] - given,
        )  # fmt: skip
        return smaller, keep


@dataclass(frozen=True)
class _Segments:
    """How one price turns into linear columns; thresholds are counts before the row's constant is taken off."""

    floor: int | None
    ceiling: int | None
    parts: tuple[tuple[int, float, int, int], ...]
    """(sign, width, cost, vacancy): sign −1 takes off above the last free count, +1 adds below the first."""
    first_over: int | None
    first_under: int | None


def _segments(price: Price) -> _Segments:
    parts: list[tuple[int, float, int, int]] = []
    hard_over = [t.at for t in price if t.level is Level.HARD and t.side == "over"]
    hard_under = [t.at for t in price if t.level is Level.HARD and t.side == "under"]
    ends: dict[str, int | None] = {"over": None, "under": None}
    for side, sign in (("over", -1), ("under", 1)):
        tiers = [t for t in price if t.side == side and t.level is not Level.HARD]
        marks = sorted({t.at for t in tiers}, reverse=side == "under")
        if marks:
            ends[side] = marks[0]
        for i, mark in enumerate(marks):
            width = abs(marks[i + 1] - mark) if i + 1 < len(marks) else INFINITE
            passed = [t for t in tiers if (t.at <= mark if side == "over" else t.at >= mark)]
            cost = sum(t.weight for t in passed if t.level is Level.PRICED)
            vacancy = sum(t.weight for t in passed if t.level is Level.VACANCY)
            parts.append((sign, width, cost, vacancy))
    return _Segments(
        max(hard_under, default=None), min(hard_over, default=None), tuple(parts), ends["over"], ends["under"]
    )


def linear(program: Program, pooling: Pooling) -> Linear:
    """The linear program of a program, built by price and not row by row."""
    builder = _Builder(program, pooling)
    for number, price in enumerate(program.prices):
        builder.add_price(np.flatnonzero(program.row_price == number), _segments(price))
    builder.add_links()
    builder.add_touches()
    return builder.finish()


class _Builder:
    def __init__(self, program: Program, pooling: Pooling) -> None:
        self.program, self.pooling = program, pooling
        self.offset = program.cells + program.touches
        keep = pooling.kept >= 0
        sender_most = np.zeros(program.groups * program.slots)
        np.add.at(sender_most, program.group_of_person[program.cell_person] * program.slots + program.cell_slot, 1)
        most = np.array([seat.max for _, seat in program.problem.demands], float)
        touch_cost, taker_cost = np.zeros(program.touches), np.zeros(len(pooling.taker_pool))
        self.cost = [
            np.concatenate([
                program.cell_cost, touch_cost, program.flow_cost[keep], pooling.sender_cost, taker_cost
            ]).astype(float)
        ]  # fmt: skip
        self.vacancy = [np.zeros(self.offset + pooling.columns)]
        self.high = [
            np.ones(self.offset),
            program.flow_max[keep].astype(float),
            sender_most[pooling.sender_node],
            most[pooling.taker_demand],
        ]
        free = pooling.columns - int(keep.sum())
        self.low = [np.zeros(self.offset), program.flow_min[keep].astype(float), np.zeros(free)]
        self.column_count = self.offset + pooling.columns
        self.row_count = 0
        self.entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.row_low: list[np.ndarray] = []
        self.row_high: list[np.ndarray] = []
        self.row_of_entry = program.row_of_entry
        self.least, self.most = program.reach_of_rows()
        same, none = np.arange(self.offset), np.full(self.offset, -1)
        pool_column = np.where(pooling.stands_for >= 0, pooling.stands_for + self.offset, -1)
        self.views = [
            np.concatenate([same, np.where(keep, pooling.kept + self.offset, -1)]),
            np.concatenate([none, pool_column]),
        ]

    def _rows(self, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """New rows with these ranges; gives their numbers."""
        numbers = self.row_count + np.arange(len(low))
        self.row_count += len(low)
        self.row_low.append(low.astype(float))
        self.row_high.append(high.astype(float))
        return numbers

    def _copy_entries(self, rows: np.ndarray, numbers: np.ndarray) -> None:
        """Put the entries of program rows into linear rows."""
        place = np.full(self.program.rows, -1, np.int64)
        place[rows] = numbers
        keep = place[self.row_of_entry] >= 0
        row, column = place[self.row_of_entry[keep]], self.program.entry_column[keep]
        for view in self.views:
            seen = view[column] >= 0
            self.entries.append((row[seen], view[column[seen]], self.program.entry_weight[keep][seen]))

    def _slack(self, numbers: np.ndarray, sign: int, width: np.ndarray, cost: int, vacancy: int) -> None:
        """One more priced column in each of these rows."""
        columns = self.column_count + np.arange(len(numbers))
        self.column_count += len(numbers)
        self.entries.append((numbers, columns, np.full(len(numbers), sign)))
        self.cost.append(np.full(len(numbers), float(cost)))
        self.vacancy.append(np.full(len(numbers), float(vacancy)))
        self.low.append(np.zeros(len(numbers)))
        self.high.append(width)

    def add_price(self, rows: np.ndarray, segments: _Segments) -> None:
        base = self.program.row_base[rows]
        for sign, start in ((-1, segments.first_over), (1, segments.first_under)):
            if start is None:
                continue
            room = self.most[rows] - start if sign < 0 else start - self.least[rows]
            live = rows[room > 0]
            edge = (start - base)[room > 0].astype(float)
            open_end = np.full(len(live), INFINITE)
            numbers = self._rows(-open_end, edge) if sign < 0 else self._rows(edge, open_end)
            self._copy_entries(live, numbers)
            left = room[room > 0].astype(float)
            for part_sign, width, cost, vacancy in segments.parts:
                if part_sign != sign:
                    continue
                some = left > 0
                self._slack(numbers[some], sign, np.minimum(left[some], width), cost, vacancy)
                left = left - width
        if segments.floor is not None or segments.ceiling is not None:
            floor = -INFINITE if segments.floor is None else segments.floor
            ceiling = INFINITE if segments.ceiling is None else segments.ceiling
            tight = (self.most[rows] > ceiling) | (self.least[rows] < floor)
            numbers = self._rows(floor - base[tight], ceiling - base[tight])
            self._copy_entries(rows[tight], numbers)

    def add_links(self) -> None:
        """Per group and slot: cells − flows − heads sent into the pool = 0; per pool: sent − taken = 0."""
        p, pooling = self.program, self.pooling
        keep = np.flatnonzero(pooling.kept >= 0)
        of_cell = p.group_of_person[p.cell_person] * p.slots + p.cell_slot
        of_flow = p.flow_group[keep] * p.slots + p.demand_slot[p.flow_demand[keep]]
        keys = np.unique(np.concatenate([of_cell, of_flow, pooling.sender_node]))
        numbers = self._rows(np.zeros(len(keys)), np.zeros(len(keys)))
        senders = self.offset + pooling.first_sender + np.arange(len(pooling.sender_node))
        takers = self.offset + pooling.first_taker + np.arange(len(pooling.taker_pool))

        def link(of: np.ndarray, columns: np.ndarray, sign: int) -> None:
            self.entries.append((numbers[np.searchsorted(keys, of)], columns, np.full(len(columns), sign)))

        link(of_cell, np.arange(p.cells), 1)
        link(of_flow, self.offset + pooling.kept[keep], -1)
        link(pooling.sender_node, senders, -1)
        pools = int(pooling.sender_pool.max(initial=-1)) + 1
        balance = self._rows(np.zeros(pools), np.zeros(pools))
        self.entries.append((balance[pooling.sender_pool], senders, np.ones(len(senders))))
        self.entries.append((balance[pooling.taker_pool], takers, -np.ones(len(takers))))

    def add_touches(self) -> None:
        """Cells of a bucket that exclude each other are together at most its touch; the touch is at most all of them.

        Whole sets and not single cells: otherwise half a Saturday here and half a Sunday there would be half a
        weekend, where it must be a whole one for somebody.
        """
        p = self.program
        if not p.touches:
            return
        parts = exclusive_parts(p)
        row = np.repeat(np.arange(len(parts)), [len(cells) for _, cells in parts])
        ends = np.full(len(parts), INFINITE)
        numbers = self._rows(-ends, np.zeros(len(parts)))
        self.entries.append((numbers[row], np.concatenate([cells for _, cells in parts]), np.ones(len(row))))
        self.entries.append((numbers, p.cells + np.array([t for t, _ in parts]), -np.ones(len(parts))))
        touch = np.repeat(np.arange(p.touches), np.diff(p.touch_first))
        ends = np.full(p.touches, INFINITE)
        numbers = self._rows(-ends, np.zeros(p.touches))
        self.entries.append((numbers[touch], p.touch_cell, -np.ones(len(touch))))
        self.entries.append((numbers, p.cells + np.arange(p.touches), np.ones(p.touches)))

    def finish(self) -> Linear:
        row, column, weight = (np.concatenate([e[i] for e in self.entries]) for i in range(3))
        matrix = sparse.csr_matrix((weight.astype(float), (row, column)), shape=(self.row_count, self.column_count))
        whole = np.zeros(self.column_count, bool)
        whole[: self.offset + self.pooling.columns] = True
        return Linear(
            whole, np.concatenate(self.low), np.concatenate(self.high),
            np.concatenate(self.cost), np.concatenate(self.vacancy), matrix,
            np.concatenate(self.row_low), np.concatenate(self.row_high),
        )  # fmt: skip


def exclusive_parts(program: Program) -> list[tuple[int, np.ndarray]]:
    """(touch, cells) pairs that cover every touch: cells of which the law lets a person have only one."""
    only_one = np.array([price == at_most(1, None) for price in program.prices], bool)
    sizes = np.diff(program.row_first)
    rows = np.flatnonzero(only_one[program.row_price] & (program.row_base == 0) & (sizes > 1))
    cliques: dict[int, list[frozenset[int]]] = {}
    for row in rows.tolist():
        a, b = program.row_first[row], program.row_first[row + 1]
        columns = program.entry_column[a:b]
        if columns.max() < program.cells and program.entry_weight[a:b].min() == 1:
            person = int(program.cell_person[columns[0]])
            cliques.setdefault(person, []).append(frozenset(columns.tolist()))
    parts: list[tuple[int, np.ndarray]] = []
    for touch in range(program.touches):
        cells = frozenset(program.touch_cell[program.touch_first[touch] : program.touch_first[touch + 1]].tolist())
        person = int(program.cell_person[next(iter(cells))])
        sets = {clique & cells for clique in cliques.get(person, [])} | {frozenset([c]) for c in cells}
        largest = [s for s in sets if s and not any(s < other for other in sets)]
        parts += [(touch, np.array(sorted(s), np.int64)) for s in sorted(largest, key=sorted)]
    return parts
