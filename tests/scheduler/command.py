"""Running the command line as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scheduler import document

ROOT = Path(__file__).resolve().parents[2]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "scheduler", *map(str, words)]


def run(*words: object, stdin: bytes = b"", code: int = 0, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    """Runs one command to its end and holds it to an exit code."""
    done = subprocess.run(command(*words), cwd=cwd, input=stdin, capture_output=True, timeout=170, env=environment())
    assert done.returncode == code, done.stderr.decode()
    return done


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode()


def start(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(*words), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def write(path: Path, body: Any) -> Path:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def read(path: Path) -> Any:
    return document.loads(path.read_bytes())
