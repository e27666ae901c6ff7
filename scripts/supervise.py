"""Keeps the web server and the worker running together, and ends both for good."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from say import Stop, tell

PATIENCE_SECONDS = 15
"""How long a child may take to end before it is killed."""
RESTARTS = 5
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One of the two processes; `restarts` when its end is not the end of the service."""

    name: str
    command: Sequence[str]
    log: Path
    restarts: bool
    process: subprocess.Popen[bytes] | None = None
    ended: int = 0

    def start(self, environment: dict[str, str], root: Path) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_end_with_parent,
            )  # fmt: skip

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Starts children, waits for a signal or a death, stops everything."""

    children: list[Child]
    environment: dict[str, str]
    root: Path
    stopping: bool = False
    _made_by: int = field(default_factory=os.getppid)

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)
        for child in self.children:
            child.start(self.environment, self.root)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_all()

    def watch(self, while_waiting: Callable[[], bool] | None = None) -> None:
        """Return when asked to stop, or when `while_waiting` is true; raises Stop when the service has died."""
        while not self.stopping:
            if while_waiting is not None and while_waiting():
                return
            for child in self.children:
                if not child.running():
                    self._after_death(child)
            if "MAKELEVEL" in os.environ and os.getppid() != self._made_by:
                return
            time.sleep(0.2)

    def _asked(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _after_death(self, child: Child) -> None:
        child.ended += 1
        log = os.path.relpath(child.log, self.root)
        if self.stopping:
            return
        if not child.restarts or child.ended > RESTARTS:
            raise Stop(
                f"{child.name} 意外退出，详情见 {log} 。", f"The {child.name} process ended unexpectedly, see {log}"
            )
        tell(f"{child.name} 意外退出，正在重新启动", f"The {child.name} process ended and is started again, see {log}")
        child.start(self.environment, self.root)

    def _stop_all(self) -> None:
        for child in self.children:
            _signal_group(child, signal.SIGTERM, leader_only=True)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(c.running() for c in self.children) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in self.children:
            _signal_group(child, signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def _signal_group(child: Child, number: signal.Signals, leader_only: bool = False) -> None:
    """Signal a child, or all that is left of its group."""
    if child.process is None:
        return
    try:
        if leader_only:
            child.process.send_signal(number)
        else:
            os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def _end_with_parent() -> None:
    """In the child: be asked to end when the supervisor is gone, however it went (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
