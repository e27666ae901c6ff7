"""Who is on duty now, as pages without a script: large towns, who sees what, links, and what people type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from api import create_app, post_codes
from models.presence import Said
from models.store import Store
from tests.browser import town_on_duty
from tests.effort import statements
from tests.quick import quick_passwords

from .reader import Reader, signed_in

TOWN, LARGE = "at-work", "large"
POSTS = tuple((f"post-{i}", f"{i} 号卡口", f"Checkpoint {i}", "east" if i % 2 else "west") for i in range(113))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("on-duty")
    url = f"sqlite:///{folder / 'sanban.sqlite'}"
    made = create_app({"SANBAN_ENV": "test", "DATABASE_URL": url, "LOG_LEVEL": "error"})
    store = quick_passwords(made.extensions["sanban_store"])
    store.migrate()
    town_on_duty.at_work(store, TOWN)
    town_on_duty.at_work(store, LARGE, posts=POSTS)
    store.accounts.create("east-leader", "名east", town_on_duty.PASSWORD, "point_leader", TOWN, ["east"])
    store.accounts.create("look", "名look", town_on_duty.PASSWORD, "inspector", TOWN)
    yield made
    store.close()


def running(store: Store, town: str, post: str) -> tuple[date, str, list[str]]:
    """The week, the duty that is under way at a post, and its team."""
    now = store.database.now()
    held = store.presence.during(town, now, now, lambda d: d.post == post)[0]
    return held.week, held.duty.id, [one.person for one in held.team]


def text(reader: Reader, path: str, language: str = "zh") -> str:
    answer = reader.get(path, language)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_a_hundred_and_thirteen_posts_are_shown_folded_in_pages_with_a_few_statements(app: Flask) -> None:
    reader = signed_in(app, LARGE)
    first = text(reader, f"/towns/{LARGE}/now")
    with statements() as count:
        page = text(reader, f"/towns/{LARGE}/now")
    assert count.statements < 30, "not one for each post"
    assert (page.count('class="post"'), page.count('<details class="post" id="post-post-0" open')) == (30, 0)
    assert "113<small" in page.replace(" ", "") or "<dd>113" in page
    assert 'rel="next"' in first
    assert "452" in page  # everybody who should be there, over all pages
    last = text(reader, f"/towns/{LARGE}/now?page=4")
    assert last.count('class="post"') == 113 - 90
    assert text(reader, f"/towns/{LARGE}/now?area=west&page=99").count('class="post"') == 57 - 30
    assert "没有缺人的点位" in text(reader, f"/towns/{LARGE}/now?only=missing")
    assert text(reader, f"/towns/{LARGE}/presence").count("登记表</a>") == 30


def test_who_is_limited_to_an_area_sees_and_records_its_posts_alone(app: Flask, store: Store) -> None:
    reader = signed_in(app, "east-leader")
    page = text(reader, f"/towns/{TOWN}/now")
    assert "桥头卡口" in page
    assert "西门卡口" not in page
    week, duty, team = running(store, TOWN, "gate")
    form = {"week": str(week), "duty": duty, "person": team[0], "action": "arrive"}
    assert reader.post(f"/towns/{TOWN}/now/presence", **form).status_code == 404
    assert reader.post(f"/towns/{TOWN}/now/note", post="gate", text="x").status_code == 404
    assert reader.get(f"/towns/{TOWN}/weeks/{week}/presence?duty={duty}").status_code == 404
    assert store.presence.history(TOWN, week, duty) == {}


def test_an_inspector_reads_and_records_nothing(app: Flask, store: Store) -> None:
    reader = signed_in(app, "look")
    page = text(reader, f"/towns/{TOWN}/now")
    assert 'name="action"' not in page
    week, duty, team = running(store, TOWN, "bridge")
    form = {"week": str(week), "duty": duty, "person": team[0], "action": "arrive"}
    assert reader.post(f"/towns/{TOWN}/now/presence", **form).status_code == 403
    assert reader.post(f"/towns/{TOWN}/weeks/{week}/presence", **form).status_code == 403
    assert "到岗记录" in text(reader, f"/towns/{TOWN}/weeks/{week}/presence?duty={duty}")
    token, _ = store.duty_links.issue(TOWN, "look", "县督查组", 1, "x")
    nobody = Reader(app.test_client())
    assert nobody.post(f"/now/{token}/presence", **form).status_code == 403
    assert nobody.post(f"/now/{token}/note", post="bridge", text="x").status_code == 403


def test_a_link_reaches_no_further_than_its_place_and_its_kind(app: Flask, store: Store) -> None:
    lead, _ = store.duty_links.issue(TOWN, "lead", "桥头", 1, "x", post="bridge")
    screen, _ = store.duty_links.issue(TOWN, "screen", "平板", 1, "x", post="bridge")
    nobody = Reader(app.test_client())
    assert nobody.get(f"/now/{screen}").status_code == 410
    assert nobody.get(f"/at/{lead}").status_code == 410
    assert nobody.get("/at/none").status_code == 410
    assert "西门卡口" not in text(nobody, f"/now/{lead}?area=west")
    week, duty, team = running(store, TOWN, "gate")
    form = {"week": str(week), "duty": duty, "person": team[0], "action": "arrive"}
    assert nobody.post(f"/now/{lead}/presence", **form).status_code == 404
    assert nobody.post(f"/now/{lead}/note", post="gate", text="x").status_code == 404
    assert nobody.post(f"/now/{lead}/presence", **form | {"action": "correct"}).status_code == 400
    page = nobody.get(f"/now/{lead}")
    assert (page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == ("noindex", "no-store")


def test_what_people_type_is_shown_as_text_and_what_is_wrong_is_said(app: Flask, store: Store) -> None:
    reader = signed_in(app, f"{TOWN}-leader")
    text(reader, f"/towns/{TOWN}/now")
    evil = "<script>alert(1)</script>"
    assert reader.post(f"/towns/{TOWN}/now/note", post="bridge", text=evil, at="bridge").status_code == 303
    page = text(reader, f"/towns/{TOWN}/now")
    assert evil not in page
    assert "&lt;script&gt;" in page
    assert reader.post(f"/towns/{TOWN}/now/note", post="bridge", text=" ").status_code == 303
    assert 'class="note warning"' in text(reader, f"/towns/{TOWN}/now")
    week, duty, team = running(store, TOWN, "bridge")
    form = {"week": str(week), "duty": duty, "person": team[0]}
    reader.post(f"/towns/{TOWN}/now/presence", **form, action="leave")
    assert "不能记为“离岗”" in text(reader, f"/towns/{TOWN}/now")
    assert "cannot be followed" in text(_refused(reader, form), f"/towns/{TOWN}/now", "en")
    at = f"/towns/{TOWN}/weeks/{week}/presence"
    reader.post(at, **form, action="correct", state="present", reason="")
    assert 'class="note warning"' in text(reader, f"{at}?duty={duty}")
    assert reader.post(at, **form, action="fly").status_code == 400
    assert store.presence.history(TOWN, week, duty) == {}


def _refused(reader: Reader, form: dict[str, str]) -> Reader:
    reader.client.post(
        f"/towns/{TOWN}/now/presence",
        data={"csrf_token": reader.token, "action": "leave"} | form,
        headers={"Accept": "text/html", "Accept-Language": "en"},
    )
    return reader


def test_a_person_s_page_has_their_record_for_who_records_presence(app: Flask, store: Store) -> None:
    week, duty, team = running(store, TOWN, "gate")
    said = Said(person=team[0], action="miss", by="x", whose="leader")
    store.presence.record(TOWN, week, duty, said)
    leader = text(signed_in(app, f"{TOWN}-leader"), f"/towns/{TOWN}/people/{team[0]}/data")
    assert "到岗情况" in leader
    assert "到岗情况" not in text(signed_in(app, "look"), f"/towns/{TOWN}/people/{team[0]}/data")


def test_reserves_are_switched_on_the_page_of_duty_links(app: Flask, store: Store) -> None:
    reader = signed_in(app, TOWN)
    assert "新的一周留备份" in text(reader, f"/towns/{TOWN}/duty-links")
    assert reader.post(f"/towns/{TOWN}/reserves", revision="1", reserves="1").status_code == 303
    assert store.reserves.policy(TOWN).value is True
    assert reader.post(f"/towns/{TOWN}/reserves", revision="1").status_code == 409
    assert reader.post(f"/towns/{TOWN}/reserves", revision="x").status_code == 400
    refused = reader.post(f"/towns/{TOWN}/duty-links", name=" ", kind="screen", place="", days="30")
    assert refused.status_code == 422
    assert "点位屏幕要选一个点位" in refused.get_data(as_text=True)


def test_who_stayed_to_the_end_checks_out_within_an_hour_after_it(
    app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    week, duty, team = running(store, TOWN, "bridge")
    me, at = team[3], f"/v/{store.links.issue(TOWN, team[3])}/presence"
    ends = store.presence.of(TOWN, week, duty).duty.end
    store.presence.record(TOWN, week, duty, Said(person=me, action="arrive", by="x", whose="leader"))
    phone = Reader(app.test_client())
    monkeypatch.setattr(store.database, "now", lambda: ends + timedelta(minutes=59))
    assert "我离岗了" in text(phone, at)
    with app.app_context():
        right = post_codes.code(TOWN, "bridge", ends + timedelta(minutes=59))
        elsewhere = post_codes.proof(TOWN, "gate")
    form = {"week": str(week), "duty": duty, "action": "leave"}
    assert phone.post(at, **form, proof=elsewhere, code="").status_code == 422
    assert phone.post(at, **form, code=right).status_code == 303
    assert next(s.state for s in store.presence.of(TOWN, week, duty).team if s.person == me) == "left"
    assert phone.post(f"{at}/team", **form, person=team[0]).status_code == 403  # not theirs to say
    monkeypatch.setattr(store.database, "now", lambda: ends + timedelta(days=5))
    assert "现在没有要登记的班" in text(phone, at)
