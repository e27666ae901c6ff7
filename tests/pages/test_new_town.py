"""A town from nothing: the form and its faults, the first steps, the first week, the staffing of a post by hand."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from api import new_towns
from api.pages.post_staffing import Row, _together, rows_of
from models.records import Role
from models.store import Store
from scheduler.towns import basics
from tests.browser import small_town
from tests.thorough import examples

from .reader import PASSWORD, Reader, signed_in, small_service

NEW, ZONE = "/towns/new", "Asia/Shanghai"
NAMES = ("staffing-template", "staffing-shifts", "staffing-first_day", "staffing-last_day")
LOGINS: dict[str, tuple[Role, str | None]] = {
    "all": ("platform_administrator", None),
    "boss": ("town_administrator", "east"),
    "li": ("organiser", "east"),
    "eye": ("inspector", "east"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("new"), LOGINS) as made:
        yield made


@pytest.fixture
def me(app: Flask) -> Reader:
    found = signed_in(app, "all")
    found.get(NEW)
    return found


def wrong(answer: TestResponse) -> set[str]:
    """The fields beside which something stands."""
    return set(re.findall(r'id="wrong-(\w+)"', answer.get_data(as_text=True)))


def send(me: Reader, document: bytes, **form: str) -> TestResponse:
    file = (io.BytesIO(document), "镇.json")
    data: dict[str, Any] = {"csrf_token": me.token, "way": "document", "file": file, **form}
    return me.client.post(NEW, data=data, headers={"Accept": "text/html"})


def ids(store: Store) -> list[str]:
    return [town.id for town in store.towns.list()]


def test_a_town_with_the_usual_basics_has_all_of_them_and_nobody(me: Reader, store: Store) -> None:
    made = me.post(NEW, way="basics", name="石溪镇", name_en="Shixi Town", zone="Asia/Urumqi")
    assert made.location.endswith("/towns/shixi-town")
    town = store.towns.get("shixi-town").value
    assert (town.name, town.name_en, town.zone) == ("石溪镇", "Shixi Town", "Asia/Urumqi")
    held = {noun: [t.id for t in store.things.all(town.id, noun)] for noun in ("staffing_templates", "people", "posts")}
    assert held == {"staffing_templates": [t["id"] for t in basics.TEMPLATES], "people": [], "posts": []}
    assert len(store.rules.get(town.id).value) == len(basics.RULES)
    assert store.weeks.list(town.id) == []


def test_an_id_is_found_where_none_is_given(me: Reader, store: Store) -> None:
    before = len(ids(store))
    for name in ("甲镇", "乙镇", "丙镇"):
        assert me.post(NEW, way="empty", name=name, zone="Asia/Shanghai").status_code == 303
    assert {"town", "town-2", "town-3"} <= set(ids(store))
    assert len(ids(store)) == before + 3
    assert store.things.all("town", "categories") == ()
    assert store.rules.get("town").revision == 0


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"id": "a b"}, {"id"}),
        ({"id": "new"}, {"id"}),
        ({"id": "镇"}, {"id"}),
        ({"id": "east"}, {"id"}),
        ({"zone": "Mars/Base"}, {"zone"}),
        ({"name": "镇" * 201, "name_en": "x\u202e"}, {"name", "name_en"}),
        ({"name": "", "id": "east", "zone": ""}, {"name", "id", "zone"}),
        ({"way": "example", "example": "atlantis"}, {"example"}),
        ({"way": "document"}, {"file"}),
    ],
)
def test_each_fault_stands_at_its_field_and_what_was_typed_stays(
    me: Reader, store: Store, sent: dict[str, str], fields: set[str]
) -> None:
    before = ids(store)
    typed = {"way": "empty", "name": "柳塘镇", "name_en": "Liutang", "zone": "Asia/Taipei"} | sent
    answer = me.post(NEW, **typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert wrong(answer) == fields
    assert f'value="{typed["way"]}" id="way-{typed["way"]}" checked' in page
    assert typed["name"] in page
    assert ids(store) == before
    english = me.client.post(NEW, data={"csrf_token": me.token, "lang": "en", **typed}, query_string={"lang": "en"})
    assert wrong(english) == fields
    assert not re.search(r'class="wrong"[^>]*><span>[^<]*[一-鿿]', english.get_data(as_text=True))


def test_a_document_becomes_a_town_once_and_its_own_name_holds(me: Reader, store: Store) -> None:
    body = small_town.document("brought")
    made = send(me, json.dumps(body).encode(), name="别的名字", id="other")
    assert made.location.endswith("/towns/brought")
    assert store.towns.get("brought").value.name == "小镇（示例）"
    assert len(store.weeks.list("brought")) == 1
    again = send(me, json.dumps(body).encode())
    assert (again.status_code, wrong(again)) == (422, {"file"})
    assert "已经有了" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"{", ["JSON"]),
        (b"[" * 70 + b"]" * 70, ["嵌套过深"]),
        (b"7", ["应为"]),
        (json.dumps(small_town.document("bad") | {"days": 0, "zone": "Mars", "people": [{"id": 1}]}).encode(),
         ["days", "zone", "people[0]"]),
        (json.dumps(small_town.document("bad") | {"people": [{"id": "a", "name": "林小满", "category": "cadre",
         "phone": "154****0001"}]}).encode(), ["people[0].phone"]),
    ],
)  # fmt: skip
def test_all_faults_of_a_document_are_listed_and_nothing_is_stored(
    me: Reader, store: Store, document: bytes, said: list[str]
) -> None:
    before = ids(store)
    answer = send(me, document)
    [listed] = re.findall(r'<ol class="document-faults".*?</ol>', answer.get_data(as_text=True), re.DOTALL)
    assert answer.status_code == 422
    assert all(word in listed for word in said), listed
    assert ids(store) == before


def test_an_example_comes_with_people_posts_and_the_coming_week(me: Reader, store: Store) -> None:
    assert me.post(NEW, way="example", example="anguolu").location.endswith("/towns/anguolu")
    assert store.things.page("anguolu", "people", 1, 1).total == 229
    [week] = store.weeks.list("anguolu")
    assert week.start.weekday() == 0
    again = me.post(NEW, way="example", example="anguolu")
    assert (again.status_code, wrong(again)) == (422, {"example"})


@pytest.mark.parametrize("login", ["boss", "li", "eye"])
def test_only_the_platform_s_administrator_adds_towns(app: Flask, login: str) -> None:
    other = signed_in(app, login)
    assert other.get(NEW).status_code == 403
    assert other.post(NEW, way="empty", name="x").status_code == 403
    assert other.get("/towns").status_code == 302


def test_the_first_steps_tick_themselves_and_are_for_who_may_do_them(me: Reader, app: Flask, store: Store) -> None:
    store.towns.add(new_towns.Town("steps", "新镇", "New town", "Asia/Shanghai"))
    store.accounts.create("eye2", "名eye2", PASSWORD, "inspector", "steps")
    body = small_town.document("steps")
    assert marks(me, "steps") == [False] * 6
    store.load_town({**body, "rules": []}, week=False)
    assert marks(me, "steps") == [True, True, True, False, False, False]
    store.accounts.create("org2", "名org2", PASSWORD, "organiser", "steps")
    assert marks(me, "steps") == [True, True, True, True, False, False]
    organiser, reader = signed_in(app, "org2"), signed_in(app, "eye2")
    assert 'href="/accounts' not in card(organiser, "steps")
    assert "/import?kind=posts" in card(organiser, "steps")
    assert card(reader, "steps") == ""
    assert "组织者建好这一周后" in follow(reader, "/towns/steps")
    board = organiser.get("/towns/steps").location
    assert organiser.post(f"{board}/make", source="templates").status_code == 303
    assert marks(me, "steps") == [True] * 5 + [False]
    assert "/generate" in card(organiser, "steps")
    week = store.weeks.list("steps")[0].start
    store.rosters.save_draft("steps", week, [], origin="edit", by="test")
    assert card(organiser, "steps") == ""


def follow(me: Reader, path: str) -> str:
    return me.get(me.get(path).location).get_data(as_text=True)


def card(me: Reader, town: str) -> str:
    found = re.search(r'<details class="card begin".*?</details>', follow(me, f"/towns/{town}"), re.DOTALL)
    return found[0] if found else ""


def marks(me: Reader, town: str) -> list[bool]:
    return ["done" in one for one in re.findall(r'<li class="(\w*)"', card(me, town))]


def test_a_week_made_too_early_is_made_again_and_never_one_that_has_a_roster(me: Reader, store: Store) -> None:
    assert me.post(NEW, way="basics", name="早镇", id="early", zone=ZONE).status_code == 303
    board = me.get("/towns/early").location
    assert "按编组新建" not in me.get(board).get_data(as_text=True)
    assert me.post(f"{board}/make", source="templates").status_code == 303
    assert "先给点位选好编组和班制" in me.get(board).get_data(as_text=True)
    blank = me.get(f"{board}/generate").get_data(as_text=True)
    assert "还没有任何人员" in blank
    assert "开始生成" not in blank
    row = dict(zip(NAMES, ("2+N", "three-shifts", "", ""), strict=True))
    assert me.post("/towns/early/posts/new", name="桥头", **row).status_code == 303
    assert "按编组排出勤务" in me.get(board).get_data(as_text=True)
    assert me.post(f"{board}/remake").status_code == 303
    week = store.weeks.list("early")[0].start
    assert len(store.weeks.duties("early", week)) == 21
    assert me.post("/towns/early/posts/new", name="桥尾", **row).status_code == 303
    assert "1 个带编组的点位" in me.get(board).get_data(as_text=True)
    store.rosters.save_draft("early", week, [], origin="edit", by="test")
    assert "带编组的点位" not in me.get(board).get_data(as_text=True)
    assert me.post(f"{board}/remake").status_code == 409
    assert len(store.weeks.duties("early", week)) == 21
    assert me.post(f"/towns/early/weeks/{week + timedelta(days=7)}/remake").status_code == 404


def test_what_is_wrong_with_a_post_s_staffing_is_said_row_by_row(me: Reader, store: Store) -> None:
    assert me.post(NEW, way="basics", name="班镇", id="rows", zone=ZONE).status_code == 303
    rows = [
        ("gate", "three-shifts|night", "", ""),
        ("2+N", "unequal-shifts", "", ""),
        ("gate", "", "", ""),
        ("gate", "three-shifts|noon", "2026-02-30", ""),
        ("gate", "day-duty", "2026-03-03", "2026-03-02"),
    ]
    sent = {name: [row[i] for row in rows] for i, name in enumerate(NAMES)}
    answer = me.client.post(
        "/towns/rows/posts/new", data={"csrf_token": me.token, "name": "北口", **sent}, headers={"Accept": "text/html"}
    )
    page = answer.get_data(as_text=True)
    said = re.findall(r"<span>第 (\d) 行：([^<]+)</span>", page)
    assert answer.status_code == 422
    assert [int(number) for number, _ in said] == [3, 4, 4, 5, 2]
    assert 'value="three-shifts|night" selected' in page
    assert store.things.all("rows", "posts") == ()
    ghost = dict(zip(NAMES, ("ghost", "day-duty", "", ""), strict=True))
    unknown = me.post("/towns/rows/posts/new", name="北口", **ghost)
    assert (unknown.status_code, wrong(unknown)) == (422, {"staffing"})


DAYS = st.sampled_from(["", "2026-03-02", "2026-03-09"])
ROWS = st.builds(Row, st.sampled_from("abc"), st.sampled_from(["p", "p|x", "p|y", "q", "q|z"]), DAYS, DAYS)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(ROWS, unique=True))
def test_rows_become_staffing_and_the_same_rows_again(rows: list[Row]) -> None:
    stored = _together(rows)
    assert _together(rows_of(stored)) == stored
    whole = {(r.template, r.shifts.split("|")[0], r.first_day, r.last_day) for r in rows if "|" not in r.shifts}
    single = {r for r in rows if (r.template, r.shifts.split("|")[0], r.first_day, r.last_day) not in whole}
    assert {r for r in rows_of(stored) if "|" in r.shifts} == single
