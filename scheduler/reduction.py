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
    counts = _counting_rows(rows, cell_person)
    if not len(counts):
        return rows
    by_person: dict[int, list[tuple[int, int, int]]] = {}
    for row, allowed in counts.tolist():
        a, b = rows.first[row], rows.first[row + 1]
        mask = 0
        for slot in cell_slot[rows.column[a:b]].tolist():
            mask |= 1 << slot
        by_person.setdefault(int(cell_person[rows.column[a]]), []).append((allowed, mask, row))
    keep = np.ones(len(rows.base), bool)
    allows = np.full(len(rows.base), -1, np.int64)
    for mine in by_person.values():
        for allowed, row in _needed(mine, keep):
            allows[row] = allowed
    return _rewritten(rows, keep, allows)


def _counting_rows(rows: RowArrays, cell_person: np.ndarray) -> np.ndarray:
    """[n, 2]: rows of one person over cells that mean "at most k of these", with k."""
    hard = np.array([len(p) == 1 and p[0].level is Level.HARD and p[0].side == "over" for p in rows.prices], bool)
    at = np.array([p[0].at for p in rows.prices], np.int64)
    size = np.diff(rows.first)
    candidates = np.flatnonzero(hard[rows.price] & (size > 0))
    found = []
    for row in candidates.tolist():
        a, b = rows.first[row], rows.first[row + 1]
        columns = rows.column[a:b]
        if columns.max() >= len(cell_person) or np.ptp(cell_person[columns]) > 0:
            continue
        weight = np.sort(rows.weight[a:b])
        room = int(at[rows.price[row]] - rows.base[row])
        if weight[0] <= 0 or weight[-1] > room:
            continue
        fewest = int(np.searchsorted(np.cumsum(weight[::-1]), room, side="right"))
        most = int(np.searchsorted(np.cumsum(weight), room, side="right"))
        if fewest == most:
            found.append((row, most))
    return np.array(found, np.int64).reshape(-1, 2)


def _needed(mine: list[tuple[int, int, int]], keep: np.ndarray) -> list[tuple[int, int]]:
    """(allowed, row) of the rows of one person that no other implies; the rest are struck from `keep`."""
    mine.sort(key=lambda r: (r[0], -r[1].bit_count()))
    kept: list[tuple[int, int, int]] = []
    for allowed, mask, row in mine:
        if mask.bit_count() <= allowed or any(mask & ~other == 0 for _, other, _ in kept):
            keep[row] = False
        else:
            kept.append((allowed, mask, row))
    return [(allowed, row) for allowed, _, row in kept]


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
