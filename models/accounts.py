"""Accounts with passwords, and the volunteers' personal links."""

from __future__ import annotations

from scheduler.problem import Person

from .database import Database
from .records import Account, Role, Town


class Accounts:
    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, login: str, name: str, password: str, role: Role, town: str | None = None) -> Account:
        """Logins are compared without regard to case. Raises AlreadyExists, NotFound (town)."""

    def list(self, town: str | None = None) -> list[Account]:
        """Accounts of a town, or all, by login."""

    def get(self, account: str) -> Account | None:
        """By id; None when there is none."""

    def verify(self, login: str, password: str) -> Account | None:
        """The active account whose password this is. An unknown login takes as long as a wrong password."""

    def set_password(self, account: str, password: str) -> None:
        """Raises NotFound."""

    def set_active(self, account: str, active: bool) -> Account:
        """Raises NotFound."""


class Links:
    """Personal links: the token is random and only its hash is stored."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def issue(self, town: str, person: str, days: int = 90) -> str:
        """A new token that opens this person's page for so many days. Raises NotFound."""

    def person_of(self, token: str) -> tuple[Town, Person] | None:
        """Whose link this is; None when unknown, expired or revoked."""

    def revoke(self, town: str, person: str) -> int:
        """End all links of a person; how many were open."""
