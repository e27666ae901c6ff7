"""Raising the Lagrangian bound: a step against the slope for every price, by Adam, with steps that shrink.

Adam (Kingma and Ba 2015) gives every price its own step length from the recent size of its slope. On our towns
it reached in 5 seconds what subgradient steps towards a known cost (Polyak) did not reach in 30.

Costs are whole numbers and rosters nearly integral, so the best prices tend to be whole numbers or simple
fractions, around which the steps only tremble: rounding takes the tremble away (yinhu: from 114,371 to 114,612).
Small steps from the best rounded prices finish the climb.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .lagrangian import Lagrangian, Value

MEMORY, SQUARE_MEMORY = 0.9, 0.999
SMALLEST = 1e-3
FIRST_STEP, LAST_STEP = 1.0, 0.004
"""Of the typical price."""
AGAIN_STEP = 0.3
"""The first step of a climb that goes on from prices already found."""
FINISH_FIRST_STEP, FINISH_LAST_STEP = 0.003, 0.0001
FINISH_SHARE = 0.15
"""Of the steps, for small ones from the best prices."""
GRAINS = (1.0, 0.5, 1 / 3, 0.25, 1 / 6, 0.1)
"""What prices are rounded to multiples of."""
VACANCY_STEP = 5.0
"""The price of a vacancy may be many times a typical price, so it moves so much faster."""
FIRST_VACANCY_PRICE = 500.0
"""Of the typical price, like the steps."""


@dataclass
class Ascent:
    """One climb on one level; `prices` and `bound` are the best so far."""

    lagrangian: Lagrangian
    ceiling: float
    vacancies_only: bool
    prices: np.ndarray = field(init=False)
    here: np.ndarray = field(init=False)
    """Where the last step led: the prices, then that of a vacancy."""
    vacancy_price: float = 0.0
    bound: float = -np.inf
    impossible: bool = False

    def __post_init__(self) -> None:
        self.prices = np.zeros(self.lagrangian.rows)
        self.here = np.zeros(self.lagrangian.rows + 1)

    def climb(self, steps: int) -> Iterator[float]:
        """Take so many steps from the best prices so far; yields the best bound after each.

        How fast the steps shrink follows their number, so a longer climb ends higher than two short ones.
        """
        scale = self.lagrangian.typical_price(self.vacancies_only)
        finish = max(1, int(FINISH_SHARE * steps))
        start = np.append(self.prices, self.vacancy_price or FIRST_VACANCY_PRICE * scale)
        first = AGAIN_STEP if self.vacancy_price else FIRST_STEP
        yield from self._walk(start, scale * first, scale * LAST_STEP, max(1, steps - finish))
        yield from self._round()
        start = np.append(self.prices, self.vacancy_price)
        yield from self._walk(start, scale * FINISH_FIRST_STEP, scale * FINISH_LAST_STEP, finish)
        yield from self._round()

    def _walk(self, here: np.ndarray, first: float, last: float, steps: int) -> Iterator[float]:
        """Steps that shrink from `first` to `last`."""
        pace = np.append(np.ones(len(here) - 1), VACANCY_STEP)
        mean, square = np.zeros(len(here)), np.zeros(len(here))
        for step in range(steps):
            value = self._at(here)
            if self.impossible:
                return
            yield self.bound
            slope = np.append(value.slope, value.vacancy_slope)
            mean = MEMORY * mean + (1 - MEMORY) * slope
            square = SQUARE_MEMORY * square + (1 - SQUARE_MEMORY) * slope * slope
            part = first * (last / first) ** (step / steps)
            direction = mean / (1 - MEMORY ** (step + 1))
            size_of_slope = np.sqrt(square / (1 - SQUARE_MEMORY ** (step + 1))) + SMALLEST
            here = here + part * pace * direction / size_of_slope
            here[-1] = max(0.0, here[-1])
            self.here = here

    def _round(self) -> Iterator[float]:
        """Where the steps have ended, rounded more and more finely: the best prices were often a lucky tremble."""
        here = self.here
        for grain in GRAINS:
            if not self.impossible:
                self._at(np.append(np.round(here[:-1] / grain) * grain, here[-1]))
                yield self.bound

    def _at(self, here: np.ndarray) -> Value:
        value = self.lagrangian.at(here[:-1], float(here[-1]), self.ceiling, self.vacancies_only)
        self.impossible |= value.impossible
        if value.bound > self.bound:
            self.bound, self.prices, self.vacancy_price = value.bound, here[:-1].copy(), float(here[-1])
        return value
