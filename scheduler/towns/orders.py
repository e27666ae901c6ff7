"""Errand orders of a day, and how they are batched into runs.

Sixty households a day ask for something from a shop or a pharmacy. Orders of one time of day whose
compounds are neighbours go together: one run takes at most `ORDERS_A_RUN` of them, starts at a fixed time at
the distribution point, has one vehicle, a driver and a runner (two runners are ideal for a full run).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from .draft import DAY, DAYS, HOUR
from .town import run_piece
from .words import Piece, seat

ORDERS_A_DAY = 60
ORDERS_A_RUN = 5
ROUNDS = (9 * HOUR, 11 * HOUR, 14 * HOUR, 16 * HOUR + 30)
"""When runs leave, in minutes from midnight."""
RUN_MINUTES = 90
SOURCES = {"粮油超市": 0.5, "生鲜市场": 0.22, "药房": 0.2, "母婴店": 0.08}
"""Shops, and the share of the orders that go there."""
DISINFECTION = (7 * HOUR, 13 * HOUR, 19 * HOUR)
DISINFECTION_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Order:
    """One household's request."""

    day: int
    round: int
    source: str
    compound: int


def orders(random: Random, compounds: int) -> list[Order]:
    """Sixty orders a day for the whole window."""
    sources, weights = list(SOURCES), list(SOURCES.values())
    return [
        Order(day, number % len(ROUNDS), random.choices(sources, weights)[0], random.randrange(compounds))
        for day in range(DAYS)
        for number in range(ORDERS_A_DAY)
    ]


def batches(asked: Sequence[Order], size: int = ORDERS_A_RUN) -> Iterator[list[Order]]:
    """Orders that go together: the same day and round, neighbouring compounds, at most `size` in a run."""
    in_order = sorted(asked, key=lambda o: (o.day, o.round, o.compound, o.source))
    batch: list[Order] = []
    for order in in_order:
        if batch and (len(batch) == size or (batch[0].day, batch[0].round) != (order.day, order.round)):
            yield batch
            batch = []
        batch.append(order)
    if batch:
        yield batch


def errand_runs(
    asked: Sequence[Order], start: date, names: Sequence[str], areas: Sequence[str], vehicles: Sequence[str]
) -> list[tuple[Piece, int, int]]:
    """Each run with its start and end minute; the runs of one round take different vehicles."""
    runs: list[tuple[Piece, int, int]] = []
    taken: Counter[int] = Counter()
    for batch in batches(asked):
        leaves = batch[0].day * DAY + ROUNDS[batch[0].round]
        back = leaves + RUN_MINUTES
        vehicle = vehicles[taken[leaves]]
        taken[leaves] += 1
        seats = [
            seat("driver", 1, 1, 1, 3, "driver"),
            seat("runner", 1, 2 if len(batch) == ORDERS_A_RUN else 1, 2, 3),
        ]
        number = f"{batch[0].day + 1}-{batch[0].round + 1}-{taken[leaves]}"
        place = _place(batch, names)
        area = areas[batch[0].compound]
        piece = run_piece(f"run-{number}", f"跑腿 {len(batch)} 单", start, (leaves, back), place, area, vehicle, seats)
        runs.append((piece, leaves, back))
    return runs


def _place(batch: Sequence[Order], names: Sequence[str]) -> str:
    """Where the run goes: the sources, then the compounds."""
    sources = "、".join(dict.fromkeys(o.source for o in batch))
    compounds = "、".join(names[c] for c in dict.fromkeys(o.compound for o in batch))
    return f"{sources} → {compounds}"


def disinfection_runs(start: date, areas: Sequence[tuple[str, str]]) -> list[tuple[Piece, int, int]]:
    """Disinfection three times a day in each of the areas (id, name), two people each time."""
    runs = []
    for day in range(DAYS):
        for number, minute in enumerate(DISINFECTION, 1):
            for area, name in areas:
                begins = day * DAY + minute
                ends = begins + DISINFECTION_MINUTES
                seats = [seat("disinfector", 2, 2, 3, 3, "disinfection")]
                piece = run_piece(
                    f"disinfection-{day + 1}-{number}-{area}", f"第 {number} 次消杀", start, (begins, ends), name, area,
                    None, seats,
                )  # fmt: skip
                runs.append((piece, begins, ends))
    return runs
