"""A disk that is full while something is written: a sentence, a whole database, and everything that was answered."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.runner import Pace, Runner
from models.store import Store
from tests.models.towns import MONDAY, TOWN
from tests.worker.conftest import SOLVER, Place

from .conftest import PASSWORD, TOWN_PATH, Site, Web

KIBIBYTE = 1024
SPARE = 48 * KIBIBYTE
ABSENCE = {"person": "p2", "start": "2026-11-24T00:00:00Z", "end": "2026-11-25T00:00:00Z", "reason": "出差" * 100}
SENTENCES = {507: "store_full", 503: "store_unavailable"}


@dataclass
class Disk:
    """A small one: a file system in memory, or for who may not mount one a limit to the size of a file."""

    folder: Path
    mounted: bool

    def fill(self, web: Web | None = None) -> None:
        """Leaves SPARE bytes."""
        if self.mounted:
            free = os.statvfs(self.folder)
            room = free.f_bavail * free.f_frsize - SPARE
            (self.folder / "filler").write_bytes(bytes(max(0, room)))
        elif web is not None:
            self._limit(web, max(file.stat().st_size for file in self.folder.iterdir()) + SPARE)

    def free(self, web: Web | None = None) -> None:
        (self.folder / "filler").unlink(missing_ok=True)
        if not self.mounted and web is not None:
            self._limit(web, resource.RLIM_INFINITY)

    def _limit(self, web: Web, size: int) -> None:
        children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text().split()
        for child in children:
            _, hard = resource.prlimit(int(child), resource.RLIMIT_FSIZE)
            resource.prlimit(int(child), resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    yield Disk(folder, mounted)
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_and_nothing_that_was_answered_is_lost(
    disk: Disk, sqlite_files: dict[bool, Path], tmp_path: Path
) -> None:
    file = disk.folder / "sanban.sqlite"
    shutil.copy(sqlite_files[True], file)
    store = Store(f"sqlite:///{file}")
    store.accounts.create("organiser", "组织者", PASSWORD, "organiser", TOWN)
    site = Site(f"sqlite:///{file}", tmp_path, store)
    try:
        web = site.web()
        disk.fill(web)
        stored, refused = 0, []
        for number in range(400):
            answer = web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key=f"call-{number}")
            if answer.status_code != 201:
                refused.append(answer)
                break
            stored += 1
        assert refused, "the disk was not full"
        body = refused[0].json()
        assert body["code"] == SENTENCES.get(refused[0].status_code), body
        assert body["messages"]["zh"]
        assert web.get(f"{TOWN_PATH}/absences").status_code == 200, "what is there can be read"
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert len(store.absences.list(TOWN)) == stored
        disk.free(web)
        again = web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key=f"call-{stored}")
        assert again.status_code == 201, again.text
        assert len(store.absences.list(TOWN)) == stored + 1
    finally:
        site.end()
        store.close()


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_solve_without_room_for_its_files_fails_with_a_sentence(place: Place, disk: Disk) -> None:
    solve = place.solve()
    runner = Runner(place.store, disk.folder / "runs", threading.Event(), solver_command=SOLVER, pace=Pace(lease=5))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if disk.mounted:
        free = os.statvfs(disk.folder)
        (disk.folder / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize))
    for _ in range(3):
        claim = place.store.queue.claim("hand", 5)
        assert claim is not None
        if not disk.mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        runner.run(claim)
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    failed = place.get(solve)
    assert (failed.state, failed.attempt) == ("failed", 3)
    assert failed.error is not None
    assert "OSError" in failed.error.en
    assert place.store.rosters.versions(TOWN, MONDAY) == []
