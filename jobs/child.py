"""The solver process of one solve: started with files, heard line by line, ended with everything it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.environment import SETTINGS
from models.records import Claim
from models.solves import progress_of
from models.traces import where
from scheduler.roster import Progress
from scheduler.text import Text

from .memory import SOFT, first_to_go, held_bytes

ROOT = Path(__file__).resolve().parent.parent
SOLVER: tuple[str, ...] = (sys.executable, "-m", "scheduler")
KEPT_LINES = 5
MAX_WORDS = 200
NOT_ITS_BUSINESS = frozenset(setting.name for setting in SETTINGS)
"""Of the environment, what a solver must not know: addresses, secrets, and how the service is set up."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""What the libraries of the solver ask before they start threads of their own."""


@dataclass(frozen=True)
class Ration:
    """What one solve is given of the machine."""

    cores: int = 2
    memory_mb: int | None = None
    """For all its processes together; None is without limit."""
    most_seconds: int | None = None

    def seconds(self, asked: int) -> int:
        """The time that a solve gets."""
        return asked if self.most_seconds is None else min(asked, self.most_seconds)


class Child:
    """`command` is the scheduler's command line (docs/architecture.md); `folder` is for this run alone."""

    def __init__(self, command: Sequence[str], claim: Claim, folder: Path, ration: Ration) -> None:
        self._command = [*command, *_arguments(claim, folder, ration)]
        self._folder, self._ration = folder, ration
        self._marks = {"SANBAN_SOLVE": claim.solve.id, "SANBAN_REQUEST_ID": claim.request_id or ""}
        self._incumbent_seen = 0
        self._progress: Progress | None = None
        self._error: Text | None = None
        self.bug: list[str] = []
        """Where a bug in the solver showed itself."""
        self._last_lines: deque[str] = deque(maxlen=KEPT_LINES)

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C at the terminal is for the worker to pass on."""
        environment = {key: value for key, value in os.environ.items() if key not in NOT_ITS_BUSINESS}
        environment |= dict.fromkeys(THREADS, str(self._ration.cores)) | self._marks
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        first_to_go(self._process.pid)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code, negative for a signal; None while it runs.

        Looks without reaping: while it is a zombie its session cannot become somebody else's.
        """
        if self._process.returncode is not None:
            return self._process.returncode
        how = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if how is None:
            return None
        return how.si_status if how.si_code == os.CLD_EXITED else -how.si_status

    def over_its_memory(self) -> bool:
        """Whether it and all that it started hold more than it was given."""
        limit = self._ration.memory_mb
        return limit is not None and held_bytes(self.pid) > limit * 2**20

    def progress(self) -> Progress | None:
        """The latest since it was last asked for."""
        progress, self._progress = self._progress, None
        return progress

    def incumbent(self) -> str | None:
        """The best roster so far when it is newer than last time, as JSON text."""
        try:
            seen = (self._folder / "incumbent.json").stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if seen == self._incumbent_seen:
            return None
        self._incumbent_seen = seen
        return (self._folder / "incumbent.json").read_text(encoding="utf-8")

    def result(self) -> dict[str, Any] | None:
        """The result document; None when there is none."""
        try:
            return json.loads((self._folder / "result.json").read_bytes())
        except FileNotFoundError:
            return None

    def failure(self) -> Text:
        """Why it ended without a result, in one sentence."""
        if self._error is not None:
            return self._error
        code = self.ended()
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            return Text(
                f"求解进程被信号 {name} 终止（可能内存不足）。",
                f"The solver was ended by the signal {name} (perhaps for lack of memory).",
            )
        last = self._last_lines[-1][:MAX_WORDS] if self._last_lines else ""
        return Text(
            f"求解进程以退出码 {code} 结束，没有给出结果。{last}",
            f"The solver ended with exit code {code} and gave no result. {last}".rstrip(),
        )

    def stop(self, grace_seconds: float) -> None:
        """Ask it to end with the best roster; when it does not in time, end it."""
        if self.ended() is None:
            os.kill(self.pid, signal.SIGTERM)
            deadline = time.monotonic() + grace_seconds
            while self.ended() is None and time.monotonic() < deadline:
                time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started, now; nothing happens the second time."""
        if self._process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self._listener.join(timeout=1)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self._heard(line.decode("utf-8", "replace").strip())

    def _heard(self, line: str) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            self._last_lines.append(line)
        elif "trace" in said:
            self.bug = where(str(said["trace"]))
        elif "error" in said:
            self._error = Text(str(said["error"]["zh"]), str(said["error"]["en"]))
        elif "seconds" in said:
            self._progress = progress_of(said)


def _arguments(claim: Claim, folder: Path, ration: Ration) -> list[str]:
    """Writes the input files and says them in the words of the command line."""
    solve = claim.solve
    files = [_written(folder / "problem.json", claim.problem)]
    if claim.absences is not None:
        files.append(_written(folder / "absences.json", claim.absences))
    more = ["--gap", repr(solve.gap)] if solve.gap is not None else []
    more += ["--reproducible"] if solve.reproducible else []
    if claim.incumbent is not None and solve.kind == "solve" and not (solve.reproducible and solve.attempt > 1):
        # What an earlier attempt left is a head start; a reproducible run has none.
        more += ["--start", _written(folder / "start.json", claim.incumbent)]
    if ration.memory_mb is not None:
        more += ["--memory", str(max(1, int(ration.memory_mb * SOFT)))]
    return [
        solve.kind,
        *files,
        *("--seconds", str(ration.seconds(solve.seconds)), "--seed", str(solve.seed), "--cores", str(ration.cores)),
        *("--out", str(folder / "result.json"), "--incumbent", str(folder / "incumbent.json")),
        *("--progress", "jsonl", "--while-parent-lives"),
        *more,
    ]


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)
