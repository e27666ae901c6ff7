"""The background worker: `python worker.py`. Its settings are those of docs/operations.md, the service's own."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping

import structlog
from sqlalchemy.exc import ArgumentError, OperationalError

from border.outbound import allowed_by
from jobs.memory import default_mb
from jobs.runner import Pace
from jobs.service import Worker
from models import schema
from models.environment import SettingsError, refuse_faults, text, whole
from models.fitness import refusals
from models.place import data_folder, database_url, queue_url
from models.store import Store

DIRECTLY = {"NO_PROXY": "*", "no_proxy": "*"}
"""What is called is called at the address that was judged, not through a proxy that would ask for the name again."""


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Runs until SIGTERM or SIGINT; 1 when the database does not answer, 2 when a setting cannot be used."""
    os.environ |= DIRECTLY
    try:
        refuse_faults(environ)
        _logs(environ)
        store = Store(database_url(environ))
    except (SettingsError, ArgumentError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        _tables(environ, store)
        _worker(environ, store).run()
    except (SettingsError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error.orig}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The worker cannot run here: {error.strerror or type(error).__name__}\n")
        return 2
    finally:
        store.close()
    return 0


def _tables(environ: Mapping[str, str], store: Store) -> None:
    """Brings them up to date; production wants that done before, and refuses whatever else is unsafe."""
    if text(environ, "SANBAN_ENV") != "production":
        store.migrate()
        return
    schema.current(store.database)  # raises when nobody answers: whether the tables are right must be known
    found = refusals(environ, store.database, signs=False)
    if found:
        raise SettingsError(found)


def _worker(environ: Mapping[str, str], store: Store) -> Worker:
    slots = whole(environ, "SANBAN_SLOTS")
    port = whole(environ, "SANBAN_WORKER_PORT", 0)
    return Worker(
        store,
        data_folder(environ),
        slots=slots,
        cores=whole(environ, "SANBAN_CORES", len(os.sched_getaffinity(0))),
        memory_mb=whole(environ, "SANBAN_MEMORY_MB", default_mb(slots)),
        most_seconds=whole(environ, "SANBAN_MAX_SOLVE_SECONDS"),
        queue_url=queue_url(environ),
        watch=(text(environ, "SANBAN_WORKER_HOST"), port) if port else None,
        allowed=allowed_by(environ),
        pace=Pace(lease=whole(environ, "SANBAN_LEASE_SECONDS"), look=whole(environ, "SANBAN_LOOK_SECONDS")),
    )


def _logs(environ: Mapping[str, str]) -> None:
    level = logging.getLevelNamesMapping()[text(environ, "SANBAN_LOG_LEVEL").upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
