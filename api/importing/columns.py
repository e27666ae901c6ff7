"""Where a sheet has the columns that a kind of file may have; what is wrong with its form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scheduler.document import Fault
from scheduler.text import Text

from .column_names import COLUMNS, NEEDED, Column, FileKind
from .sentences import refused, refused_all, text_of
from .tables import LONGEST_CELL, Odd, Sheet, letters
from .values import key

HEADER_WITHIN = 15
"""Rows in which the header is looked for."""


NOTE = re.compile(r"[((（\[【].*?[))）\]】]|[*＊:：]")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its columns understood: for each row its number and the texts of the columns that it has."""

    sheet: str
    titles: dict[str, str]
    """Key of a column → its name in the file."""
    places: dict[str, str]
    """Key of a column → its letter."""
    unused: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def known(kind: FileKind, row: Sequence[str]) -> dict[int, Column]:
    """Which cells of a row are names of columns: place (from 0) → column."""
    names = _names(kind)
    found = {i: names.get(_title(text)) for i, text in enumerate(row)}
    return {i: column for i, column in found.items() if column is not None}


def fits(kind: FileKind, row: Sequence[str]) -> int:
    """How many names of columns a row has, when it may be a header; else 0."""
    found = known(kind, row)
    filled = sum(1 for text in row if text)
    if not {column.key for column in found.values()} & set(NEEDED[kind]) or 2 * len(found) < filled:
        return 0
    return len(found)


def header_of(kind: FileKind, sheet: Sheet) -> int | None:
    """The place (from 0) of the header among the sheet's rows; the fullest of the first rows that may be one."""
    scores = [(fits(kind, row), -i) for i, (number, row) in enumerate(sheet.rows[:HEADER_WITHIN])]
    best, place = max(scores, default=(0, 0))
    return -place if best else None


def table(kind: FileKind, sheets: Sequence[Sheet]) -> Table:
    """The first sheet that has a header. Raises ApiError (422) with all that is wrong with its form."""
    if not any(sheet.rows for sheet in sheets):
        raise refused("empty_file")
    for sheet in sheets:
        at = header_of(kind, sheet)
        if at is not None:
            return _table(kind, sheet, at)
    wanted = Text("”或“".join(_named(kind, "zh")), "” or “".join(_named(kind, "en")))
    raise refused("no_header", rows=HEADER_WITHIN, wanted=wanted)


def _table(kind: FileKind, sheet: Sheet, at: int) -> Table:
    top, header = sheet.rows[at]
    columns = known(kind, header)
    wide = max(i for i, text in enumerate(header, 1) if text)
    faults = [*_doubled(columns), *_merged(sheet, top, wide), *_odd(sheet, top, wide)]
    if faults:
        raise refused_all(faults)
    rows = tuple(
        (number, {c.key: row[i][:LONGEST_CELL] if i < len(row) else "" for i, c in columns.items()})
        for number, row in sheet.rows[at + 1 :]
    )
    rows = tuple((number, cells) for number, cells in rows if any(cells.values()))
    if not rows:
        raise refused("no_rows")
    return Table(
        sheet.name,
        {c.key: header[i] for i, c in columns.items()},
        {c.key: letters(i + 1) for i, c in columns.items()},
        tuple(text for i, text in enumerate(header) if text and i not in columns),
        rows,
    )


def _doubled(columns: dict[int, Column]) -> list[Fault]:
    first: dict[str, int] = {}
    found = []
    for i, column in columns.items():
        if column.key in first:
            one, two = letters(first[column.key] + 1), letters(i + 1)
            said = text_of("duplicate_column", column=column.name, first=one, second=two)
            found.append(Fault(f"{two}", "duplicate_column", said))
        first.setdefault(column.key, i)
    return found


def _merged(sheet: Sheet, top: int, wide: int) -> list[Fault]:
    """Merged cells in the header or below it, as far as they touch the columns; above it they are titles."""
    last = sheet.rows[-1][0]
    found = []
    for upper, left, lower, right in sheet.merged:
        if lower >= top and upper <= last and left <= wide:
            span = f"{letters(left)}{upper}:{letters(right)}{lower}"
            found.append(Fault(span, "merged_cells", text_of("merged_cells", range=span)))
    return found


def _odd(sheet: Sheet, top: int, wide: int) -> list[Fault]:
    return [_odd_fault(cell) for cell in sheet.odd if cell.row >= top and cell.column <= wide]


def _odd_fault(cell: Odd) -> Fault:
    where = f"{letters(cell.column)}{cell.row}"
    return Fault(where, cell.code, text_of(cell.code, cell=where, value=cell.shown))


@cache
def _names(kind: FileKind) -> dict[str, Column]:
    made: dict[str, Column] = {}
    for column in COLUMNS[kind]:
        for text in (column.name.zh, column.name.en, column.key, *column.also):
            made.setdefault(_title(text), column)
    return made


def _title(text: str) -> str:
    return key(NOTE.sub("", text)).replace("_", "").replace("-", "")


def _named(kind: FileKind, language: str) -> list[str]:
    return [c.name.in_language(language) for c in COLUMNS[kind] if c.key in NEEDED[kind]]
