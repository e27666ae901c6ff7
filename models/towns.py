"""Towns, the tenants, and their rules."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.document import DocumentError
from scheduler.document.faults import Faults

from .database import Database
from .errors import AlreadyExists
from .records import NOUNS, Stored, Town
from .rows import THINGS, TownRow
from .scope import same_revision, town_row


class Towns:
    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, town: str) -> Stored[Town]:
        """Raises NotFound."""
        with self._db.read() as session:
            row = town_row(session, town)
            return Stored(town_of(row), row.revision)

    def add(self, town: Town) -> Stored[Town]:
        """Raises AlreadyExists, DocumentError (no such zone)."""
        _check_zone(town)
        with self._db.write() as session:
            if session.get(TownRow, town.id) is not None:
                raise AlreadyExists("town", town.id)
            add_town(session, town)
            return Stored(town, 1)

    def change(self, town: Town, revision: int) -> Stored[Town]:
        """Change names or zone. Raises NotFound, Conflict, DocumentError (no such zone)."""
        _check_zone(town)
        with self._db.write() as session:
            row = town_row(session, town.id, hold=True)
            same_revision("town", town.id, row.revision, revision)
            row.name, row.name_en, row.zone = town.name, town.name_en, town.zone
            row.revision += 1
            return Stored(town, row.revision)

    def list(self) -> list[Town]:
        """All towns by id."""
        with self._db.read() as session:
            return [town_of(row) for row in session.scalars(select(TownRow).order_by(TownRow.id))]


class Rules:
    """A town's rules: one list of rule documents, changed as a whole."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, town: str) -> Stored[list[dict[str, Any]]]:
        """The rules as in the problem document; revision 0 and an empty list before any were set."""
        with self._db.read() as session:
            row = town_row(session, town)
            return Stored(row.rules, row.rules_revision)

    def set(self, town: str, rules: list[dict[str, Any]], revision: int) -> Stored[list[dict[str, Any]]]:
        """Replace all rules. Raises DocumentError (faulty rules, unknown references), Conflict."""
        with self._db.write() as session:
            row = town_row(session, town, hold=True)
            same_revision("rules", town, row.rules_revision, revision)
            _check(session, row, rules)
            row.rules = rules
            row.rules_revision += 1
            return Stored(rules, row.rules_revision)


def town_of(row: TownRow) -> Town:
    return Town(row.id, row.name, row.name_en, row.zone)


def add_town(session: Session, town: Town) -> TownRow:
    row = TownRow(
        id=town.id, name=town.name, name_en=town.name_en, zone=town.zone, revision=1, rules=[], rules_revision=0
    )
    session.add(row)
    session.flush()
    return row


def _check_zone(town: Town) -> None:
    try:
        ZoneInfo(town.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults = Faults()
        faults.add(("zone",), "unknown_zone", value=town.zone)
        raise DocumentError(faults.as_list()) from None


def header(town: Town) -> dict[str, Any]:
    """What every problem document of a town starts with."""
    named = {"id": town.id, "name": town.name} | ({"name_en": town.name_en} if town.name_en else {})
    return {"format": document.FORMAT, "version": document.VERSION, "town": named, "zone": town.zone}


def _check(session: Session, row: TownRow, rules: list[dict[str, Any]]) -> None:
    """The document's own reader judges the rules, among all that they may name; its other remarks are not asked for."""
    things = {
        noun: [body for (body,) in session.execute(select(THINGS[noun].body).where(THINGS[noun].town == row.id))]
        for noun in NOUNS
    }
    for noun, heavy in (("people", ("history", "availability")), ("posts", ("staffing",))):
        things[noun] = [{k: v for k, v in body.items() if k not in heavy} for body in things[noun]]
    try:
        document.load(header(town_of(row)) | {"start": "2026-11-23", "days": 7} | things | {"rules": rules})
    except DocumentError as error:
        faults = [fault for fault in error.faults if fault.path.startswith("rules")]
        if faults:
            raise DocumentError(faults) from None
