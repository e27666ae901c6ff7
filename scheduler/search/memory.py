"""What processes take of the machine's memory."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path


def resident(*processes: int) -> int:
    """Bytes of memory that these processes hold together; one that has ended holds none.

    Without /proc only the calling process can be asked, for the most it ever held.
    """
    if not Path("/proc/self/statm").exists():
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return sum(_pages(process) for process in processes) * os.sysconf("SC_PAGE_SIZE")


def _pages(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
