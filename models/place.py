"""Where the data and the secret lie, by the environment: the service and the worker must find the same."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .environment import text

KEPT = "secret-key"


def data_folder(environ: Mapping[str, str]) -> Path:
    """SANBAN_DATA: the database file, the wake-up queue and the folders of runs."""
    return Path(text(environ, "SANBAN_DATA"))


def database_url(environ: Mapping[str, str]) -> str:
    """DATABASE_URL, else an SQLite file in the data folder."""
    return text(environ, "DATABASE_URL") or f"sqlite:///{data_folder(environ) / 'sanban.sqlite'}"


def queue_url(environ: Mapping[str, str]) -> str:
    """QUEUE_URL: redis://, rediss:// or postgresql://; empty for a file in the data folder."""
    return text(environ, "QUEUE_URL")


def service_secret(environ: Mapping[str, str], *, make: bool = True) -> str:
    """SECRET_KEY, else the one that is kept beside the data (made if need be); empty where production has none."""
    given = text(environ, "SECRET_KEY")
    if given or text(environ, "SANBAN_ENV") == "production":
        return given
    folder = data_folder(environ)
    return kept_secret(folder) if make or (folder / KEPT).exists() else ""


def kept_secret(folder: Path) -> str:
    """A random secret beside the data, so that a restart signs nobody out; whoever comes first makes it."""
    kept = folder / KEPT
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"{KEPT}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # somebody else was first: theirs counts
            os.link(fresh, kept)
        fresh.unlink()
    return kept.read_text().strip()
