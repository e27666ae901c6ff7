"""What an organiser has on the desk: a week, its problem, the roster that is shown and the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request

from api.access import can, scope, store, town_or_404
from api.errors import ApiError
from api.problems import problem_for, problem_of_draft
from api.rosters import known as known
from models.records import Absence, RosterHead, RosterVersion, Solve, Town, Week
from scheduler.problem import Assignment, Problem

from .home import shown_head


@dataclass(frozen=True, slots=True)
class Desk:
    town: Town
    week: Week
    problem: Problem
    """With the duties that the shown version staffs."""
    versions: tuple[RosterHead, ...]
    shown: RosterVersion | None
    published: RosterVersion | None

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """The shown roster, as far as the problem knows its people and duties."""
        return () if self.shown is None else known(self.problem, self.shown.assignments)

    @property
    def draft(self) -> RosterHead | None:
        return next((v for v in self.versions if v.state == "draft"), None)

    @property
    def editable(self) -> bool:
        """A draft may be edited; a published roster too while there is no draft, which starts one; by who may."""
        if not can("edit_rosters"):
            return False
        if self.shown is None or self.shown.state == "superseded":
            return self.shown is None and not self.versions
        return self.shown.state == "draft" or self.draft is None

    @property
    def zone(self) -> ZoneInfo:
        return self.problem.tz

    @property
    def ends(self) -> date:
        """The last day."""
        return self.week.start + timedelta(days=self.week.days - 1)


def open_desk(town: str, start: date) -> Desk:
    """The desk of a week with the version asked for by ?version=, else the draft, else the published one.

    Raises NotFound, ApiError (404).
    """
    week = store().weeks.get(town, start)
    versions = tuple(store().rosters.versions(town, start))
    head = asked_for(versions) or shown_head(list(versions))
    shown = store().rosters.get(town, start, head.number) if head else None
    published = store().rosters.find(town, start, "published")
    own = shown is None or shown.state == "draft"
    problem = problem_of_draft(town, start, shown) if own or shown is None else problem_for(town, start, shown)
    return Desk(town_or_404(town), week, problem, versions, shown, published)


def asked_for(versions: tuple[RosterHead, ...]) -> RosterHead | None:
    """The version that ?version= names; raises ApiError (404) when it is not there."""
    text = request.values.get("version", "")
    if not text:
        return None
    found = next((v for v in versions if str(v.number) == text), None)
    if found is None:
        raise ApiError("not_found")
    return found


def reports(desk: Desk) -> list[Absence]:
    """Reported drop-outs that touch the week, wait to be dealt with, and are the reader's matter."""
    closes = datetime.combine(desk.week.start + timedelta(days=desk.week.days), time(), desk.zone)
    held = store().absences.list(desk.town.id, state="reported", start=desk.problem.opens, end=closes)
    return scope().absences(held)


def now() -> datetime:
    return datetime.now(UTC)


def running(town: str, start: date) -> Solve | None:
    """The solve that makes this week's roster, while it is under way."""
    return next((s for s in store().solves.under_way(town, start) if s.kind == "solve"), None)
