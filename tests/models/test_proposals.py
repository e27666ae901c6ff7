"""Proposals: rosters that wait beside the draft, and what a person did that no solve overwrites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.errors import Conflict, NotFound
from models.records import Solve
from models.store import Store
from scheduler.problem import Assignment

from . import towns
from .towns import MONDAY, TOWN

SEAT = {"person": "p1", "duty": "gate/2026-11-23/day", "position": "verify"}
RESULT: dict[str, Any] = {"status": "feasible", "objective": 12, "assignments": [SEAT], "trace": [[0.0, 1]]}


def solved(store: Store, result: dict[str, Any] = RESULT, **more: Any) -> Solve:
    """A solve from its beginning to its end."""
    solve = asked(store, **more)
    return ended(store, solve, result)


def asked(store: Store, **more: Any) -> Solve:
    solve, _ = store.solves.create(TOWN, "solve", {"any": "problem"} | more.pop("problem", {}), week=MONDAY, **more)
    return solve


def ended(store: Store, solve: Solve, result: dict[str, Any] = RESULT) -> Solve:
    claim = store.queue.claim("worker", 60)
    assert claim is not None
    assert claim.solve.id == solve.id
    assert store.queue.finish(solve.id, claim.solve.attempt, "finished", result)
    return store.solves.get(TOWN, solve.id)


def edited(store: Store) -> tuple[int, int]:
    """Somebody changes the draft; its number and revision."""
    draft = store.rosters.get(TOWN, MONDAY, "draft")
    changed = [replace(a, pinned=not a.pinned) for a in draft.assignments]
    saved = store.rosters.save_draft(TOWN, MONDAY, changed, origin="edit", by="one", revision=draft.revision)
    return saved.number, saved.revision


def test_a_roster_that_is_to_wait_leaves_the_draft_alone(town: Store) -> None:
    draft = towns.drafted(town)
    solve = solved(town, beside=True)
    assert (solve.beside, solve.roster_number) == (True, None)
    assert town.rosters.get(TOWN, MONDAY, "draft") == draft
    assert [held.id for held in town.proposals.list(TOWN, MONDAY)] == [solve.id]
    proposal = town.proposals.get(TOWN, solve.id)
    assert proposal.assignments == (Assignment(**SEAT),)
    assert proposal.summary == {"status": "feasible", "objective": 12}


def test_it_waits_also_where_there_is_no_draft(town: Store) -> None:
    solve = solved(town, beside=True)
    assert town.rosters.find(TOWN, MONDAY, "draft") is None
    head = town.proposals.accept(TOWN, solve.id, None, by="one")
    assert (head.state, head.origin, head.solve_id, head.created_by) == ("draft", "solve", solve.id, "one")
    assert town.rosters.get(TOWN, MONDAY, "draft").assignments == (Assignment(**SEAT),)
    assert town.solves.get(TOWN, solve.id).roster_number == head.number


def test_an_accepted_one_takes_the_place_of_the_draft_that_was_seen(town: Store) -> None:
    draft = towns.drafted(town)
    solve = solved(town, beside=True)
    with pytest.raises(Conflict):
        town.proposals.accept(TOWN, solve.id, (draft.number, draft.revision + 1), by="one")
    with pytest.raises(Conflict):
        town.proposals.accept(TOWN, solve.id, None, by="one")
    head = town.proposals.accept(TOWN, solve.id, (draft.number, draft.revision), by="one")
    assert [v.number for v in town.rosters.versions(TOWN, MONDAY)] == [head.number]
    assert head.summary == {"status": "feasible", "objective": 12}
    assert town.proposals.list(TOWN, MONDAY) == []
    with pytest.raises(NotFound):
        town.proposals.accept(TOWN, solve.id, (head.number, head.revision), by="one")


def test_what_somebody_did_while_it_was_solved_is_not_overwritten(town: Store) -> None:
    towns.drafted(town)
    solve = asked(town)
    mine = edited(town)
    done = ended(town, solve)
    assert (done.beside, done.roster_number) == (True, None)
    kept = town.rosters.get(TOWN, MONDAY, "draft")
    assert (kept.number, kept.revision) == mine
    head = town.proposals.accept(TOWN, solve.id, mine, by="one")
    assert head.number == kept.number + 1


def test_a_draft_that_was_seen_when_it_was_asked_for_is_replaced(town: Store) -> None:
    towns.drafted(town)
    number, _ = edited(town)
    done = solved(town)
    assert (done.beside, done.roster_number) == (False, number + 1)


def test_a_solve_s_own_draft_that_nobody_touched_gives_way(town: Store) -> None:
    towns.drafted(town)
    first, second = asked(town), asked(town, problem={"other": 1})
    assert ended(town, first).roster_number == 2
    assert ended(town, second).roster_number == 3


def test_a_dismissed_one_waits_no_longer_and_keeps_its_result(town: Store) -> None:
    solve = solved(town, beside=True)
    town.proposals.dismiss(TOWN, solve.id)
    assert town.proposals.list(TOWN, MONDAY) == []
    assert town.solves.result(TOWN, solve.id) == RESULT
    for lost in (lambda: town.proposals.dismiss(TOWN, solve.id), lambda: town.proposals.get(TOWN, solve.id)):
        with pytest.raises(NotFound):
            lost()


def test_without_a_roster_there_is_nothing_to_accept(town: Store) -> None:
    solve = solved(town, {"status": "infeasible", "assignments": None}, beside=True)
    assert town.proposals.list(TOWN, MONDAY) == []
    with pytest.raises(NotFound):
        town.proposals.accept(TOWN, solve.id, None, by="one")


def test_a_proposal_is_its_town_s_alone(town: Store) -> None:
    solve = solved(town, beside=True)
    with pytest.raises(NotFound):
        town.proposals.get("elsewhere", solve.id)
    with pytest.raises(NotFound):
        town.proposals.accept("elsewhere", solve.id, None, by="one")


def test_requests_that_differ_in_what_becomes_of_the_roster_do_not_join(town: Store) -> None:
    assert asked(town).id != asked(town, beside=True).id
