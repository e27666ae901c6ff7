"""An application's context, for words in the language of a request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from api import language


@pytest.fixture
def app_context() -> Iterator[None]:
    """A request in zh-CN, of an application that has nothing but a language."""
    made = Flask(__name__)
    language.install(made)
    with made.test_request_context("/?lang=zh"):
        yield
