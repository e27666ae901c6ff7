"""How long tests wait.

What must happen is waited for: far longer than it takes on a slow and busy machine, far shorter than what would happen
otherwise. How quick something is, is measured (docs/benchmarks.md) and not asserted here: a clock in a test fails with
the machine. Where the work itself must stay small, `tests/effort.py` counts it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0
"""Seconds."""


def eventually(condition: Callable[[], Any], what: str = "it", seconds: float = PATIENCE) -> Any:
    """What `condition` gives as soon as it is true; fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)
    return value
