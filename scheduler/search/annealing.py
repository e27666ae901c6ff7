"""How the local search is driven: cycles of cooling, each longer than the one before, so that it is anytime."""

from __future__ import annotations

import time
from collections.abc import Callable

from .local import LocalSearch

FIRST_CYCLE_SECONDS = 1.5
CELLS_A_SECOND = 10_000
"""A small program deserves a short first cycle."""
CYCLE_GROWTH = 4.0
"""One long cooling beats several short ones by more than what is lost while it is hot."""
STRETCH = 1.8
"""The last cycle takes all that is left rather than leave less than this much of itself to another."""
HOT, WARM, COLD = 2.0, 0.5, 0.12
"""Of the program's own warmth: at the beginning of the first cycles, of later ones, and at the end of each."""
HOT_CYCLES = 3
CHUNK_SECONDS = 0.1
MOVES_A_SECOND = 400_000
"""Effort that stands for one second in reproducible mode."""
REPRODUCIBLE_CHUNK = 40_000


class Annealing:
    """Cycles over one search; effort is seconds, or moves when it must be reproducible.

    `left` says how many seconds there still are; in reproducible mode it is not asked.
    """

    def __init__(self, search: LocalSearch, seconds: float, reproducible: bool, left: Callable[[], float]) -> None:
        self.search, self.seconds, self.reproducible = search, seconds, reproducible
        self.left = left
        self.warmth = search.warmth()
        size = search.program.cells / CELLS_A_SECOND
        self.cycle = min(FIRST_CYCLE_SECONDS, max(0.1, size), max(0.1, seconds / 8))
        self.done_in_cycle = 0.0
        self.done = 0.0
        self.cycles = 0
        self.moves = REPRODUCIBLE_CHUNK // 4

    @property
    def exhausted(self) -> bool:
        """True when a reproducible search has spent its moves."""
        return self.reproducible and self.done >= self.seconds

    def first_cycle(self, interrupted: Callable[[], bool]) -> None:
        """One quick cooling, so that the prover hears a good number of vacancies."""
        cycle = self.cycle
        while self.cycle == cycle and not interrupted() and not self.exhausted:
            self.chunk()

    def chunk(self) -> None:
        """A little of the current cycle."""
        started = time.perf_counter()
        step = self._step()
        here = self.done_in_cycle / self.cycle
        there = min(1.0, (self.done_in_cycle + step) / self.cycle)
        self.search.anneal(self.moves, self._temperature(here), self._temperature(there))
        spent = step if self.reproducible else time.perf_counter() - started
        if not self.reproducible:
            self.moves = max(500, int(self.moves * min(2.0, CHUNK_SECONDS / max(spent, 1e-4))))
        self.done += spent
        self.done_in_cycle += spent
        if self.done_in_cycle >= self.cycle:
            self._next_cycle()

    def _step(self) -> float:
        return self.moves / MOVES_A_SECOND if self.reproducible else CHUNK_SECONDS

    def _temperature(self, part: float) -> float:
        start = HOT if self.cycles < HOT_CYCLES else WARM
        return self.warmth * start * (COLD / start) ** part

    def _next_cycle(self) -> None:
        self.search.back_to_best()
        left = self.seconds - self.done if self.reproducible else self.left()
        longer = self.cycle * CYCLE_GROWTH
        self.cycle = max(CHUNK_SECONDS, left) if left < STRETCH * longer else longer
        self.cycles += 1
        self.done_in_cycle = 0.0
        if self.reproducible:
            self.moves = REPRODUCIBLE_CHUNK
