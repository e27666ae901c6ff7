"""Program → one decision diagram a person: every legal week of theirs, and what it costs them.

A diagram is a layered graph with one layer a cell, in the order of time. A node stands for all beginnings of a
week after which the same ends are legal at the same further price; from each node one arc leaves the cell out
(low) and one takes it (high). A path from the root to the terminal is a legal week, and the costs on its arcs
are what the rows about this person alone charge for it. The cheapest week under any prices of the cells is
then one pass over the nodes, whatever rules there are: nothing here knows any rule, only rows.

Two beginnings are the same when every row that still has cells to come has the same count, where a row whose
charge can no longer change is closed and forgotten. (Decision diagrams for bounds: Bergman, Cire, van Hoeve,
Hooker, "Decision Diagrams for Optimization", 2016.) A layer that grows beyond `MOST_NODES` is made narrower by
forgetting a row early at its least charge: the diagram then allows a little too much, and bounds still hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..limits import Level, Price
from ..program import Program
from .diagram_kernels import grow
from .diagram_states import FORBIDDEN, LARGEST_CHARGE, Scratch

MOST_NODES = 4_000
"""In one layer of one person's diagram."""
MOST_NODES_OF_ALL = 24_000_000
"""Of everybody together, 18 bytes each."""
NARROWER = 4
FIRST_ROOM = 4_000_000
"""Nodes that there is room for at first; more when they are needed."""


class Personal(NamedTuple):
    """Rows about one person alone, by the cells that count in them. Positions number cells by person and time."""

    first: np.ndarray
    """[people + 1] into positions."""
    cell: np.ndarray
    """[positions] → cell of the program."""
    forced: np.ndarray
    """[positions] whether the person serves there in any case (a pin)."""
    entry_first: np.ndarray
    entry_row: np.ndarray
    entry_weight: np.ndarray
    bucket_first: np.ndarray
    """[positions + 1] into `bucket`: the touches that a cell belongs to."""
    bucket: np.ndarray
    touch_first: np.ndarray
    touch_row: np.ndarray
    touch_weight: np.ndarray
    base: np.ndarray
    offset: np.ndarray
    """[rows] place of count 0 in `table`."""
    least: np.ndarray
    most: np.ndarray
    cheapest_from: np.ndarray
    """[rows] the smallest count with the least charge of all."""
    table: np.ndarray


@dataclass(frozen=True)
class Diagrams:
    """The diagrams of all people, one after the other; children are numbered from their person's first node."""

    personal: Personal
    first: np.ndarray
    """[people + 1] into nodes; the last node of each person is the terminal."""
    low: np.ndarray
    """[nodes] → child when the cell is left out; where that is against the law, the number of the person's nodes."""
    low_cost: np.ndarray
    high: np.ndarray
    high_cost: np.ndarray
    layer: np.ndarray
    """[nodes] → which of the person's positions is decided here."""
    certain: np.ndarray
    """[people] what rows charge whatever the person does."""
    exact: bool
    """False when some row was forgotten early."""

    @property
    def nodes(self) -> int:
        return len(self.low)

    @property
    def values(self) -> np.ndarray:
        """Room for a value of every node of one person, and of the child that does not exist."""
        return np.zeros(int(np.diff(self.first).max(initial=1)) + 1)


def personal_rows(program: Program) -> np.ndarray:
    """bool[rows]: every entry is a cell or touch of one and the same person, and no vacancy is charged."""
    people = len(program.problem.people)
    owner = np.full(program.columns, people, np.int64)
    owner[: program.cells] = program.cell_person
    if program.touches:
        owner[program.cells : program.cells + program.touches] = program.cell_person[
            program.touch_cell[program.touch_first[:-1]]
        ]
    row = program.row_of_entry
    least, most = np.full(program.rows, people), np.full(program.rows, -1)
    np.minimum.at(least, row, owner[program.entry_column])
    np.maximum.at(most, row, owner[program.entry_column])
    vacancy = np.array([any(t.level is Level.VACANCY for t in p) for p in program.prices], bool)
    speaks_of_vacancies = vacancy[program.row_price] if program.rows else np.zeros(0, bool)
    return (least == most) & (most >= 0) & (most < people) & ~speaks_of_vacancies


def personal(program: Program) -> Personal:
    """The personal rows of a program, by position."""
    mine = np.flatnonzero(personal_rows(program))
    place = np.full(program.rows, -1, np.int64)
    place[mine] = np.arange(len(mine))
    order = np.lexsort((program.cell_slot, _starts(program)[program.cell_slot], program.cell_person))
    position = np.empty(program.cells, np.int64)
    position[order] = np.arange(program.cells)

    row = place[program.row_of_entry]
    kept = row >= 0
    row, column, weight = row[kept], program.entry_column[kept], program.entry_weight[kept]
    of_cell = column < program.cells
    entry_first, (entry_row, entry_weight) = _by(
        position[column[of_cell]], program.cells, row[of_cell], weight[of_cell]
    )
    touch_first, (touch_row, touch_weight) = _by(
        column[~of_cell] - program.cells, program.touches, row[~of_cell], weight[~of_cell]
    )
    touch = np.repeat(np.arange(program.touches), np.diff(program.touch_first))
    bucket_first, (bucket,) = _by(position[program.touch_cell], program.cells, touch)
    forced = np.zeros(program.cells, np.uint8)
    for person, demand in program.pinned:
        forced[position[program.cell_id[person, program.demand_slot[demand]]]] = 1
    offset, least, most, cheapest, table = _tables(program, mine)
    first = np.searchsorted(program.cell_person[order], np.arange(len(program.problem.people) + 1))
    return Personal(
        first.astype(np.int64), order, forced, entry_first, entry_row, entry_weight, bucket_first, bucket,
        touch_first, touch_row, touch_weight, program.row_base[mine], offset, least, most, cheapest, table,
    )  # fmt: skip


def _starts(program: Program) -> np.ndarray:
    starts = np.zeros(program.slots, np.int64)
    starts[program.slot_of_duty] = program.problem.duty_start
    return starts


def _by(key: np.ndarray, size: int, *values: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Compressed lists: values in the order of their keys, and where each key's begin."""
    order = np.argsort(key, kind="stable")
    return np.searchsorted(key[order], np.arange(size + 1)), [v[order].astype(np.int64) for v in values]


def _tables(program: Program, rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """(offset, least, most, cheapest_from) of each row, and one table for all rows of the same price and reach."""
    low, high = program.reach_of_rows()
    kinds, kind = np.unique(
        np.stack([program.row_price[rows], low[rows], high[rows]], axis=1), axis=0, return_inverse=True
    )
    kind = kind.reshape(-1)
    offset, cheapest = np.zeros(len(kinds), np.int64), np.zeros(len(kinds), np.int64)
    parts, size = [], 0
    for i, (price, least, most) in enumerate(kinds.tolist()):
        charges = _charges(program.prices[price], np.arange(least, most + 1))
        offset[i], cheapest[i] = size - least, least + int(charges.argmin())
        parts.append(charges)
        size += len(charges)
    table = np.concatenate(parts) if parts else np.zeros(1, np.int64)
    return offset[kind], low[rows], high[rows], cheapest[kind], table


def _charges(price: Price, counts: np.ndarray) -> np.ndarray:
    charges = np.zeros(len(counts), np.int64)
    for tier in price:
        excess = tier.excess(counts)
        if tier.level is Level.HARD:
            charges = np.where(excess > 0, FORBIDDEN, charges)
        else:
            charges = charges + tier.weight * excess
    return np.where(charges >= FORBIDDEN, FORBIDDEN, np.minimum(charges, LARGEST_CHARGE))


def compile_diagrams(program: Program, most: int | None = None, of_all: int | None = None) -> Diagrams:
    """The diagrams of everybody, no layer wider than `most` while it grows; about a quarter of a millisecond a week.

    When all together would have more than `of_all` nodes, they are made anew with narrower layers. The defaults are
    `MOST_NODES` and `MOST_NODES_OF_ALL`.
    """
    rows, most, of_all = personal(program), most or MOST_NODES, of_all or MOST_NODES_OF_ALL
    diagrams = _compiled(rows, most, of_all)
    while diagrams is None:
        most = max(1, most // NARROWER)
        diagrams = _compiled(rows, most, of_all)
    return diagrams


def _compiled(rows: Personal, most: int, of_all: int) -> Diagrams | None:
    """Diagrams with at most so many nodes in a layer; None when there are too many of them."""
    people = len(rows.first) - 1
    scratch = Scratch.of(rows, most, _most_open(rows))
    first, certain = np.zeros(people + 1, np.int64), np.zeros(people, np.int64)
    size = min(FIRST_ROOM, 4 * most * (int(np.diff(rows.first).max(initial=0)) + 2))
    nodes = [np.zeros(size, kind) for kind in (np.int32, np.int32, np.int32, np.int32, np.int16)]
    person, exact = 0, np.ones(1, np.uint8)
    while person < people:
        person = int(grow(rows, scratch, person, people, first, certain, exact, *nodes))
        if most > 1 and first[person] > of_all:
            return None
        if person < people:
            nodes = [np.concatenate([part, np.zeros_like(part)]) for part in nodes]
    low, low_cost, high, high_cost, layer = [part[: first[-1]].copy() for part in nodes]
    missing = np.repeat(np.diff(first), np.diff(first)).astype(np.int32)
    for child in (low, high):
        np.copyto(child, missing, where=np.less(child, 0))
    return Diagrams(rows, first, low, low_cost, high, high_cost, layer, certain, bool(exact[0]))


def _most_open(rows: Personal) -> int:
    """How many rows and touches have begun and not ended, at most, at any position."""
    positions = len(rows.cell)
    entry = np.repeat(np.arange(positions), np.diff(rows.entry_first))
    bucket = np.repeat(np.arange(positions), np.diff(rows.bucket_first))
    touches, count = len(rows.touch_first) - 1, len(rows.base)
    touch_begin, touch_end = np.full(touches, positions), np.full(touches, -1)
    np.minimum.at(touch_begin, rows.bucket, bucket)
    np.maximum.at(touch_end, rows.bucket, bucket)
    of_touch = np.repeat(np.arange(touches), np.diff(rows.touch_first))
    begin, end = np.full(count, positions), np.full(count, -1)
    for row, first, last in (
        (rows.entry_row, entry, entry),
        (rows.touch_row, touch_begin[of_touch], touch_end[of_touch]),
    ):
        np.minimum.at(begin, row, first)
        np.maximum.at(end, row, last)
    change = np.zeros(positions + 2, np.int64)
    np.add.at(change, np.concatenate([begin, touch_begin]), 1)
    np.add.at(change, np.concatenate([end, touch_end]) + 1, -1)
    return int(np.cumsum(change).max(initial=0)) + 1
