"""Huey carries one message, "there is work", from the service to the worker; a lost one costs a lease's time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey
from huey.consumer import Consumer

QUEUE_FILE = "queue.sqlite"


def _nobody() -> None:
    """The service only sends; nobody listens there."""


class Wakeup:
    """The queue in a folder that service and worker share.

    The worker calls `listener` for each message.
    """

    def __init__(self, folder: Path, listener: Callable[[], None] = _nobody) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.huey = SqliteHuey("sanban", filename=str(folder / QUEUE_FILE), results=False)

        @self.huey.task(name="there_is_work")  # the name, with this module's, is the same on both sides
        def there_is_work() -> None:
            listener()

        self._message = there_is_work

    def wake(self) -> None:
        """Say that there is work. Messages do not pile up: one that still waits says it already. Raises OSError."""
        try:
            if self.huey.pending_count() == 0:
                self._message()
        except sqlite3.Error as error:
            raise OSError(f"the wake-up could not be written: {error}") from error

    def consumer(self) -> Consumer:
        return self.huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.1, max_delay=0.5, check_worker_health=False
        )
