"""What the tests need from the system: a browser and its driver's library, Chinese fonts, PostgreSQL and Redis servers,
and for the files in deploy/ nginx, openssl and systemd's own judge of units.

Installs what is missing when it may (as root, or by sudo without a password), else names the exact command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from say import Stop, end_with, tell


def _browser() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def _fonts() -> bool:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
    return any(next(folder.rglob("*CJK*"), None) for folder in folders if folder.is_dir())


def _postgresql() -> bool:
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _command(name: str) -> Callable[[], bool]:
    """Whether a command is there; /usr/sbin is not on everybody's path."""
    return lambda: shutil.which(name) is not None or Path("/usr/sbin", name).exists()


def _libatomic() -> bool:
    """The library that the browser's driver is linked with."""
    return any(next(Path(folder).glob("**/libatomic.so.1"), None) for folder in ("/usr/lib", "/lib"))


NEEDED: dict[str, Callable[[], bool]] = {
    "chromium": _browser,
    "fonts-noto-cjk": _fonts,
    "postgresql": _postgresql,
    "redis-server": _command("redis-server"),
    "nginx-light": _command("nginx"),
    "openssl": _command("openssl"),
    "systemd": _command("systemd-analyze"),
    "libatomic1": _libatomic,
}


def main() -> None:
    missing = [package for package, present in NEEDED.items() if not present()]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    by_hand = f"sudo apt-get update && sudo {' '.join(install)}"
    prefix = _rights()
    if prefix is None or shutil.which("apt-get") is None:
        raise Stop(
            f"测试还需要系统软件包，请先运行：{by_hand}",
            f"The tests need system packages; run first: {by_hand}",
        )
    tell(f"安装系统软件包 {' '.join(missing)}", "Installing system packages")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run([*prefix, *command], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Stop(
                f"系统软件包没有装上，请手动运行：{by_hand}",
                f"System packages could not be installed; run: {by_hand}",
            )
    still = [package for package, present in NEEDED.items() if not present()]
    if still:
        raise Stop(f"装完仍缺 {' '.join(still)}：{by_hand}", f"Still missing {' '.join(still)}: {by_hand}")


def _rights() -> list[str] | None:
    """What to put before a command to run it as root; None when that is not allowed."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = ["sudo", "-n", "true"]
    allowed = subprocess.run(asked, capture_output=True, check=False).returncode == 0  # as found  # nosec B607
    return ["sudo", "-n"] if allowed else None


if __name__ == "__main__":
    try:
        main()
    except Stop as stop:
        end_with(stop)
