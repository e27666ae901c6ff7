"""The inside of a peer that is a Python process: what it reads, what it says while it works, what it leaves.

Arguments: problem document, seconds since the start of the process, seed, where the roster goes. Every roster that
is better than the one before is one line of JSON on standard output: {"broken", "vacancy", "cost"}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scheduler import document
from scheduler.problem import Assignment
from scheduler.program import Program, build
from scheduler.roster import assignment_json

WRITING_SECONDS = 0.3


@dataclass(frozen=True)
class Found:
    """How a peer ended; `assignments` is None when it found nothing legal, `bound` None when it proved nothing.

    `vacancy` and `cost` are what the peer itself makes of its roster.
    """

    optimal: bool
    assignments: tuple[Assignment, ...] | None
    vacancy: int | None = None
    cost: int | None = None
    bound: int | None = None
    """On vacancies × `VACANCY_WEIGHT` + cost."""


def say(**facts: object) -> None:
    """One line for the process that started us."""
    print(json.dumps(facts), flush=True)


Peer = Callable[[Program, Callable[[], float], int], Found]
"""(program, seconds that are left, seed) → what was found."""


def run(peer: Peer) -> None:
    """The whole life of a peer's process."""
    began = _seconds_since_start()
    started = time.monotonic()
    path, seconds, seed, out = sys.argv[1:5]

    def left() -> float:
        return float(seconds) - began - (time.monotonic() - started) - WRITING_SECONDS

    problem = document.load(json.loads(Path(path).read_text(encoding="utf-8")))
    found = peer(build(problem), left, int(seed))
    if found.assignments is not None:
        say(broken=0, vacancy=found.vacancy, cost=found.cost)
        write(Path(out), found.assignments)
    say(optimal=found.optimal, bound=found.bound)


def write(out: Path, assignments: Iterable[Assignment]) -> None:
    """A roster document."""
    out.write_text(json.dumps({"assignments": [assignment_json(a) for a in assignments]}), encoding="utf-8")


def _seconds_since_start() -> float:
    """How long this process has lived: the interpreter and the imports count as well."""
    ticks = float(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - ticks / os.sysconf("SC_CLK_TCK")
