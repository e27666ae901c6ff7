"""The prover's way with long horizons: whole weeks of people, generated, dived for and chosen from.

First the bound by column generation; then dives into its linear program, and between them whole numbers over the
weeks nearest to the bound. Once all weeks that a better roster could hold are few enough, those decide.
"""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np

from ..entities import Assignment
from ..search.tasks import Known, News
from .generation import Generation
from .near import NearWeeks

MARGIN = 1e-4
"""Float error allowed before a bound is rounded up to the next whole number."""
STEPS, STEPS_SHARE = 300, 0.1
"""Of the climb before weeks are generated, and at most of the time that is left."""
MOST_NEAR = 20_000
"""Weeks that branch and bound is given when they are all that a better roster can hold."""
NEAREST = (2_000, 4_000, 8_000)
"""Weeks nearest to the bound that it is given otherwise, again and again between dives."""
NEAR_SHARE, LEAST_NEAR_SECONDS = 0.3, 3.0
"""Of the time that is left, for proving by near weeks; and at least."""
NEAREST_SECONDS = 12.0
SEATS_SECONDS = 5.0
"""For giving out the seats when it is settled who serves when."""
DIVES_BETWEEN = 8
TELL_SECONDS = 0.5


def whole_bound(bound: float) -> int:
    """Costs are whole numbers, so a proven bound may be rounded up."""
    return int(np.ceil(bound - MARGIN * max(1.0, abs(bound) * 1e-4)))


class Course(Protocol):
    """What is asked of the prover on whose behalf weeks are generated."""

    known: Known | None

    @property
    def late(self) -> bool:
        """Whether time is up."""

    @property
    def left(self) -> float:
        """Seconds that are left."""

    def best_known(self, ceiling: int) -> int | None:
        """The cost of the best roster with at most so many vacancies; listens to the search."""

    def met(self, bound: int, ceiling: int) -> bool:
        """Whether that cost is no more than the bound."""

    def tell(self, news: News) -> None:
        """Send news."""


class WholeWeeks:
    """The course of one generation, from its first bound to its last dive."""

    def __init__(self, generation: Generation, course: Course) -> None:
        self.generation, self.course = generation, course
        self.ceiling = int(generation.ceiling)
        self.near = NearWeeks(generation.lagrangian, self.ceiling)
        self.bound = 0
        self.tried_for: int | None = None
        """The cost of the best roster for which near weeks were last asked for a proof."""

    def run(self) -> bool:
        """Until time is up, or True when a roster has met the bound; raises `master.Failed`."""
        self._climb()
        while not self.course.late and not self._met():
            best = self.course.best_known(self.ceiling)
            if best is not None and best != self.tried_for:
                self._prove(best)
            elif self.generation.dives % DIVES_BETWEEN == DIVES_BETWEEN - 1:
                self._search()
            weeks = self.generation.dive(lambda: self.course.late or self._met())
            if weeks is not None:
                self._offer(self.near.choose(weeks, min(self.course.left, SEATS_SECONDS)).roster)
        return self._met()

    def _met(self) -> bool:
        return self.course.met(self.bound, self.ceiling)

    def _climb(self) -> None:
        """Raise the bound as far as weeks of single people can."""
        self.course.best_known(self.ceiling)
        if self.course.known is not None:
            self.generation.know(self.course.known.roster(self.generation.lagrangian.program))
        told_at = time.monotonic()
        for reached in self.generation.climb(self._steps()):
            self.bound = max(self.bound, whole_bound(reached))
            if self.course.late or self._met():
                break
            if time.monotonic() - told_at > TELL_SECONDS:
                self._tell_bound()
                told_at = time.monotonic()
        self._tell_bound()

    def _steps(self) -> int:
        """As many as fit into their share of the time that is left."""
        lagrangian = self.generation.lagrangian
        started = time.perf_counter()
        lagrangian.at(np.zeros(lagrangian.rows), 0.0, 0.0)
        return int(min(STEPS, STEPS_SHARE * self.course.left / max(time.perf_counter() - started, 1e-6)))

    def _prove(self, best: int) -> None:
        """When all weeks that a roster below the best could hold are few enough, look through all of those rosters."""
        self.tried_for = best
        room = best - 1 - self.generation.bound + MARGIN
        weeks = self.generation.lagrangian.near(self.generation.prices, room, MOST_NEAR)
        if weeks is None:
            return
        left = self.course.left
        chosen = self.near.choose(weeks, min(left, max(LEAST_NEAR_SECONDS, NEAR_SHARE * left)))
        if chosen.outcome == "infeasible":
            self.bound = best
        elif chosen.bound is not None:
            self.bound = min(best, max(self.bound, whole_bound(chosen.bound)))
        self._tell_bound()
        self._offer(chosen.roster)

    def _search(self) -> None:
        """The best roster of so many weeks nearest to the bound."""
        weeks = self.generation.nearest(NEAREST[self.generation.dives // DIVES_BETWEEN % len(NEAREST)])
        if weeks is not None:
            self._offer(self.near.choose(weeks, min(self.course.left, NEAREST_SECONDS)).roster)

    def _tell_bound(self) -> None:
        self.course.tell(News("weeks", bound=self.bound, bound_holds_for=self.ceiling))

    def _offer(self, roster: tuple[Assignment, ...] | None) -> None:
        if roster is not None:
            self.course.tell(News("dive", roster=roster))
