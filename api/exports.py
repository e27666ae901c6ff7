"""Sheets, hours and fairness for other programs and for spreadsheet programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView

from .access import may, store
from .body import Blueprint
from .language import language
from .pages.sheets import fair_asked, files, hours_asked
from .pages.sheets.as_json import heading_json, people_json, sheet_json
from .pages.sheets.asked import given, refuse_whole_town
from .pages.sheets.ledger import entry_json
from .rosters import named
from .schemas.exports import (
    Asked,
    FairnessAsked,
    FairnessOut,
    FairnessQuery,
    HoursAsked,
    HoursPage,
    HoursQuery,
    LedgerQuery,
    SheetOut,
    SheetQuery,
)
from .schemas.paging import Paging, cut

blueprint = Blueprint(
    "exports", __name__, url_prefix="/api/v1/towns/<town>", description="Duty sheets, service hours, fairness"
)
ROSTER = "/weeks/<day:week>/rosters/<which>"


@blueprint.route(f"{ROSTER}/sheet")
class Sheet(MethodView):
    @may("see_roster")
    @blueprint.arguments(SheetQuery, location="query")
    @blueprint.response(200, SheetOut)
    def get(self, asked: Asked, town: str, week: date, which: str) -> dict[str, Any]:
        """The duty sheets of a version, post by post, unit by unit or person by person"""
        found = given(town, week, store().rosters.get(town, week, named(which)), asked)
        body = heading_json(found.heading) | {"vacancies": found.vacancies}
        if found.people is not None:
            return body | {"people": people_json(found.people)}
        return body | {"sheets": [sheet_json(sheet, found.heading) for sheet in found.duties]}


@blueprint.route(f"{ROSTER}/sheet.xlsx")
class SheetFile(MethodView):
    @may("see_roster")
    @blueprint.arguments(SheetQuery, location="query")
    @blueprint.response(200, files.BINARY, content_type=files.XLSX)
    def get(self, asked: Asked, town: str, week: date, which: str) -> Response:
        """The same as a workbook; of the whole town for who may take it out"""
        refuse_whole_town(asked)
        return files.of_sheets(given(town, week, store().rosters.get(town, week, named(which)), asked), asked)


@blueprint.route("/hours")
class Hours(MethodView):
    @may("see_people")
    @blueprint.arguments(HoursQuery, location="query")
    @blueprint.response(200, HoursPage)
    def get(self, asked: HoursAsked, town: str) -> dict[str, Any]:
        """Service hours of a span of days: duties of published rosters that are over"""
        held = hours_asked.ledger(town, asked).entries
        page = cut(held, Paging(asked.page, asked.page_size))
        return page | {
            "items": [entry_json(entry, language()) for entry in page["items"]],
            "minutes": sum(entry.minutes for entry in held),
            "confirmed_minutes": sum(entry.confirmed or 0 for entry in held),
            "people": len({entry.person for entry in held}),
        }


@blueprint.route("/hours.xlsx")
class HoursFile(MethodView):
    @may("see_people")
    @blueprint.arguments(LedgerQuery, location="query")
    @blueprint.response(200, files.BINARY, content_type=files.XLSX)
    def get(self, asked: HoursAsked, town: str) -> Response:
        """The same as a workbook in the shape of volunteers' service records"""
        return files.of_hours(town, asked)


@blueprint.route("/fairness")
class Fairness(MethodView):
    @may("see_people")
    @blueprint.arguments(FairnessQuery, location="query")
    @blueprint.response(200, FairnessOut)
    def get(self, asked: FairnessAsked, town: str) -> dict[str, Any]:
        """Hours, nights, weekends, runs of days and honoured requests over four weeks, by person or group"""
        return fair_asked.as_json(fair_asked.fairness(town, asked), asked)
