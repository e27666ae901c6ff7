"""Weeks that were made before a template or a pattern changed keep their duties until somebody has them follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from api.access import store, town_or_404
from models.records import Week
from models.staffing_plans import Choice, WeekPlan

from .home import week_of_now


@dataclass(frozen=True, slots=True)
class Stale:
    """The posts that a template or pattern staffs, and the weeks whose duties are other ones than it would make now."""

    posts: tuple[str, ...]
    week: Week | None
    """The week from which they could be made to follow; None where no week is ahead."""
    first_day: date
    weeks: tuple[WeekPlan, ...]


def posts_made_of(town: str, id_: str) -> tuple[str, ...]:
    """The posts whose staffing names a template or pattern of this id."""
    posts: Any = store().things.all(town, "posts")
    return tuple(p.id for p in posts if any(id_ in (s.template, s.pattern) for s in p.staffing))


def stale_weeks(town: str, id_: str) -> Stale:
    """By the plan of which "from then on" is made, with the posts staffed as they are."""
    posts = posts_made_of(town, id_)
    day = store().database.now().astimezone(ZoneInfo(town_or_404(town).zone)).date()
    week = week_of_now(store().weeks.list(town), day)
    if week is None or not posts:
        return Stale(posts, week, day, ())
    first = max(day, week.start)
    if (first - week.start).days >= week.days:
        return Stale(posts, None, day, ())
    plans = store().staffing.plan(town, week.start, Choice(posts, None, None, first, onwards=True))
    return Stale(posts, week, first, tuple(plan for plan in plans if plan.any))
