"""What other rules would change: the pre-flight check and the present roster, judged by both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.access import store
from api.problems import problem_for
from models.records import RosterVersion, Week
from scheduler import check, document, preflight
from scheduler.preflight import Notice
from scheduler.problem import Problem
from scheduler.roster import Report

from .desk import known, now

MOST = 30
"""Sentences of each kind."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Of the latest week: its roster under the rules in force and under the others; no roster is judged as None."""

    week: Week
    version: int | None
    before: Report | None
    after: Report | None
    notices: tuple[Notice, ...]
    """What the pre-flight check says that it did not say before."""


def trial(town: str, rules: list[dict[str, Any]]) -> Trial | None:
    """None while there is no week. Raises DocumentError when the rules are at fault."""
    week = _week(town)
    if week is None:
        return None
    shown = store().rosters.find(town, week.start, "draft") or store().rosters.find(town, week.start, "published")
    before = problem_for(town, week.start, shown) if shown else problem_for(town, week.start)
    body = store().weeks.problem_document(town, week.start) | {"rules": rules}
    if shown is not None:
        body["duties"] = [document.entity_to_json("duties", duty) for duty in before.duties]
        body.pop("errand_runs", None)
    after = document.load(body)
    said = {notice.text.zh for notice in preflight.preflight(before)}
    new = tuple(notice for notice in preflight.preflight(after) if notice.text.zh not in said)
    number = None if shown is None else shown.number
    return Trial(week, number, _judged(before, shown), _judged(after, shown), new[:MOST])


def _judged(problem: Problem, version: RosterVersion | None) -> Report | None:
    return None if version is None else check.check(problem, known(problem, version.assignments))


def _week(town: str) -> Week | None:
    """The week that runs or comes next, else the latest."""
    today: date = now().date() - timedelta(days=1)
    weeks = store().weeks.list(town)
    ahead = [week for week in weeks if week.start + timedelta(days=week.days) > today]
    return min(ahead, key=lambda w: w.start) if ahead else max(weeks, key=lambda w: w.start, default=None)
