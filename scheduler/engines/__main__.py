"""The prover's process: `python -m scheduler.engines PIPE`, where PIPE is the number of an inherited pipe's end."""

import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection

from ..search.prover import OUT_OF_MEMORY
from .prove import Prover

SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    news = Connection(int(sys.argv[1]))
    try:
        Prover(news.recv(), news).run()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    news.close()
    os._exit(0)  # HiGHS may hold threads that would keep the process alive


main()
