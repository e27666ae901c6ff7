"""Volunteers' personal links: random tokens of which only hashes are stored, and the code that some of them need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from .database import Database
from .errors import NotFound
from .feeds import end_of
from .records import Stored, Town
from .rows import LinkRow, PersonRow, TownRow
from .rows_access import LinkCodeRow, LinkPolicyRow
from .scope import same_revision, town_row
from .secrets import hash_of, new_code, new_token

ID_LENGTH = 16
"""A link is named by the first characters of its token's hash, from which nobody finds the token."""


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """How a town hands out links: for so many days, and whether every link needs the person's code."""

    days: int = 90
    code_needed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link as organisers see it."""

    id: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    open: bool
    """Neither expired nor revoked."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a link is."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A good link: whose it is, and which code it needs besides; `code` None with `code_needed`: none was made yet."""

    id: str
    town: Town
    person: Owner
    code_needed: bool
    code: str | None
    """The id of the person's code, not the code itself."""


class Links:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._hasher = PasswordHasher()

    def issue(self, town: str, person: str, days: int | None = None, *, renew: bool = False) -> str:
        """A new token that opens this person's page for so many days, by default as the town has it.

        `renew` ends the older ones in the same moment. Raises NotFound.
        """
        token, now = new_token(), self._db.now()
        with self._db.write() as session:
            town_row(session, town, hold=True)
            _person(session, town, person)
            if renew:
                _end(session, town, person, now)
            ends = now + timedelta(days=days or _policy(session, town).value.days)
            session.add(
                LinkRow(
                    token_hash=hash_of(token), town=town, person=person, created_at=now, expires_at=ends,
                    revoked_at=None,
                )
            )  # fmt: skip
        return token

    def open(self, token: str) -> Opened | None:
        """What this link leads to; None when it is unknown, expired or revoked."""
        with self._db.read() as session:
            found = session.execute(OPENED, {"token_hash": hash_of(token)}).first()
        return opened_by(found, self._db.now())

    def person_of(self, token: str) -> tuple[Town, Owner] | None:
        """Whose link this is, whatever code it may need; None when unknown, expired or revoked."""
        found = self.open(token)
        return None if found is None else (found.town, found.person)

    def list(self, town: str, person: str) -> Sequence[Link]:
        """The links of a person, the latest first. Raises NotFound."""
        with self._db.read() as session:
            _person(session, town, person)
            held = select(LinkRow).where(LinkRow.town == town, LinkRow.person == person)
            rows = session.scalars(held.order_by(LinkRow.created_at.desc(), LinkRow.token_hash))
            return [self._link(row) for row in rows]

    def latest(self, town: str, people: Sequence[str]) -> dict[str, datetime]:
        """Until when those of these people who have an open link have one."""
        with self._db.read() as session:
            open_ = select(LinkRow.person, LinkRow.expires_at).where(
                LinkRow.town == town,
                LinkRow.person.in_(people),
                LinkRow.revoked_at.is_(None),
                LinkRow.expires_at > self._db.now(),
            )
            return {row.person: row.expires_at for row in session.execute(open_.order_by(LinkRow.expires_at))}

    def revoke(self, town: str, person: str, link: str | None = None) -> int:
        """End all links of a person and their calendar feed, or the one link of this id; how many were open."""
        with self._db.write() as session:
            if link is None:
                end_of(session, town, person)
            return _end(session, town, person, self._db.now(), link)

    # --- the second factor --------------------------------------------------------------------------------

    def make_code(self, town: str, person: str) -> str:
        """A new code of six digits, which this person's links need from now on; the old one ends. Raises NotFound."""
        code, now = new_code(), self._db.now()
        # A million codes are soon tried by whoever has the table: a slow hash, as for passwords.
        hashed = self._hasher.hash(code)
        with self._db.write() as session:
            town_row(session, town, hold=True)
            _person(session, town, person)
            held = session.get(LinkCodeRow, (town, person))
            if held is not None:
                held.id, held.code_hash, held.created_at = str(uuid4()), hashed, now
            else:
                session.add(LinkCodeRow(town=town, person=person, id=str(uuid4()), code_hash=hashed, created_at=now))
        return code

    def drop_code(self, town: str, person: str) -> bool:
        """The person's links need no code any more, unless the town wants one; whether there was one."""
        with self._db.write() as session:
            held = session.get(LinkCodeRow, (town, person))
            if held is not None:
                session.delete(held)
            return held is not None

    def with_code(self, town: str, people: Sequence[str]) -> frozenset[str]:
        """Who of these people has a code."""
        with self._db.read() as session:
            held = select(LinkCodeRow.person).where(LinkCodeRow.town == town, LinkCodeRow.person.in_(people))
            return frozenset(session.scalars(held))

    def code_fits(self, opened: Opened, code: str) -> bool:
        """Whether this is the code of the link's person; the caller counts the attempts."""
        with self._db.read() as session:
            held = session.get(LinkCodeRow, (opened.town.id, opened.person.id))
            hashed = held.code_hash if held is not None and held.id == opened.code else None
        if hashed is None:
            return False
        try:
            return self._hasher.verify(hashed, code.encode("utf-8", "surrogatepass"))
        except VerifyMismatchError:
            return False

    # --- how a town wants it ------------------------------------------------------------------------------

    def policy(self, town: str) -> Stored[LinkPolicy]:
        """How the town hands out links."""
        with self._db.read() as session:
            return _policy(session, town)

    def set_policy(self, town: str, policy: LinkPolicy, revision: int) -> Stored[LinkPolicy]:
        """Days between 1 and 366, for links that are issued from now on. Raises NotFound, Conflict."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            same_revision("link_policy", town, _policy(session, town).revision, revision)
            session.merge(
                LinkPolicyRow(town=town, revision=revision + 1, days=policy.days, code_needed=policy.code_needed)
            )
            return Stored(policy, revision + 1)

    def _link(self, row: LinkRow) -> Link:
        is_open = row.revoked_at is None and row.expires_at > self._db.now()
        return Link(_id(row), row.created_at, row.expires_at, row.revoked_at, is_open)


def opened_by(found: Any, now: datetime) -> Opened | None:
    """What a row of `OPENED` leads to; None when there is none, or it is expired or revoked."""
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return Opened(
        found.token_hash[:ID_LENGTH],
        Town(found.town, found.town_name, found.town_name_en, found.zone),
        Owner(found.person, found.person_name),
        found.code is not None or bool(found.code_needed),
        found.code,
    )


def _id(row: LinkRow) -> str:
    return row.token_hash[:ID_LENGTH]


OPENED = (
    select(
        LinkRow.token_hash,
        LinkRow.town,
        LinkRow.person,
        LinkRow.expires_at,
        LinkRow.revoked_at,
        PersonRow.name.label("person_name"),
        TownRow.name.label("town_name"),
        TownRow.name_en.label("town_name_en"),
        TownRow.zone,
        LinkPolicyRow.code_needed,
        LinkCodeRow.id.label("code"),
    )
    .join(PersonRow, and_(PersonRow.town == LinkRow.town, PersonRow.id == LinkRow.person))
    .join(TownRow, TownRow.id == LinkRow.town)
    .outerjoin(LinkPolicyRow, LinkPolicyRow.town == LinkRow.town)
    .outerjoin(LinkCodeRow, and_(LinkCodeRow.town == LinkRow.town, LinkCodeRow.person == LinkRow.person))
    .where(LinkRow.token_hash == bindparam("token_hash"))
)
"""All that belongs to a link, in one query: a change of shift opens hundreds in a second."""


def _person(session: Session, town: str, person: str) -> None:
    if session.get(PersonRow, (town, person)) is None:
        raise NotFound("person", person)


def _policy(session: Session, town: str) -> Stored[LinkPolicy]:
    row = session.get(LinkPolicyRow, town)
    return Stored(LinkPolicy(), 1) if row is None else Stored(LinkPolicy(row.days, row.code_needed), row.revision)


def _end(session: Session, town: str, person: str, now: datetime, link: str | None = None) -> int:
    ending = (
        update(LinkRow)
        .where(LinkRow.town == town, LinkRow.person == person, LinkRow.revoked_at.is_(None), LinkRow.expires_at > now)
        .values(revoked_at=now)
        .returning(LinkRow.token_hash)
    )
    if link is not None:
        ending = ending.where(func.substr(LinkRow.token_hash, 1, ID_LENGTH) == link)
    return len(session.execute(ending).all())
