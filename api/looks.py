"""One look at the database for all open event streams of a process, however many there are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from models.errors import NotFound, Unavailable
from models.records import Solve
from models.store import Store

FRESH_SECONDS = 0.25
"""A look serves whoever asks within so long."""
Key = tuple[str, str]
"""Town and solve."""


class Looks:
    """What the followed solves were at the last look; whoever comes after it has aged looks again, for everybody."""

    def __init__(self) -> None:
        self._followed: Counter[Key] = Counter()
        self._found: dict[Key, Solve] = {}
        self._failed: Unavailable | None = None
        self._looked: dict[Key, float] = {}
        self._lock = Lock()

    @contextmanager
    def following(self, key: Key) -> Iterator[None]:
        """Look at this solve, too."""
        with self._lock:
            self._followed[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._followed[key] -= 1
                if not self._followed[key]:
                    del self._followed[key]
                    self._found.pop(key, None)
                    self._looked.pop(key, None)

    def solve(self, store: Store, key: Key) -> Solve:
        """A followed solve as it was a moment ago. Raises NotFound, Unavailable."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked.get(key, -FRESH_SECONDS) >= FRESH_SECONDS:
                self._look(store, now)
            if self._failed is not None:
                raise self._failed
            if key not in self._found:
                raise NotFound("solve", key[1])
            return self._found[key]

    def _look(self, store: Store, now: float) -> None:
        """A database that is away is away for everybody: nobody else waits for it."""
        try:
            self._found, self._failed = store.solves.several(set(self._followed)), None
        except Unavailable as error:
            self._found, self._failed = {}, error
        self._looked = dict.fromkeys(self._followed, now)
