"""What a process with many threads gives back to the system (glibc; elsewhere the system's own way is left alone).

glibc gives threads heaps of their own, eight for each core. Every one of them grows to the largest answer that some
thread has ever made in it and keeps that, so that the same few boards, made by one thread after another, hold the
memory of them all. Python's threads make one thing at a time anyway: two heaps serve them as well.
"""

from __future__ import annotations

import ctypes

M_ARENA_MAX = -8
"""Of mallopt(3)."""
HEAPS = 2


def few_heaps() -> bool:
    """To be called before any thread is started; forked processes have it from their parent. False without glibc."""
    try:
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS))
    except AttributeError:  # another C library
        return False
