"""The searching process's end of the prover: start it, hear from it, end it."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import Pipe
from select import select
from typing import TYPE_CHECKING

from .linear import Linear

if TYPE_CHECKING:
    from ..engines.prove import News


class Prover:
    """A running prover; use as a context manager so that no process is left behind."""

    def __init__(self, linear: Linear, seconds: float, vacancy: int, exact: bool) -> None:
        self._mine, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scheduler.engines", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self.failed: str | None = None
        self._task = (linear, seconds, vacancy, exact)
        self._ended = False
        self._send()

    def _send(self) -> None:
        from ..engines.prove import Task

        self._mine.send(Task(*self._task))

    def news(self) -> list[News]:
        """What has come in since the last call; never waits."""
        found: list[News] = []
        try:
            while not self._ended and self._mine.poll():
                found.append(self._mine.recv())
        except (EOFError, ConnectionResetError):
            self._ended = True
            if self._process.wait() not in (0, -9, -15):
                self.failed = f"prover ended with code {self._process.returncode}"
        return found

    def tell(self, vacancy: int, cost: int) -> None:
        """The search has a better roster. Never waits: a prover that is busy for long is told of a later one."""
        if not self._ended and select([], [self._mine], [], 0)[1]:
            try:
                self._mine.send((vacancy, cost))
            except BrokenPipeError:
                return  # the prover has just ended; its last news is read as usual

    @property
    def running(self) -> bool:
        return not self._ended

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._mine.close()
