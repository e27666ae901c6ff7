"""Solves as a worker sees them: claim, renew, finish. Every write is fenced by the attempt."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from scheduler.roster import Progress
from scheduler.text import Text

from .database import Database
from .records import Claim, SolveKind, SolveState

Hold = Literal["held", "stop", "lost"]
"""What a renewal says: go on, end it because somebody asked for the stop, or somebody else has it now."""


class Queue:
    def __init__(self, database: Database) -> None:
        self._db = database

    def claim(
        self, worker: str, lease_seconds: float, kinds: Collection[SolveKind] = ("solve", "repair")
    ) -> Claim | None:
        """Take up the most urgent queued solve, or None: by priority, then age, never two of one week and kind."""

    def renew(
        self,
        solve: str,
        attempt: int,
        lease_seconds: float,
        progress: Progress | None = None,
        incumbent: str | None = None,
    ) -> Hold:
        """Keep the lease, and store progress and the best roster so far (JSON text) when given."""

    def finish(self, solve: str, attempt: int, state: SolveState, result: dict[str, Any]) -> bool:
        """Store the result as `finished` or `stopped` and make its roster the week's draft, in one transaction.

        False, and nothing is written, when the attempt has been fenced off.
        """

    def fail(self, solve: str, attempt: int, error: Text, *, retry: bool) -> bool:
        """Give up this attempt: back into the queue while `retry` and failures remain, else `failed` with the error."""

    def release(self, solve: str, attempt: int) -> bool:
        """Put it back into the queue without counting a failure: the worker is going down in good order."""

    def requeue_expired(self) -> int:
        """Queue again what a dead worker left; failed after too many. Returns how many it touched."""
