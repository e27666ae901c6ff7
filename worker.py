"""The background worker: `python worker.py`. It reads DATABASE_URL, SANBAN_DATA and SANBAN_SLOTS.

SANBAN_SLOTS (default 1) is how many solves run at a time, beside one lane for repairs alone.
"""

from __future__ import annotations

import os
import sys

import structlog

from jobs.service import Worker
from models.place import data_folder, database_url
from models.store import Store


def main() -> int:
    """Runs until SIGTERM or SIGINT; 2 when a setting cannot be used."""
    slots = os.environ.get("SANBAN_SLOTS", "1")
    if not slots.isascii() or not slots.isdigit() or int(slots) < 1:
        sys.stderr.write(f"SANBAN_SLOTS is {slots!r}; it must be a whole number of at least 1.\n")
        return 2
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    store = Store(database_url(os.environ))
    store.migrate()
    try:
        Worker(store, data_folder(os.environ), slots=int(slots)).run()
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
