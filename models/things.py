"""Master data: one table a noun, taken and given as the scheduler's own entities."""

from __future__ import annotations

from collections.abc import Sequence

from .database import Database
from .records import Page, Stored, Thing


class Things:
    """`noun` is one of `records.NOUNS`; references are checked at the border, both ways."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(self, town: str, noun: str, page: int = 1, page_size: int = 50, search: str = "") -> Page[Stored[Thing]]:
        """By name, then id; `search` is a part of the name or id, in any case of letters."""

    def all(self, town: str, noun: str) -> tuple[Thing, ...]:
        """Everything of a noun, in the order in which it was added."""

    def get(self, town: str, noun: str, id_: str) -> Stored[Thing]:
        """Raises NotFound."""

    def add(self, town: str, noun: str, value: Thing) -> Stored[Thing]:
        """Raises AlreadyExists, DocumentError (unknown references)."""

    def add_many(self, town: str, noun: str, values: Sequence[Thing]) -> list[Stored[Thing]]:
        """All or nothing; values may refer to each other. Raises as `add` does."""

    def change(self, town: str, noun: str, value: Thing, revision: int) -> Stored[Thing]:
        """Replace the thing of that id. Raises NotFound, Conflict, DocumentError (unknown references)."""

    def remove(self, town: str, noun: str, id_: str, revision: int) -> None:
        """Raises NotFound, Conflict, InUse."""
