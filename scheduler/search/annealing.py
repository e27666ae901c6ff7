"""How the local search is driven: cycles of cooling, each longer than the one before, so that it is anytime."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from .law import STRICT_FROM
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
DEAR_HOT, DEAR_WARM, DEAR_COLD = 0.6, 0.3, 0.5
"""Where law is for sale, it cools from a share of what is dear to a share of the warmth: law has to stay in motion."""
POLISH_SECONDS, POLISH_FROM = 4.0, STRICT_FROM
"""The cycle on a roster that came in from elsewhere, and the part of it that is left out: it is cold from the start."""
CHUNK_SECONDS = 0.1
FIRST_CHUNK_SECONDS = 0.025
"""In the first cycle, which may be short."""
CHAINS_BELOW, CHAIN_SHARE = 0.5, 0.3
"""Of the warmth, and of the time: when chains are looked for beside the moves; while it is warmer, moves do better."""
COOLED_BY, STILL, LARGE_CHAIN_SHARE = 0.1, 0.05, 0.8
"""A large town is cooled in this part of a cycle, stays at this part of its warmth, and chains get this share."""
MOVES_A_SECOND, CHAINS_A_SECOND = 400_000.0, 800.0
"""Effort that stands for one second in reproducible mode, and what a machine is thought to do before it has."""


@dataclass(frozen=True)
class Course:
    """One cycle: it cools from `hot` to `cold` in the part `cooled_by`, then stays at `still`.

    From the part `chains_from` on chains get `chain_share` of the time; `eager` ones take what is cheaper and
    nothing else, the others what the temperature lets them.
    """

    hot: float
    cold: float
    chains_from: float
    chain_share: float = CHAIN_SHARE
    cooled_by: float = 1.0
    still: float = 0.0
    eager: bool = False

    def temperature(self, part: float) -> float:
        """When so much of the cycle is over."""
        if part > self.cooled_by:
            return self.still
        return float(self.hot * (self.cold / self.hot) ** (part / self.cooled_by))


class Annealing:
    """Cycles over one search; effort is seconds, or moves when it must be reproducible.

    `left` says how many seconds there still are; in reproducible mode it is not asked.
    """

    def __init__(self, search: LocalSearch, seconds: float, reproducible: bool, left: Callable[[], float]) -> None:
        self.search, self.seconds, self.reproducible = search, seconds, reproducible
        self.left = left
        self.warmth = search.warmth()
        self.dear = search.dear()
        size = search.program.cells / CELLS_A_SECOND
        self.cycle = min(FIRST_CYCLE_SECONDS, max(0.1, size), max(0.1, seconds / 8))
        self.done_in_cycle = 0.0
        self.done = 0.0
        self.cycles = 0
        self.course = self._course()
        self.moves_a_second, self.chains_a_second = MOVES_A_SECOND, CHAINS_A_SECOND

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
        """A little of the current cycle: moves, and in its colder part chains."""
        started = time.perf_counter()
        seconds = CHUNK_SECONDS if self.cycles else FIRST_CHUNK_SECONDS
        part = self.done_in_cycle / self.cycle
        if not self.search.law.sell(part, self.search.state):
            self.search.back_to_best()
        here = self.course.temperature(part)
        there = min(here, self.course.temperature(min(1.0, (self.done_in_cycle + seconds) / self.cycle)))
        share = self.course.chain_share if part >= self.course.chains_from else 0.0
        self._walk((1.0 - share) * seconds, here, there)
        if share:
            self._chain(share * seconds, 0.0 if self.course.eager else there)
        self.search.go_on()
        spent = seconds if self.reproducible else time.perf_counter() - started
        self.done += spent
        self.done_in_cycle += spent
        if self.done_in_cycle >= self.cycle:
            self._next_cycle()

    def polish(self) -> None:
        """Go on from the best roster, which has come in from elsewhere, with the cold end of a short cycle."""
        self.search.law.forget()
        self.search.back_to_best()
        self.cycle = POLISH_SECONDS
        self.cycles = max(self.cycles, 1)
        self.course = self._course()
        self.done_in_cycle = POLISH_FROM * self.cycle

    def _walk(self, seconds: float, here: float, there: float) -> None:
        moves, started = max(500, int(self.moves_a_second * seconds)), time.perf_counter()
        self.search.anneal(moves, here, there)
        self.moves_a_second = self._pace(self.moves_a_second, moves, time.perf_counter() - started)

    def _chain(self, seconds: float, temperature: float) -> None:
        tries, started = max(1, int(self.chains_a_second * seconds)), time.perf_counter()
        self.search.chain(tries, temperature)
        self.chains_a_second = self._pace(self.chains_a_second, tries, time.perf_counter() - started)

    def _pace(self, before: float, done: int, seconds: float) -> float:
        """How many of these go into a second, as measured; at most twice what was thought."""
        return before if self.reproducible else min(2.0 * before, done / max(seconds, 1e-6))

    def _course(self) -> Course:
        """By the traits of the program: law for sale, a large town, or neither."""
        early = self.cycles < HOT_CYCLES
        if self.search.law.offered:
            hot = self.dear * (DEAR_HOT if early else DEAR_WARM)
            return Course(hot, self.warmth * DEAR_COLD, chains_from=STRICT_FROM)
        if self.search.large:
            course = Course(self.warmth * WARM, self.warmth * COLD, chains_from=1.0)
            if self.cycles == 0:
                return course
            return replace(
                course, chains_from=COOLED_BY, chain_share=LARGE_CHAIN_SHARE, cooled_by=COOLED_BY,
                still=self.warmth * STILL, eager=True,
            )  # fmt: skip
        start = HOT if early else WARM
        from_part = math.log(CHAINS_BELOW / start) / math.log(COLD / start)
        return Course(self.warmth * start, self.warmth * COLD, chains_from=from_part)

    def _next_cycle(self) -> None:
        self.search.law.forget()
        self.search.back_to_best()
        left = self.seconds - self.done if self.reproducible else self.left()
        longer = self.cycle * CYCLE_GROWTH
        last = self.search.large or left < STRETCH * longer
        self.cycle = max(CHUNK_SECONDS, left) if last else longer
        self.cycles += 1
        self.course = self._course()
        self.done_in_cycle = 0.0
