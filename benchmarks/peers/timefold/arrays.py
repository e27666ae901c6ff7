"""The arrays of a program in a file that the Java side reads: the very arrays our own local search walks over.

A seat is one head of one demand. Who takes it: a person among the demand's candidates, who then has the cell of
their slot and one head of their group's flow; both, and each touch (a day, a weekend) with its first cell, move
the counts of rows. Each row has a table: what its count costs, law, vacancies and prices packed into one number.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scheduler.problem import Assignment
from scheduler.program import Program, assignment
from scheduler.search.landscape import Landscape, landscape

COPIED = (
    "seat_demand", "seat_order", "demand_slot", "slot_middle", "candidate_first", "candidate", "cell_cost", "flow_cost",
    "cell_row_first", "cell_row", "cell_weight", "cell_touch_first", "cell_touch",
    "touch_row_first", "touch_row", "touch_weight", "flow_row_first", "flow_row", "flow_weight", "row_table", "table",
)  # fmt: skip
"""Fields of `Landscape` that go out as they are; it says what they mean."""


def arrays_of(program: Program) -> dict[str, np.ndarray]:
    """What the file holds, by name; int32 but for money, time and sizes (int64)."""
    land, units = landscape(program)
    found = {name: getattr(land, name) for name in COPIED}
    demand = np.repeat(np.arange(len(land.candidate_first) - 1), np.diff(land.candidate_first))
    flow = program.index.find(program.group_of_person[land.candidate], demand)
    return found | {
        "sizes": np.array([len(program.problem.people), program.slots, units.vacancy, units.hard], np.int64),
        "seat_pinned": _pinned(program, land),
        "seat_rank": _ranks(program, land),
        "candidate_flow": flow.astype(np.int32),
        "cell_id": land.cell_id.reshape(-1),
    }


def _pinned(program: Program, land: Landscape) -> np.ndarray:
    """[seats] → the person whom a pin holds there, or −1."""
    person = np.full(len(land.seat_demand), -1, np.int32)
    fixed = np.flatnonzero(land.seat_fixed)
    pinned = sorted(program.pinned, key=lambda pin: pin[1])
    person[fixed] = [who for who, _ in pinned]
    return person


def _ranks(program: Program, land: Landscape) -> np.ndarray:
    """[seats] → place in the order of filling: needed, important, few candidates."""
    problem, demand = program.problem, land.seat_demand
    within = np.arange(len(demand)) - np.searchsorted(demand, demand)
    least = np.array([seat.min for _, seat in problem.demands], np.int64)[demand]
    priority = np.array([seat.priority for _, seat in problem.demands], np.int64)[demand]
    choice = np.diff(land.candidate_first)[demand]
    rank = np.empty(len(demand), np.int32)
    rank[np.lexsort((demand, choice, -priority, within >= least))] = np.arange(len(demand))
    return rank


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Pieces of: length of the name, name, bytes a number (4 or 8), how many numbers, numbers; little-endian."""
    with path.open("wb") as file:
        for name, array in arrays.items():
            width = 8 if array.dtype == np.int64 else 4
            numbers = np.ascontiguousarray(array, f"<i{width}")
            file.write(np.int32(len(name)).astype("<i4").tobytes() + name.encode())
            file.write(np.array([width, len(numbers)], "<i4").tobytes() + numbers.tobytes())


def read(path: Path) -> dict[str, np.ndarray]:
    """What `write` wrote."""
    data, arrays, at = path.read_bytes(), {}, 0
    while at < len(data):
        size = int(np.frombuffer(data, "<i4", 1, at)[0])
        name = data[at + 4 : at + 4 + size].decode()
        width, count = np.frombuffer(data, "<i4", 2, at + 4 + size).tolist()
        arrays[name] = np.frombuffer(data, f"<i{width}", count, at + 12 + size)
        at += 12 + size + width * count
    return arrays


def roster(program: Program, lines: str) -> tuple[Assignment, ...]:
    """The roster that the Java side left: "demand person" a line."""
    pairs = [line.split() for line in lines.splitlines()]
    return tuple(assignment(program.problem, int(person), int(demand)) for demand, person in pairs)
