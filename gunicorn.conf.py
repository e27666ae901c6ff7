"""gunicorn by the environment (docs/operations.md): 64 threads hold 50 event streams and still answer at once."""

import os
import shutil
import sys
import tempfile

from border.memory import few_heaps
from models.environment import SettingsError, refuse_faults, text, whole

try:
    refuse_faults(os.environ)
except SettingsError as error:
    sys.stderr.write(f"三班没有启动。Sanban did not start.\n{error}\n")
    sys.exit(2)

few_heaps()  # here and in all web processes, which are forked from here

bind = text(os.environ, "SANBAN_BIND") or f"127.0.0.1:{whole(os.environ, 'PORT')}"
worker_class = "border.worker.PatientWorker"  # threads, but none waits for a slow client
workers = whole(os.environ, "SANBAN_WEB_PROCESSES")
threads = whole(os.environ, "SANBAN_WEB_THREADS")
timeout = whole(os.environ, "SANBAN_REQUEST_SECONDS")
graceful_timeout = whole(os.environ, "SANBAN_DRAIN_SECONDS")  # an open event stream is taken up again by the browser
keepalive = 5
max_requests = 0
limit_request_line = 8190
limit_request_field_size = 16380
accesslog = None  # paths hold personal tokens; the application writes its own line without them
errorlog = "-"

# All processes count into one folder, so that /metrics of any of them tells the whole; it begins and ends with us.
_given = "PROMETHEUS_MULTIPROC_DIR" in os.environ
if not _given:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="sanban-metrics-")


def post_worker_init(_worker: object) -> None:
    """Event streams end at SIGTERM instead of holding it up; the browser takes them up again."""
    from api.stream import end_at_sigterm

    end_at_sigterm()


def child_exit(_server: object, worker: object) -> None:
    """A process has ended: what it counted stays, what it measured about itself goes."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: object) -> None:
    """The whole server ends."""
    if not _given:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
