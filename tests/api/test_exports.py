"""Workbooks are reopened and compared with the roster; who may have which; hours and fairness as JSON."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from models.audit import AuditFilter
from models.presence import Said
from scheduler.problem import Person

from .conftest import EAST, V1, WEEK, Caller, Service, duties_of, fault_paths
from .towns import MONDAY, PEOPLE, POSTS, SHIFTS, roster

SHEET = f"{WEEK}/rosters/published/sheet"
MARCH = "start=2026-03-01&end=2026-03-31"


def opened(answer: TestResponse) -> Workbook:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return load_workbook(BytesIO(answer.get_data()), rich_text=True)


def name_of(answer: TestResponse) -> str:
    found = re.search(r"filename\*=UTF-8''(\S+)$", answer.headers["Content-Disposition"])
    assert found
    return unquote(found[1])


def call_with_numbers(service: Service) -> None:
    """Give everybody a number, and somebody a name that would like to be a formula."""
    for i in range(PEOPLE):
        held: Any = service.store.things.get("east", "people", f"p{i:02d}")
        person: Person = held.value
        name = "=HYPERLINK(1)" if i == 3 else person.name
        service.store.things.change("east", "people", replace(person, phone=f"1540000{i:04d}", name=name), 1)


def test_the_workbook_is_the_roster_cell_by_cell(service: Service, organiser: Caller, draft: TestResponse) -> None:
    call_with_numbers(service)
    wanted = roster(duties_of(organiser))
    gone = wanted.pop(10)
    changed = organiser.put(f"{WEEK}/rosters/draft", {"assignments": wanted}, match=draft.headers["ETag"])
    assert changed.status_code == 200
    answer = organiser.get(f"{WEEK}/rosters/draft/sheet.xlsx?phones=none")
    book = opened(answer)
    assert book.sheetnames == ["目录", *(f"{post}卡口" for post in POSTS)]
    assert name_of(answer) == "东镇值班表（3月2日—3月8日）【草稿】 草稿 v1.xlsx"
    assert [row[0].hyperlink.location for row in book["目录"].iter_rows(min_row=3, max_row=4)] == [
        f"'{post}卡口'!A1" for post in POSTS
    ]
    names = {f"p{i:02d}": "'=HYPERLINK(1)" if i == 3 else f"人员p{i:02d}" for i in range(PEOPLE)}
    served = {a["duty"]: names[a["person"]] for a in wanted}
    seen = 0
    for post in POSTS:
        sheet = book[f"{post}卡口"]
        assert sheet["A1"].value == f"东镇{post}卡口值班表（3月2日—3月8日）【草稿】"
        assert [c.value for c in sheet[2]] == ["日期（星期）", "班次", "时间", "查验", "备注"]
        merged = {str(cells) for cells in sheet.merged_cells.ranges}
        assert merged == {"A1:E1", "A24:E24", *(f"A{3 + 3 * day}:A{5 + 3 * day}" for day in range(7))}
        for day in range(7):
            date = datetime.fromisoformat(MONDAY).date() + timedelta(days=day)
            assert sheet.cell(3 + 3 * day, 1).value == f"3月{date.day}日（周{'一二三四五六日'[day]}）"
            for i, (key, name, start, end) in enumerate(SHIFTS):
                row = [sheet.cell(3 + 3 * day + i, column).value for column in range(2, 6)]
                duty = f"{post}/{date}/{key}"
                clock = f"{start}–{'次日 ' if key == 'night' else ''}{end}"
                assert row[:3] == [name, clock, served.get(duty, "缺1")]
                assert (row[3] or "").startswith("查验缺1：" if duty == gone["duty"] else "")
                seen += 1
                if duty == gone["duty"]:
                    assert sheet.cell(3 + 3 * day + i, 4).font.color.rgb.endswith("B42318")
        assert "版本：草稿 v1" in sheet["A24"].value
        assert "制表单位：东镇" in sheet["A24"].value
    assert seen == 42
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)


def test_the_view_by_person_is_the_roster_too(organiser: Caller, published: TestResponse) -> None:
    sheet = opened(organiser.get(f"{SHEET}.xlsx?view=people")).active
    wanted: dict[str, list[str]] = {}
    for a in roster(duties_of(organiser)):
        _, day, key = a["duty"].split("/")
        wanted.setdefault(a["person"], ["休"] * 7)[int(day[-2:]) - 2] = {"early": "早", "late": "中", "night": "夜"}[
            key
        ]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3, max_row=2 + PEOPLE)]
    assert {row[0]: row[3:10] for row in rows} == {f"人员{person}": days for person, days in wanted.items()}
    for row in rows:
        assert row[10] == sum(day != "休" for day in row[3:10])
        assert row[11] == 8 * row[10]
        assert row[12] == row[3:10].count("夜")


def test_numbers_are_masked_unless_somebody_may_and_says_why(
    service: Service, organiser: Caller, published: TestResponse
) -> None:
    call_with_numbers(service)

    def shown(asked: str, caller: Caller = organiser) -> set[str]:
        body = caller.get(f"{SHEET}?post=bridge&{asked}").get_json()
        return {
            p["phone"] for s in body["sheets"] for line in s["lines"] for seat in line["seats"] for p in seat["people"]
        }

    assert "154****0000" in shown("")
    assert shown("phones=none") == {""}
    assert shown("names=public") == {""}
    refused = organiser.get(f"{SHEET}?phones=full&reason=%20")
    assert fault_paths(refused) == {"query.reason": "reason_for_phones"}
    inspector = service.role("inspector")
    assert inspector.get(f"{SHEET}?phones=full&reason=x").get_json()["code"] == "not_allowed"
    assert service.store.audit.page(AuditFilter(town="east", action="export"), 1, 10).total == 0
    assert "15400000000" in shown("phones=full&reason=%E7%82%B9%E9%95%BF%E8%81%94%E7%B3%BB")
    told = service.store.audit.page(AuditFilter(town="east", action="export"), 1, 10).items
    assert [(e.noun, e.thing, e.reason) for e in told] == [("roster", f"{MONDAY}/v1", "点长联系")]
    single = service.store.audit.page(AuditFilter(town="east", action="reveal", person="p00"), 1, 10)
    assert single.total == 1
    assert not re.search(r"154\d{8}", repr([(e.changes, e.reason, e.thing) for e in told]))


def test_files_of_the_whole_town_are_for_who_may_take_them_out(service: Service, published: TestResponse) -> None:
    inspector, limited = service.role("inspector"), service.role("point_leader", limited=True)
    refused = inspector.get(f"{SHEET}.xlsx")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "whole_town")
    assert inspector.get(f"{EAST}/hours.xlsx?{MARCH}").get_json()["code"] == "whole_town"
    assert opened(inspector.get(f"{SHEET}.xlsx?post=market")).sheetnames == ["market卡口"]
    assert len(opened(limited.get(f"{SHEET}.xlsx")).sheetnames) == 3
    assert service.volunteer().get(f"{SHEET}.xlsx?post=market").status_code == 403
    assert service.caller("other").get(f"{SHEET}.xlsx").status_code == 404


@pytest.mark.parametrize("wrong", ["post=nowhere", "area=nowhere", "unit=nobody"])
def test_what_does_not_exist_is_said(organiser: Caller, published: TestResponse, wrong: str) -> None:
    assert fault_paths(organiser.get(f"{SHEET}?{wrong}")) == {f"query.{wrong.split('=')[0]}": "unknown_id"}


def test_english_sheets_are_english(organiser: Caller, published: TestResponse) -> None:
    answer = organiser.get(f"{SHEET}.xlsx?post=bridge&lang=en")
    sheet = opened(answer).active
    assert [c.value for c in sheet[2]] == ["Date", "Shift", "Hours", "verifier", "Remarks"]
    assert sheet["B3"].value == "Day"
    assert "Published v1" in sheet["A24"].value
    assert name_of(answer).endswith("Published v1.xlsx")


def test_hours_are_those_of_the_roster_until_somebody_was_seen(
    service: Service, organiser: Caller, published: TestResponse
) -> None:
    body = organiser.get(f"{EAST}/hours?{MARCH}&person=p00").get_json()
    assert (body["total"], body["minutes"], body["confirmed_minutes"], body["people"]) == (3, 1440, 0, 1)
    assert body["items"][0]["project"] == "bridge卡口（查验）"
    first, second, _ = (item["duty"] for item in body["items"])
    came = datetime.fromisoformat(f"{MONDAY}T06:30:00+08:00")
    week = datetime.fromisoformat(MONDAY).date()
    said = {"person": "p00", "action": "correct", "by": "li", "whose": "leader", "how": "correction"}
    late = Said(**said, reason="登记表", state="left", came_at=came, left_at=came + timedelta(hours=7.5))  # type: ignore[arg-type]
    service.store.presence.record("east", week, first, late)
    service.store.presence.record("east", week, second, Said(**said, reason="没来", state="no_show"))  # type: ignore[arg-type]
    body = organiser.get(f"{EAST}/hours?{MARCH}&person=p00").get_json()
    assert [(i["minutes"], i["confirmed_minutes"], i["confirmation"]) for i in body["items"]][:2] == [
        (450, 450, "已签到"),
        (0, 0, "未到岗"),
    ]
    book = opened(organiser.get(f"{EAST}/hours.xlsx?{MARCH}"))
    assert [c.value for c in book["明细"][2]] == [
        "姓名", "编号", "服务项目", "服务日期", "起止时间", "服务时长（小时）", "服务地点", "组织单位", "确认情况",
    ]  # fmt: skip
    rows = {(r[1].value, r[3].value): [c.value for c in r] for r in book["明细"].iter_rows(min_row=3, max_row=44)}
    assert len(rows) == 42
    assert rows["p00", MONDAY] == [
        "人员p00",
        "p00",
        "bridge卡口（查验）",
        MONDAY,
        "06:00–14:00",
        7.5,
        "bridge卡口",
        "东镇",
        "已签到",
    ]
    sums = {r[1].value: [c.value for c in r] for r in book["汇总"].iter_rows(min_row=3, max_row=2 + PEOPLE)}
    whole = sum(row[5] for row in sums.values())
    assert whole == sum(row[5] for row in rows.values())
    assert whole == 21 * 8 + 7.5  # nobody kept presence at the market; at the bridge silence means that nobody came
    assert sums["p00"][-1] == 7.5


def test_a_span_that_makes_no_sense_is_refused_with_all_faults(organiser: Caller) -> None:
    answer = organiser.get(f"{EAST}/hours?start=2026-03-09&end=2026-03-01&unit=nobody")
    assert fault_paths(answer) == {"query.end": "end_before_start", "query.unit": "unknown_id"}
    assert fault_paths(organiser.get(f"{EAST}/hours?start=2024-01-01&end=2026-03-01")) == {"query.end": "span_too_long"}


def test_fairness_counts_published_weeks_and_pages_people(organiser: Caller, published: TestResponse) -> None:
    body = organiser.get(f"{EAST}/fairness?week={MONDAY}&page_size=5&order=nights").get_json()
    assert [(w["start"], w["state"]) for w in body["weeks"]] == [(MONDAY, "published")]
    assert (body["total"], len(body["people"]), body["together"]["serving"]) == (PEOPLE, 5, PEOPLE)
    nights = [p["nights"] for p in body["people"]]
    assert nights == sorted(nights, reverse=True)
    assert nights[0] == body["together"]["nights"]["most"]
    groups = organiser.get(f"{EAST}/fairness?week={MONDAY}&by=units").get_json()["groups"]
    assert [(g["id"], g["name"], g["people"]) for g in groups] == [("school", "学校", PEOPLE)]
    assert organiser.get(f"{EAST}/fairness?week=2026-01-05").status_code == 404
    assert organiser.get(f"{V1}/towns/west/fairness").status_code == 404
    assert fault_paths(organiser.get(f"{EAST}/fairness?unit=x&week={MONDAY}")) == {"query.unit": "unknown_id"}
