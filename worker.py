"""The background worker: `python worker.py`. Settings come from the environment, as for the service."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from api import settings
from jobs.service import Worker
from models.store import Store


def main() -> int:
    """Runs until SIGTERM or SIGINT; 2 when the settings cannot be used."""
    try:
        config = settings.from_environment(os.environ)
        slots = int(os.environ.get("SANBAN_SLOTS", "1"))
    except (settings.SettingsError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    store = Store(config["DATABASE_URL"])
    store.migrate()
    try:
        Worker(store, Path(config["SANBAN_DATA"]), slots=slots).run()
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
