"""Every kernel of the routing once, with the types it is used with; `scheduler.search.compile` calls this."""

from __future__ import annotations

from .ejection_kernels import dissolve, place_all
from .ground import empty_desk, empty_plan, ground
from .instance import Instance, Stop
from .solver import Options, solve


def smallest_instance() -> Instance:
    """Two errands that one vehicle can run, with two vehicles to be had."""
    depot = Stop(0, 0.0, 0.0, 0, 0.0, 100.0, 0.0)
    stops = tuple(Stop(k, float(k), 1.0, 1 if k % 2 else -1, 0.0, 100.0, 1.0) for k in range(1, 5))
    return Instance("smallest", 2, 2, depot, stops, ((1, 2), (3, 4)))


def compile_kernels() -> None:
    """Nobody waits for a compiler afterwards."""
    instance = smallest_instance()
    solve(instance, Options(iterations=20))
    plan, desk = empty_plan(2, 2), empty_desk(2, 2, 1, 1, 1)
    plan.used[0] = 1
    dissolve(plan, desk)
    place_all(ground(instance), plan, desk, 1)
