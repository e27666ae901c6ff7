"""The store: everything that is kept, taken and given as domain types, each query scoped by town."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from scheduler.document import load

from . import schema
from .absences import Absences, Acknowledgements
from .accounts import Accounts, Links
from .database import Database
from .loading import load_town
from .queue import Queue
from .records import Town
from .rosters import Rosters
from .solves import Solves
from .things import Things
from .towns import Rules, Towns
from .weeks import Weeks


class Store:
    """One noun each: `store.things`, `store.weeks`, `store.solves`, `store.rosters` …

    `url` is a database URL: sqlite:///FILE, or postgresql:// (postgres:// too) for a server.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.database = Database(url, clock)
        self.towns = Towns(self.database)
        self.rules = Rules(self.database)
        self.things = Things(self.database)
        self.weeks = Weeks(self.database)
        self.solves = Solves(self.database)
        self.queue = Queue(self.database)
        self.rosters = Rosters(self.database)
        self.accounts = Accounts(self.database)
        self.links = Links(self.database)
        self.absences = Absences(self.database)
        self.acknowledgements = Acknowledgements(self.database)

    def migrate(self) -> None:
        """Bring the tables to the newest form."""
        schema.upgrade(self.database)

    def ready(self) -> bool:
        """True when the database answers and its tables have the newest form."""
        try:
            return schema.current(self.database) == schema.newest()
        except SQLAlchemyError:
            return False

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()

    def load_town(self, document: dict[str, Any], week: bool = True) -> Town:
        """Import a whole problem document as a town; what exists already is never overwritten.

        Master data, rules and, with `week`, the week with its duties. Raises DocumentError.
        """
        problem = load(document)
        with self.database.write() as session:
            return load_town(session, document, problem, week)
