"""The worker as a process: killed, stalled, doubled, closed; nothing is lost, done twice or left behind."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.patience import PATIENCE, eventually

from .conftest import MONDAY as WEEK
from .conftest import SOLVER, Place, alive
from .conftest import TOWN as TOWN_ID
from .start import started


def weeks(place: Place, count: int) -> list[object]:
    later = [WEEK + timedelta(weeks=i) for i in range(1, count)]
    for week in later:
        place.store.weeks.make(TOWN_ID, week, source="empty")
    return [WEEK, *later]


def test_one_wake_up_drains_the_queue(place: Place) -> None:
    place.worker(lease=60)
    eventually(lambda: "worker_started" in place.log(), "the start")
    time.sleep(0.3)
    solves = [place.solve(week) for week in weeks(place, 3)]
    place.wake()
    place.wake()
    assert {place.over(solve).state for solve in solves} == {"finished"}
    assert len(place.runs()) == len(solves)


def test_a_repair_does_not_wait_for_a_long_solve_of_another_week(place: Place) -> None:
    long = place.solve(weeks(place, 2)[1], seconds=60)
    place.worker(lease=60)
    place.running(long)
    repair = place.solve(kind="repair")
    place.wake()
    assert place.over(repair).state == "finished"
    assert (place.get(long).state, place.get(long).attempt) == ("running", 1)


def test_a_repair_takes_the_place_of_the_solve_of_its_week_which_goes_on_afterwards(place: Place) -> None:
    long = place.solve(seconds=1.5)
    place.worker(lease=60)
    run = place.running(long)
    repair = place.solve(kind="repair")
    place.wake()
    assert place.over(repair).state == "finished"
    eventually(lambda: not alive(run["pid"]), "the end of the displaced solver")
    ended = place.over(long)
    assert (ended.state, ended.attempt, ended.error) == ("finished", 2, None)
    assert [entry["start"] for entry in place.runs() if entry["kind"] == "solve"] == [False, True]


def test_a_worker_that_nobody_wakes_finds_its_work(place: Place) -> None:
    place.worker(lease=1)
    eventually(lambda: "worker_started" in place.log(), "the start")
    time.sleep(0.3)
    assert place.over(place.solve()).state == "finished"


def test_a_killed_worker_loses_nothing_and_its_solver_ends_too(place: Place) -> None:
    solve = place.solve(seconds=1.5)
    first = place.worker()
    run = place.running(solve)
    first.kill()
    eventually(lambda: not alive(run["pid"]), "the end of the orphan")
    place.worker()
    ended = place.over(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 2, 1)
    assert [run["start"] for run in place.runs()] == [False, True]
    assert len(place.store.rosters.versions(TOWN_ID, WEEK)) == 1


@pytest.mark.parametrize("filled_url", ["postgresql"], indirect=True)
def test_machines_that_share_nothing_but_the_server_share_the_work_and_take_it_over(
    place: Place, tmp_path: Path
) -> None:
    """Each with a folder of its own: no wake-up, no file of a run is seen by the other."""
    first, second = place.solve(seconds=3), place.solve(weeks(place, 2)[1], seconds=3)
    machines = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        machines.append(started(place.url, tmp_path / name, 1.0, SOLVER))
    place.workers.extend(machines)
    eventually(lambda: len(place.runs()) == 2, "a run on each machine")
    eventually(lambda: place.store.solves.incumbent(TOWN_ID, first.id), "the first roster")
    eventually(lambda: place.store.solves.incumbent(TOWN_ID, second.id), "the second roster")
    machines[0].kill()
    ended = [place.over(first), place.over(second)]
    assert [solve.state for solve in ended] == ["finished", "finished"]
    assert sorted(solve.attempt for solve in ended) == [1, 2], "the machine that was lost gave its work back"
    assert [run["start"] for run in place.runs()] == [False, False, True]


def test_a_killed_solver_is_tried_again_by_the_same_worker(place: Place) -> None:
    solve = place.solve(seconds=1)
    place.worker()
    run = place.running(solve)
    os.kill(run["pid"], signal.SIGKILL)
    ended = place.over(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 2, 1)
    assert len(place.store.rosters.versions(TOWN_ID, WEEK)) == 1


def test_a_stalled_worker_is_fenced_off(place: Place) -> None:
    solve = place.solve(seconds=2)
    stalled = place.worker()
    run = place.running(solve)
    os.kill(stalled.pid, signal.SIGSTOP)
    place.worker()
    ended = place.over(solve)
    os.kill(stalled.pid, signal.SIGCONT)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 2, 1)
    eventually(lambda: not alive(run["pid"]), "the end of the first solver")
    eventually(lambda: "solve_was_lost" in place.log(), "the fence")
    assert place.get(solve) == ended
    assert len(place.store.rosters.versions(TOWN_ID, WEEK)) == 1


def test_two_workers_do_each_solve_once(place: Place) -> None:
    solves = [place.solve(week, seed=seed) for week in weeks(place, 3) for seed in (1, 2)]
    for _ in range(2):
        place.worker(lease=60)
    eventually(lambda: place.wake() or all(place.get(solve).over for solve in solves), "the end of all solves")
    assert {place.get(solve).attempt for solve in solves} == {1}
    assert len(place.runs()) == len(solves)


def test_a_worker_that_is_told_to_end_puts_its_solve_back_and_leaves_nothing(place: Place) -> None:
    solve = place.solve(seconds=60, deaf=True, helper=True)
    worker = place.worker()
    run = place.running(solve)
    worker.terminate()
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    assert not alive(run["pid"])
    assert not alive(run["helper"])
    assert (place.get(solve).state, place.get(solve).attempt) == ("queued", 1)
    assert list((place.folder / "runs").iterdir()) == []


def test_ctrl_c_at_the_terminal_ends_the_worker_and_does_not_cut_the_solve_short(place: Place) -> None:
    solve = place.solve(seconds=60)
    worker = place.worker()
    run = place.running(solve)
    os.killpg(worker.pid, signal.SIGINT)
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    assert not alive(run["pid"])
    assert place.get(solve).state == "queued"
