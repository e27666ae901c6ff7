"""Roles and areas as they are kept: accounts of the earlier form carried over, the last administrator held."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from models import schema
from models.errors import LastAdministrator, NotFound
from models.store import Store

from . import towns
from .towns import TOWN

PASSWORD = "a long password"


def roles(store: Store) -> dict[str, tuple[str, bool]]:
    """Login → role and whether it may sign in, read without the code's own tables."""
    with store.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT login, role, active FROM account"))
        return {row.login: (row.role, bool(row.active)) for row in rows}


def test_accounts_of_the_earlier_form_are_carried_over_and_back(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    store.migrate()
    towns.filled(store)
    store.accounts.create("root", "root", PASSWORD, "platform_administrator")
    store.accounts.create("chief", "chief", PASSWORD, "town_administrator", TOWN)
    store.accounts.create("li", "li", PASSWORD, "organiser", TOWN)
    store.accounts.create("leader", "leader", PASSWORD, "point_leader", TOWN)
    area = store.things.all(TOWN, "areas")[0].id
    store.accounts.create("part", "part", PASSWORD, "organiser", TOWN, [area])
    schema.downgrade(store.database, "0003")
    earlier = {
        "root": ("administrator", True),
        "chief": ("administrator", True),
        "li": ("organiser", True),
        "leader": ("organiser", False),
        "part": ("organiser", False),
    }
    assert roles(store) == earlier, "nobody gains a right by going back"
    store.migrate()
    assert roles(store) == earlier | {"root": ("platform_administrator", True), "chief": ("town_administrator", True)}
    kept = {account.login: account for account in store.accounts.list()}
    assert all(account.areas is None and account.epoch == 1 for account in kept.values())
    assert store.accounts.verify("li", PASSWORD) == kept["li"]
    store.close()


def test_areas_of_an_account_go_with_the_area_and_leave_nothing_behind(town: Store) -> None:
    areas = [area.id for area in town.things.all(TOWN, "areas")]
    made = town.accounts.create("leader", "leader", PASSWORD, "point_leader", TOWN, areas)
    assert made.areas == frozenset(areas)
    assert town.accounts.get(made.id) == made
    assert town.accounts.list(TOWN) == [made]
    assert town.accounts.change(made.id, areas=[]).areas == frozenset()
    assert town.accounts.change(made.id, areas="all").areas is None
    for wrong in (["none"], [areas[0], "none"]):
        with pytest.raises(NotFound):
            town.accounts.change(made.id, areas=wrong)
    assert town.accounts.get(made.id).areas is None  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        town.accounts.create("x", "x", PASSWORD, "point_leader", TOWN, ["none"])


def test_an_account_is_of_another_epoch_when_it_may_do_something_else(town: Store) -> None:
    made = town.accounts.create("li", "li", PASSWORD, "organiser", TOWN)
    epochs = [
        town.accounts.change(made.id, name="another").epoch,
        town.accounts.change(made.id, role="organiser").epoch,
        town.accounts.change(made.id, role="inspector").epoch,
        town.accounts.change(made.id, areas=[]).epoch,
        town.accounts.set_password(made.id, PASSWORD).epoch,
        town.accounts.set_active(made.id, False).epoch,
    ]
    assert epochs == [1, 1, 2, 3, 4, 5]
    found = town.accounts.get(made.id)
    assert found is not None
    assert found.epoch == 5


def test_the_last_administrator_cannot_be_taken_away_however_many_try_at_once(town: Store) -> None:
    made = [town.accounts.create(f"root{i}", "root", PASSWORD, "platform_administrator") for i in range(3)]
    kept: list[str] = []

    def leave(account: str) -> None:
        try:
            town.accounts.set_active(account, False)
        except LastAdministrator:
            kept.append(account)

    threads = [threading.Thread(target=leave, args=(account.id,)) for account in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 1
    assert [account.id for account in town.accounts.list() if account.active] == kept
    with pytest.raises(LastAdministrator):
        town.accounts.change(kept[0], role="inspector")
