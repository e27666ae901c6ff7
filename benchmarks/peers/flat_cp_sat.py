"""A flat model in CP-SAT, two workers: one Boolean for each person and each demand that they may take.

Rows are over sums of these; a price is one slack for each of its tiers. Nothing is aggregated: this is the model
that one writes down first. Usage: see `child`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from scheduler.limits import Level, Price
from scheduler.program import Program

from . import child
from .choices import VACANCY_WEIGHT, Choices, choices_of

WORKERS = 2
WEIGHTS = {Level.VACANCY: VACANCY_WEIGHT, Level.PRICED: 1}


class _Model:
    """The variables (choices, then touches) and the constraints over them."""

    def __init__(self, choices: Choices) -> None:
        self.choices, self.program = choices, choices.program
        self.model = cp_model.CpModel()
        count = len(choices) + self.program.touches
        self.variables = [self.model.new_bool_var("") for _ in range(count)]
        self.terms: list[cp_model.IntVar] = []
        self.weights: list[int] = []
        self._one_seat_a_slot()
        self._touches()
        self._heads()
        self._rows()
        self._objective()

    def _sum(self, columns: np.ndarray, weights: np.ndarray) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum([self.variables[i] for i in columns.tolist()], weights.tolist())

    def _one_seat_a_slot(self) -> None:
        first = np.searchsorted(self.choices.cell, np.arange(self.program.cells + 1)).tolist()
        for begin, end in pairwise(first):
            if end - begin > 1:
                self.model.add_at_most_one(self.variables[begin:end])

    def _touches(self) -> None:
        """A touch is true exactly when one of its choices is."""
        program, many = self.program, len(self.choices)
        first = np.searchsorted(self.choices.cell, np.arange(program.cells + 1)).tolist()
        for touch in range(program.touches):
            cells = program.touch_cell[program.touch_first[touch] : program.touch_first[touch + 1]].tolist()
            members = [self.variables[i] for c in cells for i in range(first[c], first[c + 1])]
            self.model.add_max_equality(self.variables[many + touch], members)

    def _heads(self) -> None:
        """No more of a group on a demand than it has room for, and pins where they are."""
        program = self.program
        order = np.argsort(self.choices.flow, kind="stable")
        first = np.searchsorted(self.choices.flow[order], np.arange(program.flows + 1))
        for flow in np.flatnonzero(np.diff(first) > program.flow_max).tolist():
            members = order[first[flow] : first[flow + 1]]
            self.model.add(self._sum(members, np.ones(len(members), np.int64)) <= int(program.flow_max[flow]))
        pinned = set(program.pinned)
        pairs = zip(self.choices.person.tolist(), self.choices.demand.tolist()) if pinned else ()
        for i, pair in enumerate(pairs):
            if pair in pinned:
                self.model.add(self.variables[i] == 1)

    def _rows(self) -> None:
        program, rows = self.program, self.choices.rows()
        low, high = program.reach_of_rows()
        for row in range(program.rows):
            entries = slice(rows.indptr[row], rows.indptr[row + 1])
            count = self._sum(rows.indices[entries], rows.data[entries]) + int(program.row_base[row])
            self._price(program.prices[program.row_price[row]], count, int(low[row]), int(high[row]))

    def _price(self, price: Price, count: cp_model.LinearExprT, low: int, high: int) -> None:
        for tier in price:
            room = high - tier.at if tier.side == "over" else tier.at - low
            if room <= 0:
                continue
            beyond = count - tier.at if tier.side == "over" else tier.at - count
            if tier.level is Level.HARD:
                self.model.add(beyond <= 0)
            else:
                slack = self.model.new_int_var(0, room, "")
                self.model.add(slack >= beyond)
                self.terms.append(slack)
                self.weights.append(tier.weight * WEIGHTS[tier.level])

    def _objective(self) -> None:
        cost = self.choices.cost
        some = np.flatnonzero(cost)
        terms = [*self.terms, *(self.variables[i] for i in some.tolist())]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(terms, [*self.weights, *cost[some].tolist()]))


class _Teller(cp_model.CpSolverSolutionCallback):
    """Says what each better roster is worth, the slacks taken at their word."""

    def __init__(self) -> None:
        super().__init__()

    def on_solution_callback(self) -> None:
        vacancy, cost = divmod(round(self.objective_value), VACANCY_WEIGHT)
        child.say(broken=0, vacancy=vacancy, cost=cost)


def solve(program: Program, left: Callable[[], float], seed: int) -> child.Found:
    """The best roster that CP-SAT finds in what is left of the time, building included."""
    choices = choices_of(program)
    built = _Model(choices)
    child.say(built=True)
    if left() <= 0:
        return child.Found(False, None)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.1, left())
    status = solver.solve(built.model, _Teller())
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return child.Found(status == cp_model.INFEASIBLE, None)
    values = np.array([solver.boolean_value(v) for v in built.variables[: len(choices)]], bool)
    vacancy, cost = choices.worth(values)
    bound = int(np.ceil(solver.best_objective_bound - 1e-6))
    return child.Found(status == cp_model.OPTIMAL, choices.chosen(values), vacancy, cost, bound)


if __name__ == "__main__":
    child.run(solve)
