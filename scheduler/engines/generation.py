"""Column generation: the bound by a linear program over whole weeks, and rosters by diving in it.

The master (`master.py`) mixes the weeks it has; at its prices every person's decision diagram says in one pass whether
a week is missing that would make the mixture cheaper. When none is, its optimum is the best bound that weeks of single
people give. It is fractional only here and there, so a dive follows it down: the servings that are most nearly
whole are made whole, a few at a time, and between them weeks are generated that fit (Joncour et al. 2010, "Column
generation based primal heuristics").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..entities import Assignment
from ..search.ascent import Ascent
from ..search.lagrangian import Lagrangian, Near, Weeks
from .master import WHOLE, Master, Relaxed

CHEAPER = 1e-6
MOST_PEOPLE, MOST_ROWS = 150, 1_000
"""Above these the master takes longer than it is worth: a second a solve at 170 people and 2,200 rows."""
SHARES = (0.02, 0.04, 0.01, 0.08)
"""Of the servings that are not whole, how many are made whole at a time; dive after dive."""
LEAST_DAYS = 14
"""In a single week branch and bound over cells does better; whole horizons of a person pay where they are long."""
MIXTURES = (0.5, 0.8)
"""Parts of the best prices in those that more weeks are taken at."""
ROUNDS = 8
"""Of new weeks after each fixing: enough to fit, not to the optimum."""
JITTER = 0.2
"""By how much chance may prefer one serving to another, but for the first dive."""
HALVINGS = 16
"""Of the room for near weeks."""
MOST_NODES = 1_500_000
"""Of the diagrams that a dive looks through."""
MOST_WEEKS = 6_000
"""In the master between dives; those that cost too much are forgotten."""

Late = Callable[[], bool]


@dataclass
class Generation:
    """Of one program under one ceiling of vacancies."""

    lagrangian: Lagrangian
    ceiling: float
    seed: int

    def __post_init__(self) -> None:
        self.master = Master(self.lagrangian, self.ceiling)
        self.random = np.random.default_rng(self.seed)
        self.bound = -np.inf
        self.prices = np.zeros(self.lagrangian.rows)
        """At which the bound was found."""
        self.dives = 0
        self._around: tuple[float, Lagrangian] | None = None
        """The bound at whose prices the diagrams were narrowed, and the narrow ones."""
        self._nothing = np.zeros(0, np.int64)

    @staticmethod
    def fits(lagrangian: Lagrangian) -> bool:
        """Whether this is the way for a program: a long horizon, and few enough people and rows between them."""
        problem = lagrangian.program.problem
        small = len(problem.people) <= MOST_PEOPLE and lagrangian.rows <= MOST_ROWS
        return small and problem.days >= LEAST_DAYS

    # --- weeks ----------------------------------------------------------------------------------------
    def know(self, roster: tuple[Assignment, ...]) -> None:
        """Take up the weeks of a roster, those that are legal."""
        p, d = self.lagrangian.program, self.lagrangian.diagrams
        position = np.empty(p.cells, np.int64)
        position[d.personal.cell] = np.arange(p.cells)
        serves, flow = np.zeros(p.cells, np.uint8), np.zeros(p.cells, np.int64)
        for one in roster:
            person = p.problem.person_index[one.person]
            demand = p.problem.demand_index[p.problem.duty_index[one.duty], one.position]
            at = position[p.cell_id[person, p.demand_slot[demand]]]
            serves[at], flow[at] = 1, p.index.at(int(p.group_of_person[person]), demand)
        weeks = self.lagrangian.weeks_of(serves, flow)
        self._add(weeks, np.flatnonzero(weeks.legal))

    def _add(self, weeks: Weeks, people: np.ndarray) -> int:
        """Take up the weeks of these people; says how many are new."""
        first, new = self.lagrangian.diagrams.personal.first, 0
        for person in people.tolist():
            a, b = first[person], first[person + 1]
            positions = a + np.flatnonzero(weeks.serves[a:b])
            new += self.master.add(person, positions, weeks.flow[positions], float(weeks.charge[person]))
        return new

    def _generate(self, relaxed: Relaxed, forced: np.ndarray, among: Lagrangian | None = None) -> int:
        """The weeks that are missing at these prices; says how many there were."""
        weeks = (among or self.lagrangian).weeks(relaxed.prices, forced)
        return self._add(weeks, np.flatnonzero(weeks.legal & (weeks.cost < relaxed.worth - CHEAPER)))

    # --- the bound ------------------------------------------------------------------------------------
    def climb(self, steps: int = 0) -> Iterator[float]:
        """Climb so many steps, then generate weeks until none is missing; yields the best bound as it grows.

        Prices that are nearly right from the start, and weeks taken at mixtures of those with the linear program's own,
        make five rounds of one (Wentges 1997), and dives find more to choose from. Raises Failed.
        """
        if steps:
            ascent = Ascent(self.lagrangian, self.ceiling, vacancies_only=False)
            yield from ascent.climb(steps)
            self.bound, self.prices = ascent.bound, ascent.prices
        self._add_cheapest(self.prices)
        while True:
            relaxed = self.master.relax()
            new = self._generate(relaxed, self._nothing)
            self._prove(relaxed)
            yield self.bound
            if not new:
                return
            for part in MIXTURES:
                self._add_cheapest(part * self.prices + (1 - part) * relaxed.prices)

    def _add_cheapest(self, prices: np.ndarray) -> None:
        weeks = self.lagrangian.weeks(prices, self._nothing)
        self._add(weeks, np.flatnonzero(weeks.legal))

    def _prove(self, relaxed: Relaxed) -> None:
        """The Lagrangian says what these prices prove, however exact the linear program was."""
        value = self.lagrangian.at(relaxed.prices, max(0.0, relaxed.vacancy_price), self.ceiling)
        if value.bound > self.bound:
            self.bound, self.prices = value.bound, relaxed.prices

    def nearest(self, most: int) -> Near | None:
        """At most so many weeks, those that cost least above their person's cheapest; None when more cost as little."""
        found = self.lagrangian.near(self.prices, 0.0, most)
        near, far = 0.0, max(1.0, abs(self.bound))
        for _ in range(HALVINGS if found is not None else 0):
            room = (near + far) / 2
            here = self.lagrangian.near(self.prices, room, most)
            if here is None:
                far = room
            else:
                near, found = room, here
        return found

    # --- rosters --------------------------------------------------------------------------------------
    def dive(self, late: Late) -> Near | None:
        """One dive to a whole week of everybody; None when time was up. Raises Failed.

        They need not fit together: some row between people may be broken.
        """
        share, chance = SHARES[self.dives % len(SHARES)], JITTER if self.dives else 0.0
        self.dives += 1
        fixed = np.zeros(self.lagrangian.program.cells, bool)
        forbidden: list[int] = []
        try:
            relaxed = self.master.relax()
            while not late():
                served = self._served(relaxed)
                open_ = np.flatnonzero((served > WHOLE) & (served < 1 - WHOLE) & ~fixed)
                if not len(open_):
                    return self._whole(served)
                fixed |= served >= 1 - WHOLE
                fixed[self._nearly_whole(open_, served, share, chance)] = True
                forbidden += self._forbid(np.flatnonzero(fixed), forbidden)
                relaxed = self._fit(np.flatnonzero(fixed), late)
            return None
        finally:
            self.master.allow(forbidden, True)
            self._forget()

    def _fit(self, forced: np.ndarray, late: Late) -> Relaxed:
        """Generate weeks that serve where they must."""
        relaxed, among = self.master.relax(), self._narrowed()
        for _ in range(ROUNDS):
            if late() or not self._generate(relaxed, forced, among):
                break
            relaxed = self.master.relax()
        return relaxed

    def _narrowed(self) -> Lagrangian:
        """The diagrams near the weeks that the bound was found with."""
        if self._around is None or self._around[0] != self.bound:
            self._around = self.bound, self.lagrangian.narrowed(self.prices, MOST_NODES)
        return self._around[1]

    def _served(self, relaxed: Relaxed) -> np.ndarray:
        """[positions] in how large a part of the chosen weeks they are served."""
        served = np.zeros(self.lagrangian.program.cells)
        for number in np.flatnonzero(relaxed.parts > WHOLE).tolist():
            served[list(self.master.weeks[number].positions)] += relaxed.parts[number]
        return served

    def _nearly_whole(self, open_: np.ndarray, served: np.ndarray, share: float, chance: float) -> np.ndarray:
        """The servings to be made whole next, at most one a person."""
        order = open_[np.argsort(-served[open_] - chance * self.random.random(len(open_)), kind="stable")]
        chosen = order[: max(1, int(share * len(order)))]
        _, first = np.unique(self.lagrangian.person_of_position[chosen], return_index=True)
        return chosen[first]

    def _forbid(self, forced: np.ndarray, already: list[int]) -> list[int]:
        """Forbid the weeks that do not serve where they must; says which were forbidden now."""
        must: dict[int, set[int]] = {}
        for position, person in zip(forced.tolist(), self.lagrangian.person_of_position[forced].tolist(), strict=True):
            must.setdefault(person, set()).add(position)
        known = set(already)
        now = [
            number
            for number, week in enumerate(self.master.weeks)
            if number not in known and not must.get(week.person, set()) <= set(week.positions)
        ]
        self.master.allow(now, False)
        return now

    def _whole(self, served: np.ndarray) -> Near:
        """One week of everybody, but not yet in which seats: there the mixture need not be whole."""
        serves = np.round(served).astype(np.uint8)
        weeks = self.lagrangian.weeks_of(serves, np.zeros(len(serves), np.int64))
        first = self.lagrangian.diagrams.personal.first
        people = np.flatnonzero(weeks.legal)
        table = np.zeros((len(people), int(np.diff(first).max(initial=0))), np.uint8)
        for row, person in enumerate(people.tolist()):
            table[row, : first[person + 1] - first[person]] = serves[first[person] : first[person + 1]]
        return Near(people, weeks.charge[people], table)

    def _forget(self) -> None:
        """Keep the weeks that cost least at the best prices."""
        weeks = self.master.weeks
        if len(weeks) <= MOST_WEEKS:
            return
        priced = self.lagrangian.weeks(self.prices, self._nothing)
        above = np.array([self._priced(number) - priced.cost[week.person] for number, week in enumerate(weeks)])
        wanted = np.zeros(len(weeks), bool)
        wanted[np.argsort(above, kind="stable")[: MOST_WEEKS // 2]] = True
        self.master.keep(wanted)

    def _priced(self, number: int) -> float:
        """What a week costs at the best prices."""
        week, earned = self.master.weeks[number], 0.0
        for position, flow in zip(week.positions, week.flows, strict=True):
            row, weight = self.lagrangian.entries(position, flow)
            earned += float(self.prices[row] @ weight)
        return week.cost - earned
