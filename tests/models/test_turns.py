"""Whose turn it is: repairs before weekly rosters, every town in its turn, never two of one town and week."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models import schema, turns
from models.records import Claim, Solve
from models.store import Store
from tests.conftest import Clock

from . import towns
from .test_queue import FOUND, PROGRESS, claimed, create
from .towns import MONDAY, TOWN


def test_a_repair_takes_the_place_of_its_week_s_solve_which_comes_back_with_its_best_roster(town: Store) -> None:
    weekly = create(town)
    claimed(town)
    best = json.dumps({"assignments": [FOUND]})
    town.queue.renew(weekly.id, 1, 10, PROGRESS, best)
    repair = create(town, kind="repair")
    claim = claimed(town)
    assert (claim.solve.id, claim.displaced) == (repair.id, weekly.id)
    assert town.solves.get(TOWN, weekly.id).state == "queued"
    assert town.queue.renew(weekly.id, 1, 10) == "lost", "its worker finds out at the next beat"
    assert town.queue.claim("worker", 10) is None, "it waits for the repair now"
    assert town.queue.finish(repair.id, 1, "finished", {"alternatives": []})
    again = claimed(town)
    assert (again.solve.id, again.solve.attempt, again.incumbent, again.displaced) == (weekly.id, 2, best, None)


def test_a_solve_that_was_to_stop_when_a_repair_came_ends_with_its_best_roster(town: Store) -> None:
    weekly = create(town)
    claimed(town)
    town.queue.renew(weekly.id, 1, 10, None, json.dumps({"assignments": [FOUND]}))
    town.solves.request_stop(TOWN, weekly.id)
    create(town, kind="repair")
    assert claimed(town).displaced == weekly.id
    stopped = town.solves.get(TOWN, weekly.id)
    assert (stopped.state, stopped.roster_number) == ("stopped", 1)


def test_a_repair_waits_for_a_repair_and_a_solve_for_both(town: Store, clock: Clock) -> None:
    first = create(town, kind="repair", seed=1)
    clock.advance(seconds=1)
    create(town, kind="repair", seed=2)
    create(town)
    assert claimed(town).solve.id == first.id
    assert town.queue.claim("worker", 10) is None


def neighbours(store: Store, *names: str) -> None:
    for name in names:
        document = towns.document()
        document["town"]["id"] = name
        store.load_town(document)


def test_a_town_that_queues_a_hundred_takes_its_turn_with_the_others(town: Store, clock: Clock) -> None:
    neighbours(town, "east", "west")
    for seed in range(100):
        create(town, None, seed=seed)
    clock.advance(seconds=60)
    for other in ("east", "west"):
        for seed in range(2):
            town.solves.create(other, "solve", {"a": 1}, seed=seed)
    order = []
    for _ in range(7):
        clock.advance(seconds=1)
        claim = claimed(town)
        order.append(claim.solve.town)
        town.queue.finish(claim.solve.id, claim.solve.attempt, "finished", None)
    assert order == [TOWN, "east", "west", TOWN, "east", "west", TOWN]


def test_the_town_with_the_fewest_solves_running_goes_first(town: Store, clock: Clock) -> None:
    neighbours(town, "east")
    create(town, None, seed=1)
    assert claimed(town).solve.town == TOWN
    clock.advance(seconds=1)
    last = town.solves.create("east", "solve", {"a": 1}, seed=1)[0]
    claim = claimed(town)
    assert claim.solve.id == last.id
    town.queue.finish(last.id, 1, "finished", None)
    clock.advance(seconds=1)
    create(town, None, seed=2)
    clock.advance(seconds=1)
    town.solves.create("east", "solve", {"a": 1}, seed=2)
    assert claimed(town).solve.town == "east", "it was served later, but the other has one running"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_and_goes_nobody_is_passed_over(town: Store, clock: Clock, seed: int) -> None:
    """At every claim: urgency first, then the town with the least running; never two of one town and week."""
    random = Random(seed)
    neighbours(town, "east", "west")
    names, made, running = (TOWN, "east", "west"), {}, {}
    for step in range(60):
        clock.advance(seconds=1)
        if random.random() < 0.5:
            week = random.choice((None, MONDAY))
            kind: Any = random.choice(("solve", "solve", "repair"))
            solve, _ = town.solves.create(random.choice(names), kind, {"a": 1}, week=week, seed=step)
            made[solve.id] = solve
        elif running and random.random() < 0.4:
            ended = running.pop(random.choice(sorted(running)))
            assert town.queue.finish(ended.solve.id, ended.solve.attempt, "finished", None)
        else:
            claim = town.queue.claim("worker", 1000)
            if claim is None:
                continue
            if claim.displaced is not None:
                assert running.pop(claim.displaced).solve.priority < claim.solve.priority
            load = Counter(held.solve.town for held in running.values())
            waiting = [s for s in (town.solves.get(s.town, s.id) for s in made.values()) if s.state == "queued"]
            rivals = [s for s in waiting if s.id != claim.displaced and not blocked(s, running.values())]
            assert all(s.priority <= claim.solve.priority for s in rivals)
            equals = [s for s in rivals if s.priority == claim.solve.priority]
            assert all(load[claim.solve.town] <= load[s.town] for s in equals)
            running[claim.solve.id] = claim
    weeks_running = [(c.solve.town, c.solve.week) for c in running.values() if c.solve.week]
    assert len(weeks_running) == len(set(weeks_running))


def blocked(solve: Solve, running: Iterable[Claim]) -> bool:
    return solve.week is not None and any(
        (c.solve.town, c.solve.week) == (solve.town, solve.week) and c.solve.priority >= solve.priority for c in running
    )


def test_what_ran_side_by_side_before_is_put_in_order_by_the_migration(empty_database_url: str) -> None:
    town = Store(empty_database_url)
    town.migrate()
    town.load_town(towns.document())
    weekly, repair = create(town), create(town, kind="repair")
    alone = town.solves.create(TOWN, "solve", {"a": 2})[0]
    schema.downgrade(town.database, "0007")
    with town.database.connection() as connection:
        connection.execute(text("UPDATE solve SET state = 'running', attempt = 1, lease_until = created_at"))
    schema.upgrade(town.database)
    states = [town.solves.get(TOWN, solve.id).state for solve in (weekly, repair, alone)]
    assert states == ["queued", "running", "running"]
    assert claimed_ids(town) == set(), "the weekly roster waits for the repair"
    assert town.queue.finish(repair.id, 1, "finished", None)
    assert claimed_ids(town) == {weekly.id}
    town.close()


def claimed_ids(store: Store) -> set[str]:
    claim = store.queue.claim("worker", 10)
    return set() if claim is None else {claim.solve.id}


@pytest.mark.parametrize("filled_url", ["postgresql"], indirect=True)
def test_a_stalled_taker_does_not_hold_up_the_others_for_ever(town: Store) -> None:
    """Who waits for the lock goes away with an error that every lane survives, and the server ends the staller."""
    create(town)
    with town.database.write() as session:
        turns.alone(session)
        with pytest.raises(SQLAlchemyError):
            town.queue.claim("worker", 10)
        assert session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"
    assert claimed(town).solve.attempt == 1
