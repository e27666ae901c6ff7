"""One row of a file while it is read: its cells by column, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from scheduler.document import DocumentError

from .columns import Table
from .plan import Plan
from .values import Unclear

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: dict[str, str]
    table: Table
    plan: Plan

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What a filled cell says; None for an empty one, and for one with a fault, which is noted."""
        text = self.text(column)
        if not text:
            return None
        try:
            return reader(text)
        except Unclear as unclear:
            self.fault(column, unclear)
            return None

    def fault(self, column: str, unclear: Unclear) -> None:
        titles, places = self.table.titles, self.table.places
        self.plan.trouble(self.number, unclear, titles.get(column, ""), places.get(column, ""))

    def refused(self, error: DocumentError, columns: dict[str, str]) -> None:
        """What the document's own rules say against the row; `columns` says where a field of the document stands."""
        for fault in error.faults[:5]:
            name = fault.path.split(".")[0].split("[")[0]
            self.fault(columns.get(name, name), Unclear("document", {"said": fault.text}))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong so far."""
        return self.number not in self.plan.held
