"""Rows of people, availability and posts against the small town: matched, compared, never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.imports import Change
from scheduler import document
from tests.browser import small_town

from .files import after, csv, plan_of, snapshot, told, whats, workbook

PEOPLE = {p["id"]: p for p in small_town.document()["people"]}


def people(*rows: dict[str, Any], **more: Any) -> Any:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return plan_of("people", csv([names, *([row.get(name, "") for name in names] for row in rows)], ";"), **more)


def test_the_same_person_is_found_by_id_then_number_then_name() -> None:
    by_id = people({"编号": "p07", "电话": "15499990000"})
    assert whats(by_id) == {"p07": "changed"}
    assert after(by_id, "p07")["phone"] == "15499990000"
    by_number = people({"姓名": "沈佳宁", "电话": "+86 154-0000-0007", "家庭": "沈家"})
    assert after(by_number, "p07") == {k: v for k, v in PEOPLE["p07"].items() if k != "availability"} | {
        "household": "沈家"
    }
    assert whats(people({"姓名": "沈 佳 宁", "家庭": "沈家"})) == {"p07": "changed"}


@pytest.mark.parametrize(
    ("row", "code", "candidates"),
    [
        ({"姓名": "沈佳宁", "电话": "15499990000"}, "same_name_other_phone", ("p07",)),
        ({"姓名": "另一人", "电话": "15400000007"}, "same_phone_other_name", ("p07",)),
        ({"姓名": "另一人", "编号": "p07"}, "same_id_other_name", ("p07",)),
        ({"姓名": "沈佳宁", "编号": "x9"}, "same_name_other_id", ("p07",)),
        ({"姓名": "同名人"}, "namesakes", ("q1", "q2")),
    ],
)
def test_what_is_doubtful_is_asked_and_every_answer_is_taken(row: Any, code: str, candidates: tuple[str, ...]) -> None:
    twins = [{"id": i, "name": "同名人", "category": "volunteer"} for i in ("q1", "q2")]
    more: dict[str, Any] = {"held": snapshot(people=twins), "category": "volunteer"}
    asked = people(row, **more)
    assert [(q.row, q.code, q.candidates, q.answer) for q in asked.questions] == [(2, code, candidates, "")]
    assert whats(asked) == {}
    assert not {"p07", "q1", "q2"} & {e.id for e in asked.entries if e.what == "missing" and e.id in candidates}
    assert whats(people(row, answers={"who": {"2": candidates[0]}}, **more)).keys() == {candidates[0]}
    assert list(whats(people(row, answers={"who": {"2": "skip"}}, **more))) == []
    assert people(row, answers={"who": {"2": "p25"}}, **more).questions[0].answer == ""
    new = people(row, answers={"who": {"2": "new"}}, **more)
    if code == "same_id_other_name":
        assert told(new) == [(2, "编号", "id_is_taken")]
    else:
        assert list(whats(new).values()) == ["new"]


def test_every_cell_at_fault_is_told_with_row_column_and_reason() -> None:
    plan = people(
        {"姓名": "新一", "电话": "12", "类别": "志愿者", "单位": "东边村", "有效期": "2026-02-30", "愿上夜班": "也许"},
        {"姓名": "", "电话": ""},
        {"姓名": "新二", "类别": "", "包干点位": "桥头卡口、北门"},
        {"姓名": "沈佳宁", "资质": "录入培训(明年)"},
        {"姓名": "沈佳宁"},
        {"姓名": "新三", "类别": "志愿者", "编号": "erased"},
        {"姓名": "新四", "类别": "志愿者", "编号": "a|b"},
        {"姓名": "陆明哲", "电话": "154****9999", "邮箱": "not an address"},
    )
    assert told(plan) == [
        (2, "电话", "bad_phone"), (2, "单位", "unknown_word"), (2, "有效期", "bad_date"), (2, "愿上夜班", "bad_flag"),
        (4, "类别", "category_missing"), (4, "包干点位", "unknown_word_here"),
        (5, "有效期", "bad_date"), (6, "姓名", "same_twice"), (7, "编号", "id_is_gone"), (8, "编号", "document"),
        (9, "电话", "masked_phone"), (9, "邮箱", "bad_email"),
    ]  # fmt: skip
    assert all(t.text.zh and t.text.en for t in plan.troubles)
    assert whats(plan) == {}
    assert plan.counts()["rows_left_out"] == 7


def test_an_empty_cell_leaves_alone_and_a_word_empties() -> None:
    held = snapshot(
        people=[
            {"id": "x", "name": "某人", "category": "volunteer", "unit": "village", "phone": "15400001111",
             "tags": ["a"], "household": "h", "opt_ins": ["nights-welcome"],
             "qualifications": [{"id": "leader", "valid_until": "2027-01-01"}]},
        ]
    )  # fmt: skip
    full = {"编号": "x", "单位": "", "电话": "", "标签": "", "家庭": "", "资质": "", "愿上夜班": ""}
    assert whats(people(full, held=held)) == {"x": "unchanged"}
    emptied = people(
        full | dict.fromkeys(("单位", "电话", "标签", "家庭", "资质"), "无") | {"愿上夜班": "否"}, held=held
    )
    assert after(emptied, "x") == {"id": "x", "name": "某人", "category": "volunteer"}
    kept = people({"编号": "x", "资质": "组长资格、录入培训", "有效期": "2028-01-01"}, held=held)
    dates = {h["id"]: h.get("valid_until") for h in after(kept, "x")["qualifications"]}
    assert dates == {"leader": "2028-01-01", "recorder": "2028-01-01"}
    assert whats(people({"编号": "x", "资质": "组长资格"}, held=held)) == {"x": "unchanged"}
    assert whats(people({"编号": "x", "电话": "154****1111"}, held=held)) == {"x": "unchanged"}


def test_words_that_the_town_lacks_are_offered_and_added_in_the_same_import() -> None:
    rows = ({"姓名": "新一", "类别": "民兵", "单位": "西村/一组"}, {"姓名": "新二", "类别": "民兵", "单位": "东村"})
    offered = people(*rows)
    assert [(a.noun, a.name, a.rows, a.accepted) for a in offered.additions] == [
        ("categories", "民兵", [2, 3], False), ("units", "西村/一组", [2], False),
    ]  # fmt: skip
    added = people(*rows, answers={"add": [["categories", "民兵"], ["units", "西村/一组"]]})
    assert whats(added) == {"p0026": "new", "p0027": "new", "民兵": "new", "西村-一组": "new"}
    assert after(added, "p0026")["unit"] == "西村-一组"
    assert [a.name for a in people(*rows, may_add=False).additions] == []
    assert {code for _, _, code in told(people(*rows, may_add=False))} == {"unknown_word_here"}


def test_who_is_not_in_the_file_stays_unless_asked_and_comes_back_when_named_again() -> None:
    row = {"姓名": "沈佳宁", "类别": "志愿者"}
    plan = people(row)
    assert sum(e.what == "missing" for e in plan.entries) == len(PEOPLE) - 1
    assert plan.changes() == []
    retired = people(row, answers={"retire": True})
    assert {e.id: e.what for e in retired.entries if e.what == "retired"} == {"p01": "retired"}
    assert sum(e.what == "removed" for e in retired.entries) == len(PEOPLE) - 2
    away = after(retired, "p01")["availability"]
    assert [(s["status"], s["start"][:10], s["end"][:10]) for s in away] == [
        ("unavailable", "2026-11-20", "2099-12-31")
    ]
    gone = [c for c in retired.changes() if c.body is None]
    assert isinstance(gone[0], Change)
    held = snapshot()
    held = snapshot(people=[after(retired, "p01") | {"id": "back", "name": "回来的人", "phone": ""}])
    assert "availability" not in after(people({"编号": "back"}, held=held), "back")


def test_areas_limit_what_is_seen_and_what_may_be_made() -> None:
    seen = {"people": frozenset({"p07"}), "posts": frozenset({"bridge"}), "areas": frozenset({"east"})}
    plan = people(
        {"姓名": "沈佳宁", "片区": "东片"},
        {"姓名": "陆明哲", "类别": "志愿者", "片区": "西片"},
        seen=seen,
        may_add=False,
    )
    assert whats(plan) == {"p07": "changed"}
    assert told(plan) == [(3, "片区", "unknown_word_here")]
    outside = people({"姓名": "新一", "类别": "志愿者"}, seen=seen)
    assert told(outside) == [(2, "", "outside_areas")]


def test_availability_takes_the_place_of_what_it_overlaps() -> None:
    rows = [
        ["姓名", "日期", "班次", "起", "止", "可用情况"],
        ["沈佳宁", "2026-11-25", "夜班", "", "", "不可用"],
        ["沈佳宁", "11月26日", "全天", "", "", "愿意"],
        ["陆明哲", "", "", "2026-11-25 22:00", "2026-11-27", "尽量避开"],
        ["陆明哲", "2026/11/28", "", "20:00", "06:00", "不可用"],
        ["没有的人", "2026-11-25", "", "", "", "可用"],
        ["高云舟", "2026-11-25", "晚班", "", "", "可用"],
        ["高云舟", "", "", "", "", "可用"],
        ["高云舟", "2026-11-25", "", "", "", "看情况"],
        ["夏知行", "2026-11-25", "", "", "", "愿意"],
        ["夏知行", "2026-11-25", "早班", "", "", "不可用"],
    ]
    plan = plan_of("availability", workbook(rows, title="可用时间"))
    assert told(plan) == [
        (6, "姓名", "nobody_like_this"), (7, "班次", "no_such_shift"), (8, "日期", "when_missing"),
        (9, "可用情况", "bad_status"),
    ]  # fmt: skip
    wished = [(s["start"][5:16], s["end"][5:16], s["status"]) for s in after(plan, "p10")["availability"]]
    assert wished == [("11-25T00:00", "11-25T08:00", "prefer"), ("11-25T08:00", "11-25T16:00", "unavailable"),
                      ("11-25T16:00", "11-26T00:00", "prefer")]  # fmt: skip
    spans = [(s["start"][5:16], s["end"][5:16], s["status"]) for s in after(plan, "p08")["availability"]]
    assert spans == [("11-25T22:00", "11-28T00:00", "avoid"), ("11-28T20:00", "11-29T06:00", "unavailable")]
    # The night of the 25th reaches into the 26th: what is said of a shift counts more than what is said of a day.
    night = [(s["start"][5:16], s["end"][5:16], s["status"]) for s in after(plan, "p07")["availability"]]
    assert night == [("11-25T22:00", "11-26T06:00", "unavailable"), ("11-26T06:00", "11-27T00:00", "prefer")]
    two = [rows[0], rows[1], ["沈佳宁", "2026-11-25", "夜班", "", "", "愿意"]]
    assert told(plan_of("availability", csv(two))) == [(3, "可用情况", "contradicts")]
    again = snapshot(people=[after(plan, "p08") | {"id": "same", "name": "同一个"}])
    said = [["编号", *rows[0][1:]], *(["same", *row[1:]] for row in rows[3:5])]
    assert whats(plan_of("availability", workbook(said), held=again)) == {"same": "unchanged"}
    free = [["编号", "起", "止", "状态"], ["same", "2026-11-24", "2026-11-30", "可用"]]
    assert "availability" not in after(plan_of("availability", csv(free), held=again), "same")


def test_posts_have_a_row_for_each_staffing_and_a_template_for_each_priority() -> None:
    rows = [
        ["名称", "片区", "坐标", "班制", "编组", "班次", "优先级"],
        ["桥头卡口", "东片", "119.23 29.36", "三班", "一加一", "早班", ""],
        ["桥头卡口", "", "", "三班", "一人", "中班、夜班", "3"],
        ["南门", "西片", "", "三班", "一人", "", "5"],
        ["北门", "", "", "三班", "", "", ""],
        ["西门卡口", "", "12,13", "", "", "", ""],
        ["桥头卡口", "西片", "", "", "", "", ""],
    ]
    plan = plan_of("posts", csv(rows[:4], ";"))
    assert told(plan) == []
    assert whats(plan) == {"bridge": "changed", "南门": "new", "guides-5": "new"}
    bridge = after(plan, "bridge")
    assert (bridge["latitude"], bridge["longitude"]) == (29.36, 119.23)
    assert bridge["staffing"] == small_town.document()["posts"][0]["staffing"]
    assert after(plan, "guides-5")["seats"][0]["priority"] == 5
    faulty = plan_of("posts", csv(rows, ";"))
    assert told(faulty) == [
        (5, "编组", "needs_pattern_and_template"), (6, "坐标", "bad_place"), (7, "片区", "differs_from_row"),
    ]  # fmt: skip
    assert whats(faulty).keys() == {"南门", "guides-5"}
    posts = [*small_town.document()["posts"][1:], bridge, after(plan, "南门")]
    templates = [*small_town.document()["staffing_templates"], after(plan, "guides-5")]
    held = snapshot(posts=posts, staffing_templates=templates)
    assert set(whats(plan_of("posts", csv(rows[:4], ";"), held=held)).values()) == {"unchanged"}
    retired = plan_of("posts", csv([["名称"], ["西门卡口"]]), {"retire": True})
    assert {e.id: e.what for e in retired.entries} == {"west-gate": "unchanged", "bridge": "retired"}
    assert "staffing" not in after(retired, "bridge")


NAMES = st.text("林周吴郑王冯陈楚魏蒋沈韩杨朱秦尤许何吕施张孔曹严华", min_size=2, max_size=4)
WORDS = ["", "东村", "镇政府", "无"]


@given(
    st.lists(
        st.tuples(
            NAMES, st.integers(0, 9999), st.sampled_from(["志愿者", "干部"]), st.sampled_from(WORDS), st.booleans()
        ),
        max_size=12,
        unique_by=(lambda r: r[0], lambda r: r[1]),
    )
)
@settings(max_examples=30, deadline=None)
def test_whatever_is_imported_changes_nothing_when_it_is_imported_again(rows: list[Any]) -> None:
    header = ["姓名", "电话", "类别", "单位", "愿上夜班"]
    data = csv([header, *([n, f"1549000{p:04}", c, u, "是" if w else "否"] for n, p, c, u, w in rows), [""] * 5])
    if not rows:
        return
    first = plan_of("people", data)
    assert first.troubles == []
    made = [c.body for c in first.changes() if c.noun == "people" and c.body]
    for body in made:
        document.entity_from_json("people", body, small_town.ZONE)
    held = snapshot(people=[body for body in made if body["id"] not in PEOPLE])
    again = plan_of("people", data, held=held)
    assert set(whats(again).values()) <= {"unchanged"}
    assert again.changes() == []
