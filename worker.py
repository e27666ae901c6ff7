"""The background worker: `python worker.py`. It reads DATABASE_URL and SANBAN_DATA, as the service does.

SANBAN_SLOTS (default 1) is how many solves run at a time, beside one lane for repairs alone; SANBAN_CORES (default:
all that the machine gives) is how many cores they share.
"""

from __future__ import annotations

import os
import sys

import structlog
from sqlalchemy.exc import OperationalError

from jobs.service import Worker
from models.place import data_folder, database_url
from models.store import Store


def main() -> int:
    """Runs until SIGTERM or SIGINT; 1 when the database does not answer, 2 when a setting cannot be used."""
    try:
        slots, cores = _number("SANBAN_SLOTS", 1), _number("SANBAN_CORES", len(os.sched_getaffinity(0)))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
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
    try:
        store.migrate()
        Worker(store, data_folder(os.environ), slots=slots, cores=cores).run()
    except OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error.orig}\n")
        return 1
    finally:
        store.close()
    return 0


def _number(name: str, default: int) -> int:
    """A whole number of at least 1 from the environment; raises ValueError with a sentence."""
    written = os.environ.get(name, str(default))
    if not written.isascii() or not written.isdigit() or int(written) < 1:
        raise ValueError(f"{name} is {written!r}; it must be a whole number of at least 1.")
    return int(written)


if __name__ == "__main__":
    sys.exit(main())
