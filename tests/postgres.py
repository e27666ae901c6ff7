"""A real PostgreSQL server for the tests: in a folder of its own, on a free port, not as root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.ports import free_port

MISSING = (
    "PostgreSQL is not installed and these tests run on a real one. Install it with: apt-get install -y postgresql"
)
START_SECONDS = 60
_NUMBERS = count(1)


@dataclass
class Server:
    folder: Path
    port: int
    command: list[str]
    user: pwd.struct_passwd | None
    process: subprocess.Popen[bytes]

    @classmethod
    def started(cls, durable: bool = False) -> Server:
        """Made and running; the test run fails with the command to install it when it is missing.

        `durable`: what is committed outlives the kill of the server, though not of the machine.
        """
        binaries = _binaries()
        folder = Path(tempfile.mkdtemp(prefix="sanban-postgres-"))
        user = _unprivileged()
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "sanban", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        made = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, **_as(user))
        if made.returncode != 0:
            pytest.fail(f"initdb failed: {made.stderr}", pytrace=False)
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "off",
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *settings]
        server = cls(folder, port, command, user, _launched(command, folder, user))
        server._wait()
        return server

    def crash(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=START_SECONDS)

    def start_again(self) -> None:
        """With what it had committed."""
        self.process = _launched(self.command, self.folder, self.user)
        self._wait()

    def url(self, database: str) -> str:
        return f"postgresql://sanban@127.0.0.1:{self.port}/{database}"

    def create(self, name: str = "") -> str:
        """A new empty database."""
        name = name or f"test_{next(_NUMBERS)}"
        self._run(f'CREATE DATABASE "{name}"')
        return name

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        self.crash()  # nothing in it is worth writing down
        shutil.rmtree(self.folder)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}", pytrace=False)
                time.sleep(0.05)


TABLES = """
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
KEPT = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'kept'"


def remember(url: str) -> None:
    """Keeps a copy of whatever is in the tables, for `reset`."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA kept")
        for (table,) in connection.execute(TABLES).fetchall():
            if connection.execute(f"SELECT FROM {table} LIMIT 1").fetchone() is not None:  # type: ignore[call-overload]
                connection.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}")  # type: ignore[call-overload]


def emptied(url: str) -> None:
    """Takes everything out of all tables, whoever is still connected."""
    reset(url, filled=False)


def reset(url: str, filled: bool) -> None:
    """Empties all tables, whoever is still connected; `filled` puts back what was remembered."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = [table for (table,) in connection.execute(TABLES).fetchall()]
        statements = [
            "SET session_replication_role = replica",  # neither foreign keys nor triggers
            f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE",  # whoever was cut off above has let go
            *(f"DELETE FROM {table}" for table in tables),  # of few rows cheaper than TRUNCATE, which makes files
        ]
        if filled:
            kept = [table for (table,) in connection.execute(KEPT).fetchall()]
            statements += [f"INSERT INTO {table} SELECT * FROM kept.{table}" for table in kept]
        connection.execute("; ".join(statements))  # type: ignore[call-overload]


def _binaries() -> Path:
    """The folder of initdb and postgres, the newest version where there are several."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not installed:
        pytest.fail(MISSING, pytrace=False)
    return installed[-1].parent


def _launched(command: list[str], folder: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **_as(user))


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses root. None: as we are."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")
