"""The files of deploy/ say what the product means: settings, commands, rooms, and no more rights than needed."""

from __future__ import annotations

import re
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.commands import COMMANDS
from models.environment import BY_NAME
from models.fitness import refusals

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("migrate", "web", "worker", "backup", "purge")
FOR_BUILDING = {"PYTHON_IMAGE", "PIP_INDEX_URL"}
"""Names that the Dockerfile understands."""
FOR_COMPOSE = FOR_BUILDING | {
    "POSTGRES_PASSWORD", "SANBAN_IMAGE", "SANBAN_WORKERS", "SANBAN_WORKER_CPUS", "SANBAN_WORKER_MEMORY", "SANBAN_TLS",
    "SANBAN_HTTP", "SANBAN_HTTPS", "POSTGRES_IMAGE", "NGINX_IMAGE", "REDIS_IMAGE",
}  # fmt: skip
"""Names that compose.yaml itself understands."""
FOR_PYTHON = {"NUMBA_CACHE_DIR", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH"}
EXACT = re.compile(r"^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)+$")
SHIPPED = {"tests", "benchmarks"}
EXPOSURE = 20
"""In tenths, as systemd counts: 0 is shut, 100 is open."""


def example() -> dict[str, str]:
    """The example's settings, those in comments too."""
    lines = (DEPLOY / "sanban.env.example").read_text(encoding="utf-8").splitlines()
    pairs = [re.fullmatch(r"#?([A-Z_]+)=(.*)", line) for line in lines]
    return {pair[1]: pair[2] for pair in pairs if pair}


def live() -> dict[str, str]:
    """The example's settings that are not in comments."""
    text = (DEPLOY / "sanban.env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))


def unit(path: Path) -> RawConfigParser:
    parsed = RawConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(path, encoding="utf-8")
    return parsed


# --- settings -------------------------------------------------------------------------------------------
def test_every_name_of_the_example_is_a_setting() -> None:
    assert set(example()) - set(BY_NAME) - FOR_COMPOSE == set()
    assert {"SANBAN_ENV", "SECRET_KEY", "DATABASE_URL", "SANBAN_TRUSTED_PROXIES"} <= set(live())


def test_the_example_starts_once_it_has_a_secret_and_not_before() -> None:
    given = live()
    assert [fault.en.split()[0] for fault in refusals(given)] == ["SECRET_KEY"]
    assert refusals(given | {"SECRET_KEY": "b1946ac92492d2347c6235b4d2611184c2ecf6a0d3cd4ae1"}) == []


def test_compose_sets_only_settings_and_asks_only_for_what_the_example_names() -> None:
    for name in OURS:
        assert set(COMPOSE["services"][name]["environment"]) - set(BY_NAME) - FOR_COMPOSE == set(), name
    asked = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    assert asked - set(example()) == set()
    assert asked | set(COMPOSE["services"]["migrate"]["build"]["args"]) >= FOR_COMPOSE


def test_units_and_image_set_only_settings() -> None:
    for path in UNITS:
        names = set(re.findall(r"(?:^Environment=|\s)([A-Z_]+)=", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert names - set(BY_NAME) - FOR_PYTHON == set(), path.name
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"\b([A-Z_]+)=", image)) - set(BY_NAME) - FOR_PYTHON == {"PYTHON_IMAGE"}
    assert set(re.findall(r"^ARG ([A-Z_]+)", image, re.MULTILINE)) == FOR_BUILDING


def test_what_is_called_exists() -> None:
    known = {command.NAME for command in COMMANDS}
    called = {
        *re.findall(r"-m models (\w+)", "".join(path.read_text(encoding="utf-8") for path in UNITS)),
        *re.findall(r"-m, models, (\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")),
        *re.findall(r"(?:^|-m |`)models (\w+)", (ROOT / "docs" / "deploying.md").read_text("utf-8"), re.MULTILINE),
    }
    assert called == known & called
    assert {"migrate", "backup", "restore", "move", "check", "purge"} <= called


# --- containers -----------------------------------------------------------------------------------------
def test_images_are_exact_versions() -> None:
    named = [service["image"] for name, service in COMPOSE["services"].items() if name not in OURS]
    images = {"".join(re.findall(r"^\$\{[A-Z]+_IMAGE:-(.+)\}$", name)): name for name in named}
    base = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(images) == 3
    assert [image for image in [*images, *base] if not EXACT.match(image)] == []
    assert {value for name, value in example().items() if name.endswith("_IMAGE")} == {*images, *base, "sanban:local"}


def test_limits_of_a_container_are_said_alike_where_they_are_said_twice() -> None:
    """Compose takes none of the file otherwise."""
    worker = COMPOSE["services"]["worker"]
    assert worker["deploy"]["resources"]["limits"]["pids"] == worker["pids_limit"]


def test_only_the_proxy_can_be_reached_and_the_database_has_no_way_out() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"proxy", "web"}


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_a_container_gains_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name in OURS:
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert "user" not in service  # the image's own, which is not root


def test_the_image_runs_as_nobody_in_particular_and_installs_by_checksum() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER sanban"]
    assert lines.index("USER sanban") < next(i for i, line in enumerate(lines) if line.startswith("CMD"))
    assert "--only-binary :all: --require-hashes" in " ".join(lines)


def test_the_image_has_every_room_of_the_product() -> None:
    copied = {
        word.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(.+)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
        for word in line.split()[:-1]
    }
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - SHIPPED
    assert rooms | {"wsgi.py", "worker.py", "gunicorn.conf.py", "requirements.txt"} <= copied
    let_in = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    assert set(let_in) == copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


# --- systemd --------------------------------------------------------------------------------------------
def test_every_unit_is_shut_in_the_same_way() -> None:
    held = {path.name: dict(unit(path)["Service"]) for path in UNITS}
    shut = [
        name for name in held["sanban-web.service"] if name.startswith(("Protect", "Private", "Restrict", "System"))
    ]
    assert len(shut) > 15
    for name in [
        *shut,
        "User",
        "NoNewPrivileges",
        "CapabilityBoundingSet",
        "UMask",
        "EnvironmentFile",
        "StateDirectory",
    ]:
        assert len({service[name] for service in held.values()}) == 1, name
    assert held["sanban-web.service"]["User"] == "sanban"


def test_every_timer_has_its_service() -> None:
    assert [path.with_suffix(".service").name for path in TIMERS] == ["sanban-backup.service", "sanban-purge.service"]
    assert all(path.with_suffix(".service").exists() for path in TIMERS)


def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for path in (*UNITS, *TIMERS):
        text = path.read_text(encoding="utf-8").replace("/srv/sanban/.venv/bin/", f"{ROOT}/.venv/bin/")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / path.name) for path in (*UNITS, *TIMERS)]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "sanban" in line]
    assert (done.returncode, ours) == (0, [])
    for path in UNITS:
        command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", tmp_path / path.name]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0, path.name
