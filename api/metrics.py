"""GET /metrics for Prometheus: requests of all processes of this service, and the queue as the database has it.

Under gunicorn every process writes its counters to a folder that all of them share (gunicorn.conf.py), so that
whichever is asked answers for all. What is counted in the database is asked anew at every look.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterable, Iterator

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from models.records import SolveKind, SolveState
from models.store import Store

from .access import public, store
from .errors import ApiError

blueprint = Blueprint("metrics", __name__)
OWN = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
KINDS: tuple[SolveKind, ...] = ("solve", "repair")
STATES: tuple[SolveState, ...] = ("queued", "running", "finished", "failed", "stopped")
REQUESTS = Counter("sanban_requests", "Requests answered", ("method", "route", "status"), registry=OWN)
SECONDS = Histogram(
    "sanban_request_seconds",
    "From the request to the beginning of its answer",
    ("route",),
    registry=OWN,
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
ROSTERS_PUBLISHED = Counter("sanban_rosters_published", "Rosters published", registry=OWN)
VACANCIES_PUBLISHED = Counter("sanban_vacancies_published", "Empty seats of published rosters", registry=OWN)


class QueueCollector(Collector):
    """The queue, from the database; without an answer `sanban_database_up` is 0 and the rest is left out."""

    def __init__(self, kept: Store) -> None:
        self._store = kept

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        figures = self._store.figures.queue()
        yield GaugeMetricFamily("sanban_database_up", "Whether the database answers", value=int(figures is not None))
        if figures is None:
            return
        solves = GaugeMetricFamily("sanban_solves", "Solves by kind and state", labels=("kind", "state"))
        for kind in KINDS:
            for state in STATES:
                solves.add_metric((kind, state), figures.solves.get((kind, state), 0))
        yield solves
        age = figures.oldest_queued_seconds
        yield GaugeMetricFamily("sanban_queue_age_seconds", "How long the oldest queued solve has waited", value=age)
        yield GaugeMetricFamily("sanban_queue_towns", "Towns with a queued solve", value=figures.towns_waiting)
        yield GaugeMetricFamily("sanban_solves_silent", "Running solves whose lease is over", value=figures.silent)


def published(vacancies: int) -> None:
    """Count a publication and the empty seats in it."""
    ROSTERS_PUBLISHED.inc()
    VACANCIES_PUBLISHED.inc(vacancies)


def install(app: Flask) -> None:
    """Count every request by its route, never by its path, and answer /metrics."""
    app.register_blueprint(blueprint)

    @app.before_request
    def begin() -> None:
        g.metrics_began = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        if "metrics_began" in g:
            SECONDS.labels(route).observe(time.perf_counter() - g.metrics_began)
        return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """For whoever has SANBAN_METRICS_TOKEN; without one there is no such page."""
    token = str(current_app.config["METRICS_TOKEN"])
    if not token:
        raise ApiError("not_found")
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise ApiError("sign_in_needed", headers={"WWW-Authenticate": "Bearer"})
    return Response(generate_latest(_whole(store())), content_type=CONTENT_TYPE_LATEST)


def _whole(kept: Store) -> CollectorRegistry:
    """What all processes have counted, or this one where it is alone, and the queue."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(OWN)
    registry.register(QueueCollector(kept))
    return registry
