"""Which columns a program has: what limits forbid, charge at a flat rate, or tell apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .limits import Level, Limit
from .problem import Problem
from .rules import all_limits
from .tally import place_of_person, positions_mask, weight_of_duty


@dataclass(frozen=True)
class SortedLimits:
    """Every limit in the part it plays."""

    bans_of_slots: list[Limit]
    costs_of_slots: list[Limit]
    bans_of_seats: list[Limit]
    costs_of_seats: list[Limit]
    rows_of_slots: list[tuple[int, Limit]]
    rows_of_seats: list[tuple[int, Limit]]
    rows_of_teams: list[tuple[int, Limit]]


def slots_of(problem: Problem) -> tuple[np.ndarray, int]:
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


def restricted(limit: Limit, free: np.ndarray) -> Limit:
    """The limit for those of its people who are free (bool[people]); the others' share becomes a constant elsewhere."""
    keep = free[limit.persons]
    parts = {
        name: value[keep]
        for name in ("persons", "person_weights", "group", "base")
        if (value := getattr(limit, name)) is not None
    }
    return replace(limit, **parts)


def sort_limits(problem: Problem, slot_of_duty: np.ndarray, slots: int, free: np.ndarray) -> SortedLimits:
    """Decide for every limit what it becomes for the free people."""
    sorted_limits = SortedLimits([], [], [], [], [], [], [])
    for number, whole_limit in enumerate(all_limits(problem)):
        limit = whole_limit if free.all() else restricted(whole_limit, free)
        if len(limit.persons) == 0 and limit.each == "person":
            continue
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


def pins_of(problem: Problem) -> tuple[tuple[int, int], ...]:
    """What stays: pinned baseline assignments and those that have begun."""
    begun = problem.now_minute
    pins = set()
    for a in problem.baseline:
        duty = problem.duty_index[a.duty]
        if a.pinned or (begun is not None and problem.duty_start[duty] < begun):
            pins.add((problem.person_index[a.person], problem.demand_index[duty, a.position]))
    return tuple(sorted(pins))


def groups_of(
    problem: Problem,
    sorted_limits: SortedLimits,
    pinned: tuple[tuple[int, int], ...],
    free: np.ndarray,
    singly: bool,
) -> tuple[np.ndarray, int]:
    """People are of one group when no limit tells their seats apart; `singly` makes each their own."""
    traits: list[np.ndarray] = []
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
    if singly:
        alone = np.where(free, np.arange(len(free)) + 1, -1)
        traits.clear()
    table = np.column_stack([*traits, alone]).astype(np.int64)
    _, group = np.unique(table, axis=0, return_inverse=True)
    return group.reshape(-1).astype(np.int64), int(group.max(initial=-1)) + 1


def slot_columns(
    problem: Problem, sorted_limits: SortedLimits, slot_of_duty: np.ndarray, slots: int
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


def demand_mask(problem: Problem, limit: Limit) -> np.ndarray:
    """bool[demands]: where an assignment counts for the limit."""
    mask = weight_of_duty(problem, limit)[problem.demand_duty] != 0
    return mask & positions_mask(problem, limit.positions) if limit.positions is not None else mask


def seat_columns(
    problem: Problem, sorted_limits: SortedLimits, group_of_person: np.ndarray, groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """(bool[groups, demands] who may take which seat, int64[groups, demands] at which flat cost)."""
    eligible = np.ones((groups, len(problem.demands)), bool)
    cost = np.zeros((groups, len(problem.demands)), np.int64)
    for limit in sorted_limits.bans_of_seats:
        eligible[np.ix_(np.unique(group_of_person[limit.persons]), np.flatnonzero(demand_mask(problem, limit)))] = False
    for limit in sorted_limits.costs_of_seats:
        by_demand = weight_of_duty(problem, limit)[problem.demand_duty] * demand_mask(problem, limit)
        cost[np.unique(group_of_person[limit.persons])] += by_demand * (flat_rate(limit) or 0)
    return eligible, cost


def apply_pins(
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
