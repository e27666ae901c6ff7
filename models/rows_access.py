"""Tables of who may come in and do what, beside the accounts themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class AccountAreaRow(Base):
    """An area, with all below it, to which an account is limited."""

    __tablename__ = "account_area"
    account: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    town: Mapped[str] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (ForeignKeyConstraint(["town", "area"], ["area.town", "area.id"], ondelete="CASCADE"),)


class OpenSessionRow(Base):
    """One browser that is signed in; the row goes when the session ends."""

    __tablename__ = "open_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int]
    """Of the account when it signed in; another one now, and the session is over."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiTokenRow(Base):
    __tablename__ = "api_token"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    """The last characters of the token, to tell one from another."""
    account: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdentityRow(Base):
    """An account as another service knows it (OpenID Connect)."""

    __tablename__ = "identity"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class LinkPolicyRow(Base):
    """How a town hands out personal links; a town without a row has the default."""

    __tablename__ = "link_policy"
    town: Mapped[str] = mapped_column(ForeignKey("town.id"), primary_key=True)
    revision: Mapped[int]
    days: Mapped[int]
    code_needed: Mapped[bool]
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 366", name="days"),)


class LinkCodeRow(Base):
    """The second factor of one person's links; its id ends with it, and with the id what browsers remember."""

    __tablename__ = "link_code"
    town: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str]
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),)


class AttemptRow(Base):
    """How often something was tried since its window began; keys are hashes."""

    __tablename__ = "attempt"
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
