"""Setting up: what stops a start says so in one sentence, and the locks agree."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from say import Stop

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)==(\S+)", re.MULTILINE)


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def sentences(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What the person at the terminal reads: one sentence in each language, and no trace of the program."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run([sys.executable, "scripts/run.py"], PORT=str(port), SANBAN_DATA=str(tmp_path))
    zh, en = sentences(done)
    assert f"端口 {port} 已被占用" in zh
    assert f"Port {port} is in use" in en


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０００"])
def test_a_port_that_is_none_is_one_sentence(port: str, tmp_path: Path) -> None:
    _, en = sentences(run([sys.executable, "scripts/run.py"], PORT=port, SANBAN_DATA=str(tmp_path)))
    assert "is not a port number" in en


def test_a_host_of_another_machine_is_one_sentence(tmp_path: Path) -> None:
    done = run([sys.executable, "scripts/run.py"], HOST="192.0.2.1", PORT="18999", SANBAN_DATA=str(tmp_path))
    assert "Cannot listen on 192.0.2.1:18999" in sentences(done)[1]


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    url = "postgresql://nobody:nothing@127.0.0.1:9/none"
    done = run([sys.executable, "scripts/run.py"], DATABASE_URL=url, PORT="18998", SANBAN_DATA=str(tmp_path))
    _, en = sentences(done)
    assert "The database of DATABASE_URL cannot be used" in en
    assert "nothing" not in en


@pytest.mark.parametrize("url", ["nonsense", "mysql://somebody:secret@x/y"])
def test_an_address_that_is_no_database_s_is_one_sentence(url: str, tmp_path: Path) -> None:
    done = run([sys.executable, "scripts/run.py"], DATABASE_URL=url, PORT="18998", SANBAN_DATA=str(tmp_path))
    zh, en = sentences(done)
    assert "DATABASE_URL 应以 sqlite://" in zh
    assert "DATABASE_URL must begin with one of sqlite://" in en
    assert "secret" not in zh + en


def test_a_broken_database_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sanban.sqlite").write_bytes(b"this is not a database" * 100)
    done = run([sys.executable, "scripts/run.py"], DATABASE_URL="", PORT="18997", SANBAN_DATA=str(tmp_path))
    assert "cannot be used: file is not a database" in sentences(done)[1]


def test_another_python_is_one_sentence(tmp_path: Path) -> None:
    other = tmp_path / "python3.12"
    other.write_text('#!/bin/sh\ncase "$*" in *exit*) exit 1;; *) echo 3.12.4;; esac\n')
    other.chmod(0o755)
    zh, en = sentences(run(["sh", "scripts/python.sh", "scripts/bootstrap.py"], PYTHON=str(other)))
    assert "需要 Python 3.11" in zh
    assert "is 3.12.4" in en


def test_no_python_at_all_is_one_sentence() -> None:
    _, en = sentences(run(["sh", "scripts/python.sh", "scripts/bootstrap.py"], PYTHON="no-such-python"))
    assert "Python 3.11 was not found" in en


def test_a_folder_that_cannot_be_written_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", Path("/proc"))
    with pytest.raises(Stop, match="cannot be written"):
        bootstrap._folder_is_writable()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("WARNING: … NewConnectionError(…)\nERROR: No matching distribution found for numpy==2", "needs a network"),
        ("ERROR: No matching distribution found for numpy==2.4.0", "no prebuilt package numpy==2.4.0"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "pinned checksum"),
        ("something nobody thought of", "failed, see"),
    ],
)
def test_what_the_installer_says_becomes_one_sentence(output: str, sentence: str) -> None:
    assert sentence in bootstrap._why_not_installed(output).en


def test_both_locks_pin_the_same_versions_with_checksums() -> None:
    texts = {name: path.read_text() for name, path in bootstrap.LOCKS.items()}
    pins = {name: dict(PINNED.findall(text)) for name, text in texts.items()}
    assert len(pins["run"]) > 20
    assert pins["run"].items() <= pins["test"].items()
    for text in texts.values():
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:])


def test_machine_code_of_older_kernels_is_removed(tmp_path: Path) -> None:
    """A kernel is inlined where it is called, and the caller's cache does not notice that it has changed."""
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    for name in ("moves.anneal-1.py311.nbi", "moves.anneal-1.py311.1.nbc", "moves.cpython-311.pyc"):
        (cache / name).write_bytes(b"x")
    bootstrap.forget_machine_code([tmp_path, tmp_path / "without"])
    assert [path.name for path in cache.iterdir()] == ["moves.cpython-311.pyc"]
