"""SIGTERM: what is being done is done or given back, within ten seconds; and a queue that is lost is no loss."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from jobs.wakeup import QUEUE_FILE
from models.environment import whole
from tests.models.towns import MONDAY, TOWN
from tests.patience import PATIENCE, eventually
from tests.worker.conftest import Place

from .conftest import V1, WEEK, Site

DRAIN_SECONDS = 10.0
"""A promise of docs/operations.md, and the only clock here: what it takes is a fifth of it."""


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_the_web_answers_what_it_was_asked_and_ends(site: Site) -> None:
    web = site.web()
    solve = web.post(f"{WEEK}/solves", {"seconds": 60}).json()["id"]
    address = f"http://127.0.0.1:{web.port}"
    events = f"{address}{V1}/solves/{solve}/events"
    with requests.get(events, cookies=web.cookies, stream=True, timeout=PATIENCE) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(b"retry:")
        with ThreadPoolExecutor() as threads:
            asked = threading.Event()
            slow = threads.submit(lambda: (asked.set(), web.get("/slow?seconds=1.5"))[1])
            assert asked.wait(PATIENCE)
            eventually(lambda: requests.get(f"{address}/healthz", timeout=PATIENCE).status_code == 200)
            began = time.monotonic()
            web.process.send_signal(signal.SIGTERM)
            assert slow.result(PATIENCE).json() == {"slept": 1.5}
            rest = list(lines)
            assert web.process.wait(PATIENCE) == 0
    assert time.monotonic() - began < DRAIN_SECONDS
    assert not any(line == b"event: end" for line in rest), "the solve has not ended: the browser comes back"
    eventually(lambda: not web.answers())


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_request_that_takes_too_long_does_not_hold_the_end_up(site: Site) -> None:
    assert whole({}, "SANBAN_DRAIN_SECONDS") < DRAIN_SECONDS
    web = site.web(SANBAN_DRAIN_SECONDS="2")
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(web.get, "/slow?seconds=25")
        eventually(lambda: web.get("/healthz").status_code == 200)
        began = time.monotonic()
        web.process.send_signal(signal.SIGTERM)
        web.process.wait(PATIENCE)
        assert time.monotonic() - began < DRAIN_SECONDS
        assert slow.exception(PATIENCE) is not None


def test_a_worker_gives_its_solve_back_with_the_best_roster(place: Place) -> None:
    solve = place.solve(seconds=2, deaf=True)
    worker = place.worker(lease=60)
    place.running(solve)
    began = time.monotonic()
    worker.terminate()
    worker.join(DRAIN_SECONDS)
    assert time.monotonic() - began < DRAIN_SECONDS
    assert (worker.exitcode, place.get(solve).state, place.get(solve).attempt) == (0, "queued", 1)
    assert place.store.solves.incumbent(TOWN, solve.id) is not None
    place.worker(lease=60)
    ended = place.over(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 2, 1)
    assert [run["start"] for run in place.runs()] == [False, True], "the second one begins where the first one was"
    assert len(place.store.rosters.versions(TOWN, MONDAY)) == 1


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_queue_that_is_lost_and_made_anew_loses_no_solve(place: Place) -> None:
    place.worker(lease=2)
    eventually(lambda: "worker_started" in place.log(), "the start")
    for file in place.folder.glob(f"{QUEUE_FILE}*"):
        file.unlink()
    solve = place.solve()
    assert place.over(solve).state == "finished", "nobody said a word, and it was found"
    place.wake()
    assert (place.folder / QUEUE_FILE).exists()
    second = place.solve(seed=2)
    place.wake()
    assert place.over(second).state == "finished"
    assert [place.get(each).attempt for each in (solve, second)] == [1, 1]
