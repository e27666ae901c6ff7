"""Accounts with passwords, and the volunteers' personal links."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cached_property
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.problem import Person

from .database import Database
from .errors import AlreadyExists, NotFound
from .records import Account, Role, Town
from .rows import AccountRow, LinkRow, PersonRow
from .scope import town_row
from .towns import town_of

TOKEN_BYTES = 32


class Accounts:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._hasher = PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        """Hash of a password that nobody has, so that an unknown login costs the same time."""
        return self._hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def create(self, login: str, name: str, password: str, role: Role, town: str | None = None) -> Account:
        """Logins are compared without regard to case. Raises AlreadyExists, NotFound (town)."""
        hashed = self._hasher.hash(password)
        with self._db.write() as session:
            if town is not None:
                town_row(session, town, hold=True)
            if _by_login(session, login) is not None:
                raise AlreadyExists("account", login)
            row = AccountRow(
                id=str(uuid4()), login=login, login_key=_key(login), name=name, password=hashed, role=role, town=town,
                active=True,
            )  # fmt: skip
            session.add(row)
            return _account(row)

    def get(self, account: str) -> Account | None:
        """By id; None when there is none."""
        with self._db.read() as session:
            row = session.get(AccountRow, account)
            return None if row is None else _account(row)

    def verify(self, login: str, password: str) -> Account | None:
        """The active account whose password this is. An unknown login takes as long as a wrong password."""
        with self._db.read() as session:
            row = _by_login(session, login)
            account = None if row is None else _account(row)
            hashed = self._decoy if row is None else row.password
        try:
            self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return None
        if account is None or not account.active:
            return None
        if self._hasher.check_needs_rehash(hashed):
            self.set_password(account.id, password)
        return account

    def set_password(self, account: str, password: str) -> None:
        """Raises NotFound."""
        hashed = self._hasher.hash(password)
        with self._db.write() as session:
            _account_row(session, account).password = hashed

    def set_active(self, account: str, active: bool) -> Account:
        """Raises NotFound."""
        with self._db.write() as session:
            row = _account_row(session, account)
            row.active = active
            return _account(row)

    def list(self, town: str | None = None) -> list[Account]:
        """Accounts of a town, or all, by login."""
        with self._db.read() as session:
            wanted = select(AccountRow).order_by(AccountRow.login_key)
            if town is not None:
                wanted = wanted.where(AccountRow.town == town)
            return [_account(row) for row in session.scalars(wanted)]


class Links:
    """Personal links: the token is random and only its hash is stored."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def issue(self, town: str, person: str, days: int = 90) -> str:
        """A new token that opens this person's page for so many days. Raises NotFound."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._db.now()
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if session.get(PersonRow, (town, person)) is None:
                raise NotFound("person", person)
            session.add(
                LinkRow(
                    token_hash=_hash(token),
                    town=town,
                    person=person,
                    created_at=now,
                    expires_at=now + timedelta(days=days),
                    revoked_at=None,
                )
            )
        return token

    def person_of(self, token: str) -> tuple[Town, Person] | None:
        """Whose link this is; None when unknown, expired or revoked."""
        with self._db.read() as session:
            link = session.get(LinkRow, _hash(token))
            if link is None or link.revoked_at is not None or link.expires_at <= self._db.now():
                return None
            town = town_row(session, link.town)
            person = session.get_one(PersonRow, (link.town, link.person))
            return town_of(town), document.entity_from_json("people", person.body, town.zone)

    def revoke(self, town: str, person: str) -> int:
        """End all links of a person; how many were open."""
        now = self._db.now()
        with self._db.write() as session:
            ended = session.execute(
                update(LinkRow)
                .where(
                    LinkRow.town == town,
                    LinkRow.person == person,
                    LinkRow.revoked_at.is_(None),
                    LinkRow.expires_at > now,
                )
                .values(revoked_at=now)
                .returning(LinkRow.token_hash)
            )
            return len(ended.all())


def _key(login: str) -> str:
    return login.strip().casefold()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _by_login(session: Session, login: str) -> AccountRow | None:
    return session.scalars(select(AccountRow).where(AccountRow.login_key == _key(login))).first()


def _account_row(session: Session, account: str) -> AccountRow:
    row = session.get(AccountRow, account)
    if row is None:
        raise NotFound("account", account)
    return row


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.login, row.name, row.role, row.town, row.active)  # type: ignore[arg-type]
