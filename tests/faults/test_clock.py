"""Wall clocks that jump and disagree: leases do not care, and who is dead is found all the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.queue import Queue
from models.store import Store
from models.watch import Sign, Watch
from tests.models.towns import MONDAY, TOWN

LEASE = 10.0
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUMPS = st.lists(st.timedeltas(timedelta(days=-400), timedelta(days=400)), min_size=1, max_size=30)


@dataclass
class Machine:
    """A machine with a wall clock that somebody sets at will, and a steady one."""

    off: timedelta = field(default_factory=timedelta)
    seconds: float = 0.0

    def clock(self) -> datetime:
        return NOON + self.off + timedelta(seconds=self.seconds)

    def elapsed(self) -> float:
        return self.seconds


def machine_on(store: Store) -> tuple[Machine, Queue, Store]:
    made = Machine()
    opened = Store(str(store.database.engine.url.render_as_string(hide_password=False)), made.clock, made.elapsed)
    return made, opened.queue, opened


def test_no_jump_of_any_clock_takes_a_solve_from_who_renews_it(town: Store) -> None:
    solve, _ = town.solves.create(TOWN, "solve", {"a": 1}, week=MONDAY)
    (one, worker, first), (other, watcher, second) = machine_on(town), machine_on(town)
    claim = worker.claim("one", LEASE)
    assert claim is not None
    jumps = [timedelta(days=1), timedelta(hours=-30), timedelta(days=365), timedelta(days=-365), timedelta()]
    for mine, theirs in zip(jumps, reversed(jumps)):
        one.off, other.off = mine, theirs
        for machine in (one, other):
            machine.seconds += LEASE / 2
        assert worker.renew(solve.id, 1, LEASE) == "held"
        assert watcher.requeue_expired(LEASE) == 0
    other.off = timedelta(days=-1000)  # now the worker is dead, and the watcher's clock far behind
    other.seconds += LEASE + 1
    assert watcher.requeue_expired(LEASE) == 1
    assert worker.renew(solve.id, 1, LEASE) == "lost"
    first.close()
    second.close()


def test_after_a_time_without_the_database_everybody_may_renew_first(town: Store) -> None:
    solve, _ = town.solves.create(TOWN, "solve", {"a": 1}, week=MONDAY)
    machine, watcher, opened = machine_on(town)
    assert town.queue.claim("dead", LEASE) is not None
    assert watcher.requeue_expired(LEASE) == 0
    machine.seconds += LEASE + 1
    watcher._watch.forget()  # as it does when the rows cannot be read
    assert watcher.requeue_expired(LEASE) == 0
    machine.seconds += LEASE + 1
    assert watcher.requeue_expired(LEASE) == 1
    assert town.solves.get(TOWN, solve.id).state == "queued"
    opened.close()


@given(jumps=JUMPS, patience=st.floats(1, 60), step=st.floats(0.1, 20))
def test_a_lease_is_free_exactly_when_it_was_not_renewed_for_longer_than_it_lasts(
    jumps: list[timedelta], patience: float, step: float
) -> None:
    machine = Machine()
    watch = Watch(machine.elapsed)
    for attempt, jump in enumerate(jumps):  # renewed at every look: never free, whatever is written in it
        assert watch.silent({"s": Sign(attempt, NOON + jump)}, patience) == {}
        machine.seconds += patience * 2
    last = Sign(len(jumps), NOON)
    assert watch.silent({"s": last}, patience) == {}
    began = machine.seconds
    for _ in range(200):
        machine.seconds += step
        free = watch.silent({"s": last}, patience)
        assert free == ({"s": last} if machine.seconds - began > patience else {})
        if free:
            return
