"""Rosters: draft → published → superseded. Published versions never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from scheduler.problem import Assignment
from scheduler.roster import Report

from .database import Database
from .records import PublishedDuty, RosterHead, RosterOrigin, RosterVersion

Which = int | Literal["draft", "published"]


class Rosters:
    def __init__(self, database: Database) -> None:
        self._db = database

    def versions(self, town: str, week: date) -> list[RosterHead]:
        """All versions of a week, the latest first."""

    def get(self, town: str, week: date, which: Which) -> RosterVersion:
        """A version by number, or the week's draft or published one. Raises NotFound."""

    def find(self, town: str, week: date, which: Which) -> RosterVersion | None:
        """As `get`, and None when there is no such version."""

    def save_draft(
        self,
        town: str,
        week: date,
        assignments: Sequence[Assignment],
        *,
        origin: RosterOrigin,
        by: str | None = None,
        based_on: int | None = None,
        revision: int | None = None,
        replace: bool = False,
        summary: dict[str, Any] | None = None,
        solve_id: str | None = None,
    ) -> RosterVersion:
        """Write the week's draft.

        With `revision` the draft of that revision is changed in place and keeps its number. With `replace` a new
        version takes the place of whatever draft there is. With neither there must be no draft yet.
        `summary` None keeps the summary of a draft that is changed in place.
        Raises NotFound (week), Conflict, DocumentError (unknown people, duties or positions; the same twice).
        """

    def discard_draft(self, town: str, week: date, revision: int) -> None:
        """Raises NotFound, Conflict."""

    def publish(
        self,
        town: str,
        week: date,
        number: int,
        revision: int,
        *,
        by: str,
        report: Report,
        published: int | None = None,
        override_reason: str | None = None,
    ) -> RosterVersion:
        """Publish the draft; the version published before becomes superseded, its duties are frozen with it.

        `report` is the check of exactly this draft. `published` is the number of the published version that the
        organiser has seen (None: none yet). Raises NotFound, Conflict (stale draft, or somebody published
        meanwhile), BrokenRules (hard violations and no reason).
        """

    def duties_of(self, town: str, person: str, start: datetime, end: datetime) -> list[PublishedDuty]:
        """What a person serves according to published rosters, overlapping [start, end), by start."""
