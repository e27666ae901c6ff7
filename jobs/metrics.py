"""What a worker counts about itself, for Prometheus; what the database knows is told by the service's own page."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
ENDED = Counter("sanban_worker_solves", "Runs of the solver by how they ended", ("kind", "ending"), registry=REGISTRY)
LEASES_LOST = Counter(
    "sanban_leases_lost", "Leases that ran out, found by this worker: their holders died or stalled", registry=REGISTRY
)
DISPLACED = Counter("sanban_solves_displaced", "Solves that made room for a more urgent one", registry=REGISTRY)
WAITED = Histogram(
    "sanban_solve_wait_seconds",
    "From the request of a solve to its first start",
    ("kind",),
    registry=REGISTRY,
    buckets=(1, 3, 10, 30, 60, 300, 900, 3600),
)
BUSY = Gauge("sanban_worker_lanes_busy", "Solves that this worker runs now", registry=REGISTRY)
NOTIFICATION_FAILURES = Counter(
    "sanban_notification_failures", "Messages to people that could not be handed over", ("channel",), registry=REGISTRY
)
