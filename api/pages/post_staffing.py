"""The staffing of a post as rows of its form: a team, and the shifts that it holds.

A row is one team in one shift, or in all shifts of a pattern; what is stored has the shifts of a pattern together, so
that the rows of what is stored become the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, zip_longest
from typing import Any

from flask import request

from api.access import store
from api.importing.sentences import text_of
from scheduler.problem import ShiftPattern
from scheduler.text import Text

from .data_form import Body, Form
from .people import label
from .routes import day_in

SPARE = 2
"""Empty rows behind those that are filled."""
NAMES = ("template", "shifts", "first_day", "last_day")

TWICE = Text(
    "这个班次上面已经有编组了：同一班只能有一个编组，人数在编组里定。",
    "This shift has a team above already: a shift has one team, and how many heads it has is said in its template.",
)
GONE = Text("这个班制或班次已经没有了，请重新选。", "This shift pattern or shift is gone: choose again.")
NO_DAY = Text("日期不对，应如 2026-03-02。", "This is no date; write it as 2026-03-02.")
TURNED = Text("结束的日期早于开始的日期。", "The last day is before the first.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is typed; `shifts` is a pattern's id, or pattern|shift for one of its shifts; dates are ISO."""

    template: str = ""
    shifts: str = ""
    first_day: str = ""
    last_day: str = ""


def rows_of(staffing: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of what is stored."""
    rows = []
    for one in staffing:
        shifts = [f"{one['pattern']}|{shift}" for shift in one.get("shifts") or ()] or [one["pattern"]]
        days = one.get("first_day") or "", one.get("last_day") or ""
        rows += [Row(one["template"], shift, *days) for shift in shifts]
    return rows


def rows_sent() -> list[Row]:
    """What the form says; rows in which nothing was chosen are left out."""
    columns = (request.form.getlist(f"staffing-{name}")[:200] for name in NAMES)
    rows = [Row(*(text.strip() for text in row)) for row in zip_longest(*columns, fillvalue="")]
    return [row for row in rows if row != Row()]


def shown(rows: list[Row]) -> list[Row]:
    """The rows with some empty ones behind them."""
    return [*rows, *[Row()] * SPARE]


def fill(form: Form, rows: list[Row]) -> None:
    """Put the rows into the form's body as staffing, and what is wrong with them at its place."""
    patterns: dict[str, Any] = {p.id: p for p in store().things.all(form.town, "shift_patterns")}
    for number, row in enumerate(rows, 1):
        for text in _wrong(row, patterns):
            form.fault("staffing", _in_row(number, text))
    held = [_held(row, patterns) for row in rows]
    for one, other in combinations(range(len(rows)), 2):
        if held[one] & held[other] and _meet(rows[one], rows[other]):
            form.fault("staffing", _in_row(other + 1, TWICE))
    form.put("staffing", _together(rows))


def _in_row(number: int, text: Text) -> Text:
    return Text(f"第 {number} 行：{text.zh}", f"Row {number}: {text.en}")


def _wrong(row: Row, patterns: Mapping[str, ShiftPattern]) -> list[Text]:
    found = []
    if not row.template or not row.shifts:
        found.append(text_of("needs_pattern_and_template"))
    pattern, _, shift = row.shifts.partition("|")
    known = patterns.get(pattern)
    if row.shifts and (known is None or (shift and all(s.id != shift for s in known.shifts))):
        found.append(GONE)
    days = [(text, day_in(text)) for text in (row.first_day, row.last_day)]
    found += [NO_DAY for text, day in days if text and day is None]
    first, last = (day for _, day in days)
    if first and last and last < first:
        found.append(TURNED)
    return found


def _held(row: Row, patterns: Mapping[str, ShiftPattern]) -> set[str]:
    """The ids of the shifts that a row staffs: duties are told apart by them, whatever their pattern."""
    pattern, _, shift = row.shifts.partition("|")
    known = patterns.get(pattern)
    return {shift} if shift else {s.id for s in known.shifts} if known else set()


def _meet(one: Row, other: Row) -> bool:
    """Whether two rows hold on a day in common."""
    first = max(one.first_day or date.min.isoformat(), other.first_day or date.min.isoformat())
    last = min(one.last_day or date.max.isoformat(), other.last_day or date.max.isoformat())
    return first <= last


def _together(rows: Iterable[Row]) -> list[Body]:
    """The staffing of the document: the shifts of one team in one pattern together, all of them when none is named."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        pattern, _, shift = row.shifts.partition("|")
        grouped.setdefault((row.template, pattern, row.first_day, row.last_day), []).append(shift)
    found = []
    for (template, pattern, first, last), shifts in grouped.items():
        body: Body = {"template": template, "pattern": pattern}
        if all(shifts):
            body["shifts"] = shifts
        found.append(body | {k: v for k, v in (("first_day", first), ("last_day", last)) if v})
    return found


def teams(town: str) -> list[tuple[str, str, int]]:
    """The staffing templates: id, name, least heads."""
    templates: Any = store().things.all(town, "staffing_templates")
    return [(t.id, label(t), sum(seat.min for seat in t.seats)) for t in templates]


def shifts_of(town: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The shift patterns: id, name, and (shift, its name and hours)."""
    patterns: Any = store().things.all(town, "shift_patterns")
    return [(p.id, label(p), [(s.id, f"{label(s)} {s.start:%H:%M}–{s.end:%H:%M}") for s in p.shifts]) for p in patterns]
