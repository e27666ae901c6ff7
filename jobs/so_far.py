"""A result document for a roster whose solver had to be ended before it could write one."""

from __future__ import annotations

import json
from typing import Any

from models.records import Claim
from scheduler import __version__
from scheduler.roster import Ending, Progress


def result_so_far(claim: Claim, roster: str, progress: Progress | None, ended: Ending) -> dict[str, Any]:
    """The best roster (JSON text) with the figures that the solver had last told.

    What only the solver's end would have said is left out rather than made up: costs by rule and vacancies
    with their reasons; whoever shows the roster asks `check` and `explain` for them.
    """
    figures = {} if progress is None else progress.as_json()
    for name in ("vacancies", "phase"):
        figures.pop(name, None)
    return {
        "format": "sanban-result",
        "status": "feasible",
        "ended": ended,
        **figures,
        "assignments": json.loads(roster)["assignments"],
        "seed": claim.solve.seed,
        "version": __version__,
    }
