"""How much memory a solver holds with all that it has started, and how much it may."""

from __future__ import annotations

import os
from pathlib import Path

MEBIBYTE = 1024 * 1024
SOFT = 0.8
"""The part of its limit at which a solver ends by itself, with its best roster and all it knows about it."""
SHARE = 0.75
"""Of the machine's memory, what all solves together may take; the rest is for worker, database and system."""
LEAST_MB = 512
CGROUP = Path("/sys/fs/cgroup/memory.max")


def default_mb(slots: int) -> int:
    """The limit of one solve in MB where SANBAN_MEMORY_MB does not say."""
    return max(LEAST_MB, int(machine_bytes() * SHARE / slots) // MEBIBYTE)


def machine_bytes() -> int:
    """Memory of the machine, or of the container when that is less."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = CGROUP.read_text(encoding="ascii").strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdigit() else whole


def held_bytes(process: int) -> int:
    """Resident memory of a process and all its descendants; pages that they share count for each."""
    total, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        total += _resident(one)
        waiting += _children(one)
    return total


def first_to_go(process: int) -> None:
    """When the machine runs out of memory, the system ends the solver, not the worker or the database."""
    try:
        Path(f"/proc/{process}/oom_score_adj").write_text("800", encoding="ascii")
    except OSError:
        return  # it has ended already, or this system has no such thing


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):  # gone, or going
        return 0


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in thread.read_text(encoding="ascii").split()]
        except OSError:  # gone meanwhile
            continue
    return found
