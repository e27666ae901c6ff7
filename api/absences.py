"""Drop-outs, and 收到: what people say about their duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask.views import MethodView

from models.records import Absence

from .access import actor, may, own, scope, store
from .body import Blueprint
from .errors import ApiError, fault, invalid
from .schemas.paging import Paging, PagingQuery, cut
from .schemas.people import (
    AbsenceOut,
    AbsencePage,
    AbsencesAsked,
    AbsencesQuery,
    AcknowledgementOut,
    AcknowledgementPage,
    NewAbsence,
    NewAbsenceBody,
    NewAcknowledgement,
    NewAcknowledgementBody,
)
from .wire import absence_json, acknowledgement_json

blueprint = Blueprint(
    "absences", __name__, url_prefix="/api/v1/towns/<town>", description="Drop-outs and acknowledgements"
)


def visible(town: str, absence: str) -> Absence:
    """An absence that the caller may see. Raises NotFound, ApiError (404)."""
    found = store().absences.get(town, absence)
    if not scope().sees_absence(found):
        raise ApiError("not_found")
    return found


@blueprint.route("/absences")
class Absences(MethodView):
    @may("see_people", "own_matters")
    @blueprint.arguments(AbsencesQuery, location="query")
    @blueprint.response(200, AbsencePage)
    def get(self, query: AbsencesAsked, town: str) -> dict[str, Any]:
        """List drop-outs; a volunteer sees their own"""
        found = store().absences.list(town, query.state, own(query.person), query.start, query.end)
        page = cut(scope().absences(found), query)
        return page | {"items": [absence_json(a) for a in page["items"]]}

    @may("report_absences", "own_matters")
    @blueprint.arguments(NewAbsenceBody)
    @blueprint.response(201, AbsenceOut)
    def post(self, body: NewAbsence, town: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Report a drop-out"""
        person = own(body.person) or body.person
        if not scope().may_report(person, body.start, body.end):
            raise ApiError("not_found")
        made = store().absences.report(town, person, body.start, body.end, body.reason, by=actor().id)
        return absence_json(made), 201, {"Location": url_for("absences.OneAbsence", town=town, absence=made.id)}


@blueprint.route("/absences/<absence>")
class OneAbsence(MethodView):
    @may("see_people", "own_matters")
    @blueprint.response(200, AbsenceOut)
    def get(self, town: str, absence: str) -> dict[str, Any]:
        """Get a drop-out"""
        return absence_json(visible(town, absence))

    @may("report_absences", "own_matters")
    @blueprint.response(200, AbsenceOut)
    def delete(self, town: str, absence: str) -> dict[str, Any]:
        """Withdraw a drop-out; it is kept as withdrawn"""
        visible(town, absence)
        return absence_json(store().absences.withdraw(town, absence))


@blueprint.route("/weeks/<day:week>/acknowledgements")
class Acknowledgements(MethodView):
    @may("see_roster")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, AcknowledgementPage)
    def get(self, query: Paging, town: str, week: date) -> dict[str, Any]:
        """Who said 收到 to which duty of the published roster"""
        store().weeks.get(town, week)
        page = cut(scope().acknowledgements(week, store().acknowledgements.list(town, week)), query)
        return page | {"items": [acknowledgement_json(a) for a in page["items"]]}

    @may("report_absences", "own_matters")
    @blueprint.arguments(NewAcknowledgementBody)
    @blueprint.response(200, AcknowledgementOut)
    def post(self, body: NewAcknowledgement, town: str, week: date) -> dict[str, Any]:
        """Say 收到; a second time changes nothing"""
        person = own(body.person)
        if person is None:
            raise invalid([fault("person", "required")])
        if not scope().may_acknowledge(week, person, body.duty):
            raise ApiError("not_found")
        return acknowledgement_json(store().acknowledgements.acknowledge(town, week, person, body.duty))
