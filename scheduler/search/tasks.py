"""What crosses the pipe between the searching process and the prover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .linear import Linear


@dataclass(frozen=True)
class Task:
    linear: Linear
    seconds: float
    vacancy: int | None
    """Weighted vacancies of the roster in hand, the ceiling for the second level; None while none is legal."""
    exact: bool
    """Whether to go on to whole numbers after the relaxation."""


@dataclass(frozen=True)
class News:
    """What was proven or found; None where there is nothing new."""

    phase: str
    vacancy_bound: int | None = None
    bound: int | None = None
    bound_holds_for: int | None = None
    """`bound` is for rosters with at most this many weighted vacancies."""
    values: np.ndarray | None = None
    infeasible: bool = False
