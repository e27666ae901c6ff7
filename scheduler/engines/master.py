"""The restricted master: whole weeks of people as columns of a linear program, over the rows that tie people together.

    minimise   sum over weeks of cost·x  +  what the rows charge for their counts
    subject to each row's count = its constant + what the chosen weeks bring
               each person has one week (in parts, as long as it is not rounded)
               weighted vacancies at most the ceiling

With every legal week in it, its optimum would be the best bound that the Lagrangian of `search.lagrangian` can give;
its duals are the prices at which that bound is reached (Dantzig and Wolfe 1960). Every row may be broken at a high
price, so that there is a solution however few weeks there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt
from pybind11_abseil.status import StatusNotOk

from ..search.lagrangian import Lagrangian, Turns

BROKEN = 100.0
"""The price of breaking a row, in units of the dearest step that any row charges."""
WHOLE = 1e-6


@dataclass(frozen=True)
class Week:
    """One week of one person: where they serve, in which seats, and what that costs by itself."""

    person: int
    positions: tuple[int, ...]
    """Of the diagrams, in ascending order."""
    flows: tuple[int, ...]
    cost: float


@dataclass(frozen=True)
class Relaxed:
    """The optimum over the weeks in hand."""

    objective: float
    prices: np.ndarray
    """[rows] what a unit of each row's count is worth."""
    vacancy_price: float
    worth: np.ndarray
    """[people] what a week may cost that would change nothing."""
    parts: np.ndarray
    """[weeks] how much of each is chosen."""


class Failed(RuntimeError):
    """No linear solver came to an end: the numbers are too far apart."""


class Master:
    """The linear program; weeks are added, forbidden and allowed again between solves."""

    def __init__(self, lagrangian: Lagrangian, ceiling: float) -> None:
        self.lagrangian = lagrangian
        self.weeks: list[Week] = []
        self._known: set[tuple[int, tuple[int, ...], tuple[int, ...]]] = set()
        self._columns: list[mathopt.Variable] = []
        self._model = mathopt.Model()
        self.constant = float(lagrangian.diagrams.certain.sum())
        self._rows = self._make_rows(lagrangian.turns, lagrangian.base, ceiling)
        people = len(lagrangian.program.problem.people)
        self._one_week = [self._model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(people)]
        self._begin()

    def _begin(self) -> None:
        """A solver that keeps its basis from one solve to the next."""
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def _make_rows(self, turns: Turns, base: np.ndarray, ceiling: float) -> list[mathopt.LinearConstraint]:
        """The rows, each count made of segments between the turns of its charge, and the ceiling of vacancies."""
        model, rows = self._model, []
        vacancies: list[tuple[mathopt.Variable, float]] = []
        broken = BROKEN * max(1.0, turns.steepest())
        for row, own in enumerate(base.tolist()):
            marks, at = np.unique(turns.count[row], return_index=True)
            cost, vacancy = turns.cost[row][at], turns.vacancy[row][at]
            self.constant += float(cost[0])
            ceiling -= float(vacancy[0])
            constraint = model.add_linear_constraint(lb=marks[0] - own, ub=marks[0] - own)
            for i, width in enumerate(np.diff(marks).tolist()):
                segment = model.add_variable(lb=0.0, ub=width)
                constraint.set_coefficient(segment, -1.0)
                model.objective.set_linear_coefficient(segment, (cost[i + 1] - cost[i]) / width)
                if vacancy[i + 1] != vacancy[i]:
                    vacancies.append((segment, (vacancy[i + 1] - vacancy[i]) / width))
            self._breakable(constraint, broken, 1.0, -1.0)
            rows.append(constraint)
        self._ceiling = model.add_linear_constraint(ub=ceiling)
        for segment, slope in vacancies:
            self._ceiling.set_coefficient(segment, slope)
        self._breakable(self._ceiling, broken, -1.0)
        return rows

    def _breakable(self, row: mathopt.LinearConstraint, price: float, *signs: float) -> None:
        for sign in signs:
            slack = self._model.add_variable(lb=0.0)
            row.set_coefficient(slack, sign)
            self._model.objective.set_linear_coefficient(slack, price)

    def add(self, person: int, positions: np.ndarray, flows: np.ndarray, charge: float) -> bool:
        """One more week; says whether it is new. `charge` is what the person's own rows say of it."""
        key = (person, tuple(positions.tolist()), tuple(flows.tolist()))
        if key in self._known:
            return False
        self._known.add(key)
        cost = charge + float(self.lagrangian.price_of(positions, flows).sum())
        column = self._model.add_variable(lb=0.0)
        self._model.objective.set_linear_coefficient(column, cost)
        self._one_week[person].set_coefficient(column, 1.0)
        count: dict[int, float] = {}
        for position, flow in zip(key[1], key[2], strict=True):
            for row, weight in zip(*(part.tolist() for part in self.lagrangian.entries(position, flow)), strict=True):
                count[row] = count.get(row, 0.0) + weight
        for row, weight in count.items():
            if weight:
                self._rows[row].set_coefficient(column, weight)
        self.weeks.append(Week(*key, cost))
        self._columns.append(column)
        return True

    def allow(self, numbers: Sequence[int], allowed: bool) -> None:
        """Allow these weeks, or none of them."""
        for number in numbers:
            self._columns[number].upper_bound = float("inf") if allowed else 0.0

    def keep(self, wanted: np.ndarray) -> None:
        """Forget all weeks but these (bool[weeks])."""
        for week, column, stays in zip(self.weeks, self._columns, wanted.tolist(), strict=True):
            if not stays:
                self._known.discard((week.person, week.positions, week.flows))
                self._model.delete_variable(column)
        self.weeks = [w for w, stays in zip(self.weeks, wanted.tolist(), strict=True) if stays]
        self._columns = [c for c, stays in zip(self._columns, wanted.tolist(), strict=True) if stays]

    def relax(self) -> Relaxed:
        """The cheapest mixture of the weeks in hand; raises Failed."""
        found = self._attempt(self._solver.solve)
        if found is None:  # the simplex lost its way: begin anew, and this once by the other solver
            found = self._attempt(lambda: mathopt.solve(self._model, mathopt.SolverType.HIGHS))
            self._begin()
        if found is None:
            raise Failed
        return Relaxed(
            found.objective_value() + self.constant,
            np.array(found.dual_values(self._rows)),
            -found.dual_values(self._ceiling),
            np.array(found.dual_values(self._one_week)),
            np.array(found.variable_values(self._columns)),
        )

    @staticmethod
    def _attempt(solve: object) -> mathopt.SolveResult | None:
        try:
            result: mathopt.SolveResult = solve()  # type: ignore[operator]
        except (StatusNotOk, AttributeError):  # 9.15 trips over its own error object
            return None
        return result if result.termination.reason is mathopt.TerminationReason.OPTIMAL else None
