"""A real Redis server for the tests: on a free port, nothing on disk."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.ports import free_port

MISSING = "Redis is not installed and these tests run on a real one. Install it with: apt-get install -y redis-server"
START_SECONDS = 60


@dataclass
class RedisServer:
    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def started(cls, port: int | None = None) -> RedisServer:
        """Running; the test run fails with the command to install it when it is missing."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail(MISSING, pytrace=False)
        port = port or free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = cls(port, process)
        server._wait()
        return server

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(timeout=START_SECONDS)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        client = Redis.from_url(self.url)
        try:
            while True:
                try:
                    client.ping()
                    return
                except RedisError:
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail("Redis did not start", pytrace=False)
                    time.sleep(0.05)
        finally:
            client.close()


