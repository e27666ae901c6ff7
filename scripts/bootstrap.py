"""Make `.venv` and put the pinned packages into it; nothing is done twice.

Runs on the bare Python of the machine, standard library only. Usage: bootstrap.py run|test
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from say import Stop, end_with, tell

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.txt", "test": ROOT / "requirements-dev.txt"}
KERNELS = tuple(ROOT / "scheduler" / part for part in ("", "search", "routing"))
"""Folders with code that is compiled ahead of time."""
LOG = ROOT / "var" / "log" / "setup.log"
NO_NETWORK = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "Failed to establish a new connection",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Max retries exceeded",
    "SSLError",
)


def main(purpose: str) -> None:
    _folder_is_writable()
    _make_venv()
    _install(LOCKS[purpose], purpose)
    _compile_ahead()


def _folder_is_writable() -> None:
    for folder in (ROOT, ROOT / "var"):
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                continue
        except OSError as error:
            raise Stop(
                f"无法写入文件夹 {folder}（{error.strerror}）：请换到可写的位置再运行。",
                f"The folder {folder} cannot be written ({error.strerror}): run this from a place that can.",
            ) from error


def _make_venv() -> None:
    if _venv_works():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Stop(
            "这个 Python 缺少 venv 模块：请先运行 sudo apt-get install python3-venv 。",
            "This Python lacks the venv module: run first sudo apt-get install python3-venv",
        )
    tell("建立虚拟环境 .venv", "Making the virtual environment .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        _log(made.stdout + made.stderr)
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(
            f"无法建立虚拟环境，详情见 {_shown(LOG)}：请检查 python3-venv 是否装好、磁盘是否有空间。",
            f"The virtual environment could not be made, see {_shown(LOG)}: is python3-venv installed, is there room?",
        )


def _venv_works() -> bool:
    """Whether `.venv` holds a Python 3.11 of this machine with pip."""
    if not VENV_PYTHON.exists():
        return False
    question = "import pip, sys; sys.exit(sys.version_info[:2] != (3, 11))"
    return subprocess.run([str(VENV_PYTHON), "-c", question], capture_output=True, check=False).returncode == 0


def _install(lock: Path, purpose: str) -> None:
    stamp = VENV / f".installed-{purpose}"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    tell("安装依赖，第一次约需 2 分钟…", "Installing packages, about two minutes the first time…")
    command = [
        str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
        "--retries", "2", "--only-binary", ":all:", "--require-hashes", "-r", str(lock),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        _log(done.stdout + done.stderr)
        raise _why_not_installed(done.stdout + done.stderr)
    stamp.write_text(wanted)


def _why_not_installed(output: str) -> Stop:
    """pip's many lines as one sentence."""
    if "No space left on device" in output:
        return Stop(
            "磁盘空间不足：依赖约需 1 GB，请腾出空间后再运行。",
            "The disk is full: the packages need about 1 GB, make room and run again.",
        )
    if any(sign in output for sign in NO_NETWORK):
        return Stop(
            "连不上软件包索引：第一次安装需要网络（装好以后不再需要），请联网后再运行。",
            "The package index cannot be reached: the first installation needs a network (later runs do not); "
            "connect and run again.",
        )
    if "DO NOT MATCH THE HASHES" in output:
        return Stop(
            f"下载的依赖与锁定的校验值不符，已停止安装，详情见 {_shown(LOG)} 。",
            f"A downloaded package does not match its pinned checksum; nothing was installed, see {_shown(LOG)}",
        )
    if "No matching distribution" in output or "Could not find a version" in output:
        lines = [line for line in output.splitlines() if "No matching distribution" in line]
        package = lines[0].rsplit(" ", 1)[-1] if lines else "?"
        machine = f"{platform.system()} {platform.machine()}"
        return Stop(
            f"没有适合本机（{machine}）的预编译软件包 {package}，"
            "安装时不作编译（也不需要编译器）：请使用 x86_64 或 arm64 的 Linux。",
            f"There is no prebuilt package {package} for this machine ({machine}), and nothing is compiled during "
            "installation (no compiler is needed): use Linux on x86_64 or arm64.",
        )
    return Stop(f"安装依赖失败，详情见 {_shown(LOG)} 。", f"Installing the packages failed, see {_shown(LOG)}")


def _compile_ahead() -> None:
    """Compile the search once, so that nobody waits for it at the first roster."""
    stamp = KERNELS[0] / "__pycache__" / "compiled-ahead"
    digest = hashlib.sha256(LOCKS["run"].read_bytes())
    for path in sorted(path for folder in KERNELS for path in folder.glob("*.py")):
        digest.update(path.read_bytes())
    wanted = digest.hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    tell("预先编译求解器", "Compiling the solver ahead of time")
    forget_machine_code(KERNELS)
    command = [str(VENV_PYTHON), "-m", "scheduler.search.compile"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        _log(done.stdout + done.stderr)
        raise Stop(
            f"预先编译求解器失败，详情见 {_shown(LOG)} 。", f"Compiling the solver ahead failed, see {_shown(LOG)}"
        )
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def forget_machine_code(folders: Iterable[Path]) -> None:
    """Remove what was compiled before: Numba does not notice when a kernel that another one calls has changed."""
    for folder in folders:
        for kind in ("*.nbi", "*.nbc"):
            for path in (folder / "__pycache__").glob(kind):
                path.unlink()


def _log(text: str) -> None:
    with contextlib.suppress(OSError):
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.write_text(text)


def _shown(path: Path) -> str:
    return os.path.relpath(path, Path.cwd())


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except Stop as stop:
        end_with(stop)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
