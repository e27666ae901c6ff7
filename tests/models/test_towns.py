"""Towns and their rules."""

from __future__ import annotations

import pytest

from models.errors import AlreadyExists, Conflict, NotFound
from models.records import Town
from models.store import Store
from scheduler.document import DocumentError

from . import towns

LAKE = Town("lake", "湖镇", "Lake", "Asia/Shanghai")


def test_a_town_is_added_and_found(store: Store) -> None:
    assert store.towns.add(LAKE).revision == 1
    assert store.towns.get("lake").value == LAKE
    assert store.towns.list() == [LAKE]


def test_a_town_is_added_once(store: Store) -> None:
    store.towns.add(LAKE)
    with pytest.raises(AlreadyExists):
        store.towns.add(LAKE)


def test_an_unknown_town_is_not_found_anywhere(store: Store) -> None:
    for ask in (
        lambda: store.towns.get("none"),
        lambda: store.rules.get("none"),
        lambda: store.things.page("none", "people"),
        lambda: store.weeks.list("none"),
        lambda: store.weeks.make("none", towns.MONDAY),
        lambda: store.solves.create("none", "solve", {}),
        lambda: store.solves.list("none"),
        lambda: store.absences.report("none", "p0", *_hours(), "", "x"),
        lambda: store.links.issue("none", "p0"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_the_second_of_two_changes_is_told_the_revision_in_force(store: Store) -> None:
    store.towns.add(LAKE)
    new = Town("lake", "新湖镇", "", "Asia/Shanghai")
    assert store.towns.change(new, 1).revision == 2
    with pytest.raises(Conflict) as refused:
        store.towns.change(LAKE, 1)
    assert refused.value.current == 2
    assert store.towns.get("lake").value == new


def test_rules_are_replaced_as_a_whole(store: Store) -> None:
    store.towns.add(LAKE)
    assert store.rules.get("lake").revision == 0
    assert store.rules.set("lake", [{"rule": "min_rest", "hours": 12}], 0).revision == 1
    assert store.rules.get("lake").value == [{"rule": "min_rest", "hours": 12}]
    with pytest.raises(Conflict):
        store.rules.set("lake", [], 0)


def test_faulty_rules_are_refused_with_every_path_and_nothing_is_stored(store: Store) -> None:
    towns.filled(store)
    before = store.rules.get(towns.TOWN)
    faulty = [
        {"rule": "min_rest", "hours": -1},
        {"rule": "no_such_rule"},
        {"rule": "min_rest", "population": {"units": ["none"], "people": ["p1"]}},
    ]
    with pytest.raises(DocumentError) as refused:
        store.rules.set(towns.TOWN, faulty, before.revision)
    paths = {fault.path for fault in refused.value.faults}
    assert {path.split("]")[0] for path in paths} == {"rules[0", "rules[1", "rules[2"}
    assert "rules[2].population.units[0]" in paths
    assert store.rules.get(towns.TOWN) == before


def _hours():
    from datetime import UTC, datetime

    return datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
