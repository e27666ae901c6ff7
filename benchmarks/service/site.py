"""One service as real processes on this machine: PostgreSQL, gunicorn with several processes, workers."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks.machine import family, memory
from models.store import Store
from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 15.0
TICKS = os.sysconf("SC_CLK_TCK")
LOGIN = "bench"
PASSWORD = secrets.token_urlsafe(16)


class NotStarted(RuntimeError):
    """A process ended, or did not answer in time; the message is what it wrote."""


@dataclass
class Site:
    """A database, a folder, and what runs on them. All files of it go at the end."""

    server: Server
    url: str
    folder: Path
    store: Store
    port: int = 0
    running: dict[str, list[subprocess.Popen[bytes]]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        """That of a deployment, as far as it matters for speed."""
        return os.environ | {
            "SANBAN_ENV": "test",
            "SANBAN_DATA": str(self.folder),
            "DATABASE_URL": self.url,
            "QUEUE_URL": self.url,
            "SECRET_KEY": self.folder.name.ljust(32, "-"),
            "SANBAN_LOG_LEVEL": "info",
            **more,
        }

    def web(self, processes: int = 2, threads: int = 64, **more: str) -> None:
        """gunicorn by its own settings; in place of the one before."""
        self.stop("web")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        own = {
            "SANBAN_BIND": f"127.0.0.1:{self.port}",
            "SANBAN_WEB_PROCESSES": str(processes),
            "SANBAN_WEB_THREADS": str(threads),
        }
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"]
        self.start("web", command, **own | more)
        self._until_ready()

    def worker(self, slots: int = 1, cores: int = 2, memory_mb: int = 2048) -> None:
        """One more worker."""
        ration = {"SANBAN_SLOTS": str(slots), "SANBAN_CORES": str(cores), "SANBAN_MEMORY_MB": str(memory_mb)}
        self.start("worker", [sys.executable, "worker.py"], **ration)

    def start(self, name: str, command: list[str], **more: str) -> None:
        """A process of ours, whose words go into a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment(**more), stdout=log, stderr=log)
        self.running.setdefault(name, []).append(process)

    def stop(self, name: str) -> None:
        """End the processes of this name in good order, by force where they do not."""
        for process in self.running.pop(name, ()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)

    def said(self, name: str) -> str:
        """What the processes of this name have written."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def roots(self, name: str) -> list[int]:
        """The first processes of a part: "web", "worker" or "database"."""
        return [self.server.process.pid] if name == "database" else [p.pid for p in self.running.get(name, ())]

    def seconds(self, name: str) -> float:
        """Processor seconds that a part has used so far, with all its descendants."""
        return sum(processor_seconds(root) for root in self.roots(name))

    def pss(self, name: str) -> int:
        """Bytes that a part holds in memory; what its processes share counts once."""
        return sum(memory(root) for root in self.roots(name))

    def signed_in(self) -> requests.Session:
        """A browser of an administrator of the platform."""
        browser = requests.Session()
        answer = browser.post(f"{self.address}/api/v1/session", json={"login": LOGIN, "password": PASSWORD}, timeout=30)
        answer.raise_for_status()
        browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return browser

    def _until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.running["web"][0].poll() is None:
            try:
                if requests.get(f"{self.address}/readyz", timeout=5).ok:
                    return
            except (requests.ConnectionError, requests.Timeout):  # it listens before it answers
                time.sleep(0.1)
        raise NotStarted(self.said("web"))


@contextmanager
def site() -> Iterator[Site]:
    """A server and a database with all tables, an administrator, and nothing else yet."""
    server = Server.started(durable=True)
    durable(server)
    with tempfile.TemporaryDirectory(prefix="sanban-bench-") as folder:
        url = server.url(server.create("bench"))
        store = Store(url)
        store.migrate()
        store.accounts.create(LOGIN, "压测", PASSWORD, "platform_administrator", None)
        made = Site(server, url, Path(folder), store)
        try:
            yield made
        finally:
            for name in list(made.running):
                made.stop(name)
            store.close()
            server.stop()


def durable(server: Server) -> None:
    """The tests' server does not wait for the disk; a real one does."""
    server.crash()
    server.command = [word.replace("=off", "=on") for word in server.command]
    server.start_again()


def processor_seconds(root: int) -> float:
    """User and system time of a process, its descendants, and those of them that have ended and been waited for."""
    total = 0
    for process in family(root):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS
