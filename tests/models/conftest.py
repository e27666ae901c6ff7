"""Fixtures of what is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgres import Server

from .places import Places


@pytest.fixture(scope="session")
def _places(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places(postgres_server, tmp_path_factory.mktemp("places"))


@pytest.fixture
def places(_places: Places) -> Iterator[Places]:
    """Databases to copy from and to. The commands are strict about who may read; other tests' files are not theirs."""
    mask = os.umask(0o077)
    os.umask(mask)
    yield _places
    os.umask(mask)
