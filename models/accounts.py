"""Accounts with passwords."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Literal
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from .database import Database
from .errors import AlreadyExists, LastAdministrator, NotFound
from .records import Account, Role
from .rows import AccountRow, AreaRow
from .rows_access import AccountAreaRow
from .scope import town_row

TOKEN_BYTES = 32
PLATFORM = "platform_administrator"


class Accounts:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._hasher = PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        """Hash of a password that nobody has, so that an unknown login costs the same time."""
        return self._hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def create(
        self,
        login: str,
        name: str,
        password: str,
        role: Role,
        town: str | None = None,
        areas: Collection[str] | None = None,
    ) -> Account:
        """Logins are compared without regard to case. Raises AlreadyExists, NotFound (town, area)."""
        hashed = self._hasher.hash(password)
        with self._db.write() as session:
            if town is not None:
                town_row(session, town, hold=True)
            if _by_login(session, login) is not None:
                raise AlreadyExists("account", login)
            row = AccountRow(
                id=str(uuid4()), login=login, login_key=_key(login), name=name, password=hashed, role=role, town=town,
                active=True, limited=False, epoch=1,
            )  # fmt: skip
            session.add(row)
            session.flush()
            _limit(session, row, areas)
            return account_of(session, row)

    def get(self, account: str) -> Account | None:
        """By id; None when there is none."""
        with self._db.read() as session:
            row = session.get(AccountRow, account)
            return None if row is None else account_of(session, row)

    def verify(self, login: str, password: str) -> Account | None:
        """The active account whose password this is. An unknown login takes as long as a wrong password."""
        with self._db.read() as session:
            row = _by_login(session, login)
            account = None if row is None else account_of(session, row)
            hashed = self._decoy if row is None else row.password
        try:
            self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return None
        if account is None or not account.active:
            return None
        if self._hasher.check_needs_rehash(hashed):
            self._rehash(account.id, hashed, password)
        return account

    def _rehash(self, account: str, before: str, password: str) -> None:
        """The same password, hashed as is done today; no session ends by it."""
        hashed = self._hasher.hash(password)
        with self._db.write() as session:
            row = _account_row(session, account)
            if row.password == before:
                row.password = hashed

    def set_password(self, account: str, password: str) -> Account:
        """Ends the sessions that the old one began. Raises NotFound."""
        return self.change(account, password=password)

    def set_active(self, account: str, active: bool) -> Account:
        """Raises NotFound, LastAdministrator."""
        return self.change(account, active=active)

    def change(
        self,
        account: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        password: str | None = None,
        areas: Collection[str] | Literal["all"] | None = None,
    ) -> Account:
        """What is not None is set, all at once; areas "all" lifts the limits.

        Raises NotFound (account, area), LastAdministrator.
        """
        hashed = None if password is None else self._hasher.hash(password)
        with self._db.write() as session:
            session.execute(_administrators().with_for_update())
            row = _account_row(session, account, hold=True)
            before = account_of(session, row)
            row.name = row.name if name is None else name
            row.role = row.role if role is None else role
            row.active = row.active if active is None else active
            if hashed is not None:
                row.password = hashed
            if areas is not None:
                _limit(session, row, None if areas == "all" else areas)
            session.flush()
            after = account_of(session, row)
            if hashed is not None or replace(before, name=after.name) != after:
                row.epoch += 1
            _refuse_no_administrator(session, before)
            return replace(after, epoch=row.epoch)

    def list(self, town: str | None = None) -> list[Account]:
        """Accounts of a town, or all, by login."""
        with self._db.read() as session:
            wanted = select(AccountRow).order_by(AccountRow.login_key)
            areas = select(AccountAreaRow.account, AccountAreaRow.area)
            if town is not None:
                wanted = wanted.where(AccountRow.town == town)
                areas = areas.where(AccountAreaRow.town == town)
            held: dict[str, set[str]] = defaultdict(set)
            for account, area in session.execute(areas):
                held[account].add(area)
            return [_record(row, held[row.id]) for row in session.scalars(wanted)]


def _key(login: str) -> str:
    return login.strip().casefold()


def _by_login(session: Session, login: str) -> AccountRow | None:
    return session.scalars(select(AccountRow).where(AccountRow.login_key == _key(login))).first()


def _account_row(session: Session, account: str, *, hold: bool = False) -> AccountRow:
    row = session.get(AccountRow, account, with_for_update=True if hold else None)
    if row is None:
        raise NotFound("account", account)
    return row


def _limit(session: Session, row: AccountRow, areas: Collection[str] | None) -> None:
    """Limit an account to areas of its town, or not at all. Raises NotFound (area)."""
    session.execute(delete(AccountAreaRow).where(AccountAreaRow.account == row.id))
    row.limited = areas is not None
    for area in sorted(set(areas or ())):
        if row.town is None or session.get(AreaRow, (row.town, area)) is None:
            raise NotFound("area", area)
        session.add(AccountAreaRow(account=row.id, town=row.town, area=area))
    session.flush()


def _administrators() -> Select[str]:
    """Those of the platform, in one order: writers that hold them all cannot take away the last two at once."""
    return select(AccountRow.id).where(AccountRow.role == PLATFORM).order_by(AccountRow.id)


def _refuse_no_administrator(session: Session, before: Account) -> None:
    """Raises LastAdministrator when this change took away the last one."""
    if before.role != PLATFORM or not before.active:
        return
    if not session.scalars(_administrators().where(AccountRow.active)).all():
        raise LastAdministrator


def account_of(session: Session, row: AccountRow) -> Account:
    """The account of a row, with its areas."""
    areas = session.scalars(select(AccountAreaRow.area).where(AccountAreaRow.account == row.id)) if row.limited else ()
    return _record(row, areas)


def _record(row: AccountRow, areas: Iterable[str]) -> Account:
    limits = frozenset(areas) if row.limited else None
    return Account(row.id, row.login, row.name, row.role, row.town, row.active, limits, row.epoch)  # type: ignore[arg-type]
