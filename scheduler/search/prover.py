"""The searching process's end of the prover: start it, hear from it, end it."""

from __future__ import annotations

import subprocess
import sys
from array import array
from contextlib import suppress
from fcntl import ioctl
from multiprocessing import Pipe
from termios import TIOCOUTQ
from threading import Thread

from .tasks import Known, News, Task

OUT_OF_MEMORY = 77
"""Exit code of a prover that could not get the memory it asked for."""


class Prover:
    """A prover that is starting or running; use as a context manager so that no process is left behind.

    It takes a second to import its engine, so start it before there is a task for it.
    """

    def __init__(self) -> None:
        self._mine, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scheduler.engines", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self.failed: str | None = None
        """A bug in the prover; to be told."""
        self.killed = False
        """Whether somebody else ended it (the system for lack of memory, an operator): no bug of ours."""
        self._ended = False
        self._giving: Thread = Thread()

    def begin(self, task: Task) -> None:
        """Give it its task."""
        self._giving = Thread(target=self._give, args=(task,), daemon=True)
        self._giving.start()

    def _give(self, task: Task) -> None:
        """Sending waits until the prover has woken up; the search does not."""
        with suppress(OSError):  # it has ended before it had its task: how, `news` will see
            self._mine.send(task)

    def news(self) -> list[News]:
        """What has come in since the last call; never waits."""
        found: list[News] = []
        try:
            while not self._ended and self._mine.poll():
                found.append(self._mine.recv())
        except (EOFError, OSError):
            self._ended = True
            code = self._process.wait()
            self.killed = code < 0 or code == OUT_OF_MEMORY
            if code and not self.killed:
                self.failed = f"prover ended with code {code}"
        return found

    def tell(self, known: Known) -> bool:
        """Tell of a better roster, unless the prover has not heard the last one yet; says whether it was told.

        Never waits long: one roster fits into the pipe, and a second is sent only when the first has been read.
        """
        if self._ended or self._giving.is_alive() or self._unread():
            return False
        try:
            self._mine.send(known)
        except BrokenPipeError:
            return False  # the prover has just ended; its last news is read as usual
        return True

    def _unread(self) -> bool:
        """Whether bytes that were sent still wait to be read (SIOCOUTQ of a socket pair)."""
        waiting = array("i", [0])
        ioctl(self._mine.fileno(), TIOCOUTQ, waiting)
        return waiting[0] > 0

    @property
    def running(self) -> bool:
        return not self._ended

    @property
    def process(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._ended = self.killed = True

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._giving.is_alive():
            self._giving.join()
        self._mine.close()
