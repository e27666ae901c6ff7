"""One solver as a process of its own: started, listened to, stopped, and its roster judged by our checker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scheduler.check import check
from scheduler.problem import Assignment, Problem

from ..machine import PeakMemory

GRACE_SECONDS = 60.0
"""So long after its time a peer may still be writing; then it is ended."""

TELLING_SECONDS = 1.0
"""A last roster that is told so late still counts as in time: some peers tell it only when they end."""


@dataclass(frozen=True)
class Point:
    """A roster that a peer had in hand: seconds since its process started, and what it said of it."""

    seconds: float
    broken: int
    vacancy: int
    cost: int

    @property
    def rank(self) -> tuple[int, int, int]:
        return self.broken, self.vacancy, self.cost


@dataclass(frozen=True)
class News:
    """What a line of a peer's output tells."""

    built: bool = False
    optimal: bool = False
    point: tuple[int, int, int] | None = None
    """(broken rules, weighted vacancies, cost) of a roster."""
    bound: int | None = None
    """On the cost of all rosters with at most `bound_vacancy` weighted vacancies."""
    bound_vacancy: int | None = None


@dataclass(frozen=True)
class Job:
    """What to start: the command, which stream tells, what its lines mean, how its roster is read afterwards."""

    command: list[str]
    stream: str
    read: Callable[[str], News | None]
    roster: Callable[[], tuple[Assignment, ...] | None]


@dataclass(frozen=True)
class Verdict:
    """What our checker says of the roster that a peer left."""

    violations: int
    vacancy: int
    cost: int


@dataclass
class Run:
    """One peer on one town. `failure` holds the last lines of a process that ended badly."""

    peer: str
    seconds: float
    built: float | None = None
    """Seconds since the start when the model was built."""
    points: list[Point] = field(default_factory=list)
    optimal: bool = False
    bound: int | None = None
    bound_vacancy: int | None = None
    verdict: Verdict | None = None
    wall: float = 0.0
    memory_mb: int = 0
    overran: bool = False
    failure: str | None = None

    def at(self, seconds: float) -> Point | None:
        """The best roster in hand at a moment."""
        return min((p for p in self.points if p.seconds <= seconds), key=lambda p: p.rank, default=None)

    @property
    def in_time(self) -> Point | None:
        """The best roster when the time was up."""
        return self.at(self.seconds + TELLING_SECONDS)

    @property
    def best(self) -> Point | None:
        return self.at(float("inf"))

    @property
    def agrees(self) -> bool:
        """Whether the checker finds what the peer claimed of its last roster."""
        if self.verdict is None or self.best is None:
            return self.verdict is None
        legal = self.verdict.violations == 0
        same = (self.verdict.vacancy, self.verdict.cost) == (self.best.vacancy, self.best.cost)
        return legal == (self.best.broken == 0) and (same or not legal)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"agrees": self.agrees}


def run(peer: str, job: Job, problem: Problem, seconds: float) -> Run:
    """Start a peer, listen until it ends, then let the checker score what it left."""
    found = Run(peer, seconds)
    with tempfile.TemporaryFile("w+") as errors:
        _listen(job, found, errors, seconds)
    roster = job.roster()
    if roster is not None:
        report = check(problem, roster)
        found.verdict = Verdict(len(report.violations), report.vacancy_objective, report.objective)
    return found


def _listen(job: Job, found: Run, errors: Any, seconds: float) -> None:
    pipes = {"stdout": errors, "stderr": errors, job.stream: subprocess.PIPE}
    started = time.monotonic()
    process = subprocess.Popen(job.command, text=True, start_new_session=True, **pipes)
    peak = PeakMemory(process.pid)
    peak.start()
    last: list[str] = []
    with process, _ended_after(process, seconds + GRACE_SECONDS) as overran:
        for line in getattr(process, job.stream):
            news = job.read(line)
            if news is None:
                last = [*last[-4:], line.rstrip()]
            else:
                _learn(found, news, round(time.monotonic() - started, 3))
        code = process.wait()
    found.wall = round(time.monotonic() - started, 3)
    found.memory_mb = round(peak.stop() / 2**20)
    found.overran = overran.is_set()
    if code != 0 and not found.overran:
        errors.seek(0)
        found.failure = "\n".join([f"exit code {code}", *last, *errors.read().splitlines()[-5:]])


def _learn(found: Run, news: News, now: float) -> None:
    if news.built and found.built is None:
        found.built = now
    if news.point is not None and (found.best is None or news.point < found.best.rank):
        found.points.append(Point(now, *news.point))
    found.optimal |= news.optimal
    if news.bound is not None:
        found.bound, found.bound_vacancy = news.bound, news.bound_vacancy


@contextmanager
def _ended_after(process: subprocess.Popen[str], seconds: float) -> Iterator[threading.Event]:
    """End the process and all that it started once its time is up; the event says that it came to this."""
    overran = threading.Event()

    def end() -> None:
        overran.set()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself at this very moment

    alarm = threading.Timer(seconds, end)
    alarm.daemon = True
    alarm.start()
    try:
        yield overran
    finally:
        alarm.cancel()
        if process.poll() is None:
            end()
            process.wait()


def said(line: str) -> dict[str, Any] | None:
    """The facts of a line of JSON, or None for any other line."""
    if not line.startswith("{"):
        return None
    body: dict[str, Any] = json.loads(line)
    return body


def read_roster(path: Path, read: Callable[[str], tuple[Assignment, ...]]) -> tuple[Assignment, ...] | None:
    """What is in the file, or None when the peer left none."""
    return read(path.read_text(encoding="utf-8")) if path.exists() else None
