"""What cannot work, said before solving: too few people, contradicting and dead rules, things booked twice.

Everything here is a certainty of counting, not a guess: an error means that some seat stays empty or some law is
broken whatever the roster. Silence promises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..problem import Problem
from .contradictions import contradictions
from .dead import dead_rules
from .notice import Notice, Severity, error
from .past import unknown_past
from .readiness import readiness
from .shortages import shortages
from .workforce import Workforce

__all__ = ["Notice", "Severity", "preflight"]


def preflight(problem: Problem) -> list[Notice]:
    """All notices, errors first; where there is nobody or nothing to staff, that alone."""
    missing = list(_nothing_yet(problem))
    if missing:
        return missing
    force = Workforce(problem)
    found = [*shortages(force), *contradictions(force), *readiness(force), *dead_rules(problem), *unknown_past(problem)]
    return sorted(found, key=lambda notice: notice.severity != "error")


def _nothing_yet(problem: Problem) -> Iterator[Notice]:
    """A town that has only just begun: everything else would only say the same again."""
    if not problem.people:
        yield error(
            "no_people",
            "还没有任何人员：请先导入或添加人员。",
            "There is nobody yet: import or add people first.",
        )
    if not problem.duties:
        yield error(
            "no_duties",
            "还没有任何勤务：请给点位定好编组和班制，再按编组新建这一周。",
            "There is no duty yet: give the posts a template and a shift pattern, then make the week from them.",
        )
