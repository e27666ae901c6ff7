"""What crosses the pipe between the searching process and the prover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..entities import Assignment
from ..program import Program, assignment
from .windows import Improved


@dataclass(frozen=True)
class Task:
    program: Program
    seconds: float
    vacancy: int | None
    """Weighted vacancies of the roster in hand, the ceiling for the second level; None while none is legal."""
    vacancy_bound: int
    """What is proven about them already."""
    exact: bool
    """Whether to go on to whole numbers after the bound, and to ask the clock at all."""
    seed: int


@dataclass(frozen=True)
class News:
    """What was proven or found; None where there is nothing new."""

    phase: str
    vacancy_bound: int | None = None
    bound: int | None = None
    bound_holds_for: int | None = None
    """`bound` is for rosters with at most this many weighted vacancies."""
    roster: tuple[Assignment, ...] | None = None
    window: Improved | None = None
    infeasible: bool = False


@dataclass(frozen=True)
class Known:
    """What the search has in hand."""

    vacancy: int
    cost: int
    demands: np.ndarray
    """[assignments], with `persons`: who holds what."""
    persons: np.ndarray

    def roster(self, program: Program) -> tuple[Assignment, ...]:
        return tuple(
            assignment(program.problem, person, demand)
            for person, demand in zip(self.persons.tolist(), self.demands.tolist(), strict=True)
        )
