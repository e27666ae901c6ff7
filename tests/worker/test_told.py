"""What a solve changes is told in the name of who asked for it."""

from __future__ import annotations

from models.audit import AuditFilter

from .conftest import TOWN, Place
from .test_runner import Hand


def test_the_draft_of_a_solve_is_logged_for_who_asked(place: Place) -> None:
    problem = {"act": {"log": str(place.folder / "runs.log"), "found": []}}
    solve, _ = place.store.solves.create(
        TOWN, "solve", problem, week=place.store.weeks.list(TOWN)[0].start, by="account-7", request_id="request-7"
    )
    Hand(place).run()
    (entry,) = place.store.audit.page(AuditFilter(town=TOWN, noun="roster")).items
    assert (entry.action, entry.actor, entry.request) == ("add", "account-7", "request-7")
    assert entry.reason == f"solve {solve.id}"
    assert entry.changes["origin"] == [None, "solve"]


def test_a_solve_that_nobody_asked_for_is_the_systems(place: Place) -> None:
    place.solve()
    Hand(place).run()
    told = place.store.audit.page(AuditFilter(town=TOWN, actor="system", noun="roster")).items
    assert [entry.action for entry in told] == ["add"]
