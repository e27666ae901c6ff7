"""An event that a signal handler may set.

A handler runs in the midst of whatever the main thread does, perhaps while it holds the lock of the very event: to call
`Event.set` there can stop the process for ever. `SimpleQueue.put` is reentrant by its documentation, so the handler
leaves a word there and a thread sets the event.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread


def bell_of(event: Event) -> Callable[[], None]:
    """What a signal handler calls to have `event` set, at once and as often as it likes."""
    rung: SimpleQueue[None] = SimpleQueue()

    def listen() -> None:
        rung.get()
        event.set()

    Thread(target=listen, name="bell", daemon=True).start()
    return lambda: rung.put(None)
