"""`make run`: prepare the database, start web server and worker, say how to get in, stop everything on Ctrl-C."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy.exc import ArgumentError, DBAPIError  # noqa: E402

from models.environment import faults, whole  # noqa: E402
from models.store import Store  # noqa: E402
from prepare import SignIns, prepare  # noqa: E402 - the project's root must be on the path first
from say import Stop, end_with, tell  # noqa: E402
from supervise import Child, Supervisor  # noqa: E402

START_SECONDS = 60
LOG_BYTES = 5_000_000
DATABASES = ("sqlite", "postgresql", "postgres")


def main() -> None:
    os.chdir(ROOT)
    os.umask(0o077)  # the database holds names and telephone numbers: for its owner only
    host, port = _address()
    workers = _settings()
    folder = ROOT / os.environ.get("SANBAN_DATA", "var")
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder):
        _port_is_free(host, port)
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'sanban.sqlite'}"
        sign_ins = _prepared(url, folder)
        environment = {
            **os.environ,
            "SANBAN_DATA": str(folder),
            "DATABASE_URL": url,
            "SANBAN_BIND": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "PORT": str(port),
        }
        _serve(host, port, workers, folder / "log", environment, sign_ins)


def _prepared(url: str, folder: Path) -> SignIns:
    try:
        if url.partition(":")[0].partition("+")[0] not in DATABASES:
            raise ArgumentError(f"only {', '.join(DATABASES)} addresses are understood")
        store = Store(url)
        sign_ins = prepare(store, folder)
    except (ArgumentError, DBAPIError) as error:
        where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else os.path.relpath(folder / "sanban.sqlite", ROOT)
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise Stop(f"数据库 {where} 无法使用：{why}", f"The database of {where} cannot be used: {why}") from error
    store.close()
    return sign_ins


def _serve(host: str, port: int, workers: int, logs: Path, environment: dict[str, str], sign_ins: SignIns) -> None:
    gunicorn = [sys.executable, "-m", "gunicorn", "--no-control-socket", "wsgi:app"]
    names = ["worker", *(f"worker-{i}" for i in range(2, workers + 1))]
    children = [
        Child("web", gunicorn, _fresh(logs / "web.log"), restarts=False),
        *(Child(name, [sys.executable, "worker.py"], _fresh(logs / f"{name}.log"), restarts=True) for name in names),
    ]
    started = time.monotonic()

    def answers() -> bool:
        if time.monotonic() - started > START_SECONDS:
            raise Stop(
                "网页服务没有启动，详情见 var/log/web.log 。", "The web server did not start, see var/log/web.log"
            )
        return _answers(host, port)

    with Supervisor(children, environment, ROOT) as supervisor:
        supervisor.watch(answers)
        if not supervisor.stopping:
            _greet(host, port, sign_ins)
        supervisor.watch()
        tell("正在停止…", "Stopping…")


def _greet(host: str, port: int, sign_ins: SignIns) -> None:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # what to show for it, not what to bind to  # nosec B104
    shown = everywhere.get(host, f"[{host}]" if ":" in host else host)
    address = f"http://{shown}:{port}"
    login, password = sign_ins.organiser
    admin, admin_password = sign_ins.administrator
    print(
        f"""
三班 Sanban  {address}

  组织者   organiser      {login} / {password}
  管理员   administrator  {admin} / {admin_password}
  志愿者   volunteer      {address}{sign_ins.volunteer_path}   （{sign_ins.volunteer_name}）

Ctrl-C 停止 stops everything.  日志 logs: var/log/
""",
        flush=True,
    )


# --- conditions -----------------------------------------------------------------------------------------
def _address() -> tuple[str, int]:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Stop(f"PORT={port} 不是 1 到 65535 之间的端口号。", f"PORT={port} is not a port number from 1 to 65535.")
    return host, int(port)


def _settings() -> int:
    """How many workers to start; every setting that cannot be used is told before anything is done."""
    found = faults(os.environ)
    if found:
        raise Stop("\n".join(fault.zh for fault in found), "\n".join(fault.en for fault in found))
    return whole(os.environ, "SANBAN_WORKERS")


def _only_one(folder: Path) -> IO[str]:
    """Two services on one database file would do everything twice."""
    try:
        lock = (folder / "run.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Stop(
            "这个文件夹里的三班已经在运行：请先停止它。", "Sanban is already running from this folder: stop it first."
        ) from error
    except OSError as error:
        raise Stop(
            f"无法写入 {folder}（{error.strerror}）：请换到可写的位置再运行。",
            f"{folder} cannot be written ({error.strerror}): run this from a place that can.",
        ) from error
    return lock


def _port_is_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Stop(
                f"端口 {port} 已被占用：请停止占用它的程序，或换一个端口，例如 PORT={port + 1} make run 。",
                f"Port {port} is in use: stop what uses it or take another one, for example PORT={port + 1} make run",
            ) from error
        raise Stop(
            f"无法监听 {host}:{port}（{error.strerror}）。", f"Cannot listen on {host}:{port} ({error.strerror})."
        ) from error


def _answers(host: str, port: int) -> bool:
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where to ask, not what to bind to  # nosec B104
    connection = HTTPConnection(near.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _fresh(log: Path) -> Path:
    """A log that has grown large begins anew; the one before is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log


if __name__ == "__main__":
    try:
        main()
    except Stop as stop:
        end_with(stop)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
