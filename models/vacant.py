"""Which seats of a roster are empty, and which of them a change has opened: said alike by whatever changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scheduler.problem import Assignment, Duty

Slot = tuple[str, str]
"""Duty and position."""


def vacant(duties: Iterable[Duty], assignments: Iterable[Assignment]) -> list[Slot]:
    """Each seat below its minimum, as often as heads are missing."""
    heads = Counter((a.duty, a.position) for a in assignments)
    return [
        (duty.id, seat.position)
        for duty in duties
        for seat in duty.seats
        for _ in range(seat.min - heads[duty.id, seat.position])
    ]


def opened(before: Iterable[Slot], after: Iterable[Slot]) -> list[dict[str, str]]:
    """The seats of which more heads are missing than before, each once, as programs elsewhere are told."""
    more = Counter(after) - Counter(before)
    return [{"duty": duty, "position": position} for duty, position in sorted(more)]
