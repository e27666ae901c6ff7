"""Bad files get a sentence in both languages and change nothing; good ones are read whatever made them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.cells import csv_lines
from api.errors import ApiError
from api.importing import columns, comparing, tables, templates, values
from api.importing.sentences import TEXTS
from tests.attacks.importers import damaged_workbook, read_file

from .files import csv, snapshot, workbook

ROWS = [["姓名", "电话", "类别"], ["林小满", "15400000001", "志愿者"], ["周立夏", "15400000002", "志愿者"]]


def rows_of(data: bytes, kind: Any = "people") -> list[tuple[int, dict[str, str]]]:
    rows = comparing.file_source(kind, data, "x", "")["table"]["rows"]
    return [(number, cells) for number, cells in rows]


def refusal(data: bytes) -> tuple[str, str]:
    """The code and the zh-CN sentence with which a file is refused."""
    with pytest.raises(ApiError) as caught:
        comparing.file_source("people", data, "名单.xlsx", "")
    faults = caught.value.faults
    assert caught.value.status == 422
    assert all(fault.text.zh and fault.text.en for fault in faults)
    return faults[0].code, " ".join(fault.text.zh for fault in faults)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_every_usual_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    assert rows_of(csv(ROWS, separator, encoding)) == rows_of(csv(ROWS))
    assert rows_of(csv(ROWS))[0] == (2, {"name": "林小满", "phone": "15400000001", "category": "志愿者"})


def test_a_workbook_says_the_same_whatever_its_cells_are_made_of() -> None:
    titled = [["某镇志愿者名单", None, None], [None], *ROWS[:1], ["林小满", 15400000001, "志愿者"], [None], ROWS[2]]
    assert rows_of(workbook(titled, merged=["A1:C1"])) == [(4, rows_of(csv(ROWS))[0][1]), (6, rows_of(csv(ROWS))[1][1])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15400000001.0, "15400000001"), (29.36, "29.36"), (True, "TRUE"), (None, ""),
        (date(2026, 11, 30), "2026-11-30"), (datetime(2026, 11, 30, 8), "2026-11-30 08:00"),
        (datetime(2026, 11, 30), "2026-11-30"), (time(8, 30), "08:30"),
        ("'=1+1", "=1+1"), ("'+8615400000001", "+8615400000001"), (" 张\u3000三\u200b ", "张 三"), ("'twas", "'twas"),
    ],
)  # fmt: skip
def test_cells_are_what_a_person_sees(value: object, text: str) -> None:
    assert tables.shown(value) == text


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        (["姓名*", "手机号", "身份"], ["name", "phone", "category"]),
        (["Name", "Mobile", "Category"], ["name", "phone", "category"]),
        (["名字（必填）", "联系 电话", "人员类别："], ["name", "phone", "category"]),
        (["full_name", "ＴＥＬ", "TYPE"], ["name", "phone", "category"]),
    ],
)
def test_columns_go_by_many_names(header: list[str], keys: list[str]) -> None:
    assert list(rows_of(csv([header, *ROWS[1:]]))[0][1]) == keys


def test_what_is_no_file_for_us_is_refused_with_what_to_do() -> None:
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    found = {
        name: refusal(data)[0]
        for name, data in {
            "empty": b"", "blank": b"\r\n , ,\r\n", "old": old,
            "encrypted": old + "EncryptedPackage".encode("utf-16-le"), "renamed zip": word.getvalue(),
            "cut off": workbook(ROWS)[:-200], "picture": b"\x89PNG\r\n\x1a\n\x00\x00",
            "not Chinese": "姓名,電話".encode("shift_jis") + b"\x80\xff", "no header": "林小满,志愿者\n".encode(),
            "no rows": csv(ROWS[:1]), "one quote": '姓名,电话\n"林,1\n'.encode(), "bare zip": b"PK\x05\x06" + bytes(18),
        }.items()
    }  # fmt: skip
    assert found == {
        "empty": "empty_file", "blank": "empty_file", "old": "old_workbook", "encrypted": "encrypted_workbook",
        "renamed zip": "not_a_workbook", "cut off": "not_a_workbook", "picture": "wrong_encoding",
        "not Chinese": "wrong_encoding", "no header": "no_header", "no rows": "no_rows", "one quote": "not_a_table",
        "bare zip": "not_a_workbook",
    }  # fmt: skip


def test_merged_cells_and_formulas_are_named_with_their_place() -> None:
    assert refusal(workbook(ROWS, merged=["C2:C3"])) == ("merged_cells", TEXTS["merged_cells"].zh.format(range="C2:C3"))
    formula = [*ROWS, ["=A2", "=HYPERLINK(1)", "志愿者"]]
    code, said = refusal(workbook(formula))
    assert code == "formula"
    assert "A4" in said
    assert "B4" in said
    assert refusal(workbook([*ROWS, ["#REF!", "", ""]]))[0] == "error_value"


def test_a_column_given_twice_is_named() -> None:
    code, said = refusal(csv([["姓名", "电话", "手机"], ["林小满", "1", "2"]]))
    assert code == "duplicate_column"
    assert "B" in said
    assert "C" in said


def test_a_hundred_thousand_rows_are_refused_with_the_limit_before_they_are_read() -> None:
    lines = "姓名,类别\n" + "林小满,志愿者\n" * 100_000
    assert refusal(lines.encode()) == ("too_many_rows", TEXTS["too_many_rows"].zh.format(rows=20_000))
    wide = csv([["姓名", *range(80)], *ROWS[1:]])
    assert refusal(wide)[0] == "too_many_columns"
    assert refusal(b"x" * (tables.MOST_BYTES + 1))[0] == "file_too_large"


def test_a_sheet_that_says_it_is_endless_is_no_burden() -> None:
    """One cell in the last row and one in the last column of all."""
    data = workbook(ROWS)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in before.namelist():
            text = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                text = text.replace(b"</sheetData>", far)
            archive.writestr(name, text)
    assert [number for number, _ in rows_of(made.getvalue())] == [2, 3]


@pytest.mark.parametrize("kind", ["people", "availability", "posts"])
def test_a_template_can_be_read_again_and_holds_no_formula(kind: Any, app_context: None) -> None:
    things = dict(snapshot(units=[{"id": "x", "name": "=HYPERLINK(1)"}]).things)
    data = templates.workbook(kind, things)
    assert comparing.file_source(kind, data, "x", "")["table"]["unused"] == ()
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert len(book.worksheets) == 3
    lists = book.worksheets[0].data_validations.dataValidation
    assert lists
    assert all(choice.formula1.startswith("'可选的词'!$") for choice in lists)
    assert comparing.file_source(kind, templates.csv(kind).encode(), "x", "")["table"]["rows"]


def test_what_we_write_as_csv_is_read_back_as_it_was() -> None:
    names = ["=SUM(A1)", "+1", "张三", "@x", "-", "a,b", 'say "x"', "O'Hara"]
    data = "".join(csv_lines([["姓名", "类别"], *([name, "x"] for name in names)])).encode()
    assert [cells["name"] for _, cells in rows_of(data)] == names


@given(damaged_workbook())
@settings(max_examples=40, deadline=None)
def test_a_damaged_workbook_is_read_or_refused(data: bytes) -> None:
    assert read_file(data) in (True, False)


@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"姓名,电话\n{text}".encode("utf-8", "replace"))
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert read_file(data) in (True, False)


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_a_date_is_the_same_however_it_is_written(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    written = [f"{year}-{month}-{number}", f"{year}/{month:02}/{number:02}", f"{year}.{month}.{number}"]
    written += [f"{year}年{month}月{number}日", f"{day:%Y%m%d}", f"{day} 00:00:00"]
    assert {values.day(text) for text in written} == {day}
    assert abs(values.day(f"{day.month}月{day.day}日", day) - day).days <= 366 * 2


@given(st.text(max_size=30))
def test_no_cell_makes_a_reader_fail(text: str) -> None:
    near = date(2026, 11, 23)
    for reader in (
        values.phone, values.clock, values.flag, values.status, values.place, values.several, values.dated, values.name,
        lambda t: values.day(t, near), lambda t: values.moment(t, near), lambda t: values.number(t, 0, 5),
    ):  # fmt: skip
        assert told_code(reader, text) in {"", *TEXTS}


def told_code(reader: Callable[[str], object], text: str) -> str:
    """Why a cell cannot be read; "" when it can."""
    try:
        reader(text)
    except values.Unclear as unclear:
        return unclear.code
    return ""


def test_the_letters_of_columns() -> None:
    assert [tables.letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_no_two_columns_of_a_kind_go_by_the_same_name() -> None:
    for kind, held in columns.COLUMNS.items():
        names: dict[str, str] = {}
        for column in held:
            for text in (column.name.zh, column.name.en, column.key, *column.also):
                assert names.setdefault(columns._title(text), column.key) == column.key, (kind, text)
