"""Tables for spreadsheet programs: no cell is ever a formula, whatever somebody entered as a name or a reason.

A spreadsheet program runs a text that begins with =, +, -, @, a tab or a line break (programs for Chinese also take the
full-width forms). Such a text gets an apostrophe before it, which they understand as "this is text".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None
BEGINS_A_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
TEXT_MARK = "'"
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it Chinese text is read in another encoding."""


def cell(value: Value) -> Value:
    """What may stand in a cell: texts that would be run are marked as text; control characters are left out.

    Numbers, dates and flags stay what they are. Blanks before a formula do not make it harmless, nor does a mark
    that was there before.
    """
    if not isinstance(value, str):
        return value
    text = "".join(c for c in value if c.isprintable() or c in "\t\r\n")
    bare = text.lstrip(" \u00a0\u3000" + TEXT_MARK)
    if text[:1] in BEGINS_A_FORMULA or bare[:1] in BEGINS_A_FORMULA:
        text = TEXT_MARK + text
    return text[:LONGEST_CELL]


def written(value: Value) -> str:
    """A cell as CSV holds it: instants and dates as ISO 8601, flags as true and false, nothing as an empty text."""
    held = cell(value)
    if held is None:
        return ""
    if isinstance(held, bool):
        return "true" if held else "false"
    return held.isoformat() if isinstance(held, date) else str(held)


def csv_lines(rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """The lines of a CSV file as spreadsheet programs like it; one piece a row, to be streamed as UTF-8."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = io.StringIO()
        csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([written(value) for value in row])
        yield line.getvalue()
