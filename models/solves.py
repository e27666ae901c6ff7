"""Solves as the service sees them: create, look, stop."""

from __future__ import annotations

from datetime import date
from typing import Any

from .database import Database
from .records import Page, Solve, SolveKind

PRIORITY: dict[SolveKind, int] = {"solve": 10, "repair": 20}
"""Higher is claimed first."""


class Solves:
    def __init__(self, database: Database) -> None:
        self._db = database

    def create(
        self,
        town: str,
        kind: SolveKind,
        problem: dict[str, Any],
        *,
        week: date | None = None,
        absences: dict[str, Any] | None = None,
        start: dict[str, Any] | None = None,
        seconds: int = 60,
        seed: int = 1,
        gap: float | None = None,
        reproducible: bool = False,
        by: str | None = None,
    ) -> tuple[Solve, bool]:
        """Queue a run over a frozen problem document; wake the worker after it.

        `absences` is the body of ABSENCES.json (repair only), `start` a roster document to start from. Of one week
        and kind one run is under way at a time: an equal request (document and parameters) joins the one that is
        queued or running and True is returned with it; any other waits behind it.
        Raises NotFound (town or week).
        """

    def get(self, town: str, solve: str) -> Solve:
        """Raises NotFound."""

    def list(
        self,
        town: str,
        week: date | None = None,
        kind: SolveKind | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> Page[Solve]:
        """The latest first; of all weeks when `week` is None."""

    def under_way(self, town: str, week: date) -> list[Solve]:
        """Queued and running solves of a week, those that run first."""

    def problem(self, town: str, solve: str) -> dict[str, Any]:
        """The frozen problem document. Raises NotFound."""

    def absences(self, town: str, solve: str) -> dict[str, Any] | None:
        """The body of ABSENCES.json of a repair. Raises NotFound."""

    def result(self, town: str, solve: str) -> dict[str, Any] | None:
        """The result document; None until there is one. Raises NotFound."""

    def incumbent(self, town: str, solve: str) -> dict[str, Any] | None:
        """The best roster so far, while it runs; None until there is one. Raises NotFound."""

    def request_stop(self, town: str, solve: str) -> Solve:
        """Ask for the end: a queued solve is stopped at once, a running one within a second.

        Asking again is no error. Raises NotFound, AlreadyEnded.
        """
