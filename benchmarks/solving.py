"""One solve of one town by the command line, as a user would run it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .machine import PeakMemory

MARKS = (10, 30, 60)
"""Seconds after which objective, bound and gap are read off."""


def solve(problem: dict[str, Any], seconds: float, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the figures, the result document) of one solve."""
    with tempfile.TemporaryDirectory() as folder:
        document, out = Path(folder) / "problem.json", Path(folder) / "result.json"
        document.write_text(json.dumps(problem), encoding="utf-8")
        started = time.monotonic()
        child = subprocess.Popen(
            [
                sys.executable, "-m", "scheduler", "solve", str(document), "--seconds", str(seconds),
                "--seed", str(seed), "--out", str(out), "--progress", "jsonl",
            ],
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        peak = PeakMemory(child.pid)
        peak.start()
        assert child.stderr is not None
        with child.stderr:
            lines = [(time.monotonic() - started, line) for line in child.stderr]
        code = child.wait()
        wall = time.monotonic() - started
        memory = peak.stop()
        if code != 0:
            raise RuntimeError(f"the solve ended with {code}: {''.join(line for _, line in lines[-20:])}")
        result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    trace = [(at, json.loads(line)) for at, line in lines if line.startswith("{")]
    return figures(trace, result, wall, memory), result


def figures(
    trace: list[tuple[float, dict[str, Any]]], result: dict[str, Any], wall: float, memory: int
) -> dict[str, Any]:
    """What the table shows. Times are wall clock from the start of the process, its start and imports included."""
    fewest = result["vacancy_objective"]
    full = [at for at, p in trace if p["vacancy_objective"] is not None and p["vacancy_objective"] <= fewest]
    first = [at for at, p in trace if p["objective"] is not None]
    return {
        "status": result["status"],
        "seconds_wall": round(wall, 2),
        "seconds_to_first_roster": round(first[0], 2) if first else None,
        "seconds_to_no_fillable_vacancy": round(full[0], 2) if full else None,
        "vacancy_objective": fewest,
        "vacancy_bound": result["vacancy_bound"],
        "vacancies": sum(v["count"] for v in result["vacancies"]),
        "objective": result["objective"],
        "bound": result["bound"],
        "gap": result["gap"],
        "peak_memory_mb": round(memory / 2**20),
        "at": {str(mark): _at(trace, mark) for mark in MARKS if mark <= wall + 5 or result["status"] == "optimal"},
    }


def _at(trace: list[tuple[float, dict[str, Any]]], mark: float) -> dict[str, Any]:
    """The last news before a moment."""
    known = [p for at, p in trace if at <= mark]
    fields = ("objective", "bound", "gap", "vacancy_objective", "vacancy_gap")
    return {name: known[-1][name] if known else None for name in fields}
