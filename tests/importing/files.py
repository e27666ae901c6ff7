"""Files as people hand them in: workbooks and CSV made in memory, and a small town to compare them with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from api.importing import comparing
from api.importing.column_names import FileKind
from api.importing.plan import Plan
from models.imports import Snapshot
from tests.browser import small_town

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
NOUNS = ("categories", "units", "qualifications", "positions", "areas", "shift_patterns", "staffing_templates", "posts")
Rows = Iterable[Sequence[Any]]


def workbook(rows: Rows, merged: Sequence[str] = (), title: str = "人员") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for span in merged:
        sheet.merge_cells(span)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def csv(rows: Rows, separator: str = ",", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows).encode(encoding)


def snapshot(**more: Any) -> Snapshot:
    """The small town of the browser's stories: p01 to p06 cadres, p07 to p25 volunteers."""
    whole = small_town.document()
    people = [{k: v for k, v in p.items() if k != "availability"} for p in whole["people"]] + more.pop("people", [])
    things = {noun: whole.get(noun, []) for noun in NOUNS} | {"people": people, "contracts": [], "vehicles": []} | more
    used = {"people": frozenset({"p01"}), "posts": frozenset({"bridge"})}
    taken = frozenset({p["id"] for p in people} | {"erased"})
    return Snapshot("mark", small_town.ZONE, things, taken, used, [])


def plan_of(kind: FileKind, data: bytes, answers: dict[str, Any] | None = None, **more: Any) -> Plan:
    """What a file would do to the small town, for somebody who may do everything."""
    source = comparing.file_source(kind, data, "名单.csv", more.pop("category", ""))
    held = more.pop("held", None) or snapshot()
    return comparing.compare(kind, source, answers or {}, held, TODAY, more.pop("may_add", True), more.pop("seen", {}))


def after(plan: Plan, id_: str) -> dict[str, Any]:
    """The document that something is to have."""
    found = next(e.after for e in plan.entries if e.id == id_)
    assert found is not None, id_
    return found


def whats(plan: Plan) -> dict[str, str]:
    """Id → what becomes of it, without what is left alone."""
    return {e.id: e.what for e in plan.entries if e.what != "missing"}


def told(plan: Plan) -> list[tuple[int, str, str]]:
    return [(t.row, t.column, t.code) for t in plan.troubles]
