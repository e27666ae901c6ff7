"""Java, Timefold's jars and our compiled classes: found, fetched or made once; what is missing says so."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from scheduler.text import Text

from ..missing import Missing

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LOCK = ROOT / "requirements-peers.txt"
STORE = ROOT / "artefacts" / "peers"
"""Downloads and classes; the product's own environment stays as it is."""
JARS = Path("timefold") / "solver" / "jars"
FOR_PYTHON_OR_TESTS = (
    "timefold-solver-python", "timefold-solver-test", "jpyinterpreter", "junit", "mockito", "assertj", "byte-buddy",
)  # fmt: skip
"""Jars of these names stay off the class path: plain Java does without them, and they bring settings of their own."""


def command(arguments: list[str]) -> list[str]:
    """How to start our Java program; raises `Missing`."""
    java = _tool("java")
    classes, path = _classes(), _jars()
    return [
        java, "-XX:+UseParallelGC", f"-Dlogback.configurationFile={HERE / 'logback.xml'}",
        "-cp", ":".join(map(str, [classes, *path])), "sanban.Main", *arguments,
    ]  # fmt: skip


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(
            Text(
                f"跳过 Timefold：没有找到 {name}，请先运行 sudo apt-get install default-jdk-headless 。",
                f"Timefold is left out: there is no {name} here; run first sudo apt-get install default-jdk-headless",
            )
        )
    return found


def _jars() -> list[Path]:
    """The class path, fetched as `LOCK` says when it is not there yet."""
    folder = STORE / f"packages-{_digest([LOCK])}"
    if not (folder / JARS).is_dir():
        fetched = subprocess.run(
            [
                sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                "--retries", "1", "--no-deps", "--only-binary", ":all:", "--require-hashes",
                "--target", str(folder), "-r", str(LOCK),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if fetched.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise Missing(
                Text(
                    "跳过 Timefold：下载软件包 timefold 失败，请检查网络（只需下载一次）。",
                    "Timefold is left out: its package timefold could not be fetched; is there a network "
                    f"(it is needed once)? pip says: {_last_line(fetched.stderr)}",
                )
            )
    jars = sorted((folder / JARS).glob("*.jar"))
    return [jar for jar in jars if not jar.name.startswith(FOR_PYTHON_OR_TESTS)]


def _classes() -> Path:
    """Our sources, compiled once for each state they are in."""
    sources = sorted(HERE.glob("*.java"))
    folder = STORE / f"classes-{_digest([LOCK, *sources])}"
    if not folder.is_dir():
        compiler, path = _tool("javac"), ":".join(map(str, _jars()))
        aside = folder.with_suffix(".new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        made = subprocess.run(
            [compiler, "-Xlint:all,-processing,-path,-serial", "-d", str(aside), "-cp", path, *map(str, sources)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            raise RuntimeError(f"javac refuses our sources:\n{made.stderr}")
        aside.rename(folder)
    return folder


def _digest(paths: list[Path]) -> str:
    return hashlib.sha256(b"\0".join(p.read_bytes() for p in paths)).hexdigest()[:12]


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "–"
