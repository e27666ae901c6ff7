"""The links of teams: what a captain opens to fill gaps; random tokens of which only hashes are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from .callout_rows import TeamLinkRow
from .database import Database
from .errors import NotFound
from .links import ID_LENGTH, Link
from .records import Town
from .rows import THINGS, TownRow
from .scope import town_row
from .secrets import hash_of, new_token


@dataclass(frozen=True, slots=True)
class Team:
    """Whose link it is."""

    town: Town
    unit: str
    name: str
    link: str
    """The id of the link."""
    expires_at: datetime


class TeamLinks:
    def __init__(self, database: Database) -> None:
        self._db = database

    def issue(self, town: str, unit: str, days: int, *, renew: bool = False) -> str:
        """A new token that opens the team's page for so many days; `renew` ends the older ones. Raises NotFound."""
        token, now = new_token(), self._db.now()
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if session.get(THINGS["units"], (town, unit)) is None:
                raise NotFound("unit", unit)
            if renew:
                session.execute(_ending(now, *_of(town, unit)))
            session.add(
                TeamLinkRow(
                    token_hash=hash_of(token), town=town, unit=unit, created_at=now,
                    expires_at=now + timedelta(days=days), revoked_at=None,
                )
            )  # fmt: skip
        return token

    def open(self, token: str) -> Team | None:
        """Whose link this is; None when it is unknown, expired or revoked."""
        t, u = TeamLinkRow, THINGS["units"]
        wanted = (
            select(t, u.name, TownRow)
            .join(u, and_(u.town == t.town, u.id == t.unit))
            .join(TownRow, TownRow.id == t.town)
            .where(t.token_hash == hash_of(token), t.revoked_at.is_(None), t.expires_at > self._db.now())
        )
        with self._db.read() as session:
            found = session.execute(wanted).first()
            if found is None:
                return None
            link, name, town = found
            of = Town(town.id, town.name, town.name_en, town.zone)
            return Team(of, link.unit, name, link.token_hash[:ID_LENGTH], link.expires_at)

    def list(self, town: str, unit: str | None = None) -> Sequence[tuple[str, Link]]:
        """(unit, link) of a town, or of one unit, the latest first."""
        t, now = TeamLinkRow, self._db.now()
        wanted = select(t).where(t.town == town)
        if unit is not None:
            wanted = wanted.where(t.unit == unit)
        with self._db.read() as session:
            return [
                (
                    row.unit,
                    Link(
                        row.token_hash[:ID_LENGTH], row.created_at, row.expires_at, row.revoked_at,
                        row.revoked_at is None and row.expires_at > now,
                    ),
                )
                for row in session.scalars(wanted.order_by(t.created_at.desc(), t.token_hash))
            ]  # fmt: skip

    def revoke(self, town: str, unit: str, link: str | None = None) -> int:
        """End all links of a team, or the one of this id; how many were open."""
        which = list(_of(town, unit))
        if link is not None:
            which.append(func.substr(TeamLinkRow.token_hash, 1, ID_LENGTH) == link)
        now = self._db.now()
        with self._db.write() as session:
            return len(session.execute(_ending(now, *which)).all())


def _of(town: str, unit: str) -> tuple[ColumnElement[bool], ...]:
    return (TeamLinkRow.town == town, TeamLinkRow.unit == unit)


def _ending(now: datetime, *which: ColumnElement[bool]) -> ReturningUpdate[Any]:
    t = TeamLinkRow
    open_ = (t.revoked_at.is_(None), t.expires_at > now)
    return update(t).where(*which, *open_).values(revoked_at=now).returning(t.token_hash)
