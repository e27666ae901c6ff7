"""A Debian machine of its own, with systemd as its first process, in which the guide can be followed as root.

A folder made by debootstrap and started by systemd-nspawn with a network of its own on Docker's bridge, so that nothing
of this machine is touched. Needs root, debootstrap, systemd-container and a Docker engine, whose bridge leads to the
registries of packages.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUITE, ARCHIVE = "bookworm", "http://deb.debian.org/debian"
FIRST = "ca-certificates,systemd,systemd-sysv,dbus,iproute2"
"""What makes a folder a machine; all else is for the guide to say."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
MINUTES = 15 * 60
BOOT_SECONDS = 60.0
BRIDGE = "docker0"


@dataclass
class Machine:
    """One that runs; `address` is its own."""

    folder: Path
    address: str
    process: subprocess.Popen[bytes]

    def types(self, commands: str) -> str:
        """What commands of root print, in one shell; a failed one fails the test."""
        script = f"set -e\ncd /root\n{commands}"
        done = subprocess.run(
            [*self._into(), "bash", "-c", script], capture_output=True, text=True, timeout=MINUTES, check=False
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        return done.stdout

    def restart(self) -> None:
        """Off and on again, in good order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(BOOT_SECONDS)
        self.process = _booted(self.folder)
        self._networked()

    def _into(self) -> list[str]:
        """The command that runs another one inside."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        kept = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
        }
        if "PIP_CERT" in os.environ:  # packages come from a mirror with a certificate of its own
            kept["PIP_CERT"] = str(CERTIFICATES)
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--net", "--cgroup", "--root"]
        return ["nsenter", "--target", children[0], *spaces, "--", "env", "-i", *(f"{k}={v}" for k, v in kept.items())]

    def _networked(self) -> None:
        """Wait until it has booted, and give it its address."""
        gateway = _bridge()
        deadline = time.monotonic() + BOOT_SECONDS
        asked = "systemctl is-system-running | grep -qE 'running|degraded'"
        while True:
            try:
                self.types(asked)
                break
            except (AssertionError, FileNotFoundError, IndexError):
                assert time.monotonic() < deadline, "the machine does not boot"
                assert self.process.poll() is None, "the machine ended"
                time.sleep(0.5)
        self.types(
            f"ip addr add {self.address}/{gateway.network.prefixlen} dev host0\n"
            f"ip link set host0 up\nip route add default via {gateway.ip}"
        )


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A freshly installed one until the block ends."""
    command = ["debootstrap", "--variant=minbase", f"--include={FIRST}", SUITE, str(folder), ARCHIVE]
    subprocess.run(command, check=True, capture_output=True)
    shutil.copy(CERTIFICATES, folder / CERTIFICATES.relative_to("/"))
    made = Machine(folder, str(_bridge().network[-2 - secrets.randbelow(200)]), _booted(folder))
    try:
        made._networked()
        yield made
    finally:
        made.process.send_signal(signal.SIGTERM)
        made.process.wait(BOOT_SECONDS)


def _booted(folder: Path) -> subprocess.Popen[bytes]:
    command = ["systemd-nspawn", "--quiet", "--boot", "--directory", str(folder), "--machine", f"sanban-{os.getpid()}"]
    apart = ["--register=no", "--keep-unit", "--resolv-conf=copy-host", f"--network-bridge={BRIDGE}", "--console=pipe"]
    with (folder.parent / "console.log").open("ab") as log:
        return subprocess.Popen([*command, *apart], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _bridge() -> ipaddress.IPv4Interface:
    """The address of Docker's bridge with its network."""
    told = subprocess.run(["ip", "-j", "-4", "addr", "show", BRIDGE], check=True, capture_output=True, text=True)
    (address,) = json.loads(told.stdout)[0]["addr_info"]
    return ipaddress.IPv4Interface(f"{address['local']}/{address['prefixlen']}")
