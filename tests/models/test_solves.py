"""Solves as the service sees them: joined, queued, stopped, told apart by town."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.errors import AlreadyEnded, InUse, NotFound
from models.records import Solve
from models.store import Store
from tests.conftest import Clock

from . import towns
from .towns import MONDAY, TOWN

PROBLEM = {"people": ["p1"], "duties": [], "名": "值"}


def create(store: Store, problem: dict[str, Any] | None = None, **more: Any) -> tuple[Solve, bool]:
    return store.solves.create(TOWN, more.pop("kind", "solve"), problem or PROBLEM, **{"week": MONDAY} | more)


def test_a_new_solve_waits_and_keeps_what_it_was_given(town: Store) -> None:
    solve, joined = create(town, seconds=30, seed=7, gap=0.01, reproducible=True, by="one")
    assert not joined
    assert (solve.state, solve.attempt, solve.progress, solve.over) == ("queued", 0, None, False)
    assert (solve.seconds, solve.seed, solve.gap, solve.reproducible, solve.created_by) == (30, 7, 0.01, True, "one")
    assert town.solves.get(TOWN, solve.id) == solve
    assert town.solves.problem(TOWN, solve.id) == PROBLEM
    assert town.solves.result(TOWN, solve.id) is None
    assert town.solves.incumbent(TOWN, solve.id) is None


def test_an_equal_request_joins_whatever_the_order_of_its_keys(town: Store) -> None:
    first, _ = create(town)
    again, joined = create(town, dict(reversed(PROBLEM.items())))
    assert (again, joined) == (first, True)
    claim = town.queue.claim("w", 10)
    assert claim is not None
    running, joined = create(town)
    assert (running.id, running.state, joined) == (first.id, "running", True)


@pytest.mark.parametrize(
    "other",
    [{"seconds": 61}, {"seed": 2}, {"gap": 0.1}, {"reproducible": True}, {"problem": {"x": 1}}, {"week": None}],
)
def test_another_request_queues_behind(town: Store, other: dict[str, Any]) -> None:
    first, _ = create(town)
    second, joined = create(town, **other)
    assert not joined
    assert second.id != first.id
    claimed = town.queue.claim("w", 10)
    assert claimed is not None
    assert claimed.solve.id == first.id


def test_of_two_equal_requests_at_the_same_moment_one_joins(town: Store) -> None:
    together, outcomes = threading.Barrier(2), []

    def go() -> None:
        together.wait()
        outcomes.append(create(town))

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({solve.id for solve, _ in outcomes}) == 1
    assert sorted(joined for _, joined in outcomes) == [False, True]


def test_nobody_joins_what_is_over_or_being_stopped(town: Store) -> None:
    first, _ = create(town)
    town.queue.claim("w", 10)
    town.solves.request_stop(TOWN, first.id)
    second, joined = create(town)
    assert (second.id == first.id, joined) == (False, False)


def test_a_repair_keeps_its_absences_and_comes_first(town: Store) -> None:
    create(town)
    absences = {"absences": [{"person": "p1", "start": "x", "end": "y"}]}
    repair, _ = create(town, kind="repair", absences=absences)
    assert town.solves.absences(TOWN, repair.id) == absences
    assert town.solves.under_way(TOWN, MONDAY)[0].id == repair.id
    claim = town.queue.claim("w", 10)
    assert claim is not None
    assert (claim.solve.id, claim.problem.count("p1"), claim.absences is not None) == (repair.id, 1, True)


def test_a_queued_solve_is_stopped_at_once(town: Store) -> None:
    solve, _ = create(town)
    stopped = town.solves.request_stop(TOWN, solve.id)
    assert (stopped.state, stopped.over, stopped.roster_number) == ("stopped", True, None)
    assert stopped.finished_at is not None
    assert town.queue.claim("w", 10) is None
    with pytest.raises(AlreadyEnded) as refused:
        town.solves.request_stop(TOWN, solve.id)
    assert refused.value.state == "stopped"


def test_a_running_solve_is_asked_to_stop_as_often_as_one_likes(town: Store) -> None:
    solve, _ = create(town)
    town.queue.claim("w", 10)
    for _ in range(2):
        asked = town.solves.request_stop(TOWN, solve.id)
        assert (asked.state, asked.stop_requested) == ("running", True)


def test_solves_are_listed_latest_first_page_by_page(town: Store, clock: Clock) -> None:
    made = []
    for seed in range(3):
        clock.advance(seconds=1)
        made.append(create(town, seed=seed)[0].id)
    free = create(town, week=None, kind="repair")[0].id
    page = town.solves.list(TOWN, page=1, page_size=2)
    assert ([solve.id for solve in page.items], page.total) == ([free, made[2]], 4)
    assert [solve.id for solve in town.solves.list(TOWN, week=MONDAY).items] == made[::-1]
    assert [solve.id for solve in town.solves.list(TOWN, kind="repair").items] == [free]


def test_a_solve_of_another_town_is_not_found(town: Store) -> None:
    towns.filled(town, "other")
    solve, _ = create(town)
    for ask in (
        town.solves.get, town.solves.problem, town.solves.result, town.solves.incumbent, town.solves.absences,
        town.solves.request_stop,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            ask("other", solve.id)
    assert town.solves.list("other").total == 0


def test_a_solve_needs_its_week(town: Store) -> None:
    with pytest.raises(NotFound):
        create(town, week=towns.NEXT + timedelta(days=70))


def test_a_week_that_is_being_solved_stays(town: Store) -> None:
    solve, _ = create(town)
    with pytest.raises(InUse) as refused:
        town.weeks.remove(TOWN, MONDAY, 1)
    assert refused.value.used_by == (("solve", solve.id),)
