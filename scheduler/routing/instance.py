"""Errands with time windows: what has to be fetched and brought, and by how many vehicles at most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot

Routes = tuple[tuple[int, ...], ...]
"""One line of stop numbers a vehicle, in order of service, without the depot."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place with its window; a unit of distance takes a unit of time."""

    number: int
    """Its name in the file; the depot is 0."""
    x: float
    y: float
    demand: int
    """What is loaded here; negative where it is unloaded."""
    ready: float
    due: float
    """Service begins within [ready, due]; who comes earlier waits."""
    service: float


@dataclass(frozen=True)
class Instance:
    """Pairs of a pick-up and its delivery, served by equal vehicles from one depot.

    A route leaves the depot, serves whole pairs, each pick-up before its delivery, never carries more than
    `capacity` and is back by the depot's due time. Fewest vehicles first, then the shortest distance.
    """

    name: str
    vehicles: int
    capacity: int
    depot: Stop
    stops: tuple[Stop, ...]
    """Without the depot."""
    pairs: tuple[tuple[int, int], ...]
    """Numbers of a pick-up and its delivery; every stop is in one pair."""

    @cached_property
    def by_number(self) -> dict[int, Stop]:
        """Every stop and the depot."""
        return {stop.number: stop for stop in (self.depot, *self.stops)}


def distance(one: Stop, other: Stop) -> float:
    """Euclidean, not rounded."""
    return hypot(one.x - other.x, one.y - other.y)
