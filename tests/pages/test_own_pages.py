"""A volunteer's own pages without a script: what forms may say, what a link that asks for a code shows, hours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.pages.time_grid import Column, after, columns, days, week
from models.records import Role
from models.said_times import ANSWERS, UsualTime
from models.store import Store
from scheduler.problem import Availability, Person, Post, Shift, ShiftPattern, Staffing

from ..thorough import examples
from .reader import Reader, small_service

LOGINS: dict[str, tuple[Role, str | None]] = {"li": ("organiser", "east")}
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=SHANGHAI)
DAY, EVENING, NIGHT = (
    Column("D", "", time(8), time(16)), Column("E", "", time(14), time(22)), Column("N", "", time(22), time(6))
)  # fmt: skip
THREE = (DAY, EVENING, NIGHT)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("own"), LOGINS) as made:
        yield made


def visiting(app: Flask, store: Store, person: str = "p01") -> tuple[Reader, str]:
    return Reader(app.test_client()), f"/v/{store.links.issue('east', person)}"


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cell=st.text(st.sampled_from("dw|0123456789-:yesavoid unavailable六"), max_size=40))
def test_a_button_that_nobody_made_is_refused_and_changes_nothing(app: Flask, store: Store, cell: str) -> None:
    me, home = visiting(app, store)
    before = store.things.get("east", "people", "p01")
    answer = me.post(f"{home}/times", cell=cell)
    assert answer.status_code == 422
    assert store.things.get("east", "people", "p01") == before


@pytest.mark.parametrize("cell", ["d|{far}|08:00|16:00|avoid", "d|{today}|08:00|17:00|avoid", "w|7|08:00|16:00|avoid",
                                  "d|{today}|08:00|16:00|prefer", "d|{gone}|08:00|16:00|avoid"])  # fmt: skip
def test_only_days_shifts_and_answers_of_the_grid_can_be_said(app: Flask, store: Store, cell: str) -> None:
    me, home = visiting(app, store)
    today = datetime.now(SHANGHAI).date()
    told = cell.format(today=today, far=today + timedelta(days=14), gone=today - timedelta(days=1))
    assert me.post(f"{home}/times", cell=told).status_code == 422


def test_nights_cannot_be_welcomed_where_no_rule_asks(app: Flask, store: Store) -> None:
    me, home = visiting(app, store)
    assert "夜班也可以多排我" not in me.get(f"{home}/times").get_data(as_text=True)
    me.post(f"{home}/times", nights="1")
    assert store.things.get("east", "people", "p01").value.opt_ins == frozenset()  # type: ignore[union-attr]


def test_a_link_that_asks_for_a_code_shows_nothing_before_it(app: Flask, store: Store) -> None:
    me, home = visiting(app, store, "p02")
    code = store.links.make_code("east", "p02")
    pages = ("times", "hours", "hours/certificate", "calendar", "install", "manifest.webmanifest")
    for page in pages:
        answer = me.get(f"{home}/{page}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{home}/code")
    assert me.post(f"{home}/calendar").status_code == 303
    assert store.feeds.made("east", "person", ["p02"]) == {}
    me.post(f"{home}/code", code=code)
    assert [me.get(f"{home}/{page}").status_code for page in pages] == [200] * len(pages)


def test_manifest_and_worker_belong_to_one_link(app: Flask, store: Store) -> None:
    me, home = visiting(app, store)
    manifest = me.get(f"{home}/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    told = json.loads(manifest.data)
    assert {told["id"], told["start_url"], told["scope"]} == {home}
    worker = me.get(f"{home}/worker.js")
    assert (worker.mimetype, worker.headers["Service-Worker-Allowed"]) == ("text/javascript", home)
    name = store.things.get("east", "people", "p01").value.name
    assert name not in manifest.get_data(as_text=True) + worker.get_data(as_text=True)
    store.links.revoke("east", "p01")
    assert me.get(f"{home}/manifest.webmanifest").status_code == 410


@pytest.mark.parametrize("query", ["?year=1", "?year=99999", "?year=二〇二六", "?year=", ""])
def test_any_year_shows_a_page(app: Flask, store: Store, query: str) -> None:
    me, home = visiting(app, store)
    page = me.get(f"{home}/hours{query}")
    assert page.status_code == 200
    assert "这一年还没有值过的班" in page.get_data(as_text=True)


def test_a_certificate_is_of_twelve_months_at_most_and_never_fails(app: Flask, store: Store) -> None:
    me, home = visiting(app, store)
    page = me.get(f"{home}/hours/certificate?from=2021-03&to=2026-11").get_data(as_text=True)
    assert "2021年3月 – 2022年2月" in page
    for query in ("?from=2026-13", "?from=x&to=y", "?from=2026-11&to=2020-01", ""):
        assert me.get(f"{home}/hours/certificate{query}").status_code == 200


def person(*spans: tuple[int, int, str]) -> Person:
    """Somebody with spans in hours from the Tuesday's midnight."""
    midnight = datetime(2026, 11, 24, tzinfo=SHANGHAI)
    made = (Availability(midnight + timedelta(hours=a), midnight + timedelta(hours=b), s) for a, b, s in spans)  # type: ignore[arg-type]
    return Person("p", "某人", "volunteer", availability=tuple(made))


def test_the_grid_shows_the_strongest_word_of_each_shift_and_what_is_over() -> None:
    rows = days(THREE, person((24 + 8, 24 + 16, "unavailable")), [], [], [], NOW, SHANGHAI)
    assert [row.day for row in rows] == [date(2026, 11, 24) + timedelta(days=i) for i in range(14)]
    assert [c.shown for c in rows[0].cells] == ["yes", "yes", "yes"], "the day shift is not over yet"
    assert [c.shown for c in rows[1].cells] == ["unavailable", "unavailable", "yes"], "who is away till 16 misses both"
    late = days(THREE, person(), [], [], [], NOW + timedelta(hours=1), SHANGHAI)
    assert [c.shown for c in late[0].cells] == ["over", "yes", "yes"]


def test_a_usual_week_an_absence_and_a_duty_are_told_apart() -> None:
    midnight = datetime(2026, 11, 26, tzinfo=SHANGHAI)
    duty = (midnight + timedelta(hours=22), midnight + timedelta(hours=30))
    away = (midnight + timedelta(hours=32), midnight + timedelta(hours=40))
    usual = [UsualTime(2, time(22), time(6), "avoid", frozenset({date(2026, 12, 2)}))]
    rows = days(THREE, person(), usual, [away], [duty], NOW, SHANGHAI)
    wednesday, thursday, friday, next_wednesday = rows[1], rows[2], rows[3], rows[8]
    assert (wednesday.cells[2].shown, wednesday.cells[2].usual) == ("avoid", True)
    assert (next_wednesday.cells[2].shown, next_wednesday.cells[2].usual) == ("yes", False)
    assert [c.duty for c in thursday.cells] == [False, False, True]
    assert (friday.cells[0].shown, friday.cells[0].tappable) == ("absent", False)
    shown = week(THREE, usual, date(2026, 11, 23))
    assert [[c.shown for c in row.cells] for row in shown][2] == ["yes", "yes", "avoid"]


def test_a_tap_goes_round_and_columns_are_the_shifts_of_most_posts() -> None:
    said = "yes"
    assert [said := after(said) for _ in ANSWERS] == ["avoid", "unavailable", "yes"]  # type: ignore[arg-type]
    two = ShiftPattern(
        "two", "两班", (Shift("n", "夜", time(20), time(8), night=True), Shift("d", "白", time(8), time(20)))
    )
    one = ShiftPattern("one", "一班", (Shift("a", "上午", time(8), time(12)), Shift("b", "早", time(6), time(8))))
    posts = [Post(f"p{i}", "x", staffing=(Staffing("t", "two" if i else "one"),)) for i in range(3)]
    assert [(c.kind, c.name, c.times) for c in columns([one, two], posts)] == [("D", "", "08–20"), ("N", "", "20–08")]
    assert [c.name for c in columns([one], posts)] == ["早", "上午"]
    assert [c.times for c in columns([], [])] == ["08–16", "16–24", "00–08"]
