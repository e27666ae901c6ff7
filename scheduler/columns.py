"""Which columns a program has: what limits forbid, charge at a flat rate, or tell apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .limits import Level, Limit
from .problem import Problem
from .rules import all_limits
from .tally import positions_mask, weight_of_duty


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
    """Slot of each duty, in time order, and how many slots there are.

    Duties that the buckets of some limit tell apart are in different slots, whatever their interval.
    """
    apart = _told_apart(problem)
    keys = [
        (int(s), int(e), d.night, d.kind, kin)
        for s, e, d, kin in zip(problem.duty_start, problem.duty_end, problem.duties, apart.tolist(), strict=True)
    ]
    number = {key: i for i, key in enumerate(sorted(set(keys)))}
    return np.array([number[k] for k in keys], np.int64), len(number)


def _told_apart(problem: Problem) -> np.ndarray:
    """int64[duties]: equal for duties that every limit with buckets puts into the same one, or ignores.

    Buckets of one person are told by slots, so a shift type that shares its interval with another needs its own.
    """
    kin = np.zeros(len(problem.duties), np.int64)
    for limit in all_limits(problem):
        if limit.buckets is not None:
            label = np.full(len(kin), -1, np.int64)
            label[limit.duties] = np.unique(limit.buckets, return_inverse=True)[1].reshape(-1)
            kin = np.unique(kin * (len(kin) + 1) + label + 1, return_inverse=True)[1].reshape(-1)
    return kin


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
    if limit.person_weights is not None or limit.weighs_less or len(limit.price) != 1:
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
    people = len(problem.people)
    traits = Traits(people)
    alone = np.zeros(people, np.int64)
    if singly:
        alone = np.where(free, np.arange(people) + 1, -1)
    else:
        for limit in sorted_limits.bans_of_seats + sorted_limits.costs_of_seats:
            traits.add(limit.persons, 1)
        for _, limit in sorted_limits.rows_of_teams:
            if len(limit.persons) < people or limit.person_weights is not None:
                traits.add(limit.persons, 1 if limit.person_weights is None else limit.person_weights)
        for _, limit in sorted_limits.rows_of_seats:
            alone[limit.persons] = limit.persons + 1
        for person, _ in pinned:
            alone[person] = person + 1
    traits.add(np.arange(people), alone)
    return traits.classes()


class Traits:
    """People by what they have in common: two random 64-bit sums of their traits, never the traits themselves.

    Two people with different traits would have to agree in 128 random bits to be taken for one.
    """

    def __init__(self, people: int) -> None:
        self.random = np.random.default_rng(20_260_105)
        self.sums = np.zeros((2, people), np.uint64)

    def add(self, persons: np.ndarray, value: int | np.ndarray) -> None:
        """One more trait: these people have this value, everybody else 0."""
        for sums in self.sums:
            word = self.random.integers(1, 1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
            sums[persons] += word * np.asarray(value).astype(np.uint64)

    def classes(self) -> tuple[np.ndarray, int]:
        """(class of each person, how many there are), numbered by the first person of each."""
        order = np.lexsort((self.sums[1], self.sums[0]))
        one, two = self.sums[0][order], self.sums[1][order]
        begins = np.concatenate([[True], (one[1:] != one[:-1]) | (two[1:] != two[:-1])]) if len(order) else order > 0
        label = np.zeros(len(order), np.int64)
        label[order] = np.cumsum(begins) - 1
        _, first, number = np.unique(label, return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
        return rank[number.reshape(-1)].astype(np.int64), len(first)


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


@dataclass(frozen=True)
class _SeatRule:
    """A limit that bans seats or gives them a flat cost, by group."""

    groups: np.ndarray
    demands: np.ndarray
    cost: np.ndarray
    """[demands] of one head; not used by a ban."""

    def part(self, begin: int, end: int) -> np.ndarray:
        """Its groups from `begin` to `end`, counted from `begin`."""
        a, b = np.searchsorted(self.groups, [begin, end])
        return self.groups[a:b] - begin


class Seats:
    """Who may take which seat at which flat cost, told for a few groups at a time."""

    def __init__(
        self,
        problem: Problem,
        sorted_limits: SortedLimits,
        group_of_person: np.ndarray,
        pinned: tuple[tuple[int, int], ...],
    ) -> None:
        self.demands = len(problem.demands)
        self.bans = [_seat_rule(problem, limit, group_of_person) for limit in sorted_limits.bans_of_seats]
        self.costs = [_seat_rule(problem, limit, group_of_person) for limit in sorted_limits.costs_of_seats]
        self.begun = np.zeros(self.demands, bool)
        if problem.now_minute is not None:
            self.begun = (problem.duty_start < problem.now_minute)[problem.demand_duty]
        self.pins = np.array([(group_of_person[p], d) for p, d in pinned], np.int64).reshape(-1, 2)

    def eligible(self, begin: int, end: int) -> np.ndarray:
        """bool[groups, demands]: duties that have begun take nobody new; who is pinned stays even against a rule."""
        may = np.ones((end - begin, self.demands), bool)
        for ban in self.bans:
            groups = ban.part(begin, end)
            if len(groups):
                may[np.ix_(groups, ban.demands)] = False
        may[:, self.begun] = False
        pins = self.pins[(self.pins[:, 0] >= begin) & (self.pins[:, 0] < end)]
        may[pins[:, 0] - begin, pins[:, 1]] = True
        return may

    def cost(self, group: np.ndarray, demand: np.ndarray, begin: int, end: int) -> np.ndarray:
        """int64: the flat cost of each pair of group and demand; all groups lie between `begin` and `end`."""
        total = np.zeros(len(group), np.int64)
        first = np.searchsorted(group, np.arange(begin, end + 1))
        for rule in self.costs:
            by_demand = np.zeros(self.demands, np.int64)
            by_demand[rule.demands] = rule.cost
            for g in rule.part(begin, end).tolist():
                total[first[g] : first[g + 1]] += by_demand[demand[first[g] : first[g + 1]]]
        return total


def _seat_rule(problem: Problem, limit: Limit, group_of_person: np.ndarray) -> _SeatRule:
    by_demand = weight_of_duty(problem, limit)[problem.demand_duty] * demand_mask(problem, limit)
    demands = np.flatnonzero(by_demand)
    cost = by_demand[demands] * (flat_rate(limit) or 0)
    return _SeatRule(np.unique(group_of_person[limit.persons]), demands, cost)


def open_pins(
    problem: Problem, pinned: tuple[tuple[int, int], ...], slot_of_duty: np.ndarray, open_cells: np.ndarray
) -> None:
    """Pinned people serve where they do even against a rule."""
    for person, demand in pinned:
        open_cells[person, slot_of_duty[problem.demand_duty[demand]]] = True
