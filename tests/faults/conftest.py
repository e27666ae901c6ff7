"""A town's service as real processes: gunicorn, worker.py, a database; all of them may be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from models.store import Store
from tests.models.towns import MONDAY, TOWN, filled
from tests.patience import PATIENCE, eventually
from tests.ports import free_port
from tests.postgres import Server
from tests.worker.conftest import place

__all__ = ["place"]

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
SECRET = "the same in every process of the tests"
V1 = "/api/v1"
TOWN_PATH = f"{V1}/towns/{TOWN}"
WEEK = f"{TOWN_PATH}/weeks/{MONDAY}"


class Died(Exception):
    """The process ended before it had answered."""


@dataclass
class Web:
    """A gunicorn on a port of its own, and a browser that is signed in."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> requests.Response:
        """Raises Died."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            return requests.request(method, address, json=json, headers=sent, cookies=self.cookies, timeout=PATIENCE)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise Died from error

    def get(self, path: str, **headers: str) -> requests.Response:
        return self("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> requests.Response:
        return self("POST", path, {} if json is None else json, **headers)

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def sign_in(self) -> None:
        answer = self.post(f"{V1}/session", {"login": "organiser", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.cookies = answer.cookies.get_dict()
        self.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


@dataclass
class Site:
    """One database, one folder, and what runs on them."""

    url: str
    folder: Path
    store: Store
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "SANBAN_ENV": "test",
            "SANBAN_DATA": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET,
            "SANBAN_LOG_LEVEL": "error",
            **more,
        }

    def web(self, *options: str, **environment: str) -> Web:
        """Listening, and signed in as the town's organiser."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *options, "tests.faults.web:application"]
        log = self.folder / f"web-{port}.log"
        process = self._start(command, log, SANBAN_BIND=f"127.0.0.1:{port}", **environment)
        web = Web(port, process, log)
        eventually(lambda: process.poll() is not None or web.answers(), "the start of gunicorn")
        assert process.poll() is None, log.read_text()
        web.sign_in()
        return web

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        environment = {"SANBAN_LOG_LEVEL": "info"} | environment
        return self._start([sys.executable, "worker.py"], self.folder / "worker.log", **environment)

    def said(self) -> str:
        """What the workers have written."""
        log = self.folder / "worker.log"
        return log.read_text() if log.exists() else ""

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait(PATIENCE)

    def _start(self, command: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as lines:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(**environment), stdout=lines, stderr=lines
            )
        self.processes.append(process)
        return process


@pytest.fixture(scope="session")
def durable_server() -> Iterator[Server]:
    """A PostgreSQL of our own that may be crashed."""
    server = Server.started(durable=True)
    yield server
    server.stop()


@pytest.fixture
def site(filled_url: str, tmp_path: Path) -> Iterator[Site]:
    """On SQLite and on PostgreSQL in turn."""
    yield from _site(filled_url, tmp_path)


@pytest.fixture
def crashing_site(durable_server: Server, tmp_path: Path) -> Iterator[Site]:
    """On a PostgreSQL that may be crashed."""
    url = durable_server.url(durable_server.create())
    store = Store(url)
    store.migrate()
    filled(store)
    store.close()
    yield from _site(url, tmp_path)


def _site(url: str, folder: Path) -> Iterator[Site]:
    store = Store(url)
    store.accounts.create("organiser", "组织者", PASSWORD, "organiser", TOWN)
    held = Site(url, folder, store)
    yield held
    held.end()
    store.close()
