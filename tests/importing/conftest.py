"""An application's context, for words in the language of a request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import api
from api import language


@pytest.fixture
def app_context() -> Iterator[None]:
    """A request in zh-CN, of an application that has nothing but a language."""
    made = Flask(__name__)
    made.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(api.__file__).parent / "translations")
    language.install(made)
    with made.test_request_context("/?lang=zh"):
        yield
