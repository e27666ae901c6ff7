"""python -m benchmarks.peers [TOWN …] [--seconds 60] [--seed 1] [--only PEER,…] [--tune]: a table and a picture."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from scheduler import __version__, document, towns

from ..machine import facts
from . import running, table
from .missing import Missing
from .picture import picture
from .running import Run
from .solvers import OURS, SOLVERS, Case, Solver, tried

TOWNS = ("shouchang", "xincheng", "yinhu")
MONDAY = date(2026, 11, 30)
"""The week of all benchmarks."""
RESULTS = Path(__file__).parents[1] / "results"
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "peers.svg"


def main() -> None:
    """Every peer on every town, one after another; one that is missing says so and is left out."""
    options = _options()
    about = facts() | {"version": __version__, "seed": options.seed, "seconds": options.seconds, "week": str(MONDAY)}
    print("  ".join(f"{name} {value}" for name, value in about.items()), flush=True)
    taking_part = {n: SOLVERS[n] for n in options.only}
    if options.tune:
        taking_part = {OURS: SOLVERS[OURS]} | tried(options.moves)
    measured: dict[str, list[Run]] = {}
    for town in options.towns:
        measured[town] = measure(town, taking_part, options.seconds, options.seed)
        print(f"\n{table.table(town, measured[town])}\n", flush=True)
    stem = f"peers-{about['date'].replace(':', '').replace('+0000', 'Z')}"
    _save(RESULTS / f"{stem}.json", about, measured)
    (RESULTS / f"{stem}.md").write_text(table.tables(measured) + "\n", encoding="utf-8")
    if not options.tune:
        PICTURE.write_text(picture(measured), encoding="utf-8")
        print(PICTURE)
    print(RESULTS / f"{stem}.json", RESULTS / f"{stem}.md", sep="\n")
    if any(not r.agrees or r.failure is not None for runs in measured.values() for r in runs):
        raise SystemExit(1)


def measure(town: str, taking_part: Mapping[str, Solver], seconds: float, seed: int) -> list[Run]:
    """The runs of all peers on one town; what they write is gone afterwards."""
    body = towns.make(town, seed, MONDAY)
    problem = document.load(body)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        case = Case(town, problem, Path(folder), seconds, seed)
        case.document.write_text(json.dumps(body), encoding="utf-8")
        for name, solver in taking_part.items():
            try:
                job = solver.job(case)
            except Missing as missing:
                print(missing.text.zh, missing.text.en, sep="\n", file=sys.stderr, flush=True)
                continue
            found = running.run(name, job, problem, seconds)
            runs.append(found)
            print(f"{town}  {solver.title.zh} {solver.title.en}: {_outcome(found)}", flush=True)
            if found.failure is not None:
                print(found.failure, file=sys.stderr, flush=True)
    return runs


def _outcome(run: Run) -> str:
    best = run.best
    if best is None:
        return f"没有班表 no roster, {run.wall} s"
    state = f"{best.broken} broken, {best.vacancy} vacant, cost {best.cost}"
    return f"{state} after {best.seconds} s; ended at {run.wall} s"


def _save(path: Path, about: Mapping[str, Any], measured: Mapping[str, list[Run]]) -> None:
    body = {"about": about, "towns": {town: [run.as_json() for run in runs] for town, runs in measured.items()}}
    path.write_text(json.dumps(body, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("towns", nargs="*", metavar="TOWN", help=f"of {', '.join(towns.KEYS)}; {' '.join(TOWNS)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each peer, its building included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(SOLVERS), help=f"of {','.join(SOLVERS)}")
    parser.add_argument("--tune", action="store_true", help="Timefold with every setting tried; no picture")
    parser.add_argument("--moves", type=int, help="with --tune: end each search after so many moves")
    options = parser.parse_args()
    options.towns = options.towns or list(TOWNS)
    options.only = options.only.split(",")
    if unknown := [t for t in options.towns if t not in towns.KEYS]:
        parser.error(f"no such town: {', '.join(unknown)}")
    if unknown := [n for n in options.only if n not in SOLVERS]:
        parser.error(f"no such peer: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    main()
