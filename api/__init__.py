"""HTTP: the application factory, one module a noun, schemas, errors and pages."""

from .app import create_app

__all__ = ["create_app"]
