"""HiGHS, as it comes with OR-Tools, for linear and mixed-integer programs given as arrays.

It is reached through MathOpt; model_builder, the other door, hands out row activities where it promises duals
(OR-Tools 9.15).
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2
from pybind11_abseil.status import StatusNotOk

from ..search.linear import Linear

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]
INTERIOR = {"solver": "ipm", "run_crossover": "off"}
"""Interior point without crossover: several times faster than simplex on a whole town."""


@dataclass(frozen=True)
class Solved:
    """`values` is None when there are none; `bound` is the engine's own, in floats."""

    outcome: Outcome
    values: np.ndarray | None
    objective: float | None
    bound: float | None


def _without_columns(problem: Linear) -> Solved:
    """Nobody can do anything: HiGHS has no word for that."""
    legal = bool(np.all(problem.row_low <= 0) and np.all(problem.row_high >= 0))
    if not legal:
        return Solved("infeasible", None, None, None)
    return Solved("optimal", np.zeros(0), 0.0, 0.0)


def relax(problem: Linear, cost: np.ndarray, seconds: float) -> Solved:
    """Minimise `cost` over the relaxation of `problem`; tells whether it has a solution at all."""
    if not len(cost):
        return _without_columns(problem)
    started = time.monotonic()
    solved = _solve(model_of(problem, cost, whole=False), seconds, INTERIOR)
    if solved.outcome == "unknown":  # the interior point gave up: simplex, in what is left of the time
        solved = _solve(model_of(problem, cost, whole=False), seconds - (time.monotonic() - started), {})
    return solved


def solve(problem: Linear, cost: np.ndarray, seconds: float) -> Solved:
    """Minimise `cost` over `problem` with whole numbers where it asks for them."""
    if not len(cost):
        return _without_columns(problem)
    return _solve(model_of(problem, cost, whole=True), seconds, {})


def model_of(problem: Linear, cost: np.ndarray, whole: bool) -> model_pb2.ModelProto:
    """`problem` as MathOpt takes it, minimising `cost`; without `whole` its relaxation."""
    proto = model_pb2.ModelProto()
    rows, columns = problem.matrix.shape
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(problem.low.tolist())
    proto.variables.upper_bounds.extend(problem.high.tolist())
    proto.variables.integers.extend((problem.whole & whole).tolist())
    priced = np.flatnonzero(cost)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(cost[priced].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(problem.row_low.tolist())
    proto.linear_constraints.upper_bounds.extend(problem.row_high.tolist())
    matrix = problem.matrix.tocsr(copy=True)
    matrix.sum_duplicates()
    matrix.sort_indices()
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(rows), np.diff(matrix.indptr)).tolist())
    entries.column_ids.extend(matrix.indices.tolist())
    entries.coefficients.extend(matrix.data.tolist())
    return proto


@contextmanager
def _silence() -> Iterator[None]:
    """HiGHS 1.12 writes a line of its own to standard output now and then, where a result may be going."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _solve(proto: model_pb2.ModelProto, seconds: float, options: dict[str, str]) -> Solved:
    model = mathopt.Model.from_model_proto(proto)
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=max(0.05, seconds)),
        highs=highs_pb2.HighsOptionsProto(string_options=options),
    )
    try:
        with _silence():
            result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    except (StatusNotOk, AttributeError):  # 9.15 trips over its own error object when HiGHS ends with "unknown"
        return Solved("unknown", None, None, None)
    reason = result.termination.reason
    if reason in (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED):
        return Solved("infeasible", None, None, None)
    values = objective = None
    if result.has_primal_feasible_solution():
        values = np.array(result.variable_values(list(model.variables())))
        objective = result.objective_value()
    bound = result.termination.objective_bounds.dual_bound
    optimal = reason == mathopt.TerminationReason.OPTIMAL
    outcome: Outcome = "optimal" if optimal else "feasible" if values is not None else "unknown"
    return Solved(outcome, values, objective, bound if np.isfinite(bound) else None)
