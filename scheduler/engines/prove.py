"""The prover: a process of its own that bounds both levels of the objective and may find rosters on the way.

It is started by `search.prover` as `python -m scheduler.engines`; it gets one `Task`, sends `News`, and ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from multiprocessing.connection import Connection

import numpy as np

from ..entities import Assignment
from ..program import decode
from ..search.ascent import Ascent
from ..search.lagrangian import Lagrangian
from ..search.linear import Linear, linear
from ..search.pooling import Pooling, pooled
from ..search.tasks import Known, News, Task
from ..search.windows import Windows
from . import highs
from .generation import Generation
from .master import Failed
from .whole_weeks import MARGIN, TELL_SECONDS, WholeWeeks, whole_bound

MOST_EXACT_COLUMNS = 12_000
"""Above this many columns whole numbers are left to search and windows: branch and bound does not get past its root."""
EXACT_SHARE = 0.5
"""Of the time, for branch and bound over the whole before windows take over."""
CLIMB_SHARE, SECOND_CLIMB_SHARE = 0.3, 0.5
"""Of the time that is left, for raising the bound, and for raising it again where the first climb had few steps."""
FEWEST_STEPS, MOST_STEPS = 200, 4_000
WIDE_NODES, WIDE_NODES_OF_ALL = 200_000, 40_000_000
"""How wide a layer of a diagram may become where weeks are generated: they must be legal, so nothing is forgotten."""
WIDENING = 20.0
"""How much longer wide diagrams may take than narrow ones; where there is not so much time, none are made."""
FIRST_CLIMBS = ((300, 0.05), (1_000, 0.1))
"""(steps, share of the time for whole numbers after them): small towns are often closed by short climbs."""
STEPS_A_SECOND = 60
"""In reproducible mode, where no clock is asked."""
VACANCY_STEPS = 300


class Prover:
    """The course of one task."""

    def __init__(self, task: Task, news: Connection) -> None:
        self.task, self.news = task, news
        self.ends = time.monotonic() + task.seconds
        self.ceiling = task.vacancy
        self.known: Known | None = None
        self.seconds_of_diagrams = 0.0

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    @property
    def late(self) -> bool:
        """Whether time is up; in reproducible mode no clock is asked."""
        return self.task.exact and self.left <= 0

    def run(self) -> None:
        started = time.monotonic()
        lagrangian = Lagrangian(self.task.program)
        self.seconds_of_diagrams = time.monotonic() - started
        if self.ceiling != self.task.vacancy_bound and not self._prove_vacancies(lagrangian):
            return
        closed = False
        if self.ceiling is not None and not self.late:
            generates = self.task.exact and Generation.fits(lagrangian)
            closed = (self._generate if generates else self._prove_cost)(lagrangian, self.ceiling)
        del lagrangian
        if self.task.exact and not closed:
            self._improve()

    def _prove_vacancies(self, lagrangian: Lagrangian) -> bool:
        """Bound the first level, and reach it when the roster in hand does not or is none; False: nothing is legal."""
        ascent = Ascent(lagrangian, 0.0, vacancies_only=True)
        bound = self.task.vacancy_bound
        for reached in ascent.climb(VACANCY_STEPS):
            bound = max(bound, whole_bound(reached))
            self._listen()
            self._lower_ceiling(self.known.vacancy if self.known is not None else None)
            if self.late or (self.ceiling is not None and bound >= self.ceiling):
                break
        if ascent.impossible:
            self.tell(News("vacancies", infeasible=True))
            return False
        self.tell(News("vacancies", vacancy_bound=bound))
        if self.ceiling is not None and bound >= self.ceiling:
            return True
        return self._reach_vacancies(bound)

    def _reach_vacancies(self, bound: int) -> bool:
        """Whole numbers for the first level; False when they prove that nothing is legal."""
        model = self._linear
        share = self.left / 2 if self.task.exact else 0.0
        if self.ceiling is None and highs.relax(model, model.vacancy, self.left).outcome == "infeasible":
            self.tell(News("vacancies", infeasible=True))
            return False
        if share <= 0.1:
            return True
        exact = highs.solve(model, model.vacancy, share)
        if exact.outcome == "infeasible":
            self.tell(News("vacancies", infeasible=True))
            return False
        proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
        self.tell(News("vacancies", vacancy_bound=proven, roster=self._roster(exact)))
        if exact.values is not None:
            self._lower_ceiling(round(float(model.vacancy @ exact.values)))
        return True

    def _lower_ceiling(self, vacancy: int | None) -> None:
        if vacancy is not None and (self.ceiling is None or vacancy < self.ceiling):
            self.ceiling = vacancy

    def _prove_cost(self, lagrangian: Lagrangian, ceiling: int) -> bool:
        """Bound the second level under the ceiling, then look for whole numbers at the bound; True when all is said."""
        ascent = Ascent(lagrangian, ceiling, vacancies_only=False)
        for steps, share in self._climbs(lagrangian):
            if self._climb(ascent, steps, ceiling):
                return True
            if share and self.left > 0.1 and self._close(lagrangian, ascent.prices, ascent.bound, share):
                return True
        return False

    def _generate(self, lagrangian: Lagrangian, ceiling: int) -> bool:
        """Bound the second level by generated weeks and dive for rosters until time is up; True when all is said."""
        wide = lagrangian
        if not wide.diagrams.exact and WIDENING * self.seconds_of_diagrams < self.left:
            wide = Lagrangian(self.task.program, WIDE_NODES, WIDE_NODES_OF_ALL)
        if wide.diagrams.exact:
            with suppress(Failed):
                return WholeWeeks(Generation(wide, ceiling, self.task.seed), self).run()
        return self._prove_cost(lagrangian, ceiling)

    def _climb(self, ascent: Ascent, steps: int, ceiling: int) -> bool:
        """Raise the bound; True when it meets the best roster known, or when nothing is legal."""
        told, told_at = -1, time.monotonic()
        for reached in ascent.climb(steps):
            bound = whole_bound(reached)
            if self.late:
                break
            if bound > told:
                if self.met(bound, ceiling):
                    break
                if time.monotonic() - told_at > TELL_SECONDS:
                    self.tell(News("bound", bound=bound, bound_holds_for=ceiling))
                    told, told_at = bound, time.monotonic()
        if ascent.impossible:
            self.tell(News("bound", infeasible=True))
            return True
        bound = whole_bound(ascent.bound)
        self.tell(News("bound", bound=bound, bound_holds_for=ceiling))
        return self.met(bound, ceiling)

    def _climbs(self, lagrangian: Lagrangian) -> Iterator[tuple[int, float]]:
        """(steps, share of the time for whole numbers after them)."""
        small = self.task.exact and self._is_small
        if small:
            yield from FIRST_CLIMBS
        steps = self._steps(lagrangian, CLIMB_SHARE)
        yield steps, EXACT_SHARE if small else 0.0
        if self.task.exact and steps < MOST_STEPS:
            yield self._steps(lagrangian, SECOND_CLIMB_SHARE), 0.0

    def _steps(self, lagrangian: Lagrangian, share: float) -> int:
        """As many as fit into a share of the time that is left."""
        if not self.task.exact:
            return int(np.clip(STEPS_A_SECOND * round(self.task.seconds), FEWEST_STEPS, MOST_STEPS))
        started = time.perf_counter()
        lagrangian.at(np.zeros(lagrangian.rows), 0.0, 0.0)
        each = time.perf_counter() - started
        return int(np.clip(share * self.left / max(each, 1e-6), FEWEST_STEPS, MOST_STEPS))

    def met(self, bound: int, ceiling: int) -> bool:
        """Whether the best roster known costs no more than the bound."""
        best = self.best_known(ceiling)
        return best is not None and best <= bound

    def _close(self, lagrangian: Lagrangian, prices: np.ndarray, reached: float, share: float) -> bool:
        """Whole numbers below the best roster known; cells whose detour at these prices rules that out are fixed."""
        assert self.ceiling is not None
        ceiling = self.ceiling
        best, bound = self.best_known(ceiling), whole_bound(reached)
        model = self._linear.with_ceiling(ceiling)
        part = model if best is None else fixed(model, *lagrangian.detours(prices), best - 1 - reached)
        exact = highs.solve(part, model.cost, min(self.left, share * self.task.seconds))
        if exact.outcome == "infeasible" and best is not None:
            self.tell(News("exact", bound=best, bound_holds_for=ceiling))
            return True
        proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
        proven = proven if best is None else min(proven, best)
        self.tell(News("exact", bound=proven, bound_holds_for=ceiling, roster=self._roster(exact)))
        return exact.outcome == "optimal"

    def _improve(self) -> None:
        """Exact windows around the roster in hand until time is up."""
        windows = Windows(self.task.program, self.task.seed)
        while self.left > 0.5:
            self._listen()
            if self.known is None:
                time.sleep(0.05)
                continue
            window = windows.improve(self.known.roster(self.task.program), self.known.vacancy, self.left)
            if window is not None:
                self.tell(News("windows", window=window))

    def best_known(self, ceiling: int) -> int | None:
        """The cost of the best roster that the search has told of, if it has no more vacancies than the ceiling."""
        self._listen()
        return self.known.cost if self.known is not None and self.known.vacancy <= ceiling else None

    def tell(self, news: News) -> None:
        self.news.send(news)

    def _listen(self) -> None:
        while self.news.poll():
            self.known = self.news.recv()

    @property
    def _is_small(self) -> bool:
        return self.task.program.cells <= MOST_EXACT_COLUMNS and self._linear.whole.sum() <= MOST_EXACT_COLUMNS

    @cached_property
    def _pooling(self) -> Pooling:
        return pooled(self.task.program)

    @cached_property
    def _linear(self) -> Linear:
        """The whole program for HiGHS; only small towns and unsettled vacancies need it."""
        return linear(self.task.program, self._pooling)

    def _roster(self, solved: highs.Solved) -> tuple[Assignment, ...] | None:
        if solved.values is None:
            return None
        program = self.task.program
        values = np.round(solved.values[self._linear.whole]).astype(np.int64)
        flows = self._pooling.flows(program, values[program.cells + program.touches :])
        return decode(program, values[: program.cells], flows)


def fixed(linear: Linear, out: np.ndarray, serve: np.ndarray, room: float) -> Linear:
    """`linear` with every cell fixed that cannot be otherwise in a roster at most `room` above the bound.

    `out` and `serve` are the Lagrangian's detours: what the bound grows by when a cell is left out or served in.
    """
    room = room + MARGIN
    low, high = linear.low.copy(), linear.high.copy()
    cells = np.arange(len(out))
    low[cells[out > room]] = 1.0
    high[cells[serve > room]] = 0.0
    return replace(linear, low=low, high=np.maximum(low, high))
