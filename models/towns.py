"""Towns, the tenants, and their rules."""

from __future__ import annotations

from typing import Any

from .database import Database
from .records import Stored, Town


class Towns:
    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self) -> list[Town]:
        """All towns by id."""

    def get(self, town: str) -> Stored[Town]:
        """Raises NotFound."""

    def add(self, town: Town) -> Stored[Town]:
        """Raises AlreadyExists."""

    def change(self, town: Town, revision: int) -> Stored[Town]:
        """Change names or zone. Raises NotFound, Conflict."""


class Rules:
    """A town's rules: one list of rule documents, changed as a whole."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, town: str) -> Stored[list[dict[str, Any]]]:
        """The rules as in the problem document; revision 0 and an empty list before any were set."""

    def set(self, town: str, rules: list[dict[str, Any]], revision: int) -> Stored[list[dict[str, Any]]]:
        """Replace all rules. Raises DocumentError (faulty rules, unknown references), Conflict."""
