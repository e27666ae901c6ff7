"""Files to fill in, empty or with what the town has: .xlsx with lists and a sheet that explains them, or bare .csv.

Every text that somebody of the town has entered goes through `cells.cell`: none becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from api.cells import cell, csv_lines
from api.language import Language, language
from scheduler.text import Text

from .column_names import COLUMNS, NEEDED, Column, FileKind
from .tables import letters
from .town import Body

WORDS: dict[FileKind, dict[str, str]] = {
    "people": {"category": "categories", "unit": "units", "area": "areas", "contract": "contracts",
               "qualifications": "qualifications", "bound_posts": "posts", "bound_areas": "areas"},
    "availability": {},
    "posts": {"area": "areas", "unit": "units", "pattern": "shift_patterns", "template": "staffing_templates"},
}  # fmt: skip
"""Column → noun whose names may be chosen."""
MANY = frozenset({"qualifications", "bound_posts", "bound_areas", "shifts", "shift"})
"""Columns that take several words: a list may be looked at, but does not bind."""
FILLABLE = 5_000
"""Rows to which the lists of words reach."""
LINE = Side(style="thin", color="DFDDD5")
HEAD = PatternFill("solid", fgColor="E8EFEE")
MUST = PatternFill("solid", fgColor="FDF3DC")
Things = Mapping[str, Sequence[Body]]
Rows = Sequence[Mapping[str, str]]
TEXTS = frozenset({"phone", "id", "start", "end", "day", "place"})
"""Columns of which a spreadsheet program is not to make numbers or dates."""
OURS = frozenset({"nights", "status"})
"""Columns that hold words of ours."""
ENGLISH = {
    "人员": "People",
    "可用时间": "Availability",
    "点位": "Posts",
    "填写说明": "How to fill in",
    "列": "Column",
    "怎么填": "What to write",
    "也认这些列名": "Other names that are understood",
    "可选的词": "Words to choose from",
    "是": "yes",
    "否": "no",
    "全天": "all day",
    "愿意": "prefer",
    "可用": "available",
    "尽量避开": "avoid",
    "不可用": "unavailable",
}
"""What the sheets themselves say."""
EXAMPLES = Text(
    "第二、三行是例子，请删去或改成自己的内容。", "Rows 2 and 3 are examples: delete them, or put your own there."
)
NOTES = (
    Text(
        "空着的单元格：原来存的不动。要清掉，填“无”。",
        "An empty cell leaves alone what is stored; “none” takes it away.",
    ),
    EXAMPLES,
    Text(
        "不要合并单元格，不要用公式；列的顺序随意，用不到的列可以删去。",
        "No merged cells and no formulas. The order of the columns does not matter; delete those you do not need.",
    ),
    Text(
        "上传后先看到会新增什么、改动什么，确认以前什么也不会写入。",
        "Before anything is written you see what would be new and what would change, and confirm it.",
    ),
)
"""What stands below the explanations."""


def _(zh: str) -> str:
    return Text(zh, ENGLISH[zh]).in_language(language())


def csv(kind: FileKind, rows: Rows | None = None) -> str:
    """The header, in the language of the request, with these rows, or two as examples."""
    columns, said = COLUMNS[kind], language()
    head = [column.name.in_language(said) for column in columns]
    return "".join(csv_lines([head, *_texts(kind, rows, said)]))


def workbook(kind: FileKind, things: Things, rows: Rows | None = None) -> bytes:
    """A sheet to fill in, one that explains it, and one with the town's own words."""
    book, said = Workbook(), language()
    sheet = book.active
    assert sheet is not None
    sheet.title = {"people": _("人员"), "availability": _("可用时间"), "posts": _("点位")}[kind]
    columns = COLUMNS[kind]
    for i, column in enumerate(columns, 1):
        head = sheet.cell(1, i, column.name.in_language(said))
        _dress(head, MUST if column.key in NEEDED[kind] else HEAD)
        sheet.column_dimensions[letters(i)].width = 22 if column.key in MANY else 15
        if column.key in TEXTS:
            for row in range(2, 202):
                sheet.cell(row, i).number_format = "@"
    for row, texts in enumerate(_texts(kind, rows, said), 2):
        for i, text in enumerate(texts, 1):
            if text:
                _put(sheet.cell(row, i), text, columns[i - 1].key in TEXTS)
    sheet.freeze_panes = "A2"
    _explain(book, kind, said, examples=rows is None)
    _choices(book, sheet, kind, things)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _texts(kind: FileKind, rows: Rows | None, said: Language) -> list[list[str]]:
    """What stands below the header, column by column."""
    columns = COLUMNS[kind]
    if rows is None:
        return [[_example(c, i, said) for c in columns] for i in (0, 1)]
    return [[_said(row.get(c.key, ""), c.key, said) for c in columns] for row in rows]


def _said(text: str, key: str, said: Language) -> str:
    """A word of ours in the language of the request; what somebody entered stays as it is."""
    return ENGLISH.get(text, text) if said == "en" and key in OURS else text


def _put(held: Any, text: str, stays: bool) -> None:
    """A text, whatever it looks like; `stays` one also when somebody changes it."""
    held.value = cell(text)
    held.data_type = "s"
    if stays:
        held.number_format = "@"


def _explain(book: Any, kind: FileKind, said: Language, *, examples: bool) -> None:
    sheet = book.create_sheet(_("填写说明"))
    rows = [[_("列"), _("怎么填"), _("也认这些列名")]]
    rows += [[c.name.in_language(said), c.how.in_language(said), "、".join(c.also[:5])] for c in COLUMNS[kind]]
    for row in rows:
        sheet.append(row)
    for note in NOTES if examples else [note for note in NOTES if note is not EXAMPLES]:
        sheet.append([note.in_language(said)])
    for i, width in enumerate((18, 70, 44), 1):
        sheet.column_dimensions[letters(i)].width = width
    for row in sheet.iter_rows(min_row=1, max_row=len(rows)):
        for held in row:
            held.alignment = Alignment(wrap_text=True, vertical="top")
    for held in sheet[1]:
        _dress(held, HEAD)


def _choices(book: Any, sheet: Any, kind: FileKind, things: Things) -> None:
    """The town's words in a sheet of their own, and lists that point there."""
    lists: dict[str, list[str]] = {}
    for column in COLUMNS[kind]:
        noun = WORDS[kind].get(column.key)
        if noun is not None:
            lists[column.key] = [str(body["name"]) for body in things[noun]]
    lists |= _fixed(kind, things)
    words = book.create_sheet(_("可选的词"))
    place = {column.key: i for i, column in enumerate(COLUMNS[kind], 1)}
    for i, (key, names) in enumerate(((k, n) for k, n in lists.items() if n), 1):
        column = next(c for c in COLUMNS[kind] if c.key == key)
        _dress(words.cell(1, i, column.name.in_language(language())), HEAD)
        for row, name in enumerate(names, 2):
            words.cell(row, i, cell(name))
        words.column_dimensions[letters(i)].width = 20
        source = f"{quote_sheetname(words.title)}!${letters(i)}$2:${letters(i)}${len(names) + 1}"
        choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
        choice.showDropDown = False
        sheet.add_data_validation(choice)
        choice.add(f"{letters(place[key])}2:{letters(place[key])}{FILLABLE}")


def _fixed(kind: FileKind, things: Things) -> dict[str, list[str]]:
    """Words that are the same everywhere, and the shifts of the town's patterns."""
    shifts = [*dict.fromkeys(str(s["name"]) for p in things["shift_patterns"] for s in p["shifts"])]
    if kind == "people":
        return {"nights": [_("是"), _("否")]}
    if kind == "availability":
        return {"shift": [_("全天"), *shifts], "status": [_("愿意"), _("可用"), _("尽量避开"), _("不可用")]}
    return {"shifts": shifts, "priority": list("12345")}


def _example(column: Column, place: int, said: Language) -> str:
    text = column.examples[place]
    return ENGLISH.get(text, text) if said == "en" else text


def _dress(held: Any, fill: PatternFill) -> None:
    held.font, held.fill = Font(bold=True), fill
    held.border = Border(bottom=LINE, right=LINE)
    held.alignment = Alignment(vertical="center", wrap_text=True)
