"""The worker as a process of its own, forked from a server that has imported everything already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from jobs.runner import Pace
from jobs.service import Worker
from models.store import Store

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def started(url: str, folder: Path, lease: float, command: Sequence[str]) -> BaseProcess:
    process = _FORKS.Process(target=_work, args=(url, folder, lease, tuple(command)))
    process.start()
    return process


def _work(url: str, folder: Path, lease: float, command: tuple[str, ...]) -> None:
    os.setsid()
    log = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    store = Store(url)
    Worker(store, folder, solver_command=command, pace=Pace(lease=lease, look=lease, beat=0.05, incumbent=0.1)).run()
    store.close()
