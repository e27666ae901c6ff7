"""Sheets as values, tables and text: nothing of a roster is lost or made up on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.language import Language
from api.pages.sheets import chat, workbook
from api.pages.sheets.duties import Chosen, Source, by_post, by_unit, vacancies_in
from api.pages.sheets.layout import Heading, duty_table, heading_of, people_table, tab_name, tables
from api.pages.sheets.people import build
from api.pages.sheets.table import Box, Head, Table, density
from scheduler.problem import Assignment, Problem
from scheduler.text import Text
from tests.factories import law, person, problem, run, seat, serves, shift

TEAM = (seat("lead", 1, priority=4), seat("verify", min=1, ideal=2, max=3))
MADE = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)


def small() -> Problem:
    duties = [
        shift("early", 0, "early", TEAM),
        shift("late", 0, "late", TEAM),
        shift("night", 1, "night", TEAM, post="market"),
        run("run", 2, 9, name="买药", place="药店", area="west"),
    ]
    people = [
        person("ann", unit="bureau"),
        person("bob", unit="school"),
        person("cai", unit="bureau"),
        person("dan", unit="school"),
    ]
    return problem(people, duties, [law("cover")])


def source(made: tuple[Assignment, ...], lang: Language = "zh", **more: object) -> Source:
    given_: dict[str, object] = {"phones": {}, "reasons": {}, "names": {}} | more
    return Source(small(), made, lang, **given_)  # type: ignore[arg-type]


def heading(lang: Language = "zh", state: str = "published") -> Heading:
    return heading_of(small(), "小镇", state, 3, MADE, lang)


def texts(table: Table) -> list[list[str]]:
    return [[box.words for box in row] for row in table.rows]


SERVED = serves("bob early", "ann early lead", "cai late lead", "dan run run")


def test_a_post_has_its_leader_first_vacancies_in_words_and_the_date_over_its_shifts() -> None:
    reasons = {("late", "verify"): Text("会查验的 4 人都已在班。", "All four are on duty.")}
    bridge, *_ = by_post(source(SERVED, reasons=reasons), Chosen())
    table = duty_table(bridge, heading(), "大桥")
    assert table.title == "小镇大桥卡口值班表（3月2日—3月4日）"
    assert [head.text for head in table.heads] == ["日期（星期）", "班次", "时间", "点长岗", "查验", "备注"]
    assert texts(table) == [
        ["3月2日（周一）", "早班", "06:00–14:00", "人员ann", "人员bob", ""],
        ["中班", "14:00–22:00", "人员cai", "缺1", "查验缺1：会查验的 4 人都已在班。"],
    ]
    assert [row[0].rows for row in table.rows] == [2, 1]
    assert table.foot == ("制表单位：小镇", "制表时间：2026年3月1日 18:05", "版本：已发布 v3", "缺口：1")


def test_what_has_no_post_has_a_sheet_of_its_own_and_an_index_leads_to_all() -> None:
    made = tables(by_post(source(SERVED), Chosen()), heading())
    assert [table.name for table in made] == ["目录", "大桥卡口", "集市卡口", "跑腿与其他勤务"]
    assert texts(made[0]) == [["大桥卡口", "3", "东门", "缺1"], ["集市卡口", "0", "西村", "缺2"],
                              ["跑腿与其他勤务", "1", "", "0"]]  # fmt: skip
    assert [row[0].link for row in made[0].rows] == ["大桥卡口", "集市卡口", "跑腿与其他勤务"]
    assert texts(made[3])[0][1:] == ["买药", "09:00–11:00", "人员dan", "药店"]


def test_a_unit_sees_its_own_people_and_whom_they_serve_under() -> None:
    school, bureau = by_unit(source(SERVED), Chosen())
    assert {sheet.vacancies for sheet in (school, bureau)} == {0}  # what is empty belongs to nobody
    assert {p.name for line in bureau.lines for s in line.seats for p in s.people} == {"人员ann", "人员cai"}
    table = duty_table(school, heading(), "学校")
    assert texts(table)[0] == ["3月2日（周一）", "早班", "06:00–14:00", "大桥卡口", "查验", "人员bob", "组长：人员ann"]


def test_a_draft_says_so_and_english_is_complete() -> None:
    table = duty_table(by_post(source(SERVED, "en"), Chosen())[0], heading("en", "draft"), "x")
    assert table.title == "大桥卡口: duty sheet (2 Mar – 4 Mar) [Draft]"
    assert [head.text for head in table.heads][:3] == ["Date", "Shift", "Hours"]
    assert texts(table)[0][:3] == ["2 Mar (Mon)", "Day", "06:00–14:00"]
    assert table.foot[2:] == ("Version: Draft v3", "Vacancies: 1")
    assert heading("zh", "draft").title("桥").endswith("【草稿】")


def test_a_person_s_row_has_a_letter_a_day_and_its_sums() -> None:
    sheet = build(source(serves("ann early", "ann night", "dan run run")), Chosen())
    table = people_table(sheet, heading(), 0, phones=False)
    rows = {row[0]: row[3:] for row in texts(table)}
    assert rows["人员ann"] == ["早", "夜", "休", "2", "16", "1"]
    assert rows["人员bob"] == ["休", "休", "休", "0", "0", "0"]
    assert rows["人员dan"] == ["休", "休", "跑", "1", "2", "0"]


def test_posts_areas_units_and_days_choose() -> None:
    made = source(SERVED)
    assert [s.key for s in by_post(made, Chosen(post="market"))] == ["market"]
    assert [s.key for s in by_post(made, Chosen(area="east"))] == ["bridge"]
    assert [line.duty for s in by_post(made, Chosen(unit="bureau")) for line in s.lines] == ["early", "late"]
    assert [line.duty for s in by_post(made, Chosen(day=date(2026, 3, 3))) for line in s.lines] == ["night"]
    assert {line.who.id for line in build(made, Chosen(unit="bureau")).people} == {"ann", "cai"}


Seated = st.sets(
    st.tuples(
        st.sampled_from(["ann", "bob", "cai", "dan"]), st.sampled_from(["early lead", "early verify", "late verify",
        "late lead", "night lead", "night verify", "run run", "early gone"])
    ),
    max_size=16,
)  # fmt: skip


@given(Seated)
@settings(max_examples=60, deadline=None)
def test_nothing_of_a_roster_is_lost_or_made_up(seated: set[tuple[str, str]]) -> None:
    made = source(serves(*(f"{who} {seat}" for who, seat in sorted(seated))))
    wanted = sorted((a.person, a.duty, a.position) for a in made.assignments)
    for sheets in (by_post(made, Chosen()), by_unit(made, Chosen())):
        found = [
            (p.id, line.duty, s.position)
            for sheet in sheets
            for line in sheet.lines
            for s in line.seats
            for p in s.people
        ]
        assert sorted(found) == wanted
    short = {s.position: s.min for s in TEAM}
    lacks = sum(
        max(0, least - sum((d, position) == (a.duty, a.position) for a in made.assignments))
        for d in ("early", "late", "night")
        for position, least in short.items()
    ) + (not any(a.duty == "run" for a in made.assignments))
    assert sum(sheet.vacancies for sheet in by_post(made, Chosen())) == vacancies_in(made, Chosen()) == lacks
    assert sum(line.duties for line in build(made, Chosen()).people) == len(wanted)


def test_letters_shrink_until_a_table_fits_on_its_page() -> None:
    def rows(count: int, text: str = "人员") -> Table:
        return Table("x", "x", tuple(Head("x") for _ in range(8)), ((Box(text),) * 8,) * count)

    assert [density(rows(count)) for count in (21, 33, 38, 500)] == ["", "dense", "denser", ""]
    assert density(rows(21, "人员人员 154****0001")) == "dense"


def test_the_text_for_a_chat_has_a_line_a_shift() -> None:
    bridge = by_post(source(SERVED, names={"ann": "人*", "bob": "人*"}), Chosen())[0]
    (text,) = chat.of_post(bridge, heading())
    assert text.split("\n\n")[:2] == [
        "小镇大桥卡口值班表（3月2日—3月4日）",
        "3月2日（周一）\n早 06:00–14:00 点长岗 人*；查验 人*\n中 14:00–22:00 点长岗 人员cai；查验 缺1",
    ]
    day = chat.of_day(by_post(source(SERVED, "en"), Chosen()), heading("en"), "Small town")
    assert "N 22:00–next day 06:00" in day[0]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=4000), max_size=6))
@settings(max_examples=40, deadline=None)
def test_messages_are_short_enough_and_lose_nothing(blocks: list[str]) -> None:
    made = chat.messages(blocks)
    assert all(len(message) <= chat.LONGEST for message in made)
    assert "".join("".join(made).split("\n")) == "".join("".join(blocks).split("\n"))


@given(st.lists(st.text(max_size=60), max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_tab_has_a_name_that_programs_take_and_no_other_has(names: list[str]) -> None:
    taken: set[str] = set()
    made = [tab_name(name, taken) for name in names]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in made)


@given(st.text(max_size=40), st.sampled_from("=+-@\t\r＝＋－＠"))
@settings(max_examples=40, deadline=None)
def test_nothing_that_people_typed_is_a_formula(text: str, first: str) -> None:
    typed = f"{first}{text}"
    table = Table(
        "表", typed, (Head(typed),), ((Box(typed, missing=typed),), (Box(missing=typed),), (Box(typed, "D"),))
    )
    book = load_workbook(BytesIO(workbook.written([table], "zh")), rich_text=True)
    cells = [cell for row in book["表"].iter_rows() for cell in row if cell.value is not None]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert all(str(cell.value).lstrip(" \u00a0\u3000").startswith("'") for cell in cells)


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_a_workbook_is_ready_to_print(paper: str) -> None:
    made = tables(by_post(source(SERVED), Chosen()), heading())
    sheet = load_workbook(BytesIO(workbook.written(made, "zh", paper=paper)))["大桥卡口"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", {"A4": 9, "A3": 8}[paper])
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.freeze_panes == "D3"
    assert "&P" in sheet.oddFooter.center.text
