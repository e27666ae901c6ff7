"""A problem document becomes a town, once, and comes out again as the same problem."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.records import Town
from models.store import Store
from scheduler import document
from scheduler import towns as demo
from scheduler.document import DocumentError
from scheduler.problem import Duty, Term
from scheduler.towns import basics

from . import towns
from .towns import MONDAY, TOWN


def by_id(duties: tuple[Duty, ...]) -> list[Duty]:
    return sorted(duties, key=lambda duty: duty.id)


def test_a_loaded_town_makes_the_same_problem(store: Store) -> None:
    body = towns.document()
    town = store.load_town(body)
    assert (town.id, town.name, town.name_en, town.zone) == (TOWN, "桃花镇", "Taohua", towns.ZONE)
    before, after = document.load(body), document.load(store.weeks.problem_document(TOWN, MONDAY))
    assert replace(after, duties=()) == replace(before, duties=())
    assert by_id(after.duties) == by_id(before.duties)


def test_a_demo_town_makes_the_same_problem(store: Store) -> None:
    key = "anguolu"  # it has shifts and errand runs
    body = demo.make(key, 1, MONDAY)
    store.load_town(body)
    before, after = document.load(body), document.load(store.weeks.problem_document(key, MONDAY))
    assert by_id(after.duties) == by_id(before.duties)
    assert after.people == tuple(replace(person, phone="") for person in before.people)
    assert [getattr(p, "phone", "") for p in store.things.all(key, "people")] == [p.phone for p in before.people]
    assert after.rules == before.rules


def test_a_town_may_begin_with_nobody_and_has_no_roster_until_it_gets_one(store: Store) -> None:
    body = basics.document({"id": "new", "name": "新镇"}, towns.ZONE, MONDAY)

    def added(nobody_yet: bool) -> None:
        with store.database.together():
            store.towns.add(Town("new", "新镇", "", towns.ZONE))
            store.load_town(body, week=False, nobody_yet=nobody_yet)

    with pytest.raises(DocumentError):
        added(nobody_yet=False)
    assert store.towns.list() == []
    added(nobody_yet=True)
    assert len(store.things.all("new", "staffing_templates")) == len(basics.TEMPLATES)
    assert store.weeks.list("new") == []
    assert not store.rosters.begun("new")
    store.weeks.make("new", MONDAY)
    store.rosters.save_draft("new", MONDAY, [], origin="edit", by="test")
    assert store.rosters.begun("new")


def test_loading_again_overwrites_nothing(store: Store) -> None:
    body = towns.document()
    store.load_town(body)
    store.things.change(TOWN, "units", Term("school", "中学"), 1)
    store.things.remove(TOWN, "units", "idle", 1)
    store.rules.set(TOWN, [], 1)
    duty = store.weeks.duty(TOWN, MONDAY, "stores")
    store.weeks.remove_duty(TOWN, MONDAY, "stores", duty.revision)
    body["town"]["name"] = "别名"
    store.load_town(body)
    assert store.towns.get(TOWN).value.name == "桃花镇"
    assert store.things.get(TOWN, "units", "school").value.name == "中学"
    assert store.things.get(TOWN, "units", "idle").value.name == "无人单位"
    assert store.rules.get(TOWN).value == []
    assert "stores" not in {stored.value.id for stored in store.weeks.duties(TOWN, MONDAY)}
    assert len(store.things.all(TOWN, "people")) == towns.PEOPLE


def test_a_faulty_document_stores_nothing(store: Store) -> None:
    body = towns.document()
    body["people"][3]["unit"] = "none"
    with pytest.raises(DocumentError):
        store.load_town(body)
    assert store.towns.list() == []


def test_a_town_can_come_without_its_week(store: Store) -> None:
    store.load_town(towns.document(), week=False)
    assert store.weeks.list(TOWN) == []
    assert len(store.things.all(TOWN, "posts")) == 2
