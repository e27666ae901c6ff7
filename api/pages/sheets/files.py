"""Workbooks as downloads, under names that people understand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response

from api.errors import fault, invalid
from api.language import language
from api.schemas.exports import Asked, HoursAsked
from api.uploads import shown_name

from . import hours_asked, ledger, workbook
from .asked import Given
from .layout import people_table, tables
from .table import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
MOST_ROWS = 60_000
"""Rows of one workbook: more would keep a thread of the service busy for too long."""


def of_sheets(found: Given, asked: Asked) -> Response:
    """The workbook of some sheets. Raises ApiError (422) when it would have too many rows."""
    made = tables_of(found)
    place = found.duties[0].name if len(found.duties) == 1 and found.people is None else ""
    title = f"{found.heading.title(place)} {found.heading.version}"
    return download(made, title, "duty-sheet", paper=asked.paper)


def tables_of(found: Given) -> list[Table]:
    if found.people is not None:
        return [people_table(found.people, found.heading, found.vacancies, phones=found.phones)]
    return tables(found.duties, found.heading)


def of_hours(town: str, asked: HoursAsked) -> Response:
    """The ledger of service hours. Raises ApiError (403, 422)."""
    hours_asked.refuse_whole_town(asked)
    made = ledger.tables(hours_asked.ledger(town, asked))
    return download(made, made[0].title, "service-hours")


def download(made: list[Table], name: str, plain: str, *, paper: str = "A4") -> Response:
    """`plain` is the name for programs that know ASCII alone."""
    rows = sum(len(table.rows) for table in made)
    if rows > MOST_ROWS:
        raise invalid([fault("query", "too_many_rows", count=rows, most=MOST_ROWS)])
    data = workbook.written(made, language(), paper=paper)
    headers = {"Content-Disposition": disposition(name, plain), "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)


def disposition(name: str, plain: str) -> str:
    """As RFC 6266 has it: a Chinese name by RFC 5987, and an ASCII one for who does not understand that."""
    return f"attachment; filename=\"{plain}.xlsx\"; filename*=UTF-8''{quote(f'{shown_name(name)}.xlsx', safe='')}"
