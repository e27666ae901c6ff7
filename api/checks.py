"""Check any roster against any problem, with nothing stored."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from scheduler.document import DocumentError, Fault

from .access import may
from .body import Blueprint, takes_documents
from .errors import invalid
from .judging import report_json, roster_of, unknown
from .problems import loaded
from .schemas.rosters import ReportOut, ToCheck, ToCheckBody

blueprint = Blueprint("check", __name__, url_prefix="/api/v1/check", description="Check a roster, nothing stored")


@blueprint.route("")
class Check(MethodView):
    @may("solve")
    @takes_documents
    @blueprint.arguments(ToCheckBody)
    @blueprint.response(200, ReportOut)
    def post(self, body: ToCheck) -> dict[str, Any]:
        """All breaches, costs and vacancies of a roster"""
        assignments, faults = roster_of(body.roster, "roster")
        try:
            problem = loaded(body.problem)
        except DocumentError as error:
            raise invalid([*(Fault(_inside(f.path), f.code, f.text) for f in error.faults), *faults]) from None
        faults += unknown(problem, assignments, "roster.assignments")
        if faults:
            raise invalid(faults)
        return report_json(problem, assignments)


def _inside(path: str) -> str:
    return f"problem.{path}" if path else "problem"
