"""Signs of life: whoever holds a solve renews its lease, and a lease that is not renewed for long enough is free.

How long is measured by the watcher's own steady clock, from the moment at which it first saw the lease as it is. The
wall clocks of two machines differ and jump; what the row says about the time is for people to read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock


@dataclass(frozen=True, slots=True)
class Sign:
    """What changes in the row with each renewal."""

    attempt: int
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Seen:
    sign: Sign
    since: float
    patience: float


class Watch:
    """`elapsed` gives seconds that never go back and never jump."""

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._seen: dict[str, _Seen] = {}
        self._lock = Lock()

    def renewed(self, solve: str, sign: Sign, lease_seconds: float) -> None:
        """This process has just renewed a lease itself."""
        with self._lock:
            self._seen[solve] = _Seen(sign, self._elapsed(), lease_seconds)

    def silent(self, signs: Mapping[str, Sign], patience_seconds: float) -> dict[str, Sign]:
        """Of all that run now, those whose sign has been the same for longer than their lease."""
        with self._lock:
            now, before = self._elapsed(), self._seen
            self._seen = {}
            for solve, sign in signs.items():
                known = before.get(solve)
                same = known is not None and known.sign == sign
                self._seen[solve] = known if known is not None and same else _Seen(sign, now, patience_seconds)
            return {solve: seen.sign for solve, seen in self._seen.items() if now - seen.since > seen.patience}

    def forget(self) -> None:
        """The rows could not be read: nobody can be blamed for not having renewed a lease meanwhile."""
        with self._lock:
            self._seen.clear()
