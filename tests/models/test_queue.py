"""The queue: each solve is taken up once, leases run out, and who came too late writes nothing."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest

from models.queue import MAX_FAILURES
from models.records import Claim, Solve
from models.store import Store
from scheduler import __version__
from scheduler.roster import Progress
from scheduler.text import Text
from tests.conftest import Clock

from . import towns
from .towns import MONDAY, TOWN

ERROR = Text("求解出错。", "The solver failed.")
FOUND = {"person": "p1", "duty": "gate/2026-11-23/day", "position": "verify"}
RESULT = {
    "status": "feasible", "objective": 12, "bound": 10.0, "gap": 0.16, "vacancies": [], "trace": [{"seconds": 1}],
    "assignments": [FOUND],
}  # fmt: skip
PROGRESS = Progress(1.5, 12, 10.0, 0.16, 3, 2.0, 0.3, 4)


def create(store: Store, week: date | None = MONDAY, **more: Any) -> Solve:
    solve, _ = store.solves.create(TOWN, more.pop("kind", "solve"), {"a": 1}, week=week, **more)
    return solve


def claimed(store: Store, lease: float = 10) -> Claim:
    claim = store.queue.claim("worker", lease)
    assert claim is not None
    return claim


def weeks(store: Store, count: int) -> list[date]:
    made = [MONDAY + timedelta(weeks=i) for i in range(1, count)]
    for week in made:
        store.weeks.make(TOWN, week, source="empty")
    return [MONDAY, *made]


# --- taking up ------------------------------------------------------------------------------------------


def test_an_empty_queue_gives_nothing(town: Store) -> None:
    assert town.queue.claim("worker", 10) is None


def test_the_urgent_come_first_then_the_old(town: Store, clock: Clock) -> None:
    made = []
    for week, kind in zip(weeks(town, 4), ("solve", "repair", "solve", "repair"), strict=True):
        clock.advance(seconds=1)
        made.append(create(town, week, kind=kind).id)
    assert [claimed(town).solve.id for _ in made] == [made[1], made[3], made[0], made[2]]


def test_a_lane_for_repairs_takes_no_solve(town: Store) -> None:
    create(town)
    assert town.queue.claim("worker", 10, ("repair",)) is None
    create(town, kind="repair")
    assert town.queue.claim("worker", 10, ("repair",)) is not None


def test_of_one_week_one_solve_runs_at_a_time(town: Store, clock: Clock) -> None:
    first = create(town, seed=1)
    clock.advance(seconds=1)
    second = create(town, seed=2)
    claim = claimed(town)
    assert claim.solve.id == first.id
    assert town.queue.claim("worker", 10) is None
    town.queue.finish(first.id, claim.solve.attempt, "finished", RESULT)
    assert claimed(town).solve.id == second.id


def test_solves_of_no_week_run_side_by_side(town: Store) -> None:
    made = {create(town, None, seed=seed).id for seed in range(3)}
    assert {claimed(town).solve.id for _ in range(3)} == made


def test_many_workers_take_up_each_solve_exactly_once(town: Store) -> None:
    made = {create(town, week, seed=seed).id for week in weeks(town, 5) for seed in (1, 2)}
    made |= {create(town, None, seed=seed).id for seed in range(6)}
    taken: list[str] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while (claim := town.queue.claim("worker", 60)) is not None:
            taken.append(claim.solve.id)
            assert town.queue.finish(claim.solve.id, claim.solve.attempt, "finished", None)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while (claim := town.queue.claim("worker", 60)) is not None:  # what waited behind one of its week
        taken.append(claim.solve.id)
        town.queue.finish(claim.solve.id, claim.solve.attempt, "finished", None)
    assert len(taken) == len(made)
    assert set(taken) == made


# --- holding --------------------------------------------------------------------------------------------


def test_progress_and_the_best_roster_are_seen_while_it_runs(town: Store) -> None:
    create(town)
    claim = claimed(town)
    best = json.dumps({"assignments": [FOUND]})
    assert town.queue.renew(claim.solve.id, 1, 10, PROGRESS, best) == "held"
    assert town.queue.renew(claim.solve.id, 1, 10) == "held"
    seen = town.solves.get(TOWN, claim.solve.id)
    assert (seen.state, seen.attempt, seen.progress, seen.version) == ("running", 1, PROGRESS, __version__)
    assert town.solves.incumbent(TOWN, claim.solve.id) == {"assignments": [FOUND]}


def test_a_renewal_tells_of_the_stop(town: Store) -> None:
    solve = create(town)
    claimed(town)
    town.solves.request_stop(TOWN, solve.id)
    assert town.queue.renew(solve.id, 1, 10) == "stop"


def test_a_renewed_lease_does_not_run_out(town: Store, clock: Clock) -> None:
    solve = create(town)
    claimed(town, lease=10)
    clock.advance(seconds=8)
    assert town.queue.renew(solve.id, 1, 10) == "held"
    clock.advance(seconds=8)
    assert town.queue.requeue_expired() == 0
    clock.advance(seconds=3)
    assert town.queue.requeue_expired() == 1


def test_the_request_that_asked_for_it_is_known_to_the_worker(town: Store) -> None:
    create(town, request_id="0123456789abcdef")
    assert claimed(town).request_id == "0123456789abcdef"


def test_who_lost_the_lease_writes_nothing_any_more(town: Store, clock: Clock) -> None:
    solve = create(town)
    claimed(town, lease=10)
    clock.advance(seconds=11)
    assert town.queue.requeue_expired() == 1

    def late_writes_change_nothing() -> None:
        before = town.solves.get(TOWN, solve.id)
        assert town.queue.renew(solve.id, 1, 10, PROGRESS, "{}") == "lost"
        assert not town.queue.finish(solve.id, 1, "finished", RESULT)
        assert not town.queue.fail(solve.id, 1, ERROR, retry=False)
        assert not town.queue.release(solve.id, 1)
        assert town.solves.get(TOWN, solve.id) == before
        assert town.solves.incumbent(TOWN, solve.id) is None
        assert town.rosters.versions(TOWN, MONDAY) == []

    late_writes_change_nothing()
    assert claimed(town).solve.attempt == 2
    late_writes_change_nothing()
    assert town.queue.finish(solve.id, 2, "finished", RESULT)
    assert not town.queue.finish(solve.id, 2, "finished", RESULT), "and nothing is done twice"
    assert len(town.rosters.versions(TOWN, MONDAY)) == 1


def test_the_next_attempt_starts_from_the_best_roster_so_far(town: Store, clock: Clock) -> None:
    solve = create(town)
    assert claimed(town).incumbent is None
    town.queue.renew(solve.id, 1, 10, PROGRESS, '{"assignments": []}')
    clock.advance(seconds=11)
    town.queue.requeue_expired()
    claim = claimed(town)
    assert (claim.solve.attempt, claim.incumbent) == (2, '{"assignments": []}')


def test_what_is_put_back_in_good_order_counts_no_failure(town: Store) -> None:
    create(town)
    for attempt in range(1, MAX_FAILURES + 3):
        claim = claimed(town)
        assert claim.solve.attempt == attempt
        assert town.queue.release(claim.solve.id, attempt)


def test_after_too_many_interruptions_it_is_given_up_with_a_sentence(town: Store, clock: Clock) -> None:
    solve = create(town)
    for _ in range(MAX_FAILURES):
        claimed(town)
        clock.advance(seconds=11)
        town.queue.requeue_expired()
    failed = town.solves.get(TOWN, solve.id)
    assert (failed.state, failed.attempt) == ("failed", MAX_FAILURES)
    assert failed.error is not None
    assert "3" in failed.error.zh
    assert "3 times" in failed.error.en
    assert town.queue.claim("worker", 10) is None


# --- ending ---------------------------------------------------------------------------------------------


def test_a_finished_solve_is_the_week_s_new_draft_with_its_figures(town: Store) -> None:
    old = towns.drafted(town)
    solve = create(town, by="one")
    claimed(town)
    assert town.queue.finish(solve.id, 1, "finished", RESULT)
    ended = town.solves.get(TOWN, solve.id)
    assert (ended.state, ended.roster_number, ended.over) == ("finished", old.number + 1, True)
    draft = town.rosters.get(TOWN, MONDAY, "draft")
    assert (draft.number, draft.origin, draft.solve_id, draft.created_by) == (2, "solve", solve.id, "one")
    assert draft.summary == {k: v for k, v in RESULT.items() if k not in ("assignments", "trace")}
    assert [(a.person, a.duty) for a in draft.assignments] == [("p1", "gate/2026-11-23/day")]
    assert town.solves.result(TOWN, solve.id) == RESULT


def test_a_finished_solve_leaves_what_is_published_alone(town: Store) -> None:
    published = towns.published(town)
    solve = create(town)
    claimed(town)
    town.queue.finish(solve.id, 1, "finished", RESULT)
    assert town.rosters.get(TOWN, MONDAY, "published") == published


def test_what_was_removed_while_it_was_solved_is_not_in_the_draft(town: Store) -> None:
    solve = create(town)
    claimed(town)
    gone = [FOUND | {"person": "p8"}, FOUND | {"duty": "stores"}, FOUND | {"position": "cook"}, FOUND]
    town.things.remove(TOWN, "people", "p8", 1)
    town.weeks.remove_duty(TOWN, MONDAY, "stores", 1)
    town.queue.finish(solve.id, 1, "finished", RESULT | {"assignments": gone})
    assert len(town.rosters.get(TOWN, MONDAY, "draft").assignments) == 1


@pytest.mark.parametrize("result", [None, RESULT | {"status": "infeasible", "assignments": None}])
def test_without_a_roster_there_is_no_draft(town: Store, result: dict[str, Any] | None) -> None:
    solve = create(town)
    claimed(town)
    assert town.queue.finish(solve.id, 1, "finished", result)
    assert town.solves.get(TOWN, solve.id).roster_number is None
    assert town.rosters.find(TOWN, MONDAY, "draft") is None


def test_a_repair_keeps_its_alternatives_and_makes_no_draft(town: Store) -> None:
    solve = create(town, kind="repair")
    claimed(town)
    result = {"status": "optimal", "alternatives": [{"people_moved": 1, "assignments": [FOUND]}]}
    assert town.queue.finish(solve.id, 1, "finished", result)
    assert town.solves.result(TOWN, solve.id) == result
    assert town.rosters.find(TOWN, MONDAY, "draft") is None


def test_a_stopped_solve_keeps_the_best_roster_even_when_its_worker_died(town: Store, clock: Clock) -> None:
    solve = create(town)
    claimed(town)
    town.queue.renew(solve.id, 1, 10, None, json.dumps({"assignments": [FOUND]}))
    town.solves.request_stop(TOWN, solve.id)
    clock.advance(seconds=11)
    assert town.queue.requeue_expired() == 1
    stopped = town.solves.get(TOWN, solve.id)
    assert (stopped.state, stopped.roster_number) == ("stopped", 1)


def test_a_failure_is_tried_again_and_then_told(town: Store) -> None:
    solve = create(town)
    for attempt in range(1, MAX_FAILURES + 1):
        claimed(town)
        assert town.queue.fail(solve.id, attempt, ERROR, retry=True)
    failed = town.solves.get(TOWN, solve.id)
    assert (failed.state, failed.error, failed.roster_number) == ("failed", ERROR, None)


def test_a_hopeless_failure_is_told_at_once(town: Store) -> None:
    solve = create(town)
    claimed(town)
    town.queue.fail(solve.id, 1, ERROR, retry=False)
    assert town.solves.get(TOWN, solve.id).state == "failed"
