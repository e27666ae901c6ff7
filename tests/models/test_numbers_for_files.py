"""Full numbers for a file: each time is an entry of the log, of few people one for each of them too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.audit import AuditFilter
from models.audit_entries import MOST_PARTS
from models.store import Store
from scheduler.document import DocumentError

from .towns import document

TOWN = document()["town"]["id"]


def people(store: Store) -> list[str]:
    """Everybody of the town, each with a number but the last."""
    ids = [body["id"] for body in document()["people"]]
    for i, id_ in enumerate(ids[:-1]):
        held: Any = store.things.get(TOWN, "people", id_)
        store.things.change(TOWN, "people", replace(held.value, phone=f"1540000{i:04d}"), held.revision)
    return ids


def test_numbers_come_with_a_reason_and_leave_entries(town: Store) -> None:
    ids = people(town)
    with pytest.raises(DocumentError):
        town.personal.reveal_phones(TOWN, ids, "2026-03-02/v1", "  ")
    assert town.audit.page(AuditFilter(town=TOWN, action="export"), 1, 10).total == 0
    found = town.personal.reveal_phones(TOWN, [*ids, "nobody"], "2026-03-02/v1", "点长联系")
    assert found == {id_: f"1540000{i:04d}" for i, id_ in enumerate(ids[:-1])}
    (entry,) = town.audit.page(AuditFilter(town=TOWN, action="export"), 1, 10).items
    assert (entry.noun, entry.thing, entry.reason) == ("roster", "2026-03-02/v1", "点长联系")
    assert entry.changes == {"phones": [0, len(found)]}
    revealed = town.audit.page(AuditFilter(town=TOWN, action="reveal"), 1, 100)
    assert len(found) <= MOST_PARTS
    assert {e.person for e in revealed.items} == set(found)
