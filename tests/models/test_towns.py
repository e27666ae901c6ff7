"""Towns and their rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

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


def test_faulty_rules_are_refused_with_every_path_and_nothing_is_stored(town: Store) -> None:
    store = town
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


def test_a_town_lives_in_a_time_zone_that_exists(store: Store) -> None:
    for zone in ("Mars/Olympus", "", "../etc/passwd", "a\x00"):
        with pytest.raises(DocumentError) as refused:
            store.towns.add(Town("mars", "火星", "", zone))
        assert refused.value.faults[0].path == "zone"


@pytest.mark.parametrize("strange", ["a\x00b", "\ud800", "'", "x" * 10_000, ""])
def test_strange_words_find_nothing_and_break_nothing(town: Store, strange: str) -> None:
    store = town
    for ask in (
        lambda: store.towns.get(strange),
        lambda: store.things.get(towns.TOWN, "people", strange),
        lambda: store.solves.get(towns.TOWN, strange),
        lambda: store.absences.get(towns.TOWN, strange),
        lambda: store.weeks.duty(towns.TOWN, towns.MONDAY, strange),
    ):
        with pytest.raises(NotFound):
            ask()
    assert store.things.page(towns.TOWN, "people", search=strange or "none").total == 0
    assert store.accounts.verify(strange, "password") is None


def test_the_ends_of_the_calendar_break_nothing(town: Store) -> None:
    store = town
    for day in (date.min, date.max):
        assert store.weeks.on(towns.TOWN, day) is None
        with pytest.raises(DocumentError) as refused:
            store.weeks.make(towns.TOWN, day)
        assert refused.value.faults[0].path == "start"
    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    assert store.rosters.duties_of(towns.TOWN, "p1", first, last) == []
    assert store.absences.list(towns.TOWN, start=first, end=last) == []
    with pytest.raises(DocumentError):
        store.absences.report(towns.TOWN, "p1", first, last, "", "x")
    assert store.rosters.find(towns.TOWN, towns.MONDAY, 10**20) is None
    assert store.things.page(towns.TOWN, "people", page=10**20).items == ()


def _hours() -> tuple[datetime, datetime]:
    return datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
