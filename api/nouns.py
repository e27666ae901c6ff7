"""Every noun of the API in a list, and the pages."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_smorest import Api as SmorestApi

from . import session
from .schemas.base import ErrorOut

BLUEPRINTS = (session.blueprint,)


class Api(SmorestApi):
    """flask-smorest without its own error shape; ours is in errors.py."""

    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Leave errors alone."""


def install(app: Flask) -> None:
    """Register everything that answers."""
    api = Api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    if find_spec("api.pages"):
        app.register_blueprint(import_module("api.pages").blueprint)
