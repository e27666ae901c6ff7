"""What cannot work, said before solving: too few people, contradicting and dead rules, things booked twice.

Everything here is a certainty of counting, not a guess: an error means that some seat stays empty or some law is
broken whatever the roster. Silence promises nothing.
"""

from __future__ import annotations

from ..problem import Problem
from .contradictions import contradictions
from .dead import dead_rules
from .notice import Notice, Severity
from .past import unknown_past
from .readiness import readiness
from .shortages import shortages
from .workforce import Workforce

__all__ = ["Notice", "Severity", "preflight"]


def preflight(problem: Problem) -> list[Notice]:
    """All notices, errors first."""
    force = Workforce(problem)
    found = [*shortages(force), *contradictions(force), *readiness(force), *dead_rules(problem), *unknown_past(problem)]
    return sorted(found, key=lambda notice: notice.severity != "error")
