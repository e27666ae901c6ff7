"""deploy/compose.yaml, started: what the guide says is typed, and a county works behind it.   make test-deploy

Needs a Docker engine with compose, and the images that are named in the files, or others by the settings of
deploy/sanban.env.example in the environment. Not part of `make test`: an engine is nothing that a test may install.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from scheduler import towns
from tests.ports import free_port

from .county import TOWN, County, eventually, has_a_week
from .guide import block
from .sources import certificate, copied

ALIAS, FILLED = "alias sanban=", "fill in"
FROM_ELSEWHERE = ("PYTHON_IMAGE", "POSTGRES_IMAGE", "NGINX_IMAGE", "REDIS_IMAGE", "PIP_INDEX_URL")
PROJECT = "sanban-test"
IMAGE = "sanban:test"
MINUTES = 15 * 60
OURS = 10001
"""The image's user, which has no name outside."""


@dataclass
class Site:
    """A folder with the code, in which somebody types."""

    folder: Path
    county: County

    def types(self, commands: str, stdin: bytes = b"") -> str:
        """What the commands print; a failed one fails the test."""
        (alias,) = (line for line in block("Installing with compose", ALIAS).splitlines() if line.startswith(ALIAS))
        script = f"shopt -s expand_aliases\nset -e\n{alias}\n{commands}"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, input=stdin, capture_output=True, timeout=MINUTES, check=False,
            env={**os.environ, "COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_ANSI": "never"},
        )  # fmt: skip
        told = done.stdout.decode()
        assert done.returncode == 0, f"{commands}\n{told[-3000:]}\n{done.stderr.decode()[-6000:]}"
        return told

    def inside(self, service: str, command: str) -> str:
        """What a command prints in a container that runs."""
        return self.types(f"sanban exec -T {service} {command}")

    def settings(self, **given: str) -> None:
        """Set some in sanban.env."""
        file = self.folder / "deploy" / "sanban.env"
        text = file.read_text(encoding="utf-8")
        for name, value in given.items():
            text, found = re.subn(rf"^#?{name}=.*$", f"{name}={value}", text, count=1, flags=re.MULTILINE)
            assert found, name
        file.write_text(text, encoding="utf-8")

    def containers(self, service: str) -> list[str]:
        return self.types(f"sanban ps -q {service}").split()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Installed as the guide says, on ports of its own; all of it is taken away afterwards."""
    folder = copied(tmp_path_factory.mktemp("site") / "sanban")
    plain, secure = free_port(), free_port()
    county = County(f"https://127.0.0.1:{secure}", certificate(folder / "deploy" / "tls"), "")
    made = Site(folder, county)
    first, rest = block("Installing with compose", ALIAS).split("\n", 1)
    assert FILLED in first
    made.types(first)
    made.settings(
        SECRET_KEY=secrets.token_hex(32), POSTGRES_PASSWORD=secrets.token_hex(24), SANBAN_IMAGE=IMAGE,
        SANBAN_HTTP=f"127.0.0.1:{plain}", SANBAN_HTTPS=f"127.0.0.1:{secure}",
        **{name: os.environ[name] for name in FROM_ELSEWHERE if name in os.environ},
    )  # fmt: skip
    try:
        county.password = made.types(rest).split()[-1]
        yield made
    finally:
        made.types("sanban --profile redis --profile tools down --volumes --remove-orphans --timeout 5")
        subprocess.run(["docker", "image", "rm", IMAGE], check=True, capture_output=True)


def worked_meanwhile(site: Site, seconds: int, commands: str) -> dict[str, Any]:
    """How a solve ended in which some commands were typed after it had begun."""
    solve = site.county.asks(seconds=seconds)
    site.county.running(solve)
    site.types(commands)
    return site.county.finished(solve)


def test_somebody_who_installed_it_gets_a_week(site: Site) -> None:
    has_a_week(site.county)
    assert "error" not in site.types("sanban logs --no-color --no-log-prefix worker web").lower()
    assert "ERROR" not in site.types("sanban logs --no-color --no-log-prefix database")


def test_a_container_holds_no_more_than_it_needs(site: Site) -> None:
    for service in ("web", "worker"):
        assert site.inside(service, "id -u").strip() == str(OURS)
        rights = site.inside(service, "grep -E 'Cap(Eff|Bnd)|NoNewPrivs' /proc/self/status").split()
        assert rights == ["CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]
        assert site.inside(service, "sh -c 'touch /srv/sanban/x || echo refused'").strip() == "refused"
        assert "POSTGRES_PASSWORD=\n" in site.inside(service, "env")
    assert site.inside("web", "sh -c 'touch /opt/x || echo refused'").strip() == "refused"
    for service, ways_out in (("web", 1), ("worker", 0), ("database", 0)):
        routes = site.inside(service, "cat /proc/net/route").splitlines()[1:]
        assert len([route for route in routes if route.split()[1] == "00000000"]) == ways_out, service


def test_a_worker_that_is_killed_comes_back_and_its_solve_goes_on(site: Site) -> None:
    told = worked_meanwhile(site, 30, "sanban exec -T worker sh -c 'kill -9 -1' || true")
    assert told["attempt"] == 2


def test_a_database_that_restarts_loses_no_solve(site: Site) -> None:
    told = worked_meanwhile(site, 20, "sanban restart database")
    assert told["progress"]["vacancies"] == 0
    eventually(site.county.ready, "the service")


def test_a_web_that_is_away_is_said_by_the_proxy(site: Site) -> None:
    site.types("sanban stop web")
    away = site.county.browser.get(f"{site.county.address}/towns", timeout=10)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "10")
    assert "服务正在重启" in away.text
    site.types("sanban start web")
    eventually(site.county.ready, "the service")


def test_more_workers_and_wake_ups_by_redis(site: Site) -> None:
    site.settings(SANBAN_WORKERS="2", SANBAN_WORKER_CPUS="1", QUEUE_URL="redis://redis:6379/0")
    site.types("sanban --profile redis up -d")
    assert len(site.containers("worker")) == 2
    eventually(site.county.ready, "the service")
    eventually(lambda: int(site.inside("redis", "redis-cli client list | wc -l")) >= 2, "the workers at Redis")
    assert site.county.finished(site.county.asks(seconds=5))["progress"]["vacancies"] == 0


def test_an_upgrade_keeps_everything(site: Site) -> None:
    before = site.county.roster()
    site.types(block("Upgrading", "sanban up -d"))
    eventually(site.county.ready, "the service")
    assert site.county.roster() == before  # and the session is still good


def test_a_backup_comes_back(site: Site) -> None:
    before = site.county.name()
    site.types("sanban run --rm backup")
    name = site.types("sanban run --rm -T backup sh -c 'ls -t /backups | head -1'").strip()
    site.types(f"sanban run --rm backup python -m models check /backups/{name}")
    site.county.renames("改名之后")
    site.types(block("Restoring", "sanban exec").replace("FILE", name).replace("exec ", "exec -T "))
    eventually(site.county.ready, "the service")
    assert site.county.name() == before
    assert site.county.roster()


def test_sqlite_moves_in(site: Site) -> None:
    """Into a new installation; the file is one that `make run` would have left."""
    (site.folder / "var").mkdir()
    store = Store(f"sqlite:///{site.folder / 'var' / 'sanban.sqlite'}")
    store.migrate()
    store.load_town(towns.make(TOWN, 1, site.county.week))
    store.accounts.create("bo", "波管理", site.county.password, "platform_administrator")
    store.close()
    site.types("sanban down --volumes")
    site.types(block("From SQLite to PostgreSQL", "sanban run"))
    site.types("sanban up -d")
    eventually(site.county.ready, "the service")
    site.county.login = "bo"
    site.county.sign_in()
    assert [town["id"] for town in site.county.call("GET", "/towns").json()["items"]] == [TOWN]
