"""Sessions, API tokens, links and their codes, other sign-ins and counted attempts, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from models import schema
from models.attempts import Attempts
from models.errors import AlreadyExists, Conflict, NotFound
from models.links import LinkPolicy
from models.records import Account
from models.store import Store
from tests.conftest import Clock
from tests.thorough import examples

from .towns import TOWN, document

PASSWORD = "a long password"
MINUTE = timedelta(minutes=1)
STRANGE = ["", "x", "\x00", "\ud800", "sanban_", "x" * 10_000]


def account(store: Store, login: str = "li") -> Account:
    return store.accounts.create(login, "李", PASSWORD, "organiser", TOWN)


def everything(store: Store, *tables: str) -> str:
    with store.database.engine.connect() as connection:
        return str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])


# --- sessions -------------------------------------------------------------------------------------------

Change = Callable[[Store, Account, str], Any]
ENDINGS: dict[str, Change] = {
    "signing out": lambda store, _, token: store.sessions.end(token),
    "signing out everywhere": lambda store, who, _: store.sessions.end_all(who.id),
    "a new password": lambda store, who, _: store.accounts.set_password(who.id, "another password"),
    "another role": lambda store, who, _: store.accounts.change(who.id, role="inspector"),
    "being switched off": lambda store, who, _: store.accounts.set_active(who.id, False),
}


def test_what_ends_a_session_ends_it_for_good_and_no_other_account_s(town: Store) -> None:
    who, other = account(town), account(town, "wang")
    others = town.sessions.open(other)
    for name, ending in ENDINGS.items():
        now = town.accounts.set_active(who.id, True)
        token = town.sessions.open(now)
        assert town.sessions.account_of(token) == now
        ending(town, now, token)
        assert town.sessions.account_of(token) is None, name
        town.accounts.set_active(who.id, True)
        assert town.sessions.account_of(token) is None, name
        assert town.sessions.account_of(others) == other, name


def test_a_session_that_was_begun_with_a_password_replaced_meanwhile_is_never_open(town: Store) -> None:
    who = town.accounts.verify(account(town).login, PASSWORD)
    assert who is not None
    town.accounts.set_password(who.id, "another password")
    assert town.sessions.account_of(town.sessions.open(who)) is None


def test_a_session_is_over_after_a_week_however_busy(town: Store, clock: Clock) -> None:
    who = account(town)
    token = town.sessions.open(who)
    clock.advance(days=6, hours=23)
    assert town.sessions.account_of(token) == who
    clock.advance(hours=1)
    assert town.sessions.account_of(token) is None
    assert town.sessions.count(who) == 0
    town.sessions.open(who)
    assert everything(town, "open_session").count(who.id) == 1, "what is over is taken away"


def test_sessions_are_counted_and_only_their_hashes_are_kept(town: Store) -> None:
    who = account(town)
    tokens = [town.sessions.open(who) for _ in range(3)]
    assert town.sessions.count(who) == 3
    assert not any(token in everything(town, "open_session") for token in tokens)


@pytest.mark.parametrize("token", STRANGE)
def test_an_invented_session_or_token_opens_nothing(token: str, town: Store) -> None:
    town.sessions.open(account(town))
    assert town.sessions.account_of(token) is None
    assert town.tokens.use(token) is None
    assert town.links.open(token) is None


# --- API tokens -----------------------------------------------------------------------------------------


def test_a_token_works_until_it_expires(town: Store, clock: Clock) -> None:
    who = account(town)
    made, secret = town.tokens.issue(who.id, "大屏", ["see_roster", "see_roster", "solve"], 7)
    assert secret.startswith("sanban_")
    assert len(secret) >= 50
    assert (made.scopes, made.hint, made.last_used_at) == (("see_roster", "solve"), secret[-4:], None)
    assert town.tokens.use(secret) == (who, made)
    clock.advance(days=7, seconds=-10)
    assert town.tokens.use(secret) is not None
    clock.advance(seconds=10)
    assert town.tokens.use(secret) is None
    assert town.tokens.list(who.id) == []


def test_a_token_s_last_use_is_kept_to_the_minute_and_its_text_nowhere(town: Store, clock: Clock) -> None:
    who = account(town)
    _made, secret = town.tokens.issue(who.id, "大屏", ["see_roster"], 7)

    def used() -> Any:
        town.tokens.use(secret)
        return town.tokens.list(who.id)[0].last_used_at

    first = used()
    clock.advance(seconds=30)
    assert used() == first
    clock.advance(seconds=31)
    assert used() > first + MINUTE
    assert secret not in everything(town, "api_token")


def test_a_revoked_token_and_one_of_a_closed_account_work_no_more(town: Store) -> None:
    who, other = account(town), account(town, "wang")
    made, secret = town.tokens.issue(who.id, "一", ["solve"], 7)
    _, second = town.tokens.issue(who.id, "二", ["solve"], 7)
    with pytest.raises(NotFound):
        town.tokens.revoke(other.id, made.id)
    assert town.tokens.use(secret) is not None
    town.tokens.revoke(who.id, made.id)
    assert town.tokens.use(secret) is None
    with pytest.raises(NotFound):
        town.tokens.revoke(who.id, made.id)
    town.accounts.set_active(who.id, False)
    assert town.tokens.use(second) is None
    town.accounts.set_active(who.id, True)
    assert town.tokens.revoke_all(who.id) == 1
    assert town.tokens.use(second) is None
    with pytest.raises(NotFound):
        town.tokens.issue("none", "三", ["solve"], 7)


# --- links and codes ------------------------------------------------------------------------------------


def test_renewing_ends_the_older_links_of_this_person_and_no_other(town: Store) -> None:
    old, older, others = (town.links.issue(TOWN, person) for person in ("p1", "p1", "p2"))
    new = town.links.issue(TOWN, "p1", renew=True)
    assert [town.links.open(token) is None for token in (old, older, others, new)] == [True, True, False, False]
    assert [link.open for link in town.links.list(TOWN, "p1")].count(True) == 1
    assert set(town.links.latest(TOWN, ["p1", "p2", "p3"])) == {"p1", "p2"}


def test_one_link_is_revoked_by_its_id_and_not_by_a_part_of_it(town: Store) -> None:
    one, two = (town.links.issue(TOWN, "p1") for _ in range(2))
    opened = town.links.open(one)
    assert opened is not None
    assert [town.links.revoke(TOWN, "p1", part) for part in ("", opened.id[:8], "%", "_" * 16)] == [0] * 4
    assert town.links.revoke(TOWN, "p2", opened.id) == 0
    assert town.links.revoke(TOWN, "p1", opened.id) == 1
    assert town.links.open(one) is None
    assert town.links.open(two) is not None


def test_a_town_says_how_long_links_work_and_whether_they_need_a_code(town: Store, clock: Clock) -> None:
    assert town.links.policy(TOWN).value == LinkPolicy(90, False)
    stored = town.links.set_policy(TOWN, LinkPolicy(7, True), 1)
    assert (town.links.policy(TOWN), stored.revision) == (stored, 2)
    with pytest.raises(Conflict):
        town.links.set_policy(TOWN, LinkPolicy(), 1)
    with pytest.raises(NotFound):
        town.links.set_policy("none", LinkPolicy(), 1)
    token = town.links.issue(TOWN, "p1")
    opened = town.links.open(token)
    assert opened is not None
    assert (opened.code_needed, opened.code) == (True, None)
    clock.advance(days=7)
    assert town.links.open(token) is None


def test_only_the_present_code_fits(town: Store) -> None:
    token = town.links.issue(TOWN, "p1")
    first = town.links.make_code(TOWN, "p1")
    assert len(first) == 6
    assert first.isdigit()
    opened = town.links.open(token)
    assert opened is not None
    assert (opened.code_needed, town.links.code_fits(opened, first)) == (True, True)
    wrong = f"{(int(first) + 1) % 10**6:06}"
    assert not any(town.links.code_fits(opened, code) for code in (wrong, "", "x", "\ud800", first + "0"))
    town.links.make_code(TOWN, "p1")
    assert not town.links.code_fits(opened, first), "also to who opened the link before"
    assert town.links.with_code(TOWN, ["p1", "p2"]) == {"p1"}
    assert first not in everything(town, "link_code")
    assert town.links.drop_code(TOWN, "p1")
    assert not town.links.drop_code(TOWN, "p1")
    reopened = town.links.open(token)
    assert reopened is not None
    assert not reopened.code_needed
    with pytest.raises(NotFound):
        town.links.make_code(TOWN, "none")


# --- other sign-ins -------------------------------------------------------------------------------------


def test_a_subject_belongs_to_one_account(town: Store) -> None:
    li, wang = account(town), account(town, "wang")
    town.identities.join(li.id, "https://a", "7")
    town.identities.join(li.id, "https://a", "7")
    assert town.identities.account_of("https://a", "7") == li
    assert town.identities.account_of("https://b", "7") is None
    with pytest.raises(AlreadyExists):
        town.identities.join(wang.id, "https://a", "7")
    with pytest.raises(NotFound):
        town.identities.join("none", "https://a", "8")
    assert town.identities.joined(li.id, "https://a")
    town.identities.part(li.id, "https://a")
    assert town.identities.account_of("https://a", "7") is None


# --- attempts -------------------------------------------------------------------------------------------

Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=25)


@given(steps=STEPS, most=st.integers(0, 4), forgiven=st.sets(st.integers(0, 24), max_size=3))
@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_attempts_are_counted_as_somebody_with_pencil_and_paper_would(
    steps: list[Step], most: int, forgiven: set[int], store: Store, clock: Clock
) -> None:
    """`steps` are (key, seconds that pass before); windows of a minute begin with the first attempt."""
    clock.advance(days=1)
    paper: dict[str, tuple[float, int]] = {}
    now = 0.0
    for number, (key, seconds) in enumerate(steps):
        clock.advance(seconds=seconds)
        now += seconds
        if number in forgiven:
            store.attempts.forgive([key])
            paper.pop(key, None)
        began, count = paper.get(key, (now, 0))
        began, count = (now, 1) if now >= began + 60 else (began, count + 1)
        paper[key] = began, count
        wait = store.attempts.hit(key, most, MINUTE)
        if 59 < now - began < 61:
            return  # the real clock runs beside the test's: at the very edge either is right
        assert (wait is None) == (count <= most)
        assert store.attempts.count(key) == count
        assert wait is None or abs(wait.total_seconds() - (began + 60 - now)) < 1


def test_no_two_processes_count_two_attempts_as_one(database_url: str) -> None:
    stores = [Store(database_url) for _ in range(4)]
    refused: list[bool] = []

    def try_often(attempts: Attempts) -> None:
        refused.extend(attempts.hit("key", 30, MINUTE) is not None for _ in range(15))

    threads = [threading.Thread(target=try_often, args=(store.attempts,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), refused.count(False), stores[0].attempts.count("key")) == (60, 30, 60)
    for store in stores:
        store.close()


def test_windows_that_are_over_are_taken_away(store: Store, clock: Clock) -> None:
    for i in range(20):
        store.attempts.hit(f"old {i}", 1, MINUTE)
    clock.advance(minutes=2)
    store.attempts.hit("another", 1, MINUTE)
    assert "old" not in everything(store, "attempt")


# --- the tables -----------------------------------------------------------------------------------------

TABLES = ("open_session", "api_token", "identity", "link_policy", "link_code", "attempt")


def test_a_database_full_of_credentials_goes_down_and_up_again(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    store.migrate()
    store.load_town(document())
    who = account(store)
    store.sessions.open(who)
    store.tokens.issue(who.id, "大屏", ["see_roster"], 7)
    store.identities.join(who.id, "https://a", "7")
    store.links.set_policy(TOWN, LinkPolicy(7, True), 1)
    link = store.links.issue(TOWN, "p1")
    store.links.make_code(TOWN, "p1")
    store.attempts.hit("key", 1, MINUTE)
    schema.downgrade(store.database, "0004")
    assert not {*TABLES} & {*inspect(store.database.engine).get_table_names()}
    schema.upgrade(store.database)
    assert store.ready()
    assert store.accounts.verify("li", PASSWORD) == who
    opened = store.links.open(link)
    assert opened is not None
    assert not opened.code_needed
    assert everything(store, *TABLES) == str([[]] * len(TABLES))
    store.close()


def test_processes_that_count_and_tidy_up_at_once_never_block_each_other(database_url: str, clock: Clock) -> None:
    """Old windows of the very keys that others count again: the way in which two transactions wait for each other."""
    stores = [Store(database_url, clock) for _ in range(4)]
    keys = [f"key {i}" for i in range(6)]
    errors: list[BaseException] = []

    def try_all(attempts: Attempts, order: list[str]) -> None:
        try:
            for key in order:
                attempts.hit(key, 1, MINUTE)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            errors.append(error)

    for _ in range(6):
        clock.advance(minutes=2)
        orders = [keys[i:] + keys[:i] for i in range(4)]
        threads = [threading.Thread(target=try_all, args=(s.attempts, o)) for s, o in zip(stores, orders, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert [stores[0].attempts.count(key) for key in keys] == [4] * 6
    for store in stores:
        store.close()
