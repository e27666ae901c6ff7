"""The service of `tests/api` with its two towns, and a real gunicorn before it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.conftest import Filled, admin, draft, filled, organiser, other, published, service, volunteer
from tests.ports import free_port, until_it_listens

__all__ = ["admin", "draft", "filled", "organiser", "other", "port", "published", "service", "volunteer"]
ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def gunicorn(database: Path, secret: str, *more: str) -> Iterator[int]:
    """The port of a gunicorn of our settings on a database, until the block ends; its log lies beside the database."""
    number = free_port()
    environ = {
        **os.environ,
        "SANBAN_ENV": "test",
        "SANBAN_DATA": str(database.parent),
        "SANBAN_BIND": f"127.0.0.1:{number}",
        "DATABASE_URL": f"sqlite:///{database}",
        "SECRET_KEY": secret,
    }
    with open(database.parent / "gunicorn.log", "w") as log:
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *more, "wsgi:app"]
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        until_it_listens(number, server)
        yield number
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@pytest.fixture(scope="module")
def port(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a gunicorn of a module's own, on a copy of the filled database."""
    folder = tmp_path_factory.mktemp("gunicorn")
    for file in filled.path.parent.glob("filled.sqlite*"):
        shutil.copy(file, folder / file.name)
    with gunicorn(folder / filled.path.name, filled.app.config["SECRET_KEY"]) as number:
        yield number
