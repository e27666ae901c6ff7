"""A file becomes a table of texts: which kind of file it is, and what of it cannot be believed.

Every cell comes out as the text that a person sees: dates as 2026-11-30, times as 08:00, whole numbers without a point.
Rows are counted as a spreadsheet program shows them, from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from api.cells import BEGINS_A_FORMULA, TEXT_MARK
from api.uploads import MEBIBYTE, Limits

MOST_ROWS = 20_000
"""Of a file, below the header and above it together."""
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
LIMITS = Limits(unpacked=40 * MEBIBYTE)
MOST_BYTES = LIMITS.packed
SIZE = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "megabytes": MOST_BYTES // MEBIBYTE}


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell whose content cannot be believed: a formula, or an error of the spreadsheet program."""

    row: int
    column: int
    code: str
    shown: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of texts with their numbers, empty rows left out; `merged` are spans (top, left, bottom, right) from 1."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    odd: tuple[Odd, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()


def shown(value: Any) -> str:
    """A cell as a text."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float() | Decimal():
            return _number(float(value))
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case timedelta():
            minutes = round(value / timedelta(minutes=1))
            return f"{minutes // 60:02}:{minutes % 60:02}"
    return plain(str(value))


def plain(text: str) -> str:
    """A text without what only machines see: controls, marks of direction, blanks around it, our own text mark."""
    blanks = "\t\r\n\u00a0\u3000"
    kept = "".join(" " if c in blanks else c for c in text if c.isprintable() or c in blanks).strip()
    if kept[:1] == TEXT_MARK and kept[1:].lstrip(TEXT_MARK)[:1] in BEGINS_A_FORMULA and len(kept) > 1:
        kept = kept[1:].strip()
    return kept


def letters(column: int) -> str:
    """What a spreadsheet program calls a column (from 1): A, B … AA."""
    made = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _instant(value: datetime) -> str:
    rounded = value + timedelta(seconds=30) if value.second == 59 else value  # a clock time kept as a fraction of a day
    if (rounded.hour, rounded.minute) == (0, 0):
        return rounded.date().isoformat()
    return f"{rounded.date().isoformat()} {rounded.hour:02}:{rounded.minute:02}"
