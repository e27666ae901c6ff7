"""A worker process that dies in the middle of one of its dealings with the queue."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import wraps
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jobs.runner import Pace
from jobs.service import Worker
from models.store import Store

from .deadly import arm, listen, moment

_FORKS = get_context("forkserver")
AFTERWARDS = 1000
"""More moments than any dealing has: death comes when it is over."""


def started(url: str, folder: Path, lease: float, command: Sequence[str], dealing: str, moments: int) -> BaseProcess:
    """`dealing` is a method of the queue; its first call lives for so many moments."""
    process = _FORKS.Process(target=_work, args=(url, folder, lease, tuple(command), dealing, moments))
    process.start()
    return process


def _work(url: str, folder: Path, lease: float, command: tuple[str, ...], dealing: str, moments: int) -> None:
    os.setsid()
    log = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    store = Store(url)
    listen(store.database.engine)
    setattr(store.queue, dealing, _mortal(getattr(store.queue, dealing), moments))
    Worker(store, folder, solver_command=command, pace=Pace(lease=lease, beat=0.05, incumbent=0.1)).run()


def _mortal(real: Any, moments: int) -> Any:
    @wraps(real)
    def dealing(*words: Any, **more: Any) -> Any:
        arm(moments)
        given = real(*words, **more)
        if given:  # a claim that found nothing is none
            for _ in range(AFTERWARDS):
                moment()
        arm(None)
        return given

    return dealing
