"""kill -9 of worker and solver at every moment of a solve: one roster comes of it, and one only."""

from __future__ import annotations

import signal

import pytest

from tests.models.towns import MONDAY, TOWN
from tests.patience import PATIENCE, eventually
from tests.worker.conftest import SOLVER, Place, alive

from .mortal import AFTERWARDS, started

LEASE = 0.6
ON_SQLITE = [
    *(("claim", moments) for moments in (4, AFTERWARDS)),
    ("renew", 2),
    *(("finish", moments) for moments in (1, 4, 8, 12, AFTERWARDS)),
]
ON_POSTGRES = [("claim", 9), ("finish", 4), ("finish", 12), ("finish", AFTERWARDS)]
DEATHS = [("sqlite", *death) for death in ON_SQLITE] + [("postgresql", *death) for death in ON_POSTGRES]


@pytest.mark.parametrize(("filled_url", "dealing", "moments"), DEATHS, indirect=["filled_url"])
def test_a_worker_that_dies_in_the_middle_loses_nothing_and_nothing_is_done_twice(
    place: Place, dealing: str, moments: int
) -> None:
    solve = place.solve(seconds=0.2)
    mortal = started(place.url, place.folder, LEASE, SOLVER, dealing, moments)
    place.workers.append(mortal)
    mortal.join(PATIENCE)
    assert mortal.exitcode == -signal.SIGKILL
    left = place.get(solve)
    done = left.over
    assert done == ((dealing, moments) == ("finish", AFTERWARDS)), "all of it or nothing"
    place.worker(lease=LEASE)
    ended = place.over(solve)
    assert (ended.state, ended.error, ended.roster_number) == ("finished", None, 1)
    assert ended.attempt == (left.attempt if done else left.attempt + 1)
    versions = place.store.rosters.versions(TOWN, MONDAY)
    assert [(v.number, v.state, v.solve_id) for v in versions] == [(1, "draft", solve.id)]
    eventually(lambda: not any(alive(run["pid"]) for run in place.runs()), "the end of every solver")


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_solver_that_dies_again_and_again_is_given_up_with_a_sentence(place: Place) -> None:
    solve = place.solve(crash="always")
    place.worker()
    ended = place.over(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("failed", 3, None)
    assert ended.error is not None
    assert "SIGKILL" in ended.error.en
    assert place.store.rosters.versions(TOWN, MONDAY) == []
