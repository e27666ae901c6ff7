"""From what was handed in to a plan: read once, compared as often as its maker answers or the town changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from api.uploads import shown_name
from models.imports import Kind, Snapshot

from . import availability, columns, people, posts, signups, texts, workbooks
from .column_names import FileKind
from .columns import Table
from .plan import Entry, Plan
from .retiring import retire
from .sentences import refused
from .tables import MOST_BYTES, SIZE
from .town import Town

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK"
Seen = Mapping[str, frozenset[str] | None]
Source = dict[str, Any]
Answers = Mapping[str, Any]


def file_source(kind: FileKind, data: bytes, name: str, category: str) -> Source:
    """What is kept of a file: its rows as texts. Raises ApiError (422) with what is wrong with it."""
    table = _table(kind, data, shown_name(name))
    return {"table": asdict(table), "category": category}


def text_source(text: str, week: date, pattern: str, category: str, yes: str, said_on: date) -> Source:
    """What is kept of a sign-up list; `said_on` is the day from which 今天 and 明天 count. Raises ApiError (422)."""
    lines = [list(line) for line in signups.lines_of(text)]
    days = {"week": week.isoformat(), "said_on": said_on.isoformat()}
    return {"lines": lines, "pattern": pattern, "category": category, "yes": yes} | days


def compare(
    kind: Kind, source: Source, answers: Answers, snapshot: Snapshot, today: date, may_add: bool, seen: Seen
) -> Plan:
    """What would be new, changed, unchanged and missing, what is wrong, and what is asked."""
    town = Town(snapshot, today, [(noun, name) for noun, name in answers.get("add", ())], may_add, seen)
    plan, who = Plan(), {int(row): str(answer) for row, answer in answers.get("who", {}).items()}
    if kind == "signups":
        edited = {int(row): str(text) for row, text in answers.get("lines", {}).items()}
        signups.build(source, edited, town, who, plan)
    else:
        table = _kept(source["table"])
        plan.unused, plan.sheet = table.unused, table.sheet
        if kind == "people":
            people.build(table, town, who, source["category"], plan)
        elif kind == "availability":
            availability.build(table, town, who, plan)
        else:
            posts.build(table, town, plan)
    if answers.get("retire") and kind in ("people", "posts"):
        retire(plan, town, kind)
    plan.troubles.sort(key=lambda trouble: trouble.row)
    plan.additions = list(town.additions.values())
    for noun, bodies in town.added().items():
        plan.entries += [Entry("new", noun, body["id"], body["name"], (), None, body) for body in bodies]
    return plan


def _table(kind: FileKind, data: bytes, name: str) -> Table:
    if not data.strip():
        raise refused("empty_file")
    if len(data) > MOST_BYTES:
        raise refused("file_too_large", **SIZE)
    if data.startswith(OLD_OFFICE):
        raise refused("encrypted_workbook" if ENCRYPTED in data else "old_workbook")
    if data.startswith(ZIP):
        read = []
        for sheet in workbooks.sheets(data):
            read.append(sheet)
            if columns.header_of(kind, sheet) is not None:
                break
        return columns.table(kind, read)
    return columns.table(kind, [texts.sheet(data, name, lambda row: columns.fits(kind, row))])


def _kept(body: Mapping[str, Any]) -> Table:
    rows = tuple((number, cells) for number, cells in body["rows"])
    return Table(body["sheet"], body["titles"], body["places"], tuple(body["unused"]), rows)
