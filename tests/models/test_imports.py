"""Imports that wait: theirs who made them, for a day; confirmed as a whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import Conflict, NotFound
from models.imports import KEPT, MOST_OF_ONE, Change, Import, digest
from models.retention import Retention, purge
from models.store import Store
from scheduler.document import DocumentError
from tests.conftest import Clock

from . import towns

TOWN = towns.TOWN


def kept(store: Store, by: str = "li", plan: dict[str, Any] | None = None) -> Import:
    mark = store.imports.snapshot(TOWN).mark
    return store.imports.keep(TOWN, "people", "名单.xlsx", by, mark, {"rows": []}, plan or {"entries": []})


def bodies(store: Store) -> dict[str, dict[str, Any]]:
    return {body["id"]: body for body in store.imports.snapshot(TOWN).things["people"]}


def test_everything_is_written_together_and_then_the_import_is_gone(town: Store) -> None:
    held, before = kept(town), bodies(town)
    first, second, *_ = before.values()
    unit = {"id": "new-unit", "name": "新单位"}
    person = {"id": "new-person", "name": "新人", "category": first["category"], "unit": "new-unit"}
    changes = [
        Change("people", "new-person", None, person),
        Change("people", first["id"], digest(first), first | {"household": "h"}),
        Change("units", "new-unit", None, unit),
    ]
    town.imports.confirm(held, changes)
    after = bodies(town)
    assert (after["new-person"], after[first["id"]]["household"], after[second["id"]]) == (person, "h", second)
    assert town.things.get(TOWN, "people", first["id"]).revision == 2
    with pytest.raises(NotFound):
        town.imports.confirm(held, changes)


def test_what_has_changed_meanwhile_stops_all_of_it(town: Store) -> None:
    first, second, *_ = bodies(town).values()
    fine = Change("people", first["id"], digest(first), first | {"household": "h"})
    removed = Change("people", second["id"], digest(second), None)
    held = kept(town)
    for wrong in (
        Change("people", second["id"], digest(second | {"household": "other"}), second),
        Change("people", "nobody", digest(second), second | {"id": "nobody"}),
        Change("people", first["id"], None, first),
    ):
        with pytest.raises(Conflict):
            town.imports.confirm(held, [fine, wrong])
    with pytest.raises(DocumentError):
        town.imports.confirm(held, [fine, Change("people", "n", None, first | {"id": "n", "unit": "no-such-unit"})])
    assert "household" not in bodies(town)[first["id"]]
    stored = town.things.get(TOWN, "people", second["id"])
    town.things.remove(TOWN, "people", second["id"], stored.revision)
    with pytest.raises(Conflict):
        town.imports.confirm(held, [fine])
    again = town.imports.compared_again(held, town.imports.snapshot(TOWN).mark, {"entries": []}, {"retire": True})
    assert (again.revision, again.answers) == (2, {"retire": True})
    with pytest.raises(Conflict):
        town.imports.confirm(held, [fine])
    with pytest.raises(Conflict):
        town.imports.confirm(again, [fine, removed])
    town.imports.confirm(again, [fine])
    assert bodies(town)[first["id"]]["household"] == "h"


def test_somebody_on_a_roster_is_not_removed(town: Store) -> None:
    towns.published(town)
    snapshot = town.imports.snapshot(TOWN)
    serving = next(body for body in snapshot.things["people"] if body["id"] in snapshot.used["people"])
    with pytest.raises(Conflict):
        town.imports.confirm(kept(town), [Change("people", serving["id"], digest(serving), None)])
    assert serving["id"] in bodies(town)


def test_an_import_is_seen_by_its_maker_alone_and_for_a_day(town: Store, clock: Clock) -> None:
    held = kept(town)
    assert town.imports.get(TOWN, held.id, "li") == held
    assert [one.id for one in town.imports.waiting(TOWN, "li")] == [held.id]
    assert town.imports.waiting(TOWN, "wang") == []
    for town_id, by in ((TOWN, "wang"), ("elsewhere", "li")):
        with pytest.raises(NotFound):
            town.imports.get(town_id, held.id, by)
        with pytest.raises(NotFound):
            town.imports.discard(town_id, held.id, by)
    clock.advance(seconds=KEPT.total_seconds())
    with pytest.raises(NotFound):
        town.imports.get(TOWN, held.id, "li")
    assert purge(town.database, Retention())["waiting_import"] == 1


def test_older_ones_make_room_and_discarded_ones_are_gone(town: Store) -> None:
    made = [kept(town).id for _ in range(MOST_OF_ONE + 2)]
    held = {one.id for one in town.imports.waiting(TOWN, "li")}
    assert len(held) == MOST_OF_ONE
    assert made[-1] in held
    town.imports.discard(TOWN, made[-1], "li")
    assert made[-1] not in {one.id for one in town.imports.waiting(TOWN, "li")}


def test_who_is_erased_is_in_no_import_and_hears_of_it_before(town: Store) -> None:
    person = next(iter(bodies(town).values()))
    kept(town, plan={"entries": [{"noun": "people", "id": person["id"], "after": person | {"household": "h"}}]})
    told = town.personal.dossier(TOWN, person["id"], "asked")["waiting_imports"]
    assert [one["would_be"]["household"] for one in told] == ["h"]
    done = town.personal.erase(TOWN, person["id"], "asked")
    assert done.counts["waiting_import"] == 1
    assert town.imports.waiting(TOWN, "li") == []
