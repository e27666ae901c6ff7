"""Weeks: made from templates or copied, with duties that may then be edited."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import jsonify, url_for
from flask.views import MethodView

from models.records import Stored, Week
from scheduler import preflight
from scheduler.problem import Duty

from .access import actor, may, scope, store, town_zone
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import ApiError
from .problems import problem_of
from .schemas.entities import Document
from .schemas.entities import Duty as DutySchema
from .schemas.paging import Paging, PagingQuery, cut
from .schemas.weeks import DutyPage, DutyQuery, NewWeek, NewWeekBody, PreflightOut, WeekOut, WeekPage
from .things import Answer, addressable, same_id
from .wire import notice_json

blueprint = Blueprint(
    "weeks", __name__, url_prefix="/api/v1/towns/<town>/weeks", description="Weeks, their duties and pre-flight checks"
)


def seen(town: str, week: date, key: str) -> Stored[Duty]:
    """A duty that the caller sees. Raises NotFound, ApiError (404)."""
    held = store().weeks.duty(town, week, key)
    if not scope().sees_duty(held.value):
        raise ApiError("not_found")
    return held


def stays_inside(duty: Duty) -> None:
    """Refuses to put a duty where the caller would not see it any more."""
    if not scope().sees_duty(duty):
        raise ApiError("outside_areas")


@blueprint.route("")
class Weeks(MethodView):
    @may("see_roster")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, WeekPage)
    def get(self, query: Paging, town: str) -> dict[str, Any]:
        """List weeks, the latest first"""
        return cut(store().weeks.list(town), query)

    @may("edit_weeks")
    @versioned
    @blueprint.arguments(NewWeekBody)
    @blueprint.response(201, WeekOut)
    def post(self, body: NewWeek, town: str) -> Answer:
        """Make a week from templates, from the week before, or empty"""
        week = store().weeks.make(town, body.start, body.days, body.source, with_roster=body.with_roster, by=actor().id)
        return week, 201, {"Location": url_for("weeks.OneWeek", town=town, week=week.start), **tag(week.revision)}


@blueprint.route("/<day:week>")
class OneWeek(MethodView):
    @may("see_roster")
    @versioned
    @blueprint.response(200, WeekOut)
    def get(self, town: str, week: date) -> Answer:
        """Get a week"""
        found: Week = store().weeks.get(town, week)
        return found, 200, tag(found.revision)

    @may("edit_weeks")
    @versioned
    @blueprint.response(204)
    def delete(self, town: str, week: date) -> None:
        """Remove a week that was never published"""
        store().weeks.remove(town, week, expected())


@blueprint.route("/<day:week>/duties")
class Duties(MethodView):
    @may("see_roster")
    @blueprint.arguments(DutyQuery, location="query")
    @blueprint.response(200, DutyPage)
    def get(self, query: dict[str, Any], town: str, week: date) -> dict[str, Any]:
        """List the duties of a week by start"""
        zone = town_zone()
        held = [
            d
            for d in store().weeks.duties(town, week)
            if scope().sees_duty(d.value)
            and query["date"] in (None, d.value.start.astimezone(zone).date())
            and query["post"] in (None, d.value.post)
        ]
        page = cut(held, Paging(query["page"], query["page_size"]))
        revisions = {d.value.id: d.revision for d in page["items"]}
        return page | {"items": [d.value for d in page["items"]], "revisions": revisions}

    @may("edit_rosters")
    @versioned
    @blueprint.arguments(DutySchema)
    @blueprint.response(201, DutySchema)
    def post(self, duty: Duty, town: str, week: date) -> Answer:
        """Add a duty to a week"""
        addressable(duty.id, parts=True)
        stays_inside(duty)
        held = store().weeks.save_duty(town, week, duty)
        where = url_for("weeks.OneDuty", town=town, week=week, key=duty.id)
        return held.value, 201, {"Location": where, **tag(held.revision)}


@blueprint.route("/<day:week>/duties/<path:key>")
class OneDuty(MethodView):
    @may("see_roster")
    @versioned
    @blueprint.response(200, DutySchema)
    def get(self, town: str, week: date, key: str) -> Answer:
        """Get a duty"""
        held = seen(town, week, key)
        return held.value, 200, tag(held.revision)

    @may("edit_rosters")
    @versioned
    @blueprint.arguments(DutySchema)
    @blueprint.response(200, DutySchema)
    def put(self, duty: Duty, town: str, week: date, key: str) -> Answer:
        """Replace a duty"""
        revision = expected()
        same_id(duty.id, key)
        seen(town, week, key)
        stays_inside(duty)
        held = store().weeks.save_duty(town, week, duty, revision)
        return held.value, 200, tag(held.revision)

    @may("edit_rosters")
    @versioned
    @blueprint.response(204)
    def delete(self, town: str, week: date, key: str) -> None:
        """Take a duty out of the week and its draft"""
        revision = expected()
        seen(town, week, key)
        store().weeks.remove_duty(town, week, key, revision)


@blueprint.route("/<day:week>/preflight")
class Preflight(MethodView):
    @may("solve")
    @blueprint.response(200, PreflightOut)
    def get(self, town: str, week: date) -> dict[str, Any]:
        """What cannot work, before solving"""
        return {"notices": [notice_json(n) for n in preflight.preflight(problem_of(town, week))]}


@blueprint.route("/<day:week>/problem")
class ProblemDocument(MethodView):
    @may("export")
    @blueprint.response(200, Document)
    def get(self, town: str, week: date) -> Any:
        """The problem document of a week, as a solve would freeze it now"""
        return jsonify(store().weeks.problem_document(town, week))
