"""Runs migrations on the connection that `models.schema` hands over, or on DATABASE_URL from alembic's command line."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from alembic import context
from sqlalchemy import Connection

from models.database import Database
from models.rows import Base


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(os.environ["DATABASE_URL"], lambda: datetime.now(UTC))
    with database.connection() as opened:
        run(opened)
    database.close()
