"""The form of the tables: bring it up to date, ask for it, take it back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from .database import Database

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 5_220_333
"""Advisory lock on a server, so that two processes that start together do not both migrate."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current(database: Database) -> str | None:
    """The form in which the tables are; None for an empty database."""
    with database.engine.connect() as connection:
        return current_of(connection)


def current_of(connection: Connection) -> str | None:
    """The same, within a transaction."""
    return MigrationContext.configure(connection).get_current_revision()


def all_forms() -> tuple[str, ...]:
    """Every form that this program knows, the oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def upgrade(database: Database, to: str = "head") -> None:
    with database.connection() as connection:
        upgrade_within(database, connection, to)


def upgrade_within(database: Database, connection: Connection, to: str = "head") -> None:
    """The same as a part of a transaction."""
    _alone(database, connection)
    command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str = "base") -> None:
    with database.connection() as connection:
        _alone(database, connection)
        command.downgrade(_config(connection), to)


def _alone(database: Database, connection: Connection) -> None:
    """SQLite writers are alone anyhow."""
    if not database.sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
