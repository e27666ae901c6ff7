"""Passwords that are hashed with as little work as argon2 allows, for tests that are not about passwords."""

from __future__ import annotations

from argon2 import PasswordHasher

from models.store import Store


def quick_passwords(store: Store) -> Store:
    """The store, with hashes that take no time; that real ones do is held by tests/models/test_people_say.py."""
    store.accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return store
