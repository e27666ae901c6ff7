"""GET /metrics: for the token alone, by route and never by path, and the queue as the database has it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import QueueCollector
from models.store import Store
from tests.conftest import Clock
from tests.models.towns import MONDAY, TOWN
from tests.patience import PATIENCE
from tests.ports import free_port

from .conftest import EAST, WEEK, Caller, Service

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "0f3a9c5e7b1d2846"
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(text: str) -> Figures:
    """(name, labels) → value; the parser refuses what Prometheus would refuse."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(found: Figures, name: str, **labels: str) -> float:
    return sum(v for (n, held), v in found.items() if n == name and set(labels.items()) <= set(held))


@pytest.fixture
def watched(service: Service) -> Iterator[Service]:
    before = service.app.config["METRICS_TOKEN"]
    service.app.config["METRICS_TOKEN"] = TOKEN
    yield service
    service.app.config["METRICS_TOKEN"] = before


def look(service: Service) -> Figures:
    answer = service.caller().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return figures(answer.get_data(as_text=True))


def test_without_a_token_set_there_is_no_such_page(service: Service) -> None:
    assert service.caller().get("/metrics").status_code == 404
    assert service.caller().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Bearer \xe4"])
def test_a_wrong_token_is_refused(given: str | None, watched: Service) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = watched.caller().get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert "sanban_" not in answer.get_data(as_text=True)


def test_requests_are_counted_by_route_and_hold_nobody(watched: Service, organiser: Caller) -> None:
    before = look(watched)
    token = watched.store.links.issue("east", "p00")
    watched.caller().get(f"/v/{token}")
    for _ in range(3):
        organiser.get(f"{EAST}/people/p00")
    organiser.client.open("/made/up/by/p00", method="BREW")
    after = look(watched)
    route = "/api/v1/towns/<town>/people/<key>"
    found = [labels for (name, labels) in after if name == "sanban_requests_total"]
    routes = {dict(labels)["route"] for labels in found}
    assert route in routes, routes
    counted = total(after, "sanban_requests_total", route=route) - total(before, "sanban_requests_total", route=route)
    assert counted == 3
    strange = [total(seen, "sanban_requests_total", method="other") for seen in (before, after)]
    assert strange[1] == strange[0] + 1
    assert total(after, "sanban_request_seconds_count", route=route) >= 3
    for private in (token, "p00", "made"):
        assert all(private not in value for labels in found for _, value in labels)


def test_a_publication_and_its_empty_seats_are_counted(watched: Service, organiser: Caller) -> None:
    before = look(watched)
    draft = organiser.put(f"{WEEK}/rosters/draft", {"assignments": []}, headers={"If-None-Match": "*"})
    assert draft.status_code in (200, 201), draft.get_data(as_text=True)
    sent = {"published": None, "override_reason": "drill"}
    answer = organiser.post(f"{WEEK}/rosters/draft/publish", sent, match=draft.headers["ETag"])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    after = look(watched)
    assert after["sanban_rosters_published_total", ()] - before["sanban_rosters_published_total", ()] == 1
    assert after["sanban_vacancies_published_total", ()] > before["sanban_vacancies_published_total", ()]


def test_the_queue_is_told_as_the_database_has_it(town: Store, clock: Clock) -> None:
    def told() -> Figures:
        families = QueueCollector(town).collect()
        return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}

    assert told()["sanban_queue_age_seconds", ()] == 0
    town.solves.create(TOWN, "solve", {"a": 1}, week=MONDAY)
    clock.advance(seconds=90)
    town.solves.create(TOWN, "repair", {"a": 1}, week=MONDAY)
    assert 90 <= told()["sanban_queue_age_seconds", ()] < 100
    claim = town.queue.claim("worker", 10)
    assert claim is not None
    assert claim.solve.kind == "repair"
    assert told()["sanban_solves", (("kind", "solve"), ("state", "queued"))] == 1
    assert told()["sanban_solves", (("kind", "repair"), ("state", "running"))] == 1
    assert (told()["sanban_solves_silent", ()], told()["sanban_queue_towns", ()]) == (0, 1)
    clock.advance(seconds=11)
    assert told()["sanban_solves_silent", ()] == 1


def test_a_database_that_is_away_is_a_figure_too() -> None:
    away = Store("postgresql://nobody@127.0.0.1:1/none")
    found = {s.name: s.value for f in QueueCollector(away).collect() for s in f.samples}
    assert found == {"sanban_database_up": 0}
    away.close()


# --- several processes ----------------------------------------------------------------------------------


def gunicorn(port: int, tmp_path: Path, **more: str) -> subprocess.Popen[bytes]:
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SANBAN_", "PROMETHEUS_"))},
        "SANBAN_ENV": "test",
        "SANBAN_DATA": str(tmp_path / "var"),
        "SANBAN_BIND": f"127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'sanban.sqlite'}",
        "TMPDIR": str(tmp_path),
        **more,
    }
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"]
    with open(tmp_path / "log", "w") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)


def ask(port: int, path: str, headers: dict[str, str] | None = None) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_whichever_process_is_asked_tells_the_requests_of_all_even_of_one_that_was_killed(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'sanban.sqlite'}").migrate()
    port, asked = free_port(), 40
    server = gunicorn(port, tmp_path, SANBAN_WEB_PROCESSES="2", SANBAN_METRICS_TOKEN=TOKEN)
    try:
        deadline = time.monotonic() + 2 * PATIENCE
        while len(children(server.pid)) < 2 or not _up(port):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        before = len(_answers(tmp_path))
        for _ in range(asked):
            assert "ok" in ask(port, "/healthz")
        counted = figures(ask(port, "/metrics", {"Authorization": f"Bearer {TOKEN}"}))
        expected = asked + before
        assert total(counted, "sanban_requests_total", route="/healthz", status="200") == expected
        assert counted["sanban_database_up", ()] == 1
        victim = children(server.pid)[0]
        os.kill(victim, signal.SIGKILL)
        while victim in children(server.pid) or len(children(server.pid)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        counted = figures(ask(port, "/metrics", {"Authorization": f"Bearer {TOKEN}"}))
        assert total(counted, "sanban_requests_total", route="/healthz", status="200") == expected
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)
    assert list(tmp_path.glob("sanban-metrics-*")) == []


def _up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(tmp_path: Path) -> list[str]:
    return [line for line in (tmp_path / "log").read_text().splitlines() if '"route": "/healthz"' in line]


def test_production_that_must_not_start_says_why_and_ends(tmp_path: Path) -> None:
    server = gunicorn(free_port(), tmp_path, SANBAN_ENV="production", SECRET_KEY="changeme", FLASK_DEBUG="1")
    assert server.wait(60) != 0
    said = (tmp_path / "log").read_text()
    for word in ("三班没有启动", "SECRET_KEY", "FLASK_DEBUG", "python -m models migrate"):
        assert word in said
    assert "Traceback" not in said
    assert "changeme" not in said


def test_a_setting_that_cannot_be_used_keeps_gunicorn_from_starting(tmp_path: Path) -> None:
    server = gunicorn(free_port(), tmp_path, SANBAN_WEB_PROCESSES="many")
    assert server.wait(60) == 2
    said = (tmp_path / "log").read_text()
    assert "SANBAN_WEB_PROCESSES is 'many'" in said
    assert "Traceback" not in said
