"""python -m benchmarks [TOWN …] [--seconds 60] [--seed 1] [--trials 5]: a table, and a JSON file beside the others.

`python -m benchmarks small` measures towns of 60 people, see `benchmarks.small`. The town yinhu is measured as a
sub-district is used in a day, and `growth` solves it at sizes from 1,000 to 50,000 people, see `benchmarks.district`.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from scheduler import __version__, towns

from . import daily, district, small, solving
from .machine import facts

RESULTS = Path(__file__).parent / "results"
DISTRICT, GROWTH = "yinhu", "growth"
MONDAY = date(2026, 11, 30)
"""The same week every time, so that figures can be compared."""


def main() -> None:
    if sys.argv[1:2] == ["small"]:
        small.main(sys.argv[2:])
        return
    options = _options()
    about = facts() | {"version": __version__, "seed": options.seed, "seconds": options.seconds, "week": str(MONDAY)}
    print("  ".join(f"{name} {value}" for name, value in about.items()))
    measured: dict[str, Any] = {}
    for town in options.towns or towns.DEMO_KEYS:
        if town == GROWTH:
            measured[town] = district.growth(MONDAY, options.seed, options.seconds)
            print(f"\n{district.growth_table(measured[town])}")
            continue
        if town == DISTRICT:
            measured[town] = district.day(town, MONDAY, options.seed, options.seconds, options.trials)
            print(f"\n{district.day_table(measured[town])}")
            continue
        problem = towns.make(town, options.seed, MONDAY)
        figures, result = solving.solve(problem, options.seconds, options.seed)
        measured[town] = figures | daily.measure(problem, result, options.seed, options.trials)
        _show(town, measured[town])
    path = RESULTS / f"{about['date'].replace(':', '').replace('+0000', 'Z')}.json"
    path.write_text(json.dumps({"about": about, "towns": measured}, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    print(f"\n{path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    choice = f"of {', '.join(towns.KEYS)}, or {GROWTH}; the demo towns when left out"
    parser.add_argument("towns", nargs="*", metavar="TOWN", help=choice)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", type=int, default=5)
    options = parser.parse_args()
    unknown = [t for t in options.towns if t not in (*towns.KEYS, GROWTH)]
    if unknown:
        parser.error(f"no such town: {', '.join(unknown)}")
    return options


def _show(town: str, f: dict[str, Any]) -> None:
    print(f"\n{town}: {f['status']} after {f['seconds_wall']} s, peak memory {f['peak_memory_mb']} MB")
    print(
        f"  first roster {f['seconds_to_first_roster']} s, no fillable vacancy {f['seconds_to_no_fillable_vacancy']} s"
    )
    print(f"  vacancies {f['vacancies']} (weighted {f['vacancy_objective']}, bound {f['vacancy_bound']})")
    print(f"  {'at':>8} {'objective':>10} {'bound':>10} {'gap':>8}")
    for mark, news in [*((f"{m} s", n) for m, n in f["at"].items()), ("end", f)]:
        gap = "–" if news["gap"] is None else f"{100 * news['gap']:.2f} %"
        bound = "–" if news["bound"] is None else f"{news['bound']:.0f}"
        print(f"  {mark:>8} {news['objective'] if news['objective'] is not None else '–':>10} {bound:>10} {gap:>8}")
    for name, key in (("check", "check_seconds"), ("substitutes", "substitutes_seconds")):
        print(f"  {name:<20} median {f[key]['median']:.3f} s  worst {f[key]['worst']:.3f} s")
    for name, key in (("repair, 1 absence", "repair_1"), ("repair, 10 absences", "repair_10")):
        spread, moved = f[key]["seconds"], f[key]["people_moved"]
        trials = f"{f[key]['proven_fewest']} of {spread['trials']} proven fewest"
        print(f"  {name:<20} median {spread['median']:.3f} s  worst {spread['worst']:.3f} s  moved {moved}, {trials}")


if __name__ == "__main__":
    main()
