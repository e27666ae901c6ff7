"""Routes as text: vehicles, distance, then one line a route."""

from __future__ import annotations

from .evaluate import Evaluation
from .instance import Instance, Routes


def as_text(instance: Instance, routes: Routes, worth: Evaluation) -> str:
    """The plan in lines such as `route 1: 5 3 7`, in order of service, without the depot; distance to two places."""
    lines = [f"instance {instance.name}", f"vehicles {worth.vehicles}", f"distance {worth.distance:.2f}"]
    lines += [f"route {i}: {' '.join(map(str, route))}" for i, route in enumerate(filter(None, routes), 1)]
    return "\n".join(lines) + "\n"
