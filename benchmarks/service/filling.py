"""What the service is asked about: a sub-district with its roster in force, smaller towns beside it, open links."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from models.rows import LinkRow
from models.secrets import hash_of, new_token
from models.store import Store
from scheduler import check, document, towns
from scheduler.problem import Assignment
from tests.models.towns import document as small_town

from .site import ROOT

DISTRICT = "yinhu"
NEIGHBOURS = ("shouchang", "xincheng", "anguolu")
KEPT = ROOT / "artefacts" / "service"
SOLVE_SECONDS = 20
LINK_DAYS = 90


@dataclass(frozen=True, slots=True)
class Filled:
    """A town whose week has begun today."""

    town: str
    start: date
    document: dict[str, Any]
    tokens: tuple[str, ...]
    """Personal links of everybody who serves in this week."""


def today() -> date:
    """The first day of every week here, so that everybody's next duties lie ahead."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def fill(store: Store, key: str, seed: int = 1) -> Filled:
    """A demo town with its solved and published week, and a link for everybody who serves."""
    start = today()
    body = towns.make(key, seed, start)
    town = store.load_town(body).id
    problem = document.load(body)
    roster = solved(body, f"{key}-{seed}-{start}")
    draft = store.rosters.save_draft(town, start, roster, origin="solve", by="bench")
    report = check.check(problem, roster)
    store.rosters.publish(town, start, draft.number, draft.revision, by="bench", report=report)
    return Filled(town, start, body, links(store, town, sorted({a.person for a in roster})))


def hamlet(town: str) -> dict[str, Any]:
    """A town of nine people whose week begins today, without a past."""
    body = small_town(town, start=today())
    for person in body["people"]:
        person.pop("history", None)
    return body


def solved(body: dict[str, Any], name: str) -> tuple[Assignment, ...]:
    """A legal roster, from the last time today when there was one."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{name}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            problem = Path(folder) / "problem.json"
            problem.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
            command = [sys.executable, "-m", "scheduler", "solve", str(problem), "--seconds", str(SOLVE_SECONDS)]
            subprocess.run([*command, "--out", str(kept), "--progress", "none"], cwd=ROOT, check=True)
    found = json.loads(kept.read_text(encoding="utf-8"))["assignments"]
    return tuple(Assignment(a["person"], a["duty"], a["position"], a.get("pinned", False)) for a in found)


def links(store: Store, town: str, people: list[str]) -> tuple[str, ...]:
    """One open link each, made in one go."""
    now = datetime.now(UTC)
    tokens = tuple(new_token() for _ in people)
    with store.database.write() as session:
        session.add_all(
            LinkRow(
                token_hash=hash_of(token), town=town, person=person, created_at=now,
                expires_at=now + timedelta(days=LINK_DAYS), revoked_at=None,
            )
            for person, token in zip(people, tokens, strict=True)
        )  # fmt: skip
    return tokens
