"""Whatever people do with their duties, in whatever order: the published roster stays legal, nobody loses a duty that
nobody took, and what is said of each wish agrees with the roster."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from api import exchanging
from api.errors import ApiError
from models.exchange_kinds import Exchange, ExchangePolicy, Way
from models.store import Store
from scheduler import check
from scheduler.problem import Assignment

from ..thorough import examples
from .conftest import Filled
from .exchange_town import MONDAY, PEOPLE, TOWN, Morning, body, in_force, problem, published, seat

SHIFTS = ("early", "late", "night")
people, duties = (
    st.sampled_from(PEOPLE),
    st.builds(lambda day, shift: f"quay/2026-03-{2 + day:02d}/{shift}", st.integers(0, 2), st.sampled_from(SHIFTS)),
)
ways: st.SearchStrategy[Way] = st.sampled_from(["direct", "direct", "approval", "off"])
REFUSALS = {
    "seat_taken", "not_there_any_more", "seat_pinned", "already_asked", "exchange_over", "exchanges_off",
    "not_by_the_rules", "not_found",
}  # fmt: skip


STEPS = (exchanging.decline, exchanging.withdraw, exchanging.accept)


class Town(RuleBasedStateMachine):
    """Eight people, nine duties of three days; a second roster that only what is done changes."""

    app: Flask
    template: Path
    wishes = Bundle[str]("wishes")

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        file = Path(self.folder.name) / "town.sqlite"
        shutil.copy(self.template, file)
        self.morning = Morning()
        self.store = Store(f"sqlite:///{file}", self.morning, self.morning.elapsed)
        self.app.extensions["sanban_store"] = self.store
        self.problem = problem(self.store)
        self.expected = in_force(self.store)
        self.heads = Counter((a.duty, a.position) for a in self.expected)
        self.known: dict[str, Exchange] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def tried(self, ask: Callable[..., Exchange], *given: Any) -> Exchange | None:
        """What came of it; None for a refusal, which must leave everything as it was."""
        before, code = in_force(self.store), ""
        with self.app.app_context():
            try:
                made = ask(TOWN, *given)
            except ApiError as error:
                code = error.code
        if code:
            assert code in REFUSALS, code
            assert in_force(self.store) == before
            return None
        if made.state == "done":
            gone, come = made.changes()[MONDAY]
            assert set(gone) <= self.expected
            self.expected = (self.expected - set(gone)) | set(come)
        else:
            assert in_force(self.store) == before
        return made

    @rule(target=wishes, person=people, duty=duties)
    def claim(self, person: str, duty: str) -> Any:
        return self.kept(self.tried(exchanging.claim, MONDAY, person, duty, "verify"))

    @rule(target=wishes, mine=st.integers(0, 30), partner=st.none() | people)
    def offer(self, mine: int, partner: str | None) -> Any:
        own = self.one(mine)
        return self.kept(self.tried(exchanging.offer, MONDAY, own.person, own.duty, partner))

    @rule(target=wishes, mine=st.integers(0, 30), theirs=st.integers(0, 30))
    def swap(self, mine: int, theirs: int) -> Any:
        own, other = self.one(mine), self.one(theirs)
        return self.kept(self.tried(exchanging.swap, MONDAY, own.person, own.duty, other.person, other.duty))

    @rule(wish=wishes, person=people)
    def accept(self, wish: str, person: str) -> None:
        self.tried(exchanging.accept, wish, self.store.exchanges.get(TOWN, wish).partner or person)

    @rule(
        wish=wishes, person=people, step=st.sampled_from([exchanging.decline, exchanging.withdraw, exchanging.accept])
    )
    def meddle(self, wish: str, person: str, step: Callable[..., Exchange]) -> None:
        self.tried(step, wish, person)

    @rule(wish=wishes)
    def approve(self, wish: str) -> None:
        self.tried(exchanging.approve, wish, "li")

    @rule(wish=wishes)
    def refuse(self, wish: str) -> None:
        self.tried(exchanging.refuse, wish, "li", "不行")

    @rule(claims=ways, offers=ways, swaps=ways)
    def decide(self, claims: Way, offers: Way, swaps: Way) -> None:
        revision = self.store.exchanges.policy(TOWN).revision
        self.store.exchanges.set_policy(TOWN, ExchangePolicy(claims, offers, swaps), revision)

    @rule(hours=st.sampled_from([0, 0, 0, 7]))
    def later(self, hours: int) -> None:
        self.morning.advance(hours=hours)
        self.store.exchanges.settle()

    def one(self, number: int) -> Assignment:
        held = sorted(self.expected, key=lambda a: (a.duty, a.person))
        return held[number % len(held)]

    def kept(self, made: Exchange | None) -> Any:
        return multiple() if made is None else made.id

    @invariant()
    def the_roster_is_what_was_agreed_on_and_legal(self) -> None:
        if not hasattr(self, "store"):
            return
        now = in_force(self.store)
        assert now == self.expected
        assert check.check(self.problem, now).violations == ()
        heads = Counter((a.duty, a.position) for a in now)
        assert all(heads[seat_] >= count for seat_, count in self.heads.items()), "a duty that nobody took"
        self.heads = heads

    @invariant()
    def the_states_agree_with_the_roster(self) -> None:
        if not hasattr(self, "store"):
            return
        now = self.morning()
        for e in self.store.exchanges.list(TOWN):
            before = self.known.get(e.id)
            assert before is None or before.open or before == e, "what is over stays as it was"
            assert (e.ended_at is None) == e.open
            if e.open and e.expires_at > now and e.kind != "claim":
                assert e.given in self.expected
                assert e.wanted is None or e.wanted in self.expected
            self.known[e.id] = e


def test_whatever_people_do_the_roster_stays_legal_and_nobody_loses_a_duty_that_nobody_took(
    filled: Filled, sqlite_files: dict[bool, Path], tmp_path: Path
) -> None:
    file = tmp_path / "quay.sqlite"
    shutil.copy(sqlite_files[False], file)
    store = Store(f"sqlite:///{file}", Morning())
    store.load_town(body())
    published(
        store, seat("p0", 0, "early"), seat("p1", 0, "late"), seat("p2", 0, "night"), seat("p3", 1, "early"),
        seat("p4", 1, "late"), seat("p0", 1, "night"), seat("p1", 2, "early"), seat("p5", 2, "late"),
    )  # fmt: skip
    store.database.engine.raw_connection().cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    Town.app, Town.template = filled.app, file
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Town,
        settings=settings(
            max_examples=examples(6), stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
