"""What tests of pages share: each module has an `app` of its own."""

from __future__ import annotations

import pytest
from flask import Flask

from models.store import Store

from .reader import store_of


@pytest.fixture
def store(app: Flask) -> Store:
    return store_of(app)
