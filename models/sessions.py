"""Open sessions of accounts: the cookie holds a random token, the table its hash, and what is ended is ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from .accounts import account_of
from .database import Database
from .errors import NotFound
from .records import Account
from .rows import AccountRow
from .rows_access import OpenSessionRow
from .secrets import hash_of, new_token

LONGEST = timedelta(days=7)
"""However busy the browser is; the cookie itself ends earlier without use."""


class Sessions:
    def __init__(self, database: Database) -> None:
        self._db = database

    def open(self, account: Account) -> str:
        """The token of a new session, which is over as soon as the account has another epoch. Raises NotFound."""
        token, now = new_token(), self._db.now()
        with self._db.write() as session:
            if session.get(AccountRow, account.id) is None:
                raise NotFound("account", account.id)
            over = (OpenSessionRow.account == account.id) & (OpenSessionRow.expires_at <= now)
            session.execute(delete(OpenSessionRow).where(over))
            session.add(
                OpenSessionRow(
                    token_hash=hash_of(token),
                    account=account.id,
                    epoch=account.epoch,
                    created_at=now,
                    expires_at=now + LONGEST,
                )
            )
        return token

    def account_of(self, token: str) -> Account | None:
        """Whose session this is; None when it is unknown, over or ended, or the account is switched off."""
        with self._db.read() as session:
            row = session.scalars(
                select(AccountRow)
                .join(OpenSessionRow, OpenSessionRow.account == AccountRow.id)
                .where(
                    OpenSessionRow.token_hash == hash_of(token),
                    OpenSessionRow.epoch == AccountRow.epoch,
                    OpenSessionRow.expires_at > self._db.now(),
                    AccountRow.active,
                )
            ).first()
            return None if row is None else account_of(session, row)

    def end(self, token: str) -> None:
        """End one session; nothing happens when it has ended already."""
        with self._db.write() as session:
            session.execute(delete(OpenSessionRow).where(OpenSessionRow.token_hash == hash_of(token)))

    def end_all(self, account: str) -> None:
        """End every session of an account."""
        with self._db.write() as session:
            session.execute(delete(OpenSessionRow).where(OpenSessionRow.account == account))

    def count(self, account: Account) -> int:
        """How many browsers are signed in."""
        with self._db.read() as session:
            return (
                session.scalar(
                    select(func.count()).where(
                        OpenSessionRow.account == account.id,
                        OpenSessionRow.epoch == account.epoch,
                        OpenSessionRow.expires_at > self._db.now(),
                    )
                )
                or 0
            )
