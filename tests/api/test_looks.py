"""Event streams share one look at the database, and nobody sees another town's solve by it."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import event

from api import looks
from api.looks import Key, Looks
from models.errors import NotFound, Unavailable
from models.store import Store
from tests.models.towns import MONDAY, TOWN, document


@pytest.fixture
def keys(town: Store) -> list[Key]:
    """Four queued solves of one town."""
    made = (town.solves.create(TOWN, "solve", document(), week=MONDAY, seed=seed)[0] for seed in range(4))
    return [(TOWN, solve.id) for solve in made]


@pytest.fixture(autouse=True)
def fresh_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a look that is slow is not one that has aged."""
    monkeypatch.setattr(looks, "FRESH_SECONDS", 600.0)


@pytest.fixture
def said(town: Store) -> list[str]:
    """Statements that are sent from here on."""
    heard: list[str] = []
    event.listen(town.database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: heard.append(statement))
    return heard


def test_a_hundred_streams_take_one_statement_a_look(town: Store, keys: list[Key], said: list[str]) -> None:
    shared = Looks()
    with ExitStack() as open_:
        for n in range(100):
            open_.enter_context(shared.following(keys[n % 4]))
        found = [shared.solve(town, keys[n % 4]).id for n in range(100)]
    assert found == [keys[n % 4][1] for n in range(100)]
    assert len([statement for statement in said if "FROM solve" in statement]) == 1
    assert not shared._followed
    assert not shared._found


def test_a_look_that_has_aged_is_taken_again(town: Store, keys: list[Key], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "FRESH_SECONDS", 0.0)
    shared = Looks()
    with shared.following(keys[0]):
        assert shared.solve(town, keys[0]).state == "queued"
        town.solves.request_stop(*keys[0])
        assert shared.solve(town, keys[0]).state == "stopped"


def test_a_solve_under_another_town_s_name_is_not_found(town: Store, keys: list[Key]) -> None:
    shared = Looks()
    wrong = ("elsewhere", keys[0][1])
    with shared.following(keys[0]), shared.following(wrong):
        assert shared.solve(town, keys[0]).town == TOWN
        with pytest.raises(NotFound):
            shared.solve(town, wrong)


def test_a_database_that_is_away_is_asked_once_for_everybody(
    town: Store, keys: list[Key], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def away(wanted: object) -> None:
        asked.append(wanted)
        raise Unavailable

    shared = Looks()
    with shared.following(keys[0]), shared.following(keys[1]):
        with monkeypatch.context() as patched:
            patched.setattr(town.solves, "several", away)
            for key in keys[:2]:
                with pytest.raises(Unavailable):
                    shared.solve(town, key)
        assert len(asked) == 1
        monkeypatch.setattr(looks, "FRESH_SECONDS", 0.0)
        assert shared.solve(town, keys[0]).state == "queued"
