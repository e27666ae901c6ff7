"""How a repair is found: the empty seats fall into neighbourhoods that share nobody, and each is mended by itself.

First by people who are free, exactly where the seats are few, else slot by slot as an assignment problem; then, for
what is still open, by handing one duty on. Small towns are looked at whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..check import Consequences, consequences
from ..columns import pins_of
from ..entities import Assignment
from ..limits import Level, charge
from ..problem import Problem
from ..rules import all_limits
from ..tally import Served, instances, of_duties, totals
from .fewest import fewest_people, somebody_alone
from .filling import fill
from .focus import Focus, focus, with_baseline
from .reach import Reach, Terms, eligible, everybody, within_reach
from .repairing import RepairModel, Solution

SMALL_TOWN = 6_000
"""People × demands up to which a repair looks at everybody and everything, and so proves the fewest moves."""
FEW_SEATS = 8
"""Empty seats of one neighbourhood up to which an exact model chooses among all who are free."""
MOST_AT_ONCE = 2
"""Seats that need a duty handed on; more of them are repaired one after the other."""
SHARE_OF_CHAINS = 0.8
"""Of the time; the rest is for the second alternative and for words."""

Roster = tuple[Assignment, ...]


@dataclass(frozen=True)
class Choice:
    """One way to go on."""

    assignments: Roster
    moved: int
    """People who serve something else than what is left of the published roster."""
    proven: bool
    """Fewer people are proven impossible."""
    edit: Consequences
    """What it changes of the roster as it is left, as far as the laws and prices of the problem go."""


@dataclass(frozen=True)
class _Settled:
    """A model, what it came to, and whether that is another roster than the one it began with."""

    model: RepairModel
    solution: Solution
    changes: bool


@dataclass(frozen=True)
class Neighbourhood:
    """Empty seats and everybody who could ever hold one of them; two neighbourhoods share nobody and no duty."""

    seats: list[int]
    """A demand once for each head that is missing."""
    eligible: dict[int, np.ndarray]
    """bool[people] of each demand."""

    @property
    def people(self) -> np.ndarray:
        return np.logical_or.reduce(list(self.eligible.values()))


class Mender:
    """The empty seats of one roster."""

    def __init__(
        self,
        problem: Problem,
        kept: Roster,
        vacated: list[int],
        away: tuple[tuple[int, int, int], ...],
        seconds: float,
        should_stop: Callable[[], bool],
    ) -> None:
        """`problem` has no baseline: what is left of the published roster is `kept`; `vacated` has a demand a head."""
        self.problem, self.kept, self.vacated = problem, kept, sorted(vacated)
        self.terms = Terms(away, pins_of(with_baseline(problem, kept)))
        self.ends, self.share = time.monotonic() + seconds, seconds * (1 - SHARE_OF_CHAINS)
        self.should_stop = should_stop
        self.last: _Settled | None = None
        """The model that changed the roster last."""

    def choices(self) -> list[Choice]:
        """The best, the next best without all of its moves, and leaving the seats open."""
        found: list[Choice] = []
        if self.vacated:
            first = self._small() if self._is_small else self._first()
            found = self._ranked(first, self._second(first))
        if set(self.kept) not in [set(f.assignments) for f in found]:
            found.append(Choice(self.kept, 0, True, Consequences((), 0, 0)))
        return found[:3]

    # --- time -------------------------------------------------------------------------------------------
    def _left(self, kept_back: float = 0.0) -> float:
        return 0.0 if self.should_stop() else max(0.0, self.ends - kept_back - time.monotonic())

    def _too_late(self) -> bool:
        return self._left(self.share) <= 0

    # --- small towns ------------------------------------------------------------------------------------
    @property
    def _is_small(self) -> bool:
        return len(self.problem.people) * len(self.problem.demands) <= SMALL_TOWN

    def _small(self) -> Choice:
        reach = everybody(self.problem, self.terms, Served.of(self.problem, self.kept))
        settled = None if self.should_stop() else self._solved(self.kept, self.vacated, reach, max(0.5, self._left()))
        if settled is None:
            return self._first()
        return self._choice(self._adopted(settled), settled.solution.proven)

    # --- large ones -------------------------------------------------------------------------------------
    def _first(self) -> Choice:
        """The smallest repair: by people who are free if they suffice, else by handing duties on."""
        places = self._neighbourhoods(self._needed())
        roster, least, full = self.kept, 0, True
        for number, place in enumerate(places):
            left = self._left(self.share) / (len(places) - number)
            near = focus(self.problem, (), place.people, self._mask(place.seats))
            roster = self._directly(roster, place, near, left)
            still_open = self._still_open(near, roster, place.seats)
            if still_open:
                roster = self._by_chains(roster, still_open)
                still_open = self._still_open(near, roster, place.seats)
            full &= not still_open
            least += fewest_people(near.problem, place.seats, place.eligible)
        moved = int(self._touched(roster).sum())
        proven = full and (moved <= max(1, least) or (moved == 2 and not self._alone(places)))
        return self._choice(roster, proven)

    def _needed(self) -> list[int]:
        """The vacated heads without which there are more vacancies; the others need not be filled."""
        duties = np.unique(self.problem.demand_duty[self.vacated])
        lost = np.bincount(self.vacated, minlength=len(self.problem.demands))
        served, needed = Served.of(self.problem, self.kept), np.zeros(len(lost), np.int64)
        for whole in all_limits(self.problem):
            limit = of_duties(whole, duties) if whole.each == "seat" else None
            if limit is None or not any(t.level is Level.VACANCY for t in limit.price):
                continue
            exist = instances(self.problem, limit)
            count = totals(served, limit)[exist]
            for head in range(int(lost[exist].max(initial=0))):
                fewer = charge(limit.price, count + head + 1, Level.VACANCY) < charge(
                    limit.price, count + head, Level.VACANCY
                )
                more = exist[fewer & (lost[exist] > head)]
                needed[more] = np.maximum(needed[more], head + 1)
        return np.repeat(np.arange(len(needed)), needed).tolist()

    def _neighbourhoods(self, needed: list[int]) -> list[Neighbourhood]:
        """The seats that anybody could hold, in parts that share neither people nor duties; the first in time first."""
        may = {d: eligible(self.problem, self.terms, d) for d in sorted(set(needed))}
        may = {d: who for d, who in may.items() if who.any()}
        if not may:
            return []
        demands = list(may)
        duties = self.problem.demand_duty[demands]
        rows = [np.flatnonzero(who) for who in may.values()]
        size = len(self.problem.people) + len(self.problem.duties)
        row = np.repeat(np.arange(len(demands)), [len(r) + 1 for r in rows])
        column = np.concatenate([np.append(r, len(self.problem.people) + d) for r, d in zip(rows, duties, strict=True)])
        links = sparse.csr_matrix((np.ones(len(row), bool), (row, column)), shape=(len(demands), size))
        _, part = connected_components(sparse.bmat([[None, links], [links.T, None]]), directed=False)
        by_part: dict[int, list[int]] = {}
        for demand, number in zip(demands, part[: len(demands)].tolist(), strict=True):
            by_part.setdefault(number, []).append(demand)
        places = []
        for mine in by_part.values():
            seats = [d for d in needed if d in set(mine)]
            heads = {d: min(seats.count(d), int(may[d].sum())) for d in mine}
            places.append(Neighbourhood([d for d in mine for _ in range(heads[d])], {d: may[d] for d in mine}))
        return sorted(places, key=lambda p: min(self.problem.duty_start[self.problem.demand_duty[p.seats]]))

    def _directly(self, roster: Roster, place: Neighbourhood, near: Focus, seconds: float) -> Roster:
        """Whoever is free takes the seats."""
        if len(place.seats) <= FEW_SEATS and seconds > 0:
            served = Served.of(near.problem, near.near(roster))
            reach = within_reach(near.problem, self.terms, served, place.seats, frozenset(), place.people)
            settled = self._solved(roster, place.seats, reach, seconds)
            if settled is not None:
                return self._adopted(settled)
        touched = self._touched(roster)
        return fill(near, self.terms, roster, place.seats, place.eligible, touched, self._too_late)

    def _by_chains(self, roster: Roster, still_open: list[int]) -> Roster:
        """Seats that nobody free can take: somebody takes each and hands a duty on, the most important first."""
        order = sorted(still_open, key=lambda d: (-self.problem.demands[d][1].priority, d))
        parts = [order] if len(order) <= MOST_AT_ONCE else [[d] for d in order]
        for part in parts:
            left = self._left(self.share)
            if left <= 0:
                break
            served = Served.of(self.problem, roster)
            reach = within_reach(self.problem, self.terms, served, part, frozenset(part))
            settled = self._solved(roster, part, reach, left)
            if settled is not None and settled.solution.vacancies < 0:
                roster = self._adopted(settled)
        return roster

    def _solved(self, roster: Roster, seats: list[int], reach: Reach, seconds: float) -> _Settled | None:
        if not reach.people.any():
            return None
        near = focus(self.problem, self.kept, reach.people, reach.demands)
        model = RepairModel(near, roster, seats, reach, self._touched(roster))
        solved = model.solve(seconds)
        return None if solved is None else _Settled(model, solved, set(solved.assignments) != set(roster))

    def _adopted(self, settled: _Settled) -> Roster:
        """The roster of a solution that is taken."""
        if settled.changes:
            self.last = settled
        return settled.solution.assignments

    # --- a second way -----------------------------------------------------------------------------------
    def _second(self, first: Choice) -> Choice | None:
        """Another way for the part that was settled last: without all of its moves, and no vacancy more.

        What was settled after that part stays, where it goes together with the other way.
        """
        if self.last is None or not first.moved or self.should_stop():
            return None
        before, best = set(self.last.solution.assignments), set(first.assignments)
        self.last.model.forbid(self.last.solution)
        other = self.last.model.solve(max(0.5, self._left()))
        if other is None:
            return None
        later, dropped = best - before, before - best
        roster = [a for a in other.assignments if a not in dropped]
        later -= set(roster)
        roster += [a for a in first.assignments if a in later]
        if set(roster) in (best, set(self.kept)) or not self._has_room(roster):
            return None
        second = self._choice(tuple(roster), proven=False)
        return second if second.edit.legal and second.edit.vacancy_change <= first.edit.vacancy_change else None

    def _ranked(self, first: Choice, second: Choice | None) -> list[Choice]:
        """The fewest vacancies first, then the fewest people: a first way that is not proven may be the worse one."""
        if second is None:
            return [first]
        return sorted([first, second], key=lambda choice: (choice.edit.vacancy_change, choice.moved))

    def _has_room(self, roster: list[Assignment]) -> bool:
        """Whether no demand has more heads than it may gain."""
        gained = np.bincount(self.vacated, minlength=len(self.problem.demands))
        kept, new = set(self.kept), set(roster)
        np.subtract.at(gained, Served.of(self.problem, new - kept).demands, 1)
        np.add.at(gained, Served.of(self.problem, kept - new).demands, 1)
        return bool((gained >= 0).all())

    # --- counting ---------------------------------------------------------------------------------------
    def _touched(self, roster: Roster) -> np.ndarray:
        """bool[people]: who serves something else than what was left of the published roster."""
        touched = np.zeros(len(self.problem.people), bool)
        touched[[self.problem.person_index[a.person] for a in set(roster) ^ set(self.kept)]] = True
        return touched

    def _choice(self, roster: Roster, proven: bool) -> Choice:
        kept, new = set(self.kept), set(roster)
        edit = consequences(self.problem, self.kept, kept - new, new - kept)
        return Choice(roster, int(self._touched(roster).sum()), proven, edit)

    def _mask(self, seats: list[int]) -> np.ndarray:
        mask = np.zeros(len(self.problem.demands), bool)
        mask[seats] = True
        return mask

    def _still_open(self, near: Focus, roster: Roster, seats: list[int]) -> list[int]:
        """Those of the seats whose demand has fewer heads than it should."""
        wanted = np.bincount(seats, minlength=len(self.problem.demands)) + self._heads(near, self.kept)
        missing = np.maximum(wanted - self._heads(near, roster), 0)
        return [d for d in sorted(set(seats)) for _ in range(int(missing[d]))]

    def _heads(self, near: Focus, roster: Roster) -> np.ndarray:
        duties = near.duties
        return np.bincount(
            Served.of(self.problem, [a for a in roster if a.duty in duties]).demands,
            minlength=len(self.problem.demands),
        )

    def _alone(self, places: list[Neighbourhood]) -> bool:
        """Whether a single person might fill every seat, giving up at most heads that nobody misses."""
        if len(places) != 1:
            return False
        place = places[0]
        served = Served.of(self.problem, self.kept)
        heads = np.bincount(served.demands, minlength=len(self.problem.demands))
        least = np.array([seat.min for _, seat in self.problem.demands], np.int64)
        pinned = [p * len(heads) + d for p, d in self.terms.pinned]
        stays = (heads <= least)[served.demands] | np.isin(served.persons * len(heads) + served.demands, pinned)
        rows = np.flatnonzero(stays)
        needed = Served(self.problem, served.persons[rows], served.duties[rows], served.demands[rows])
        return somebody_alone(self.problem, needed, place.seats, place.eligible)

