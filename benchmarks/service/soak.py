"""Hours of ordinary work, and whether memory stays bounded: `python -m benchmarks.service.soak --minutes 30`.

Pages, boards, event streams and solves go on all the time; what the parts hold in memory is looked at every few
seconds. The slope is that of a straight line through the second half, when caches are full.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from benchmarks.machine import facts, family

from . import report
from .filling import DISTRICT, Filled, fill, hamlet
from .pages import THREADS_WITH_STREAMS
from .site import ROOT, Site, site
from .streams import Streams
from .volley import get

PARTS = ("web", "worker", "database")
LOOK_SECONDS = 15.0
BOARD_EVERY, SOLVE_EVERY = 2, 2
"""Looks between two boards, and between two solves."""
STREAMS = 20
STREAM_SECONDS = 60
"""Streams are taken up again when they end, as browsers do."""
SETTLED = 0.5
"""The part of the time that is left out of the slope."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=30.0, help="pages a second")
    options = parser.parse_args()
    about = facts() | {"command": " ".join(["python -m benchmarks.service.soak", *sys.argv[1:]])}
    with site() as here:
        filled = fill(here.store, DISTRICT)
        here.web(threads=THREADS_WITH_STREAMS)
        here.worker(slots=1, cores=1)
        found = soak(here, filled, options.minutes, options.rate)
    report.write({"about": about, "soak": found}, "soak")
    report.soak(found)


def soak(here: Site, filled: Filled, minutes: float, rate: float) -> dict[str, Any]:
    """All of it for so many minutes: samples, slopes, and what came of the work."""
    command = [sys.executable, "-m", "benchmarks.service.volley", "127.0.0.1", str(here.port), str(rate)]
    addresses = here.folder / "addresses"
    addresses.write_text("".join(f"/v/{token}\n" for token in filled.tokens))
    with addresses.open() as lines:
        volley = subprocess.Popen(
            [*command, str(60 * minutes)], cwd=ROOT, stdin=lines, stdout=subprocess.PIPE, text=True
        )
    browser = here.signed_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.get_dict().items())
    body = hamlet("soaked")
    here.store.load_town(body)
    waiting = here.store.solves.create("soaked", "solve", body, seconds=2)[0].id
    followed = [get(f"/api/v1/solves/{waiting}/events", "127.0.0.1", {"Cookie": cookie})] * STREAMS
    samples, boards, solves = [], 0, 1
    began = time.monotonic()
    streams = Streams("127.0.0.1", here.port, followed)
    while (passed := time.monotonic() - began) < 60 * minutes:
        look = len(samples)
        samples.append({"minutes": round(passed / 60, 2)} | {part: held(here, part) for part in PARTS})
        if look % BOARD_EVERY == 0:
            browser.get(f"{here.address}/towns/{filled.town}/weeks/{filled.start}", timeout=120).raise_for_status()
            boards += 1
        if look % SOLVE_EVERY == 0:
            waiting = here.store.solves.create("soaked", "solve", body, seconds=2, seed=look)[0].id
            solves += 1
        if all(stream.ended for stream in streams.all):
            streams.close()
            path = f"/api/v1/solves/{waiting}/events"
            streams = Streams("127.0.0.1", here.port, [get(path, "127.0.0.1", {"Cookie": cookie})] * STREAMS)
        streams.read(max(0.0, LOOK_SECONDS * (look + 1) - (time.monotonic() - began)))
    streams.close()
    told, _ = volley.communicate(timeout=60)
    states = [s.state for s in here.store.solves.list("soaked", None, "solve", 1, 10_000).items]
    return {
        "minutes": minutes, "rate": rate, "pages": json.loads(told), "boards": boards, "solves": solves,
        "solves_finished": states.count("finished"), "streams": STREAMS, "samples": samples,
        "slopes": {part: {kind: slope(samples, part, kind) for kind in ("pss_mb", "rss_mb")} for part in PARTS},
    }  # fmt: skip


def held(here: Site, part: str) -> dict[str, float]:
    """Megabytes of a part with all its processes: PSS shares what is shared, RSS counts it for each."""
    resident = sum(rss(process) for root in here.roots(part) for process in family(root))
    return {"pss_mb": round(here.pss(part) / 2**20, 1), "rss_mb": round(resident / 2**20, 1)}


def rss(process: int) -> int:
    """Bytes of one process; 0 when it has ended."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * 4096
    except (FileNotFoundError, ProcessLookupError):
        return 0


def slope(samples: list[dict[str, Any]], part: str, kind: str) -> float | None:
    """Megabytes an hour, by least squares over the later part; None with fewer than three samples.

    A worker is taken at its lowest in every minute: its solver comes and goes.
    """
    later = samples[int(SETTLED * len(samples)) :]
    lowest: dict[float, float] = {}
    for sample in later:
        at = sample["minutes"] // 1 if part == "worker" else sample["minutes"]
        lowest[at] = min(lowest.get(at, float("inf")), sample[part][kind])
    if len(lowest) < 3:
        return None
    hours, sizes = [at / 60 for at in lowest], list(lowest.values())
    middle, mean = sum(hours) / len(hours), sum(sizes) / len(sizes)
    spread = sum((h - middle) ** 2 for h in hours)
    return round(sum((h - middle) * (s - mean) for h, s in zip(hours, sizes, strict=True)) / spread, 1)


if __name__ == "__main__":
    main()
