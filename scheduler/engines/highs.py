"""HiGHS, as it comes with OR-Tools, for linear and mixed-integer programs given as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from ortools.linear_solver.python import model_builder_helper as mbh

from ..search.linear import Linear

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True)
class Solved:
    """`values` and `duals` are None when there are none; `bound` is the engine's own, in floats."""

    outcome: Outcome
    values: np.ndarray | None
    duals: np.ndarray | None
    objective: float | None
    bound: float | None


def solve(
    problem: Linear,
    cost: np.ndarray,
    *,
    whole: bool,
    seconds: float,
    seed: int = 0,
    options: str = "",
    log: Callable[[str], None] | None = None,
) -> Solved:
    """Minimise `cost` over `problem`, with whole numbers where it asks for them or without.

    `options` are further HiGHS options, one `name = value` a line. Errors in the model raise ValueError.
    """
    model = mbh.ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        problem.low, problem.high, cost, problem.row_low, problem.row_high, problem.matrix
    )
    if whole:
        for column in np.flatnonzero(problem.whole).tolist():
            model.set_var_integrality(column, True)
    solver = mbh.ModelSolverHelper("highs")
    solver.set_time_limit_in_seconds(max(0.01, seconds))
    if log is not None:
        solver.enable_output(True)
        solver.set_log_callback(log)
    if options:
        solver.set_solver_specific_parameters(options)
    solver.solve(model)
    return _read(solver, whole)


def _read(solver: mbh.ModelSolverHelper, whole: bool) -> Solved:
    status = solver.status() if solver.has_response() else None
    if status in (mbh.SolveStatus.MODEL_INVALID, mbh.SolveStatus.INVALID_SOLVER_PARAMETERS):
        raise ValueError(f"HiGHS refused the model: {solver.status_string()}")
    if status == mbh.SolveStatus.INFEASIBLE:
        return Solved("infeasible", None, None, None, None)
    if not solver.has_solution():
        return Solved("unknown", None, None, None, None)
    return Solved(
        "optimal" if status == mbh.SolveStatus.OPTIMAL else "feasible",
        np.array(solver.variable_values()),
        None if whole else np.array(solver.dual_values()),
        solver.objective_value(),
        solver.best_objective_bound(),
    )
