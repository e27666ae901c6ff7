"""`make run` for real: it serves, stops without leaving a process, and starts again without losing anything."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TOKEN_LINE = re.compile(r"http://\S+/v/\S+")


@contextmanager
def service(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service, once it has greeted; gives what it printed."""
    process = subprocess.Popen(
        [sys.executable, "scripts/run.py"],
        cwd=ROOT,
        env={**os.environ, "SANBAN_DATA": str(data), "PORT": str(port), "DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        yield process, printed
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def those_that_use(data: Path) -> list[int]:
    """Processes whose environment names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"SANBAN_DATA={data}".encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue  # it has ended meanwhile, or belongs to somebody else
    return found


def gone(data: Path, seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while those_that_use(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not those_that_use(data)


@pytest.mark.timeout(180)
def test_two_runs_serve_keep_everything_and_leave_no_process(tmp_path: Path) -> None:
    port = free_port()
    with service(tmp_path, port) as (process, first):
        assert f"http://127.0.0.1:{port}" in first
        with urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
            assert answer.status == 200
        volunteer = TOKEN_LINE.search(first)
        assert volunteer is not None
        with urlopen(volunteer[0], timeout=PATIENCE) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert gone(tmp_path)
    kept = tmp_path / "demo-sign-ins.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with service(tmp_path, port) as (process, second):
        assert TOKEN_LINE.findall(second) == TOKEN_LINE.findall(first)
        assert re.findall(r"(?:organiser|admin) / \S+", second) == re.findall(r"(?:organiser|admin) / \S+", first)
        process.kill()
        assert gone(tmp_path), "a killed supervisor takes everything with it"
