"""A bound for a whole town: everybody's cheapest legal week under prices of the seats.

What ties people together (covers, teams, households) is a row over many people. Each such row gets a price y a
unit of its count; people are then free of each other, and the sum of

    everybody's cheapest week, where serving in a slot earns the best seat that they may take there, and
    for each row the cheapest count: least of charge(n) + y·n over the counts n that the law allows

is never more than the cost of any legal roster, whatever the prices are (Lagrangian relaxation; Geoffrion 1974).
Weeks are whole, so the best such bound is at least the linear relaxation's and as a rule above it. Vacancies
are kept below a ceiling by one price more, that of a weighted vacancy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ..limits import Level, Price
from ..program import Program
from .diagrams import compile_diagrams, personal_rows, reach_of_rows, row_of_entry
from .weeks import NO_WAY, cheapest_weeks, marginal_weeks


@dataclass(frozen=True)
class Value:
    """The bound at some prices, and in which direction it grows."""

    bound: float
    slope: np.ndarray
    """[rows] by the price of each row."""
    vacancy_slope: float
    """By the price of a vacancy: weighted vacancies above the ceiling."""

    @property
    def impossible(self) -> bool:
        """No legal week exists for somebody."""
        return self.bound >= NO_WAY / 2


@dataclass(frozen=True)
class _Turns:
    """For each row the counts where its charge turns, and what it charges there: enough, as it is convex."""

    count: np.ndarray
    """[rows, turns]."""
    cost: np.ndarray
    vacancy: np.ndarray


class Lagrangian:
    """The bound as a function of prices; evaluating it touches every node of the diagrams once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.diagrams = compile_diagrams(program)
        rows = np.flatnonzero(~personal_rows(program) & ~_speaks_of_touches(program))
        self.rows = len(rows)
        low, high = reach_of_rows(program)
        self.turns = _turns(program, rows, low[rows], high[rows])
        self.base = program.row_base[rows].astype(float)
        self._tie(rows)
        self._seats()
        kernel = self.diagrams
        self._value = np.zeros(int(np.diff(kernel.first).max(initial=1)))
        self._serves = np.zeros(program.cells, np.uint8)
        self._cell = kernel.personal.cell

    def _tie(self, rows: np.ndarray) -> None:
        p = self.program
        place = np.full(p.rows, -1, np.int64)
        place[rows] = np.arange(len(rows))
        row = place[row_of_entry(p)]
        kept = row >= 0
        weight, column = p.entry_weight[kept].astype(float), p.entry_column[kept]
        matrix = sparse.csc_matrix((weight, (row[kept], column)), shape=(len(rows), p.columns))
        self.of_cells = matrix[:, : p.cells].tocsr()
        self.of_flows = matrix[:, p.cells + p.touches :].tocsr()
        self.cells_of = self.of_cells.T.tocsr()
        self.flows_of = self.of_flows.T.tocsr()

    def _seats(self) -> None:
        """Flows in the order of their nodes (group and slot), and each cell's node."""
        p = self.program
        node = p.flow_group * p.slots + p.demand_slot[p.flow_demand]
        self.flow_order = np.argsort(node, kind="stable")
        nodes, self.first_flow, sizes = np.unique(node[self.flow_order], return_index=True, return_counts=True)
        self.node_of_flow = np.repeat(np.arange(len(nodes)), sizes)
        self.node_of_cell = np.searchsorted(nodes, p.group_of_person[p.cell_person] * p.slots + p.cell_slot)
        self.pinned_cell = np.array([p.cell_id[i, p.demand_slot[d]] for i, d in p.pinned], np.int64)
        self.pinned_flow = np.array([p.flow_id[p.group_of_person[i], d] for i, d in p.pinned], np.int64)

    def typical_price(self, vacancies_only: bool) -> float:
        """The scale of the charges: half of them are smaller."""
        charge = self.turns.vacancy if vacancies_only else self.turns.cost
        steps = np.abs(np.diff(charge, axis=1)) / np.maximum(1, np.diff(self.turns.count, axis=1))
        flat = [] if vacancies_only else [self.program.cell_cost, self.program.flow_cost, self.diagrams.high_cost]
        every = np.concatenate([steps.ravel(), *flat]).astype(float)
        every = every[every > 0]
        return float(np.median(every)) if len(every) else 1.0

    def at(self, prices: np.ndarray, vacancy_price: float, ceiling: float, vacancies_only: bool = False) -> Value:
        """The bound at these prices; on the first level (vacancies only) nothing else is charged."""
        best_flow, price = self._prices(prices, vacancies_only)
        d = self.diagrams
        weeks = cheapest_weeks(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, price[self._cell],
            0 if vacancies_only else 1, self._value, self._serves,
        )  # fmt: skip
        charge = self.turns.vacancy * (1.0 if vacancies_only else vacancy_price)
        if not vacancies_only:
            charge = charge + self.turns.cost
        offered = charge + self.turns.count * prices[:, None]
        turn = offered.argmin(axis=1)
        every = np.arange(self.rows)
        serving = self._cell[self._serves == 1]
        flows = np.bincount(best_flow[serving], minlength=self.program.flows)
        cells = np.zeros(self.program.cells)
        cells[serving] = 1.0
        counted = self.base + self.of_cells @ cells + self.of_flows @ flows
        bound = weeks + offered[every, turn].sum()
        vacancy_slope = 0.0
        if not vacancies_only:
            bound += float(d.certain.sum()) - vacancy_price * ceiling
            vacancy_slope = float(self.turns.vacancy[every, turn].sum()) - ceiling
        return Value(float(bound), self.turns.count[every, turn] - counted, vacancy_slope)

    def _prices(self, prices: np.ndarray, vacancies_only: bool) -> tuple[np.ndarray, np.ndarray]:
        """(the best flow of each cell, what serving in it costs)."""
        p = self.program
        own = 0.0 if vacancies_only else 1.0
        flow = own * p.flow_cost - self.flows_of @ prices
        ordered = flow[self.flow_order]
        least = np.minimum.reduceat(ordered, self.first_flow) if len(ordered) else np.zeros(0)
        place = np.where(ordered == least[self.node_of_flow], np.arange(len(ordered)), len(ordered))
        best = np.minimum.reduceat(place, self.first_flow) if len(ordered) else np.zeros(0, np.int64)
        best_flow = self.flow_order[best[self.node_of_cell]]
        price = own * p.cell_cost - self.cells_of @ prices + least[self.node_of_cell]
        if len(self.pinned_cell):
            price[self.pinned_cell] += flow[self.pinned_flow] - least[self.node_of_cell[self.pinned_cell]]
            best_flow[self.pinned_cell] = self.pinned_flow
        return best_flow, price

    def detours(self, prices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """[cells] what the bound grows by when the cell is (left out, served in): 0 for what the best week does."""
        p, d = self.program, self.diagrams
        _, price = self._prices(prices, vacancies_only=False)
        without, with_it = np.zeros(p.cells), np.zeros(p.cells)
        marginal_weeks(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, price[self._cell],
            self._value, np.zeros_like(self._value), without, with_it,
        )  # fmt: skip
        best = np.minimum(without, with_it)
        out, serve = np.zeros(p.cells), np.zeros(p.cells)
        out[self._cell], serve[self._cell] = without - best, with_it - best
        return out, serve


def _speaks_of_touches(program: Program) -> np.ndarray:
    """bool[rows]: some entry is a touch. Such a row over many people is left out: it could only raise the bound."""
    column = program.entry_column
    touch = (column >= program.cells) & (column < program.cells + program.touches)
    return np.bincount(row_of_entry(program), touch, program.rows) > 0


def _turns(program: Program, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> _Turns:
    """Where the charge of each row turns, within what it can count and the law allows."""
    most = max((len(p) for p in program.prices), default=0) + 2
    count = np.zeros((len(rows), most), np.int64)
    cost, vacancy = np.zeros((len(rows), most)), np.zeros((len(rows), most))
    kind = program.row_price[rows]
    for number in np.unique(kind).tolist():
        price, here = program.prices[number], np.flatnonzero(kind == number)
        least, greatest = _lawful(price, low[here], high[here])
        marks = [least, greatest, *(np.clip(np.full(len(here), t.at), least, greatest) for t in price)]
        marks += [least] * (most - len(marks))
        count[here] = np.stack(marks, axis=1)
        for tier in price:
            target = {Level.PRICED: cost, Level.VACANCY: vacancy}.get(tier.level)
            if target is not None:
                target[here] += tier.weight * tier.excess(count[here])
    return _Turns(count, cost, vacancy)


def _lawful(price: Price, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The counts from `low` to `high` that the law allows; where it allows none, the nearest."""
    for tier in price:
        if tier.level is Level.HARD and tier.side == "over":
            high = np.maximum(low, np.minimum(high, tier.at))
        elif tier.level is Level.HARD:
            low = np.minimum(high, np.maximum(low, tier.at))
    return low, high
