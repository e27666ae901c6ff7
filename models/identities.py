"""Accounts as another sign-in service knows them: by issuer and subject, never by name or mail."""

from __future__ import annotations

from sqlalchemy import delete, select

from .accounts import account_of
from .database import Database
from .errors import AlreadyExists, NotFound
from .records import Account
from .rows import AccountRow
from .rows_access import IdentityRow


class Identities:
    def __init__(self, database: Database) -> None:
        self._db = database

    def account_of(self, issuer: str, subject: str) -> Account | None:
        """The account that was joined with this subject, switched off or not."""
        with self._db.read() as session:
            row = session.scalars(
                select(AccountRow)
                .join(IdentityRow, IdentityRow.account == AccountRow.id)
                .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
            ).first()
            return None if row is None else account_of(session, row)

    def join(self, account: str, issuer: str, subject: str) -> None:
        """From now on this subject signs in as the account. Raises NotFound, AlreadyExists (it is another's)."""
        with self._db.write() as session:
            if session.get(AccountRow, account) is None:
                raise NotFound("account", account)
            held = session.get(IdentityRow, (issuer, subject))
            if held is not None and held.account != account:
                raise AlreadyExists("identity", subject)
            if held is None:
                now = self._db.now()
                session.add(IdentityRow(issuer=issuer, subject=subject, account=account, created_at=now))

    def joined(self, account: str, issuer: str) -> bool:
        """Whether the account can sign in there."""
        with self._db.read() as session:
            held = select(IdentityRow.subject).where(IdentityRow.account == account, IdentityRow.issuer == issuer)
            return session.scalars(held).first() is not None

    def part(self, account: str, issuer: str) -> None:
        """Nobody signs in as the account from there any more."""
        with self._db.write() as session:
            ours = (IdentityRow.account == account) & (IdentityRow.issuer == issuer)
            session.execute(delete(IdentityRow).where(ours))
