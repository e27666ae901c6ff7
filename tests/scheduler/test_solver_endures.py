"""solve(): what it goes on through, and that whatever it shows on the way has been checked."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler import solver
from scheduler.check import check
from scheduler.problem import Assignment
from scheduler.roster import Progress, Result
from scheduler.solver import MOST_PROVERS_LOST, Options, solve

from ..patience import PATIENCE
from .test_solver import children, is_honest, xincheng

MEGABYTE = 2**20


def provers() -> set[int]:
    """The provers that this process has started."""
    return {int(child) for child in children() if b"scheduler.engines" in _command(child)}


def _command(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


class Killer(threading.Thread):
    """Kills every prover that shows itself, once `ready`; `idle` is how many seconds ago it did so last."""

    def __init__(self, ready: Callable[[], bool], most: int) -> None:
        super().__init__(daemon=True)
        self.ready, self.most = ready, most
        self.killed: set[int] = set()
        self.over = threading.Event()
        self.last = time.monotonic()

    @property
    def idle(self) -> float:
        return time.monotonic() - self.last

    def run(self) -> None:
        while not self.over.wait(0.05) and len(self.killed) < self.most:
            for process in provers() - self.killed if self.ready() else ():
                os.kill(process, signal.SIGKILL)
                self.killed.add(process)
                self.last = time.monotonic()


def solved_among_killers(most: int, until: Callable[[Killer, Progress], bool]) -> tuple[Result, Killer]:
    """Stopped when `until` is true of the killer and of what was told last."""
    told: list[Progress] = []
    killer = Killer(lambda: bool(told), most)
    killer.start()
    result = solve(
        xincheng(), Options(seconds=PATIENCE), on_progress=told.append,
        should_stop=lambda: bool(told) and until(killer, told[-1]),
    )  # fmt: skip
    killer.over.set()
    killer.join()
    return result, killer


def test_a_prover_killed_in_the_middle_of_its_work_is_replaced_and_the_solve_goes_on() -> None:
    result, killer = solved_among_killers(1, lambda killer, told: bool(killer.killed) and told.bound is not None)
    assert len(killer.killed) == 1
    assert result.bound is not None
    assert result.ended == "request"
    is_honest(xincheng(), result)


def test_when_every_prover_is_killed_the_search_goes_on_alone() -> None:
    def in_vain(killer: Killer, _: Progress) -> bool:
        return len(killer.killed) >= MOST_PROVERS_LOST and killer.idle > 1

    result, killer = solved_among_killers(100, in_vain)
    assert len(killer.killed) == MOST_PROVERS_LOST
    assert result.ended == "request"
    assert result.bound is None
    is_honest(xincheng(), result)


def test_memory_that_is_used_up_ends_the_solve_with_the_best_roster() -> None:
    result = solve(xincheng(), Options(seconds=600, memory=MEGABYTE))
    assert result.ended == "memory"
    is_honest(xincheng(), result)


def test_where_only_the_prover_takes_too_much_the_search_goes_on_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory as it would be if the prover alone took 10 GB."""
    monkeypatch.setattr(solver, "resident", lambda *processes: 10_000 * MEGABYTE * (len(processes) - 1))
    result = solve(xincheng(), Options(seconds=3, memory=1_000 * MEGABYTE))
    assert result.ended == "time"
    is_honest(xincheng(), result)


def test_every_roster_shown_on_the_way_is_legal_and_costs_what_is_told_with_it() -> None:
    shown: list[tuple[Assignment, ...]] = []
    told: list[tuple[int, Progress]] = []
    solve(
        xincheng(), Options(seconds=3),
        on_progress=lambda progress: told.append((len(shown), progress)), on_incumbent=shown.append,
    )  # fmt: skip
    assert len(shown) > 1
    for count, progress in told:
        if count:
            report = check(xincheng(), shown[count - 1])
            assert report.legal
            assert (report.vacancy_objective, report.objective) == (progress.vacancy_objective, progress.objective)


def test_the_end_says_why() -> None:
    assert solve(xincheng(), Options(seconds=60), should_stop=lambda: True).ended == "request"
    assert solve(xincheng(), Options(seconds=60, gap=0.5)).ended == "gap"
