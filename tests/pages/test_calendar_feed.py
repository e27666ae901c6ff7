"""The calendar of a subscription: read by two libraries and by a strict reading of RFC 5545; its address; its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.ical import calendar
from models.feeds import Entry, Feed
from models.records import Role, Town
from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment, Demand, Duty
from tests.browser import small_town
from tests.thorough import examples

from .reader import Reader, signed_in, small_service
from .strict_ical import check as strictly

LOGINS: dict[str, tuple[Role, str | None]] = {"li": ("organiser", "east"), "guest": ("inspector", "east")}
MONDAY = small_town.coming_monday()
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("feed"), LOGINS) as made:
        made.config["FEED_LIMIT"] = "1000 per minute"
        yield made


@pytest.fixture
def served(store: Store) -> Assignment:
    """A published night at the bridge: the post has a place, directions and things to bring."""
    post: Any = store.things.get("east", "posts", "bridge")
    words = {"directions": "乘 3 路到桥头站；过桥右转", "bring": "红马甲, 手电"}
    store.things.change("east", "posts", replace(post.value, latitude=29.47, longitude=119.28, **words), post.revision)
    problem = document.load(store.weeks.problem_document("east", MONDAY))
    publish(store, small_town.roster(problem))
    return next(
        a
        for a in store.rosters.get("east", MONDAY, "published").assignments
        if a.duty.startswith("bridge/") and a.duty.endswith("/night")
    )


def publish(store: Store, roster: list[Assignment]) -> None:
    problem = document.load(store.weeks.problem_document("east", MONDAY))
    draft = store.rosters.save_draft("east", MONDAY, roster, origin="edit", replace=True)
    report = check.check(problem, roster)
    store.rosters.publish(
        "east", MONDAY, draft.number, draft.revision, by="li", report=report, override_reason="practice"
    )


def phone(app: Flask, store: Store, person: str) -> tuple[Reader, str]:
    return Reader(app.test_client()), f"/v/{store.links.issue('east', person)}"


def subscribed(app: Flask, store: Store, person: str) -> tuple[Reader, str, str]:
    """Somebody with a phone, the address of their page, the path of their calendar."""
    me, home = phone(app, store, person)
    page = me.post(f"{home}/calendar").get_data(as_text=True)
    return me, home, re.findall(r'value="http://[^/"]+(/cal/[^"]+)"', page)[0]


def test_a_person_s_calendar_is_read_by_two_libraries_and_names_nobody(
    app: Flask, store: Store, served: Assignment
) -> None:
    me, _, path = subscribed(app, store, served.person)
    answer = me.get(path, language="en")
    assert answer.mimetype == "text/calendar"
    assert "no-cache" in answer.headers["Cache-Control"]
    events = strictly(answer.data)
    own = [a for a in store.rosters.get("east", MONDAY, "published").assignments if a.person == served.person]
    assert len(events) == len(own)
    night = next(e for e in events if "夜班 · 桥头卡口" in e["SUMMARY"])
    assert night["LOCATION"] == "桥头卡口，乘 3 路到桥头站；过桥右转"
    assert "带上：红马甲\\, 手电" in night["DESCRIPTION"]
    assert night["GEO"] == "29.47;119.28"
    assert (night["SEQUENCE"], night["STATUS"]) == ("0", "CONFIRMED")
    people = store.things.all("east", "people")
    text = answer.get_data(as_text=True)
    assert not [p.name for p in people if p.name in text]
    assert not [p for p in people if str(getattr(p, "phone", "")) in text]

    again = icalendar.Calendar.from_ical(answer.data)
    found = {str(e["UID"]): e for e in again.walk("VEVENT")}
    duties = {d.id: d for d in store.rosters.get("east", MONDAY, "published").duties}
    spans = sorted((duties[a.duty].start, duties[a.duty].end) for a in own)
    assert sorted((e.start, e.end) for e in found.values()) == spans
    assert [a["TRIGGER"].dt for a in next(iter(found.values())).walk("VALARM")] == [
        -timedelta(hours=12), -timedelta(hours=2)
    ]  # fmt: skip

    third = vobject.readOne(answer.get_data(as_text=True))
    third.validate(raiseException=True)
    assert sorted((e.dtstart.value, e.dtend.value) for e in third.vevent_list) == spans


def test_a_changed_roster_cancels_and_raises_the_sequence_and_the_etag_tells(
    app: Flask, store: Store, served: Assignment
) -> None:
    me, _, path = subscribed(app, store, served.person)
    first = me.get(path)
    before = {e["UID"]: e for e in strictly(first.data)}
    same = me.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    held = store.rosters.get("east", MONDAY, "published").assignments
    publish(store, [a for a in held if a != served])
    second = me.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    after = {e["UID"]: e for e in strictly(second.data)}
    assert before.keys() == after.keys()
    changed = [uid for uid in after if after[uid] != before[uid]]
    assert len(changed) == 1
    (gone,) = changed
    assert after[gone]["STATUS"] == "CANCELLED"
    assert after[gone]["SUMMARY"].startswith("已取消：")
    assert int(after[gone]["SEQUENCE"]) > int(before[gone]["SEQUENCE"])
    assert b"BEGIN:VALARM" not in second.data.split(gone.encode())[1].split(b"END:VEVENT")[0]


def test_an_ended_a_replaced_and_an_unknown_address_say_what_to_do(app: Flask, store: Store) -> None:
    me, home, path = subscribed(app, store, "p02")
    assert me.get(path).status_code == 200
    fresh = re.findall(r"(/cal/[^\"]+)\"", me.post(f"{home}/calendar").get_data(as_text=True))[0]
    for over in (path, "/cal/nothing.ics", "/cal/" + "x" * 300 + ".ics"):
        answer = me.get(over)
        assert answer.status_code == 410
        assert "重新生成" in answer.get_data(as_text=True)
    assert me.get(fresh).status_code == 200
    assert me.post(f"{home}/calendar/end").status_code == 303
    assert me.get(fresh).status_code == 410
    assert "停止订阅" not in me.get(f"{home}/calendar").get_data(as_text=True)


def test_whoever_asks_too_often_is_told_when_to_come_back(app: Flask, store: Store) -> None:
    me, _, path = subscribed(app, store, "p03")
    app.config["FEED_LIMIT"] = "2 per minute"
    try:
        assert [me.get(path).status_code for _ in range(3)] == [200, 200, 429]
        assert int(me.get(path).headers["Retry-After"]) > 0
    finally:
        app.config["FEED_LIMIT"] = "1000 per minute"


def test_a_post_s_calendar_shows_family_names_and_who_is_missing(app: Flask, store: Store, served: Assignment) -> None:
    organiser = signed_in(app, "li")
    assert "桥头卡口" in organiser.get("/towns/east/calendars").get_data(as_text=True)
    page = organiser.post("/towns/east/posts/bridge/calendar").get_data(as_text=True)
    path = re.findall(r'value="http://[^/"]+(/cal/[^"]+)"', page)[0]
    answer = Reader(app.test_client()).get(path)
    events = strictly(answer.data)
    assert len(events) == 21
    name = store.things.get("east", "people", served.person).value.name
    assert f"{name[0]}*" in answer.get_data(as_text=True)
    assert name not in answer.get_data(as_text=True)
    assert b"VALARM" not in answer.data
    english = Reader(app.test_client()).get(f"{path}?lang=en").get_data(as_text=True)
    assert "Bridge checkpoint" in english.replace("\r\n ", "")
    assert organiser.post("/towns/east/posts/bridge/calendar/end").status_code == 303
    assert Reader(app.test_client()).get(path).status_code == 410
    assert organiser.post("/towns/east/posts/nowhere/calendar").status_code == 404
    assert signed_in(app, "guest").get("/towns/east/calendars").status_code == 403


@settings(max_examples=examples(25), deadline=None)
@given(data=st.data())
def test_any_words_and_any_times_make_a_valid_calendar(app: Flask, data: Any) -> None:
    zone = data.draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]))
    starts = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
    entries = [
        Entry(
            MONDAY,
            Duty(id=f"d{i}", start=start, end=start + timedelta(minutes=data.draw(st.integers(1, 3000))),
                 seats=(Demand("guide"),), name=data.draw(WORDS), place=data.draw(WORDS)),
            (Assignment("p01", f"d{i}", "guide"),),
            data.draw(st.integers(0, 99)),
            datetime(2026, 11, 22, tzinfo=UTC),
            data.draw(st.booleans()),
        )
        for i, start in enumerate(data.draw(st.lists(starts.map(_to_the_minute), max_size=4)))
    ]  # fmt: skip
    with app.test_request_context("/"):
        body = calendar(Feed(Town("east", "东镇", "", zone), "person", "p01", "x"), entries)
    events = strictly(body)
    found = sorted(
        (e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in icalendar.Calendar.from_ical(body).walk("VEVENT")
    )
    assert found == sorted((e.duty.start, e.duty.end) for e in entries)
    assert len(events) == len(entries)


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
