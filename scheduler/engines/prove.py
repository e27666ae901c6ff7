"""The prover: a process of its own that bounds both levels of the objective and may find rosters on the way.

It is started by `search.prover` as `python -m scheduler.engines`; it gets one `Task`, sends `News`, and ends.
"""

from __future__ import annotations

import time
from dataclasses import replace
from multiprocessing.connection import Connection

import numpy as np

from ..search.linear import Linear
from ..search.tasks import Known, News, Task
from ..search.windows import Windows
from . import highs

WHOLE = 1e-5
"""How far from a whole number a column may be and still count as one."""
MARGIN = 1e-4
"""Float error allowed before a bound is rounded up to the next whole number."""


def whole_bound(bound: float) -> int:
    """Costs are whole numbers, so a proven bound may be rounded up."""
    return int(np.ceil(bound - MARGIN * max(1.0, abs(bound) * 1e-4)))


MOST_EXACT_COLUMNS = 12_000
"""Above this many columns whole numbers are left to search and windows: branch and bound does not get past its root."""
EXACT_SHARE = 0.5
"""Of the time, for branch and bound over the whole before windows take over."""


class Prover:
    """The course of one task."""

    def __init__(self, task: Task, news: Connection) -> None:
        self.task, self.news = task, news
        self.ends = time.monotonic() + task.seconds
        self.ceiling = task.vacancy
        self.known: Known | None = None

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def run(self) -> None:
        if self.ceiling != self.task.vacancy_bound:
            self._prove_vacancies()
        closed = self.ceiling is not None and self.left > 0 and self._prove_cost(self.ceiling)
        if self.task.exact and not closed:
            self._improve()

    def _prove_vacancies(self) -> None:
        """Bound the first level, and reach it when the roster in hand does not or is none."""
        linear = self.task.linear
        solved = highs.relax(linear, linear.vacancy, self.left)
        if solved.outcome == "infeasible":
            self.news.send(News("vacancies", infeasible=True))
            return
        bound = self.task.vacancy_bound
        if solved.duals is not None:
            bound = max(bound, whole_bound(linear.dual_bound(linear.vacancy, solved.duals)))
            self.news.send(News("vacancies", vacancy_bound=bound))
        self._listen()
        if self.known is not None and (self.ceiling is None or self.known.vacancy < self.ceiling):
            self.ceiling = self.known.vacancy
        if self.ceiling is not None and bound >= self.ceiling:
            return
        share = self.left / 2 if self.task.exact else 0.0
        if share > 0.1:
            exact = highs.solve(linear, linear.vacancy, share)
            if exact.outcome == "infeasible":
                self.news.send(News("vacancies", infeasible=True))
                return
            proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
            self.news.send(News("vacancies", vacancy_bound=proven, values=self._program_part(exact)))
            if exact.values is not None:
                found = round(float(linear.vacancy @ exact.values))
                self.ceiling = found if self.ceiling is None else min(self.ceiling, found)

    def _prove_cost(self, ceiling: int) -> bool:
        """Bound the second level under the ceiling, then look for whole numbers at the bound; True when all is said."""
        linear = self.task.linear.with_ceiling(ceiling)
        solved = highs.relax(linear, linear.cost, self.left)
        if solved.duals is None or solved.values is None:
            return False
        loose = linear.dual_bound(linear.cost, solved.duals)
        bound = whole_bound(loose)
        columns = solved.values[linear.whole]
        is_whole = bool(np.all(np.abs(columns - np.round(columns)) < WHOLE))
        values = self._program_part(solved) if is_whole else None
        self.news.send(News("relaxation", bound=bound, bound_holds_for=ceiling, values=values))
        wanted = self.task.exact and len(columns) <= MOST_EXACT_COLUMNS
        if wanted and self.left > 0.1:
            return self._close(linear, solved.duals, loose, bound, ceiling)
        return False

    def _close(self, linear: Linear, duals: np.ndarray, loose: float, bound: int, ceiling: int) -> bool:
        """Whole numbers below the best roster known; columns whose reduced cost rules that out are fixed."""
        best = self._best_known(ceiling)
        if best is not None and best <= bound:
            return True
        part = linear if best is None else fixed(linear, duals, loose, best - 1)
        exact = highs.solve(part, linear.cost, min(self.left, EXACT_SHARE * self.task.seconds))
        if exact.outcome == "infeasible" and best is not None:
            self.news.send(News("exact", bound=best, bound_holds_for=ceiling))
            return True
        proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
        proven = proven if best is None else min(proven, best)
        self.news.send(News("exact", bound=proven, bound_holds_for=ceiling, values=self._program_part(exact)))
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
                self.news.send(News("windows", window=window))

    def _best_known(self, ceiling: int) -> int | None:
        """The cost of the best roster that the search has told of, if it has no more vacancies than the ceiling."""
        self._listen()
        return self.known.cost if self.known is not None and self.known.vacancy <= ceiling else None

    def _listen(self) -> None:
        while self.news.poll():
            self.known = self.news.recv()

    def _program_part(self, solved: highs.Solved) -> np.ndarray | None:
        if solved.values is None:
            return None
        return np.round(solved.values[self.task.linear.whole]).astype(np.int64)


def fixed(linear: Linear, duals: np.ndarray, bound: float, wanted: int) -> Linear:
    """`linear` with every column fixed that cannot leave its bound in a solution that costs at most `wanted`.

    Moving a column one unit off its best bound adds its reduced cost to the Lagrangian bound, whatever the duals.
    """
    y = linear.usable(duals)
    reduced = linear.cost - linear.columns_view.T @ y
    room = wanted - bound + 1e-6
    stay_low, stay_high = linear.whole & (reduced > room), linear.whole & (-reduced > room)
    return replace(
        linear,
        low=np.where(stay_high, linear.high, linear.low),
        high=np.where(stay_low, linear.low, linear.high),
    )
