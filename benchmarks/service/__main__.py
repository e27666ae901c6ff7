"""python -m benchmarks.service [PART …]: the service under load. Parts: volunteers streams board import plans towns.

Tables, and a JSON file in benchmarks/results/; without a part all of them, in this order. docs/benchmarks.md says what
is measured and how. The soak has its own command, `python -m benchmarks.service.soak`.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchmarks.machine import facts

from . import pages, report, work
from .filling import DISTRICT, NEIGHBOURS, fill
from .plans import plans
from .site import site

PARTS = ("volunteers", "streams", "board", "import", "plans", "towns")


def main() -> None:
    options = _options()
    parts = options.parts or list(PARTS)
    about = facts() | {"command": " ".join(["python -m benchmarks.service", *sys.argv[1:]])}
    print("  ".join(f"{name} {value}" for name, value in about.items()))
    found: dict[str, Any] = {}
    with site() as here:
        filled = fill(here.store, DISTRICT)
        tokens = filled.tokens + tuple(token for key in NEIGHBOURS for token in fill(here.store, key).tokens)
        here.web()
        if "volunteers" in parts:
            pages.warm(here, tokens)
            found["volunteers"] = pages.held(here, tokens, options.rates, options.seconds, options.goal)
            report.volunteers(found["volunteers"])
        if "board" in parts:
            found["board"] = pages.board(here, filled, options.trials)
            report.board(found["board"])
        if "import" in parts:
            found["import"] = work.imported(here, options.people)
            report.imported(found["import"])
        if "streams" in parts:
            found["streams"] = pages.with_streams(here, tokens, options.streams, options.rate, options.seconds)
            report.streams(found["streams"])
        if "plans" in parts:
            found["plans"] = plans(here.store, filled)
            report.plans(found["plans"])
        here.stop("web")
        if "towns" in parts:
            found["towns"] = work.solved_once(here, options.towns, options.workers, seconds=1)
            report.towns(found["towns"])
    report.write({"about": about, **found}, "service")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when left out")
    parser.add_argument("--rates", type=float, nargs="+", default=[100.0, 200.0, 300.0, 400.0, 500.0], help="pages/s")
    parser.add_argument("--seconds", type=float, default=20.0, help="of every volley")
    parser.add_argument("--goal", type=float, default=300.0, help="p95 that counts as held, in milliseconds")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rate", type=float, default=100.0, help="pages a second beside the streams")
    parser.add_argument("--trials", type=int, default=5, help="looks at each view")
    parser.add_argument("--people", type=int, default=10_000, help="in the town that is imported")
    parser.add_argument("--towns", type=int, default=1000, help="queued at once")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    main()
