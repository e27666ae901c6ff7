"""deploy/systemd/, started: a fresh Debian machine on which the guide is typed, line by line.   make test-deploy

What it needs is said in machine.py. Not part of `make test`: a machine is nothing that a test may make unasked.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.store import Store
from scheduler import towns

from .county import TOWN, County, eventually, has_a_week
from .guide import block, blocks
from .machine import Machine, machine
from .sources import certificate, copied

HEADING = "Installing with systemd"
CODE = "/root/sanban"
SETTINGS = "/etc/sanban/sanban.env"
UNITS = "sanban-web sanban-worker@1 sanban-backup.timer sanban-purge.timer"


@dataclass
class Host:
    """The machine, on which somebody types the guide's commands."""

    machine: Machine
    county: County

    def types(self, commands: str) -> str:
        """With the guide's own `models` at hand."""
        return self.machine.types(f"{block(HEADING, 'models()')}\n{commands}")

    def main_process(self, unit: str) -> int:
        return int(self.types(f"systemctl show --property MainPID --value {unit}"))


def password_in(told: str) -> str:
    """The line that is one word."""
    (password,) = re.findall(r"^\S{12,}$", told, re.MULTILINE)
    return str(password)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Installed as the guide says."""
    folder = tmp_path_factory.mktemp("machine") / "root"
    with machine(folder) as debian:
        copied(folder / CODE.lstrip("/"))
        chain = certificate(folder / "etc" / "sanban" / "tls", debian.address)
        packages, install, _, begin = blocks(HEADING)
        debian.types(
            "apt-get update && export DEBIAN_FRONTEND=noninteractive\n" + packages.replace("install", "install -y")
        )
        debian.types(f"cd {CODE}\n{install}")
        debian.types(f"sed -i 's/^SECRET_KEY=.*/SECRET_KEY={secrets.token_hex(32)}/' {SETTINGS}")
        made = Host(debian, County(f"https://{debian.address}", chain, ""))
        made.county.password = password_in(made.types(begin))
        yield made


def test_somebody_who_installed_it_gets_a_week(host: Host) -> None:
    has_a_week(host.county)
    assert host.types("systemctl --failed --no-legend").strip() == ""
    assert host.types(f"systemctl is-active {UNITS}").split() == ["active"] * 4


def test_the_service_can_do_no_more_than_it_needs(host: Host) -> None:
    for unit in ("sanban-web", "sanban-worker@1"):
        status = host.types(f"cat /proc/{host.main_process(unit)}/status")
        rights = dict(re.findall(r"^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):\s+(\S+)", status, re.MULTILINE))
        assert rights.pop("Uid") == host.types("id -u sanban").strip()
        assert rights == {"CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1", "Seccomp": "2"}
    refused = f"runuser -u sanban -- sh -c 'cat {SETTINGS} > /dev/null && touch /srv/sanban/x' || echo refused"
    assert host.types(refused).strip() == "refused"
    assert host.types("runuser -u nobody -- cat /etc/sanban/sanban.env || echo refused").strip() == "refused"


def test_a_worker_that_is_killed_comes_back_and_its_solve_goes_on(host: Host) -> None:
    solve = host.county.asks(seconds=30)
    host.county.running(solve)
    host.types("systemctl kill --kill-who main --signal KILL sanban-worker@1")
    told = host.county.finished(solve)
    assert (told["attempt"], told["progress"]["vacancies"]) == (2, 0)


def test_a_database_that_restarts_loses_no_solve(host: Host) -> None:
    solve = host.county.asks(seconds=20)
    host.county.running(solve)
    host.types("systemctl restart postgresql")
    assert host.county.finished(solve)["progress"]["vacancies"] == 0
    eventually(host.county.ready, "the service")


def test_every_night_is_kept_and_comes_back(host: Host) -> None:
    before = host.county.name()
    host.types("systemctl start sanban-backup sanban-purge")
    (name,) = host.types("ls /var/backups/sanban").split()
    assert host.types(f"stat -c '%a %U' /var/backups/sanban/{name}").split() == ["600", "sanban"]
    host.types(f"models check /var/backups/sanban/{name}")
    host.county.renames("改名之后")
    host.types(block("Restoring", "systemctl").replace("FILE", name))
    host.types(f"sed -i 's#^DATABASE_URL=.*#DATABASE_URL=postgresql://sanban@/sanban_new#' {SETTINGS}")
    host.types("systemctl start sanban-web sanban-worker@1")
    eventually(host.county.ready, "the service")
    assert host.county.name() == before


def test_an_upgrade_keeps_everything(host: Host) -> None:
    before = host.county.roster()
    stop, start = (text for text in blocks("Upgrading") if "systemctl" in text)
    host.types(stop)
    host.types(f"cp -r {CODE}/. /srv/sanban\ncd /srv/sanban\n{start}")
    eventually(host.county.ready, "the service")
    assert host.county.roster() == before


def test_the_machine_may_be_switched_off(host: Host) -> None:
    before = host.county.roster()
    host.machine.restart()
    eventually(host.county.ready, "the service")
    assert host.county.roster() == before
    assert host.county.finished(host.county.asks(seconds=5))["progress"]["vacancies"] == 0


def test_sqlite_moves_in(host: Host) -> None:
    """Into a new database; the file is one that `make run` would have left."""
    var = host.machine.folder / CODE.lstrip("/") / "var"
    var.mkdir()
    store = Store(f"sqlite:///{var / 'sanban.sqlite'}")
    store.migrate()
    store.load_town(towns.make(TOWN, 1, host.county.week))
    store.accounts.create("bo", "波管理", host.county.password, "platform_administrator")
    store.close()
    host.types("systemctl stop sanban-web 'sanban-worker@*'\nrunuser -u postgres -- dropdb sanban")
    host.types("runuser -u postgres -- createdb -O sanban sanban")
    move = next(
        text for text in blocks("From SQLite to PostgreSQL") if "models move" in text and "sanban run" not in text
    )
    told = host.types(f"cd {CODE}\n{move}")
    assert re.search(r"^person +229 .*=$", told, re.MULTILINE), told
    host.types(f"sed -i 's#^DATABASE_URL=.*#DATABASE_URL=postgresql://sanban@/sanban#' {SETTINGS}")
    host.types("systemctl start sanban-web sanban-worker@1")
    eventually(host.county.ready, "the service")
    host.county.login = "bo"
    host.county.sign_in()
    assert [town["id"] for town in host.county.call("GET", "/towns").json()["items"]] == [TOWN]
    shutil.rmtree(Path(var))
