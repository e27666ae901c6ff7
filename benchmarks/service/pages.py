"""Volunteers at the change of shift, with and without open event streams; an organiser's board and JSON."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
from statistics import median
from typing import Any

from .filling import Filled, hamlet
from .site import ROOT, Site
from .streams import Streams
from .volley import get

THREADS_WITH_STREAMS = 160
"""Of each of two processes: 16 of them are kept for pages, so that 288 streams find room."""
QUEUED = 20
"""Solves that are followed by the streams; no worker runs, so that they stay queued."""


def volley(site: Site, tokens: tuple[str, ...], rate: float, seconds: float) -> dict[str, Any]:
    """Visits at a fixed rate, and who used how much of the processor meanwhile."""
    paths = [f"/v/{token}\n" for token in tokens]
    random.Random(int(rate)).shuffle(paths)
    command = [sys.executable, "-m", "benchmarks.service.volley", "127.0.0.1", str(site.port), str(rate), str(seconds)]
    before = {part: site.seconds(part) for part in ("web", "database")}
    done = subprocess.run(command, cwd=ROOT, input="".join(paths), capture_output=True, text=True, check=True)
    used = {f"{part}_seconds": round(site.seconds(part) - before[part], 2) for part in before}
    return {"rate": rate, "seconds": seconds, **json.loads(done.stdout), **used}


def warm(site: Site, tokens: tuple[str, ...]) -> None:
    """Every process reads the published rosters once."""
    volley(site, tokens, 20, 5)


def held(site: Site, tokens: tuple[str, ...], rates: list[float], seconds: float, goal: float) -> list[dict[str, Any]]:
    """Rising rates until one is not held: somebody was lost, or p95 is above the goal (milliseconds)."""
    found: list[dict[str, Any]] = []
    for rate in rates:
        found.append(volley(site, tokens, rate, seconds))
        if found[-1]["lost"] or found[-1]["p95"] is None or found[-1]["p95"] > goal:
            break
        time.sleep(1)
    return found


def with_streams(site: Site, tokens: tuple[str, ...], streams: int, rate: float, seconds: float) -> dict[str, Any]:
    """The same pages without and with so many open streams, and what the streams cost when nobody asks for a page."""
    site.web(threads=THREADS_WITH_STREAMS, SANBAN_STREAM_SECONDS="600")
    warm(site, tokens)
    without = volley(site, tokens, rate, seconds)
    solves = queued(site)
    browser = site.signed_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.get_dict().items())
    paths = [f"/api/v1/solves/{solves[n % len(solves)]}/events" for n in range(streams)]
    open_ = Streams("127.0.0.1", site.port, [get(path, "127.0.0.1", {"Cookie": cookie}) for path in paths])
    there = open_.until_open()
    before, began = site.seconds("web") + site.seconds("database"), time.monotonic()
    open_.read(seconds)
    alone = (site.seconds("web") + site.seconds("database") - before) / (time.monotonic() - began)
    loaded = volley(site, tokens, rate, seconds)
    open_.read(0.2)
    alive = sum(not s.ended for s in open_.all)
    open_.close()
    return {
        "streams": streams, "opened": there, "alive_at_the_end": alive, "cores_of_streams_alone": round(alone, 3),
        "without": without, "with": loaded,
    }  # fmt: skip


def queued(site: Site) -> list[str]:
    """A small town with solves that wait."""
    body = hamlet("followed")
    site.store.load_town(body)
    return [site.store.solves.create("followed", "solve", body, seed=seed)[0].id for seed in range(QUEUED)]


def board(site: Site, filled: Filled, trials: int) -> dict[str, Any]:
    """An organiser's views of the whole week: seconds of the first and of later looks, bytes as they are and packed."""
    browser = site.signed_in()
    browser.headers["Accept-Encoding"] = "identity"
    of_week = f"/towns/{filled.town}/weeks/{filled.start}"
    views = {
        "board": of_week,
        "by person": f"{of_week}?view=people",
        "roster, JSON": f"/api/v1{of_week}/rosters/published",
        "check, JSON": f"/api/v1{of_week}/rosters/published/check",
    }
    found = {}
    for name, path in views.items():
        looks, body = [], b""
        for _ in range(trials + 2):  # the first ones warm both processes
            began = time.perf_counter()
            answer = browser.get(site.address + path, timeout=120)
            looks.append(time.perf_counter() - began)
            answer.raise_for_status()
            body = answer.content
        found[name] = {
            "first_seconds": round(looks[0], 3),
            "median_seconds": round(median(looks[2:]), 3),
            "worst_seconds": round(max(looks[2:]), 3),
            "bytes": len(body),
            "packed_bytes": len(gzip.compress(body, 5)),
        }
    return found
