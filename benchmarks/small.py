"""python -m benchmarks small [TOWN …]: how soon towns of 60 people are proven optimal, and where the time goes.

Two looks at each town. The command line solves it as a user would: wall clock, and the processor time of all processes.
Then the prover alone works on the same program within this process, told of the roster that came out: processor time of
the decision diagrams, of raising the bound, and of branch and bound. Figures of processor time bear other work on the
machine, those of the wall clock do not.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import numpy as np

from scheduler import __version__, document, towns
from scheduler.engines.prove import Prover
from scheduler.problem import Problem
from scheduler.program import build
from scheduler.search.lagrangian import Lagrangian
from scheduler.search.landscape import landscape
from scheduler.search.local import LocalSearch, unfillable
from scheduler.search.tasks import Known, News, Task

from . import solving
from .cuts import cut
from .machine import facts

RESULTS = Path(__file__).parent / "results"
MONDAY = date(2026, 11, 30)
PARENTS: dict[str, int | None] = {
    "shouchang": None, "xincheng": None, "anguolu": None, "yinhu": 1000, "yangxi": None, "chunjiang": None,
    "xiangcheng": None, "ruian_grids": None,
}  # fmt: skip
"""The towns that are cut, and the size to make them in where it can vary."""
IMPORTS = {"solver": "scheduler.solver", "prover": "scheduler.engines.prove"}
COLUMNS = {
    "town": "town", "posts": "posts", "heads": "heads", "cells": "cells", "rows": "rows", "status": "status",
    "seconds_proven": "proven, s", "seconds_before_building": "of these before building", "best_at": "last roster, s",
    "processor_seconds": "processor, s", "objective": "objective", "missing": "bound short by", "build": "building",
    "diagrams": "diagrams", "vacancies": "vacancies", "climb": "bound", "short_after_climb": "then short by",
    "exact": "exact",
}  # fmt: skip
"""Figure → heading. Up to the last roster by the wall clock; from building on seconds of the processor."""


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    about = facts() | {"version": __version__, "seed": options.seed, "seconds": options.seconds, "week": str(MONDAY)}
    about |= {"people": options.people, "import_seconds": {name: _importing(m) for name, m in IMPORTS.items()}}
    print("  ".join(f"{name} {value}" for name, value in about.items()) + "\n")
    print("| " + " | ".join(title for title in COLUMNS.values()) + " |")
    print("|---" * len(COLUMNS) + "|")
    measured = []
    for key in options.towns or PARENTS:
        town = cut(towns.make(key, options.seed, MONDAY, PARENTS[key]), options.people)
        measured.append({"town": key} | measure(town, options.seconds, options.seed, warm=not measured))
        print("| " + " | ".join(_shown(measured[-1][name]) for name in COLUMNS) + " |", flush=True)
    path = RESULTS / f"{about['date'].replace(':', '').replace('+0000', 'Z')}-small.json"
    path.write_text(json.dumps({"about": about, "towns": measured}, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    print(f"\n{path}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks small", description=__doc__)
    parser.add_argument("towns", nargs="*", metavar="TOWN", help=f"of {', '.join(PARENTS)}; all when left out")
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    unknown = [t for t in options.towns if t not in PARENTS]
    if unknown:
        parser.error(f"not to be cut: {', '.join(unknown)}")
    return options


def _shown(value: Any) -> str:
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _importing(module: str) -> dict[str, float]:
    """Seconds that an interpreter takes to start and import a module: of the wall clock, and of the processor."""
    before, started = _processor_seconds(), time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return {"wall": round(time.monotonic() - started, 2), "processor": round(_processor_seconds() - before, 2)}


def _processor_seconds() -> float:
    """What children that have ended took, their own children included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(town: dict[str, Any], seconds: float, seed: int, warm: bool = False) -> dict[str, Any]:
    """All figures of one town; `warm` makes the compiled code of this process be loaded first."""
    before = _processor_seconds()
    figures, result = solving.solve(town, seconds, seed)
    processor = _processor_seconds() - before
    problem = document.load(town)
    if warm:
        _load_kernels(problem)
    objective, bound, trace = result["objective"], result["bound"], result["trace"]
    optimal = result["status"] == "optimal"
    found = [p["seconds"] for p in trace if (p["vacancy_objective"], p["objective"]) == _levels(result)]
    return {
        "posts": len(problem.posts),
        "heads": sum(seat.min for _, seat in problem.demands),
        "status": result["status"],
        "seconds_proven": figures["seconds_wall"] if optimal else None,
        "seconds_before_building": round(figures["seconds_wall"] - result["seconds"], 2),
        "processor_seconds": round(processor, 2),
        "objective": objective,
        "missing": None if bound is None or objective is None else round(objective - bound),
        "vacancy_missing": result["vacancy_objective"] - result["vacancy_bound"],
        "best_at": round(found[0], 2) if found else None,
        "peak_memory_mb": figures["peak_memory_mb"],
    } | _phases(problem, result, seconds, seed)


def _levels(result: dict[str, Any]) -> tuple[int, int]:
    return result["vacancy_objective"], result["objective"]


def _load_kernels(problem: Problem) -> None:
    program = build(problem)
    LocalSearch(program, 1).construct()
    lagrangian = Lagrangian(program)
    lagrangian.at(np.zeros(lagrangian.rows), 0.0, 0.0)


class _Enough(Exception):
    """What was to be measured is over."""


@dataclass
class _Listener:
    """Stands for the searching process at the other end of the prover's pipe."""

    known: Known
    told: bool = False
    heard: list[tuple[float, News]] = field(default_factory=list)

    def poll(self) -> bool:
        return not self.told

    def recv(self) -> Known:
        self.told = True
        return self.known

    def send(self, news: News) -> None:
        self.heard.append((time.process_time(), news))
        if news.phase in ("exact", "windows"):
            raise _Enough

    def last(self, phase: str) -> tuple[float, News] | None:
        return next((entry for entry in reversed(self.heard) if entry[1].phase == phase), None)


def _phases(problem: Problem, result: dict[str, Any], seconds: float, seed: int) -> dict[str, Any]:
    """Processor seconds of building and of the prover's parts, and how far the bound is off when the climb ends."""
    started = time.process_time()
    program = build(problem)
    built = time.process_time()
    Lagrangian(program)
    drawn = time.process_time()
    vacancy, cost = _levels(result)
    holds = [
        (problem.demand_index[problem.duty_index[a["duty"]], a["position"]], problem.person_index[a["person"]])
        for a in result["assignments"]
    ]
    demands, persons = np.array(holds, np.int64).reshape(-1, 2).T
    listener = _Listener(Known(vacancy, cost, demands, persons))
    task = Task(program, seconds, vacancy, unfillable(program, landscape(program)[0]), True, seed)
    began = time.process_time()
    try:
        Prover(task, cast(Connection, listener)).run()
    except _Enough:
        pass
    vacancies, bound, exact = (listener.last(phase) for phase in ("vacancies", "bound", "exact"))
    climbs = (began if vacancies is None else vacancies[0]) + (drawn - built if vacancies is None else 0.0)
    reached = None if bound is None else bound[1].bound
    return {
        "cells": program.cells,
        "rows": program.rows,
        "build": round(built - started, 2),
        "diagrams": round(drawn - built, 2),
        "vacancies": None if vacancies is None else round(vacancies[0] - began - (drawn - built), 2),
        "climb": None if bound is None else round(bound[0] - climbs, 2),
        "short_after_climb": None if reached is None else cost - reached,
        "exact": None if exact is None or bound is None else round(exact[0] - bound[0], 2),
        "short_after_exact": None if exact is None or exact[1].bound is None else cost - exact[1].bound,
    }
