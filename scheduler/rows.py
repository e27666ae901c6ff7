"""Which rows a program has: one for each instance of each limit that can ever be charged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .columns import SortedLimits, demand_mask
from .flows import Flows
from .limits import Level, Limit, Price
from .problem import Problem
from .reduction import RowArrays
from .rules import all_limits
from .tally import Served, instances, place_of_person, totals, weight_of_duty


class Rows:
    """Collects rows as blocks of arrays; rows that can never be charged are left out."""

    def __init__(self, forgiving: bool = False) -> None:
        self.forgiving = forgiving
        self.count = 0
        self.blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.bases: list[np.ndarray] = []
        self.price_of: list[np.ndarray] = []
        self.limit_of: list[np.ndarray] = []
        self.prices: dict[Price, int] = {}

    def add(
        self,
        number: int,
        price: Price,
        base: np.ndarray,
        row: np.ndarray,
        column: np.ndarray,
        weight: np.ndarray,
        most: np.ndarray,
    ) -> None:
        """`row` numbers the new rows 0…len(base)−1; `most` is the largest value of each entry's column."""
        size = len(base)
        high = base + np.bincount(row, np.maximum(weight * most, 0), size).astype(np.int64)
        low = base + np.bincount(row, np.minimum(weight * most, 0), size).astype(np.int64)
        if self.forgiving:
            base, low, high = _forgiven(price, base, low, high)
        live = np.zeros(size, bool)
        for tier in price:
            live |= (high > tier.at) if tier.side == "over" else (low < tier.at)
        if not any(t.side == "under" for t in price):
            live &= np.bincount(row, minlength=size) > 0
        new = np.cumsum(live) - 1
        keep = live[row]
        self.blocks.append((new[row[keep]] + self.count, column[keep], weight[keep]))
        kept = int(live.sum())
        self.bases.append(base[live])
        self.price_of.append(np.full(kept, self.prices.setdefault(price, len(self.prices)), np.int64))
        self.limit_of.append(np.full(kept, number, np.int64))
        self.count += kept

    def arrays(self) -> RowArrays:
        row, column, weight = (joined([b[i] for b in self.blocks]) for i in range(3))
        order = np.argsort(row, kind="stable")
        first = np.searchsorted(row[order], np.arange(self.count + 1))
        return RowArrays(
            first,
            column[order],
            weight[order],
            joined(self.bases),
            joined(self.price_of),
            joined(self.limit_of),
            tuple(self.prices),
        )


def _forgiven(
    price: Price, base: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where what is fixed already breaks a hard tier beyond mending, ask only that it gets no worse."""
    shift = np.zeros(len(base), np.int64)
    for tier in price:
        if tier.level is Level.HARD and tier.side == "over":
            shift -= np.maximum(low - tier.at, 0)
        elif tier.level is Level.HARD:
            shift += np.maximum(tier.at - high, 0)
    return base + shift, low + shift, high + shift


def joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


class Touches:
    """Columns for "serves at least once in these slots", made only where the slots do not exclude each other."""

    def __init__(
        self, problem: Problem, sorted_limits: SortedLimits, slot_of_duty: np.ndarray, cell_id: np.ndarray
    ) -> None:
        self.cell_id = cell_id
        self.offset = int((cell_id >= 0).sum())
        self.known: dict[tuple[int, ...], np.ndarray] = {}
        self.cells: list[np.ndarray] = []
        self.sizes: list[np.ndarray] = []
        self.count = 0
        self.cliques = [
            (set(slot_of_duty[limit.duties].tolist()), place_of_person(problem, limit) >= 0)
            for _, limit in sorted_limits.rows_of_slots
            if limit.each == "person"
            and limit.buckets is None
            and limit.duty_weights is None
            and limit.person_weights is None
            and any(t.level is Level.HARD and t.side == "over" and t.at == 1 for t in limit.price)
        ]

    def columns(self, persons: np.ndarray, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(row, column) pairs, `row` counting in `persons`, whose sum says who serves in these slots."""
        key = tuple(slots.tolist())
        exclusive = np.zeros(len(self.cell_id), bool)
        for members, bound in self.cliques:
            if members.issuperset(key):
                exclusive |= bound
        cells = self.cell_id[np.ix_(persons, slots)]
        direct = exclusive[persons] | ((cells >= 0).sum(axis=1) <= 1)
        row, which = np.nonzero((cells >= 0) & direct[:, None])
        touching = np.flatnonzero(~direct)
        made = self._made(key, persons[touching], slots)
        return np.concatenate([row, touching]), np.concatenate([cells[row, which], made])

    def _made(self, key: tuple[int, ...], persons: np.ndarray, slots: np.ndarray) -> np.ndarray:
        ids = self.known.setdefault(key, np.full(len(self.cell_id), -1, np.int64))
        new = persons[ids[persons] < 0]
        ids[new] = self.offset + self.count + np.arange(len(new))
        self.count += len(new)
        cells = self.cell_id[np.ix_(new, slots)]
        self.sizes.append((cells >= 0).sum(axis=1))
        self.cells.append(cells[cells >= 0])
        return ids[persons]

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return np.concatenate([[0], np.cumsum(joined(self.sizes))]).astype(np.int64), joined(self.cells)


def rows_of_slots(
    problem: Problem,
    sorted_limits: SortedLimits,
    slot_of_duty: np.ndarray,
    cell_id: np.ndarray,
    touches: Touches,
    rows: Rows,
    fixed: Served | None,
) -> None:
    for number, limit in sorted_limits.rows_of_slots:
        persons = limit.persons
        if limit.buckets is None:
            by_slot = np.zeros(cell_id.shape[1], np.int64)
            by_slot[slot_of_duty] = weight_of_duty(problem, limit)
            used = np.flatnonzero(by_slot)
            cells = cell_id[np.ix_(persons, used)]
            who, where = np.nonzero(cells >= 0)
            column, weight = cells[who, where], by_slot[used][where]
        else:
            buckets = list(_slots_of_buckets(limit, slot_of_duty))
            parts = [touches.columns(persons, slots) for slots, _ in buckets]
            who, column = (joined([p[i] for p in parts]) for i in range(2))
            weight = np.repeat([w for _, w in buckets], [len(p[0]) for p in parts]).astype(np.int64)
        if limit.person_weights is not None:
            weight = weight * limit.person_weights[who]
        row, base = _instance_of(limit, who)
        base = base + _share_of_fixed(problem, number, limit, fixed, len(base))
        rows.add(number, limit.price, base, row, column, weight, np.ones(len(row), np.int64))


def _slots_of_buckets(limit: Limit, slot_of_duty: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """(slots, weight) of every bucket."""
    assert limit.buckets is not None
    for label in np.unique(limit.buckets):
        mine = limit.buckets == label
        weight = 1 if limit.duty_weights is None else int(limit.duty_weights[mine][0])
        yield np.unique(slot_of_duty[limit.duties[mine]]), weight


def _instance_of(limit: Limit, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row of each entry, constant of each row) for limits over persons; `who` counts in `limit.persons`."""
    if limit.each == "person":
        base = np.zeros(len(limit.persons), np.int64) if limit.base is None else limit.base.astype(np.int64)
        return who, base
    if limit.each == "group" and limit.group is not None:
        return limit.group[who], np.zeros(int(limit.group.max(initial=-1)) + 1, np.int64)
    return np.zeros(len(who), np.int64), np.zeros(1, np.int64)


def _share_of_fixed(problem: Problem, number: int, limit: Limit, fixed: Served | None, size: int) -> np.ndarray:
    """What people who are not free add to limits that many people share."""
    if fixed is None or limit.each == "person":
        return np.zeros(size, np.int64)
    return totals(fixed, all_limits(problem)[number])[:size]


def rows_of_flows(
    problem: Problem,
    sorted_limits: SortedLimits,
    group_of_person: np.ndarray,
    index: Flows,
    offset: int,
    rows: Rows,
    fixed: Served | None,
) -> None:
    for number, limit in sorted_limits.rows_of_teams:
        weight_of_group = np.zeros(index.groups, np.int64)
        weight_of_group[group_of_person[limit.persons]] = 1 if limit.person_weights is None else limit.person_weights
        exist = instances(problem, limit)
        demands = exist if limit.each == "seat" else np.flatnonzero(demand_mask(problem, limit))
        key = demands if limit.each == "seat" else problem.demand_duty[demands]
        place = np.full(max(len(problem.demands), len(problem.duties)), -1, np.int64)
        place[exist] = np.arange(len(exist))
        by_duty = weight_of_duty(problem, limit)[problem.demand_duty[demands]]
        groups = np.flatnonzero(weight_of_group)
        which, where, flow = index.among(groups, demands)
        weight = weight_of_group[groups][which] * by_duty[where]
        base = np.zeros(len(exist), np.int64)
        if fixed is not None:
            base = totals(fixed, all_limits(problem)[number])[exist]
        rows.add(number, limit.price, base, place[key[where]], flow + offset, weight, index.most[flow])
    for number, limit in sorted_limits.rows_of_seats:
        demands = np.flatnonzero(demand_mask(problem, limit))
        by_duty = weight_of_duty(problem, limit)[problem.demand_duty[demands]]
        who, where, flow = index.among(group_of_person[limit.persons], demands)
        weight = by_duty[where]
        if limit.person_weights is not None:
            weight = weight * limit.person_weights[who]
        row, base = _instance_of(limit, who)
        base = base + _share_of_fixed(problem, number, limit, fixed, len(base))
        rows.add(number, limit.price, base, row, flow + offset, weight, np.ones(len(row), np.int64))
