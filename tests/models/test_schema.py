"""The tables: the same in code and migrations, up and down on a filled database."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from models import schema
from models.database import Database, normalised
from models.rows import Base
from models.store import Store

from . import everything, towns


@pytest.fixture
def database(empty_database_url: str, clock: object) -> Database:
    opened = Database(empty_database_url, clock)  # type: ignore[arg-type]
    yield opened
    opened.close()


def test_the_migrations_make_the_tables_that_the_code_means(database: Database) -> None:
    schema.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_filled_database_goes_down_and_up_again(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    store.migrate()
    towns.filled(store)
    towns.published(store)
    towns.drafted(store)
    store.solves.create(towns.TOWN, "solve", {"any": "problem"}, week=towns.MONDAY)
    schema.downgrade(store.database, "0001")
    assert not store.ready()
    schema.upgrade(store.database)
    assert store.rosters.get(towns.TOWN, towns.MONDAY, "published").number == 1
    schema.downgrade(store.database)
    with store.database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    store.migrate()
    assert store.ready()
    assert store.towns.list() == []
    store.close()


def anatomy(database: Database) -> dict[str, object]:
    """Tables with columns, keys, indexes and checks; triggers with what they say."""
    found: dict[str, object] = {}
    with database.engine.connect() as connection:
        look = inspect(connection)
        for table in look.get_table_names():
            columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in look.get_columns(table)}
            indexes = sorted((i["name"] or "", tuple(i["column_names"])) for i in look.get_indexes(table))
            foreign = sorted((f["name"] or "", str(f["options"])) for f in look.get_foreign_keys(table))
            checks = sorted((c["name"] or "", c["sqltext"]) for c in look.get_check_constraints(table))
            found[table] = (columns, look.get_pk_constraint(table), indexes, foreign, checks)
        triggers = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            if database.sqlite
            else "SELECT t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text || pg_get_functiondef(t.tgfoid) "
            "FROM pg_trigger t WHERE NOT t.tgisinternal"
        )
        found["triggers"] = {row[0]: row[1] for row in connection.execute(text(triggers))}
    return found


def test_a_filled_database_walks_through_every_form_down_and_up(empty_database_url: str) -> None:
    """Each step leaves exactly the tables and guards of that form, and what all forms know stays."""
    forms, shapes = schema.all_forms(), {}
    with closing(Store(empty_database_url)) as store:
        for form in forms:
            schema.upgrade(store.database, form)
            shapes[form] = anatomy(store.database)
        everything.fill(store)
        people = store.things.all(towns.TOWN, "people")
        for form in reversed(forms[:-1]):
            schema.downgrade(store.database, form)
            assert (schema.current(store.database), anatomy(store.database)) == (form, shapes[form])
        for form in forms[1:]:
            schema.upgrade(store.database, form)
            assert (schema.current(store.database), anatomy(store.database)) == (form, shapes[form])
        assert store.ready()
        assert store.things.all(towns.TOWN, "people") == people
        assert store.rosters.get(towns.TOWN, towns.MONDAY, "published").number == 1


def test_migrating_again_changes_nothing(store: Store) -> None:
    towns.filled(store)
    store.migrate()
    assert len(store.things.all(towns.TOWN, "people")) == towns.PEOPLE


def test_two_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    stores = [Store(empty_database_url) for _ in range(2)]
    errors: list[BaseException] = []

    def migrate(store: Store) -> None:
        try:
            store.migrate()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test tells it
            errors.append(error)

    threads = [threading.Thread(target=migrate, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(store.ready() for store in stores)
    for store in stores:
        store.close()


def test_an_empty_database_is_not_ready(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert not store.ready()
    store.close()


def test_a_server_that_does_not_answer_is_not_ready() -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    assert not store.ready()
    store.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_server_address_means_the_driver_that_is_installed(scheme: str) -> None:
    assert normalised(f"{scheme}://a:b@host/db").drivername == "postgresql+psycopg"


def test_sqlite_runs_in_the_mode_that_loses_nothing_and_waits(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'folder' / 'town.sqlite'}")
    with store.database.engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("foreign_keys") == 1
        assert pragma("synchronous") == 1
        assert pragma("busy_timeout") == 30_000
    store.close()
