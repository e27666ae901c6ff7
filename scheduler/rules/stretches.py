"""Stretches without a break: duties of which each begins as the last ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .times import Past, Slots

Path = tuple[int, ...]
"""Slots, each beginning as the last ends."""


def stretches(slots: Slots, most: int) -> Iterator[Path]:
    """The shortest stretches of slots that last more than `most` minutes; none holds another."""
    following = _following(slots)
    for slot in range(len(slots)):
        yield from _longer(slots, following, most, (slot,), int(slots.start[slot]), int(slots.end[slot]))


def stretches_from_past(slots: Slots, past: Past, most: int) -> list[tuple[Path, np.ndarray]]:
    """(slots, persons) of the shortest stretches too long that begin with past duties of these persons."""
    following = _following(slots)
    whose: dict[Path, set[int]] = {}
    for person in np.unique(past.person).tolist():
        own = past.where(past.person == person)
        after: dict[int, set[int]] = {}
        for start, end in zip(own.start.tolist(), own.end.tolist(), strict=True):
            after.setdefault(start, set()).add(end)
        for start in sorted(after):
            for end in sorted(after[start]):
                for path in _from_past(slots, following, after, most, start, end, end):
                    whose.setdefault(path, set()).add(person)
    return [(path, np.array(sorted(people), np.int64)) for path, people in sorted(whose.items())]


def _following(slots: Slots) -> dict[int, list[int]]:
    """Minute → the slots that begin then."""
    found: dict[int, list[int]] = {}
    for slot, start in enumerate(slots.start.tolist()):
        found.setdefault(start, []).append(slot)
    return found


def _longer(
    slots: Slots, following: dict[int, list[int]], most: int, path: Path, begin: int, second: int
) -> Iterator[Path]:
    """Ways to go on from `path` until the stretch since `begin` is too long while the one since `second` is not."""
    end = int(slots.end[path[-1]])
    if end - begin > most:
        if end - second <= most:
            yield path
        return
    for slot in following.get(end, ()):
        yield from _longer(slots, following, most, (*path, slot), begin, second)


def _from_past(
    slots: Slots,
    following: dict[int, list[int]],
    after: dict[int, set[int]],
    most: int,
    begin: int,
    second: int,
    end: int,
) -> Iterator[Path]:
    """Stretches since `begin`, a past duty that ends at `second`; the past part has come as far as `end`."""
    if end - begin > most:
        return  # too long before the window: no breach of it
    for later in sorted(after.get(end, ())):
        yield from _from_past(slots, following, after, most, begin, second, later)
    for slot in following.get(end, ()):
        yield from _longer(slots, following, most, (slot,), begin, second)
