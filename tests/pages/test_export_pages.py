"""The pages of the exports without scripts: what a limited account sees, what is said when something is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from models.said_times import UsualTime
from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment, Problem
from tests.browser import small_town

from .reader import PASSWORD, Reader, signed_in, small_service, store_of

WEEK = small_town.coming_monday()
PAGES = f"/towns/east/weeks/{WEEK}"
SHEET = f"/api/v1/towns/east/weeks/{WEEK}/rosters/published/sheet"
MANY = 3


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    logins = {"li": ("organiser", "east"), "eye": ("inspector", "east"), "wang": ("organiser", "west")}
    with small_service(tmp_path_factory.mktemp("exports"), logins, ("east", "west")) as made:  # type: ignore[arg-type]
        publish(store_of(made))
        store_of(made).accounts.create("gate", "名gate", PASSWORD, "point_leader", "east", ["west"])
        yield made


def publish(store: Store) -> None:
    """A roster with one seat open; none of its people belongs to an area."""
    problem: Problem = document.load(store.weeks.problem_document("east", WEEK))
    made = small_town.roster(problem)
    report = check.check(problem, made)
    draft = store.rosters.save_draft("east", WEEK, made, origin="edit", by="x")
    store.rosters.publish("east", WEEK, draft.number, draft.revision, by="x", report=report)


def file(reader: Reader, query: str) -> TestResponse:
    """The workbook: no text to be read."""
    return reader.client.get(f"{PAGES}/export/sheet.xlsx?{query}", headers={"Accept": "text/html"})


def served(store: Store) -> tuple[Assignment, ...]:
    return store.rosters.get("east", WEEK, "published").assignments


def test_a_limited_account_takes_out_its_own_posts_and_numbers_of_its_own_people(app: Flask, store: Store) -> None:
    gate = signed_in(app, "gate")
    page = gate.get(f"{PAGES}/export").get_data(as_text=True)
    assert "西门卡口" in page
    assert "桥头卡口" not in page
    book = load_workbook(BytesIO(file(gate, "").get_data()))
    assert book.sheetnames == ["西门卡口"]
    refused = gate.get(f"{PAGES}/export/sheet.xlsx?post=bridge")
    assert refused.status_code == 422
    assert "编号 bridge 不存在" in refused.get_data(as_text=True)
    full = gate.get(f"{SHEET}?phones=full&reason=x").get_json()
    phones = [
        p["phone"] for s in full["sheets"] for line in s["lines"] for seat in line["seats"] for p in seat["people"]
    ]
    assert len(phones) == sum(a.duty.startswith("west-gate") for a in served(store))
    assert all(re.fullmatch(r"154\*{4}\d{4}", phone) for phone in phones)  # they all belong elsewhere


def test_the_whole_town_is_for_who_may_take_it_out_and_the_page_says_so(app: Flask) -> None:
    eye = signed_in(app, "eye")
    assert "您没有导出整镇的权限" in eye.get(f"{PAGES}/export").get_data(as_text=True)
    refused = eye.get(f"{PAGES}/export/sheet.xlsx")
    assert refused.status_code == 403
    assert "请先选一个点位、片区或单位" in refused.get_data(as_text=True)
    assert file(eye, "area=east").status_code == 200
    assert "完整号码" not in eye.get(f"{PAGES}/export").get_data(as_text=True)


def test_without_a_roster_the_pages_say_what_to_do(app: Flask) -> None:
    wang = signed_in(app, "wang")
    pages = PAGES.replace("east", "west")
    assert "先在周班表上生成" in wang.get(f"{pages}/export").get_data(as_text=True)
    for path in ("print", "share", "export/sheet.xlsx"):
        answer = wang.get(f"{pages}/{path}")
        assert answer.status_code == 404
        assert "这一周还没有班表" in answer.get_data(as_text=True)
    assert "还没有班表可比" in wang.get(f"/towns/west/fairness?week={WEEK}").get_data(as_text=True)
    assert wang.get(f"{PAGES}/print").status_code == 404


def test_a_draft_is_marked_on_every_page_and_old_versions_can_be_taken_out(app: Flask, store: Store) -> None:
    li = signed_in(app, "li")
    kept = [a for a in served(store) if a.duty != served(store)[0].duty]
    draft = store.rosters.save_draft("east", WEEK, kept, origin="edit", by="x")
    try:
        page = li.get(f"{PAGES}/print").get_data(as_text=True)
        assert page.count("【草稿】</caption>") == page.count("<caption>") == page.count('<tr class="again">') == MANY
        assert "草稿，以发布的班表为准。" in li.get(f"{PAGES}/share").get_data(as_text=True)
        old = file(li, "version=1")
        assert "已发布 v1.xlsx" in unquote(old.headers["Content-Disposition"])
        assert "草稿" in unquote(file(li, "").headers["Content-Disposition"])
    finally:
        store.rosters.discard_draft("east", WEEK, draft.revision)


def test_text_and_table_can_be_had_without_scripts(app: Flask) -> None:
    li = signed_in(app, "li")
    page = li.get(f"{PAGES}/share?post=west-gate&names=public").get_data(as_text=True)
    text = re.search(r"<textarea[^>]*>([^<]*)", page)
    assert text
    assert "录入 缺1" in text[1]
    assert re.search(r"夜 22:00–次日 06:00 引导 .\*；录入 .\*", text[1])
    assert not any(name in page for name in small_town.VOLUNTEERS)
    english = li.get(f"{PAGES}/share?post=west-gate", "en").get_data(as_text=True)
    assert "West gate: duty sheet" in english


def test_fairness_is_sorted_and_filtered_by_links(app: Flask) -> None:
    li = signed_in(app, "li")

    def rows(query: str) -> list[str]:
        page = li.get(f"/towns/east/fairness?week={WEEK}&{query}").get_data(as_text=True)
        people = page[page.index('<h2 id="people">') :]
        return re.findall(r'<th scope="row">([^<]+)<small', people)

    assert len(rows("")) == len(small_town.CADRES) + len(small_town.VOLUNTEERS)
    assert rows("category=cadre&order=name") == list(small_town.CADRES)
    assert rows("search=%E6%B2%88") == ["沈佳宁"]
    assert rows("page_size=10&page=3&order=name") == list(small_town.VOLUNTEERS)[14:]
    by_unit = li.get(f"/towns/east/fairness?week={WEEK}&by=units").get_data(as_text=True)
    assert "镇政府</a></th>" in by_unit
    assert Reader(app.test_client()).get(f"/towns/east/fairness?week={WEEK}").status_code == 401


def test_what_somebody_says_of_every_week_is_a_request_of_each_week(app: Flask, store: Store) -> None:
    li, before = signed_in(app, "li"), WEEK - timedelta(days=7)
    mondays = [UsualTime(0, time(6), time(12), "avoid")]
    store.usual_times.set("east", "p25", mondays, 0)
    store.weeks.make("east", before)
    problem: Problem = document.load(store.weeks.problem_document("east", before))
    draft = store.rosters.save_draft("east", before, (), origin="edit", by="x")
    store.rosters.publish("east", before, draft.number, draft.revision, by="x", report=check.check(problem, ()))
    people = li.client.get(f"/api/v1/towns/east/fairness?week={WEEK}&page_size=50").get_json()["people"]
    asked = {p["id"]: p["asked"] for p in people}
    assert (asked["p25"], asked["p24"]) == (2, 0)
