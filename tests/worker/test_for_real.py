"""The worker's own program and the real solver."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from jobs.child import Ration
from jobs.runner import Runner
from models import schema
from models.store import Store
from scheduler import document, towns
from scheduler.check import check
from tests.patience import PATIENCE, eventually
from tests.ports import free_port

from .conftest import MONDAY as WEEK
from .conftest import TOWN as TOWN_ID
from .conftest import Place, alive

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
        ended = eventually(lambda: s if (s := store.solves.get(TOWN_ID, solve.id)).over else None, "it", 2 * PATIENCE)
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
        ended = eventually(lambda: s if (s := store.solves.get(TOWN_ID, repair.id)).over else None, "it", 2 * PATIENCE)
        assert (ended.state, ended.error) == ("finished", None)
        result = store.solves.result(TOWN_ID, repair.id)
        assert result is not None
        assert 1 <= len(result["alternatives"]) <= 3
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE)
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
        eventually(lambda: store.solves.incumbent(town, first), "the first roster", 2 * PATIENCE)
        store.solves.request_stop(town, first)
        ended = eventually(lambda: s if (s := store.solves.get(town, first)).over else None, "the stop")
        assert (ended.state, ended.roster_number) == ("stopped", 1)
        eventually(lambda: store.solves.incumbent(town, second), "the second solver", 2 * PATIENCE)
        solvers = children(worker.pid)
        assert solvers
        worker.kill()
        eventually(lambda: not any(alive(pid) for pid in solvers), "the end of the orphan")
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
    _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 1
    assert said.startswith("The database does not answer: ")
    assert "a-password" not in said
    assert "Traceback" not in said


def test_settings_that_cannot_be_used_are_told_at_once_in_both_languages(tmp_path: Path) -> None:
    worker = start(tmp_path, "", SANBAN_SLOTS="none", QUEUE_URL="amqp://user:a-password@host")
    _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 2
    assert "SANBAN_SLOTS 是 'none'，应为不小于 1 的整数。\n" in said
    assert "SANBAN_SLOTS is 'none'; it must be a whole number of at least 1.\n" in said
    assert "QUEUE_URL must begin with one of redis://" in said
    assert "a-password" not in said
    assert "Traceback" not in said


def test_production_refuses_old_tables_and_a_copied_secret_and_changes_nothing(
    empty_database_url: str, tmp_path: Path
) -> None:
    worker = start(tmp_path, empty_database_url, SANBAN_ENV="production", SECRET_KEY="changeme", FLASK_DEBUG="1")
    _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 2
    for word in ("python -m models migrate", "SECRET_KEY", "FLASK_DEBUG"):
        assert said.count(word) >= 2, "in both languages"
    assert "Traceback" not in said
    store = Store(empty_database_url)
    assert schema.current(store.database) is None
    store.close()


def test_the_worker_s_own_port_tells_how_it_is_and_what_it_has_done(place: Place) -> None:
    port = free_port()
    problem = place.store.weeks.problem_document(TOWN_ID, WEEK)
    solve, _ = place.store.solves.create(TOWN_ID, "solve", problem, seconds=1, request_id="request-of-li-0001")
    worker = start(place.folder, place.url, SANBAN_WORKER_PORT=str(port), SANBAN_MEMORY_MB="64")
    try:
        ended = eventually(lambda: s if (s := place.store.solves.get(TOWN_ID, solve.id)).over else None, "it")
        assert (ended.state, ended.attempt) == ("failed", 1), "a real solver needs more than 64 MB"
        assert ended.error is not None
        assert "64 MB" in ended.error.zh
        assert [ask(port, path)[0] for path in ("/healthz", "/readyz", "/nothing")] == [200, 200, 404]
        told = ask(port, "/metrics")[1]
        assert 'sanban_worker_solves_total{ending="memory",kind="solve"} 1.0' in told
        assert 'sanban_solve_wait_seconds_count{kind="solve"} 1.0' in told
        assert "sanban_leases_lost_total 0.0" in told
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    lines = [line for line in said.splitlines() if solve.id in line]
    assert lines
    assert all("request-of-li-0001" in line for line in lines)
    names = [person["name"] for person in problem["people"]]
    assert names
    assert not any(name in said for name in names)


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        worker = start(tmp_path, "", SANBAN_WORKER_PORT=str(taken.getsockname()[1]))
        _, said = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 2
    assert "Address already in use" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_solver_with_one_core_uses_one(place: Place) -> None:
    """Measured over the life of the real solver: processor time per second."""
    place.store.load_town(towns.make("xincheng", 1, WEEK))
    problem = place.store.weeks.problem_document("xincheng", WEEK)
    solve, _ = place.store.solves.create("xincheng", "solve", problem, week=WEEK, seconds=4)
    claim = place.store.queue.claim("hand", 60)
    assert claim is not None
    runner = Runner(place.store, place.folder / "runs", threading.Event(), ration=Ration(cores=1, memory_mb=4000))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    runner.run(claim)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ended = place.store.solves.get("xincheng", solve.id)
    assert (ended.state, ended.error) == ("finished", None)
    assert used < 1.15 * wall
