"""Sign-up lists: whatever is written by the rules is read back, whatever is not is in doubt, nothing ever fails."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import ApiError
from api.importing import comparing, signup_words, signups
from api.importing.plan import Plan
from api.importing.signup_days import RELATIVE, Calendar
from api.importing.signup_lines import Line, Meaning, understood
from api.importing.values import key
from tests.browser import small_town

from .files import MONDAY, TODAY, after, snapshot, whats

ZONE = ZoneInfo(small_town.ZONE)
SHIFTS = small_town.document()["shift_patterns"][0]["shifts"]
NAMES = frozenset(map(key, ("沈佳宁", "周日新", "王明")))
MEANING = Meaning(Calendar(MONDAY, TODAY), ZONE, SHIFTS, NAMES)
HOURS = {"早": (8, 16), "中": (14, 22), "夜": (22, 30), "": (0, 24)}
HAN = "一二三四五六日"
Span = tuple[int, int, int, str]
"""Day of the week, first and last hour from its midnight, status."""


def read(text: str, said_on: date = TODAY) -> Line:
    return understood(1, text, Meaning(Calendar(MONDAY, said_on), ZONE, SHIFTS, NAMES))


def spans(line: Line) -> set[Span]:
    found = set()
    for said in line.said:
        start, end = (moment.astimezone(ZONE).replace(tzinfo=None) for moment in (said.start, said.end))
        day = (start.date() - MONDAY).days
        midnight = datetime.combine(start.date(), datetime.min.time())
        hours = [round((moment - midnight) / timedelta(hours=1)) for moment in (start, end)]
        found.add((day, *hours, str(said.status)))
    return found  # type: ignore[return-value]


def said(days: str, shift: str = "", status: str = "prefer") -> set[Span]:
    """The spans of days, "246" is Tuesday, Thursday and Saturday."""
    return {(int(d) - 1, *HOURS[shift], status) for d in days}


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("1. 张三 15400000000 周三夜班", "张三", said("3", "夜")),
        ("2、李四 周六日都行", "李四", said("67")),
        ("５．钱七　１５４００００００００　周三、周五早班", "钱七", said("35", "早")),
        ("6️⃣孙八 除了周三都行", "孙八", said("124567") | said("3", "", "unavailable")),
        ("7) 沈佳宁周三夜班周四早班", "沈佳宁", said("3", "夜") | said("4", "早")),
        ("⑧周日新 周日", "周日新", said("7")),
        ("李志行 夜班都可以", "李志行", said("1234567", "夜")),
        ("吴九：11月25日全天✅", "吴九", said("3")),
        ("郑十 11.25-11.27", "郑十", said("345")),
        ("郑十 25-27号早班", "郑十", said("345", "早")),
        ("王小中 25号夜班，26号不行", "王小中", said("3", "夜") | {(3, 6, 24, "unavailable")}),
        ("陈二 周三不上夜班", "陈二", said("3", "夜", "unavailable")),
        ("褚三 尽量不要夜班", "褚三", said("1234567", "夜", "avoid")),
        ("卫四 周三❌ 其他都行", "卫四", said("124567") | said("3", "", "unavailable")),
        ("蒋五 8:00-12:00 周六", "蒋五", {(5, 8, 12, "prefer")}),
        ("沈六 周末 8-12点", "沈六", {(5, 8, 12, "prefer"), (6, 8, 12, "prefer")}),
        ("韩七 听安排", "韩七", said("1234567")),
        ("秦十 周一三五早中班", "秦十", said("135", "早") | said("135", "中")),
        ("许二 周一到周五除了周三都行", "许二", said("1245") | said("3", "", "unavailable")),
        ("窦七 除周三、周四外都行", "窦七", said("12567") | said("34", "", "unavailable")),
        ("Alice Wang 周三夜班", "Alice Wang", said("3", "夜")),
        ("吕四 下周三夜班", "吕四", said("3", "夜")),
        ("张　三 周天上午", "张三", {(6, 6, 12, "prefer")}),
        ("🎉🎉 31、孔曹（志愿者）礼拜三夜班", "孔曹", said("3", "夜")),
        ("严华 每天夜班", "严华", said("1234567", "夜")),
        ("魏七 来不了", "魏七", said("1234567", "", "unavailable")),
        ("戚一 夜班：周三、周五", "戚一", said("35", "夜")),
        ("柏五 下周三、四、五夜班", "柏五", said("345", "夜")),
        ("柏五 大后天夜班", "柏五", said("1", "夜")),
        ("沈佳宁大后天夜班", "沈佳宁", said("1", "夜")),
        ("王明 下周三晚上夜班", "王明", said("3", "夜")),
        ("柏五 下周末都行", "柏五", said("67")),
        ("柏五 下周三至下周五早班", "柏五", said("345", "早")),
        ("柏五 下周都行，除了周三", "柏五", said("124567") | said("3", "", "unavailable")),
        ("方一 工作日晚上", "方一", {(d, 18, 24, "prefer") for d in range(5)}),
    ],
)
def test_what_people_write_is_understood(text: str, name: str, wanted: set[Span]) -> None:
    line = read(text)
    assert line.doubts == []
    assert (line.name, spans(line)) == (name, wanted)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3 王五+1", "brings_others"), ("周三夜班", "no_name"), ("杨八", "no_times"), ("朱九 三班倒", "not_understood"),
        ("赵六 晚班", "no_such_shift_here"), ("施五 12月9日夜班", "day_not_in_week"),
        ("冯一 周三，周四不行", "unclear_no"),
        ("喻四 周三夜班，早班", "unclear_times"), ("葛二 周五晚上8:00-12:00", "unclear_times"),
        ("x" * 400, "line_too_long"),
        ("金六 周三可能", "not_understood"), ("陶八 除了周三", "unclear_no"), ("陶八 8:00-99:00", "bad_clock"),
        ("陶八 13月45日", "bad_date"), ("1. 11月25日", "no_name"), ("陶八 昨天夜班", "day_not_in_week"),
        ("陶八 本周三夜班", "day_not_in_week"), ("陶八 下下周三夜班", "day_not_in_week"),
        ("陶八 下下周", "not_in_week"), ("陶八 下周五至下周三", "not_in_week"),
        ("张晓明天夜班", "unclear_name"), ("陶八 大后天早上夜班", "unclear_times"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_marked_with_the_reason(text: str, code: str) -> None:
    line = read(text)
    assert code in {doubt.code for doubt in line.doubts}
    assert line.said == [] or code in ("brings_others", "no_name")


@pytest.mark.parametrize(
    "text", ["", "  ", "#接龙", "# 张三 周三", "接龙", "例 张三 周三夜班", "例：张三", "接龙 本周值班报名", "🎉"]
)
def test_headings_and_examples_are_nobodys(text: str) -> None:
    assert read(text).heading


DAYS_AHEAD = [*range(-8, 7)]
"""Of the day on which a list is written, from the Monday of its week."""


@given(st.sampled_from(DAYS_AHEAD), st.sampled_from(sorted(RELATIVE.items())), st.sampled_from(["", "早班", "夜班"]))
def test_a_day_counted_from_when_it_was_written_is_that_date_or_in_doubt(
    ahead: int, word: tuple[str, int], shift: str
) -> None:
    said_on = MONDAY + timedelta(days=ahead)
    shift = shift or "早班" * (len(word[0]) == 1)  # 明 alone is no day: 明早班 is
    agrees(f"{word[0]}{shift}", said_on + timedelta(days=word[1]), said_on, shift)


@given(st.sampled_from(DAYS_AHEAD), st.sampled_from(["本", "这", "这个", "下", "下个", "下下"]), st.integers(0, 6))
def test_a_day_of_this_or_the_next_week_is_that_date_or_in_doubt(ahead: int, week: str, weekday: int) -> None:
    said_on = MONDAY + timedelta(days=ahead)
    monday = said_on + timedelta(days=7 * week.count("下") - said_on.weekday())
    word = f"{week}{'周' if ahead % 2 else '星期'}{HAN[weekday]}"
    agrees(f"{word}夜班", monday + timedelta(days=weekday), said_on, "夜班")


def agrees(text: str, day: date, said_on: date, shift: str) -> None:
    """The words mean what the written date means; a date that is over, or beyond the week, is in doubt."""
    line, plain = read(f"林小满 {text}", said_on), read(f"林小满 {day.isoformat()}{shift}", said_on)
    assert (line.said, bool(line.doubts)) == (plain.said, bool(plain.doubts))
    possible = said_on <= day < MONDAY + timedelta(days=7)
    assert {s.start.astimezone(ZONE).date() for s in line.said} == ({day} if possible else set())
    assert bool(line.doubts) is not possible


def test_parts_of_a_day_that_are_named_with_it_and_nights_that_begin_at_midnight() -> None:
    sunday = MONDAY - timedelta(days=1)
    assert spans(read("林小满 今晚", sunday)) == {(-1, 18, 24, "prefer")}
    assert spans(read("林小满 明晚夜班，后天早班", sunday)) == said("1", "夜") | said("2", "早")
    assert spans(read("林小满 明早班", sunday)) == said("1", "早")
    assert spans(read("林小满 明天上午、夜班", sunday)) == {(0, 6, 12, "prefer")} | said("1", "夜")
    assert [d.code for d in read("林小满 今晚早班", sunday).doubts] == ["unclear_times"]
    assert [d.code for d in read("林小满 周一夜班", MONDAY + timedelta(days=2)).doubts] == ["day_is_over"]
    assert spans(read("林小满 每天夜班", MONDAY + timedelta(days=5))) == said("67", "夜")
    midnight = [SHIFTS[0], {"id": "n", "name": "夜班", "start": "00:00", "end": "08:00", "night": True}]
    meaning = Meaning(Calendar(MONDAY, sunday), ZONE, midnight)
    doubts = understood(1, "林小满 今晚夜班", meaning).doubts
    assert [(d.code, d.figures["first"], d.figures["second"]) for d in doubts] == [
        ("which_night", "2026-11-22", "2026-11-23")
    ]
    assert understood(1, "林小满 2026-11-23夜班", meaning).doubts == []


NAME = st.text("林吴郑冯陈楚魏蒋韩杨朱秦尤许何吕施孔曹严华", min_size=2, max_size=3)
DAYS = st.sets(st.integers(1, 7), min_size=1, max_size=6)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, str, set[Span]]:
    """A line made by the rules: its text, name, number and spans."""
    name, wanted, clauses, free = draw(NAME), set[Span](), [], set(range(1, 8))
    while free and len(clauses) < 2 and (not clauses or draw(st.booleans())):
        days = sorted(draw(st.sets(st.sampled_from(sorted(free)), min_size=1, max_size=4)))
        # A night reaches into the next day, of which nothing else is to be said.
        free -= {day + i for day in days for i in (-1, 0, 1)}
        shift = draw(st.sampled_from(["早", "中", "夜", ""]))
        status = draw(st.sampled_from(["prefer", "unavailable", "avoid"]))
        words = draw(st.sampled_from([_one_by_one(days), "周" + "".join(HAN[d - 1] for d in days), _dates(days)]))
        band = draw(st.sampled_from([shift, shift + "班"])) if shift else ""
        ending = {"prefer": draw(st.sampled_from(["可以", "都行", "✅"])), "unavailable": "不行", "avoid": ""}[status]
        clauses.append(f"{words}{'尽量不要' if status == 'avoid' else ''}{band}{ending}")
        wanted |= said("".join(map(str, days)), shift, status)
    number = draw(st.sampled_from(["", "1. ", "2、", "（3）", "④", "5️⃣ ", "１２．"]))
    phone = draw(st.sampled_from(["", " 15400000000", "15400000000", " 154 0000 0000"]))
    text = f"{number}{name}{phone} {draw(st.sampled_from(['，', ' ', '；'])).join(clauses)}"
    return draw(st.sampled_from([text, _wide(text)])), name, phone.replace(" ", ""), wanted


def _one_by_one(days: list[int]) -> str:
    return "、".join(f"周{HAN[d - 1]}" for d in days)


def _dates(days: list[int]) -> str:
    return "、".join(f"11月{22 + d}日" for d in days)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


@given(written())
@settings(max_examples=150, deadline=None)
def test_a_line_by_the_rules_is_read_back(made: tuple[str, str, str, set[Span]]) -> None:
    text, name, phone, wanted = made
    line = read(text)
    assert line.doubts == [], text
    assert (line.name, line.phone, spans(line)) == (name, phone, wanted), text


@given(st.text(max_size=60))
def test_any_text_is_a_heading_in_doubt_or_understood_to_the_last_word(text: str) -> None:
    line = read(text)
    assert line.heading or line.doubts or (line.name and line.said)


KNOWN = {c for _, pattern in signup_words.PATTERNS for c in pattern} | set(
    "#例格接0123456789+×带一二三四五六日天早中晚夜班行可能"
)
GARBAGE = st.text(
    st.characters(codec="utf-8", categories=["Lo", "Ll", "Sm", "Sc"]).filter(lambda c: c not in KNOWN),
    min_size=9,
    max_size=40,
)


@given(GARBAGE)
@settings(max_examples=60)
def test_garbage_is_always_in_doubt(text: str) -> None:
    assert read(text).doubts or not signup_words.flat(text)


def plan_of(text: str, answers: dict[str, Any] | None = None, yes: str = "prefer", category: str = "volunteer") -> Plan:
    source = comparing.text_source(text, MONDAY, "three", category, yes, TODAY)
    return comparing.compare("signups", source, answers or {}, snapshot(), TODAY, True, {})


def test_a_list_becomes_people_and_their_times_and_doubtful_lines_wait() -> None:
    lines = ["#接龙", "1. 沈佳宁 周三夜班", "2. 新来的 15400001234 周六日都行", "3. 王五+1", "4. 陆明哲 下下周", ""]
    text = "\n".join([*lines, "5. 沈佳宁 周五早班"])
    plan = plan_of(text)
    assert whats(plan) == {"p07": "changed", "p0026": "new"}
    assert [s["status"] for s in after(plan, "p07")["availability"]] == ["prefer", "prefer"]
    assert (after(plan, "p0026")["phone"], after(plan, "p0026")["category"]) == ("15400001234", "volunteer")
    assert plan.held == {4, 5}
    assert [line["row"] for line in plan.lines if line["doubts"]] == [4, 5]
    edited = plan_of(text, {"lines": {"4": "王五 周一", "5": "陆明哲 周四"}})
    assert whats(edited) == {"p07": "changed", "p08": "changed", "p0026": "new", "p0027": "new"}
    assert [line["edited"] for line in edited.lines] == [False, False, False, True, True, False]
    assert whats(plan_of("新来的 周一", category="")) == {}
    assert plan_of("沈佳宁 周一\n沈佳宁 周一不行").counts()["faults"] == 1
    assert plan_of("沈佳宁 周一", yes="available").counts()["unchanged"] == 1


def test_a_list_without_lines_or_with_too_many_is_refused() -> None:
    for text in ("", " \n\n", "张三 周一\n" * (signups.MOST_LINES + 1)):
        with pytest.raises(ApiError) as caught:
            plan_of(text)
        assert caught.value.status == 422


def test_a_town_without_patterns_still_understands_days_and_hours() -> None:
    bare = Meaning(Calendar(MONDAY, TODAY), ZONE, [])
    assert understood(1, "张三 周三 8:00-12:00", bare).doubts == []
    assert [d.code for d in understood(1, "张三 周三夜班", bare).doubts] == ["no_such_shift_here"]
    assert signups.usual_pattern(snapshot().things) == "three"
    assert signups.usual_pattern({"posts": [], "shift_patterns": []}) == ""
