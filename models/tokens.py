"""API tokens of accounts: shown once, stored hashed, for some rights and some time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update

from .accounts import account_of
from .database import Database
from .errors import NotFound
from .records import Account
from .rows import AccountRow
from .rows_access import ApiTokenRow
from .secrets import hash_of, new_token

PREFIX = "sanban_"
"""What every token begins with: people and scanners of secrets know it by this."""
HINT_LENGTH = 4
LAST_USED_STEP = timedelta(minutes=1)
"""A busy token writes its last use no more often."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it afterwards; the scopes are rights that the service gives a meaning."""

    id: str
    account: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class Tokens:
    def __init__(self, database: Database) -> None:
        self._db = database

    def issue(self, account: str, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
        """A new token and its secret text, which is nowhere else. Raises NotFound (account)."""
        secret, now = PREFIX + new_token(), self._db.now()
        with self._db.write() as session:
            if session.get(AccountRow, account) is None:
                raise NotFound("account", account)
            row = ApiTokenRow(
                id=str(uuid4()), token_hash=hash_of(secret), hint=secret[-HINT_LENGTH:], account=account, name=name,
                scopes=list(dict.fromkeys(scopes)), created_at=now, expires_at=now + timedelta(days=days),
                last_used_at=None, revoked_at=None,
            )  # fmt: skip
            session.add(row)
            return _token(row), secret

    def use(self, secret: str) -> tuple[Account, ApiToken] | None:
        """The account that a token speaks for; None when it is unknown, expired, revoked or the account is off."""
        now = self._db.now()
        with self._db.read() as session:
            found = session.execute(
                select(ApiTokenRow, AccountRow)
                .join(AccountRow, AccountRow.id == ApiTokenRow.account)
                .where(
                    ApiTokenRow.token_hash == hash_of(secret),
                    ApiTokenRow.revoked_at.is_(None),
                    ApiTokenRow.expires_at > now,
                    AccountRow.active,
                )
            ).first()
            if found is None:
                return None
            token, account = _token(found[0]), account_of(session, found[1])
        if token.last_used_at is None or now - token.last_used_at >= LAST_USED_STEP:
            self._used(token.id, now)
        return account, token

    def _used(self, token: str, now: datetime) -> None:
        with self._db.write() as session:
            session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token).values(last_used_at=now))

    def list(self, account: str) -> Sequence[ApiToken]:
        """The tokens of an account that are good still, the latest first."""
        with self._db.read() as session:
            good = select(ApiTokenRow).where(
                ApiTokenRow.account == account,
                ApiTokenRow.revoked_at.is_(None),
                ApiTokenRow.expires_at > self._db.now(),
            )
            rows = session.scalars(good.order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.id))
            return [_token(row) for row in rows]

    def revoke(self, account: str, token: str) -> None:
        """End one token of this account. Raises NotFound, also for somebody else's."""
        with self._db.write() as session:
            ended = session.execute(
                update(ApiTokenRow)
                .where(ApiTokenRow.id == token, ApiTokenRow.account == account, ApiTokenRow.revoked_at.is_(None))
                .values(revoked_at=self._db.now())
                .returning(ApiTokenRow.id)
            )
            if ended.first() is None:
                raise NotFound("token", token)

    def revoke_all(self, account: str) -> int:
        """End all tokens of an account; how many were good still."""
        now = self._db.now()
        with self._db.write() as session:
            ended = session.execute(
                update(ApiTokenRow)
                .where(ApiTokenRow.account == account, ApiTokenRow.revoked_at.is_(None), ApiTokenRow.expires_at > now)
                .values(revoked_at=now)
                .returning(ApiTokenRow.id)
            )
            return len(ended.all())


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        row.id, row.account, row.name, row.hint, tuple(row.scopes), row.created_at, row.expires_at, row.last_used_at
    )
