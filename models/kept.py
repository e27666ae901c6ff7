"""What a process keeps of what it has worked out: the last things asked for, up to a weight, each made once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values under keys that say all that they were made of. What was asked for the longest ago goes first.

    The weights of all together are at most `most`; a single value that is heavier than that is kept alone.
    """

    def __init__(self, weigh: Callable[[Value], int], most: int) -> None:
        self.most, self.weight = most, 0
        self._weigh = weigh
        self._held: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()
        self._turns: dict[Hashable, tuple[Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def find(self, key: Key) -> Value | None:
        """None when it is not kept, or no longer."""
        with self._lock:
            if key not in self._held:
                return None
            self._held.move_to_end(key)
            return self._held[key][0]

    def first(self, wanted: Callable[[Key], bool]) -> Value | None:
        """The value of any such key that is kept."""
        with self._lock:
            return next((value for key, (value, _) in self._held.items() if wanted(key)), None)

    def keep(self, key: Key, value: Value) -> Value:
        """The value itself."""
        weight = self._weigh(value)
        with self._lock:
            self.weight += weight - self._held.pop(key, (value, 0))[1]
            self._held[key] = value, weight
            while self.weight > self.most and len(self._held) > 1:
                self.weight -= self._held.popitem(last=False)[1][1]
        return value

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Made once, even when hundreds ask for it in the same moment."""
        found = self.find(key)
        if found is not None:
            return found
        with self.turn(key):
            found = self.find(key)
            return self.keep(key, make()) if found is None else found

    @contextmanager
    def turn(self, about: Hashable) -> Iterator[None]:
        """One thread at a time makes what is about this; whoever comes meanwhile waits, and should look again."""
        with self._lock:
            alone, waiting = self._turns.get(about, (Lock(), 0))
            self._turns[about] = alone, waiting + 1
        try:
            with alone:
                yield
        finally:
            with self._lock:
                alone, waiting = self._turns[about]
                if waiting == 1:
                    del self._turns[about]
                else:
                    self._turns[about] = alone, waiting - 1
