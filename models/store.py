"""The store: everything that is kept, taken and given as domain types, each query scoped by town."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from scheduler.document import load
from scheduler.text import Text

from . import schema
from .absences import Absences, Acknowledgements
from .accounts import Accounts
from .amendments import Amendments
from .attempts import Attempts
from .audit import AuditLog
from .callouts import Callouts
from .calls import Calls
from .channels import Channels
from .database import Database
from .duty_links import DutyLinks
from .exchanges import Exchanges
from .feeds import Feeds
from .figures import Figures
from .fitness import old_tables
from .gaps import Gaps
from .handover import HandoverNotes
from .identities import Identities
from .imports import Imports
from .links import Links
from .loading import load_town
from .outbox import Outbox
from .own_page import OwnPages
from .personal import Personal
from .posting import Posting
from .presence import Presence
from .proposals import Proposals
from .queue import Queue
from .records import Town
from .reminders import Reminders
from .reserves import Reserves
from .rosters import Rosters
from .served import ServedDuties
from .sessions import Sessions
from .solves import Solves
from .staffing import PostStaffing
from .team_links import TeamLinks
from .telling import Telling
from .things import Things
from .tokens import Tokens
from .towns import Rules, Towns
from .usual_times import UsualTimes
from .vault import Vault
from .webhooks import Webhooks
from .weeks import Weeks


class Store:
    """One noun each: `store.things`, `store.weeks`, `store.solves`, `store.rosters` …

    `url` is a database URL: sqlite:///FILE, or postgresql:// (postgres:// too) for a server. `clock` says what time
    it is; `elapsed` counts seconds without ever jumping, for leases; `vault` seals secrets, by default with the keys of
    the environment.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        elapsed: Callable[[], float] = time.monotonic,
        vault: Vault | None = None,
    ) -> None:
        self.database = Database(url, clock, vault)
        self.towns = Towns(self.database)
        self.rules = Rules(self.database)
        self.things = Things(self.database)
        self.staffing = PostStaffing(self.database)
        self.solves = Solves(self.database)
        self.proposals = Proposals(self.database)
        self.queue = Queue(self.database, elapsed)
        self.figures = Figures(self.database)
        self.rosters = Rosters(self.database)
        self.own_pages = OwnPages(self.database, self.rosters)
        self.presence = Presence(self.database, self.rosters)
        self.reserves = Reserves(self.database, self.presence)
        self.weeks = Weeks(self.database, self.reserves.expected)
        self.handover = HandoverNotes(self.database)
        self.duty_links = DutyLinks(self.database)
        self.amendments = Amendments(self.database)
        self.outbox = Outbox(self.database)
        self.posting = Posting(self.database)
        self.channels = Channels(self.database)
        self.webhooks = Webhooks(self.database)
        self.telling = Telling(self.database, self.rosters)
        self.reminders = Reminders(self.database, self.rosters)
        self.exchanges = Exchanges(self.database, self.outbox)
        self.callouts = Callouts(self.database)
        self.gaps = Gaps(self.database)
        self.team_links = TeamLinks(self.database)
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(self.database)
        self.tokens = Tokens(self.database)
        self.identities = Identities(self.database)
        self.attempts = Attempts(self.database)
        self.links = Links(self.database)
        self.absences = Absences(self.database, self.telling)
        self.acknowledgements = Acknowledgements(self.database)
        self.calls = Calls(self.database)
        self.audit = AuditLog(self.database)
        self.personal = Personal(self.database)
        self.imports = Imports(self.database)
        self.feeds = Feeds(self.database)
        self.served = ServedDuties(self.database)
        self.usual_times = UsualTimes(self.database)

    def migrate(self) -> None:
        """Bring the tables to the newest form."""
        schema.upgrade(self.database)

    def ready(self) -> bool:
        """True when the database answers and its tables have the newest form."""
        return self.unfit() is None

    def unfit(self) -> Text | None:
        """Why nothing can be done with the database now, in one sentence; None when it is ready."""
        try:
            at = schema.current(self.database)
        except SQLAlchemyError:
            return Text("数据库没有应答。", "The database does not answer.")
        return None if at == schema.newest() else old_tables(at, schema.newest())

    def moment(self) -> AbstractContextManager[None]:
        """What this thread reads inside is of one moment, by one connection; for reading only. Raises Unavailable."""
        return self.database.moment()

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()

    def load_town(self, document: dict[str, Any], week: bool = True, *, nobody_yet: bool = False) -> Town:
        """Import a whole problem document as a town; what exists already is never overwritten.

        Master data, rules and, with `week`, the week with its duties; with `nobody_yet` there may be neither people nor
        duties. Raises DocumentError.
        """
        problem = load(document, nobody_yet=nobody_yet)
        with self.database.write() as session:
            return load_town(session, document, problem, week)
