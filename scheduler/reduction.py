"""Rows that say nothing new are dropped, and rows that allow only one duty say so.

Rest, hours in a day, duties a day and series often forbid the same pairs. Per person, a hard row over cells
that allows any k of its cells is kept as "at most k of these"; one whose cells lie within another's that
allows no more is left out. The rosters that are legal stay exactly the same; the relaxation gets tighter,
because "at most 12 h of 8 + 8 + 8" becomes "at most one of three".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .limits import Level, Price, Tier
from .reduction_kernels import count_allowed, fill_masks, mark_needed


@dataclass(frozen=True)
class RowArrays:
    """Rows in compressed form, as in `program.Program`."""

    first: np.ndarray
    column: np.ndarray
    weight: np.ndarray
    base: np.ndarray
    price: np.ndarray
    limit: np.ndarray
    prices: tuple[Price, ...]


def reduced(rows: RowArrays, cell_person: np.ndarray, cell_slot: np.ndarray) -> RowArrays:
    """The same law in fewer and tighter rows."""
    counting, allowed = _counting_rows(rows, cell_person)
    if not len(counting):
        return rows
    size = np.diff(rows.first)[counting]
    person = cell_person[rows.column[rows.first[counting]]]
    order = np.lexsort((counting, -size, allowed, person))
    counting, allowed, size, person = counting[order], allowed[order], size[order], person[order]
    masks = np.zeros((len(counting), int(cell_slot.max(initial=0)) // 64 + 1), np.uint64)
    fill_masks(rows.first, rows.column, counting, cell_slot, masks)
    needed = np.zeros(len(counting), np.bool_)
    mark_needed(np.append(np.flatnonzero(np.diff(person, prepend=-1)), len(person)), allowed, size, masks, needed)
    keep = np.ones(len(rows.base), bool)
    keep[counting[~needed]] = False
    allows = np.full(len(rows.base), -1, np.int64)
    allows[counting[needed]] = allowed[needed]
    return _rewritten(rows, keep, allows)


def _counting_rows(rows: RowArrays, cell_person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, k) of the rows of one person over cells that mean "at most k of these"."""
    none = np.zeros(0, np.int64)
    hard = np.array([len(p) == 1 and p[0].level is Level.HARD and p[0].side == "over" for p in rows.prices], bool)
    at = np.array([p[0].at for p in rows.prices], np.int64)
    filled = np.flatnonzero(np.diff(rows.first) > 0)
    if not len(filled):
        return none, none
    starts = rows.first[filled]
    all_cells = np.maximum.reduceat(rows.column, starts) < len(cell_person)
    owner = cell_person[np.minimum(rows.column, len(cell_person) - 1)] if len(cell_person) else rows.column
    of_one = np.minimum.reduceat(owner, starts) == np.maximum.reduceat(owner, starts)
    room = at[rows.price[filled]] - rows.base[filled]
    fits = (np.minimum.reduceat(rows.weight, starts) > 0) & (np.maximum.reduceat(rows.weight, starts) <= room)
    good = hard[rows.price[filled]] & all_cells & of_one & fits
    candidates, room = filled[good], room[good]
    allowed = np.full(len(candidates), -1, np.int64)
    longest = int(np.diff(rows.first)[candidates].max(initial=0))
    count_allowed(rows.first, rows.weight, candidates, room, np.zeros(longest, np.int64), allowed)
    return candidates[allowed >= 0], allowed[allowed >= 0]


def _rewritten(rows: RowArrays, keep: np.ndarray, allows: np.ndarray) -> RowArrays:
    """Drop rows, and write the counting ones with weight 1 and their own bound."""
    prices = {price: i for i, price in enumerate(rows.prices)}
    price = rows.price.copy()
    for allowed in np.unique(allows[allows >= 0]).tolist():
        price[allows == allowed] = prices.setdefault((Tier("over", allowed),), len(prices))
    base = np.where(allows >= 0, 0, rows.base)
    row_of_entry = np.repeat(np.arange(len(keep)), np.diff(rows.first))
    weight = np.where(allows[row_of_entry] >= 0, 1, rows.weight)
    stays = keep[row_of_entry]
    first = np.concatenate([[0], np.cumsum(np.diff(rows.first)[keep])]).astype(np.int64)
    return RowArrays(
        first, rows.column[stays], weight[stays], base[keep], price[keep], rows.limit[keep], tuple(prices)
    )
