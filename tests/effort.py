"""Work that is counted instead of timed: the same on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Count:
    """How many there were."""

    calls: int = 0
    statements: int = 0


@contextmanager
def effort() -> Iterator[Count]:
    """Functions called by this thread meanwhile, Python's own included: what is asked of the processor, roughly."""
    count = Count()

    def saw(_frame: object, what: str, _value: object) -> None:
        count.calls += what in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(saw)
    try:
        yield count
    finally:
        sys.setprofile(before)


@contextmanager
def statements() -> Iterator[Count]:
    """Statements sent to any database meanwhile; one for many rows counts once."""
    count = Count()

    def saw(*_: Any) -> None:
        count.statements += 1

    event.listen(Engine, "before_cursor_execute", saw)
    try:
        yield count
    finally:
        event.remove(Engine, "before_cursor_execute", saw)
