"""Program → landscape: the flat arrays that compiled local search walks over.

Every row keeps one running count and a table of its price, so that the change of a row is two look-ups.
The three levels of the objective are packed into one int64: law ≫ vacancies ≫ prices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..limits import Level, Price, charge
from ..program import Program

HARD_CAP = 8
"""A broken row counts at most this many units of excess, so that the sum of all cannot overflow."""
SMALLEST_UNIT = 1 << 24
LARGEST_UNIT = 1 << 32
HARD_OVER_VACANCY = 1 << 18
SPARE_SEATS = 1
MOST_SEATS = 64
"""Heads of one demand beyond this many are not searched for one by one."""


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

    Of each demand only as many as are ideal and `SPARE_SEATS` more: the walk seldom gains by going to others.
    """
    slot_middle: np.ndarray
    """Twice the middle minute of each slot: who is nearest in time."""


class Units(NamedTuple):
    """What one unit of each level is worth in the packed objective."""

    vacancy: int
    hard: int

    def split(self, packed: int) -> tuple[int, int, int]:
        """(hard, vacancy, cost) of a packed, non-negative objective."""
        hard, rest = divmod(packed, self.hard)
        vacancy, cost = divmod(rest, self.vacancy)
        return hard, vacancy, cost


def landscape(program: Program) -> tuple[Landscape, Units]:
    """The landscape of a program, and the units in which its objective is packed."""
    units = _units(program)
    row_table, table, divisor = _tables(program, units)
    problem = program.problem
    seat_demand, seat_fixed = _seats(program)
    candidate_first, candidate = _candidates(program)
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
        program.cell_cost, program.flow_cost,
        *_part(by_column, 0, program.cells),
        cell_touch_first.astype(np.int64), touch_of_entry[order].astype(np.int64),
        *_part(by_column, program.cells, program.cells + program.touches),
        *_part(by_column, program.cells + program.touches, program.columns),
        row_table, table, _by_post(program, seat_demand), middle,
    )  # fmt: skip
    return _narrow(land), units


WIDE = {"table", "cell_cost", "flow_cost", "slot_middle"}


def _narrow(land: Landscape) -> Landscape:
    """Everything but money and time in 32 bits: half the memory to walk through."""
    return Landscape(
        *(
            part.astype(np.int32) if part.dtype == np.int64 and name not in WIDE else part
            for name, part in zip(Landscape._fields, land, strict=True)
        )
    )


def _units(program: Program) -> Units:
    """The vacancy unit exceeds any sum of prices that the rows can reach, within what int64 can hold."""
    reach = int(program.cell_cost.sum() + (program.flow_cost * program.flow_max).sum())
    low, high = program.reach_of_rows()
    for number, price in enumerate(program.prices):
        rows = program.row_price == number
        worst = np.maximum(charge(price, low[rows], Level.PRICED), charge(price, high[rows], Level.PRICED))
        reach += int(worst.sum())
    unit = SMALLEST_UNIT
    while unit <= reach and unit < LARGEST_UNIT:
        unit <<= 1
    return Units(unit, unit * HARD_OVER_VACANCY)


def _tables(program: Program, units: Units) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(offset of count 0 of each row, the price tables end to end, the divisor of each row's weights)."""
    divisor = np.ones(program.rows, np.int64)
    filled = np.flatnonzero(np.diff(program.row_first) > 0)
    if len(filled):
        divisor[filled] = np.gcd.reduceat(np.abs(program.entry_weight), program.row_first[filled])
    low, high = program.reach_of_rows()
    least, most = (low - program.row_base) // divisor, (high - program.row_base) // divisor
    keys = np.column_stack([program.row_price, program.row_base, divisor, least, most])
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    offsets, pieces, end = np.zeros(len(distinct), np.int64), [], 0
    for i, (price, base, step, first, last) in enumerate(distinct.tolist()):
        pieces.append(_packed(program.prices[price], base + step * np.arange(first, last + 1), units))
        offsets[i] = end - first
        end += last + 1 - first
    table = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    return offsets[which.reshape(-1)], table, divisor


def _packed(price: Price, count: np.ndarray, units: Units) -> np.ndarray:
    hard = np.minimum(charge(price, count, Level.HARD), HARD_CAP)
    vacancy = charge(price, count, Level.VACANCY)
    return hard * units.hard + vacancy * units.vacancy + charge(price, count, Level.PRICED)


def _seats(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Demand of every seat, and whether a pin holds it; pinned seats come first within their demand."""
    problem = program.problem
    most = np.array([min(seat.max, MOST_SEATS) for _, seat in problem.demands], np.int64)
    pins = np.bincount(np.array([d for _, d in program.pinned], np.int64), minlength=len(most))
    most = np.maximum(most, pins)
    demand = np.repeat(np.arange(len(most)), most)
    within = np.arange(len(demand)) - np.repeat(np.cumsum(most) - most, most)
    return demand, within < pins[demand]


def _by_post(program: Program, seat_demand: np.ndarray) -> np.ndarray:
    problem = program.problem
    posts = {post: i for i, post in enumerate(sorted({d.post or "" for d in problem.duties}))}
    post = np.array([posts[d.post or ""] for d in problem.duties], np.int64)
    ideal = np.array([seat.ideal for _, seat in problem.demands], np.int64)
    first = np.searchsorted(seat_demand, np.arange(len(ideal)))
    wanted = np.flatnonzero(np.arange(len(seat_demand)) - first[seat_demand] < ideal[seat_demand] + SPARE_SEATS)
    return wanted[np.lexsort((seat_demand[wanted], post[problem.demand_duty[seat_demand[wanted]]]))]


def _candidates(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Per demand the people who have both a cell in its slot and a flow to it."""
    by_group = np.argsort(program.group_of_person, kind="stable")
    group_first = np.searchsorted(program.group_of_person[by_group], np.arange(program.groups + 1))
    heads = np.diff(group_first)[program.flow_group]
    begin = np.repeat(group_first[program.flow_group] - (np.cumsum(heads) - heads), heads)
    person = by_group[begin + np.arange(len(begin))]
    demand = np.repeat(program.flow_demand, heads)
    able = program.cell_id[person, program.demand_slot[demand]] >= 0
    person, demand = person[able], demand[able]
    order = np.lexsort((person, demand))
    first = np.searchsorted(demand[order], np.arange(len(program.problem.demands) + 1))
    return first.astype(np.int64), person[order]


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
