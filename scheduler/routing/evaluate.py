"""What routes are worth and what they break: said from the statement of the problem, without any solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..text import Text
from .instance import Instance, Routes, distance

ROUNDING = 1e-7
"""Lateness up to this is the arithmetic's, not the route's."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Vehicles that leave the depot, distance driven, and one sentence for each breach; none: the plan is legal."""

    vehicles: int
    distance: float
    breaches: tuple[Text, ...]


def evaluate(instance: Instance, routes: Routes) -> Evaluation:
    """Weighs routes and lists all that is wrong with them; an empty route counts as no vehicle."""
    driven = [route for route in routes if route]
    unknown = sorted({n for route in driven for n in route} - {stop.number for stop in instance.stops})
    if unknown:
        names = ", ".join(map(str, unknown))
        return Evaluation(len(driven), 0.0, (Text(f"没有这些站点：{names}。", f"There are no such stops: {names}."),))
    breaches = [*_counted(instance, driven)]
    for i, route in enumerate(driven, 1):
        breaches += _paired(instance, i, route)
        breaches += _carried(instance, i, route)
        breaches += _timed(instance, i, route)
    return Evaluation(len(driven), sum(_length(instance, route) for route in driven), tuple(breaches))


def _counted(instance: Instance, routes: list[tuple[int, ...]]) -> Iterator[Text]:
    if len(routes) > instance.vehicles:
        yield Text(
            f"用了 {len(routes)} 辆车，只有 {instance.vehicles} 辆。",
            f"{len(routes)} vehicles are used and there are {instance.vehicles}.",
        )
    times = Counter(n for route in routes for n in route)
    for stop in instance.stops:
        if times[stop.number] != 1:
            yield Text(
                f"站点 {stop.number} 被服务 {times[stop.number]} 次，应为一次。",
                f"Stop {stop.number} is served {times[stop.number]} times and must be served once.",
            )


def _paired(instance: Instance, i: int, route: tuple[int, ...]) -> Iterator[Text]:
    place = {number: at for at, number in enumerate(route)}
    for pickup, delivery in instance.pairs:
        if (pickup in place) != (delivery in place):
            yield Text(
                f"路线 {i}：取件 {pickup} 与送达 {delivery} 不在同一辆车上。",
                f"Route {i}: pick-up {pickup} and delivery {delivery} are not on the same vehicle.",
            )
        elif pickup in place and place[pickup] > place[delivery]:
            yield Text(
                f"路线 {i}：先到送达点 {delivery}，后到取件点 {pickup}。",
                f"Route {i}: delivery {delivery} comes before its pick-up {pickup}.",
            )


def _carried(instance: Instance, i: int, route: tuple[int, ...]) -> Iterator[Text]:
    load = 0
    for number in route:
        load += instance.by_number[number].demand
        if load > instance.capacity:
            yield Text(
                f"路线 {i}：离开站点 {number} 时载量 {load}，超过上限 {instance.capacity}。",
                f"Route {i}: {load} on board after stop {number}, more than {instance.capacity}.",
            )


def _timed(instance: Instance, i: int, route: tuple[int, ...]) -> Iterator[Text]:
    here, clock = instance.depot, instance.depot.ready + instance.depot.service
    for number in (*route, instance.depot.number):
        there = instance.by_number[number]
        clock = max(clock + distance(here, there), there.ready)
        if clock > there.due + ROUNDING:
            yield Text(
                f"路线 {i}：{clock:.2f} 才到站点 {number}，最晚 {there.due:g}。",
                f"Route {i}: reaches stop {number} at {clock:.2f}, the latest is {there.due:g}.",
            )
        here, clock = there, clock + there.service


def _length(instance: Instance, route: tuple[int, ...]) -> float:
    stops = [instance.depot, *(instance.by_number[n] for n in route), instance.depot]
    return sum(distance(one, other) for one, other in pairwise(stops))
