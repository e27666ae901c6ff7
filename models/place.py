"""Where the data lie, by the environment: the service and the worker must find the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def data_folder(environ: Mapping[str, str]) -> Path:
    """SANBAN_DATA: the database file, the wake-up queue and the folders of runs."""
    return Path(environ.get("SANBAN_DATA", "var"))


def database_url(environ: Mapping[str, str]) -> str:
    """DATABASE_URL, else an SQLite file in the data folder."""
    return environ.get("DATABASE_URL") or f"sqlite:///{data_folder(environ) / 'sanban.sqlite'}"
