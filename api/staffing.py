"""Posts in one step: opened for tonight, staffed by a template from a day on, closed; last week's people copied."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask.views import MethodView

from models.errors import NotFound
from models.records import Solve
from models.staffing import Closing
from models.staffing_plans import Choice, PostPlan, WeekPlan
from scheduler.document import Fault
from scheduler.problem import Duty, Post, StaffingTemplate
from scheduler.roster import assignment_json

from .access import actor, may, needs, store, town_zone
from .body import Blueprint
from .errors import fault, invalid
from .rosters import WEEK
from .schemas.staffing import (
    LONGEST_HOURS,
    ClosingsOut,
    CopiedOut,
    OpenedOut,
    Opening,
    OpeningBody,
    PlanOut,
    Restaffing,
    RestaffingBody,
    Shutting,
    ShuttingBody,
)
from .solves import queued

NIGHT_HOURS = 3
"""A duty that holds so many of the hours from midnight to six is a night."""
FILL_SECONDS = 10
blueprint = Blueprint("staffing", __name__, url_prefix=WEEK, description="Posts opened, staffed and closed in one step")


def open_post(town: str, week: date, asked: Opening) -> tuple[Post, tuple[Duty, ...]]:
    """A new post with the duties of one opening. Raises ApiError (422) with all faults, NotFound, DocumentError."""
    faults = []
    template = _template(town, asked.template)
    if template is None:
        faults.append(fault("template", "unknown_id", id=asked.template))
    if asked.area is not None and all(a.id != asked.area for a in store().things.all(town, "areas")):
        faults.append(fault("area", "unknown_id", id=asked.area))
    if not asked.name.strip():
        faults.append(fault("name", "required"))
    faults += span_faults(asked.start, asked.end)
    if faults or template is None:
        raise invalid(faults)
    post = Post(f"post-{secrets.token_hex(4)}", asked.name.strip(), asked.area)
    duties = parts(post.id, template, asked.start, asked.end, asked.part_hours, town_zone())
    with store().database.together():
        store().things.add(town, "posts", post)
        for duty in duties:
            store().weeks.save_duty(town, week, duty)
    return post, duties


def span_faults(start: datetime, end: datetime) -> list[Fault]:
    """What is wrong with the hours of an opening."""
    if end <= start:
        return [fault("end", "end_before_start")]
    if end - start > timedelta(hours=LONGEST_HOURS):
        return [fault("end", "opening_too_long", hours=LONGEST_HOURS)]
    return []


def parts(
    post: str, template: StaffingTemplate, start: datetime, end: datetime, hours: int | None, zone: ZoneInfo
) -> tuple[Duty, ...]:
    """The duties of an opening, one after the other without a gap; the last may be shorter."""
    found, begin, last = [], start.astimezone(zone), end.timestamp()
    step = last - begin.timestamp() if hours is None else 3600 * hours
    while begin.timestamp() < last:
        stop = datetime.fromtimestamp(min(begin.timestamp() + step, last), zone)
        found.append(
            Duty(
                id=f"{post}/{begin:%Y-%m-%d/%H%M}",
                start=begin,
                end=stop,
                seats=template.seats,
                post=post,
                night=is_night(begin, stop, zone),
            )
        )
        begin = stop
    return tuple(found)


def is_night(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether at least NIGHT_HOURS of it lie between midnight and six by the town's clock."""
    held = timedelta()
    day = start.astimezone(zone).date()
    while (midnight := datetime.combine(day, time(), zone)) < end:
        six = datetime.combine(day, time(6), zone)
        held = max(held, min(end, six) - max(start, midnight))
        day += timedelta(days=1)
    return held >= timedelta(hours=NIGHT_HOURS)


def fill(town: str, week: date, duties: Sequence[str], by: str) -> Solve | None:
    """Queue a repair that fills the seats of new duties; None where nothing is published that it could keep."""
    published = store().rosters.find(town, week, "published")
    if published is None:
        return None
    now = store().database.now().replace(second=0, microsecond=0)
    problem = store().weeks.problem_document(town, week, now=now, baseline=published.number)
    body = {"absences": [], "open": list(duties)}
    return queued(town, "repair", problem, by=by, week=week, absences=body, seconds=FILL_SECONDS)[0]


def draft_from_published(town: str, week: date, by: str) -> None:
    """Where a roster is published and no draft is there: a draft of it, with the seats that the week has now."""
    published = store().rosters.find(town, week, "published")
    if published is None or store().rosters.find(town, week, "draft") is not None:
        return
    there = {(held.value.id, s.position) for held in store().weeks.duties(town, week) for s in held.value.seats}
    kept = [a for a in published.assignments if (a.duty, a.position) in there]
    store().rosters.save_draft(town, week, kept, origin="edit", by=by, based_on=published.number)


def _template(town: str, id_: str) -> StaffingTemplate | None:
    try:
        found = store().things.get(town, "staffing_templates", id_).value
    except NotFound:
        return None
    return found if isinstance(found, StaffingTemplate) else None


def inside_week(town: str, week: date, moment: datetime) -> list[Fault]:
    """A fault when a moment is not in the week."""
    held = store().weeks.get(town, week)
    last = held.start + timedelta(days=held.days - 1)
    if held.start <= moment.astimezone(town_zone()).date() <= last:
        return []
    return [fault("moment", "outside_week", first=held.start.isoformat(), last=last.isoformat())]


@blueprint.route("/openings")
class Openings(MethodView):
    @may("edit_data")
    @blueprint.arguments(OpeningBody)
    @blueprint.response(201, OpenedOut)
    def post(self, body: Opening, town: str, week: date) -> dict[str, Any]:
        """Open a post for some hours: the post and its duties in this week"""
        needs("edit_rosters")
        post, duties = open_post(town, week, body)
        return {"post": post.id, "duties": duties}


@blueprint.route("/staffing")
class Staffings(MethodView):
    @may("edit_data")
    @blueprint.arguments(RestaffingBody)
    @blueprint.response(200, PlanOut)
    def post(self, body: Restaffing, town: str, week: date) -> dict[str, Any]:
        """Staff posts by a template and a pattern, or as they are, from a day on: this week, or later ones too"""
        needs("edit_rosters")
        if (body.template is None) != (body.pattern is None):
            raise invalid([fault("template" if body.template is None else "pattern", "required")])
        choice = Choice(tuple(body.posts), body.template, body.pattern, body.first_day, body.onwards)
        if body.dry_run:
            plans = store().staffing.plan(town, week, choice)
        else:
            plans = store().staffing.apply(town, week, choice, by=actor().id)
        return {"applied": not body.dry_run, "weeks": [week_plan_json(plan) for plan in plans]}


@blueprint.route("/closings")
class Closings(MethodView):
    @may("edit_data")
    @blueprint.arguments(ShuttingBody)
    @blueprint.response(200, ClosingsOut)
    def post(self, body: Shutting, town: str, week: date) -> dict[str, Any]:
        """Close a post from a moment on: its duties to come go, and it is staffed no longer"""
        needs("edit_rosters")
        faults = inside_week(town, week, body.moment)
        if faults:
            raise invalid(faults)
        if body.dry_run:
            found = tuple(c for c in store().staffing.closing(town, body.post, body.moment) if c.go)
        else:
            found = store().staffing.close(town, body.post, body.moment, by=actor().id)
        return {"applied": not body.dry_run, "weeks": [closing_json(c) for c in found]}


@blueprint.route("/copies")
class Copies(MethodView):
    @may("edit_weeks")
    @blueprint.response(201, CopiedOut)
    def post(self, town: str, week: date) -> dict[str, Any]:
        """Take the people of the week before as the first draft of this week"""
        return {"number": store().weeks.copy_people(town, week, by=actor().id)}


def week_plan_json(plan: WeekPlan) -> dict[str, Any]:
    come, go = plan.seats
    posts = [post_plan_json(p) for p in plan.posts]
    return {"week": plan.week, "state": plan.state, "seats_come": come, "seats_go": go, "posts": posts}


def post_plan_json(plan: PostPlan) -> dict[str, Any]:
    return {
        "post": plan.post,
        "come": [d.id for d in plan.come],
        "go": [d.id for d in plan.go],
        "change": [after.id for _, after in plan.change],
        "seats_come": plan.seats[0],
        "seats_go": plan.seats[1],
        "freed": [assignment_json(a) for a in plan.freed],
    }


def closing_json(closing: Closing) -> dict[str, Any]:
    return {
        "week": closing.week,
        "go": [d.id for d in closing.go],
        "freed": [assignment_json(a) for a in closing.freed],
    }
