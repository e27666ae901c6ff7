"""What `make check` asks besides style and types: bandit, known advisories, secrets in the repository.

    python scripts/safety.py

Each says one line. Findings end with exit code 1. An advisory service that cannot be asked is said and is no finding:
without a network nobody can know; that every package is pinned by checksum and fits the others is checked all the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / ".secrets.baseline"
ROOMS = ("api", "models", "jobs", "scheduler", "border", "scripts", "benchmarks")
SOURCES = (*ROOMS, "wsgi.py", "worker.py", "gunicorn.conf.py")
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-oidc.txt")
AUDIT_SECONDS = 120
NOT_SCANNED = r"^(requirements.*\.txt|\.secrets\.baseline|benchmarks/results/.*|.*/vendor/.*|.*\.(png|svg|mo|po))$"
EXAMPLES = r"user:password@|pragma: allowlist secret"
INVENTED = ("KeywordDetector", "BasicAuthDetector")
"""Not asked about in the tests, whose people and passwords are invented."""


def run(*command: str, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """A tool of our own environment."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )


def bandit() -> str:
    """What bandit finds, empty when nothing."""
    found = run("bandit", "-q", "-c", "pyproject.toml", "-r", *SOURCES)
    return "" if found.returncode == 0 else found.stdout + found.stderr


def fits() -> str:
    """What pip says against the installed set, empty when nothing."""
    found = run("pip", "check")
    return "" if found.returncode == 0 else found.stdout + found.stderr


def advisories() -> tuple[str, str]:
    """(findings, what could not be asked), both in words and empty when there is nothing to say."""
    found: dict[str, str] = {}
    unknown: set[str] = set()
    for name in REQUIREMENTS:
        if not (ROOT / name).exists():
            continue
        asked = ("pip_audit", "-r", name, "--disable-pip", "--require-hashes", "-f", "json", "--timeout", "10")
        try:
            answer = run(*asked, "--progress-spinner", "off", seconds=AUDIT_SECONDS)
            report: dict[str, Any] = json.loads(answer.stdout)
        except subprocess.TimeoutExpired:
            return "", f"the advisory service did not answer within {AUDIT_SECONDS} s; nothing was asked about {name}"
        except json.JSONDecodeError:
            last = (answer.stderr.strip().splitlines() or ["no answer"])[-1]
            return "", f"the advisory service cannot be reached ({last[:160]}); nothing was asked about {name}"
        for package in report["dependencies"]:
            if "skip_reason" in package:
                unknown.add(package["name"])
            for advisory in package.get("vulns", ()):
                found[advisory["id"]] = f"{package['name']} {package['version']}: {advisory['id']}"
    unasked = f"the advisory service knows nothing of {len(unknown)} packages; they were not audited"
    return "\n".join(sorted(found.values())), unasked if unknown else ""


def secrets() -> str:
    """Files and lines that look like a secret and are not in the baseline, empty when there are none."""
    listed = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    tests = [name for name in files if name.startswith("tests/")]
    product = [name for name in files if not name.startswith("tests/")]
    found = {**scanned(product), **scanned(tests, *INVENTED)}
    known = json.loads(BASELINE.read_text())["results"] if BASELINE.exists() else {}
    judged = {name: {held["hashed_secret"] for held in entries} for name, entries in known.items()}
    return "\n".join(
        f"{name}:{entry['line_number']}: {entry['type']}"
        for name, entries in sorted(found.items())
        for entry in entries
        if entry["hashed_secret"] not in judged.get(name, set())
    )


def scanned(files: list[str], *without: str) -> dict[str, list[dict[str, Any]]]:
    """File → what detect-secrets finds in it."""
    left = (word for plugin in without for word in ("--disable-plugin", plugin))
    answer = run("detect_secrets", "scan", *left, "--exclude-files", NOT_SCANNED, "--exclude-lines", EXAMPLES, *files)
    if answer.returncode != 0:
        raise SystemExit(f"detect-secrets failed: {answer.stderr.strip()}")
    results: dict[str, list[dict[str, Any]]] = json.loads(answer.stdout)["results"]
    return results


def said() -> Iterator[tuple[bool, str]]:
    """(is it a finding, the line) of each question."""
    unsafe = bandit()
    yield bool(unsafe), unsafe or "bandit: nothing found"
    unfit = fits()
    yield bool(unfit), unfit or "pip check: the installed packages fit each other"
    known, unasked = advisories()
    yield bool(known), f"pip-audit found:\n{known}" if known else "pip-audit: " + (unasked or "no advisories known")
    leaked = secrets()
    yield bool(leaked), f"These look like secrets:\n{leaked}" if leaked else "detect-secrets: nothing found"


def main() -> int:
    failed = False
    for bad, line in said():
        print(line, flush=True)
        failed |= bad
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
