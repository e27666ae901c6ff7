"""Limits → program: sparse arrays that every engine and the local search read.

Columns, in this order:
  cells    x[person, slot]    binary: the person serves in this slot (a slot: all duties of one interval and kind)
  touches  t[person, bucket]  binary: the person serves at least once in this set of slots (a day, a weekend)
  flows    z[group, demand]   integer: heads of a group of interchangeable people in one position of one duty
Per group and slot the cells sum to the flows; afterwards anybody of the group may take any of its seats, so
nothing is lost by not saying who stands where. A person about whom a limit speaks at the level of seats is a
group of one.

Rows: each is one instance of one limit: entries, a constant from history, a convex price. What a limit only
forbids, or charges at a flat rate, never becomes a row: it removes columns or gives them a cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .limits import Level, Limit, Price
from .problem import Assignment, Problem
from .rules import all_limits
from .tally import instances, place_of_person, positions_mask, weight_of_duty


@dataclass(frozen=True)
class Program:
    """The arrays. Every index is int64, every coefficient and cost an int64 too."""

    problem: Problem
    slot_of_duty: np.ndarray
    group_of_person: np.ndarray
    cell_id: np.ndarray
    """[people, slots] → cell, −1 where the person cannot serve."""
    cell_person: np.ndarray
    cell_slot: np.ndarray
    cell_cost: np.ndarray
    touch_first: np.ndarray
    """[touches + 1] into `touch_cell`."""
    touch_cell: np.ndarray
    flow_id: np.ndarray
    """[groups, demands] → flow, −1 where nobody of the group may take the seat."""
    flow_group: np.ndarray
    flow_demand: np.ndarray
    flow_cost: np.ndarray
    flow_min: np.ndarray
    flow_max: np.ndarray
    row_first: np.ndarray
    """[rows + 1] into `entry_column` and `entry_weight`."""
    entry_column: np.ndarray
    entry_weight: np.ndarray
    row_base: np.ndarray
    row_price: np.ndarray
    """[rows] into `prices`."""
    row_limit: np.ndarray
    prices: tuple[Price, ...]
    pinned: tuple[tuple[int, int], ...]
    """(person, demand) pairs that stay as they are."""

    @property
    def cells(self) -> int:
        return len(self.cell_person)

    @property
    def touches(self) -> int:
        return len(self.touch_first) - 1

    @property
    def flows(self) -> int:
        return len(self.flow_group)

    @property
    def rows(self) -> int:
        return len(self.row_base)

    @property
    def columns(self) -> int:
        return self.cells + self.touches + self.flows

    @cached_property
    def demand_slot(self) -> np.ndarray:
        return self.slot_of_duty[self.problem.demand_duty]

    @property
    def slots(self) -> int:
        return self.cell_id.shape[1]


@dataclass(frozen=True)
class _Sorted:
    """Every limit in the part it plays."""

    bans_of_slots: list[Limit]
    costs_of_slots: list[Limit]
    bans_of_seats: list[Limit]
    costs_of_seats: list[Limit]
    rows_of_slots: list[tuple[int, Limit]]
    rows_of_seats: list[tuple[int, Limit]]
    rows_of_teams: list[tuple[int, Limit]]


class _Rows:
    """Collects rows as blocks of arrays; rows that can never be charged are left out."""

    def __init__(self) -> None:
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

    def arrays(self) -> tuple[np.ndarray, ...]:
        row, column, weight = (_joined([b[i] for b in self.blocks]) for i in range(3))
        order = np.argsort(row, kind="stable")
        first = np.searchsorted(row[order], np.arange(self.count + 1))
        return first, column[order], weight[order], _joined(self.bases), _joined(self.price_of), _joined(self.limit_of)


def build(problem: Problem) -> Program:
    """The program of a problem, built in bulk from its limits."""
    slot_of_duty, slots = _slots(problem)
    sorted_limits = _sort(problem, slot_of_duty, slots)
    pinned = _pins(problem)
    group_of_person, groups = _groups(problem, sorted_limits, pinned)
    open_cells, cell_prices = _slot_columns(problem, sorted_limits, slot_of_duty, slots)
    eligible, seat_prices = _seat_columns(problem, sorted_limits, group_of_person, groups)
    _apply_pins(problem, pinned, slot_of_duty, group_of_person, open_cells, eligible)

    demand_slot = slot_of_duty[problem.demand_duty]
    heads = np.zeros((groups, slots), np.int64)
    np.add.at(heads, group_of_person, open_cells)
    seats_max = np.array([seat.max for _, seat in problem.demands], np.int64)
    most = np.minimum(heads[:, demand_slot], seats_max[None, :])
    flow_group, flow_demand = np.nonzero(eligible & (most > 0))
    flow_id = np.full(eligible.shape, -1, np.int64)
    flow_id[flow_group, flow_demand] = np.arange(len(flow_group))
    has_flow = np.zeros((groups, slots), bool)
    has_flow[flow_group, demand_slot[flow_demand]] = True
    cell_person, cell_slot = np.nonzero(open_cells & has_flow[group_of_person])
    cell_id = np.full(open_cells.shape, -1, np.int64)
    cell_id[cell_person, cell_slot] = np.arange(len(cell_person))
    flow_max = most[flow_group, flow_demand]
    flow_min = np.zeros(len(flow_group), np.int64)
    for person, demand in pinned:
        flow_min[flow_id[group_of_person[person], demand]] = 1

    touches = _Touches(problem, sorted_limits, slot_of_duty, cell_id)
    rows = _Rows()
    _rows_of_slots(problem, sorted_limits, slot_of_duty, cell_id, touches, rows)
    touch_first, touch_cell = touches.arrays()
    offset = len(cell_person) + len(touch_first) - 1
    _rows_of_flows(problem, sorted_limits, group_of_person, flow_id, flow_max, offset, rows)
    row_first, entry_column, entry_weight, row_base, row_price, row_limit = rows.arrays()
    program = Program(
        problem, slot_of_duty, group_of_person, cell_id, cell_person, cell_slot, cell_prices[cell_person, cell_slot],
        touch_first, touch_cell, flow_id, flow_group, flow_demand, seat_prices[flow_group, flow_demand],
        flow_min, flow_max, row_first, entry_column, entry_weight, row_base, row_price, row_limit,
        tuple(rows.prices), pinned,
    )  # fmt: skip
    _forgive_pins(program)
    return program


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


def _slots(problem: Problem) -> tuple[np.ndarray, int]:
    """Slot of each duty, in time order, and how many slots there are."""
    keys = [
        (int(s), int(e), d.night, d.kind)
        for s, e, d in zip(problem.duty_start, problem.duty_end, problem.duties, strict=True)
    ]
    number = {key: i for i, key in enumerate(sorted(set(keys)))}
    return np.array([number[k] for k in keys], np.int64), len(number)


def _by_slot(problem: Problem, limit: Limit, slot_of_duty: np.ndarray, slots: int) -> np.ndarray | None:
    """The limit's weight in each slot, or None when duties of one slot differ to it."""
    if limit.each in ("seat", "duty") or limit.positions is not None:
        return None
    weight = weight_of_duty(problem, limit)
    by_slot = np.zeros(slots, np.int64)
    by_slot[slot_of_duty] = weight
    return by_slot if np.array_equal(by_slot[slot_of_duty], weight) else None


def flat_rate(limit: Limit) -> int | None:
    """The cost of every single counted assignment, if that is all the limit says."""
    if limit.each != "person" or limit.base is not None or limit.buckets is not None:
        return None
    if limit.person_weights is not None or len(limit.price) != 1:
        return None
    tier = limit.price[0]
    return tier.weight if tier.side == "over" and tier.at == 0 and tier.level is Level.PRICED else None


def _sort(problem: Problem, slot_of_duty: np.ndarray, slots: int) -> _Sorted:
    """Decide for every limit what it becomes."""
    sorted_limits = _Sorted([], [], [], [], [], [], [])
    for number, limit in enumerate(all_limits(problem)):
        if limit.each in ("seat", "duty"):
            sorted_limits.rows_of_teams.append((number, limit))
            continue
        whole_slots = _by_slot(problem, limit, slot_of_duty, slots) is not None
        if limit.forbids:
            (sorted_limits.bans_of_slots if whole_slots else sorted_limits.bans_of_seats).append(limit)
        elif flat_rate(limit) is not None:
            (sorted_limits.costs_of_slots if whole_slots else sorted_limits.costs_of_seats).append(limit)
        else:
            (sorted_limits.rows_of_slots if whole_slots else sorted_limits.rows_of_seats).append((number, limit))
    return sorted_limits


def _pins(problem: Problem) -> tuple[tuple[int, int], ...]:
    """What stays: pinned baseline assignments and those that have begun."""
    begun = problem.now_minute
    pins = set()
    for a in problem.baseline:
        duty = problem.duty_index[a.duty]
        if a.pinned or (begun is not None and problem.duty_start[duty] < begun):
            pins.add((problem.person_index[a.person], problem.demand_index[duty, a.position]))
    return tuple(sorted(pins))


def _groups(
    problem: Problem, sorted_limits: _Sorted, pinned: tuple[tuple[int, int], ...]
) -> tuple[np.ndarray, int]:
    """People are of one group when no limit tells their seats apart."""
    traits = []
    for limit in sorted_limits.bans_of_seats + sorted_limits.costs_of_seats:
        traits.append(place_of_person(problem, limit) >= 0)
    for _, limit in sorted_limits.rows_of_teams:
        if len(limit.persons) < len(problem.people) or limit.person_weights is not None:
            weight = np.zeros(len(problem.people), np.int64)
            weight[limit.persons] = 1 if limit.person_weights is None else limit.person_weights
            traits.append(weight)
    alone = np.zeros(len(problem.people), np.int64)
    for _, limit in sorted_limits.rows_of_seats:
        alone[limit.persons] = limit.persons + 1
    for person, _ in pinned:
        alone[person] = person + 1
    table = np.column_stack([*traits, alone]).astype(np.int64)
    _, group = np.unique(table, axis=0, return_inverse=True)
    return group.reshape(-1).astype(np.int64), int(group.max(initial=-1)) + 1


def _slot_columns(
    problem: Problem, sorted_limits: _Sorted, slot_of_duty: np.ndarray, slots: int
) -> tuple[np.ndarray, np.ndarray]:
    """(bool[people, slots] who may serve when, int64[people, slots] at which flat cost)."""
    may = np.ones((len(problem.people), slots), bool)
    cost = np.zeros((len(problem.people), slots), np.int64)
    for limit in sorted_limits.bans_of_slots:
        may[np.ix_(limit.persons, np.unique(slot_of_duty[limit.duties]))] = False
    for limit in sorted_limits.costs_of_slots:
        by_slot = np.zeros(slots, np.int64)
        by_slot[slot_of_duty] = weight_of_duty(problem, limit)
        cost[limit.persons] += by_slot * (flat_rate(limit) or 0)
    return may, cost


def _demand_mask(problem: Problem, limit: Limit) -> np.ndarray:
    """bool[demands]: where an assignment counts for the limit."""
    mask = weight_of_duty(problem, limit)[problem.demand_duty] != 0
    return mask & positions_mask(problem, limit.positions) if limit.positions is not None else mask


def _seat_columns(
    problem: Problem, sorted_limits: _Sorted, group_of_person: np.ndarray, groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """(bool[groups, demands] who may take which seat, int64[groups, demands] at which flat cost)."""
    eligible = np.ones((groups, len(problem.demands)), bool)
    cost = np.zeros((groups, len(problem.demands)), np.int64)
    for limit in sorted_limits.bans_of_seats:
        eligible[np.ix_(np.unique(group_of_person[limit.persons]), np.flatnonzero(_demand_mask(problem, limit)))] = False
    for limit in sorted_limits.costs_of_seats:
        by_demand = weight_of_duty(problem, limit)[problem.demand_duty] * _demand_mask(problem, limit)
        cost[np.unique(group_of_person[limit.persons])] += by_demand * (flat_rate(limit) or 0)
    return eligible, cost


def _apply_pins(
    problem: Problem,
    pinned: tuple[tuple[int, int], ...],
    slot_of_duty: np.ndarray,
    group_of_person: np.ndarray,
    open_cells: np.ndarray,
    eligible: np.ndarray,
) -> None:
    """Duties that have begun take nobody new; pinned people keep their seats even against a rule."""
    if problem.now_minute is not None:
        begun = problem.duty_start < problem.now_minute
        eligible[:, begun[problem.demand_duty]] = False
    for person, demand in pinned:
        eligible[group_of_person[person], demand] = True
        open_cells[person, slot_of_duty[problem.demand_duty[demand]]] = True


class _Touches:
    """Columns for "serves at least once in these slots", made only where the slots do not exclude each other."""

    def __init__(
        self, problem: Problem, sorted_limits: _Sorted, slot_of_duty: np.ndarray, cell_id: np.ndarray
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
        """(row, column) pairs, `row` counting in `persons`, whose sum says whether each person serves in these slots."""
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
        return np.concatenate([[0], np.cumsum(_joined(self.sizes))]).astype(np.int64), _joined(self.cells)


def _rows_of_slots(
    problem: Problem,
    sorted_limits: _Sorted,
    slot_of_duty: np.ndarray,
    cell_id: np.ndarray,
    touches: _Touches,
    rows: _Rows,
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
            parts = [touches.columns(persons, slots) for slots in _slots_of_buckets(limit, slot_of_duty)]
            who, column = (_joined([p[i] for p in parts]) for i in range(2))
            weight = np.ones(len(who), np.int64)
        if limit.person_weights is not None:
            weight = weight * limit.person_weights[who]
        row, base = _instance_of(limit, who)
        rows.add(number, limit.price, base, row, column, weight, np.ones(len(row), np.int64))


def _slots_of_buckets(limit: Limit, slot_of_duty: np.ndarray) -> Iterator[np.ndarray]:
    assert limit.buckets is not None
    for label in np.unique(limit.buckets):
        yield np.unique(slot_of_duty[limit.duties[limit.buckets == label]])


def _instance_of(limit: Limit, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row of each entry, constant of each row) for limits over persons; `who` counts in `limit.persons`."""
    if limit.each == "person":
        base = np.zeros(len(limit.persons), np.int64) if limit.base is None else limit.base.astype(np.int64)
        return who, base
    if limit.each == "group" and limit.group is not None:
        return limit.group[who], np.zeros(int(limit.group.max(initial=-1)) + 1, np.int64)
    return np.zeros(len(who), np.int64), np.zeros(1, np.int64)


def _rows_of_flows(
    problem: Problem,
    sorted_limits: _Sorted,
    group_of_person: np.ndarray,
    flow_id: np.ndarray,
    flow_max: np.ndarray,
    offset: int,
    rows: _Rows,
) -> None:
    for number, limit in sorted_limits.rows_of_teams:
        weight_of_group = np.zeros(len(flow_id), np.int64)
        weight_of_group[group_of_person[limit.persons]] = 1 if limit.person_weights is None else limit.person_weights
        exist = instances(problem, limit)
        demands = exist if limit.each == "seat" else np.flatnonzero(_demand_mask(problem, limit))
        key = demands if limit.each == "seat" else problem.demand_duty[demands]
        place = np.full(max(len(problem.demands), len(problem.duties)), -1, np.int64)
        place[exist] = np.arange(len(exist))
        by_duty = weight_of_duty(problem, limit)[problem.demand_duty[demands]]
        groups = np.flatnonzero(weight_of_group)
        flows = flow_id[np.ix_(groups, demands)]
        which, where = np.nonzero(flows >= 0)
        flow = flows[which, where]
        weight = weight_of_group[groups][which] * by_duty[where]
        base = np.zeros(len(exist), np.int64)
        rows.add(number, limit.price, base, place[key[where]], flow + offset, weight, flow_max[flow])
    for number, limit in sorted_limits.rows_of_seats:
        demands = np.flatnonzero(_demand_mask(problem, limit))
        by_duty = weight_of_duty(problem, limit)[problem.demand_duty[demands]]
        flows = flow_id[np.ix_(group_of_person[limit.persons], demands)]
        who, where = np.nonzero(flows >= 0)
        weight = by_duty[where]
        if limit.person_weights is not None:
            weight = weight * limit.person_weights[who]
        row, base = _instance_of(limit, who)
        rows.add(number, limit.price, base, row, flows[who, where] + offset, weight, np.ones(len(row), np.int64))


def _forgive_pins(program: Program) -> None:
    """Where pins alone already break a hard row, move its constant so that nothing more is asked for than given."""
    if not program.pinned:
        return
    fixed = np.zeros(program.columns, np.int64)
    for person, demand in program.pinned:
        fixed[program.cell_id[person, program.demand_slot[demand]]] = 1
        fixed[program.cells + program.touches + program.flow_id[program.group_of_person[person], demand]] = 1
    for t in range(program.touches):
        cells = program.touch_cell[program.touch_first[t] : program.touch_first[t + 1]]
        fixed[program.cells + t] = fixed[cells].max(initial=0)
    row = np.repeat(np.arange(program.rows), np.diff(program.row_first))
    count = program.row_base + np.bincount(
        row, program.entry_weight * fixed[program.entry_column], program.rows
    ).astype(np.int64)
    for i in range(program.rows):
        for tier in program.prices[program.row_price[i]]:
            if tier.level is Level.HARD and tier.side == "over" and count[i] > tier.at:
                program.row_base[i] -= count[i] - tier.at


def decode(program: Program, cells: np.ndarray, flows: np.ndarray) -> tuple[Assignment, ...]:
    """Assignments from cell and flow values: in each group and slot people take seats in a fixed order."""
    problem = program.problem
    waiting: dict[tuple[int, int], list[int]] = {}
    chosen = np.flatnonzero(cells > 0)
    pinned = set(program.pinned)
    held = {(p, int(program.demand_slot[d])) for p, d in pinned}
    result = [_assignment(problem, p, d) for p, d in sorted(pinned)]
    for c in chosen.tolist():
        person, slot = int(program.cell_person[c]), int(program.cell_slot[c])
        if (person, slot) not in held:
            waiting.setdefault((int(program.group_of_person[person]), slot), []).append(person)
    for f in np.flatnonzero(flows > 0).tolist():
        group, demand = int(program.flow_group[f]), int(program.flow_demand[f])
        taken = sum(1 for p, d in pinned if d == demand and program.group_of_person[p] == group) if pinned else 0
        queue = waiting.get((group, int(program.demand_slot[demand])), [])
        for _ in range(int(flows[f]) - taken):
            result.append(_assignment(problem, queue.pop(0), demand))
    return tuple(result)


def _assignment(problem: Problem, person: int, demand: int) -> Assignment:
    duty, seat = problem.demands[demand]
    return Assignment(problem.people[person].id, problem.duties[duty].id, seat.position)
