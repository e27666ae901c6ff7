"""Exact windows: a few dozen people who share posts are rostered anew, exactly, while all others stay.

Local search is fast early; whole numbers over a neighbourhood find what single moves do not. The size of the
neighbourhood follows the time that the last ones took.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ..engines import highs
from ..entities import Assignment
from ..program import Program, build, decode
from .linear import linear
from .pooling import pooled

FIRST_SIZE = 40
LEAST_SIZE, MOST_SIZE = 12, 250
SECONDS = 4.0
QUICK_SECONDS = 1.2
VACANCY_PRICE = 1000.0
"""What one weighted vacancy weighs in a window, under a ceiling that lets none be added."""


@dataclass(frozen=True)
class Improved:
    """New assignments of the people of one window."""

    people: np.ndarray
    assignments: tuple[Assignment, ...]


class Windows:
    """Neighbourhoods of one program, drawn at random from a seed."""

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.random = np.random.default_rng(seed)
        self.size = float(FIRST_SIZE)
        self.works_at = self._posts()

    def improve(self, roster: tuple[Assignment, ...], vacancy: int, left: float) -> Improved | None:
        """Roster one neighbourhood anew; None when nothing came out in time."""
        problem = self.program.problem
        free = self._choose()
        fixed = tuple(a for a in roster if not free[problem.person_index[a.person]])
        started = time.monotonic()
        part = build(problem, free, fixed)
        pooling = pooled(part)
        model = linear(part, pooling).with_ceiling(vacancy)
        solved = highs.solve(model, model.cost + VACANCY_PRICE * model.vacancy, min(SECONDS, left))
        self._adapt(time.monotonic() - started, solved.outcome == "optimal")
        if solved.values is None:
            return None
        values = np.round(solved.values[model.whole]).astype(np.int64)
        flows = pooling.flows(part, values[part.cells + part.touches :])
        return Improved(np.flatnonzero(free), decode(part, values[: part.cells], flows))

    def _choose(self) -> np.ndarray:
        """bool[people]: those who may serve at one post, then at the posts that share most people with it."""
        posts = self.works_at.shape[1]
        free = np.zeros(len(self.works_at), bool)
        size = min(int(self.size), len(free))
        unused = np.ones(posts, bool)
        post = int(self.random.integers(posts))
        while free.sum() < size and unused.any():
            unused[post] = False
            free |= self.works_at[:, post]
            shared = np.where(unused, self.works_at[free].sum(axis=0), -1)
            post = int(shared.argmax()) if shared.max(initial=-1) > 0 else int(np.argmax(unused))
        chosen = np.flatnonzero(free)
        if len(chosen) > size:
            free[self.random.choice(chosen, len(chosen) - size, replace=False)] = False
        return free

    def _posts(self) -> np.ndarray:
        """bool[people, posts]: who may serve where; duties without a post count as one post of their own."""
        problem = self.program.problem
        labels = sorted({d.post or "" for d in problem.duties})
        number = {label: i for i, label in enumerate(labels)}
        post_of_demand = np.array([number[problem.duties[d].post or ""] for d in problem.demand_duty.tolist()])
        groups = np.zeros((self.program.groups, len(labels)), bool)
        groups[self.program.flow_group, post_of_demand[self.program.flow_demand]] = True
        able = np.bincount(self.program.cell_person, minlength=len(problem.people)) > 0
        return groups[self.program.group_of_person] & able[:, None]

    def _adapt(self, seconds: float, optimal: bool) -> None:
        if not optimal:
            self.size = max(LEAST_SIZE, self.size * 0.75)
        elif seconds < QUICK_SECONDS:
            self.size = min(MOST_SIZE, self.size * 1.25)
