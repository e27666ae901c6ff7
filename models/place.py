"""Where the data lie, by the environment: the service and the worker must find the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .environment import text


def data_folder(environ: Mapping[str, str]) -> Path:
    """SANBAN_DATA: the database file, the wake-up queue and the folders of runs."""
    return Path(text(environ, "SANBAN_DATA"))


def database_url(environ: Mapping[str, str]) -> str:
    """DATABASE_URL, else an SQLite file in the data folder."""
    return text(environ, "DATABASE_URL") or f"sqlite:///{data_folder(environ) / 'sanban.sqlite'}"


def queue_url(environ: Mapping[str, str]) -> str:
    """QUEUE_URL: redis://, rediss:// or postgresql://; empty for a file in the data folder."""
    return text(environ, "QUEUE_URL")
