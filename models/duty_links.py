"""Duty links: who is on duty now, without an account. Random tokens of which only hashes are stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import words
from .database import Database
from .errors import NotFound
from .links import ID_LENGTH
from .presence_rows import DutyLinkRow
from .records import Town
from .rows import AreaRow, PostRow, TownRow
from .scope import town_row
from .secrets import hash_of, new_token

LinkKind = Literal["look", "lead", "screen"]
MAX_NAME = 100
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class DutyLink:
    """`area` with all below it, one `post`, or with neither the whole town."""

    id: str
    town: str
    kind: LinkKind
    area: str | None
    post: str | None
    name: str
    """Whom it is for, in the organiser's words."""
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    open: bool
    """Neither expired nor revoked."""


class DutyLinks:
    def __init__(self, database: Database) -> None:
        self._db = database

    def issue(
        self,
        town: str,
        kind: LinkKind,
        name: str,
        days: int,
        by: str,
        *,
        area: str | None = None,
        post: str | None = None,
    ) -> tuple[str, DutyLink]:
        """A new token, which is nowhere else, and what it opens.

        Raises NotFound (town, area, post), DocumentError (name or days that cannot be, a screen without a post).
        """
        _check(kind, name, days, area, post)
        token, now = new_token(), self._db.now()
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if area is not None and session.get(AreaRow, (town, area)) is None:
                raise NotFound("area", area)
            if post is not None and session.get(PostRow, (town, post)) is None:
                raise NotFound("post", post)
            row = DutyLinkRow(
                token_hash=hash_of(token), town=town, kind=kind, area=area, post=post, name=name.strip(),
                created_at=now, created_by=by, expires_at=now + timedelta(days=days), revoked_at=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return token, _link(row, now)

    def open(self, token: str) -> tuple[Town, DutyLink] | None:
        """What a token leads to; None when it is unknown, expired or revoked."""
        with self._db.read() as session:
            row = session.get(DutyLinkRow, hash_of(token)) if token else None
            if row is None or not (link := _link(row, self._db.now())).open:
                return None
            town = session.get_one(TownRow, row.town)
            return Town(town.id, town.name, town.name_en, town.zone), link

    def list(self, town: str) -> list[DutyLink]:
        """All that the retention has left, the latest first."""
        wanted = select(DutyLinkRow).where(DutyLinkRow.town == town)
        with self._db.read() as session:
            rows = session.scalars(wanted.order_by(DutyLinkRow.created_at.desc(), DutyLinkRow.token_hash))
            return [_link(row, self._db.now()) for row in rows]

    def get(self, town: str, link: str) -> DutyLink:
        """Raises NotFound."""
        with self._db.read() as session:
            return _link(_row(session, town, link), self._db.now())

    def names(self, town: str, links: Collection[str]) -> dict[str, str]:
        """Id → whom it is for."""
        short = func.substr(DutyLinkRow.token_hash, 1, ID_LENGTH)
        wanted = select(DutyLinkRow.token_hash, DutyLinkRow.name)
        with self._db.read() as session:
            found = session.execute(wanted.where(DutyLinkRow.town == town, short.in_(sorted(links))))
            return {token_hash[:ID_LENGTH]: name for token_hash, name in found}

    def revoke(self, town: str, link: str) -> bool:
        """End a link; False when it was over already. Raises NotFound."""
        now = self._db.now()
        with self._db.write() as session:
            row = _row(session, town, link)
            if not _link(row, now).open:
                return False
            session.execute(update(DutyLinkRow).where(DutyLinkRow.token_hash == row.token_hash).values(revoked_at=now))
            return True


def _check(kind: LinkKind, name: str, days: int, area: str | None, post: str | None) -> None:
    faults = Faults()
    if not name.strip():
        faults.add(("name",), "too_short", length=0, limit=1)
    words.check(faults, "name", name.strip(), MAX_NAME)
    if days < 1:
        faults.add(("days",), "too_small", value=days, limit=1)
    if days > MAX_DAYS:
        faults.add(("days",), "too_large", value=days, limit=MAX_DAYS)
    if kind == "screen" and post is None:
        faults.add(("post",), "too_short", length=0, limit=1)
    if area is not None and post is not None:
        faults.add(("area",), "too_long", length=2, limit=1)
    faults.raise_if_any()


def _row(session: Session, town: str, link: str) -> DutyLinkRow:
    short = func.substr(DutyLinkRow.token_hash, 1, ID_LENGTH)
    row = session.scalars(select(DutyLinkRow).where(DutyLinkRow.town == town, short == link)).first()
    if row is None:
        raise NotFound("duty_link", link)
    return row


def _link(row: DutyLinkRow, now: datetime) -> DutyLink:
    return DutyLink(
        row.token_hash[:ID_LENGTH],
        row.town,
        cast(LinkKind, row.kind),
        row.area,
        row.post,
        row.name,
        row.created_at,
        row.created_by,
        row.expires_at,
        row.revoked_at,
        row.revoked_at is None and row.expires_at > now,
    )
