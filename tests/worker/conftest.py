"""A town, solves whose problem says what the solver does, and workers that can be killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
import structlog

from jobs.wakeup import Wakeup
from models.records import Solve
from models.store import Store
from tests.models.towns import MONDAY, TOWN
from tests.patience import eventually

from .start import started

HERE = Path(__file__).parent
SOLVER = (sys.executable, "-S", "-E", str(HERE / "solver.py"))
FOUND = [{"person": "p1", "duty": "gate/2026-11-23/day", "position": "verify"}]


def alive(pid: int) -> bool:
    """A process that runs; one that has ended and waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@dataclass
class Place:
    """A town with a database, a data folder, and what the solver noted."""

    store: Store
    url: str
    folder: Path
    workers: list[BaseProcess] = field(default_factory=list)

    def solve(self, week: date | None = MONDAY, kind: Any = "solve", seed: int = 1, **act: Any) -> Solve:
        problem = {"act": {"log": str(self.folder / "runs.log"), "found": FOUND} | act}
        solve, _ = self.store.solves.create(TOWN, kind, problem, week=week, seed=seed, seconds=60)
        return solve

    def wake(self) -> None:
        Wakeup(self.folder).wake()

    def worker(self, lease: float = 1.0) -> BaseProcess:
        """A worker process; it takes up at once what is queued."""
        process = started(self.url, self.folder, lease, SOLVER)
        self.workers.append(process)
        return process

    def runs(self) -> list[dict[str, Any]]:
        """One entry for each start of the solver."""
        log = self.folder / "runs.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def log(self) -> str:
        """What the workers have written."""
        log = self.folder / "worker.log"
        return log.read_text() if log.exists() else ""

    def get(self, solve: Solve) -> Solve:
        return self.store.solves.get(TOWN, solve.id)

    def over(self, solve: Solve) -> Solve:
        """The solve when it is over."""
        return eventually(lambda: held if (held := self.get(solve)).over else None, "the end of the solve")

    def running(self, solve: Solve) -> dict[str, Any]:
        """The run of a solve that has kept a roster already."""
        eventually(lambda: self.store.solves.incumbent(TOWN, solve.id), "the first roster")
        return self.runs()[-1]


@pytest.fixture(autouse=True)
def logs_of_a_worker() -> Iterator[None]:
    """Every line is written, whatever an application of earlier tests in this process wanted to read."""
    held = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**held)


@pytest.fixture
def place(town: Store, filled_url: str, tmp_path: Path) -> Iterator[Place]:
    held = Place(town, filled_url, tmp_path)
    yield held
    for worker in held.workers:
        if worker.is_alive():
            os.kill(int(worker.pid or 0), signal.SIGCONT)
            worker.kill()
        worker.join()
    eventually(lambda: not any(alive(run["pid"]) for run in held.runs()), "the end of every solver")
