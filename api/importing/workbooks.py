"""Sheets of an .xlsx workbook, once `uploads` has judged it; read row by row, so that a large one is left early."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat  # `uploads` has refused document types  # nosec B407

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.errors import ApiError
from api.uploads import checked_workbook, pieces

from .sentences import TEXTS, refused
from .tables import LIMITS, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, SIZE, Odd, Sheet, shown

MOST_SHEETS = 20
MOST_REAL_ROWS = 100_000
"""That stand in the file, empty ones too: people format whole columns."""
MOST_ODD = 200
MOST_MERGED = 200
SPAN = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
    SyntaxError, OverflowError, ArithmeticError, EOFError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises when a part of a workbook is missing, doubled or nonsense: it has no error of its own."""


def sheets(data: bytes) -> Iterator[Sheet]:
    """The visible sheets, one after another. Raises ApiError (413, 422)."""
    archive = _archive(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of drawings and extensions that it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except BROKEN:
        raise refused("not_a_workbook") from None
    for sheet in book.worksheets[:MOST_SHEETS]:
        if sheet.sheet_state == "visible":
            rows, odd = _rows(sheet)
            yield Sheet(str(sheet.title), rows, odd, _merged(archive, sheet))


def _archive(data: bytes) -> zipfile.ZipFile:
    """The archive. Its refusals are said in the words of an import, with what to do."""
    try:
        return checked_workbook(data, LIMITS)
    except ApiError as error:
        code = error.faults[0].code if error.faults else "file_too_large"
        if code in ("unpacks_too_large", "file_too_large"):
            raise refused("file_too_large", **SIZE) from None
        raise refused(code if code in TEXTS else "not_a_workbook") from None


def _rows(sheet: Any) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], tuple[Odd, ...]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    odd: list[Odd] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dates that no calendar has: they come as errors
        for number, row in _numbered(sheet):
            texts = tuple(_text(cell, number, column, odd) for column, cell in enumerate(row, 1))
            if any(texts) or (odd and odd[-1].row == number):
                found.append((number, texts))
                if len(found) > MOST_ROWS:
                    raise refused("too_many_rows", rows=MOST_ROWS)
                if any(texts[MOST_COLUMNS:]):
                    raise refused("too_many_columns", row=number, columns=MOST_COLUMNS)
    return tuple(found), tuple(odd[:MOST_ODD])


def _numbered(sheet: Any) -> Iterator[tuple[int, Any]]:
    """Rows with their numbers; what the file says of its own size is not believed."""
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1)
    before, real = None, 0
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except BROKEN:
            raise refused("not_a_workbook") from None
        if row is not before:  # rows that the file leaves out all come as one and the same
            before, real = row, real + 1
            if real > MOST_REAL_ROWS:
                raise refused("too_many_rows", rows=MOST_ROWS)
            yield number, row


def _text(cell: Any, row: int, column: int, odd: list[Odd]) -> str:
    if cell.value is None:
        return ""
    if cell.data_type in ("f", "e"):
        if len(odd) <= MOST_ODD:
            odd.append(Odd(row, column, "formula" if cell.data_type == "f" else "error_value", str(cell.value)[:60]))
        return ""
    try:
        return shown(cell.value)[: LONGEST_CELL + 1]
    except BROKEN:
        raise refused("not_a_workbook") from None


def _merged(archive: zipfile.ZipFile, sheet: Any) -> tuple[tuple[int, int, int, int], ...]:
    """Merged spans, which come after all rows and which reading row by row leaves out."""
    found: list[tuple[int, int, int, int]] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "mergeCell" and len(found) < MOST_MERGED:
            span = SPAN.fullmatch(attributes.get("ref", ""))
            if span:
                left, top, right, bottom = span.groups()
                found.append((int(top), _column(left), int(bottom or top), _column(right or left)))

    parser = expat.ParserCreate()
    parser.StartElementHandler = element
    try:
        for piece in pieces(archive, archive.getinfo(str(sheet._worksheet_path))):
            parser.Parse(piece, False)
    except (expat.ExpatError, KeyError):
        raise refused("not_a_workbook") from None
    return tuple(found)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
