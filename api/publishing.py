"""Publishing: checked again at the last moment; a repair that is published covers its absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from models.errors import BrokenRules, Conflict
from models.records import RosterVersion
from scheduler import check
from scheduler.problem import Assignment
from scheduler.roster import Report

from . import metrics
from .access import actor, store
from .errors import ApiError
from .problems import problem_for


def publish(
    town: str, week: date, revision: int, seen: int | None, reason: str | None, *, emergency: bool = False
) -> RosterVersion:
    """Publish the draft of that revision in place of version `seen` (None: nothing is published yet).

    Those concerned are told; in an `emergency` at once, in quiet hours too.

    Raises ApiError (409, somebody published meanwhile), Conflict (the draft changed or is gone), BrokenRules.
    """
    with store().database.together():
        before = store().rosters.find(town, week, "published")
        version, vacant = _publish(town, week, revision, seen, reason)
        store().telling.published(town, week, before, version, vacant, by=actor().id, emergency=emergency)
        if version.origin == "repair" and version.solve_id is not None:
            cover(town, version.solve_id)
        store().database.afterwards(lambda: metrics.published(vacant))
    return version


def _publish(
    town: str, week: date, revision: int, seen: int | None, reason: str | None
) -> tuple[RosterVersion, int]:
    """The version, and how many of its seats are vacant."""
    try:
        draft = store().rosters.find(town, week, "draft")
        if draft is None:
            raise Conflict("roster", "draft", None)
        report = check.check(problem_for(town, week, draft), draft.assignments)
        version = store().rosters.publish(
            town,
            week,
            draft.number,
            revision,
            by=actor().id,
            report=report,
            published=seen or 0,
            override_reason=reason if report.violations else None,
        )
    except Conflict:
        refuse_unseen(town, week, seen)
        raise
    return version, sum(vacancy.count for vacancy in report.vacancies)


def refuse_unseen(town: str, week: date, seen: int | None) -> None:
    """Raises ApiError (409) when another version is published than the one that was seen."""
    published = store().rosters.find(town, week, "published")
    number = published.number if published else None
    if number != seen:
        raise ApiError("published_meanwhile", {"number": number}, details={"published": number})


def refuse_broken(report: Report, reason: str | None) -> None:
    """What `publish` would refuse, said before anything is stored."""
    if report.violations and not reason:
        raise BrokenRules(report)


def cover(town: str, solve: str) -> None:
    """Mark the absences of a repair as covered."""
    spans = {(a["person"], _moment(a["start"]), _moment(a["end"])) for a in absences_of(town, solve)}
    for absence in store().absences.list(town, state="reported"):
        if (absence.person, absence.start, absence.end) in spans:
            store().absences.cover(town, absence.id)


def absences_of(town: str, solve: str) -> Sequence[dict[str, Any]]:
    """The absences that a repair was asked to deal with."""
    body = store().solves.absences(town, solve)
    listed: list[dict[str, Any]] = [] if body is None else body["absences"]
    return listed


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def same_people(one: Sequence[Assignment], other: Sequence[Assignment]) -> bool:
    """Whether two rosters are the same, pins aside."""
    return set(one) == set(other)
