"""Solves an instance: fewest vehicles by ejection, then the shortest distance by large neighbourhoods, in turns.

Each turn first tries to give up one more route, for as long as a bound does not say that none can be spared, and
then anneals from hot to cold; every turn is longer than the one before. A legal plan is in hand from the first
moment, unless there are too few vehicles.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..roster import Status
from ..text import Text
from .anneal_kernels import REGRETS, improve
from .bound import fewest_vehicles
from .ejection_kernels import dissolve, place_all
from .evaluate import Evaluation, evaluate
from .ground import Plan, empty_desk, empty_plan, ground, routes_of
from .insertion_kernels import open_routes
from .instance import Instance, Routes
from .removal_kernels import WAYS
from .route_kernels import copy_plan, total

FIRST_TURN_SECONDS = 1.0
TURN_GROWTH = 1.1
FLEET_SHARE = 0.2
"""Of a turn, for giving up a route."""
STRETCH = 1.8
"""The last turn takes all that is left rather than leave less than this much of itself to another."""
HOT, COLD = 0.05, 0.001
"""Temperatures at the beginning and the end of a turn, as shares of the distance driven."""
LEAST_WARMTH = 1e-6
"""Where everything is at the depot and no distance is left to save."""
CHUNK_SECONDS = 0.05
STEPS_A_SECOND = 10_000
"""Steps that stand for one second where effort is counted in steps."""
STEPS_A_CHUNK = 500
TELL_SECONDS = 1.0
"""Shorter distances are told no more often than this; fewer vehicles always."""


@dataclass(frozen=True, slots=True)
class Options:
    """How long: `seconds`, or when `iterations` is given so many steps, the same plan every time."""

    seconds: float = 60.0
    seed: int = 1
    iterations: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The best plan at some moment; `bound`: no plan has fewer vehicles."""

    seconds: float
    vehicles: int
    distance: float
    bound: int

    def as_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 3),
            "vehicles": self.vehicles,
            "distance": self.distance,
            "vehicle_bound": self.bound,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """`routes` is None when nothing legal was found; "infeasible" says that there is nothing, `reason` says why."""

    status: Status
    routes: Routes | None
    worth: Evaluation | None
    bound: int
    seconds: float
    iterations: int
    reason: Text | None = None


def solve(
    instance: Instance,
    options: Options,
    on_progress: Callable[[Progress], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Result:
    """The best plan found; the evaluator has weighed it, and a plan that breaks anything raises as a bug."""
    search = _Search(instance, options, on_progress, should_stop)
    reason = search.begin()
    if reason is None:
        search.run()
    routes = None if reason else routes_of(instance, search.best)
    worth = None if routes is None else evaluate(instance, routes)
    if routes is None or worth is None or worth.vehicles > instance.vehicles:
        status: Status = "infeasible" if reason else "unknown"
        return Result(status, None, None, search.bound, search.passed(), search.steps, reason)
    if worth.breaches:
        raise AssertionError("; ".join(breach.en for breach in worth.breaches))
    return Result("feasible", routes, worth, search.bound, search.passed(), search.steps)


class _Search:
    """One solve: the plan under way, the one it came from, the best; and the clock."""

    def __init__(
        self,
        instance: Instance,
        options: Options,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.began = time.perf_counter()
        self.instance, self.options = instance, options
        self.on_progress, self.should_stop = on_progress, should_stop
        pairs = len(instance.pairs)
        self.ground = ground(instance)
        routes = max(1, pairs)
        self.plan, self.kept, self.best = (empty_plan(pairs, routes) for _ in range(3))
        self.desk = empty_desk(pairs, routes, WAYS, len(REGRETS), options.seed)
        self.bound = 0
        self.steps = 0
        self.chunk = STEPS_A_CHUNK if options.iterations is not None else 20
        self.told: tuple[int, float] | None = None
        self.told_at = 0.0

    def passed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.began

    def effort(self) -> float:
        """Seconds spent, or what the steps taken stand for."""
        return self.passed() if self.options.iterations is None else self.steps / STEPS_A_SECOND

    def left(self) -> float:
        """Effort that there still is; none once somebody asks to stop."""
        if self.should_stop():
            return 0.0
        given = self.options.iterations
        whole = self.options.seconds if given is None else given / STEPS_A_SECOND
        return whole - self.effort()

    def begin(self) -> Text | None:
        """A first plan that serves everybody; otherwise why there can be none."""
        pairs = len(self.instance.pairs)
        self.desk.pool[:] = range(pairs)
        self.desk.pool_count[0] = pairs
        hopeless = int(open_routes(self.ground, self.plan, self.desk))
        if hopeless >= 0:
            pickup, delivery = self.instance.pairs[hopeless]
            return Text(
                f"取件 {pickup} 与送达 {delivery} 单独派一辆车也赶不上时间。",
                f"Pick-up {pickup} and delivery {delivery} cannot be served in time even by a vehicle of their own.",
            )
        self.bound = fewest_vehicles(self.ground, self.options.seed)
        if self.bound > self.instance.vehicles:
            return Text(
                f"至少需要 {self.bound} 辆车，只有 {self.instance.vehicles} 辆。",
                f"At least {self.bound} vehicles are needed and there are {self.instance.vehicles}.",
            )
        self._take(self.plan)
        self._tell()
        return None

    def run(self) -> None:
        """Turns until the effort is spent."""
        if not self.instance.pairs:
            return
        turn = FIRST_TURN_SECONDS
        while (left := self.left()) > 0:
            length = left if left < STRETCH * turn else turn
            self._fewer_vehicles(FLEET_SHARE * length)
            copy_plan(self.best, self.plan, self.desk)
            copy_plan(self.best, self.kept, self.desk)
            self._shorter(min(length, self.left()))
            turn *= TURN_GROWTH
        self._tell(last=True)

    def _fewer_vehicles(self, seconds: float) -> None:
        """Gives up routes one by one; each success earns as much time again."""
        until = self.effort() + seconds
        while self._vehicles() > self.bound and self.effort() < until and self.left() > 0:
            copy_plan(self.best, self.plan, self.desk)
            self.desk.pool_count[0] = 0
            dissolve(self.plan, self.desk)
            placed = False
            while not placed and self.effort() < until and self.left() > 0:
                placed = self._timed(self._place)
            if placed:
                self._take(self.plan)
                self._tell()
                until = self.effort() + seconds
        self.desk.pool_count[0] = 0

    def _shorter(self, seconds: float) -> None:
        """One cooling."""
        began = self.effort()
        warmth = max(float(total(self.best)), LEAST_WARMTH)
        hot, cold = HOT * warmth, COLD * warmth
        here = 0.0
        while here < 1.0 and self.left() > 0:
            pace = self.chunk / STEPS_A_SECOND if self.options.iterations is not None else CHUNK_SECONDS
            there = min(1.0, (self.effort() + pace - began) / max(seconds, CHUNK_SECONDS))
            first, last = hot * (cold / hot) ** here, hot * (cold / hot) ** max(here, there)
            self._timed(partial(self._improve, hot=first, cold=last))
            self._tell()
            here = (self.effort() - began) / max(seconds, CHUNK_SECONDS)

    def _place(self, steps: int) -> bool:
        return bool(place_all(self.ground, self.plan, self.desk, steps))

    def _improve(self, steps: int, hot: float, cold: float) -> bool:
        improve(self.ground, self.plan, self.kept, self.best, self.desk, steps, hot, cold)
        return True

    def _timed(self, work: Callable[[int], bool]) -> bool:
        """A chunk of steps, of such a size that the clock is looked at often."""
        given = self.options.iterations
        steps = self.chunk if given is None else max(1, min(self.chunk, given - self.steps))
        began = time.perf_counter()
        answer = work(steps)
        self.steps += steps
        if given is None:
            spent = time.perf_counter() - began
            self.chunk = max(1, min(STEPS_A_CHUNK * 10, int(steps * min(2.0, CHUNK_SECONDS / max(spent, 1e-6)))))
        return answer

    def _take(self, plan: Plan) -> None:
        copy_plan(plan, self.best, self.desk)

    def _vehicles(self) -> int:
        return int(self.best.used[0])

    def _tell(self, last: bool = False) -> None:
        """Says what is new about the best plan, if it is legal by the number of vehicles."""
        news = self._vehicles(), float(total(self.best))
        if news == self.told or news[0] > self.instance.vehicles:
            return
        now = self.passed()
        if last or self.told is None or news[0] < self.told[0] or now - self.told_at >= TELL_SECONDS:
            self.told, self.told_at = news, now
            self.on_progress(Progress(now, *news, self.bound))
