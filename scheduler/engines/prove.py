"""The prover: a process of its own that bounds both levels of the objective and may find rosters on the way.

It is started by `search.prover` as `python -m scheduler.engines`; it gets one `Task`, sends `News`, and ends.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

import numpy as np

from ..search.linear import Linear
from . import highs

WHOLE = 1e-5
"""How far from a whole number a column may be and still count as one."""
MARGIN = 1e-4
"""Float error allowed before a bound is rounded up to the next whole number."""


@dataclass(frozen=True)
class Task:
    linear: Linear
    seconds: float
    vacancy: int
    """Weighted vacancies of the roster in hand: the ceiling for the second level."""
    exact: bool
    """Whether to go on to whole numbers after the relaxation."""


@dataclass(frozen=True)
class News:
    """What was proven or found; None where there is nothing new."""

    phase: str
    vacancy_bound: int | None = None
    bound: float | None = None
    bound_holds_for: int | None = None
    """`bound` is for rosters with at most this many weighted vacancies."""
    values: np.ndarray | None = None
    infeasible: bool = False


def whole_bound(bound: float) -> int:
    """Costs are whole numbers, so a proven bound may be rounded up."""
    return int(np.ceil(bound - MARGIN * max(1.0, abs(bound) * 1e-4)))


MOST_EXACT_COLUMNS = 40_000
"""Above this many columns whole numbers are left to the search: branch and bound would not get past its root."""


class Prover:
    """The course of one task."""

    def __init__(self, task: Task, news: Connection) -> None:
        self.task, self.news = task, news
        self.ends = time.monotonic() + task.seconds
        self.ceiling = task.vacancy

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()

    def run(self) -> None:
        if self.ceiling > 0 and not self._prove_vacancies():
            return
        self._prove_cost()

    def _prove_vacancies(self) -> bool:
        """Bound the first level, and reach it when the roster in hand does not; False when nothing is legal."""
        linear = self.task.linear
        solved = highs.relax(linear, linear.vacancy, self.left)
        if solved.outcome == "infeasible":
            self.news.send(News("vacancies", infeasible=True))
            return False
        if solved.duals is None:
            return self.left > 0
        bound = max(0, whole_bound(linear.dual_bound(linear.vacancy, solved.duals)))
        self.news.send(News("vacancies", vacancy_bound=bound))
        if bound >= self.ceiling:
            return True
        share = self.left / 2 if self.task.exact else 0.0
        if share > 0.5:
            exact = highs.solve(linear, linear.vacancy, share)
            proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
            self.news.send(News("vacancies", vacancy_bound=proven, values=self._program_part(exact)))
            if exact.values is not None:
                self.ceiling = min(self.ceiling, round(float(linear.vacancy @ exact.values)))
        return True

    def _prove_cost(self) -> None:
        """Bound the second level under the ceiling, then look for whole numbers at the bound."""
        linear = self.task.linear.with_ceiling(self.ceiling)
        solved = highs.relax(linear, linear.cost, self.left)
        if solved.duals is None or solved.values is None:
            return
        loose = linear.dual_bound(linear.cost, solved.duals)
        bound = whole_bound(loose)
        columns = solved.values[linear.whole]
        is_whole = bool(np.all(np.abs(columns - np.round(columns)) < WHOLE))
        values = self._program_part(solved) if is_whole else None
        self.news.send(News("relaxation", bound=bound, bound_holds_for=self.ceiling, values=values))
        wanted = self.task.exact and not is_whole and len(columns) <= MOST_EXACT_COLUMNS
        if wanted and self.left > 0.5:
            self._close(linear, solved.duals, loose, bound)

    def _close(self, linear: Linear, duals: np.ndarray, loose: float, bound: int) -> None:
        """Whole numbers below the best roster known; columns whose reduced cost rules that out are fixed."""
        best = self._best_known()
        if best is not None and best <= bound:
            return
        exact = highs.solve(linear if best is None else fixed(linear, duals, loose, best - 1), linear.cost, self.left)
        if exact.outcome == "infeasible" and best is not None:
            self.news.send(News("exact", bound=best, bound_holds_for=self.ceiling))
            return
        proven = bound if exact.bound is None else max(bound, whole_bound(exact.bound))
        proven = proven if best is None else min(proven, best)
        self.news.send(News("exact", bound=proven, bound_holds_for=self.ceiling, values=self._program_part(exact)))

    def _best_known(self) -> int | None:
        """The cost of the best roster with the ceiling's vacancies that the search has told of."""
        best = None
        while self.news.poll():
            vacancy, cost = self.news.recv()
            best = cost if vacancy <= self.ceiling else best
        return best

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
