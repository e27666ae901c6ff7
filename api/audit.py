"""The log of changes: page by page, and as a whole for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from flask import Response
from flask.views import MethodView

from models.audit import AuditEntry

from .access import actor, may, store
from .body import Blueprint
from .cells import csv_lines
from .schemas.audit import Asked, AuditExportQuery, AuditPage, AuditQuery
from .wire import instant

blueprint = Blueprint("audit", __name__, url_prefix="/api/v1", description="Who changed what, when and why")
COLUMNS = ("id", "at", "town", "actor", "action", "noun", "thing", "person", "changes", "reason", "request")
JSON_LINES, CSV = "application/x-ndjson", "text/csv"


def entry_json(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in COLUMNS} | {"at": instant(entry.at)}


def page_json(query: Asked, town: str | None) -> dict[str, Any]:
    """A page as it is answered; of all towns when `town` is None."""
    page = store().audit.page(query.within(town), query.page, query.page_size)
    items = [entry_json(entry) for entry in page.items]
    return {"items": items, "page": page.page, "page_size": page.page_size, "total": page.total}


def json_lines(entries: Iterator[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(entry_json(entry), ensure_ascii=False) + "\n"


def csv_of(entries: Iterator[AuditEntry]) -> Iterator[str]:
    """For spreadsheet programs: what was changed is one cell of JSON."""
    rows: Iterator[Any] = (
        [json.dumps(v, ensure_ascii=False) if isinstance(v, dict) else v for v in entry_json(entry).values()]
        for entry in entries
    )
    return csv_lines(chain([COLUMNS], rows))


def download(query: Asked, town: str | None, kind: str) -> Response:
    """All entries, streamed."""
    entries = store().audit.all(query.within(town))
    written = csv_of(entries) if kind == CSV else json_lines(entries)
    name = "audit.csv" if kind == CSV else "audit.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(written, mimetype=kind, headers=headers)


@blueprint.route("/audit")
class OfAll(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditQuery, location="query")
    @blueprint.response(200, AuditPage)
    def get(self, query: Asked) -> dict[str, Any]:
        """List changes of your town; of all towns for who looks after the platform"""
        return page_json(query, actor().town)


@blueprint.route("/audit.jsonl")
class OfAllAsLines(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditExportQuery, location="query")
    @blueprint.response(200, {"type": "string"}, content_type=JSON_LINES)
    def get(self, query: Asked) -> Response:
        """Changes as JSON lines, the earliest first"""
        return download(query, actor().town, JSON_LINES)


@blueprint.route("/audit.csv")
class OfAllAsTable(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditExportQuery, location="query")
    @blueprint.response(200, {"type": "string"}, content_type=CSV)
    def get(self, query: Asked) -> Response:
        """Changes as CSV, the earliest first"""
        return download(query, actor().town, CSV)


@blueprint.route("/towns/<town>/audit")
class OfTown(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditQuery, location="query")
    @blueprint.response(200, AuditPage)
    def get(self, query: Asked, town: str) -> dict[str, Any]:
        """List changes of a town, the latest first"""
        return page_json(query, town)


@blueprint.route("/towns/<town>/audit.jsonl")
class OfTownAsLines(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditExportQuery, location="query")
    @blueprint.response(200, {"type": "string"}, content_type=JSON_LINES)
    def get(self, query: Asked, town: str) -> Response:
        """Changes of a town as JSON lines, the earliest first"""
        return download(query, town, JSON_LINES)


@blueprint.route("/towns/<town>/audit.csv")
class OfTownAsTable(MethodView):
    @may("see_audit")
    @blueprint.arguments(AuditExportQuery, location="query")
    @blueprint.response(200, {"type": "string"}, content_type=CSV)
    def get(self, query: Asked, town: str) -> Response:
        """Changes of a town as CSV, the earliest first"""
        return download(query, town, CSV)
