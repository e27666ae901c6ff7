"""What a test need not wait for: hashes that take their time on purpose, statements that are compiled once more.

A service has one store for its whole life; tests open thousands.
"""

from __future__ import annotations

from collections import UserDict
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import Compiled

from models.store import Store


class QuickHasher(PasswordHasher):
    """Made where the store makes its own; that real ones take their time tests/models/test_people_say.py holds."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)


def quick_passwords(store: Store) -> Store:
    """The store of another process, with hashes that take no time; in this one tests/conftest.py sees to it."""
    store.accounts._hasher = store.links._hasher = QuickHasher()
    return store


class Statements(UserDict[tuple[Any, ...], Compiled]):
    """Compiled statements of all engines of a kind together: an engine's own are keyed by its dialect, each another."""

    def __getitem__(self, key: tuple[Any, ...]) -> Compiled:
        return self.data[_alike(key)]

    def __setitem__(self, key: tuple[Any, ...], compiled: Compiled) -> None:
        self.data[_alike(key)] = compiled

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and _alike(key) in self.data


def _alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)


_statements = Statements()


def quick_engine(*given: Any, **options: Any) -> Engine:
    """An engine for which what another one has compiled need not be compiled again."""
    return create_engine(*given, **options, execution_options={"compiled_cache": _statements})
