"""Everybody who takes part, in the order of running: how each is started, heard and read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scheduler import document
from scheduler.problem import Assignment, Problem
from scheduler.program import Program, build
from scheduler.text import Text

from .choices import VACANCY_WEIGHT
from .running import Job, News, read_roster, said
from .timefold import arrays, java, settings

STARTING_SECONDS = 2.0
"""This engine's `--seconds` begin when interpreter and document are loaded; so much is taken off for that."""
OURS = "sanban"


@dataclass(frozen=True)
class Case:
    """One town to be solved: its document in a folder of its own, within so many seconds of each process's start."""

    town: str
    problem: Problem
    folder: Path
    seconds: float
    seed: int

    @property
    def document(self) -> Path:
        return self.folder / "problem.json"

    @cached_property
    def program(self) -> Program:
        return build(self.problem)

    def roster(self, body: str) -> tuple[Assignment, ...]:
        return document.roster_from_json(self.problem, json.loads(body))


@dataclass(frozen=True)
class Solver:
    """A name for tables and pictures, and the way to a `Job`, which raises `Missing` where it cannot run."""

    title: Text
    job: Callable[[Case], Job]


def _ours(case: Case) -> Job:
    out = case.folder / "sanban.json"
    seconds = max(1.0, case.seconds - STARTING_SECONDS)
    command = [
        sys.executable, "-m", "scheduler", "solve", str(case.document), "--seconds", str(seconds),
        "--seed", str(case.seed), "--out", str(out), "--progress", "jsonl",
    ]  # fmt: skip

    def roster() -> tuple[Assignment, ...] | None:
        held = out.exists() and json.loads(out.read_text(encoding="utf-8"))["assignments"] is not None
        return read_roster(out, case.roster) if held else None

    return Job(command, "stderr", progress, roster)


def progress(line: str) -> News | None:
    """A line of our own progress."""
    facts = said(line)
    if facts is None:
        return None
    objective, vacancy, bound = facts["objective"], facts["vacancy_objective"], facts["bound"]
    return News(
        built=True,
        optimal=bound is not None and bound == objective and facts["vacancy_bound"] == vacancy,
        point=None if objective is None else (0, vacancy, objective),
        bound=bound,
        bound_vacancy=None if bound is None else vacancy,
    )


def _child(module: str) -> Callable[[Case], Job]:
    def job(case: Case) -> Job:
        out = case.folder / f"{module}.json"
        command = [
            sys.executable, "-m", f"benchmarks.peers.{module}", str(case.document), str(case.seconds), str(case.seed),
            str(out),
        ]  # fmt: skip
        return Job(command, "stdout", child_news, lambda: read_roster(out, case.roster))

    return job


def child_news(line: str) -> News | None:
    """A line of a peer's process, be it one of its own or one of HiGHS' log."""
    facts = said(line)
    if facts is None:
        weighted = better_in_log(line)
        return None if weighted is None else News(point=(0, *divmod(weighted, VACANCY_WEIGHT)))
    point = (facts["broken"], facts["vacancy"], facts["cost"]) if "cost" in facts else None
    vacancy, cost = divmod(facts["bound"], VACANCY_WEIGHT) if facts.get("bound") is not None else (None, None)
    return News(facts.get("built", False), facts.get("optimal", False), point, cost, vacancy)


def better_in_log(line: str) -> int | None:
    """The value of a new solution in HiGHS' log: such a line begins with a letter, and share and bound stand before."""
    words = line.split()
    if len(words) < 7 or len(words[0]) != 1 or not words[0].isalpha() or not words[4].endswith("%"):
        return None
    try:
        return round(float(words[6]))
    except ValueError:
        return None


def _timefold(words: tuple[str, ...] | None) -> Callable[[Case], Job]:
    """Timefold with these words of `Main.java`; with None as it is tuned for the town."""

    def job(case: Case) -> Job:
        out, data = case.folder / "timefold.txt", case.folder / "timefold.arrays"
        out.unlink(missing_ok=True)
        chosen = settings.tuned(case.town) if words is None else words
        command = java.command([str(data), str(case.seconds), str(case.seed), str(out), *chosen])
        if not data.exists():
            arrays.write(data, arrays.arrays_of(case.program))
        return Job(command, "stdout", child_news, lambda: read_roster(out, lambda s: arrays.roster(case.program, s)))

    return job


SOLVERS: Mapping[str, Solver] = {
    OURS: Solver(Text("三班", "Sanban"), _ours),
    "cp-sat": Solver(Text("CP-SAT 平铺模型", "CP-SAT, flat model"), _child("flat_cp_sat")),
    "highs": Solver(Text("HiGHS 整体求解", "HiGHS on the whole"), _child("whole_highs")),
    "timefold": Solver(Text("Timefold 默认", "Timefold, default"), _timefold(settings.DEFAULT)),
    "timefold-tuned": Solver(Text("Timefold 调优", "Timefold, tuned"), _timefold(None)),
}


def tried(moves: int | None) -> dict[str, Solver]:
    """Timefold with each setting from which the tuned one is chosen, for so many moves or as long as there is time."""
    until = () if moves is None else (f"moves={moves}",)
    return {name: Solver(Text(name, name), _timefold((*words, *until))) for name, words in settings.TRIED.items()}
