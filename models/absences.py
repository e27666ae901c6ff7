"""Drop-outs and acknowledgements: what people say about their duties."""

from __future__ import annotations

from datetime import date, datetime

from .database import Database
from .records import Absence, AbsenceState, Acknowledgement


class Absences:
    def __init__(self, database: Database) -> None:
        self._db = database

    def report(self, town: str, person: str, start: datetime, end: datetime, reason: str, by: str) -> Absence:
        """Raises NotFound (person), DocumentError (ends before it starts)."""

    def list(
        self,
        town: str,
        state: AbsenceState | None = None,
        person: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Absence]:
        """Those that overlap [start, end) where given, by start."""

    def get(self, town: str, absence: str) -> Absence:
        """Raises NotFound."""

    def withdraw(self, town: str, absence: str) -> Absence:
        """Raises NotFound."""

    def cover(self, town: str, absence: str) -> Absence:
        """Mark as covered: a published repair has dealt with it. Raises NotFound, Conflict (withdrawn)."""


class Acknowledgements:
    def __init__(self, database: Database) -> None:
        self._db = database

    def acknowledge(self, town: str, week: date, person: str, duty: str) -> Acknowledgement:
        """Say 收到; a second time keeps the first instant. Raises NotFound (not this person's published duty)."""

    def list(self, town: str, week: date) -> list[Acknowledgement]:
        """Those of a week that the published roster still holds, by person and duty."""
