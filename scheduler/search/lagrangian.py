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

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..limits import Level, Price
from ..program import Program
from .diagrams import compile_diagrams, personal_rows
from .narrowing import count_near, narrow
from .weeks import (
    NO_WAY,
    best_seats,
    charges_of,
    cheapest_counts,
    cheapest_weeks,
    marginal_weeks,
    near_weeks,
    price_positions,
    take_off,
)

STEPS_OF_PRICE, STEPS_AWAY = 8, 512
"""How finely near and far are told apart where diagrams are narrowed: steps of a typical price, and how
many of them."""
REWARD = 1e6
"""For serving where one must: more than any charges save."""


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
class Weeks:
    """One week of everybody."""

    cost: np.ndarray
    """[people] under the prices asked for; `NO_WAY` / 2 and more where there is no legal week."""
    charge: np.ndarray
    """[people] what their own rows charge."""
    serves: np.ndarray
    """[positions] whether they serve; only valid until the next are asked for."""
    flow: np.ndarray
    """[positions] the flow that serving there goes by: the cheapest seat."""

    @property
    def legal(self) -> np.ndarray:
        """bool[people]."""
        return self.cost < NO_WAY / 2


@dataclass(frozen=True)
class Near:
    """Many weeks, several of each person."""

    owner: np.ndarray
    """[weeks] → person."""
    charge: np.ndarray
    """[weeks] what the person's own rows charge."""
    serves: np.ndarray
    """[weeks, positions of one person], counted from the person's first."""


@dataclass(frozen=True)
class Turns:
    """For each row the counts where its charge turns, and what it charges there: enough, as it is convex."""

    count: np.ndarray
    """[rows, turns]."""
    cost: np.ndarray
    vacancy: np.ndarray

    def steepest(self) -> float:
        """The dearest step of a count by one, on the second level."""
        order = np.argsort(self.count, axis=1)
        count, cost = np.take_along_axis(self.count, order, 1), np.take_along_axis(self.cost, order, 1)
        steps = np.abs(np.diff(cost, axis=1)) / np.maximum(1, np.diff(count, axis=1))
        return float(steps.max(initial=0.0))


class Lagrangian:
    """The bound as a function of prices; evaluating it touches every node of the diagrams once."""

    def __init__(self, program: Program, most_nodes: int | None = None, of_all: int | None = None) -> None:
        self.program = program
        self.diagrams = compile_diagrams(program, most_nodes, of_all)
        rows = tying_rows(program)
        self.rows = len(rows)
        low, high = program.reach_of_rows()
        self.turns = _turns(program, rows, low[rows], high[rows])
        self.base = program.row_base[rows].astype(float)
        self._tie(rows)
        self._seats()
        positions = program.cells
        self._value = self.diagrams.values
        self._serves, self._price = np.zeros(positions, np.uint8), np.zeros(positions)
        self._count = np.zeros(self.rows)

    def _tie(self, rows: np.ndarray) -> None:
        """Which of these rows a cell or a head of a flow counts in; cells by their position in the diagrams."""
        p, cell = self.program, self.diagrams.personal.cell
        place = np.full(p.rows, -1, np.int64)
        place[rows] = np.arange(len(rows))
        row = place[p.row_of_entry]
        kept = row >= 0
        row, column, weight = row[kept], p.entry_column[kept], p.entry_weight[kept].astype(float)
        position = np.empty(p.cells, np.int64)
        position[cell] = np.arange(p.cells)
        of_cell = column < p.cells
        self._cells = _lists(position[column[of_cell]], p.cells, row[of_cell], weight[of_cell])
        flow = column[~of_cell] - p.cells - p.touches
        self._flows = (p.flow_cost.astype(float), *_lists(flow, p.flows, row[~of_cell], weight[~of_cell]))
        self._cost = p.cell_cost[cell].astype(float)

    def _seats(self) -> None:
        """Where the flows of each node (group and slot) begin, each position's node, and the seats of pins."""
        p, cell = self.program, self.diagrams.personal.cell
        nodes, first = np.unique(p.index.node, return_index=True)
        self._node_first = np.append(first, p.flows)
        self._node = np.searchsorted(nodes, p.group_of_person[p.cell_person[cell]] * p.slots + p.cell_slot[cell])
        self._least, self._best = np.zeros(len(nodes)), np.zeros(len(nodes), np.int64)
        pinned = np.full(p.cells, -1, np.int64)
        for person, demand in p.pinned:
            pinned[p.cell_id[person, p.demand_slot[demand]]] = p.index.at(int(p.group_of_person[person]), demand)
        self._pinned_flow = pinned[cell]

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
        priced = 0.0 if vacancies_only else 1.0
        each_vacancy = 1.0 if vacancies_only else vacancy_price
        self._set_prices(prices, priced)
        turns = self.turns
        cost, _ = self._cheapest(priced)
        weeks = float(cost.sum())
        counts, vacancies = cheapest_counts(
            turns.count, turns.cost, turns.vacancy, priced, each_vacancy, prices, self._count
        )
        counts -= float(prices @ self.base)  # what history and others bring in earns nothing
        slope = self._count - self.base
        take_off(self._serves, self._node, self._best, self._pinned_flow, self._flows, self._cells, slope)
        if vacancies_only:
            return Value(weeks + counts, slope, 0.0)
        certain = float(self.diagrams.certain.sum()) - vacancy_price * ceiling
        return Value(weeks + counts + certain, slope, vacancies - ceiling)

    def _set_prices(self, prices: np.ndarray, priced: float) -> None:
        """What serving costs at every position."""
        flow_cost, first, row, weight = self._flows
        best_seats(self._node_first, flow_cost, priced, first, row, weight, prices, self._least, self._best)
        price_positions(
            self._cost, priced, self._node, self._least, self._pinned_flow,
            self._flows, self._cells, prices, self._price,
        )  # fmt: skip

    def weeks(self, prices: np.ndarray, forced: np.ndarray) -> Weeks:
        """Everybody's cheapest week under these prices of the rows that serves at all `forced` positions."""
        self._set_prices(prices, 1.0)
        self._price[forced] -= REWARD
        cost, charge = self._cheapest(1.0)
        np.add.at(cost, self.person_of_position[forced], REWARD)
        flow = np.where(self._pinned_flow >= 0, self._pinned_flow, self._best[self._node])
        return Weeks(cost, charge, self._serves, flow)

    def _cheapest(self, priced: float) -> tuple[np.ndarray, np.ndarray]:
        """([people] cost, [people] charge) of everybody's cheapest week at the prices that are set."""
        d, people = self.diagrams, len(self.program.problem.people)
        cost, charge = np.zeros(people), np.zeros(people)
        cheapest_weeks(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, self._price,
            priced, self._value, self._serves, cost, charge,
        )  # fmt: skip
        return cost, charge

    def weeks_of(self, serves: np.ndarray, flow: np.ndarray) -> Weeks:
        """These weeks of everybody and what their own rows charge for them."""
        d, people = self.diagrams, len(self.program.problem.people)
        charge = np.zeros(people)
        charges_of(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, serves, charge
        )  # fmt: skip
        return Weeks(charge, charge, serves, flow)

    def near(self, prices: np.ndarray, room: float, most: int) -> Near | None:
        """Every legal week that costs at most `room` more than its person's cheapest; None when there are too many."""
        d = self.diagrams
        self._set_prices(prices, 1.0)
        width = int(np.diff(d.personal.first).max(initial=0))
        node, arc = np.zeros(width + 2, np.int64), np.zeros(width + 2, np.int64)
        cost, charged = np.zeros(width + 2), np.zeros(width + 2)
        owner, charge = np.zeros(most, np.int64), np.zeros(most)
        serves = np.zeros((most, width), np.uint8)
        found = near_weeks(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, self._price, room,
            self._value, node, arc, cost, charged, owner, serves, charge,
        )  # fmt: skip
        return None if found > most else Near(owner[:found], charge[:found], serves[:found])

    def narrowed(self, prices: np.ndarray, most_nodes: int) -> Lagrangian:
        """The same with the part of the diagrams nearest to everybody's cheapest week, about so many nodes at most.

        What its weeks cost and charge is right; that there is none better, is not: it proves nothing.
        """
        d = self.diagrams
        if d.nodes <= most_nodes:
            return self
        self._set_prices(prices, 1.0)
        step = self.typical_price(vacancies_only=False) / STEPS_OF_PRICE
        reached, counts = np.zeros_like(self._value), np.zeros(STEPS_AWAY, np.int64)
        old = (d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, self._price)
        count_near(*old, self._value, reached, step, counts)
        fits = np.cumsum(counts) <= most_nodes
        most = max(0, int(fits.sum()) - 1)
        size = int(counts[: most + 1].sum())
        arrays = [np.zeros(size, a.dtype) for a in (d.low, d.low_cost, d.high, d.high_cost, d.layer)]
        first, number = np.zeros_like(d.first), np.zeros(len(self._value), np.int64)
        narrow(*old, self._value, reached, step, most, number, first, *arrays)
        low, low_cost, high, high_cost, layer = arrays
        part = copy(self)
        part.diagrams = replace(
            d, first=first, low=low, low_cost=low_cost, high=high, high_cost=high_cost, layer=layer, exact=False
        )
        return part

    @cached_property
    def person_of_position(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.program.problem.people)), np.diff(self.diagrams.personal.first))

    def entries(self, position: int, flow: int) -> tuple[np.ndarray, np.ndarray]:
        """(row, weight): the rows between people that serving at a position in a seat counts in."""
        first, row, weight = self._cells
        _, flow_first, flow_row, flow_weight = self._flows
        a, b, c, d = first[position], first[position + 1], flow_first[flow], flow_first[flow + 1]
        return np.concatenate([row[a:b], flow_row[c:d]]), np.concatenate([weight[a:b], flow_weight[c:d]])

    def price_of(self, position: np.ndarray, flow: np.ndarray) -> np.ndarray:
        """What serving at these positions in these seats costs by itself."""
        return self._cost[position] + self._flows[0][flow]

    def detours(self, prices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """[cells] what the bound grows by when the cell is (left out, served in): 0 for what the best week does."""
        p, d = self.program, self.diagrams
        self._set_prices(prices, 1.0)
        without, with_it = np.zeros(p.cells), np.zeros(p.cells)
        marginal_weeks(
            d.first, d.low, d.low_cost, d.high, d.high_cost, d.layer, d.personal.first, self._price,
            self._value, d.values, without, with_it,
        )  # fmt: skip
        best = np.minimum(without, with_it)
        out, serve = np.zeros(p.cells), np.zeros(p.cells)
        cell = d.personal.cell
        out[cell], serve[cell] = without - best, with_it - best
        return out, serve


def _lists(
    column: np.ndarray, size: int, row: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compressed lists by column: (first, row, weight)."""
    order = np.argsort(column, kind="stable")
    return np.searchsorted(column[order], np.arange(size + 1)), row[order], weight[order]


def tying_rows(program: Program) -> np.ndarray:
    """The rows that tie people together, as far as the bound and whole weeks know them."""
    return np.flatnonzero(~personal_rows(program) & ~_speaks_of_touches(program))


def _speaks_of_touches(program: Program) -> np.ndarray:
    """bool[rows]: some entry is a touch. Such a row over many people is left out: it could only raise the bound."""
    column = program.entry_column
    touch = (column >= program.cells) & (column < program.cells + program.touches)
    return np.bincount(program.row_of_entry, touch, program.rows) > 0


def _turns(program: Program, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> Turns:
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
    return Turns(count, cost, vacancy)


def _lawful(price: Price, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The counts from `low` to `high` that the law allows; where it allows none, the nearest."""
    for tier in price:
        if tier.level is Level.HARD and tier.side == "over":
            high = np.maximum(low, np.minimum(high, tier.at))
        elif tier.level is Level.HARD:
            low = np.minimum(high, np.maximum(low, tier.at))
    return low, high
