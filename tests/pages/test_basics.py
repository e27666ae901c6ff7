"""The forms of a town's basics: what is stored comes back unchanged, and everything wrong stands at its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from api.pages.basics_fields import BASICS, Basic
from models.records import Role
from models.store import Store
from scheduler import document
from scheduler.problem import Area
from tests.browser import small_town
from tests.thorough import examples

from .filled_in import Shown, form, send
from .reader import PASSWORD, Reader, signed_in, small_service

LOGINS: dict[str, tuple[Role, str | None]] = {
    "li": ("organiser", "east"),
    "leader": ("point_leader", "east"),
    "west": ("organiser", "west"),
}
AT = "/towns/east/basics"
DEFS = document.schema()["$defs"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("basics"), LOGINS, ("east", "west")) as made:
        store = made.extensions["sanban_store"]
        store.accounts.create("near", "名near", PASSWORD, "inspector", "east", areas=["east"])
        yield made


@pytest.fixture
def li(app: Flask) -> Reader:
    return signed_in(app, "li")


def edit(basic: Basic, id_: str) -> str:
    return f"{AT}/{basic.path}/edit?id={quote(id_, safe='')}"


# --- what is stored comes back ----------------------------------------------------------------------------


def words(most: int, least: int = 0, *, id_: bool = False) -> st.SearchStrategy[str]:
    """Texts that the schema takes: any characters but control characters, lone surrogates, and | in ids."""
    letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="|" if id_ else "")
    return st.text(letters, min_size=least, max_size=min(most, 12))


def of_schema(shape: dict[str, Any], town: dict[str, list[str]], name: str) -> st.SearchStrategy[Any]:
    """Values of a field by its schema; ids of other things are the town's."""
    held = DEFS[shape["$ref"].rsplit("/", 1)[-1]] | shape if "$ref" in shape else shape
    if name in town:
        return st.sampled_from(town[name])
    if shape.get("items", {}).get("$ref", "").endswith(("/shift", "/seat")):
        inner = shape["items"]["$ref"].rsplit("/", 1)[-1]
        key = "id" if inner == "shift" else "position"
        return st.lists(entities(inner, town), min_size=1, max_size=3, unique_by=lambda row: row[key])
    kind = held["type"]
    if kind == "array":
        return st.lists(st.sampled_from(town["qualifications[]"]), max_size=3)
    if kind == "boolean":
        return st.booleans()
    if "integer" in kind:
        return st.integers(held["minimum"], held["maximum"])
    if "number" in kind:
        return st.one_of(st.integers(-90, 90), st.floats(held["minimum"], held["maximum"]))
    if held.get("format") == "time":
        return st.times().map(lambda clock: f"{clock:%H:%M}")
    return words(held["maxLength"], held.get("minLength", 0), id_=name == "id")


@st.composite
def entities(draw: Any, definition: str, town: dict[str, list[str]]) -> dict[str, Any]:
    shape = DEFS[definition]
    body = {}
    for name, held in shape["properties"].items():
        if name != "activated" and (name in shape["required"] or draw(st.booleans())):
            body[name] = draw(of_schema(held, town, name))
    heads = [name for name in ("min", "ideal", "max") if name in body]
    body |= dict(zip(heads, sorted(body[name] for name in heads), strict=True))
    if definition == "seat" and "min" not in body and heads:
        body |= {name: max(1, body[name]) for name in heads}
    return body


HELD = ["leader", "recorder"]
OWN = {"position": ["leader", "guide", "runner"], "parent": ["town", "west"], "qualifications[]": HELD}
MADE = st.sampled_from(list(BASICS.values())).flatmap(
    lambda basic: st.tuples(st.just(basic), entities(document.NOUNS[basic.noun], OWN))
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(made=MADE)
def test_whatever_is_stored_comes_back_from_its_form_unchanged(
    made: tuple[Basic, dict[str, Any]], li: Reader, store: Store
) -> None:
    basic, body = made
    stored = store.things.add("east", basic.noun, document.entity_from_json(basic.noun, body, small_town.ZONE))
    try:
        path = edit(basic, body["id"])
        sent = form(li, path)
        status, page = send(li, path, sent)
        assert (status, page.wrong) == (303, {}), (body, sent)
        after = store.things.get("east", basic.noun, body["id"])
        assert after.value == stored.value, sent
        assert document.entity_to_json(basic.noun, after.value) == document.entity_to_json(basic.noun, stored.value)
    finally:
        last = store.things.get("east", basic.noun, body["id"])
        store.things.remove("east", basic.noun, body["id"], last.revision)


def test_the_forms_have_every_field_of_the_document() -> None:
    for basic in BASICS.values():
        shape = DEFS[document.NOUNS[basic.noun]]["properties"]
        assert {"id", *(f.name for f in basic.fields)} == set(shape), basic.noun
        for field in basic.fields:
            if field.parts:
                inner = DEFS[shape[field.name]["items"]["$ref"].rsplit("/", 1)[-1]]["properties"]
                assert {part.name for part in field.parts} == set(inner) - {"activated"}, basic.noun


# --- what is wrong ----------------------------------------------------------------------------------------


WRONG: list[tuple[str, dict[str, str | list[str]], set[str]]] = [
    ("contracts", {"name": " ", "max_hours_24h": "25", "max_nights": "三", "share_percent": "0"},
     {"name", "max_hours_24h", "max_nights", "share_percent"}),
    ("areas", {"name": "新村", "parent": "nowhere", "latitude": "91", "longitude": "东"},
     {"parent", "latitude", "longitude"}),
    ("areas", {"name": "新村", "latitude": "29.3"}, {"longitude"}),
    ("categories", {"name": "", "id": "a/b"}, {"name", "id"}),
    ("positions", {"name": "又一个", "id": "guide"}, {"id"}),
    ("vehicles", {"name": "车", "gearbox": "手" * 41, "driver_qualifications": ["nobody"]},
     {"gearbox", "driver_qualifications"}),
    ("shift-patterns", {"name": "", "shifts__0__name": "早", "shifts__0__start": "8点", "shifts__0__end": "26:00",
                        "shifts__4__end": "12:00"},
     {"name", "shifts-0-end", "shifts-1-name", "shifts-1-start"}),
    ("shift-patterns", {"name": "空的"}, {"shifts"}),
    ("staffing-templates", {"name": "组", "seats__0__position": "guide", "seats__0__min": "3", "seats__0__max": "2",
                            "seats__1__position": "guide", "seats__1__min": "-1", "seats__2__min": "1001",
                            "seats__2__qualifications": ["x"]},
     {"seats-0-min", "seats-1-min", "seats-2-min", "seats-2-position", "seats-2-qualifications"}),
    ("staffing-templates", {"name": "组", "seats__0__position": "guide", "seats__7__position": "guide"},
     {"seats-1-position"}),
]  # fmt: skip


@pytest.mark.parametrize(("noun", "typed", "places"), WRONG)
def test_everything_wrong_stands_at_its_field_and_nothing_is_stored_or_lost(
    noun: str, typed: dict[str, str | list[str]], places: set[str], li: Reader, store: Store
) -> None:
    before = store.things.all("east", BASICS[noun].noun)
    sent = form(li, f"{AT}/{noun}/new")
    status, page = send(li, f"{AT}/{noun}/new", sent, **typed)
    english = send(li, f"{AT}/{noun}/new?lang=en", sent, **typed)[1]
    assert status == 422
    assert set(page.wrong) == set(english.wrong) == places
    assert all(page.wrong[place] != english.wrong[place] for place in places)
    assert store.things.all("east", BASICS[noun].noun) == before
    kept = page.sent.to_dict(flat=False)
    for value in typed.values():  # rows stand closer together than they were sent
        if isinstance(value, str) and value.strip() and value != "nowhere":  # which no list offers
            assert [value] in kept.values(), value


def test_an_area_is_never_put_below_itself(li: Reader, store: Store) -> None:
    path = edit(BASICS["areas"], "town")
    for parent in ("town", "east"):
        status, page = send(li, path, form(li, path), parent=parent, name="")
        assert (status, set(page.wrong)) == (422, {"parent", "name"})
    assert 'value="east"' not in li.get(path).get_data(as_text=True)
    assert store.things.get("east", "areas", "town").revision == 1


# --- by hand ----------------------------------------------------------------------------------------------


def test_a_day_is_cut_and_a_team_made_of_it_without_scripts(li: Reader, store: Store) -> None:
    new = f"{AT}/shift-patterns/new"
    begun = {"name": "四 班", "shifts__0__name": "早", "shifts__0__start": "x"}
    status, page = send(li, new, form(li, new), **begun, rows="add:shifts")
    assert (status, page.wrong) == (200, {})
    assert (page.sent["shifts-0-start"], page.sent["shifts-1-name"]) == ("x", "")
    status, page = send(li, new, page.sent, shifts__1__name="多余", rows="drop:shifts:1")
    assert (status, "shifts-1-name" in page.sent) == (200, False)
    rows = {
        f"shifts__{n}__{field}": value
        for n, row in enumerate([("早班", "6:00", "12:00"), ("早班", "12", "18:00"), ("夜", "18:00", "24:00")])
        for field, value in zip(("name", "start", "end"), row, strict=True)
    }
    status, page = send(li, new, page.sent, **rows, shifts__2__night="1")
    assert page.wrong == {"shifts-1-start": "“12”不是时间。请写成 08:00。"}
    status, page = send(li, new, page.sent, shifts__1__start="12时")
    assert status == 303
    made: Any = store.things.get("east", "shift_patterns", "四班").value
    assert [(s.id, f"{s.start:%H:%M}", f"{s.end:%H:%M}", s.night) for s in made.shifts] == [
        ("早班", "06:00", "12:00", False), ("早班-2", "12:00", "18:00", False), ("夜", "18:00", "00:00", True),
    ]  # fmt: skip
    assert "00:00–06:00 没有班" in li.get(f"{AT}/shift-patterns").get_data(as_text=True)
    team = f"{AT}/staffing-templates/new"
    seat = {"seats__0__position": "leader", "seats__0__ideal": "2", "seats__0__qualifications": ["recorder", "leader"]}
    assert send(li, team, form(li, team), name="一加", name_en="One plus", **seat)[0] == 303
    held: Any = store.things.get("east", "staffing_templates", "一加").value
    assert [(s.min, s.ideal, s.max, s.priority, s.qualifications) for s in held.seats] == [
        (1, 2, 2, 3, ("recorder", "leader"))
    ]
    for basic, id_ in (("shift-patterns", "四班"), ("staffing-templates", "一加")):
        sent = form(li, edit(BASICS[basic], id_))
        assert send(li, edit(BASICS[basic], id_).replace("/edit", "/remove"), sent)[0] == 303


def test_what_is_used_stays_and_its_users_are_named(li: Reader, store: Store) -> None:
    for noun, id_, users in (
        ("qualifications", "leader", ("编组“一加一”", "人员“何晓岚”")),
        ("positions", "runner", ("岗位“跑腿”还用在已建好的周里的 7 项勤务",)),
        ("areas", "town", ("片区“东片”",)),
        ("shift-patterns", "three", ("点位“桥头卡口”", "点位“西门卡口”")),
    ):
        basic = BASICS[noun]
        sent = form(li, edit(basic, id_))
        status, page = send(li, f"{AT}/{noun}/remove?id={id_}", sent)
        assert status == 409, noun
        assert all(user in page.text for user in users), (noun, page.text)
        assert store.things.get("east", basic.noun, id_).revision == 1
    path = edit(BASICS["shift-patterns"], "three")
    gone = {name: list[str]() for name in form(li, path) if name.startswith("shifts-2-")}
    status, page = send(li, path, form(li, path), **gone)
    assert (status, "班次“夜班”还用在点位“桥头卡口”、点位“西门卡口”" in page.text) == (422, True)
    sent = form(li, f"{AT}/units/new")
    assert [send(li, f"{AT}/units/new", sent, name="蓝天队")[0] for _ in range(2)] == [303, 303]
    assert store.things.get("east", "units", "蓝天队-2").value.name == "蓝天队"
    remove, sent = f"{AT}/units/remove?id={quote('蓝天队-2')}", form(li, edit(BASICS["units"], "蓝天队-2"))
    assert send(li, remove, sent, revision="7")[0] == 409
    assert send(li, remove, sent)[0] == 303


def test_who_was_overtaken_loses_nothing(li: Reader, app: Flask, store: Store) -> None:
    path, other = edit(BASICS["categories"], "volunteer"), signed_in(app, "li")
    mine, theirs = form(li, path), form(other, path)
    assert send(other, path, theirs, name="志愿人员")[0] == 303
    status, page = send(li, path, mine, name_en="Volunteers")
    assert status == 422
    assert "别人改过" in page.text
    assert page.sent["name_en"] == "Volunteers"
    assert send(li, path, page.sent)[0] == 303
    assert store.things.get("east", "categories", "volunteer").value.name == "志愿者"
    store.things.add("east", "areas", Area("south", "南片"))
    path = edit(BASICS["areas"], "south")
    mine = form(li, path)
    assert send(other, path.replace("/edit", "/remove"), form(other, path))[0] == 303
    status, page = send(li, path, mine, name="南片区", parent="town")
    assert (status, "别人把它删除了" in page.text) == (409, True)
    assert send(li, f"{AT}/areas/new", page.sent)[0] == 303
    assert store.things.get("east", "areas", "south").value == Area("south", "南片区", parent="town")


def test_lists_are_for_who_sees_the_roster_and_forms_for_who_may_change_data(app: Flask) -> None:
    leader, far, near = (signed_in(app, login) for login in ("leader", "west", "near"))
    for noun, basic in BASICS.items():
        page = leader.get(f"{AT}/{noun}").get_data(as_text=True)
        assert (f"/{noun}/new" in page, f"/{noun}/edit" in page) == (False, False)
        for path in (f"{AT}/{noun}/new", edit(basic, "x")):
            assert leader.get(path).status_code == 403
            assert far.get(path).status_code == 404
    assert leader.post(f"{AT}/areas/remove?id=west").status_code == 403
    assert far.get(AT).status_code == far.get(f"{AT}/areas").status_code == leader.get(f"{AT}/moons").status_code == 404
    listed = near.get(f"{AT}/areas").get_data(as_text=True)
    assert "东片" in listed
    assert "西片" not in listed
    assert "点位 1" in near.get(f"{AT}/staffing-templates").get_data(as_text=True)
    assert "点位 2" not in near.get(f"{AT}/staffing-templates").get_data(as_text=True)


def test_weeks_that_are_there_follow_a_changed_template_when_somebody_says_so(li: Reader, store: Store) -> None:
    path = edit(BASICS["staffing-templates"], "guides")
    week = small_town.coming_monday()
    staffed = store.things.get("east", "posts", "bridge").value
    assert "已建好的周都与现在的一样" in li.get(path).get_data(as_text=True)
    assert send(li, path, form(li, path), seats__0__max="3", seats__0__ideal="2")[0] == 303
    page = li.get(path).get_data(as_text=True)
    assert "有 1 个已建好的周" in page
    assert {d.value.seats[0].max for d in store.weeks.duties("east", week) if "evening" in d.value.id} == {1}
    preview = Shown(page)
    link = next(part for part in page.split('"') if "made_of=guides" in part).replace("&amp;", "&")
    shown = li.get(link).get_data(as_text=True)
    assert "预览：2 个点位" in shown
    ticked = {"template": "", "pattern": "three", "first_day": str(week), "reach": "onwards"}
    data = MultiDict([*ticked.items(), ("csrf_token", li.token), ("post", "bridge"), ("post", "west-gate")])
    assert li.client.post(link.split("?")[0], data=data, headers={"Accept": "text/html"}).status_code == 303
    assert {d.value.seats[0].max for d in store.weeks.duties("east", week) if "evening" in d.value.id} == {3}
    assert store.things.get("east", "posts", "bridge").value == staffed
    assert "已建好的周都与现在的一样" in li.get(path).get_data(as_text=True)
    assert preview.wrong == {}
