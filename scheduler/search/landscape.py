"""Program → landscape: the flat arrays that compiled local search walks over.

Every row keeps one running count and a table of its price, so that the change of a row is two look-ups.
The three levels of the objective are packed into one int64: law ≫ vacancies ≫ prices.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..limits import Level, Price, charge
from ..program import Program
from .seats import by_post, candidates, seats, tomorrow

HARD_CAPS = (1 << 10, 1 << 8, 1 << 6, 1 << 5, 1 << 4, 1 << 3)
"""A broken row counts at most so many units of excess: the first for which the sum of all cannot overflow."""
VACANCY_UNIT = 1 << 24
HARD_OVER_VACANCY = 1 << 18
"""The usual units; others where a town is too large or its prices are too high for them."""
ROOM = 1 << 62
"""No sum of a landscape reaches this."""
MANY_BROKEN = 1 << 12
"""More units of law than this are broken at once in no roster worth beginning with."""


class Landscape(NamedTuple):
    """Read-only arrays (int32; money and time int64); `*_first` are offsets of compressed lists."""

    seat_demand: np.ndarray
    seat_fixed: np.ndarray
    demand_slot: np.ndarray
    candidate_first: np.ndarray
    candidate: np.ndarray
    group: np.ndarray
    cell_id: np.ndarray
    node_first: np.ndarray
    """[groups × slots + 1] into flows: those of one group in one slot stand together, sorted by demand."""
    flow_demand: np.ndarray
    cell_cost: np.ndarray
    flow_cost: np.ndarray
    cell_row_first: np.ndarray
    cell_row: np.ndarray
    cell_weight: np.ndarray
    cell_touch_first: np.ndarray
    cell_touch: np.ndarray
    touch_row_first: np.ndarray
    touch_row: np.ndarray
    touch_weight: np.ndarray
    flow_row_first: np.ndarray
    flow_row: np.ndarray
    flow_weight: np.ndarray
    row_table: np.ndarray
    """Offset of each row's count 0 in `table`; counts are relative to history and scaled by the row's divisor."""
    table: np.ndarray
    seat_order: np.ndarray
    """Seats by post and time: neighbours share people, so a stretch of them fits into the cache.

    Of each demand only as many as are ideal and `seats.SPARE_SEATS` more: the walk seldom gains by going to others.
    """
    slot_middle: np.ndarray
    """Twice the middle minute of each slot: who is nearest in time."""
    demand_seat_first: np.ndarray
    tomorrow: np.ndarray
    """The demand of the same post and position at the same hours a day later, or −1."""
    law: np.ndarray
    """Units of law in each entry of `table` that a walk may be sold at a price; empty where none are for sale.

    They are for sale where a minimum about one person is law: a single duty more or less breaks it, so behind a wall
    the way from one legal week to the next is shut. A maximum needs no sale: whoever is full gives something away.
    """


class Units(NamedTuple):
    """What one unit of each level is worth in the packed objective."""

    vacancy: int
    hard: int
    most_law: int = HARD_CAPS[-1]
    """A broken row counts at most so many units, each the divisor of its weights."""
    dearest: int | None = None
    """A unit of excess counts at most this much in the search; None when all prices count in full."""

    def split(self, packed: int) -> tuple[int, int, int]:
        """(hard, vacancy, cost) of a packed, non-negative objective; the cost is too low where prices are capped."""
        hard, rest = divmod(packed, self.hard)
        vacancy, cost = divmod(rest, self.vacancy)
        return hard, vacancy, cost


def landscape(program: Program) -> tuple[Landscape, Units]:
    """The landscape of a program, and the units in which its objective is packed."""
    divisor = _divisors(program)
    units = _units(program, divisor)
    row_table, table, law = _tables(program, units, divisor)
    problem = program.problem
    seat_demand, seat_fixed = seats(program)
    candidate_first, candidate = candidates(program)
    weight = program.entry_weight // np.repeat(divisor, np.diff(program.row_first))
    place = _places_of_rows(program)
    by_column = _rows_by_column(program, weight, place)
    row_table = row_table[np.argsort(place)]
    middle = np.zeros(program.slots, np.int64)
    middle[program.slot_of_duty] = problem.duty_start + problem.duty_end
    touch_of_entry = np.repeat(np.arange(program.touches), np.diff(program.touch_first))
    order = np.argsort(program.touch_cell, kind="stable")
    cell_touch_first = np.searchsorted(program.touch_cell[order], np.arange(program.cells + 1))
    land = Landscape(
        seat_demand, seat_fixed, program.demand_slot, candidate_first, candidate,
        program.group_of_person, program.cell_id, program.index.node_first, program.flow_demand,
        _capped(program.cell_cost, units.dearest), _capped(program.flow_cost, units.dearest),
        *_part(by_column, 0, program.cells),
        cell_touch_first.astype(np.int64), touch_of_entry[order].astype(np.int64),
        *_part(by_column, program.cells, program.cells + program.touches),
        *_part(by_column, program.cells + program.touches, program.columns),
        row_table, table, by_post(program, seat_demand), middle,
        np.searchsorted(seat_demand, np.arange(len(problem.demands) + 1)), tomorrow(program), law,
    )  # fmt: skip
    return _narrow(land), units


WIDE = {"table", "law", "cell_cost", "flow_cost", "slot_middle"}


def _narrow(land: Landscape) -> Landscape:
    """Everything but money and time in 32 bits: half the memory to walk through."""
    return Landscape(
        *(
            part.astype(np.int32) if part.dtype == np.int64 and name not in WIDE else part
            for name, part in zip(Landscape._fields, land, strict=True)
        )
    )


def _units(program: Program, divisor: np.ndarray) -> Units:
    """Units in which no level reaches into the next and nothing overflows, whatever the roster.

    The usual ones where they do. Where prices reach too far for 64 bits beside the town's vacancies and laws, the
    dearest are capped for the search alone: as high as there is room for.
    """
    excess, vacancy, cost = _reach(program, divisor)
    broken = {most: int(np.minimum(excess, most).sum()) for most in HARD_CAPS}
    usual = Units(VACANCY_UNIT, VACANCY_UNIT * HARD_OVER_VACANCY)
    for most in HARD_CAPS:
        if _fits(usual, broken[most], vacancy, cost):
            return usual._replace(most_law=most)
    most = next((most for most in HARD_CAPS if broken[most] <= MANY_BROKEN), HARD_CAPS[-1])
    hard = min(broken[most], MANY_BROKEN)
    tight = _tight(vacancy, cost)
    if _fits(tight, hard, vacancy, cost):
        return tight._replace(most_law=most)
    dearest = max(t.weight for price in program.prices for t in price if t.level is Level.PRICED)
    dearest = max(dearest, int(program.cell_cost.max(initial=0)), int(program.flow_cost.max(initial=0)))
    while dearest > 1 and not _fits(tight, hard, vacancy, cost):
        dearest //= 2
        cost = _reach(program, divisor, dearest)[2]
        tight = _tight(vacancy, cost)
    return tight._replace(most_law=most, dearest=dearest)


def _tight(vacancy: int, cost: int) -> Units:
    return Units(cost + 1, (cost + 1) * (vacancy + 1))


def _fits(units: Units, hard: int, vacancy: int, cost: int) -> bool:
    return (
        units.vacancy > cost
        and units.hard > units.vacancy * vacancy + cost
        and units.hard * (hard + 1) < ROOM
    )


def _reach(program: Program, divisor: np.ndarray, dearest: int | None = None) -> tuple[np.ndarray, int, int]:
    """The most that any roster can be charged: (units of law of each row, vacancies, cost).

    The sums are Python's own whole numbers.
    """
    flat = sum(_capped(program.cell_cost, dearest).tolist())
    flat += sum((_capped(program.flow_cost, dearest) * program.flow_max).tolist())
    reach = {Level.VACANCY: 0, Level.PRICED: flat}
    excess = np.zeros(program.rows, np.int64)
    low, high = program.reach_of_rows()
    for number, price in enumerate(program.prices):
        rows = np.flatnonzero(program.row_price == number)
        for level in {t.level for t in price}:
            tiers = _cheaper(price, dearest)
            worst = np.maximum(charge(tiers, low[rows], level), charge(tiers, high[rows], level))
            if level is Level.HARD:
                excess[rows] = _units_of_law(worst, divisor[rows])
            else:
                reach[level] += sum(worst.tolist())
    return excess, reach[Level.VACANCY], reach[Level.PRICED]


def _units_of_law(excess: np.ndarray, divisor: np.ndarray | int) -> np.ndarray:
    """What is in excess in steps of a row, rounded up: 480 minutes too few are one duty too few."""
    return -(-excess // divisor)


def _cheaper(price: Price, dearest: int | None) -> Price:
    """A price of which no tier asks for more than `dearest` a unit."""
    if dearest is None:
        return price
    return tuple(replace(t, weight=min(t.weight, dearest)) if t.level is Level.PRICED else t for t in price)


def _capped(cost: np.ndarray, dearest: int | None) -> np.ndarray:
    return cost if dearest is None else np.minimum(cost, dearest)


def cost_in_full(program: Program, demands: np.ndarray, persons: np.ndarray) -> int:
    """What the program asks for a roster on its last level, with every price as it is."""
    value = np.zeros(program.columns, np.int64)
    value[program.cell_id[persons, program.demand_slot[demands]]] = 1
    if program.touches:
        served = np.add.reduceat(value[program.touch_cell], program.touch_first[:-1])
        value[program.cells : program.cells + program.touches] = served > 0
    flows = program.index.find(program.group_of_person[persons], demands)
    np.add.at(value, program.cells + program.touches + flows, 1)
    cost = program.cell_cost @ value[: program.cells]
    cost += program.flow_cost @ value[program.cells + program.touches :]
    count = program.row_base.copy()
    np.add.at(count, program.row_of_entry, program.entry_weight * value[program.entry_column])
    total = int(cost)
    for number, price in enumerate(program.prices):
        total += int(charge(price, count[program.row_price == number], Level.PRICED).sum())
    return total


def _divisors(program: Program) -> np.ndarray:
    """[rows] → the greatest step in which all weights of the row can be counted."""
    divisor = np.ones(program.rows, np.int64)
    filled = np.flatnonzero(np.diff(program.row_first) > 0)
    if len(filled):
        divisor[filled] = np.gcd.reduceat(np.abs(program.entry_weight), program.row_first[filled])
    return divisor


def _tables(
    program: Program, units: Units, divisor: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(offset of count 0 of each row, the price tables end to end, the units of law in them that are for sale)."""
    low, high = program.reach_of_rows()
    least, most = (low - program.row_base) // divisor, (high - program.row_base) // divisor
    keys = np.column_stack([program.row_price, program.row_base, divisor, least, most, _personal(program)])
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    offsets, pieces, sales, end = np.zeros(len(distinct), np.int64), [], [], 0
    for i, (number, base, step, first, last, personal) in enumerate(distinct.tolist()):
        price, count = program.prices[number], base + step * np.arange(first, last + 1)
        broken = np.minimum(_units_of_law(charge(price, count, Level.HARD), step), units.most_law)
        minimum = personal and any(t.level is Level.HARD and (t.side == "under" or first < 0) for t in price)
        sales.append(broken if minimum else np.zeros_like(broken))
        pieces.append(broken * units.hard + _packed(price, count, units))
        offsets[i] = end - first
        end += last + 1 - first
    table = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    law = np.concatenate(sales) if sales else np.zeros(0, np.int64)
    return offsets[which.reshape(-1)], table, law if law.any() else law[:0]


def _personal(program: Program) -> np.ndarray:
    """[rows] → whether a row counts duties or days of people rather than heads of teams."""
    first = np.full(program.rows, program.columns, np.int64)
    filled = np.flatnonzero(np.diff(program.row_first) > 0)
    if len(filled):
        first[filled] = program.entry_column[program.row_first[filled]]
    return first < program.cells + program.touches


def _packed(price: Price, count: np.ndarray, units: Units) -> np.ndarray:
    """Vacancies and prices of each count."""
    cost = charge(_cheaper(price, units.dearest), count, Level.PRICED)
    return charge(price, count, Level.VACANCY) * units.vacancy + cost


def _places_of_rows(program: Program) -> np.ndarray:
    """[rows] → number in the landscape: the rows of one person, or of one team, stand together.

    A move reads all of them; in the order of limits they would lie in as many different lines of the cache.
    """
    first_column = np.full(program.rows, program.columns, np.int64)
    filled = np.flatnonzero(np.diff(program.row_first) > 0)
    if len(filled):
        first_column[filled] = np.minimum.reduceat(program.entry_column, program.row_first[filled])
    owner = np.zeros(program.columns + 1, np.int64)
    owner[: program.cells] = program.cell_person
    touched = program.touch_cell[program.touch_first[:-1]]
    owner[program.cells : program.cells + program.touches] = program.cell_person[touched]
    people = len(program.problem.people)
    owner[program.cells + program.touches : -1] = people + program.flow_demand
    place = np.empty(program.rows, np.int64)
    place[np.argsort(owner[first_column], kind="stable")] = np.arange(program.rows)
    return place


def _rows_by_column(
    program: Program, weight: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    row = place[program.row_of_entry]
    order = np.argsort(program.entry_column, kind="stable")
    first = np.searchsorted(program.entry_column[order], np.arange(program.columns + 1))
    return first.astype(np.int64), row[order].astype(np.int64), weight[order].astype(np.int64)


def _part(
    by_column: tuple[np.ndarray, np.ndarray, np.ndarray], start: int, end: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first, row, weight = by_column
    a, b = int(first[start]), int(first[end])
    return first[start : end + 1] - a, row[a:b], weight[a:b]
