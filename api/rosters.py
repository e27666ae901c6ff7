"""Rosters of a week: draft → published → superseded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from flask import jsonify, request, url_for
from flask.views import MethodView

from models.records import RosterVersion
from scheduler import diff, substitutes
from scheduler.problem import Assignment, Problem

from .access import actor, may, needs, scope, store
from .body import Blueprint, takes_documents
from .conditions import IF_MATCH, expected, tag, versioned
from .errors import ApiError, fault, invalid
from .judging import consequences_json, edited, report_json
from .problems import in_force, problem_for, problem_of, problem_of_draft
from .publishing import publish
from .schemas.paging import Paging, PagingQuery, cut
from .schemas.rosters import (
    Compared,
    CompareQuery,
    ConsequencesOut,
    DiffOut,
    Edit,
    EditBody,
    EditedOut,
    FromVersion,
    FromVersionBody,
    HeadOut,
    HeadPage,
    Publication,
    PublicationBody,
    RankingOut,
    ReportOut,
    RosterOut,
    SubstitutesAsked,
    SubstitutesQuery,
    Trial,
    TrialBody,
    WholeRoster,
    WholeRosterBody,
)
from .things import Answer
from .wire import head_json, ranking_json, roster_json

Which = int | Literal["draft", "published"]
WEEK = "/api/v1/towns/<town>/weeks/<day:week>"
blueprint = Blueprint("rosters", __name__, url_prefix=WEEK, description="Rosters: edit, check, compare, publish")


def version_of(town: str, week: date, which: str) -> RosterVersion:
    """The version that an address names: draft, published or a number. Raises NotFound, ApiError."""
    return store().rosters.get(town, week, named(which))


def named(which: str) -> Which:
    """What "draft", "published" or a number in an address means."""
    if which == "draft":
        return "draft"
    if which == "published":
        return "published"
    if which.isascii() and which.isdigit() and len(which) < 10:
        return int(which)
    raise ApiError("not_found")


def inside(problem: Problem, held: Sequence[Assignment], new: Sequence[Assignment]) -> None:
    """Refuses edits of seats, and new people in them, that the caller does not look after. Raises ApiError (403)."""
    duties = [problem.duty_index.get(a.duty) for a in (*held, *new)]
    hidden = any(index is not None and not scope().sees_duty(problem.duties[index]) for index in duties)
    if hidden or not all(scope().sees_person(a.person) for a in new):
        raise ApiError("outside_areas")


def to_edit(town: str, week: date, based_on: int | None) -> tuple[Sequence[Assignment], int | None, int | None]:
    """What an edit changes, its revision and what it is based on.

    That is the draft named by If-Match. With If-None-Match: * there must be none yet, and one begins with the seats of
    the published version `based_on` that the week still has. Raises NotFound, ApiError (409, 428).
    """
    if not request.if_none_match.star_tag:
        revision, draft = expected(), store().rosters.get(town, week, "draft")
        return draft.assignments, revision, draft.based_on
    published = store().rosters.find(town, week, "published")
    number = published.number if published else None
    if number != based_on:
        raise ApiError("published_meanwhile", {"number": number}, details={"published": number})
    return (known(problem_of(town, week), published.assignments) if published else ()), None, number


def known(problem: Problem, assignments: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """Those whose person and seat are still there; what was removed since cannot be judged by the rules."""
    seats = {(d.id, s.position) for d in problem.duties for s in d.seats}
    return tuple(a for a in assignments if a.person in problem.person_index and (a.duty, a.position) in seats)


@blueprint.route("/rosters")
class Versions(MethodView):
    @may("see_roster")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, HeadPage)
    def get(self, query: Paging, town: str, week: date) -> dict[str, Any]:
        """List a week's versions, the latest first"""
        page = cut(store().rosters.versions(town, week), query)
        return page | {"items": [head_json(head) for head in page["items"]]}

    @may("edit_weeks")
    @versioned
    @blueprint.arguments(FromVersionBody)
    @blueprint.response(201, HeadOut)
    def post(self, body: FromVersion, town: str, week: date) -> Answer:
        """Start a draft from an earlier version; 409 while there is a draft"""
        base = store().rosters.get(town, week, body.based_on)
        known = {duty.value.id for duty in store().weeks.duties(town, week)}
        kept = [a for a in base.assignments if a.duty in known]
        return created(town, week, kept, base.number)


def created(town: str, week: date, assignments: Sequence[Assignment], based_on: int | None) -> Answer:
    """A new draft made by hand."""
    draft = store().rosters.save_draft(town, week, assignments, origin="edit", by=actor().id, based_on=based_on)
    where = url_for("rosters.One", town=town, week=week, which=str(draft.number))
    return head_json(draft), 201, {"Location": where, **tag(draft.revision)}


@blueprint.route("/rosters/<which>")
class One(MethodView):
    @may("see_roster")
    @versioned
    @blueprint.response(200, RosterOut)
    def get(self, town: str, week: date, which: str) -> Any:
        """Get a version: draft, published or a number"""
        version = scope().roster(version_of(town, week, which))
        return jsonify(roster_json(version)), 200, tag(version.revision)


@blueprint.route("/rosters/draft")
class Draft(MethodView):
    @may("edit_weeks")
    @versioned
    @takes_documents
    @blueprint.arguments(WholeRosterBody)
    @blueprint.response(200, HeadOut)
    def put(self, body: WholeRoster, town: str, week: date) -> Answer:
        """Replace the draft, or with If-None-Match: * make the first one"""
        if request.if_none_match.star_tag:
            return created(town, week, body.assignments, None)
        draft = store().rosters.save_draft(
            town, week, body.assignments, origin="edit", by=actor().id, revision=expected()
        )
        return head_json(draft), 200, tag(draft.revision)

    @may("edit_rosters")
    @versioned
    @blueprint.arguments(EditBody)
    @blueprint.response(200, EditedOut)
    def patch(self, body: Edit, town: str, week: date) -> Answer:
        """Edit the draft: remove and add assignments, pin and unpin; the first edit may start the draft"""
        before, revision, base = to_edit(town, week, body.based_on)
        problem = problem_of_draft(town, week)
        inside(problem, [*body.remove, *body.pin, *body.unpin], body.add)
        after = edited(problem, before, body.remove, body.add, body.pin, body.unpin)
        consequences = consequences_json(problem, before, body.remove, body.add, scope(), in_force(town, week))
        saved = store().rosters.save_draft(
            town, week, after, origin="edit", by=actor().id, based_on=base, revision=revision
        )
        return {"roster": head_json(saved), "consequences": consequences}, 200, tag(saved.revision)

    @may("edit_weeks")
    @versioned
    @blueprint.response(204)
    def delete(self, town: str, week: date) -> None:
        """Discard the draft"""
        store().rosters.discard_draft(town, week, expected())


@blueprint.route("/rosters/draft/publish")
class Publish(MethodView):
    @may("publish")
    @versioned
    @blueprint.doc(parameters=[IF_MATCH])
    @blueprint.arguments(PublicationBody)
    @blueprint.response(200, HeadOut)
    def post(self, body: Publication, town: str, week: date) -> Answer:
        """Publish the draft; refused when it breaks hard rules, unless a reason is given"""
        if body.override_reason is not None:
            needs("override")
        version = publish(town, week, expected(), body.published, body.override_reason, emergency=body.emergency)
        return head_json(version), 200, tag(version.revision)


@blueprint.route("/rosters/<which>/check")
class CheckVersion(MethodView):
    @may("see_roster")
    @blueprint.response(200, ReportOut)
    def get(self, town: str, week: date, which: str) -> dict[str, Any]:
        """Check a version: breaches, costs, vacancies with their reasons"""
        version = version_of(town, week, which)
        return report_json(problem_for(town, week, version), version.assignments, scope())


@blueprint.route("/rosters/<which>/consequences")
class Consequences(MethodView):
    @may("edit_rosters", "repair")
    @blueprint.arguments(TrialBody)
    @blueprint.response(200, ConsequencesOut)
    def post(self, body: Trial, town: str, week: date, which: str) -> dict[str, Any]:
        """What an edit would break, cost and fill; nothing is stored"""
        version = version_of(town, week, which)
        problem = problem_for(town, week, version)
        inside(problem, body.remove, body.add)
        edited(problem, version.assignments, body.remove, body.add)
        return consequences_json(
            problem, version.assignments, body.remove, body.add, scope(), in_force(town, week)
        )


@blueprint.route("/rosters/<which>/substitutes")
class Substitutes(MethodView):
    @may("edit_rosters", "repair")
    @blueprint.arguments(SubstitutesQuery, location="query")
    @blueprint.response(200, RankingOut)
    def get(self, query: SubstitutesAsked, town: str, week: date, which: str) -> dict[str, Any]:
        """Who could take a seat, ranked, with reasons and consequences"""
        version = version_of(town, week, which)
        problem = problem_for(town, week, version)
        duty = problem.duty_index.get(query.duty)
        if duty is None or not scope().sees_duty(problem.duties[duty]):
            raise invalid([fault("query.duty", "unknown_id", id=query.duty)])
        if (duty, query.position) not in problem.demand_index:
            raise invalid([fault("query.position", "unknown_id", id=query.position)])
        left = [a for a in version.assignments if (a.person, a.duty) != (query.leaving, query.duty)]
        ranking = substitutes.rank(problem, left, query.duty, query.position, query.limit)
        return scope().ranking(ranking_json(problem, ranking))


@blueprint.route("/diff")
class Difference(MethodView):
    @may("see_roster")
    @blueprint.arguments(CompareQuery, location="query")
    @blueprint.response(200, DiffOut)
    def get(self, query: Compared, town: str, week: date) -> dict[str, Any]:
        """What changes from one version to another, person by person"""
        before, after = version_of(town, week, query.before), version_of(town, week, query.after)
        problem = problem_for(town, week, before, after)
        seen = [scope().assignments(version.assignments, version.duties) for version in (before, after)]
        return diff.compare(problem, *seen).as_json(problem)
