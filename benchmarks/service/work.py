"""What takes long: a large town is imported; a thousand small ones are solved by real workers."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from sqlalchemy import func, select

from models.rows import RosterRow, SolveRow
from models.store import Store
from scheduler import towns

from .filling import hamlet, today
from .site import Site

LOOK_SECONDS = 1.0
LONGEST_SECONDS = 3 * 3600


def imported(site: Site, people: int) -> dict[str, Any]:
    """POST /towns/import of a sub-district of so many people with its week, as a new town."""
    body = towns.make("yinhu", 2, today(), people=people)
    body["town"] = {"id": "imported", "name": "新街道（示例）"}
    browser = site.signed_in()
    before, began = site.seconds("web"), time.perf_counter()
    answer = browser.post(f"{site.address}/api/v1/towns/import", json=body, timeout=120)
    seconds = time.perf_counter() - began
    answer.raise_for_status()
    return {
        "people": len(body["people"]),
        "seconds": round(seconds, 2),
        "web_seconds": round(site.seconds("web") - before, 2),
        "document_bytes": int(answer.request.headers["Content-Length"]),
    }


def solved_once(site: Site, count: int, workers: int, seconds: int) -> dict[str, Any]:
    """So many towns of nine people queued at once, by the workers; what each came to."""
    made = [f"hamlet-{n:04}" for n in range(count)]
    start = today()
    for town in made:
        body = hamlet(town)
        site.store.load_town(body)
        site.store.solves.create(town, "solve", body, week=start, seconds=seconds, gap=0.0)
    began = time.monotonic()
    for _ in range(workers):
        site.worker(slots=1, cores=1)
    while (left := open_ones(site.store)) and time.monotonic() - began < LONGEST_SECONDS:
        time.sleep(LOOK_SECONDS)
    took = time.monotonic() - began
    worked = site.seconds("worker")
    site.stop("worker")
    return outcome(site.store, count) | {
        "towns": count, "workers": workers, "seconds": round(took, 1), "worker_seconds": round(worked, 1), "left": left,
    }  # fmt: skip


def open_ones(store: Store) -> int:
    """Solves of small towns that are queued or running."""
    with store.database.read() as session:
        wanted = select(func.count()).where(SolveRow.town.like("hamlet-%"), SolveRow.state.in_(("queued", "running")))
        return session.scalar(wanted) or 0


def outcome(store: Store, count: int) -> dict[str, Any]:
    """How every solve ended, how often it was taken up, and how many rosters came of it."""
    with store.database.read() as session:
        wanted = select(SolveRow.state, SolveRow.attempt).where(SolveRow.town.like("hamlet-%"))
        ends = Counter(f"{state}, attempt {attempt}" for state, attempt in session.execute(wanted))
        made = select(RosterRow.town, func.count()).where(RosterRow.town.like("hamlet-%")).group_by(RosterRow.town)
        rosters = Counter(number for _, number in session.execute(made))
    once = ends["finished, attempt 1"] == count and rosters == Counter({1: count})
    return {"ends": dict(ends), "towns_by_rosters": dict(rosters), "exactly_once": once}
