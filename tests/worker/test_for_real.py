"""The worker's own program and the real solver."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler import document, towns
from scheduler.check import check

from .conftest import MONDAY as WEEK
from .conftest import TOWN as TOWN_ID
from .conftest import Place, alive, eventually

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, url: str, **environment: str) -> subprocess.Popen[str]:
    settings = {"DATABASE_URL": url, "SANBAN_DATA": str(folder)} | environment
    return subprocess.Popen(
        [sys.executable, str(ROOT / "worker.py")],
        cwd=folder,
        env=os.environ | settings,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_town_s_week_is_solved_and_repaired(place: Place) -> None:
    store = place.store
    problem = store.weeks.problem_document(TOWN_ID, WEEK)
    solve, _ = store.solves.create(TOWN_ID, "solve", problem, week=WEEK, seconds=1)
    worker = start(place.folder, place.url)
    try:
        ended = eventually(lambda: s if (s := store.solves.get(TOWN_ID, solve.id)).over else None, "it", 120)
        assert (ended.state, ended.error, ended.roster_number) == ("finished", None, 1)
        assert ended.progress is not None
        draft = store.rosters.get(TOWN_ID, WEEK, "draft")
        report = check(document.load(problem), draft.assignments)
        assert report.legal
        assert draft.summary["objective"] == report.objective
        store.rosters.publish(TOWN_ID, WEEK, draft.number, draft.revision, by="one", report=report)

        missing = draft.assignments[0]
        duty = store.weeks.duty(TOWN_ID, WEEK, missing.duty).value
        absence = {"person": missing.person, "start": duty.start.isoformat(), "end": duty.end.isoformat()}
        baseline = store.weeks.problem_document(TOWN_ID, WEEK, baseline=draft.number)
        repair, _ = store.solves.create(
            TOWN_ID, "repair", baseline, week=WEEK, absences={"absences": [absence]}, seconds=1
        )
        place.wake()
        ended = eventually(lambda: s if (s := store.solves.get(TOWN_ID, repair.id)).over else None, "it", 120)
        assert (ended.state, ended.error) == ("finished", None)
        result = store.solves.result(TOWN_ID, repair.id)
        assert result is not None
        assert 1 <= len(result["alternatives"]) <= 3
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert worker.returncode == 0


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_real_solver_stops_when_asked_and_ends_with_its_worker(place: Place) -> None:
    store, town = place.store, "xincheng"
    store.load_town(towns.make(town, 1, WEEK))
    problem = store.weeks.problem_document(town, WEEK)
    first, second = (
        store.solves.create(town, "solve", problem, week=WEEK, seconds=600, seed=seed)[0].id for seed in (1, 2)
    )
    worker = start(place.folder, place.url)
    try:
        eventually(lambda: store.solves.incumbent(town, first), "the first roster", 120)
        began = time.monotonic()
        store.solves.request_stop(town, first)
        ended = eventually(lambda: s if (s := store.solves.get(town, first)).over else None, "the stop", 10)
        assert time.monotonic() - began < 3
        assert (ended.state, ended.roster_number) == ("stopped", 1)
        eventually(lambda: store.solves.incumbent(town, second), "the second solver", 120)
        solvers = children(worker.pid)
        assert solvers
        worker.kill()
        eventually(lambda: not any(alive(pid) for pid in solvers), "the end of the orphan", 5)
        assert store.solves.get(town, second).state == "running"
    finally:
        worker.kill()
        worker.communicate()


def children(parent: int) -> list[int]:
    """Processes that a process has started and that run."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for threads in listed for pid in threads.read_text().split()]


def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path) -> None:
    worker = start(tmp_path, "postgresql://sanban:a-password@127.0.0.1:1/none")
    _, said = worker.communicate(timeout=60)
    assert worker.returncode == 1
    assert said.startswith("The database does not answer: ")
    assert "a-password" not in said
    assert "Traceback" not in said


def test_a_setting_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    worker = start(tmp_path, "", SANBAN_SLOTS="none")
    _, said = worker.communicate(timeout=60)
    assert worker.returncode == 2
    assert said == "SANBAN_SLOTS is 'none'; it must be a whole number of at least 1.\n"
