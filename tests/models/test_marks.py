"""The mark of a week's problem changes with everything that the problem document is made of, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.records import NOUNS, Town
from models.store import Store
from scheduler import document

from . import towns
from .towns import MONDAY, NEXT, TOWN

Change = Callable[[Store], object]


def marked(store: Store) -> tuple[bytes, dict[str, Any]]:
    """Of the second week, so that there is a past."""
    return store.weeks.problem_unless_known(TOWN, NEXT, lambda _mark: False)


def change_one(noun: str) -> Change:
    def change(store: Store) -> None:
        held = store.things.page(TOWN, noun).items[0]
        store.things.change(TOWN, noun, replace(held.value, name=f"{held.value.name}（新）"), held.revision)

    return change


def come_and_go(store: Store) -> None:
    """Somebody is removed and comes back as another: the same id, the same first revision."""
    held = store.things.get(TOWN, "people", "p8")
    store.things.remove(TOWN, "people", "p8", held.revision)
    store.things.add(TOWN, "people", replace(held.value, category="cadre"))


def report(store: Store) -> None:
    duty = store.weeks.duties(TOWN, NEXT)[0].value
    store.absences.report(TOWN, "p3", duty.start, duty.end, "有事", by="p3")


def withdraw(store: Store) -> None:
    store.absences.withdraw(TOWN, store.absences.list(TOWN)[0].id)


def shorten(store: Store) -> None:
    held = store.weeks.duties(TOWN, NEXT)[0]
    store.weeks.save_duty(TOWN, NEXT, replace(held.value, end=held.value.end - timedelta(hours=1)), held.revision)


def rules(store: Store) -> None:
    held = store.rules.get(TOWN)
    store.rules.set(TOWN, [*held.value, {"rule": "max_nights", "max": 2}], held.revision)


def rename(store: Store) -> None:
    store.towns.change(Town(TOWN, "桃花岛", "", towns.ZONE), 1)


CHANGES: list[Change] = [
    *(change_one(noun) for noun in NOUNS), come_and_go, report, withdraw, shorten, rules, rename,
    towns.published, lambda store: towns.published(store, shift=1),
]  # fmt: skip


def test_whatever_changes_the_document_changes_the_mark(town: Store) -> None:
    town.weeks.make(TOWN, NEXT)
    seen = [marked(town)]
    for change in CHANGES:
        change(town)
        seen.append(marked(town))
        assert seen[-1][1] != seen[-2][1], change
        assert marked(town) == seen[-1]
    assert all((one[0] == other[0]) == (one[1] == other[1]) for one in seen for other in seen)


@pytest.mark.parametrize("change", [
    lambda store: towns.drafted(store, NEXT),
    lambda store: towns.published(store, NEXT),
    lambda store: store.links.issue(TOWN, "p1"),
    lambda store: store.towns.add(Town("elsewhere", "别处", "", towns.ZONE)),
    lambda store: store.solves.create(TOWN, "solve", towns.document(), week=NEXT),
])  # fmt: skip
def test_what_the_document_does_not_hold_leaves_the_mark(town: Store, change: Change) -> None:
    town.weeks.make(TOWN, NEXT)
    before = marked(town)
    change(town)
    assert marked(town) == before


def test_a_known_mark_spares_the_document(town: Store) -> None:
    mark, body = town.weeks.problem_unless_known(TOWN, MONDAY, lambda _mark: False)
    assert document.load(body).days == 7
    assert town.weeks.problem_unless_known(TOWN, MONDAY, mark.__eq__) == (mark, {})
