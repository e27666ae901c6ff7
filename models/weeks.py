"""Weeks and their duties, and the problem document that a week makes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from scheduler.problem import Duty

from .database import Database
from .records import Stored, Week


class Weeks:
    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self, town: str) -> list[Week]:
        """The latest first."""

    def get(self, town: str, start: date) -> Week:
        """Raises NotFound."""

    def on(self, town: str, day: date) -> Week | None:
        """The week that holds this local day."""

    def make(
        self,
        town: str,
        start: date,
        days: int = 7,
        source: Literal["templates", "previous", "empty"] = "templates",
        with_roster: bool = False,
        by: str | None = None,
    ) -> Week:
        """Make a week with duties from posts, patterns and templates, or copied from the latest week before.

        `with_roster` (source "previous" only) also copies that week's roster, published or else draft, as a draft
        of origin "copy"; who has gone since is left out. Raises AlreadyExists (same or overlapping days), NotFound
        (nothing to copy from), DocumentError (`days` outside 1 … 35).
        """

    def remove(self, town: str, start: date, revision: int) -> None:
        """Remove a week with its duties and draft. Raises NotFound, Conflict, InUse (it was published or is solved)."""

    def duties(self, town: str, start: date) -> tuple[Stored[Duty], ...]:
        """By start, then id. Raises NotFound (the week)."""

    def duty(self, town: str, start: date, duty: str) -> Stored[Duty]:
        """Raises NotFound."""

    def save_duty(self, town: str, start: date, duty: Duty, revision: int | None = None) -> Stored[Duty]:
        """Add a duty (`revision` None) or change it. It must start inside the week.

        Raises NotFound, AlreadyExists, Conflict, DocumentError (unknown references, outside the week).
        """

    def remove_duty(self, town: str, start: date, duty: str, revision: int) -> None:
        """Take a duty out of the week and out of its draft. Raises NotFound, Conflict."""

    def problem_document(
        self, town: str, start: date, *, now: datetime | None = None, baseline: int | None = None
    ) -> dict[str, Any]:
        """The full current problem document of a week, valid for `document.load`.

        People carry the history of published rosters of the weeks before (single duties of the 14 days before,
        totals of 28 days), or their stored history where there are none. Absences that are reported or covered
        are unavailable spans. `baseline` is a roster's number of this week: its assignments (and, once it was
        published, its pins) become the baseline. Raises NotFound.
        """
