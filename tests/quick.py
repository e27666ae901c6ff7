"""Passwords and codes hashed with as little work as argon2 allows, for tests that are not about them."""

from __future__ import annotations

from argon2 import PasswordHasher

from models.store import Store


class QuickHasher(PasswordHasher):
    """Made where the store makes its own; that real ones take their time tests/models/test_people_say.py holds."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)


def quick_passwords(store: Store) -> Store:
    """The store of another process, with hashes that take no time; in this one tests/conftest.py sees to it."""
    store.accounts._hasher = store.links._hasher = QuickHasher()
    return store
