"""Time as the rules see it: slots of duties, cliques of overlapping intervals, past duties as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True)
class Slots:
    """Duties that no law of time tells apart: same start, end, night and kind. In order of start, then end."""

    start: np.ndarray
    """int64[slots]: minutes."""
    end: np.ndarray
    night: np.ndarray
    run: np.ndarray
    """bool[slots]: errand runs."""
    day: np.ndarray
    """int64[slots]: index of the local day of the start."""
    members: tuple[np.ndarray, ...]
    """The duties of each slot, sorted."""

    def __len__(self) -> int:
        return len(self.start)

    def duties(self, which: np.ndarray) -> np.ndarray:
        """Sorted duties of these slots (numbers or a mask)."""
        chosen = np.flatnonzero(which) if which.dtype == bool else which
        if not len(chosen):
            return np.zeros(0, np.int64)
        return np.sort(np.concatenate([self.members[i] for i in chosen]))

    def spread(self, which: np.ndarray, values: np.ndarray) -> np.ndarray:
        """`values` (one a slot of `which`) repeated for the duties of `self.duties(which)`."""
        duties = np.concatenate([self.members[i] for i in which])
        each = np.repeat(values, [len(self.members[i]) for i in which])
        return each[np.argsort(duties, kind="stable")]


KINDS = ("shift", "errand_run", "standby", "task", "block")


def slots_of(problem: Problem, duties: np.ndarray) -> Slots:
    """The slots of some duties."""
    kind = np.array([KINDS.index(problem.duties[i].kind) for i in duties], np.int64)
    keys = (problem.duty_start[duties], problem.duty_end[duties], problem.duty_night[duties].astype(np.int64), kind)
    table = np.stack(keys, axis=1).reshape(-1, 4)
    found, of = np.unique(table, axis=0, return_inverse=True)
    order = np.argsort(of.reshape(-1), kind="stable")
    parts = np.split(duties[order], np.cumsum(np.bincount(of.reshape(-1), minlength=len(found)))[:-1])
    return Slots(
        start=found[:, 0],
        end=found[:, 1],
        night=found[:, 2].astype(bool),
        run=found[:, 3] == KINDS.index("errand_run"),
        day=days_of(problem, found[:, 0]),
        members=tuple(np.sort(p) for p in parts) if len(found) else (),
    )


def days_of(problem: Problem, minutes: np.ndarray) -> np.ndarray:
    """`problem.day_of` for many minutes at once."""
    midnights = np.array(problem.midnights, np.int64)
    before = int(np.searchsorted(midnights, 0))
    return np.searchsorted(midnights, minutes, side="right") - 1 - before


def whole_days(hours: int) -> int:
    """The days that so many hours reach into."""
    return -(-hours // 24)


def cliques(start: np.ndarray, end: np.ndarray) -> list[np.ndarray]:
    """The largest sets of half-open intervals that share a moment, as indices."""
    moments = np.unique(start)
    found = []
    for i, moment in enumerate(moments):
        running = (start <= moment) & (end > moment)
        if i + 1 == len(moments) or (end[running] <= moments[i + 1]).any():
            found.append(np.flatnonzero(running))
    return found


def without_contained(sets: list[np.ndarray]) -> list[np.ndarray]:
    """Only the sets that lie in no other; one of equal ones. Keeps the order."""
    masks = [sum(1 << int(i) for i in s) for s in sets]
    order = sorted(range(len(sets)), key=lambda n: (-len(sets[n]), n))
    kept: list[int] = []
    for n in order:
        if not any(masks[n] & ~masks[k] == 0 for k in kept):
            kept.append(n)
    return [sets[n] for n in sorted(kept)]


@dataclass(frozen=True)
class Past:
    """Past duties of some people, flat: one row a duty."""

    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    day: np.ndarray
    night: np.ndarray
    post: np.ndarray
    """Objects: the post's id or None."""
    position: np.ndarray
    kind: np.ndarray
    """Objects: the kind of duty or None."""
    shift: np.ndarray
    """Objects: the shift's id or None."""

    def __len__(self) -> int:
        return len(self.person)

    def where(self, mask: np.ndarray) -> Past:
        return Past(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))

    def of(self, persons: np.ndarray) -> Past:
        return self.where(np.isin(self.person, persons))

    def count(self, persons: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """int64, one for each of `persons` (sorted): how many rows, or the sum of their weights."""
        place = np.searchsorted(persons, self.person)
        mine = (place < len(persons)) & (np.append(persons, -1)[np.minimum(place, len(persons))] == self.person)
        return np.bincount(place[mine], None if weights is None else weights[mine], len(persons)).astype(np.int64)

    def days_worked(self) -> Past:
        """One row for each person and day."""
        _, first = np.unique(np.stack([self.person, self.day], axis=1), axis=0, return_index=True)
        return self.where(np.sort(first))


def past_of(problem: Problem) -> Past:
    """All past duties of everybody, kept on the problem as its other arrays are."""
    return problem.once("_past", lambda: _past_of(problem))


def _past_of(problem: Problem) -> Past:
    rows = [(i, w) for i, p in enumerate(problem.people) for w in p.history.recent]
    start = minutes_of(problem, [w.start for _, w in rows])
    return Past(
        person=np.array([i for i, _ in rows], np.int64),
        start=start,
        end=minutes_of(problem, [w.end for _, w in rows]),
        day=days_of(problem, start),
        night=np.array([w.night for _, w in rows], bool),
        post=np.array([w.post for _, w in rows], object),
        position=np.array([w.position for _, w in rows], object),
        kind=np.array([w.kind for _, w in rows], object),
        shift=np.array([w.shift for _, w in rows], object),
    )


def minutes_of(problem: Problem, instants: list) -> np.ndarray:
    """`problem.minute` for many instants at once."""
    opens = problem.opens.timestamp()
    return np.array([(i.timestamp() - opens) // 60 for i in instants], np.int64)
