"""Absences, acknowledgements, accounts and personal links."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from models import accounts, links
from models.errors import AlreadyExists, Conflict, NotFound
from models.store import Store
from scheduler.document import DocumentError
from scheduler.problem import Assignment
from tests.conftest import Clock

from . import towns
from .towns import LEGAL, MONDAY, TOWN

GATE = "gate/2026-11-23/day"
EIGHT = datetime(2026, 11, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def publish(store: Store, assignments: list[Assignment]) -> None:
    draft = store.rosters.save_draft(TOWN, MONDAY, assignments, origin="edit", replace=True)
    store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="one", report=LEGAL)


# --- absences -------------------------------------------------------------------------------------------


def test_an_absence_is_reported_covered_and_withdrawn(town: Store) -> None:
    reported = town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "孩子发烧", "person:p1")
    assert (reported.state, reported.reason, reported.reported_by) == ("reported", "孩子发烧", "person:p1")
    assert town.absences.get(TOWN, reported.id) == reported
    assert town.absences.cover(TOWN, reported.id).state == "covered"
    assert town.absences.withdraw(TOWN, reported.id).state == "withdrawn"
    with pytest.raises(Conflict):
        town.absences.cover(TOWN, reported.id)


def test_absences_are_found_by_state_person_and_time(town: Store) -> None:
    first = town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "", "x")
    second = town.absences.report(TOWN, "p2", EIGHT + HOUR, EIGHT + 2 * HOUR, "", "x")
    town.absences.cover(TOWN, second.id)
    found: Callable[..., list[str]] = lambda **how: [a.id for a in town.absences.list(TOWN, **how)]  # noqa: E731
    assert found() == [first.id, second.id]
    assert found(state="reported") == [first.id]
    assert found(person="p2") == [second.id]
    assert found(start=EIGHT + HOUR) == [second.id]
    assert found(end=EIGHT + HOUR) == [first.id]
    assert town.absences.list("other") == []


def test_an_absence_has_a_person_and_ends_after_it_starts(town: Store) -> None:
    with pytest.raises(NotFound):
        town.absences.report(TOWN, "none", EIGHT, EIGHT + HOUR, "", "x")
    with pytest.raises(DocumentError) as refused:
        town.absences.report(TOWN, "p1", EIGHT, EIGHT, "x" * 501, "x")
    assert [fault.path for fault in refused.value.faults] == ["end", "reason"]


def test_an_absence_of_another_town_is_not_found(town: Store) -> None:
    towns.filled(town, "other")
    reported = town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "", "x")
    for ask in (town.absences.get, town.absences.withdraw, town.absences.cover):
        with pytest.raises(NotFound):
            ask("other", reported.id)
    assert town.absences.get(TOWN, reported.id).state == "reported"


# --- acknowledgements -----------------------------------------------------------------------------------


def test_received_is_said_once_and_keeps_its_moment(town: Store, clock: Clock) -> None:
    publish(town, [Assignment("p1", GATE, "verify")])
    first = town.acknowledgements.acknowledge(TOWN, MONDAY, "p1", GATE)
    clock.advance(hours=1)
    assert town.acknowledgements.acknowledge(TOWN, MONDAY, "p1", GATE) == first
    assert town.acknowledgements.list(TOWN, MONDAY) == [first]
    (seen,) = town.rosters.duties_of(TOWN, "p1", EIGHT, EIGHT + HOUR)
    assert seen.acknowledged_at == first.at


def test_only_own_published_duties_are_acknowledged(town: Store) -> None:
    town.rosters.save_draft(TOWN, MONDAY, [Assignment("p1", GATE, "verify")], origin="edit")
    for person in ("p1", "p2", "none"):
        with pytest.raises(NotFound):
            town.acknowledgements.acknowledge(TOWN, MONDAY, person, GATE)


def test_who_is_moved_has_not_yet_said_received(town: Store) -> None:
    both = [Assignment("p1", GATE, "verify"), Assignment("p2", GATE, "record")]
    publish(town, both)
    for a in both:
        town.acknowledgements.acknowledge(TOWN, MONDAY, a.person, GATE)
    publish(town, [both[0], Assignment("p2", GATE, "verify")])
    assert [said.person for said in town.acknowledgements.list(TOWN, MONDAY)] == ["p1"]
    gate = town.weeks.duty(TOWN, MONDAY, GATE)
    town.weeks.save_duty(TOWN, MONDAY, replace(gate.value, start=gate.value.start - HOUR), gate.revision)
    publish(town, both)
    assert town.acknowledgements.list(TOWN, MONDAY) == []


# --- accounts -------------------------------------------------------------------------------------------


def test_an_account_signs_in_with_its_password_alone(town: Store) -> None:
    made = town.accounts.create("Li.Hua", "李华", "a long password", "organiser", TOWN)
    assert town.accounts.verify("li.hua ", "a long password") == made
    assert town.accounts.verify("li.hua", "a wrong password") is None
    assert town.accounts.verify("nobody", "a long password") is None
    assert town.accounts.verify("bad\x00login", "a long password") is None
    assert town.accounts.get(made.id) == made
    assert town.accounts.get("none") is None
    assert "a long password" not in str(_rows(town, "SELECT password FROM account"))
    assert str(_rows(town, "SELECT password FROM account")).count("$argon2id$") == 1


def test_a_login_is_taken_in_any_case(town: Store) -> None:
    town.accounts.create("admin", "管理员", "a long password", "platform_administrator")
    with pytest.raises(AlreadyExists):
        town.accounts.create("ADMIN", "别人", "a long password", "organiser", TOWN)
    with pytest.raises(NotFound):
        town.accounts.create("other", "别人", "a long password", "organiser", "none")
    assert [account.login for account in town.accounts.list()] == ["admin"]
    assert town.accounts.list(TOWN) == []


def test_a_closed_account_does_not_sign_in_and_a_new_password_replaces_the_old(town: Store) -> None:
    made = town.accounts.create("li", "李", "the first password", "organiser", TOWN)
    town.accounts.set_password(made.id, "the second password")
    assert town.accounts.verify("li", "the first password") is None
    assert town.accounts.verify("li", "the second password") is not None
    assert town.accounts.set_active(made.id, False).active is False
    assert town.accounts.verify("li", "the second password") is None
    with pytest.raises(NotFound):
        town.accounts.set_password("none", "x")
    with pytest.raises(NotFound):
        town.accounts.set_active("none", True)


@pytest.fixture
def earnest(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that hashes as the service does."""
    for module in (accounts, links):
        monkeypatch.setattr(module, "PasswordHasher", PasswordHasher)
    store = Store(filled_url)
    yield store
    store.close()


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_passwords_and_codes_are_hashed_with_all_the_work_that_argon2_advises(earnest: Store) -> None:
    earnest.accounts.create("li", "李", "a long password", "organiser", TOWN)
    earnest.links.make_code(TOWN, "p1")
    kept = _rows(earnest, "SELECT password FROM account") + _rows(earnest, "SELECT code_hash FROM link_code")
    assert len(kept) == 2
    assert not any(PasswordHasher().check_needs_rehash(hashed) for (hashed,) in kept)


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_an_unknown_login_takes_as_long_as_a_wrong_password(earnest: Store) -> None:
    town = earnest
    town.accounts.create("li", "李", "a long password", "organiser", TOWN)

    def took(login: str) -> float:
        began = time.perf_counter()
        town.accounts.verify(login, "wrong")
        return time.perf_counter() - began

    took("nobody")
    unknown, wrong = zip(*((took("nobody"), took("li")) for _ in range(5)))
    assert min(unknown) > 0.25 * min(wrong), "without the hash it would be a hundredth"


# --- personal links -------------------------------------------------------------------------------------


def test_a_link_opens_one_person_s_page_until_it_expires(town: Store, clock: Clock) -> None:
    token = town.links.issue(TOWN, "p1", days=7)
    assert len(token) >= 43
    found = town.links.person_of(token)
    assert found is not None
    assert (found[0].id, found[1].id) == (TOWN, "p1")
    clock.advance(days=6, hours=23)
    assert town.links.person_of(token) is not None
    clock.advance(hours=1)
    assert town.links.person_of(token) is None


def test_revoking_ends_all_links_of_a_person_and_no_other(town: Store, clock: Clock) -> None:
    old = town.links.issue(TOWN, "p1", days=1)
    clock.advance(days=2)
    one, two, other = (town.links.issue(TOWN, person) for person in ("p1", "p1", "p2"))
    assert town.links.revoke(TOWN, "p1") == 2
    assert [town.links.person_of(token) is None for token in (old, one, two, other)] == [True, True, True, False]
    assert town.links.revoke(TOWN, "p1") == 0


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 10_000])
def test_an_invented_token_opens_nothing(town: Store, token: str) -> None:
    town.links.issue(TOWN, "p1")
    assert town.links.person_of(token) is None


def test_only_the_hash_of_a_token_is_stored(town: Store) -> None:
    token = town.links.issue(TOWN, "p1")
    assert token not in str(_rows(town, "SELECT * FROM link"))
    with pytest.raises(NotFound):
        town.links.issue(TOWN, "none")


def test_a_person_goes_with_their_links_and_absences(town: Store) -> None:
    token = town.links.issue(TOWN, "p1")
    town.absences.report(TOWN, "p1", EIGHT, EIGHT + HOUR, "", "x")
    town.things.remove(TOWN, "people", "p1", 1)
    assert town.links.person_of(token) is None
    assert town.absences.list(TOWN) == []


def _rows(store: Store, statement: str) -> list[object]:
    with store.database.read() as session:
        return list(session.execute(text(statement)))
