"""The whole service for a browser: web and worker as processes of their own, on a database in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from models.records import RosterVersion
from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment, Problem
from tests.ports import free_port
from tests.quick import quick_passwords

from . import small_town

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery"
START_SECONDS = 60


@dataclass
class Service:
    """A running service, and its store for what a test prepares or looks up."""

    url: str
    store: Store
    logs: Path
    week: date = field(default_factory=small_town.coming_monday)

    def town(self, id_: str) -> str:
        """A fresh small town with an organiser of the same name; its id."""
        self.store.load_town(small_town.document(id_))
        self.store.accounts.create(id_, "刘组织", PASSWORD, "organiser", id_)
        return id_

    def problem(self, town: str) -> Problem:
        return document.load(self.store.weeks.problem_document(town, self.week))

    def published(self, town: str, drop: tuple[str, str] | None = None) -> RosterVersion:
        """Publish a hand-made roster; `drop` leaves one (duty, position) open."""
        problem = self.problem(town)
        made = [a for a in small_town.roster(problem) if (a.duty, a.position) != drop]
        draft = self.store.rosters.save_draft(town, self.week, made, origin="edit", by="test")
        report = check.check(problem, made)
        assert report.legal
        return self.store.rosters.publish(town, self.week, draft.number, draft.revision, by="test", report=report)

    def link(self, town: str, person: str) -> str:
        """The path of a new personal link."""
        return f"/v/{self.store.links.issue(town, person)}"

    def board(self, town: str) -> str:
        return f"/towns/{town}/weeks/{self.week}"

    def serves(self, town: str, assignment: Assignment) -> bool:
        """Whether the published roster holds an assignment."""
        return assignment in self.store.rosters.get(town, self.week, "published").assignments


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    """The service until the block ends; then both processes are ended and waited for."""
    url = f"sqlite:///{folder / 'sanban.sqlite'}"
    store = quick_passwords(Store(url))
    store.migrate()
    port = free_port()
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
        "SANBAN_DATA": str(folder),
        "SANBAN_ENV": "development",
        "DATABASE_URL": url,
        "SANBAN_STREAM_SECONDS": "20",
        "SANBAN_OUTBOUND_ALLOW": "127.0.0.0/8",  # where the tests' own receivers listen
    }
    gunicorn = ["-m", "gunicorn", "-k", "gthread", "--threads", "24", "--graceful-timeout", "1"]
    web = _start([*gunicorn, "-b", f"127.0.0.1:{port}", "tests.browser.web:app"], environ, folder / "web.log")
    worker = _start(["worker.py"], environ, folder / "worker.log")
    try:
        service = Service(f"http://127.0.0.1:{port}", store, folder)
        _until_it_answers(service, web)
        yield service
    finally:
        for process in (web, worker):
            process.terminate()
        for process in (web, worker):
            process.wait(20)
        store.close()


def _start(arguments: list[str], environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environ, stdout=file, stderr=file)


def _until_it_answers(service: Service, web: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert web.poll() is None, (service.logs / "web.log").read_text()
        try:
            with urlopen(f"{service.url}/sign-in", timeout=5):
                return
        except HTTPError as error:
            raise AssertionError((service.logs / "web.log").read_text()) from error
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the service does not answer:\n" + (service.logs / "web.log").read_text())
