"""Tables as an .xlsx workbook that looks like a duty sheet; row by row, so that a hundred tabs take a second or two."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from api.cells import cell as safe
from api.language import Language

from .table import Box, Look, Table, lines_of, widths

FAMILY = "Microsoft YaHei"
PAPERS = {"A4": 9, "A3": 8}
"""Sizes of paper as the format numbers them."""
TITLE_ROW, HEAD_ROW = 1, 2
LINE_POINTS = 15.5
ONE_PAGE_ROWS = 45
"""A table of at most so many rows is shrunk to one page; a longer one to the width alone."""
INK, RED, MUTE = "1D2129", "B42318", "5B6474"
FILLS = {"D": "FDF3DC", "E": "DFF3EF", "N": "E6E7F7", "R": "F6E8F3", "column": "F1EFE8", "gap": "FDE8E6"}
INKS = {
    "D": "8A5A0B",
    "E": "0B6059",
    "N": "3D3F94",
    "R": "6B3A63",
    "rest": MUTE,
    "foot": MUTE,
    "link": "1F5F5B",
    "gap": RED,
}
BOLD = {"D", "E", "N", "R", "head", "column", "gap", "title"}
CENTRED = {"D", "E", "N", "R", "rest", "centre", "head", "column", "title"}
POINTS = {"title": 18, "foot": 10}
LOOKS = (*get_args(Look), "column", "gap", "title", "foot")
BARE = {"title", "foot"}
THIN = Side(style="thin", color="8D8A80")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
PAGES = {"zh": "第 &P 页 / 共 &N 页", "en": "Page &P of &N"}


def written(tables: Sequence[Table], lang: Language, *, paper: str = "A4") -> bytes:
    """The file of these tables, one tab each."""
    book = Workbook(write_only=True)
    book.properties.creator = "三班 Sanban"
    book.properties.title = str(safe(tables[0].title))
    for style in _styles():
        book.add_named_style(style)
    for table in tables:
        _write(book, table, lang, paper)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _styles() -> Iterator[NamedStyle]:
    """Named once for the whole file, so that a cell costs a look-up."""
    for look in LOOKS:
        side = "center" if look in CENTRED else "right" if look == "number" else None
        yield NamedStyle(
            f"sanban {look}",
            font=Font(
                name=FAMILY,
                size=POINTS.get(look, 11),
                bold=look in BOLD,
                color=INKS.get(look, INK),
                underline="single" if look == "link" else None,
            ),
            fill=PatternFill("solid", fgColor=FILLS[look]) if look in FILLS else PatternFill(),
            border=Border() if look in BARE else BOX,
            alignment=Alignment(horizontal=side, vertical="center", wrap_text=look not in ("number", "foot")),
        )


def _write(book: Workbook, table: Table, lang: Language, paper: str) -> None:
    sheet, wide = book.create_sheet(table.name), widths(table)
    _set_up_page(sheet, table, lang, paper)
    for column, width in enumerate(wide, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    tab = _Tab(sheet, get_column_letter(len(wide)))
    tab.across(table.title, "title", 32)
    heads = max(lines_of(head.text, width) for head, width in zip(table.heads, wide, strict=True))
    tab.append([_cell(sheet, Box(head.text), "column") for head in table.heads], heads)
    for row in table.rows:
        under = len(wide) - len(row)
        if not under and row[0].rows > 1:
            tab.merge_down(row[0].rows)
        lines = max(lines_of(b.words, width) for b, width in zip(row, wide[under:], strict=True) if b.rows == 1)
        tab.append([_cell(sheet, Box(), "head")] * under + [_cell(sheet, box) for box in row], lines)
    if table.foot:
        tab.across("      ".join(table.foot), "foot", 22)


class _Tab:
    """A sheet that is written row by row, and how far it has come."""

    def __init__(self, sheet: Any, last: str) -> None:
        self._sheet, self._last, self._row = sheet, last, 1

    def append(self, cells: Sequence[Any], lines: int) -> None:
        self._put(cells, 6 + LINE_POINTS * lines)

    def across(self, text: str, style: str, height: float) -> None:
        """One text over all columns."""
        self._sheet.merged_cells.add(f"A{self._row}:{self._last}{self._row}")
        self._put([_cell(self._sheet, Box(text), style)], height)

    def merge_down(self, rows: int) -> None:
        """The next row's first cell covers so many rows."""
        self._sheet.merged_cells.add(f"A{self._row}:A{self._row + rows - 1}")

    def _put(self, cells: Sequence[Any], height: float) -> None:
        self._sheet.row_dimensions[self._row].height = height
        self._sheet.append(list(cells))
        self._row += 1


def _cell(sheet: Any, box: Box, style: str = "") -> Any:
    """What people typed is never a formula; what is missing is red."""
    cell = WriteOnlyCell(sheet)
    text = safe(box.text) if isinstance(box.text, str) else box.text
    if box.missing and text:
        red = InlineFont(rFont=FAMILY, color=RED, b=True, sz=11)
        cell.value = CellRichText(f"{text}\n", TextBlock(red, str(safe(box.missing))))
    else:
        cell.value = safe(box.missing) if box.missing else text
    if isinstance(text, str) and not box.missing:
        cell.data_type = "s"
    if box.link:
        cell.hyperlink = Hyperlink(ref="", location=f"'{box.link}'!A1", display=str(text))
    cell.style = f"sanban {style or ('gap' if box.missing and not text else box.look)}"
    return cell


def _set_up_page(sheet: Any, table: Table, lang: Language, paper: str) -> None:
    sheet.freeze_panes = f"{get_column_letter(table.fixed + 1)}{HEAD_ROW + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = PAPERS[paper]
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if len(table.rows) <= ONE_PAGE_ROWS else 0
    sheet.print_title_rows = f"{TITLE_ROW}:{HEAD_ROW}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.6
    sheet.oddFooter.center.text = PAGES[lang]
