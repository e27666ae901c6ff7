"""Local search: a roster that is always legal in hand and gets better by the chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ..limits import Level, charge
from ..problem import Assignment
from ..program import Program
from .chains import chains, links
from .kernels import State, construct, place, place_all
from .landscape import Landscape, Units, cost_in_full, landscape
from .law import LawForSale
from .moves import anneal

WHOLE_SEATS = 6_000
"""Up to this many seats are walked over together."""
STRETCH_SEATS = 2_500
DEAR = 0.9
"""The share of prices that a dear one is above."""
BLOCK_SHARE = 0.3
"""Of the moves: two people exchange whole stretches of days."""
STRETCH_SHARE = 0.03
"""Of the moves where a minimum about one person is law: somebody is given a whole stretch of a shift or of days off."""

SLICE_MOVES = 4_000
"""While law is for sale, prices are looked at and the best is kept after so many."""
Walk = Callable[..., int]


class LocalSearch:
    """One walk over one program. Deterministic for a seed and a sequence of calls."""

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.land: Landscape
        self.units: Units
        self.land, self.units = landscape(program)
        seats, people = len(self.land.seat_demand), len(program.problem.people)
        self.state = State(
            holder=np.full(seats, -1, np.int32),
            seat_at=np.full((people, program.slots), -1, np.int32),
            held=np.full((people, program.slots + 1), -1, np.int32),
            held_count=np.zeros(people, np.int32),
            row_count=np.zeros(program.rows, np.int32),
            touch_count=np.zeros(max(1, program.touches), np.int32),
            block=np.full((3, program.slots + 1), -1, np.int32),
            random=np.array([_seeded(seed)], np.uint64),
        )
        self.links = links(seats)
        self.law = LawForSale(self.land, self.units, self.dear())
        self.empty_objective = int(self.land.table[self.land.row_table].sum()) if program.rows else 0
        self.objective = self.empty_objective
        self.begin = 0
        self.block_share = BLOCK_SHARE
        self.stretch_share = STRETCH_SHARE if self.law.offered else 0.0
        self._pin()
        self.best = self.state.holder.copy()
        self.best_objective = self.objective
        self.counted_for, self.counted = -1, 0
        """The objective of the roster whose cost was last counted in full, and that cost."""

    # --- starting points ------------------------------------------------------------------------------
    def construct(self) -> None:
        """Fill every seat that can be filled at once, scarcest and most important first."""
        self.objective += int(construct(self.land, self.state, self._order()))
        self._keep_if_better()

    def begin_with(self, assignments: Iterable[Assignment]) -> None:
        """Walk on from these, as far as they are possible here."""
        self.restart_from(self.seats_of(assignments))
        self._keep_if_better()

    def restart_from(self, holder: np.ndarray) -> None:
        """Go on from another filling of the seats."""
        self._clear()
        self.objective += int(place_all(self.land, self.state, holder))

    def seats_of(self, assignments: Iterable[Assignment]) -> np.ndarray:
        """Seats filled as these assignments say, as far as the program has columns for them."""
        problem = self.program.problem
        holder = np.full(len(self.land.seat_demand), -1, np.int32)
        first = np.searchsorted(self.land.seat_demand, np.arange(len(problem.demands) + 1))
        used = np.zeros(len(problem.demands), np.int64)
        pinned = set(self.program.pinned)
        for person, demand in sorted(pinned):
            holder[first[demand] + used[demand]] = person
            used[demand] += 1
        taken = {(p, int(self.land.demand_slot[d])) for p, d in pinned}
        for person, demand in self._possible(assignments):
            slot = int(self.land.demand_slot[demand])
            if (person, slot) not in taken and first[demand] + used[demand] < first[demand + 1]:
                holder[first[demand] + used[demand]] = person
                used[demand] += 1
                taken.add((person, slot))
        return holder

    def _possible(self, assignments: Iterable[Assignment]) -> list[tuple[int, int]]:
        """(person, demand) of those for which the program has columns."""
        problem = self.program.problem
        pairs = np.array(
            [
                (problem.person_index[a.person], problem.demand_index[problem.duty_index[a.duty], a.position])
                for a in assignments
                if a.person in problem.person_index
                and (problem.duty_index.get(a.duty, -1), a.position) in problem.demand_index
            ],
            np.int64,
        ).reshape(-1, 2)
        person, demand = pairs[:, 0], pairs[:, 1]
        fits = self.land.cell_id[person, self.land.demand_slot[demand]] >= 0
        fits &= self.program.index.find(self.program.group_of_person[person], demand) >= 0
        return [(int(p), int(d)) for p, d in pairs[fits]]

    def offer(self, assignments: Iterable[Assignment]) -> bool:
        """Keep these when they are better than the best, and say whether they were; the walk goes on where it was."""
        here, before = self.state.holder.copy(), self.best_objective
        self.restart_from(self.seats_of(assignments))
        self._keep_if_better()
        self.restart_from(here)
        return self.best_objective < before

    # --- walking --------------------------------------------------------------------------------------
    def anneal(self, moves: int, hot: float, cold: float) -> None:
        """Walk on for `moves` tries while cooling; the best is kept. A large town is walked stretch by stretch."""
        slices = max(1, moves // SLICE_MOVES) if self.law.open else 1
        step = (cold / hot) ** (1.0 / slices)
        for i in range(slices):
            self._charge(
                anneal, self.block_share, self.stretch_share, moves // slices, hot * step**i, hot * step ** (i + 1)
            )
            if self.law.open:
                self.law.follow(self.state)

    def chain(self, tries: int, temperature: float) -> None:
        """Look for so many chains where the walk is; at a temperature of 0 only what is cheaper is taken."""
        self._charge(chains, tries, temperature)

    def go_on(self) -> None:
        """Walk on to the next stretch of a large town."""
        self.begin = (self.begin + self._width) % max(1, len(self.land.seat_order))

    @property
    def large(self) -> bool:
        """Whether the town is walked stretch by stretch."""
        return len(self.land.seat_order) > WHOLE_SEATS

    @property
    def _width(self) -> int:
        return STRETCH_SEATS if self.large else len(self.land.seat_order)

    def back_to_best(self) -> None:
        if self.objective != self.best_objective:
            self.restart_from(self.best)

    def warmth(self) -> float:
        """A temperature at which ordinary changes of cost are accepted now and then: the scale of this program."""
        prices = self._prices()
        return float(np.median(prices)) if len(prices) else 1.0

    def dear(self) -> float:
        """What is dear among single changes of cost: the scale of what law may cost."""
        prices = self._prices()
        return float(np.quantile(prices, DEAR)) if len(prices) else 1.0

    def _prices(self) -> np.ndarray:
        """What single changes may cost, law and vacancies aside."""
        steps = np.abs(np.diff(self.land.table))
        priced = steps[(steps > 0) & (steps < self.units.vacancy)]
        flat = np.concatenate([self.land.cell_cost, self.land.flow_cost, priced])
        return flat[flat > 0]

    def replace(self, people: np.ndarray, assignments: Iterable[Assignment]) -> bool:
        """Give these people other assignments in the best roster, and keep that when it is better."""
        gone = {self.program.problem.people[p].id for p in people.tolist()}
        return self.offer([*(a for a in self.assignments() if a.person not in gone), *assignments])

    # --- what is in hand ------------------------------------------------------------------------------
    @property
    def levels(self) -> tuple[int, int, int]:
        """(hard, vacancy, cost) of the best; the cost is in full even where the search caps prices."""
        hard, vacancy, cost = self.units.split(self.best_objective)
        if self.units.dearest is None:
            return hard, vacancy, cost
        if self.counted_for != self.best_objective:
            self.counted_for, self.counted = self.best_objective, cost_in_full(self.program, *self.holdings())
        return hard, vacancy, self.counted

    def holdings(self) -> tuple[np.ndarray, np.ndarray]:
        """(demands, persons) of the best."""
        filled = self.best >= 0
        return self.land.seat_demand[filled], self.best[filled]

    def vacancies(self) -> int:
        """Heads short of the minimum in the best."""
        demands = self.program.problem.demands
        filled = np.bincount(self.land.seat_demand[self.best >= 0], minlength=len(demands))
        least = np.array([seat.min for _, seat in demands], np.int64)
        return int(np.maximum(least - filled, 0).sum())

    def assignments(self) -> tuple[Assignment, ...]:
        """The best roster so far, in the order of duties."""
        problem = self.program.problem
        result = []
        for seat in np.flatnonzero(self.best >= 0).tolist():
            duty, demand = problem.demands[self.land.seat_demand[seat]]
            person = problem.people[self.best[seat]].id
            pinned = bool(self.land.seat_fixed[seat])
            result.append(Assignment(person, problem.duties[duty].id, demand.position, pinned))
        return tuple(result)

    # --- inside ---------------------------------------------------------------------------------------
    def _charge(self, walk: Walk, *how: float) -> None:
        """Walk in the landscape of the day; the objective stays the strict one."""
        before = self.law.discount(self.state)
        places = (self.links,) if walk is chains else ()
        change = walk(self.law.land, self.state, *places, self.begin, self._width, *how, self.units.hard)
        self.objective += int(change) + self.law.discount(self.state) - before
        self._keep_if_better()

    def _keep_if_better(self) -> None:
        if self.objective < self.best_objective:
            self.best = self.state.holder.copy()
            self.best_objective = self.objective

    def _clear(self) -> None:
        for array in (self.state.held_count, self.state.row_count, self.state.touch_count):
            array[:] = 0
        self.state.holder[:] = -1
        self.state.seat_at[:] = -1
        self.objective = self.empty_objective
        self._pin()

    def _pin(self) -> None:
        first = np.searchsorted(self.land.seat_demand, np.arange(len(self.program.problem.demands) + 1))
        used: dict[int, int] = {}
        for person, demand in self.program.pinned:
            seat = int(first[demand]) + used.get(demand, 0)
            used[demand] = used.get(demand, 0) + 1
            self.objective += int(place(self.land, self.state, person, seat))

    def _order(self) -> np.ndarray:
        """Seats with few candidates and high priority first; those beyond the minimum last."""
        problem = self.program.problem
        demand = self.land.seat_demand
        first = np.searchsorted(demand, np.arange(len(problem.demands)))
        within = np.arange(len(demand)) - first[demand]
        least = np.array([seat.min for _, seat in problem.demands], np.int64)[demand]
        priority = np.array([seat.priority for _, seat in problem.demands], np.int64)[demand]
        choice = np.diff(self.land.candidate_first)[demand]
        return np.lexsort((demand, choice, -priority, within >= least)).astype(np.int32)


def unfillable(program: Program, land: Landscape) -> int:
    """Weighted vacancies that no roster can avoid, because fewer people may take a seat than it needs."""
    candidates = np.diff(land.candidate_first)
    total = 0
    for row in range(program.rows):
        price = program.prices[program.row_price[row]]
        if not any(t.level is Level.VACANCY for t in price):
            continue
        columns = program.entry_column[program.row_first[row] : program.row_first[row + 1]]
        demands = program.flow_demand[columns - program.cells - program.touches]
        if len(np.unique(demands)) > 1:
            continue
        most = int(candidates[demands[0]]) if len(demands) else 0
        count = np.array([program.row_base[row] + most])
        total += int(charge(price, count, Level.VACANCY)[0])
    return total


def _seeded(seed: int) -> int:
    """A well-mixed, non-zero 64-bit state from a small seed (splitmix64)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0xBF58476D1CE4E5B9) & (2**64 - 1)
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    return (z ^ (z >> 31)) or 1
