"""Limits: the one shape in which every rule is said.

A limit reads: *for each person (or group, seat, duty, or once for all), the weighted count of these
assignments, plus what history brings in, is charged by this price.* The program builder makes rows of it,
the checker counts it, the explainer asks it who could still serve. Nothing else knows what a rule means.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np

Each = Literal["person", "group", "seat", "duty", "all"]
Unit = Literal["duties", "minutes", "days", "nights", "weekends", "heads", "times"]


class Level(IntEnum):
    """Which part of the objective a tier speaks to: the law, the vacancies, the prices."""

    HARD = 0
    VACANCY = 1
    PRICED = 2


@dataclass(frozen=True, slots=True)
class Tier:
    """`weight` is charged on `level` for every unit of the count above (or below) `at`."""

    side: Literal["over", "under"]
    at: int
    weight: int = 1
    level: Level = Level.HARD

    def excess(self, count: np.ndarray) -> np.ndarray:
        """Units beyond the tier, elementwise, never negative."""
        beyond = count - self.at if self.side == "over" else self.at - count
        return np.maximum(beyond, 0)


Price = tuple[Tier, ...]
"""A sum of tiers: convex in the count, and never negative."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One law over many people at once.

    `persons` and `duties` are index arrays into the problem (sorted, unique); only assignments of these
    persons to these duties count, and only in `positions` when that is given. An assignment counts
    `duty_weights` × `person_weights` (each 1 when None). With `buckets`, one label a duty, a person's
    duties of one bucket count once together (a day worked, a weekend worked); the duties of one bucket then
    have the same weight, which may be negative: worked days less worked days around them say "a series of
    exactly so many". Buckets go with neither `person_weights` nor `positions`.
    `base` is what history adds: one int a person for each="person", else ignored.
    `group` labels persons 0… for each="group".
    """

    rule: str
    each: Each
    persons: np.ndarray
    duties: np.ndarray
    price: Price
    unit: Unit = "duties"
    duty_weights: np.ndarray | None = None
    person_weights: np.ndarray | None = None
    positions: frozenset[str] | None = None
    buckets: np.ndarray | None = None
    base: np.ndarray | None = None
    group: np.ndarray | None = None
    rule_index: int = -1
    """Which of the problem's rules said this."""
    about: tuple[tuple[str, object], ...] = field(default=())
    """Facts for the rule's own sentence about a breach, such as the moment or the window's first day."""

    @property
    def hard(self) -> bool:
        return any(t.level is Level.HARD for t in self.price)

    @property
    def forbids(self) -> bool:
        """True when a single counted assignment is already against the law: it only removes possibilities."""
        return (
            self.each == "person"
            and self.base is None
            and self.person_weights is None
            and not self.weighs_less
            and any(t.level is Level.HARD and t.side == "over" and t.at == 0 for t in self.price)
        )

    @property
    def weighs_less(self) -> bool:
        """True when some assignment lowers the count, so that more of them may mend what fewer break."""
        weights = (self.duty_weights, self.person_weights)
        return any(w is not None and bool((w < 0).any()) for w in weights)


def at_most(n: int, weight: int | None) -> Price:
    """No more than `n`: the law when `weight` is None, else `weight` for each unit above."""
    return (Tier("over", n),) if weight is None else (Tier("over", n, weight, Level.PRICED),)


def at_least(n: int, weight: int | None) -> Price:
    """No fewer than `n`: the law when `weight` is None, else `weight` for each unit below."""
    return (Tier("under", n),) if weight is None else (Tier("under", n, weight, Level.PRICED),)


def charge(price: Price, count: np.ndarray, level: Level) -> np.ndarray:
    """What `price` asks for `count` on one level, elementwise (int64)."""
    total = np.zeros(count.shape, np.int64)
    for tier in price:
        if tier.level is level:
            total += tier.weight * tier.excess(count)
    return total
