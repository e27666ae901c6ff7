"""Master data: given back as given, references held both ways, towns apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.errors import AlreadyExists, Conflict, InUse, NotFound
from models.records import NOUNS
from models.store import Store
from scheduler import document
from scheduler.document import DocumentError
from scheduler.problem import Area, Person, Post, ShiftPattern, Staffing, Term

from . import towns
from .towns import TOWN

ALICE = Person("alice", "爱丽丝", "volunteer", unit="school")


@pytest.mark.parametrize("noun", NOUNS)
def test_everything_comes_back_as_it_was_given(town: Store, noun: str) -> None:
    given = [document.entity_from_json(noun, body, towns.ZONE) for body in towns.document()[noun]]
    assert list(town.things.all(TOWN, noun)) == given
    assert [town.things.get(TOWN, noun, thing.id).value for thing in given] == given


def test_a_page_goes_by_name_and_knows_the_total(town: Store) -> None:
    page = town.things.page(TOWN, "people", page=2, page_size=4)
    assert [stored.value.id for stored in page.items] == ["p4", "p5", "p6", "p7"]
    assert (page.total, page.page, page.page_size) == (towns.PEOPLE, 2, 4)
    assert town.things.page(TOWN, "people", page=4, page_size=4).items == ()


@pytest.mark.parametrize(
    ("search", "found"),
    [("桃花3", {"p3"}), ("P7", {"p7"}), ("%", set()), ("_", set()), ("ÉCOLE", {"zoé"}), ("\\", set())],
)
def test_a_search_looks_into_names_and_ids_in_any_case(town: Store, search: str, found: set[str]) -> None:
    town.things.add(TOWN, "people", replace(ALICE, id="zoé", name="Zoé de l’école"))
    assert {stored.value.id for stored in town.things.page(TOWN, "people", search=search).items} == found


@pytest.mark.parametrize("name", ["Zoë", "Мария", "مريم", "さくら", "王𠮷", "O'Brien\"; DROP TABLE person", "👩‍🚒"])
def test_names_in_any_script_are_kept(town: Store, name: str) -> None:
    town.things.add(TOWN, "people", replace(ALICE, name=name))
    assert town.things.get(TOWN, "people", "alice").value.name == name


def test_an_id_is_used_once(town: Store) -> None:
    town.things.add(TOWN, "people", ALICE)
    with pytest.raises(AlreadyExists):
        town.things.add(TOWN, "people", ALICE)


def test_unknown_references_are_refused_all_at_once(town: Store) -> None:
    wrong = replace(ALICE, category="none", unit="none", bound_posts=("gate", "none"))
    with pytest.raises(DocumentError) as refused:
        town.things.add(TOWN, "people", wrong)
    assert [fault.path for fault in refused.value.faults] == ["category", "unit", "bound_posts[1]"]
    with pytest.raises(NotFound):
        town.things.get(TOWN, "people", "alice")


def test_many_are_added_together_or_not_at_all(town: Store) -> None:
    new = [Area("north", "北村", parent="town"), Area("farm", "农场", parent="north")]
    assert [stored.revision for stored in town.things.add_many(TOWN, "areas", new)] == [1, 1]
    with pytest.raises(DocumentError) as refused:
        town.things.add_many(TOWN, "areas", [Area("a", "甲"), Area("b", "乙", parent="none")])
    assert refused.value.faults[0].path == "[1].parent"
    with pytest.raises(AlreadyExists):
        town.things.add_many(TOWN, "areas", [Area("c", "丙"), Area("c", "丙")])
    assert {area.id for area in town.things.all(TOWN, "areas")} == {"town", "lane", "north", "farm"}


def test_the_second_of_two_changes_conflicts_and_changes_nothing(town: Store) -> None:
    first = town.things.get(TOWN, "units", "school")
    assert town.things.change(TOWN, "units", Term("school", "中学"), first.revision).revision == 2
    with pytest.raises(Conflict) as refused:
        town.things.change(TOWN, "units", Term("school", "小学"), first.revision)
    assert refused.value.current == 2
    assert town.things.get(TOWN, "units", "school").value.name == "中学"
    assert town.things.page(TOWN, "units", search="中学").total == 1


@pytest.mark.parametrize(
    ("noun", "id_", "user"),
    [
        ("categories", "volunteer", ("person", "p0")),
        ("units", "school", ("person", "p0")),
        ("qualifications", "recorder", ("staffing_template", "team")),
        ("positions", "verify", ("staffing_template", "team")),
        ("areas", "town", ("area", "lane")),
        ("contracts", "half", ("person", "p0")),
        ("shift_patterns", "two", ("post", "gate")),
        ("staffing_templates", "team", ("post", "gate")),
        ("vehicles", "van", ("duty", "stores")),
        ("posts", "gate", ("person", "p0")),
    ],
)
def test_what_is_used_stays(town: Store, noun: str, id_: str, user: tuple[str, str]) -> None:
    with pytest.raises(InUse) as refused:
        town.things.remove(TOWN, noun, id_, 1)
    assert user in refused.value.used_by
    assert refused.value.count >= len(refused.value.used_by) > 0
    assert town.things.get(TOWN, noun, id_).value.id == id_


def test_a_category_that_only_a_rule_names_stays(town: Store) -> None:
    town.rules.set(TOWN, [{"rule": "min_rest", "population": {"categories": ["cadre"]}, "id": "older"}], 1)
    with pytest.raises(InUse) as refused:
        town.things.remove(TOWN, "categories", "cadre", 1)
    assert refused.value.used_by == (("rule", "older"),)


def test_a_person_on_a_roster_stays_until_the_draft_is_gone(town: Store) -> None:
    draft = towns.drafted(town)
    with pytest.raises(InUse) as refused:
        town.things.remove(TOWN, "people", "p8", 1)
    assert refused.value.used_by == (("roster", "2026-11-23"),)
    town.rosters.discard_draft(TOWN, towns.MONDAY, draft.revision)
    town.things.remove(TOWN, "people", "p8", 1)
    assert len(town.things.all(TOWN, "people")) == towns.PEOPLE - 1


def test_what_nobody_uses_is_removed_by_who_saw_it_last(town: Store) -> None:
    with pytest.raises(Conflict):
        town.things.remove(TOWN, "units", "idle", 7)
    town.things.remove(TOWN, "units", "idle", 1)
    with pytest.raises(NotFound):
        town.things.remove(TOWN, "units", "idle", 1)


def test_no_area_is_above_itself(town: Store) -> None:
    with pytest.raises(DocumentError) as refused:
        town.things.change(TOWN, "areas", Area("town", "全镇", parent="lane"), 1)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("parent", "area_cycle")]


def test_a_shift_that_a_post_picks_stays_in_its_pattern(town: Store) -> None:
    pattern = town.things.get(TOWN, "shift_patterns", "two")
    assert isinstance(pattern.value, ShiftPattern)
    without_day = replace(pattern.value, shifts=pattern.value.shifts[1:])
    with pytest.raises(InUse) as refused:
        town.things.change(TOWN, "shift_patterns", without_day, pattern.revision)
    assert refused.value.used_by == (("post", "bridge"),)
    without_night = replace(pattern.value, shifts=pattern.value.shifts[:1])
    town.things.change(TOWN, "shift_patterns", without_night, pattern.revision)


def test_a_post_picks_shifts_of_its_own_pattern(town: Store) -> None:
    post = Post("tent", "帐篷", staffing=(Staffing("team", "two", ("day", "noon")),))
    with pytest.raises(DocumentError) as refused:
        town.things.add(TOWN, "posts", post)
    assert [(f.path, f.code) for f in refused.value.faults] == [("staffing[0].shifts[1]", "unknown_shift")]


def test_towns_do_not_see_one_another(town: Store) -> None:
    towns.filled(town, "other")
    town.things.add("other", "people", ALICE)
    town.things.remove("other", "units", "idle", 1)
    with pytest.raises(NotFound):
        town.things.get(TOWN, "people", "alice")
    assert town.things.get(TOWN, "units", "idle").value.id == "idle"
    with pytest.raises(DocumentError):
        town.things.add("other", "people", replace(ALICE, id="bob", unit="idle"))


def test_an_unknown_kind_of_thing_is_not_found(town: Store) -> None:
    with pytest.raises(NotFound):
        town.things.all(TOWN, "dragons")


def test_every_reference_that_the_document_checks_is_held_by_the_store_too(town: Store) -> None:
    """The store's list of references against the document's own reader: spoil each id in turn."""
    whole = towns.document()
    for noun in ("areas", "staffing_templates", "posts", "people"):
        for body in whole[noun]:
            for spoilt, path in _spoilt(body, ()):
                faults = _faults(whole | {noun: [spoilt if b is body else b for b in whole[noun]]})
                if not any(fault.code == "unknown_reference" for fault in faults):
                    continue
                entity = document.entity_from_json(noun, spoilt, towns.ZONE)
                with pytest.raises(DocumentError) as refused:
                    town.things.change(TOWN, noun, entity, 1)
                assert {f.code for f in refused.value.faults} == {"unknown_reference"}, (noun, path)


def _faults(body: dict[str, Any]) -> list[document.Fault]:
    try:
        document.load(body)
    except DocumentError as error:
        return error.faults
    return []


def _spoilt(value: Any, path: tuple[Any, ...]) -> Any:
    """(copy with one string replaced, where) for each string that is not the thing's own id."""
    if isinstance(value, str):
        if path != ("id",):
            yield "spoilt", path
        return
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        for spoilt, where in _spoilt(entry, (*path, key)):
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[key] = spoilt
            yield copy, where
