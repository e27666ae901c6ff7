"""Ports for servers that tests start."""

from __future__ import annotations

import socket
import subprocess
import time

START_SECONDS = 60.0


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until_it_listens(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait for a server of ours that is starting; fails when it ends instead."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert server.poll() is None, "the server ended instead of listening"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the server does not listen")
