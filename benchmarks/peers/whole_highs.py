"""HiGHS on the whole: the aggregated mixed-integer program, both levels in one weighted sum. Usage: see `child`.

HiGHS tells of better rosters only in its log, which therefore goes to standard output between our own lines.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
from ortools.math_opt.python import mathopt
from pybind11_abseil.status import StatusNotOk

from scheduler.engines import highs
from scheduler.program import Program, decode
from scheduler.search.linear import Linear, linear
from scheduler.search.pooling import pooled

from . import child
from .choices import VACANCY_WEIGHT, worth


def solve(program: Program, left: Callable[[], float], seed: int) -> child.Found:
    """The best roster that HiGHS finds in what is left of the time, building included."""
    pooling = pooled(program)
    problem = linear(program, pooling)
    weights = VACANCY_WEIGHT * problem.vacancy + problem.cost
    if not len(weights):
        return _without_columns(program, problem)
    model = mathopt.Model.from_model_proto(highs.model_of(problem, weights, whole=True))
    child.say(built=True)
    if left() <= 0:
        return child.Found(False, None)
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=max(0.1, left())),
        enable_output=True,
        random_seed=seed,
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.5,
    )
    try:
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    except (StatusNotOk, AttributeError):  # 9.15 trips over its own error object when HiGHS ends with "unknown"
        return child.Found(False, None)
    reason = result.termination.reason
    if not result.has_primal_feasible_solution():
        return child.Found(reason == mathopt.TerminationReason.INFEASIBLE, None)
    values = np.rint(np.array(result.variable_values(list(model.variables())))).astype(np.int64)
    first = program.cells + program.touches
    flows = pooling.flows(program, values[first : first + pooling.columns])
    cells = values[: program.cells]
    vacancy, cost = worth(program, cells, flows)
    bound = result.termination.objective_bounds.dual_bound
    proven = int(np.ceil(bound - 1e-3)) if np.isfinite(bound) else None
    optimal = reason == mathopt.TerminationReason.OPTIMAL
    return child.Found(optimal, decode(program, cells, flows), vacancy, cost, proven)


def _without_columns(program: Program, problem: Linear) -> child.Found:
    """Nobody can do anything: the empty roster, if it is legal."""
    if highs.solve(problem, problem.cost, 1.0).outcome != "optimal":
        return child.Found(True, None)
    vacancy, cost = worth(program, np.zeros(0, np.int64), np.zeros(0, np.int64))
    return child.Found(True, (), vacancy, cost, VACANCY_WEIGHT * vacancy + cost)


if __name__ == "__main__":
    child.run(solve)
