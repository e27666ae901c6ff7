"""A table as a workbook, a printed page or a picture shows it: rows of boxes under a title, the foot below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Look = Literal["text", "centre", "head", "number", "D", "E", "N", "R", "rest", "link"]
"""How a box looks; D, E, N and R are the colours of the shifts, which a letter always repeats."""


@dataclass(frozen=True, slots=True)
class Box:
    """What stands in one cell: `text`, and behind it in red what is `missing`."""

    text: str | int | float = ""
    look: Look = "text"
    missing: str = ""
    rows: int = 1
    """How many rows it covers; only the first box of a row covers more than one."""
    link: str = ""
    """The name of the table that it leads to."""

    @property
    def words(self) -> str:
        """All of it as one text."""
        return "\n".join(part for part in (str(self.text), self.missing) if part)


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, and its width in letters (a Chinese character counts as two) as far as it is fixed."""

    text: str
    width: float | None = None
    widest: float = 22
    """Of a column that is as wide as its texts: what is longer goes on in the next line."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    """Of the tab: short, and its own in a workbook."""
    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Box, ...], ...]
    """A row below a box of several rows begins with its second box."""
    foot: tuple[str, ...] = ()
    draft: bool = False
    fixed: int = 1
    """Columns that stay in sight while the others are scrolled."""
    subtitle: str = ""


def letters(text: str) -> int:
    """How wide the widest line of a text is; a Chinese character is as wide as two letters."""
    return max((sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n")), default=0)


TITLE_LETTER = 1.75
"""How wide a letter of the title is, in letters of the table."""


def widths(table: Table) -> tuple[float, ...]:
    """The width of each column in letters; all together are as wide as title and foot at least."""
    longest = [letters(head.text) for head in table.heads]
    for row in table.rows:
        shift = len(table.heads) - len(row)
        for column, box in enumerate(row, shift):
            longest[column] = max(longest[column], letters(box.words))
    wide = [
        head.width if head.width is not None else min(head.widest, max(6, longest[column])) + 2
        for column, head in enumerate(table.heads)
    ]
    least = max(TITLE_LETTER * letters(table.title), sum(letters(part) + 6 for part in table.foot))
    wider = max(1.0, least / sum(wide))
    return tuple(round(wider * width, 1) for width in wide)


def lines_of(text: str, width: float) -> int:
    """How many lines a text needs in a column of this width."""
    room = max(1, int(width - 1))
    return sum(max(1, -(-letters(line) // room)) for line in text.split("\n"))


DENSITIES: tuple[tuple[str, float], ...] = (("", 11.5), ("dense", 9.5), ("denser", 8.0))
"""Sizes of letters on A4, in pixels; larger paper has the same proportions."""
PAGE_WIDTH, PAGE_HEIGHT = 1047, 718
"""What a page of A4 holds between its margins, in pixels."""
AROUND = 80
"""Title, columns' heads and foot."""


def density(table: Table) -> str:
    """How small the letters have to be for a table to fit on one printed page, by a cautious estimate.

    What fits on no single page is written in the usual size, on several.
    """
    return next((name for name, size in DENSITIES if _printed_height(table, size) <= PAGE_HEIGHT), "")


def _printed_height(table: Table, size: float) -> float:
    """In pixels: columns share the page by the width of their texts, and what is too long goes on in the next line."""
    count = len(table.heads)
    longest = [letters(head.text) for head in table.heads]
    for row in table.rows:
        for column, box in enumerate(row, count - len(row)):
            longest[column] = max(longest[column], letters(box.words))
    room = (PAGE_WIDTH - 12 * count) / (0.52 * size)
    share = min(1.0, room / max(1, sum(longest)))
    wide = [1 + width * share for width in longest]
    lines = (
        max(lines_of(box.words, wide[column]) for column, box in enumerate(row, count - len(row)) if box.rows == 1)
        for row in table.rows
    )
    return AROUND + sum(6 + 1.3 * size * held for held in lines)
