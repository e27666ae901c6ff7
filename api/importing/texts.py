"""Tables that come as text: which encoding, which separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable

from .sentences import refused
from .tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Sheet, plain

SEPARATORS = (",", ";", "\t", "，", "；")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
FIRST_ROWS = 15
"""So many are looked at to tell the separator."""
FITS = Callable[[tuple[str, ...]], int]


def decoded(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else GB 18030 (of which GBK is a part).

    Raises ApiError (422) for bytes that are none of these.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _in(encoding, data[len(mark) :])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _in("gb18030", data)
    return _believable(text)


def _in(encoding: str, data: bytes) -> str:
    try:
        return _believable(data.decode(encoding))
    except UnicodeDecodeError:
        raise refused("wrong_encoding") from None


def _believable(text: str) -> str:
    """Refuses what is no text, and what another encoding looks like when it is read as this one."""
    strange = sum((c < " " and c not in "\t\r\n\x0b\x0c") or "\ue000" <= c <= "\uf8ff" or c == "\ufffd" for c in text)
    if strange:
        raise refused("wrong_encoding")
    return text


def sheet(data: bytes, name: str, fits: FITS) -> Sheet:
    """The one sheet of a CSV file; `fits` says how many names of columns it knows in a row. Raises ApiError (422)."""
    text = decoded(data)
    best = max(SEPARATORS, key=lambda separator: _known(text, separator, fits))
    return Sheet(name, tuple(_rows(text, best)))


def _known(text: str, separator: str, fits: FITS) -> int:
    head = io.StringIO("".join(text.splitlines(keepends=True)[:FIRST_ROWS]), newline="")
    try:
        return max((fits(tuple(map(plain, row))) for row in csv.reader(head, delimiter=separator)), default=0)
    except csv.Error:
        return 0


def _rows(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, tuple[str, ...]]] = []
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            texts = tuple(plain(cell)[: LONGEST_CELL + 1] for cell in row[: MOST_COLUMNS + 1])
            if any(texts[MOST_COLUMNS:]):
                raise refused("too_many_columns", row=number, columns=MOST_COLUMNS)
            if any(texts):
                found.append((number, texts))
            if len(found) > MOST_ROWS:
                raise refused("too_many_rows", rows=MOST_ROWS)
    except csv.Error:
        raise refused("not_a_table", row=number + 1) from None
    return found
