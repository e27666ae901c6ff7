"""Tiny errands: files by hand, instances by lot, and the problem said a second time, naively."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations

from hypothesis import strategies as st

from scheduler.routing.instance import Instance, Routes, Stop

GOOD = """3 10 1
0 0 0 0 0 100 0 0 0
1 0 10 4 0 80 5 0 2
2 0 20 -4 0 90 5 1 0
3 10 0 7 0 80 5 0 4
4 20 0 -7 0 90 5 3 0
"""
"""Two errands in opposite directions; one vehicle can run both, as 1 2 3 4 or 3 4 1 2, and is back at 92.36."""


@st.composite
def instances(draw: st.DrawFn, most_pairs: int = 3) -> Instance:
    """Up to three errands on a small grid, some of them impossible."""
    pairs = draw(st.integers(1, most_pairs))
    figure = st.integers(0, 9)
    stops = []
    for k in range(pairs):
        load = draw(st.integers(1, 4))
        for side in (1, 2):
            ready = draw(st.integers(0, 30))
            stops.append(
                Stop(
                    2 * k + side, float(draw(figure)), float(draw(figure)), load if side == 1 else -load,
                    float(ready), float(ready + draw(st.integers(0, 40))), float(draw(st.integers(0, 5))),
                )
            )  # fmt: skip
    depot = Stop(0, float(draw(figure)), float(draw(figure)), 0, 0.0, float(draw(st.integers(40, 120))), 0.0)
    vehicles, capacity = draw(st.integers(1, pairs)), draw(st.integers(4, 8))
    return Instance(
        "drawn", vehicles, capacity, depot, tuple(stops), tuple((2 * k + 1, 2 * k + 2) for k in range(pairs))
    )


@st.composite
def routes(draw: st.DrawFn, instance: Instance) -> Routes:
    """The stops in any order on any vehicles, now and then one twice or not at all, often almost right."""
    order = draw(st.permutations([stop.number for stop in instance.stops]))
    if draw(st.booleans()):
        order = [number for pair in draw(st.permutations(instance.pairs)) for number in pair]
    if draw(st.integers(0, 5)) == 0:
        order = [*order[1:], *draw(st.lists(st.sampled_from(order), max_size=1))]
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=2)))
    return tuple(tuple(order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True))


def driven(instance: Instance, route: tuple[int, ...]) -> tuple[bool, float]:
    """Whether one route keeps order, load and time, and how long it is; said from the definition."""
    at, clock, length, on_board = instance.depot, instance.depot.ready, 0.0, set()
    legal = True
    partner = {delivery: pickup for pickup, delivery in instance.pairs}
    for number in (*route, 0):
        to = instance.by_number[number]
        way = math.sqrt((at.x - to.x) ** 2 + (at.y - to.y) ** 2)
        length, clock = length + way, clock + way
        clock = clock if clock > to.ready else to.ready
        legal &= clock <= to.due + 1e-7
        clock += to.service
        if number in partner:
            legal &= partner[number] in on_board
            on_board.discard(partner[number])
        elif number:
            on_board.add(number)
        legal &= sum(instance.by_number[n].demand for n in on_board) <= instance.capacity
        at = to
    return legal and not on_board, length


def best(instance: Instance) -> tuple[int, float] | None:
    """The fewest vehicles and the shortest distance of all plans; None when no plan is legal."""
    cheapest: dict[int, float] = {}
    for members in range(1, 1 << len(instance.pairs)):
        inside = [n for k, pair in enumerate(instance.pairs) if members >> k & 1 for n in pair]
        lengths = [length for order in permutations(inside) for legal, length in [driven(instance, order)] if legal]
        if lengths:
            cheapest[members] = min(lengths)
    plans = [
        (len(parts), sum(cheapest[p] for p in parts)) for parts in _partitions((1 << len(instance.pairs)) - 1, cheapest)
    ]
    return min((plan for plan in plans if plan[0] <= instance.vehicles), default=None)


def _partitions(left: int, known: dict[int, float]) -> Iterator[list[int]]:
    if not left:
        yield []
    for part in known:
        if part & left == part and part & (left & -left):
            for others in _partitions(left & ~part, known):
                yield [part, *others]
